"""What a form folds away: the fields that are seldom changed, under one row that tells how many of them are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from dnnmig_gui.gui.controls import button, column, empty, follow, label, row
from dnnmig_gui.gui.language import tr, tr_n
from dnnmig_gui.gui.planner.form import FieldRow
from dnnmig_gui.gui.theme.icons import icon
from dnnmig_gui.gui.theme.look import Look

FOLDED_FROM = 2
"""So many fields are folded away; the row that would stand for a single one is as high as that one."""


class More(QWidget):
    """A row that opens and closes what is below it. It does not close over a value that is wrong.

    Signals
    -------
    toggled(bool)
        Somebody opened or closed it.
    """

    toggled = Signal(bool)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._rows: tuple[FieldRow, ...] = ()
        self.head = button(tr("More"), "plain", tr("More parameters"))
        self.head.setCheckable(True)
        self.head.setIconSize(QSize(14, 14))
        self.head.setToolTip(tr("Parameters that are seldom changed"))
        self.head.setStyleSheet("padding: 0px; text-align: left;")  # its sign stands where the titles begin
        self.head.clicked.connect(self._toggle)
        self._count = label(role="caption")
        head = row(self.head, None, self._count)
        self._body = QWidget()
        self._column = column(spacing=4)
        self._body.setLayout(self._column)
        self._body.hide()
        layout = column(spacing=4)
        layout.addLayout(head)
        layout.addWidget(self._body)
        self.setLayout(layout)
        follow(self, look, self._dress)

    @property
    def is_open(self) -> bool:
        """Whether its fields are shown."""
        return self.head.isChecked()

    @property
    def told(self) -> str:
        """What it says of the fields it hides."""
        return self._count.text()

    def show_rows(self, rows: Sequence[FieldRow]) -> None:
        """Take these rows in place of those there were."""
        empty(self._column)
        self._rows = tuple(rows)
        for each in rows:
            self._column.addWidget(each)
        self.setVisible(bool(rows))
        self.count()

    def holds(self, field: FieldRow) -> bool:
        """Return whether a field is one of its own."""
        return field in self._rows

    def count(self) -> None:
        """Say how many of its fields are changed."""
        changed = sum(each.changed for each in self._rows)
        text = tr_n("{count} changed", "{count} changed", changed).format(count=changed) if changed else ""
        self._count.setText(text)
        titles = [tr(each.field.title) for each in self._rows if each.changed]
        self._count.setToolTip(", ".join(titles))
        self.head.setAccessibleDescription(text)

    def open(self, opened: bool) -> None:
        """Show its fields, or hide them where nothing in them is wrong."""
        opened = opened or any(each.problem for each in self._rows)
        self.head.setChecked(opened)
        self._body.setVisible(opened)
        self._dress()

    def _toggle(self, opened: bool) -> None:
        self.open(opened)
        wrong = next((each for each in self._rows if each.problem), None)
        if not opened and wrong is not None:
            wrong.editor.setFocus()
            return
        self.toggled.emit(opened)

    def _dress(self) -> None:
        sign = "chevron-down" if self.head.isChecked() else "chevron-right"
        self.head.setIcon(icon(sign, self._look.theme.text_3))
