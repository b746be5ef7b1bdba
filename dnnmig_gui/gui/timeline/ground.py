"""Paints what stands still while time runs: grid, axes, beds and names; slices and stairs as past or as future."""

from __future__ import annotations

import math
from itertools import groupby

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dnnmig_gui.core.simulation.trace import Lane
from dnnmig_gui.gui.charts.brushwork import Brushwork
from dnnmig_gui.gui.charts.clip import clipped
from dnnmig_gui.gui.charts.lane_painter import paint_lane
from dnnmig_gui.gui.charts.lanes import BED, SLICE, Placed
from dnnmig_gui.gui.charts.lettering import BOLD, MEDIUM, REGULAR, draw_text, faded
from dnnmig_gui.gui.charts.outages import paint_outages
from dnnmig_gui.gui.charts.staircase import paint_delay_axis, paint_stairs
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.timeline.confirms import paint_confirms
from dnnmig_gui.gui.timeline.names_column import BARS, NAME_LEFT, NAME_PX, PIN_LEFT, PIN_PX, elided, lane_name
from dnnmig_gui.gui.timeline.outage_bands import paint_bands
from dnnmig_gui.gui.timeline.view import MARGIN, RULER, View

OTHERS = 0.8
"""Lanes of users who are not followed step back so much."""
SEAM_PX = 4.0
"""Staircases are drawn so far beyond a span: their ends are clipped, not seen."""
CONFIRM_PX = 8.0
"""Half a CR."""
DELAYS = 60.0
"""Width of the figures at the axis of delays, and the margin beyond the words beside them."""


def paint_ground(painter: QPainter, view: View) -> None:
    """Draw grid, axes, beds and names."""
    theme, axis = view.theme, view.axis
    painter.setPen(QPen(theme.line, 1))
    bottom = min(view.floor, view.lanes_top + view.lanes.height - view.scroll)
    for tick in view.ticks():
        x = axis.x(tick.value)
        painter.drawLine(QPointF(x, RULER), QPointF(x, bottom))
    paint_bands(painter, view.bands, view.chart, theme)
    paint_delay_axis(painter, view.scale, theme)
    draw_text(painter, QRectF(16, RULER - 2, 110, 18), tr("Query delay"), theme.text, px=12, weight=BOLD)
    if view.stairs:
        room = axis.left - DELAYS
        of = elided(tr("of {user}").format(user=view.story.texts.users[view.marked.user]), room, 11, REGULAR)
        draw_text(painter, QRectF(16, RULER + 16, room + 2, 16), of, theme.text_3)
    with clipped(painter, view.lanes_rect):
        for placed in view.visible:
            _paint_bed(painter, view, placed)
        if not view.lanes.placed:
            rect = QRectF(axis.left, view.lanes_top, axis.width, BED)
            draw_text(painter, rect, tr("No lane is called so"), theme.text_3, px=12)
        lanes = ((placed.row.lane.server, view.lane_y(placed)) for placed in view.visible)
        paint_outages(painter, view.story.run, lanes, axis, theme)
        _paint_tier_bars(painter, view)


def paint_slices(painter: QPainter, view: View, span: tuple[float, float], *, past: bool) -> None:
    """Draw stairs and slices of a span of time, and somewhat beyond it, as what has been or as what is to come."""
    axis = view.axis
    with clipped(painter, QRectF(axis.left, view.chart.top() - 4, axis.width, view.floor - view.chart.top() + 4)):
        room = SEAM_PX * axis.seconds_per_px
        paint_stairs(painter, view.stairs, axis, view.scale, view.theme, (span[0] - room, span[1] + room), past=past)
        with clipped(painter, view.lanes_rect):
            for placed in view.visible:
                _paint_lane(painter, view, placed, span, past=past)
    with clipped(painter, view.lanes_rect):
        ends = axis.x(span[0]) - CONFIRM_PX, axis.x(span[1]) + CONFIRM_PX
        paint_confirms(painter, view, math.inf if past else -math.inf, ends)


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
    rect = QRectF(BARS, y, axis.left - BARS - MARGIN, BED)
    if lane == view.marked.lane:
        painter.setPen(QPen(theme.accent, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(-3, 1, 6, -1), 5, 5)
    if placed.pinned:
        _paint_pinned(painter, view, placed, theme.accent_ink)
        rect.setLeft(NAME_LEFT)
    _paint_name(painter, view, placed, rect, ink)


def _paint_pinned(painter: QPainter, view: View, placed: Placed, ink: QColor) -> None:
    y = view.lane_y(placed)
    draw_icon(painter, "pin", QRectF(PIN_LEFT, y + (BED - PIN_PX) / 2, PIN_PX, PIN_PX), ink)


def _paint_name(painter: QPainter, view: View, placed: Placed, rect: QRectF, ink: QColor) -> None:
    name = lane_name(view, placed, rect.width())
    draw_text(painter, rect, name, ink, px=NAME_PX, weight=MEDIUM, align=Qt.AlignmentFlag.AlignRight)


def paint_pin(painter: QPainter, view: View, lane: Lane | None) -> None:
    """Offer a pin on a lane that has none."""
    placed = next((each for each in view.visible if each.row.lane == lane and not each.pinned), None)
    if placed is None or placed.row not in view.story.rows:
        return
    y = view.lane_y(placed)
    with clipped(painter, view.lanes_rect):
        painter.fillRect(QRectF(PIN_LEFT, y + 2, view.axis.left - MARGIN - PIN_LEFT, BED - 4), view.theme.surface)
        _paint_pinned(painter, view, placed, view.theme.text_3)
        rect = QRectF(NAME_LEFT, y, view.axis.left - MARGIN - NAME_LEFT, BED)
        _paint_name(painter, view, placed, rect, view.theme.text)


def _paint_tier_bars(painter: QPainter, view: View) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for (tier, _), group in groupby(view.lanes.placed, lambda placed: (placed.row.tier, placed.pinned)):
        own = list(group)
        top, bottom = view.lane_y(own[0]), view.lane_y(own[-1]) + BED
        painter.setBrush(view.theme.tier(tier).fill)
        painter.drawRoundedRect(QRectF(16, top, 4, bottom - top), 2, 2)
