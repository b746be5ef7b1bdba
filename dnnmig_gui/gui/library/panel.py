"""The library dock: the scenario's models with their sizes, and examples that open with a click."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.reporting.numbers import mib_text
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.gui.controls import Scrolled, column, empty, follow, label, row
from dnnmig_gui.gui.names import model_title
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.icons import icon
from dnnmig_gui.gui.theme.look import Look


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
        return cls(path, name if isinstance(name, str) and name else path.stem)


class _Row(QPushButton):
    """A row of a list; of a title too long for it, what comes after the colon says most."""

    def __init__(self, title: str, beside: int = 0) -> None:
        super().__init__()
        self._title = title
        self._beside = beside
        self.setProperty("kind", "row")
        self.setAccessibleName(title)
        self.setCheckable(True)
        self.setIconSize(QSize(20, 14))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Fit the title."""
        super().resizeEvent(event)
        room = self.width() - 44 - self._beside
        wide = self.fontMetrics().horizontalAdvance(self._title) > room
        title = self._title.rpartition(": ")[2] if wide else self._title
        self.setText(self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room))


class LibraryPanel(QFrame):
    """Models and examples.

    Signals
    -------
    example_asked(object)
        Path of an example to open.
    """

    example_asked = Signal(object)

    def __init__(self, look: Look, selection: Selection, examples: tuple[Example, ...]) -> None:
        super().__init__()
        self._look = look
        self._selection = selection
        self._scenario: Scenario | None = None
        self.setProperty("role", "panel")
        self.setAccessibleName("Library")
        self.model_rows: dict[str, QPushButton] = {}
        self.example_rows: dict[Path, QPushButton] = {}
        self._models = column(spacing=0)
        self._no_models = label("None yet. Open a scenario that has some.", "quiet", wrap=True)
        layout = column((8, 0, 8, 12), 6)
        layout.addLayout(_heading("Models"))
        hint = column((8, 0, 8, 0))
        hint.addWidget(self._no_models)
        layout.addLayout(hint)
        layout.addLayout(self._models)
        layout.addSpacing(14)
        layout.addLayout(_heading("Examples"))
        rows = column(spacing=0)
        for example in examples:
            made = self._row("example", example.title)
            made.setToolTip(f"{example.title}\nOpen {example.path.name}")
            made.clicked.connect(lambda _, path=example.path: self._ask(path))
            self.example_rows[example.path] = made
            rows.addWidget(made)
        layout.addLayout(rows)
        layout.addStretch(1)
        outer = column((0, 14, 0, 0), 14)
        title = row(label("Library", "title"))
        title.setContentsMargins(16, 0, 16, 0)
        outer.addLayout(title)
        outer.addWidget(Scrolled(layout), 1)
        self.setLayout(outer)
        selection.changed.connect(self._mark_followed)

    def set_scenario(self, scenario: Scenario, models: Mapping[str, DnnModel]) -> None:
        """Show the models of a scenario; sizes stand beside those that have been read."""
        self._scenario = scenario
        empty(self._models)
        self.model_rows = {}
        self._no_models.setVisible(not scenario.models)
        for entry in scenario.models:
            title = model_title(entry.id, models)
            made = self._row("model", title, beside=56)
            if entry.id in models:
                size = mib_text(models[entry.id].total_param_bytes)
                inside = row(None, label(size, "caption"))
                inside.setContentsMargins(0, 0, 10, 0)
                made.setLayout(inside)
                made.setAccessibleName(f"{title}, {size}")
            made.setToolTip(f"Follow a user of {title}")
            made.clicked.connect(lambda _, model=entry.id: self._follow_user_of(model))
            self.model_rows[entry.id] = made
            self._models.addWidget(made)
        self._mark_followed()

    def set_open_file(self, path: Path | None) -> None:
        """Mark the example that is open."""
        for example, made in self.example_rows.items():
            made.setChecked(path is not None and example.resolve() == path.resolve())

    def _ask(self, path: Path) -> None:
        self.example_rows[path].setChecked(False)  # it is marked once it is open
        self.example_asked.emit(path)

    def _follow_user_of(self, model_id: str) -> None:
        users = self._scenario.users if self._scenario else ()
        numbers = [number for number, user in enumerate(users) if user.model == model_id]
        if numbers and self._selection.user not in numbers:
            self._selection.follow(numbers[0])
        self._mark_followed()

    def _mark_followed(self) -> None:
        users = self._scenario.users if self._scenario else ()
        followed = users[self._selection.user].model if self._selection.user < len(users) else None
        for model_id, made in self.model_rows.items():
            made.setChecked(model_id == followed)

    def _row(self, icon_name: str, title: str, beside: int = 0) -> QPushButton:
        made = _Row(title, beside)

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
