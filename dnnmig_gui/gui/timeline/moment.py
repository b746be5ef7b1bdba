"""Paints what moves with the time: CRs that arrive, uploads under way, values, the playhead."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from dnnmig_gui.gui.charts.clip import clipped
from dnnmig_gui.gui.charts.labels import BED_INDENT, LABEL_ROOM, paint_on_bed
from dnnmig_gui.gui.charts.lanes import BED, SLICE, Placed
from dnnmig_gui.gui.charts.lettering import BOLD, MEDIUM, draw_text, faded, text_width
from dnnmig_gui.gui.charts.playhead import paint_playhead
from dnnmig_gui.gui.timeline.confirms import paint_confirms
from dnnmig_gui.gui.timeline.line_labels import paint_values
from dnnmig_gui.gui.timeline.view import RULER, View

NEAR_PX = 9.0
"""CRs this near to the playhead are drawn whole: past and future, painted before, meet there."""


def paint_moment(painter: QPainter, view: View, t: float) -> None:
    """Draw all that a change of time alone changes."""
    with clipped(painter, QRectF(0, 0, view.right, view.floor)):
        _paint_span(painter, view)
        with clipped(painter, view.lanes_rect):
            _paint_progress(painter, view, t)
            now = view.axis.x(t)
            paint_confirms(painter, view, t, (now - NEAR_PX, now + NEAR_PX))
            _paint_selected(painter, view)
        paint_playhead(painter, view.axis, view.ticks(), t, view.floor, view.right, view.theme)
        measure = _measure_box(view)
        taken = [box for box in (measure, *(band.box for band in view.bands)) if box is not None]
        paint_values(painter, view.stairs, view.axis, view.scale, view.theme, t, taken)
        if measure is not None:
            _paint_measure(painter, view, measure)


def _paint_span(painter: QPainter, view: View) -> None:
    """Draw the marked part of the run: a bar under the ruler, a faint band over all."""
    if view.marked.span is None:
        return
    low, high = (min(max(view.axis.x(t), view.axis.left), view.axis.right) for t in view.marked.span)
    if high > low:
        painter.fillRect(QRectF(low, RULER - 5, high - low, 3), view.theme.accent)
        painter.fillRect(QRectF(low, RULER, high - low, view.floor - RULER), faded(view.theme.accent, 0.06))


def _measure_box(view: View) -> QRectF | None:
    """Return where it is written what the marked part holds; None if nothing is marked in view."""
    span, axis = view.marked.span, view.axis
    if span is None or not view.measure or span[1] <= axis.start or span[0] >= axis.stop:
        return None
    low, high = (min(max(axis.x(t), axis.left), axis.right) for t in span)
    width = text_width(view.measure, 11, MEDIUM) + 16
    left = min(max((low + high - width) / 2, axis.left + 2), max(axis.left + 2, axis.right - width - 2))
    return QRectF(left, view.chart.top() + 2, width, 20)


def _paint_measure(painter: QPainter, view: View, box: QRectF) -> None:
    """Write what the marked part holds of the followed user."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(view.theme.accent_soft)
    painter.drawRoundedRect(box, 10, 10)
    draw_text(painter, box, view.measure, view.theme.accent_ink, weight=MEDIUM, align=Qt.AlignmentFlag.AlignHCenter)


def _paint_progress(painter: QPainter, view: View, t: float) -> None:
    """Write on each upload under way how much of it has been sent."""
    now = view.axis.x(t)
    for placed in view.visible:
        if placed.row.lane.role != "uploads":
            continue
        for series in placed.row.series:
            row = series.at(t) if series.texture == "hatch" else None
            if row is not None:
                _paint_sent(painter, view, placed, row, view.story.texts.upload_progress(row, t), now)


def _paint_sent(painter: QPainter, view: View, placed: Placed, row: int, text: str, now: float) -> None:
    trace, axis = view.story.run.trace, view.axis
    left = max(axis.x(float(trace.start[row])), axis.left)
    right = min(axis.x(float(trace.end[row])), axis.right)
    if text_width(text, 11, BOLD) + LABEL_ROOM > right - left:
        return
    server = view.story.run.plan.problem.topology.servers[int(trace.target[row])]
    colors = view.theme.tier(server.tier)
    top = view.lane_y(placed) + (BED - SLICE) / 2
    for low, high, bed in ((left, now, colors.tint), (max(now, left), right, view.theme.surface)):
        if high > low:
            with clipped(painter, QRectF(low, top, high - low, SLICE)):
                paint_on_bed(painter, left + BED_INDENT, top, text, colors.ink, bed)


def _paint_selected(painter: QPainter, view: View) -> None:
    """Draw an outline around the uploads of the selected P3."""
    if view.marked.partition is None:
        return
    trace, axis = view.story.run.trace, view.axis
    painter.setPen(QPen(view.theme.accent, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for placed in view.visible:
        for series in placed.row.series:
            if series.texture != "hatch":
                continue
            rows = series.rows
            own = (trace.partition[rows] == view.marked.partition) & (trace.user[rows] == view.marked.user)
            for start, end in zip(series.start[own].tolist(), series.end[own].tolist(), strict=True):
                if end < axis.start or start > axis.stop:
                    continue
                left, right = max(axis.x(start), axis.left), min(axis.x(end), axis.right)
                outline = QRectF(left, view.lane_y(placed) + 1, max(right - left, 3), BED - 2)
                painter.drawRoundedRect(outline, 4, 4)
