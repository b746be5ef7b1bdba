"""Theme, text and parts shown: what the View menu does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast, get_args

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication

from dnnmig_gui.gui.docks import Docks
from dnnmig_gui.gui.theme.look import TEXT_PERCENTS, Choice, Look
from dnnmig_gui.gui.theme.style import palette, style_sheet

_THEME_KEY = "theme"
_CONTRAST_KEY, _MOTION_KEY, _TEXT_KEY = "high_contrast", "reduced_motion", "text_percent"


def stored_theme(settings: QSettings) -> Choice:
    """Return the theme chosen last; that of the system unless one was."""
    found = settings.value(_THEME_KEY, "system")
    for choice in get_args(Choice):
        if found == choice:
            return cast("Choice", choice)
    return "system"


def recall_look(look: Look, settings: QSettings) -> None:
    """Take up contrast, motion and size of text as they were chosen last; contrast as the system has it until then."""
    style = QGuiApplication.styleHints()  # its wrapper keeps that of the hints alive
    hints = style.accessibility()
    system = hints.contrastPreference() == Qt.ContrastPreference.HighContrast
    look.set_high_contrast(bool(settings.value(_CONTRAST_KEY, defaultValue=system, type=bool)))
    look.set_reduced_motion(bool(settings.value(_MOTION_KEY, defaultValue=False, type=bool)))
    percent = settings.value(_TEXT_KEY, defaultValue=100, type=int)
    look.set_text_percent(percent if percent in TEXT_PERCENTS else 100)


def dress(look: Look) -> None:
    """Give the application the style sheet and the palette of the look in force."""
    application = cast("QApplication", QApplication.instance())
    application.setPalette(palette(look.theme))
    application.setStyleSheet(style_sheet(look.theme, look.text_percent))


class ViewActions:
    """Chooses the look, shows and hides parts."""

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

    def set_high_contrast(self, on: bool) -> None:
        """Draw outlines and stronger text, or do not."""
        self._settings.setValue(_CONTRAST_KEY, on)
        self._look.set_high_contrast(on)

    def set_reduced_motion(self, on: bool) -> None:
        """Let nothing fade and time move in steps, or do not."""
        self._settings.setValue(_MOTION_KEY, on)
        self._look.set_reduced_motion(on)

    def enlarge_text(self) -> None:
        """Take the next larger size of text."""
        self._step_text(1)

    def shrink_text(self) -> None:
        """Take the next smaller size of text."""
        self._step_text(-1)

    def reset_text(self) -> None:
        """Take the first size of text."""
        self._set_text(100)

    def mark(self, actions: Mapping[str, QAction]) -> None:
        """Check the actions of what is shown and chosen; called before the menu opens."""
        for name in self._docks.parts:
            actions[f"show-{name}"].setChecked(not self._docks.is_shut(name))
        for choice in get_args(Choice):
            actions[f"theme-{choice}"].setCheckable(True)
            actions[f"theme-{choice}"].setChecked(choice == self._look.choice)
        actions["high-contrast"].setChecked(self._look.high_contrast)
        actions["reduced-motion"].setChecked(self._look.reduced_motion)
        actions["text-larger"].setEnabled(self._look.text_percent < TEXT_PERCENTS[-1])
        actions["text-smaller"].setEnabled(self._look.text_percent > TEXT_PERCENTS[0])
        actions["text-reset"].setEnabled(self._look.text_percent != 100)

    def _choose(self, choice: Choice) -> None:
        self._settings.setValue(_THEME_KEY, choice)
        self._look.choose(choice)

    def _step_text(self, by: int) -> None:
        place = TEXT_PERCENTS.index(self._look.text_percent) + by
        self._set_text(TEXT_PERCENTS[max(0, min(len(TEXT_PERCENTS) - 1, place))])

    def _set_text(self, percent: int) -> None:
        self._settings.setValue(_TEXT_KEY, percent)
        self._look.set_text_percent(percent)
