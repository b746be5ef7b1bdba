"""For widgets that grow as a whole with the size of text: laid out and painted in units, as if text had its first size.

A unit is a pixel at the first size of text, two pixels at twice that size.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QPainter, QSinglePointEvent
from PySide6.QtWidgets import QWidget

from dnnmig_gui.gui.theme.fonts import plain_text, text_scale


def units(widget: QWidget) -> QSizeF:
    """Return how wide and how high a widget is, in units."""
    scale = text_scale()
    return QSizeF(widget.width() / scale, widget.height() / scale)


def area(widget: QWidget) -> QRectF:
    """Return all of a widget, in units."""
    return QRectF(QPointF(0, 0), units(widget))


def mouse(event: QSinglePointEvent | QHelpEvent | QContextMenuEvent) -> QPointF:
    """Return where the mouse is, in units."""
    position = event.position() if isinstance(event, QSinglePointEvent) else QPointF(event.pos())
    scale = text_scale()
    return QPointF(position.x() / scale, position.y() / scale)


def pixels(width: float, height: float) -> QSize:
    """Return a size in pixels."""
    scale = text_scale()
    return QSize(round(width * scale), round(height * scale))


@contextmanager
def enlarged(widget: QWidget) -> Iterator[tuple[QPainter, QRectF]]:
    """Yield a painter in units, and all of the widget; whatever it writes grows with the rest."""
    whole, painter = area(widget), QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    with plain_text() as scale:
        painter.scale(scale, scale)
        try:
            yield painter, whole
        finally:
            painter.end()
