"""Inter, bundled; the system's sans where a script needs it. Figures are tabular, but not those of headlines.

The tabular figures of the cut for headlines differ in width by an eighth: what runs is not written in it.

The size of text is one for the whole process: whatever asks for a font gets it enlarged. What is drawn at a scale of
its own (a presentation, a picture in a file, a canvas that is enlarged as a whole) asks inside `plain_text`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QToolTip

TEXT_FAMILY = "Inter"
DISPLAY_FAMILY = "Inter Display"
LEAST_PX = 11
_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "InterDisplay-SemiBold.otf")
_TABULAR = QFont.Tag("tnum")


class _Size:
    """How large text is, as a multiple of the first size."""

    chosen = 1.0
    now = 1.0


class _Script:
    """Fonts of the system that have the letters Inter lacks, the best first."""

    families: tuple[str, ...] = ()


def use_script(families: Iterable[str]) -> None:
    """Take letters that Inter lacks from the first of these fonts that is installed."""
    installed = set(QFontDatabase.families())
    _Script.families = tuple(family for family in families if family in installed)
    _font.cache_clear()
    QApplication.setFont(font(12))
    QToolTip.setFont(font(12))


def load_fonts() -> None:
    """Register the bundled fonts and make Inter, 12 px, the application's font. Call once, after QApplication."""
    folder = files("dnnmig_gui.resources") / "fonts"
    for name in _FILES:
        QFontDatabase.addApplicationFontFromData((folder / name).read_bytes())
    QApplication.setFont(font(12))


def text_scale() -> float:
    """Return how large text is drawn now, as a multiple of the first size; 1 inside `plain_text`."""
    return _Size.now


def set_text_scale(scale: float) -> None:
    """Let every font that is asked for from now on be so many times as large."""
    if scale != _Size.chosen:
        _Size.chosen = _Size.now = scale
        QApplication.setFont(font(12))
        QToolTip.setFont(font(12))


def scaled(px: float) -> int:
    """Return a length in pixels that grows with the text, such as the height of a row."""
    return round(px * _Size.now)


@contextmanager
def plain_text() -> Iterator[float]:
    """Hand out fonts of their first size meanwhile, for drawings that are enlarged as a whole; yield by how much."""
    before, _Size.now = _Size.now, 1.0
    try:
        yield before
    finally:
        _Size.now = before


@cache
def _font(px: int, weight: int, family: str) -> QFont:
    made = QFont()
    made.setFamilies([family, *_Script.families])
    made.setStyleHint(QFont.StyleHint.SansSerif)
    made.setPixelSize(px)
    made.setWeight(QFont.Weight(weight))
    made.setFeature(_TABULAR, 1)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def font(px: int = 12, weight: int = 400, *, display: bool = False) -> QFont:
    """Return Inter of a size in pixels (never under 11, enlarged by `text_scale`) and a weight (400, 500 or 600).

    Parameters
    ----------
    display
        The cut for headlines, which there is in 600 alone; not for figures that run.
    """
    family = DISPLAY_FAMILY if display else TEXT_FAMILY
    return QFont(_font(max(LEAST_PX, scaled(px)), 600 if display else weight, family))
