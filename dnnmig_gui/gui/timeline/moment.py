"""Paints what moves with the time: CRs that arrive, uploads under way, values, the playhead."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from dnnmig_gui.gui.charts.clip import clipped
from dnnmig_gui.gui.charts.labels import BED_INDENT, paint_on_bed
from dnnmig_gui.gui.charts.lanes import BED, SLICE, Placed
from dnnmig_gui.gui.charts.lettering import BOLD, MEDIUM, draw_text, faded, text_width
from dnnmig_gui.gui.charts.slices import paint_confirm_line, paint_diamond
from dnnmig_gui.gui.charts.staircase import paint_values
from dnnmig_gui.gui.charts.texts import clock_text
from dnnmig_gui.gui.timeline.measure import measured
from dnnmig_gui.gui.timeline.view import MARGIN, RULER, View

EDGE_PX = 0.5
"""The playhead still counts as in view this far beyond the axis."""


def paint_moment(painter: QPainter, view: View, t: float) -> None:
    """Draw all that a change of time alone changes."""
    with clipped(painter, QRectF(0, 0, view.right, view.floor)):
        _paint_span(painter, view)
        with clipped(painter, view.lanes_rect):
            _paint_progress(painter, view, t)
            _paint_confirms(painter, view, t)
            _paint_selected(painter, view)
        _paint_ruler(painter, view, t)
        x = view.axis.x(t)
        if _in_view(view, x):
            painter.setPen(QPen(view.theme.accent, 1.5))
            painter.drawLine(QPointF(x, 22), QPointF(x, view.floor))
        paint_values(painter, view.stairs, view.axis, view.scale, view.theme, t)
        if view.marked.span is not None:
            _paint_measure(painter, view, view.marked.span)


def _paint_span(painter: QPainter, view: View) -> None:
    """Draw the marked part of the run: a bar under the ruler, a faint band over all."""
    if view.marked.span is None:
        return
    low, high = (min(max(view.axis.x(t), view.axis.left), view.axis.right) for t in view.marked.span)
    if high > low:
        painter.fillRect(QRectF(low, RULER - 5, high - low, 3), view.theme.accent)
        painter.fillRect(QRectF(low, RULER, high - low, view.floor - RULER), faded(view.theme.accent, 0.06))


def _paint_measure(painter: QPainter, view: View, span: tuple[float, float]) -> None:
    """Write what the marked part holds of the followed user."""
    low, high = (min(max(view.axis.x(t), view.axis.left), view.axis.right) for t in span)
    center = (low + high) / 2
    if high <= low or view.marked.user >= len(view.story.run.plan.users):
        return
    text = measured(view.story.run.trace, view.marked.user, span).text
    width = text_width(text, 11, MEDIUM) + 16
    left = min(max(center - width / 2, view.axis.left + 2), max(view.axis.left + 2, view.axis.right - width - 2))
    box = QRectF(left, view.chart.top() + 2, width, 20)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(view.theme.accent_soft)
    painter.drawRoundedRect(box, 10, 10)
    draw_text(painter, box, text, view.theme.accent_ink, weight=MEDIUM, align=Qt.AlignmentFlag.AlignHCenter)


def _in_view(view: View, x: float) -> bool:
    return view.axis.left - EDGE_PX <= x <= view.axis.right + EDGE_PX


def _paint_progress(painter: QPainter, view: View, t: float) -> None:
    """Write on each upload under way how much of it has been sent."""
    now = view.axis.x(t)
    for placed in view.visible:
        if placed.row.lane.role != "uploads":
            continue
        for series in placed.row.series:
            row = series.at(t)
            if row is not None:
                _paint_sent(painter, view, placed, row, view.story.texts.upload_progress(row, t), now)


def _paint_sent(painter: QPainter, view: View, placed: Placed, row: int, text: str, now: float) -> None:
    trace, axis = view.story.run.trace, view.axis
    left = max(axis.x(float(trace.start[row])), axis.left)
    right = min(axis.x(float(trace.end[row])), axis.right)
    if text_width(text, 11, BOLD) + 2 * BED_INDENT + 8 > right - left:
        return
    server = view.story.run.plan.problem.topology.servers[int(trace.target[row])]
    colors = view.theme.tier(server.tier)
    top = view.lane_y(placed) + (BED - SLICE) / 2
    for low, high, bed in ((left, now, colors.tint), (max(now, left), right, view.theme.surface)):
        if high > low:
            with clipped(painter, QRectF(low, top, high - low, SLICE)):
                paint_on_bed(painter, left + BED_INDENT, top, text, colors.ink, bed)


def _paint_confirms(painter: QPainter, view: View, t: float) -> None:
    """Draw CRs: a diamond on the upload lane, a dotted line to the lane of the server that confirmed."""
    trace, axis = view.story.run.trace, view.axis
    lanes = {placed.row.lane.user: placed for placed in view.lanes.placed if placed.row.lane.role == "uploads"}
    rows = view.story.moments.confirms
    first = int(np.searchsorted(trace.start[rows], axis.start, side="left"))
    last = int(np.searchsorted(trace.start[rows], axis.stop, side="right"))
    servers = view.story.run.plan.problem.topology.servers
    diamonds = []
    for row in rows[first:last].tolist():
        upload = lanes.get(int(trace.user[row]))
        if upload is None:
            continue
        when, server = float(trace.start[row]), int(trace.source[row])
        x, y, arrived = axis.x(when), view.lane_y(upload) + BED / 2, when <= t
        goal = view.lanes.of_server(server)
        if goal is not None:
            end = view.lane_y(goal) + (BED - SLICE) / 2
            ink = view.theme.tier(servers[server].tier).ink
            paint_confirm_line(painter, x, min(y, end), max(y, end), ink, arrived=arrived)
        diamonds.append((x, y, arrived))
    for x, y, arrived in diamonds:
        paint_diamond(painter, x, y, view.theme, arrived=arrived)


def _paint_selected(painter: QPainter, view: View) -> None:
    """Draw an outline around the uploads of the selected P3."""
    if view.marked.partition is None:
        return
    trace, axis = view.story.run.trace, view.axis
    painter.setPen(QPen(view.theme.accent, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for placed in view.visible:
        for series in placed.row.series:
            rows = series.rows
            own = (trace.partition[rows] == view.marked.partition) & (trace.user[rows] == view.marked.user)
            if series.texture != "hatch" or not own.any():
                continue
            for start, end in zip(series.start[own].tolist(), series.end[own].tolist(), strict=True):
                if end < axis.start or start > axis.stop:
                    continue
                left, right = max(axis.x(start), axis.left), min(axis.x(end), axis.right)
                outline = QRectF(left, view.lane_y(placed) + 1, max(right - left, 3), BED - 2)
                painter.drawRoundedRect(outline, 4, 4)


def _paint_ruler(painter: QPainter, view: View, t: float) -> None:
    """Draw the times, and the playhead's own in a pill."""
    axis, theme = view.axis, view.theme
    text = clock_text(t, axis.span)
    width = text_width(text, 11, BOLD) + 20
    x = axis.x(t)
    inside = _in_view(view, x)
    pill = QRectF(min(x - width / 2, axis.right + MARGIN - width), 2, width, 20)
    for tick in view.ticks():
        half = text_width(tick.label) / 2
        center = min(axis.x(tick.value), axis.right - half + 4)
        if inside and center + half + 6 > pill.left() and center - half - 6 < pill.right():
            continue
        rect = QRectF(center - half - 1, 2, 2 * half + 2, 20)
        draw_text(painter, rect, tick.label, theme.text_3, align=Qt.AlignmentFlag.AlignHCenter)
    if inside:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.accent)
        painter.drawRoundedRect(pill, 10, 10)
        draw_text(painter, pill, text, theme.on_accent, weight=BOLD, align=Qt.AlignmentFlag.AlignHCenter)
