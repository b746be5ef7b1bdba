"""The `?` sheet: every shortcut, read from the actions, and the keys of the views."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from dnnmig_gui.gui.actions import ACTIONS, MENUS, SUBMENUS
from dnnmig_gui.gui.controls import Scrolled, column, keep_icon, label, row
from dnnmig_gui.gui.help.overlay import Overlay
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.theme.look import Look

WIDTH, HEIGHT = 940, 780
COLUMNS = 3

VIEW_KEYS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    mark("Timeline"): (
        (mark("Zoom in and out at the pointer"), ("W", "S")),
        (mark("Pan left and right"), ("A", "D", "←", "→")),
        (mark("Go to the lane above or below"), ("↑", "↓")),
        (mark("Follow the lane's user"), (mark("Enter"),)),
        (mark("Pin the lane"), ("P",)),
        (mark("Fold or unfold all tiers"), ("G",)),
        (mark("Filter lanes"), ("/",)),
        (mark("Zoom at the pointer"), (mark("Wheel"),)),
        (mark("Pan"), (mark("Middle drag"), mark("Space drag"))),
    ),
    mark("Topology"): (
        (mark("Choose more"), (mark("Shift+Arrows"), mark("Shift+Click"))),
        (mark("Move the chosen servers"), (mark("Ctrl+Arrows"),)),
        (mark("Move off the grid"), (mark("Alt+Drag"),)),
        (mark("Open its menu"), (mark("Menu"), mark("Right click"))),
        (mark("Pan"), (mark("Middle drag"), mark("Space drag"))),
    ),
    mark("Topology and DNN"): (
        (mark("Zoom"), ("+", "-", mark("Wheel"))),
        (mark("Fit"), ("0",)),
        (mark("Next server or layer"), (mark("Arrows"),)),
        (mark("Let go of a gesture"), ("Esc",)),
    ),
    "DNN": (
        (mark("Find layers"), ("/",)),
        (mark("Fold or unfold a block"), (mark("Enter"), mark("Double click"))),
        (mark("Pin, bar, fold"), (mark("Menu"), mark("Right click"))),
    ),
    mark("Users in the Run tab"): (
        (mark("Follow another user"), ("↑", "↓")),
        (mark("Arrive earlier or later"), ("←", "→")),
        (mark("Leave earlier or later"), ("Shift+←", "Shift+→")),
        (mark("Edit the user"), (mark("Enter"),)),
        (mark("Remove the user"), ("Del",)),
    ),
    mark("Timelines of a comparison"): (
        (mark("Zoom"), ("W", "S", mark("Wheel"))),
        (mark("Pan left and right"), ("A", "D", "←", "→")),
        (mark("Fit"), ("F",)),
    ),
    mark("Charts"): ((mark("Fit"), ("F",)),),
    mark("Borders between parts"): (
        (mark("Move the border"), (mark("Arrows"),)),
        (mark("Move it further"), (mark("Shift+Arrows"),)),
    ),
    mark("Presentation"): (
        (mark("Play or pause"), ("Space",)),
        (mark("Next event"), ("→",)),
        (mark("Previous event"), ("←",)),
        (mark("Next scene"), ("PgDown", "↓")),
        (mark("Previous scene"), ("PgUp", "↑")),
        (mark("Go to the start"), ("Home",)),
        (mark("Go to the end"), ("End",)),
        (mark("Loop all examples"), ("L",)),
        (mark("Light or dark"), ("T",)),
        (mark("Leave the presentation"), ("Esc", "F5")),
    ),
}
"""Keys that a view takes itself while it has the focus."""


def shortcut_groups() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Return what each key does, by menu and by view."""
    groups: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for menu in MENUS:
        shown = (menu, *SUBMENUS) if menu == "View" else (menu,)
        lines = [(tr(spec.text).rstrip("…"), spec.keys) for spec in ACTIONS if spec.menu in shown and spec.keys]
        if lines:
            groups[tr(menu)] = lines
    return groups | {
        tr(view): [(tr(text), tuple(tr(key) for key in keys)) for text, keys in lines]
        for view, lines in VIEW_KEYS.items()
    }


class ShortcutSheet(Overlay):
    """All keys at a glance."""

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(look, window, QFrame())
        self.setAccessibleName(tr("Keyboard shortcuts"))
        self.close_button = QToolButton()
        self.close_button.setProperty("kind", "small")
        self.close_button.setAccessibleName(tr("Close the sheet"))
        self.close_button.setToolTip(tr("Close (Esc)"))
        self.close_button.clicked.connect(self.close_sheet)
        keep_icon(self.close_button, look, "cross")
        head = row(label(tr("Keyboard shortcuts"), "heading"), None, self.close_button)
        head.setContentsMargins(24, 0, 16, 0)
        self._body = QGridLayout()
        self._body.setContentsMargins(24, 8, 24, 24)
        self._body.setHorizontalSpacing(40)
        self._fill()
        layout = column((0, 16, 0, 8), 8)
        layout.addLayout(head)
        self._scrolled = Scrolled(self._body)
        layout.addWidget(self._scrolled, 1)
        self.sheet.setLayout(layout)

    def _fill(self) -> None:
        """Share the groups out over the columns, the next one to where there is most room."""
        columns: list[QVBoxLayout] = [column(spacing=6) for _ in range(COLUMNS)]
        lengths = [0] * COLUMNS
        for title, lines in sorted(shortcut_groups().items(), key=lambda group: -len(group[1])):
            place = lengths.index(min(lengths))
            heading = label(title, "title")
            heading.setContentsMargins(0, 12, 0, 2)
            columns[place].addWidget(heading)
            for text, keys in lines:
                columns[place].addLayout(_line(text, keys))
            lengths[place] += len(lines) + 2
        for place, each in enumerate(columns):
            each.addStretch(1)
            self._body.addLayout(each, 0, place)
            self._body.setColumnStretch(place, 1)

    def place(self) -> QRect:
        """Lie in the middle."""
        width = min(self.look.px(WIDTH), self.width() - 48)
        height = min(self.look.px(HEIGHT), self.height() - 48)
        return QRect((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def take_focus(self) -> None:
        """Be ready to go by Enter, Space or Esc."""
        self.close_button.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Scroll by the keys for it; go with the key that brought it, too."""
        steps = {Qt.Key.Key_Down: 40, Qt.Key.Key_Up: -40, Qt.Key.Key_PageDown: 400, Qt.Key.Key_PageUp: -400}
        bar = self._scrolled.verticalScrollBar()
        bar.setValue(bar.value() + steps.get(Qt.Key(event.key()), 0))
        if event.text() == "?":
            self.close_sheet()
        super().keyPressEvent(event)


def _line(text: str, keys: tuple[str, ...]) -> QHBoxLayout:
    what = label(text, wrap=True)
    signs = [label(key, "key") for key in keys]
    line = row(what, *signs, spacing=4)
    line.setStretch(0, 1)
    for sign in signs:
        line.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
    return line
