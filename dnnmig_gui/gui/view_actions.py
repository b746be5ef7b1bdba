"""Theme and layout: what the View menu does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast, get_args

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from dnnmig_gui.gui.docks import Docks
from dnnmig_gui.gui.theme.look import Choice, Look
from dnnmig_gui.gui.theme.style import palette, style_sheet

_THEME_KEY = "theme"


def stored_theme(settings: QSettings) -> Choice:
    """Return the theme chosen last; that of the system unless one was."""
    found = settings.value(_THEME_KEY, "system")
    for choice in get_args(Choice):
        if found == choice:
            return cast("Choice", choice)
    return "system"


def dress(look: Look) -> None:
    """Give the application the style sheet and the palette of the theme in force."""
    application = cast("QApplication", QApplication.instance())
    application.setPalette(palette(look.theme))
    application.setStyleSheet(style_sheet(look.theme))


class ViewActions:
    """Chooses the theme, shows and hides parts."""

    def __init__(self, look: Look, docks: Docks, settings: QSettings) -> None:
        self._look = look
        self._docks = docks
        self._settings = settings

    def choose_light(self) -> None:
        """Use the light theme."""
        self._choose("light")

    def choose_dark(self) -> None:
        """Use the dark theme."""
        self._choose("dark")

    def choose_system(self) -> None:
        """Do as the system does."""
        self._choose("system")

    def show_library(self, shown: bool) -> None:
        """Show or hide the library."""
        self._docks.show_part("library", shown=shown)

    def show_inspector(self, shown: bool) -> None:
        """Show or hide the inspector."""
        self._docks.show_part("inspector", shown=shown)

    def show_dnn(self, shown: bool) -> None:
        """Show or hide the DNN."""
        self._docks.show_part("dnn", shown=shown)

    def show_timeline(self, shown: bool) -> None:
        """Show or hide the timeline."""
        self._docks.show_part("timeline", shown=shown)

    def reset_layout(self) -> None:
        """Give every part its first size."""
        self._docks.reset()

    def mark(self, actions: Mapping[str, QAction]) -> None:
        """Check the actions of what is shown and chosen; called before the menu opens."""
        for name in self._docks.parts:
            actions[f"show-{name}"].setChecked(not self._docks.is_shut(name))
        for choice in get_args(Choice):
            actions[f"theme-{choice}"].setCheckable(True)
            actions[f"theme-{choice}"].setChecked(choice == self._look.choice)

    def _choose(self, choice: Choice) -> None:
        self._settings.setValue(_THEME_KEY, choice)
        self._look.choose(choice)
