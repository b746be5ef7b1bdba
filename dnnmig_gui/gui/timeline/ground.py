"""Paints what stands still while time runs: grid, axes, beds and names; slices and stairs as past or as future."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from dnnmig_gui.gui.charts.brushwork import Brushwork
from dnnmig_gui.gui.charts.clip import clipped
from dnnmig_gui.gui.charts.lane_painter import paint_lane
from dnnmig_gui.gui.charts.lanes import BED, SLICE, Placed
from dnnmig_gui.gui.charts.lettering import BOLD, MEDIUM, draw_text, faded, metrics
from dnnmig_gui.gui.charts.outages import paint_outages
from dnnmig_gui.gui.charts.staircase import paint_delay_axis, paint_stairs
from dnnmig_gui.gui.timeline.confirms import paint_confirms
from dnnmig_gui.gui.timeline.view import MARGIN, RULER, View

OTHERS = 0.8
"""Lanes of users who are not followed step back so much."""


def paint_ground(painter: QPainter, view: View) -> None:
    """Draw grid, axes, beds and names."""
    theme, axis = view.theme, view.axis
    painter.setPen(QPen(theme.line, 1))
    bottom = min(view.floor, view.lanes_top + view.lanes.height - view.scroll)
    for tick in view.ticks():
        x = axis.x(tick.value)
        painter.drawLine(QPointF(x, RULER), QPointF(x, bottom))
    paint_delay_axis(painter, view.scale, theme)
    draw_text(painter, QRectF(16, RULER - 2, 110, 18), "Query delay", theme.text, px=12, weight=BOLD)
    if view.stairs:
        of = _elided(f"of {view.story.texts.users[view.marked.user]}", 84, 11, 400)
        draw_text(painter, QRectF(16, RULER + 16, 86, 16), of, theme.text_3)
    with clipped(painter, view.lanes_rect):
        for placed in view.visible:
            _paint_bed(painter, view, placed)
        lanes = ((placed.row.lane.server, view.lane_y(placed)) for placed in view.visible)
        paint_outages(painter, view.story.run, lanes, axis, theme)
        _paint_tier_bars(painter, view)


def paint_slices(painter: QPainter, view: View, span: tuple[float, float], *, past: bool) -> None:
    """Draw stairs and slices of a span of time, and somewhat beyond it, as what has been or as what is to come."""
    axis = view.axis
    with clipped(painter, QRectF(axis.left, view.chart.top() - 4, axis.width, view.floor - view.chart.top() + 4)):
        paint_stairs(painter, view.stairs, axis, view.scale, view.theme, (axis.start, axis.stop), past=past)
        with clipped(painter, view.lanes_rect):
            for placed in view.visible:
                _paint_lane(painter, view, placed, span, past=past)
    with clipped(painter, view.lanes_rect):
        paint_confirms(painter, view, math.inf if past else -math.inf)


def _paint_lane(painter: QPainter, view: View, placed: Placed, span: tuple[float, float], *, past: bool) -> None:
    row = placed.row
    share = 1.0 if row.lane.role == "server" or row.lane.user == view.marked.user else OTHERS
    work = Brushwork(view.axis, view.theme, span, past, share)
    paint_lane(painter, row, view.lane_y(placed) + (BED - SLICE) / 2, work, view.story.texts)


def _paint_bed(painter: QPainter, view: View, placed: Placed) -> None:
    theme, axis, lane = view.theme, view.axis, placed.row.lane
    y = view.lane_y(placed)
    marked = view.marked.server is not None and view.story.run.trace.server_ids[lane.server] == view.marked.server
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.accent_soft if marked else faded(theme.surface_2, 0.75))
    painter.drawRoundedRect(QRectF(axis.left, y, axis.width, BED), 4, 4)
    ink = theme.accent_ink if marked else theme.text_3 if placed.row.idle else theme.text_2
    rect = QRectF(26, y, axis.left - 26 - MARGIN, BED)
    name = _elided(placed.row.name, rect.width(), 12, MEDIUM)
    draw_text(painter, rect, name, ink, px=12, weight=MEDIUM, align=Qt.AlignmentFlag.AlignRight)


def _paint_tier_bars(painter: QPainter, view: View) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for tier in dict.fromkeys(placed.row.tier for placed in view.lanes.placed):
        own = [placed for placed in view.lanes.placed if placed.row.tier == tier]
        top, bottom = view.lane_y(own[0]), view.lane_y(own[-1]) + BED
        painter.setBrush(view.theme.tier(tier).fill)
        painter.drawRoundedRect(QRectF(16, top, 4, bottom - top), 2, 2)


def _elided(text: str, width: float, px: int, weight: int) -> str:
    return metrics(px, weight).elidedText(text, Qt.TextElideMode.ElideRight, width)
