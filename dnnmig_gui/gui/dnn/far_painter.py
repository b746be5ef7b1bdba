"""Paints the boxes of a model from so far that nothing can be read: colours, and rims where they are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.gui.dnn.box_painter import DIMMED, Palette, fills, rect_of, rim_color
from dnnmig_gui.gui.dnn.layout import Box

LEAST_RIMMED = 6.0
"""Boxes narrower or flatter than this on the screen, in pixels, would be nothing but rim."""


def paint_far(
    painter: QPainter, palette: Palette, model: DnnModel, boxes: Iterable[Box], scales: tuple[float, float]
) -> None:
    """Paint boxes too small for anything but their colours: all of one colour at a time.

    Parameters
    ----------
    scales
        Pixels of the screen to one of the drawing, sideways and upwards.
    """
    by_color: defaultdict[tuple[int, bool], list[QRectF]] = defaultdict(list)
    rims: defaultdict[int, list[QRectF]] = defaultdict(list)
    for box in boxes:
        left = box.x
        dimmed = palette.is_dimmed(box)
        width = max(box.width, 1 / scales[0])
        for share, color in fills(palette, model, box):
            by_color[color.rgba(), dimmed].append(QRectF(left, box.y, width * share, box.height))
            left += width * share
        if palette.theme.outlines and min(box.width * scales[0], box.height * scales[1]) >= LEAST_RIMMED:
            rims[rim_color(palette, box).rgba()].append(rect_of(box))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    for (rgba, dimmed), rects in by_color.items():
        painter.setOpacity(DIMMED if dimmed else 1.0)
        painter.setBrush(QColor.fromRgba(rgba))
        painter.drawRects(rects)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for rgba, rects in rims.items():
        pen = QPen(QColor.fromRgba(rgba), 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawRects(rects)
    painter.restore()
