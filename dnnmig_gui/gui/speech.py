"""The language that was chosen, and what Qt needs to speak it: its own texts and fonts with the script."""

from __future__ import annotations

from typing import Literal, cast, get_args

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QSettings, QTranslator

from dnnmig_gui.gui.language import spoken, use_language
from dnnmig_gui.gui.theme.fonts import use_script

LanguageChoice = Literal["system", "en", "zh_CN", "ja"]
_KEY = "language"
_SCRIPTS: dict[str, tuple[str, ...]] = {
    "zh_CN": (
        "Noto Sans CJK SC",
        "Noto Sans SC",
        "Source Han Sans SC",
        "PingFang SC",
        "Microsoft YaHei",
        "WenQuanYi Micro Hei",
        "WenQuanYi Zen Hei",
        "Droid Sans Fallback",
    ),
    "ja": (
        "Noto Sans CJK JP",
        "Noto Sans JP",
        "Source Han Sans JP",
        "Hiragino Sans",
        "Yu Gothic UI",
        "Yu Gothic",
        "Meiryo",
        "IPAexGothic",
        "Droid Sans Fallback",
    ),
}
"""Fonts that have a language's letters, the best first; Inter has Latin, Greek and Cyrillic alone."""
_translators: list[QTranslator] = []


def stored_language(settings: QSettings) -> LanguageChoice:
    """Return the language chosen last; that of the system unless one was."""
    found = settings.value(_KEY, "system")
    return cast("LanguageChoice", found) if found in get_args(LanguageChoice) else "system"


def store_language(settings: QSettings, choice: LanguageChoice) -> None:
    """Remember the language chosen."""
    settings.setValue(_KEY, choice)


def code_of(choice: LanguageChoice, system: QLocale | None = None) -> str:
    """Return the code of the language to speak; English where the system's is none that is spoken here."""
    if choice != "system":
        return choice
    locale = QLocale.system() if system is None else system
    if locale.language() == QLocale.Language.Japanese:
        return "ja"
    simplified = locale.script() == QLocale.Script.SimplifiedHanScript
    return "zh_CN" if locale.language() == QLocale.Language.Chinese and simplified else "en"


def speak(code: str) -> None:
    """Speak a language from now on; windows that are open have to be made anew.

    Qt's own texts are taken from the translations that come with it; without them, its dialogs speak English.
    """
    if code == spoken():
        return
    use_language(code)
    use_script(_SCRIPTS.get(code, ()))
    application = QCoreApplication.instance()
    if application is None:
        return
    for old in _translators:
        application.removeTranslator(old)
    _translators.clear()
    if code != "en":
        made = QTranslator(application)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if made.load(f"qtbase_{code}", folder) and application.installTranslator(made):
            _translators.append(made)
