"""The bar at the top: files and undo at the left, the scenario's name in the middle, plan and export at the right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from dnnmig_gui.gui.actions import ACTIONS, MENUS, SUBMENUS
from dnnmig_gui.gui.controls import Dot, button, follow, frame, keep_icon, label, row
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.icons import icon
from dnnmig_gui.gui.theme.look import Look

BUTTON = 32
PADDING = 8
"""Above and below the buttons, however large they are."""
LEAST_WIDTH = 640
LEAST_NAME = 40
WORDED = 1440
"""Narrower bars show the icons alone of what has a key that people learn."""
BRIEF = ("undo", "redo", "compare", "charts", "present")
NARROW = 1200
"""Narrower bars show no word but the plan's."""
WIDE = 1400
"""From this width on the search field shows its key."""


class TopBar(QWidget):
    """Reads its buttons and menus from the actions."""

    def __init__(self, look: Look, actions: Mapping[str, QAction], plan_button: QWidget) -> None:
        super().__init__()
        self._look = look
        self._actions = actions
        follow(self, look, lambda: self.setFixedHeight(look.px(BUTTON) + 2 * PADDING))
        self._name = _Name()
        self._changed = Dot(6, lambda: look.theme.accent)
        self._changed.setToolTip(tr("Changed since it was saved"))
        self._changed.setAccessibleName(tr("Changed since it was saved"))
        policy = self._changed.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._changed.setSizePolicy(policy)
        self.menus = {title: QMenu(tr(title), self) for title in (*MENUS, *SUBMENUS)}
        self._fill_menus()
        self._brief: list[QToolButton] = []
        self._plain: list[QToolButton] = []
        left = QWidget()
        rule = frame("rule")
        rule.setFixedSize(1, 16)
        self.recent = QMenu(tr("Open recent"), self)
        parts = [
            self._main_menu(),
            self._tool("new", tr("New")),
            self._tool("open", tr("Open")),
            self._tool("save", tr("Save")),
        ]
        line = row(*parts, rule, self._tool("undo", tr("Undo")), self._tool("redo", tr("Redo")), None, spacing=0)
        line.insertSpacing(1, 14)
        line.insertSpacing(5, 4)
        line.insertSpacing(7, 4)
        left.setLayout(line)
        right = QWidget()
        line = row(
            None,
            self._build_search(),
            plan_button,
            self._tool("compare", tr("Compare")),
            self._tool("charts", tr("Charts")),
            self._tool("present", tr("Present")),
            self._drop("export", "Export"),
            self._drop("view", "View"),
        )
        line.setSpacing(4)
        line.insertSpacing(2, 4)
        right.setLayout(line)
        middle = QWidget()
        line = row(None, self._name, self._changed, None, spacing=10)
        line.setStretchFactor(self._name, 1000)  # all the room it can use goes to the name
        middle.setLayout(line)
        grid = QGridLayout()
        grid.setContentsMargins(16, 0, 16, 0)
        grid.setSpacing(8)
        grid.addWidget(left, 0, 0)
        grid.addWidget(middle, 0, 1)
        grid.addWidget(right, 0, 2)
        for place, stretch in enumerate((3, 2, 3)):
            grid.setColumnStretch(place, stretch)
        self.setLayout(grid)
        self.setMinimumWidth(LEAST_WIDTH)  # or its own words would keep the window from getting smaller
        self.show_name("", clean=True)

    def show_name(self, name: str, *, clean: bool) -> None:
        """Show the scenario's name, with the accent dot where it was changed."""
        self._name.show_whole(name)
        self._name.setAccessibleName(name if clean else tr("{name}, changed").format(name=name))
        self._changed.setVisible(not clean)

    @property
    def shows_changed(self) -> bool:
        """Whether the accent dot is on."""
        return not self._changed.isHidden()

    def set_recent(self, actions: Iterable[QAction]) -> None:
        """Fill the menu of recent files."""
        self.recent.clear()
        self.recent.addActions(list(actions))
        self.recent.setToolTipsVisible(True)
        self.recent.setEnabled(not self.recent.isEmpty())

    def resizeEvent(self, event: object) -> None:  # noqa: N802  Qt's name
        """Shorten the name and the search field where there is no room."""
        wide = self.width() >= self._look.room(WIDE)
        self._search_key.setVisible(wide)
        self.search.setFixedWidth(self._look.room(168 if wide else 92))
        style = Qt.ToolButtonStyle
        narrow = self.width() < self._look.room(NARROW)
        self.search.setText("" if narrow else tr("Search"))
        if narrow:
            self.search.setFixedWidth(self._look.px(36))
        for tools, least in ((self._brief, WORDED), (self._plain, NARROW)):
            worded = self.width() >= self._look.room(least)
            for tool in tools:
                tool.setToolButtonStyle(style.ToolButtonTextBesideIcon if worded else style.ToolButtonIconOnly)

    def _fill_menus(self) -> None:
        view = self.menus["View"]
        for spec in ACTIONS:
            menu = self.menus[spec.menu]
            if menu.isEmpty() and spec.menu in (*SUBMENUS, "Language"):
                view.addMenu(menu)
            if spec.rule_before:
                menu.addSeparator()
            menu.addAction(self._actions[spec.id])

    def _build_search(self) -> QPushButton:
        """Return the field that opens the palette; its key stands in it where there is room."""
        action = self._actions["palette"]
        self.search = button(tr("Search"), "search", tr("Search commands"))
        self.search.setToolTip(action.toolTip())
        self.search.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.search.clicked.connect(action.trigger)
        keep_icon(self.search, self._look, "search", "text_3")
        self._search_key = label(action.shortcuts()[0].toString(), "caption")
        self._search_key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = row(None, self._search_key)
        inside.setContentsMargins(0, 0, 10, 0)
        self.search.setLayout(inside)
        return self.search

    def _main_menu(self) -> QToolButton:
        made = QToolButton()
        made.setProperty("kind", "mark")
        made.setAccessibleName(tr("Menu"))
        made.setToolTip(tr("All actions"))
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        follow(made, self._look, lambda: made.setIcon(icon("mark", self._look.theme.on_accent)))
        menu = QMenu(made)
        for title, inner in self.menus.items():
            if title not in SUBMENUS:
                menu.addMenu(inner)
        self.menus["File"].aboutToShow.connect(self._place_recent)
        made.setMenu(menu)
        return made

    def _place_recent(self) -> None:
        actions = self.menus["File"].actions()
        if self.recent.menuAction() not in actions:
            before = actions[actions.index(self._actions["open"]) + 1]
            self.menus["File"].insertMenu(before, self.recent)

    def _tool(self, action_id: str, text: str) -> QToolButton:
        made = QToolButton()
        made.setDefaultAction(self._actions[action_id])
        made.setText(text)
        made.setAccessibleName(text)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        action = self._actions[action_id]
        (self._brief if action_id in BRIEF else self._plain).append(made)
        action.changed.connect(lambda: made.setText(text))  # undo's own text names the edit: too long for here
        return made

    def _drop(self, icon_name: str, menu: str) -> QToolButton:
        made = QToolButton()
        made.setText(tr(menu))
        made.setAccessibleName(tr(menu))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setMenu(self.menus[menu])
        made.setToolTip(tr(menu))
        self._plain.append(made)
        keep_icon(made, self._look, icon_name)
        return made


class _Name(QLabel):
    """A name that is shortened where its room is, and has the whole of it as its tool tip."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "title")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._whole = ""

    def show_whole(self, text: str) -> None:
        """Show a name, as much of it as fits."""
        self._whole = text
        self.setToolTip(text)
        self.updateGeometry()
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the size of the whole name."""
        return QSize(self._wanted(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the size of a letter or two: the buttons come first."""
        return QSize(min(LEAST_NAME, self._wanted()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Shorten the name to its new room."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Follow the size of text."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
            self._fit()

    def _wanted(self) -> int:
        return self.fontMetrics().horizontalAdvance(self._whole) + 2

    def _fit(self) -> None:
        self.setMaximumWidth(self._wanted())
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))
