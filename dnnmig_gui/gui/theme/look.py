"""The theme in force: every view is handed the one `Look` and repaints when it changes."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from dnnmig_gui.gui.theme.tokens import DARK, LIGHT, Theme

Choice = Literal["light", "dark", "system"]


class Look(QObject):
    """Light, dark, or as the system has it; switched live."""

    changed = Signal()

    def __init__(self, choice: Choice = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice: Choice = choice
        self.theme: Theme = LIGHT
        self._resolve()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._resolve)

    @property
    def choice(self) -> Choice:
        """What was chosen; "system" follows the desktop."""
        return self._choice

    def choose(self, choice: Choice) -> None:
        """Switch the theme."""
        self._choice = choice
        self._resolve()

    def _resolve(self) -> None:
        dark = self._choice == "dark" or (
            self._choice == "system" and QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        )
        theme = DARK if dark else LIGHT
        if theme is not self.theme:
            self.theme = theme
            self.changed.emit()
