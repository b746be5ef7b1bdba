"""Text on charts: its measures, and one line of it in a rectangle."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from dnnmig_gui.gui.theme.fonts import font, text_scale

REGULAR, MEDIUM, BOLD = 400, 500, 600


@cache
def _metrics(px: int, weight: int, _scale: float) -> QFontMetricsF:
    return QFontMetricsF(font(px, weight))


def metrics(px: int, weight: int = REGULAR) -> QFontMetricsF:
    """Return the measures of a font, at the size of text in force."""
    return _metrics(px, weight, text_scale())


@lru_cache(maxsize=20_000)
def _width(text: str, px: int, weight: int, _scale: float) -> float:
    return metrics(px, weight).horizontalAdvance(text)


def text_width(text: str, px: int = 11, weight: int = REGULAR) -> float:
    """Return the width of a text in pixels."""
    return _width(text, px, weight, text_scale())


def draw_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    color: QColor,
    *,
    px: int = 11,
    weight: int = REGULAR,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Write one line, centred in height."""
    painter.setFont(font(px, weight))
    painter.setPen(color)
    painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)


def faded(color: QColor, alpha: float) -> QColor:
    """Return a colour that lets through what lies under it."""
    other = QColor(color)
    other.setAlphaF(color.alphaF() * alpha)
    return other
