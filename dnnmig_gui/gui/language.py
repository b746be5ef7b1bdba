"""The language of the window: the code is in English, translations are gettext catalogues beside it."""

from __future__ import annotations

import gettext
from importlib.resources import as_file, files

LANGUAGES = {"en": "English", "zh_CN": "简体中文", "ja": "日本語"}
DOMAIN = "planner"
_translations: gettext.NullTranslations = gettext.NullTranslations()
_spoken = "en"


def use_language(code: str) -> None:
    """Speak a language of `LANGUAGES` from now on; texts already on the screen stay as they are."""
    global _translations, _spoken  # noqa: PLW0603 - one process speaks one language
    if code == "en":
        _translations = gettext.NullTranslations()
    else:
        with as_file(files("dnnmig_gui.resources") / "locale") as folder:
            _translations = gettext.translation(DOMAIN, folder, [code])
    _spoken = code


def spoken() -> str:
    """Return the code of the language in force."""
    return _spoken


def tr(text: str) -> str:
    """Return an English text in the window's language; names go in afterwards: ``tr("Open {file}").format(...)``."""
    return _translations.gettext(text) if text else text


def tr_n(one: str, many: str, count: int) -> str:
    """Return the text for a number of things, to be completed with ``.format(count=count)``."""
    return _translations.ngettext(one, many, count)


def mark(text: str) -> str:
    """Return a text as it is: it is collected for translation here and translated where it is shown, with `tr`."""
    return text
