"""The right side of the window: the inspector, and below it, when asked for, problems and history."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QUndoView,
    QWidget,
)

from dnnmig_gui.gui.controls import button, column, follow, frame, keep_icon, row
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.notes.problems import Problems
from dnnmig_gui.gui.theme.icons import icon
from dnnmig_gui.gui.theme.look import Look

Note = Literal["problems", "history"]
TITLES: dict[Note, str] = {"problems": mark("Problems"), "history": mark("History")}
GUTTER = 8
NOTES_HEIGHT = 260


class _InLine(QStyledItemDelegate):
    """Begins every line where the one with the icon of the saved state begins."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:  # noqa: N802
        super().initStyleOption(option, index)
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
        height = option.fontMetrics.ascent()
        option.decorationSize = QSize(height, height)


class Side(QSplitter):
    """The inspector over the notes.

    Signals
    -------
    changed()
        Other notes are shown, or none any more.
    """

    changed = Signal()

    def __init__(self, look: Look, inspector: QWidget, undo_stack: QUndoStack) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setHandleWidth(GUTTER)
        self.problems = Problems(look)
        self.history = QUndoView(undo_stack)
        self.history.setItemDelegate(_InLine(self.history))
        self.history.setEmptyLabel(tr("As it was opened"))
        self.history.setAccessibleName(tr("History: choose a line to go back or forth to it"))
        follow(self.history, look, lambda: self.history.setCleanIcon(icon("save", look.theme.text_3)))
        self._stack = QStackedWidget()
        self._tabs: dict[Note, QPushButton] = {}
        self._notes = self._build(look)
        self.addWidget(inspector)
        self.addWidget(self._notes)
        self.setCollapsible(0, False)
        self.setCollapsible(1, False)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        self._notes.hide()

    def _build(self, look: Look) -> QFrame:
        made = frame("panel")
        made.setMinimumHeight(140)
        made.setAccessibleName(tr("Notes"))
        track = frame("track")
        line = row(spacing=0)
        line.setContentsMargins(2, 2, 2, 2)
        group = QButtonGroup(made)
        widgets: dict[Note, QWidget] = {"problems": self.problems, "history": self.history}
        for name, widget in widgets.items():
            tab = button(tr(TITLES[name]), "segment", tr("{title} tab").format(title=tr(TITLES[name])))
            tab.setCheckable(True)
            tab.clicked.connect(lambda _=False, name=name: self.show_note(name))
            group.addButton(tab)
            line.addWidget(tab, 1)
            self._stack.addWidget(widget)
            self._tabs[name] = tab
        track.setLayout(line)
        close = QToolButton()
        close.setProperty("kind", "small")
        close.setAccessibleName(tr("Close the notes"))
        close.setToolTip(tr("Close"))
        close.clicked.connect(self.hide_notes)
        keep_icon(close, look, "cross")
        head = row(track, close, spacing=8)
        head.setStretch(0, 1)
        head.setContentsMargins(16, 12, 8, 4)
        layout = column((0, 0, 0, 8))
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        made.setLayout(layout)
        return made

    @property
    def shown(self) -> Note | None:
        """Which notes are shown."""
        if self._notes.isHidden():
            return None
        return "problems" if self._stack.currentWidget() is self.problems else "history"

    def show_problems(self, shown: bool) -> None:
        """Show or hide the problems."""
        self._switch("problems", shown=shown)

    def show_history(self, shown: bool) -> None:
        """Show or hide the history."""
        self._switch("history", shown=shown)

    def toggle_problems(self) -> None:
        """Show the problems, or hide them where they are shown."""
        self._switch("problems", shown=self.shown != "problems")

    def show_note(self, name: Note) -> None:
        """Bring notes to the front."""
        was = self.shown
        self._stack.setCurrentIndex(list(self._tabs).index(name))
        self._tabs[name].setChecked(True)
        if was is None:
            self._notes.show()
            self.setSizes([max(0, self.height() - NOTES_HEIGHT - GUTTER), NOTES_HEIGHT])
        self.changed.emit()

    def hide_notes(self) -> None:
        """Leave all the room to the inspector."""
        self._notes.hide()
        self.changed.emit()

    def count_problems(self, count: int) -> None:
        """Say in the tab how many there are."""
        self._tabs["problems"].setText(tr("Problems  {count}").format(count=count) if count else tr("Problems"))

    def _switch(self, name: Note, *, shown: bool) -> None:
        if shown:
            self.show_note(name)
            reader = self.problems.rows[0] if name == "problems" and self.problems.rows else self._stack.currentWidget()
            reader.setFocus(Qt.FocusReason.ShortcutFocusReason)  # the arrows walk through what was asked for
        elif self.shown == name:
            self.hide_notes()
        else:
            self.changed.emit()
