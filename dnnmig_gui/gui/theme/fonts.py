"""Inter, bundled; the system's sans where a script needs it. Figures are tabular everywhere."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

TEXT_FAMILY = "Inter"
DISPLAY_FAMILY = "Inter Display"
_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "InterDisplay-SemiBold.otf")
_TABULAR = QFont.Tag("tnum")


def load_fonts() -> None:
    """Register the bundled fonts and make Inter, 12 px, the application's font. Call once, after QApplication."""
    folder = files("dnnmig_gui.resources") / "fonts"
    for name in _FILES:
        QFontDatabase.addApplicationFontFromData((folder / name).read_bytes())
    QApplication.setFont(font(12))


@cache
def _font(px: int, weight: int, family: str) -> QFont:
    made = QFont(family)
    made.setStyleHint(QFont.StyleHint.SansSerif)
    made.setPixelSize(px)
    made.setWeight(QFont.Weight(weight))
    made.setFeature(_TABULAR, 1)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def font(px: int = 12, weight: int = 400, *, display: bool = False) -> QFont:
    """Return Inter of a size in pixels (never under 11) and a weight (400, 500 or 600).

    Parameters
    ----------
    display
        The cut for headlines, which there is in 600 alone.
    """
    return QFont(_font(max(11, px), 600 if display else weight, DISPLAY_FAMILY if display else TEXT_FAMILY))
