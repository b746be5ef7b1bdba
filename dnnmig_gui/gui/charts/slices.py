"""Paints the slices of a lane, as what has been or as what is to come."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.charts.brushwork import Brushwork
from dnnmig_gui.gui.charts.lanes import SLICE
from dnnmig_gui.gui.charts.lettering import faded
from dnnmig_gui.gui.charts.series import Drawn, Series, draw_list
from dnnmig_gui.gui.charts.troubles import TROUBLES, paint_trouble
from dnnmig_gui.gui.theme.tokens import Theme

FUTURE = 0.42
"""How much of a slice is left where it is still to come."""
FUTURE_TINT = 0.55
HATCH_PX = 6.0
RADIUS = 3.0
ROUNDED_FROM_PX = 7.0
SEAM_PX = 1.5
"""Neighbours that touch in time are told apart by so much."""
OUTLINED_FROM_PX = 5.0
LEAST_OUTLINED_PX = 3.0
OUTLINE_DASH = (2.7, 2.0)


def visible(series: Series, work: Brushwork) -> Drawn:
    """Return what of a series is in view; slices on the border of past and future are whole on both sides of it."""
    axis = work.axis
    return draw_list(series, axis.left, axis.width, axis.start, axis.stop, *series.whole(*work.span))


def paint_series(painter: QPainter, series: Series, top: float, work: Brushwork) -> Drawn:
    """Draw one series and return what was drawn, so that labels can be put on it.

    Parameters
    ----------
    top
        Upper edge of the slices in pixels.
    """
    axis, drawn = work.axis, visible(series, work)
    if series.texture in TROUBLES:
        paint_trouble(painter, series.texture, drawn, top, work)
        return drawn
    colors = work.theme.tier(series.tier)
    if series.texture == "hatch" and not work.past:
        _outline(painter, drawn, top, work, colors.line)
        return drawn
    if series.texture == "solid":
        fill, strength = colors.fill, 1.0 if work.past else FUTURE
    else:
        fill, strength = colors.tint, 1.0 if work.past else FUTURE_TINT
    strength *= work.share
    _fill(painter, drawn, top, faded(fill, strength))
    if work.theme.outlines:
        _ink_outline(painter, drawn, top, faded(colors.ink, strength))
    paint_strips(painter, drawn, top, SLICE, faded(fill, strength), 0.3)
    if series.texture == "hatch":
        _hatch(painter, drawn, top, axis, faded(colors.line, 0.6 * strength))
        paint_strips(painter, drawn, top, SLICE, faded(colors.line, 0.6 * strength), 0.0)
    return drawn


def paint_strips(painter: QPainter, drawn: Drawn, top: float, height: float, color: QColor, least: float) -> None:
    """Draw density strips, one call a density.

    Parameters
    ----------
    least
        Opacity that a strip of no density would have; a full one has 1.
    """
    levels: dict[float, list[QRectF]] = {}
    for left, right, density in drawn.strips:
        levels.setdefault(density, []).append(QRectF(left, top, right - left, height))
    painter.setPen(Qt.PenStyle.NoPen)
    for density, rects in levels.items():
        painter.setBrush(faded(color, least + (1 - least) * density))
        painter.drawRects(rects)


def _fill(painter: QPainter, drawn: Drawn, top: float, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    thin = []
    for left, right in zip(drawn.left.tolist(), drawn.right.tolist(), strict=True):
        width = _seamed(right - left)
        if width >= ROUNDED_FROM_PX:
            painter.drawRoundedRect(QRectF(left, top, width, SLICE), RADIUS, RADIUS)
        else:
            thin.append(QRectF(left, top, width, SLICE))
    if thin:
        painter.drawRects(thin)


def _ink_outline(painter: QPainter, drawn: Drawn, top: float, color: QColor) -> None:
    """Draw high contrast's outline around each slice that is wide enough to have an inside."""
    painter.setPen(QPen(color, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    spans = zip(drawn.left.tolist(), drawn.right.tolist(), strict=True)
    boxes = [QRectF(left + 0.5, top + 0.5, _seamed(right - left) - 1, SLICE - 1) for left, right in spans]
    painter.drawRects([box for box in boxes if box.width() >= LEAST_OUTLINED_PX])


def _seamed(width: float) -> float:
    return width - min(SEAM_PX, 0.25 * width)


def _hatch(painter: QPainter, drawn: Drawn, top: float, axis: TimeAxis, color: QColor) -> None:
    """Rule slices at 45 degrees; the rules keep their place on the time axis."""
    # The lines x + y = c with c = phase + n * pitch, each cut to its slice.
    phase = axis.x(0.0) % HATCH_PX + top
    lines = []
    for left, right_edge in zip(drawn.left.tolist(), drawn.right.tolist(), strict=True):
        right = left + _seamed(right_edge - left)
        bottom = top + SLICE
        first = math.floor((left + top - phase) / HATCH_PX) + 1
        last = math.ceil((right + bottom - phase) / HATCH_PX)
        for number in range(first, last):
            c = phase + number * HATCH_PX
            low_x, high_x = max(left, c - bottom), min(right, c - top)
            if high_x > low_x:
                lines.append(QLineF(low_x, c - low_x, high_x, c - high_x))
    if lines:
        pen = QPen(color, 1.6)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLines(lines)


def _outline(painter: QPainter, drawn: Drawn, top: float, work: Brushwork, color: QColor) -> None:
    """Draw uploads still to come."""
    pen = QPen(faded(color, work.share), 1.5)
    pen.setDashPattern(OUTLINE_DASH)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(work.theme.surface)
    thin = []
    for left, right_edge in zip(drawn.left.tolist(), drawn.right.tolist(), strict=True):
        width = _seamed(right_edge - left)
        if width >= OUTLINED_FROM_PX:
            painter.drawRoundedRect(QRectF(left + 0.75, top + 0.75, width - 1.5, SLICE - 1.5), RADIUS, RADIUS)
        else:
            thin.append(QRectF(left, top, width, SLICE))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(color, FUTURE * work.share))
    if thin:
        painter.drawRects(thin)
    paint_strips(painter, drawn, top, SLICE, faded(color, FUTURE * work.share), 0.0)


def paint_diamond(painter: QPainter, x: float, y: float, theme: Theme, *, arrived: bool) -> None:
    """Draw a CR: filled once it has arrived, hollow before."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.surface)
    painter.drawPolygon(_diamond(x, y, 6.0))
    pen = QPen(theme.text if arrived else theme.text_3, 1.2)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(theme.text if arrived else theme.surface)
    painter.drawPolygon(_diamond(x, y, 4.5))


def _diamond(x: float, y: float, radius: float) -> list[QPointF]:
    return [QPointF(x, y - radius), QPointF(x + radius, y), QPointF(x, y + radius), QPointF(x - radius, y)]


def paint_confirm_line(painter: QPainter, x: float, top: float, bottom: float, ink: QColor, *, arrived: bool) -> None:
    """Draw the way of a CR from its server's lane."""
    pen = QPen(faded(ink, 0.8 if arrived else 0.35), 1.2)
    pen.setDashPattern((1.7, 2.5))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))
