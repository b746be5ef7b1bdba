"""The library dock: servers to drag out, the scenario's models with their sizes, examples that open with a click."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
)

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.dnn.zoo import zoo_names, zoo_source, zoo_title
from dnnmig_gui.core.reporting.numbers import bytes_text
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.topology import Tier
from dnnmig_gui.core.topology.server import TIERS
from dnnmig_gui.gui.controls import Scrolled, column, empty, follow, keep_icon, label, row
from dnnmig_gui.gui.dragged import SERVER, packed
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.library.model_row import ModelRow, Row
from dnnmig_gui.gui.library.tile import Tile
from dnnmig_gui.gui.names import TIER_TITLES, model_title
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.icons import icon, icon_pixmap
from dnnmig_gui.gui.theme.look import Look

EXAMPLE_ICONS = {
    "connected-car": "car",
    "crowded-stadium": "crowd",
    "hospital-imaging": "health",
    "intermittent-link": "bolt",
    "latecomers": "clock",
    "parallel-branches": "branches",
    "smart-home": "home",
}
"""Name of a file -> the icon of what it is about; the others show a book."""


@dataclass(frozen=True)
class Example:
    """A scenario that ships with the program."""

    path: Path
    title: str

    @classmethod
    def of(cls, path: Path) -> Example:
        """Return an example under the name it gives itself; under its file's where that cannot be read."""
        try:
            name = json.loads(path.read_text(encoding="utf-8"))["name"]
        except (OSError, ValueError, KeyError, TypeError):
            name = None
        return cls(path, tr(name) if isinstance(name, str) and name else path.stem)


class LibraryPanel(QFrame):
    """Servers, models and examples.

    Signals
    -------
    example_asked(object)
        Path of an example to open.
    server_asked(str)
        A server of this tier is wanted.
    place_tool_asked(str)
        The tool that puts servers of this tier, a click each, is to be taken up.
    link_tool_asked(bool)
        The tool that draws links is to be taken up or put down.
    zoo_model_asked(str), model_file_asked()
        A model of the zoo is to be added, or one from a file.
    """

    example_asked = Signal(object)
    server_asked = Signal(str)
    place_tool_asked = Signal(str)
    link_tool_asked = Signal(bool)
    zoo_model_asked = Signal(str)
    model_file_asked = Signal()

    def __init__(self, look: Look, selection: Selection, examples: tuple[Example, ...]) -> None:
        super().__init__()
        self._look = look
        self._selection = selection
        self._scenario: Scenario | None = None
        self._texts: dict[str, tuple[str, str]] = {}
        self.setProperty("role", "panel")
        self.setAccessibleName(tr("Library"))
        self.model_rows: dict[str, QPushButton] = {}
        self.example_rows: dict[Path, QPushButton] = {}
        self._titles = {example.path: example.title for example in examples}
        self._models = column(spacing=0)
        self._no_models = label(tr("None yet. Add one with +, then drag it onto a client."), "quiet", wrap=True)
        self._nothing = label(tr("No model and no example is called so."), "quiet", wrap=True)
        self._nothing.hide()
        layout = column((8, 0, 8, 12), 6)
        layout.addLayout(_heading(tr("Servers")))
        layout.addLayout(self._palette())
        layout.addSpacing(8)
        models = _heading(tr("Models"))
        models.addStretch(1)
        self._add = self._add_model()
        models.addWidget(self._add)
        layout.addLayout(models)
        hint = column((8, 0, 8, 0))
        hint.addWidget(self._no_models)
        layout.addLayout(hint)
        layout.addLayout(self._models)
        layout.addSpacing(14)
        layout.addLayout(_heading(tr("Examples")))
        rows = column(spacing=0)
        for example in examples:
            made = self._dressed(EXAMPLE_ICONS.get(example.path.stem, "example"), Row(example.title))
            made.setToolTip(tr("{title}\nOpen {file}").format(title=example.title, file=example.path.name))
            made.clicked.connect(lambda _, path=example.path: self._ask(path))
            self.example_rows[example.path] = made
            rows.addWidget(made)
        layout.addLayout(rows)
        hint = column((8, 0, 8, 0))
        hint.addWidget(self._nothing)
        layout.addLayout(hint)
        layout.addStretch(1)
        outer = column((0, 11, 0, 0), 9)
        self.search = self._search_field()
        head = column((16, 0, 16, 0), 11)
        head.addWidget(label(tr("Library"), "title"))
        head.addWidget(self.search)
        outer.addLayout(head)
        outer.addWidget(Scrolled(layout), 1)
        self.setLayout(outer)
        selection.changed.connect(self._mark_followed)

    def _search_field(self) -> QLineEdit:
        made = QLineEdit()
        made.setPlaceholderText(tr("Find"))
        made.setAccessibleName(tr("Find models and examples"))
        made.setToolTip(tr("Find models and examples by name; Esc shows all again"))
        made.setClearButtonEnabled(True)
        sign = QLabel()
        sign.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = row(sign, None)
        inside.setContentsMargins(11, 0, 0, 0)
        made.setLayout(inside)

        def dress() -> None:
            look = self._look
            made.setFixedHeight(look.px(32))
            made.setTextMargins(look.px(20), 0, 0, 0)
            sign.setPixmap(icon_pixmap("search", look.theme.text_3, look.px(15), self.devicePixelRatioF()))

        follow(made, self._look, dress)
        made.textChanged.connect(self._filter)
        made.installEventFilter(self)
        return made

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Let Esc in the field show everything again."""
        if (
            watched is self.search
            and isinstance(event, QKeyEvent)
            and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
            and event.key() == Qt.Key.Key_Escape
            and self.search.text()
        ):
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self.search.clear()
            return True
        return super().eventFilter(watched, event)

    def _filter(self) -> None:
        """Show the models and examples with the text in their names."""
        wanted = self.search.text().strip().casefold()
        rows = [(made, self._texts[model][0]) for model, made in self.model_rows.items()]
        rows += [(made, self._titles[path]) for path, made in self.example_rows.items()]
        for made, title in rows:
            made.setVisible(wanted in title.casefold())
        self._nothing.setVisible(bool(wanted) and all(made.isHidden() for made, _ in rows))

    def _palette(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(8, 2, 8, 0)
        grid.setSpacing(8)
        self.tiles: dict[str, Tile] = {}
        for number, tier in enumerate(TIERS):
            tile = Tile(self._look, tr(TIER_TITLES[tier]), tier, self._colors_of(tier), _packer(tier))
            hint = tr("Drag onto the topology, or click, to add one ({number}); with Shift, to add several")
            tile.setToolTip(hint.format(number=number + 1))
            tile.setCheckable(True)
            tile.clicked.connect(lambda _=False, tier=tier: self._ask_for_server(tier))
            self.tiles[tier] = tile
            grid.addWidget(tile, number // 2, number % 2)
        link = Tile(self._look, tr("Link"), "link", lambda: (self._look.theme.surface_3, self._look.theme.text_2))
        link.setToolTip(tr("Then drag from server to server on the topology (K); Shift keeps the tool"))
        link.setCheckable(True)
        link.clicked.connect(self.link_tool_asked)
        self.tiles["link"] = link
        grid.addWidget(link, 1, 1)
        return grid

    def _ask_for_server(self, tier: Tier) -> None:
        several = QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
        self.tiles[tier].setChecked(False)  # it is marked while its tool is in hand
        (self.place_tool_asked if several else self.server_asked).emit(tier)

    def _colors_of(self, tier: Tier) -> Callable[[], tuple[QColor, QColor]]:
        def colors() -> tuple[QColor, QColor]:
            found = self._look.theme.tier(tier)
            return found.tint, found.ink

        return colors

    def _add_model(self) -> QToolButton:
        made = QToolButton()
        made.setProperty("kind", "small")
        made.setAccessibleName(tr("Add a model"))
        made.setToolTip(tr("Add a model of the zoo, or one of your own"))
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        keep_icon(made, self._look, "add")
        menu = QMenu(made)
        for name in zoo_names():
            action = menu.addAction(zoo_title(name))
            action.setToolTip(zoo_source(name))
            action.triggered.connect(lambda _=False, name=name: self.zoo_model_asked.emit(name))
        menu.addSeparator()
        menu.addAction(tr("From a file (ONNX or layer table)…")).triggered.connect(self._ask_for_file)
        menu.setToolTipsVisible(True)
        made.setMenu(menu)
        self.add_model = made
        return made

    def _ask_for_file(self) -> None:
        self.model_file_asked.emit()

    def show_tool(self, tool: str) -> None:
        """Show which tile's tool is in hand."""
        for name, tile in self.tiles.items():
            tile.setChecked(tool == name)

    def set_scenario(self, scenario: Scenario, models: Mapping[str, DnnModel]) -> None:
        """Show the models of a scenario; sizes stand beside those that have been read."""
        self._scenario = scenario
        texts = {
            entry.id: (
                model_title(entry.id, models),
                bytes_text(models[entry.id].total_param_bytes) if entry.id in models else "",
            )
            for entry in scenario.models
        }
        if texts != self._texts:  # most edits are about something else
            self._texts = texts
            self._show_models()
        self._mark_followed()

    def _show_models(self) -> None:
        empty(self._models)
        self.model_rows = {}
        self._no_models.setVisible(not self._texts)
        for model_id, (title, size) in self._texts.items():
            made = self._dressed("model", ModelRow(self._look, model_id, title))
            if size:
                inside = row(None, label(size, "caption"))
                inside.setContentsMargins(0, 0, 10, 0)
                made.setLayout(inside)
                made.setAccessibleName(f"{title}, {size}")
            made.setToolTip(tr("Drag {title} onto a client, or click to see it").format(title=title))
            made.clicked.connect(lambda _, model=model_id: self._choose(model))
            self.model_rows[model_id] = made
            self._models.addWidget(made)
        for one, following in pairwise((self._add, *self.model_rows.values(), *self.example_rows.values())):
            self.setTabOrder(one, following)  # rows made anew would come last
        self._filter()

    def set_open_file(self, path: Path | None) -> None:
        """Mark the example that is open."""
        for example, made in self.example_rows.items():
            made.setChecked(path is not None and example.resolve() == path.resolve())

    def _ask(self, path: Path) -> None:
        self.example_rows[path].setChecked(False)  # it is marked once it is open
        self.example_asked.emit(path)

    def _choose(self, model_id: str) -> None:
        self._follow_user_of(model_id)
        self._selection.select(model=model_id)
        self._mark_followed()

    def _follow_user_of(self, model_id: str) -> None:
        users = self._scenario.users if self._scenario else ()
        numbers = [number for number, user in enumerate(users) if user.model == model_id]
        if numbers and self._selection.user not in numbers:
            self._selection.follow(numbers[0])

    def _mark_followed(self) -> None:
        users = self._scenario.users if self._scenario else ()
        followed = users[self._selection.user].model if self._selection.user < len(users) else None
        for model_id, made in self.model_rows.items():
            made.setChecked(model_id == (self._selection.model or followed))

    def _dressed(self, icon_name: str, made: Row) -> Row:
        def dress() -> None:
            theme = self._look.theme
            made.setIcon(icon(icon_name, theme.accent_ink if made.isChecked() else theme.text_3))

        made.toggled.connect(lambda _: dress())
        follow(made, self._look, dress)
        return made


def _heading(text: str) -> QHBoxLayout:
    line = row(label(text, "section"))
    line.setContentsMargins(8, 0, 8, 0)
    return line


def _packer(tier: Tier) -> Callable[[], QMimeData]:
    return lambda: packed(SERVER, tier)
