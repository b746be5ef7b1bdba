"""The list of charts at the left of their page."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QSizePolicy

from dnnmig_gui.gui.controls import Scrolled, button, column, label, row
from dnnmig_gui.gui.language import tr

LEAST_WIDTH = 200
MARGIN = 12


class ChartList(QFrame):
    """Titles of charts, one of them chosen; as wide as the longest, and scrolled where there are too many.

    Signals
    -------
    chosen(str)
        The chart with this id is wanted.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._names = column((MARGIN, 0, MARGIN, MARGIN), 2)
        inner = column()
        inner.addLayout(self._names)
        inner.addStretch(1)
        head = row(label(tr("Charts"), "title"))
        head.setContentsMargins(16, 0, 16, 0)
        box = column((0, 12, 0, 0), 8)
        box.addLayout(head)
        box.addWidget(Scrolled(inner), 1)
        self.setLayout(box)

    def show_titles(self, titles: Mapping[str, str]) -> None:
        """List these charts: titles by id."""
        if list(self.buttons) == list(titles):
            return
        for old in self.buttons.values():
            self._group.removeButton(old)
            old.deleteLater()
        self.buttons = {}
        for name, title in titles.items():
            made = button(title, "row")
            made.setCheckable(True)
            made.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            self._group.addButton(made)
            self._names.addWidget(made)
            self.buttons[name] = made
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return a size that cuts no title."""
        widest = max((each.sizeHint().width() for each in self.buttons.values()), default=0)
        return QSize(max(LEAST_WIDTH, widest + 2 * MARGIN), super().sizeHint().height())
