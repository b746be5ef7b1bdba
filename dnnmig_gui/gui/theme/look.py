"""The look in force: theme, contrast, size of text, motion. Every view is handed the one `Look` and follows it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication

from dnnmig_gui.gui.theme.fonts import font, set_text_scale
from dnnmig_gui.gui.theme.tokens import DARK, DARK_HIGH, LIGHT, LIGHT_HIGH, Theme

Choice = Literal["light", "dark", "system"]
TEXT_PERCENTS = (80, 90, 100, 110, 125, 150, 175, 200)


class Look(QObject):
    """Light, dark, or as the system has it; plain or high contrast; switched live.

    Signals
    -------
    changed()
        Colours or the size of text changed: paint and lay out again.
    motion_changed(bool)
        Motion is reduced from now on, or is not any more.
    """

    changed = Signal()
    motion_changed = Signal(bool)

    def __init__(self, choice: Choice = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice: Choice = choice
        self.theme: Theme = LIGHT
        self.high_contrast = False
        """Whether text and lines are stronger and shapes of a tier have outlines."""
        self.reduced_motion = False
        """Whether nothing fades and time moves in steps of a tenth of a second."""
        self.text_percent = 100
        """Size of text; lists, forms, buttons and the lettering of all pictures grow with it."""
        set_text_scale(1.0)
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

    def set_high_contrast(self, on: bool) -> None:
        """Switch high contrast."""
        self.high_contrast = on
        self._resolve()

    def set_reduced_motion(self, on: bool) -> None:
        """Switch reduced motion."""
        if on != self.reduced_motion:
            self.reduced_motion = on
            self.motion_changed.emit(on)

    def set_text_percent(self, percent: int) -> None:
        """Set the size of text, in per cent of the first size."""
        if percent not in TEXT_PERCENTS:
            raise ValueError(f"text has one of the sizes {TEXT_PERCENTS}, not {percent}")
        if percent != self.text_percent:
            self.text_percent = percent
            set_text_scale(percent / 100)
            self.changed.emit()

    def px(self, px: float) -> int:
        """Return a length that grows with the text."""
        return round(px * self.text_percent / 100)

    def room(self, px: float) -> int:
        """Return a width that words need `px` of at the first size: words do not shrink below what can be read."""
        return round(px * font(12).pixelSize() / 12)

    def font(self, px: int = 12, weight: int = 400, *, display: bool = False) -> QFont:
        """Return a font of a size that grows with the text."""
        return font(px, weight, display=display)

    def _resolve(self) -> None:
        dark = self._choice == "dark" or (
            self._choice == "system" and QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        )
        plain, high = (DARK, DARK_HIGH) if dark else (LIGHT, LIGHT_HIGH)
        theme = high if self.high_contrast else plain
        if theme is not self.theme:
            self.theme = theme
            self.changed.emit()
