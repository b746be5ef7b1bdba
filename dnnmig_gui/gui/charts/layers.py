"""A picture kept twice, as past and as future: while time moves, only the border between the two does."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPixmap

Draw = Callable[[QPainter, bool], None]


class Layers:
    """Two images of the same picture, painted when a frame first needs them."""

    def __init__(self) -> None:
        self._made: tuple[QSize, float, QPixmap, QPixmap] | None = None

    def forget(self) -> None:
        """Paint both images again before the next frame."""
        self._made = None

    def paint(self, painter: QPainter, size: QSize, border: float, ground: QColor, draw: Draw) -> None:
        """Draw the past left of a border and the future right of it, in pixels of the widget.

        Parameters
        ----------
        size
            Of the widget.
        border
            Where past and future meet.
        ground
            Colour that fills the widget first.
        draw
            Paints the picture with a painter in pixels of the widget, as past (True) or as future.
        """
        ratio = painter.device().devicePixelRatio()
        if self._made is None or self._made[:2] != (size, ratio):
            made = [_painted(size, ratio, ground, draw, past=past) for past in (True, False)]
            self._made = (QSize(size), ratio, made[0], made[1])
        _, _, past, future = self._made
        x = min(max(0.0, border), float(size.width()))
        for layer, left, right in ((past, 0.0, x), (future, x, float(size.width()))):
            if right > left:
                painter.setClipRect(QRectF(left, 0, right - left, size.height()))
                painter.drawPixmap(QPoint(0, 0), layer)
        painter.setClipping(False)


def _painted(size: QSize, ratio: float, ground: QColor, draw: Draw, *, past: bool) -> QPixmap:
    layer = QPixmap((size.toSizeF() * ratio).toSize())
    layer.setDevicePixelRatio(ratio)
    layer.fill(ground)
    painter = QPainter(layer)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter, past)
    painter.end()
    return layer
