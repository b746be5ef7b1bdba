"""The band at the bottom of the page: what is happening, and how far the run is."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from dnnmig_gui.gui.presentation.sheet import CAPTION, EDGE, Sheet
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.tokens import Theme

LARGEST = 40
FLAGS = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)


@lru_cache(maxsize=256)
def _fitting_px(text: str, width: float, height: float, least: int) -> int:
    """Return how large a text can be on one line, or else on two."""
    px = max(LARGEST, least)
    box = QRectF(0, 0, width, height)
    while px > least:
        needed = QFontMetricsF(font(px, display=True)).boundingRect(box, FLAGS, text)
        if needed.height() <= height and (px <= 32 or needed.height() < 1.5 * px):
            break
        px -= 2
    return px


def paint_caption(painter: QPainter, sheet: Sheet, text: str, share: float, theme: Theme) -> None:
    """Write what is happening as large as it fits, above the line of progress; `share` of the run is over."""
    band = QRectF(0, sheet.height - CAPTION, sheet.width, CAPTION)
    painter.fillRect(band, theme.surface)
    box = band.adjusted(EDGE, 4, -EDGE, -8)
    painter.setFont(font(_fitting_px(text, box.width(), box.height(), min(sheet.px, LARGEST)), display=True))
    painter.setPen(theme.text)
    painter.drawText(box, FLAGS, text)
    painter.fillRect(QRectF(0, sheet.height - 6, sheet.width, 6), theme.surface_3)
    painter.fillRect(QRectF(0, sheet.height - 6, share * sheet.width, 6), theme.accent)
