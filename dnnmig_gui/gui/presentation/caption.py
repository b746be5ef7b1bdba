"""The band at the bottom of the page: what is happening, and how far the run is."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from dnnmig_gui.gui.presentation.sheet import CAPTION, EDGE, Sheet
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.tokens import Theme

LARGEST = 40
SMALLEST_LINE = 30
"""A text that would be smaller on one line stands on two."""
FLAGS = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)


@lru_cache(maxsize=256)
def _set_text(text: str, width: float, height: float, least: int) -> tuple[str, int]:
    """Return a text, broken into lines, and how large it can be: on one line unless that makes it much smaller."""
    px = max(LARGEST, least)
    while px > least and _breadth(text, px) > width:
        px -= 2
    if _breadth(text, px) <= width and px >= SMALLEST_LINE:
        return text, px
    words = text.split(" ")
    px = max(LARGEST, least)
    while True:
        # Lines of about the same length: a last word alone on the second would look lost.
        halves = [(" ".join(words[:place]), " ".join(words[place:])) for place in range(1, len(words))]
        lines = min(halves, key=lambda pair: max(_breadth(line, px) for line in pair), default=(text,))
        if px <= least:
            break
        tall = len(lines) * QFontMetricsF(font(px, display=True)).lineSpacing()
        if tall <= height and all(_breadth(line, px) <= width for line in lines):
            break
        px -= 2
    return "\n".join(lines), px


def _breadth(text: str, px: int) -> float:
    return QFontMetricsF(font(px, display=True)).horizontalAdvance(text)


def paint_caption(painter: QPainter, sheet: Sheet, text: str, share: float, theme: Theme) -> None:
    """Write what is happening as large as it fits, above the line of progress; `share` of the run is over."""
    band = QRectF(0, sheet.height - CAPTION, sheet.width, CAPTION)
    painter.fillRect(band, theme.surface)
    box = band.adjusted(EDGE, 4, -EDGE, -8)
    text, px = _set_text(text, box.width(), box.height(), min(sheet.px, LARGEST))
    painter.setFont(font(px, display=True))
    painter.setPen(theme.text)
    painter.drawText(box, FLAGS, text)
    painter.fillRect(QRectF(0, sheet.height - 6, sheet.width, 6), theme.surface_3)
    painter.fillRect(QRectF(0, sheet.height - 6, share * sheet.width, 6), theme.accent)
