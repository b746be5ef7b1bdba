"""What the Language menu does: another language is spoken at once, in every window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import get_args

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtGui import QAction

from dnnmig_gui.gui.language import spoken
from dnnmig_gui.gui.speech import LanguageChoice, code_of, speak, store_language, stored_language


class LanguageActions:
    """Chooses the language.

    Parameters
    ----------
    renew
        Makes all windows anew, in the language in force.
    """

    def __init__(self, settings: QSettings, renew: Callable[[], object]) -> None:
        self._settings = settings
        self._renew = renew

    def use_system(self) -> None:
        """Speak the language of the system."""
        self._use("system")

    def use_english(self) -> None:
        """Speak English."""
        self._use("en")

    def use_chinese(self) -> None:
        """Speak Simplified Chinese."""
        self._use("zh_CN")

    def use_japanese(self) -> None:
        """Speak Japanese."""
        self._use("ja")

    def mark(self, actions: Mapping[str, QAction]) -> None:
        """Check the action of the language chosen; called before the menu opens."""
        for choice in get_args(LanguageChoice):
            actions[f"language-{choice}"].setCheckable(True)
            actions[f"language-{choice}"].setChecked(choice == stored_language(self._settings))

    def _use(self, choice: LanguageChoice) -> None:
        store_language(self._settings, choice)
        if code_of(choice) != spoken():
            # Once the menu that asked for it is closed: it goes with its window.
            QTimer.singleShot(0, lambda: self._change(choice))

    def _change(self, choice: LanguageChoice) -> None:
        if code_of(choice) != spoken():
            speak(code_of(choice))
            self._renew()
