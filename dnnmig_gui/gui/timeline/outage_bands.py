"""Outages in the staircase: a band while the followed user's link or server is out, and what is down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from dnnmig_gui.core.reporting.numbers import seconds_text
from dnnmig_gui.core.scenario.schema import Outage
from dnnmig_gui.core.simulation.trace import SliceKind
from dnnmig_gui.gui.charts.axis import TimeAxis, seconds_label
from dnnmig_gui.gui.charts.free_room import FreeRoom
from dnnmig_gui.gui.charts.lettering import BOLD, draw_text, faded, text_width
from dnnmig_gui.gui.charts.staircase import LABEL_PITCH, DelayScale, Stairs, line_points
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import id_title
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.theme.tokens import Theme

COVERS = 60.0
"""What covering a line weighs against a pixel from the middle of the chart."""


@dataclass(frozen=True)
class Band:
    """An outage in view, from pixel to pixel; its name and where that stands, None where there is no room."""

    left: float
    right: float
    text: str
    box: QRectF | None


def outages_of(run: PlannedRun, user: int) -> tuple[Outage, ...]:
    """Return the outages of servers and links that a user's bytes go over."""
    outages = run.plan.scenario.running.outages
    if not outages:
        return ()
    trace = run.trace
    kinds = (SliceKind.UPLOAD, SliceKind.FAILED_UPLOAD, SliceKind.UPLOAD_HOP, SliceKind.TRANSFER)
    own = np.isin(trace.kind, kinds) & (trace.user == user)
    pairs = np.unique(np.column_stack((trace.source[own], trace.target[own])), axis=0)
    ways = [{trace.server_ids[one], trace.server_ids[other]} for one, other in pairs.tolist()]
    return tuple(outage for outage in outages if any(_ends(outage) <= way for way in ways))


def _ends(outage: Outage) -> set[str]:
    return {outage.server} if outage.server is not None else set(outage.between or ())


def outage_tip(outage: Outage) -> str:
    """Return what is out, and from when until when."""
    ends = [id_title(name) for name in (outage.between or ())]
    what = (
        tr("{server} is down").format(server=id_title(outage.server))
        if outage.server is not None
        else tr("The link {source} – {target} is down").format(source=ends[0], target=ends[1])
    )
    step = max((outage.end_s - outage.start_s) / 100, 1e-6)
    start, end = seconds_label(outage.start_s, step), seconds_label(outage.end_s, step)
    lasts = seconds_text(outage.end_s - outage.start_s)
    return f"{what}\n" + tr("{start} to {end} ({duration})").format(start=start, end=end, duration=lasts)


def outage_at(outages: Sequence[Outage], t: float) -> Outage | None:
    """Return the outage at a time."""
    return next((outage for outage in outages if outage.start_s <= t <= outage.end_s), None)


def bands(outages: Sequence[Outage], stairs: Sequence[Stairs], axis: TimeAxis, scale: DelayScale) -> tuple[Band, ...]:
    """Return the outages in view, each with its name where that covers no line, as near the middle as can be."""
    found: list[Band] = []
    for outage in outages:
        left, right = max(axis.x(outage.start_s), axis.left), min(axis.x(outage.end_s), axis.right)
        if right <= left:
            continue
        text = tr("Link down") if outage.server is None else tr("{server} down").format(server=id_title(outage.server))
        width = text_width(text, 11, BOLD) + 4
        box = None
        if width <= right - left:
            lines = [line_points(line, axis, scale, axis.t(left), axis.t(right)) for line in stairs]
            room = FreeRoom(scale.rect.top(), scale.rect.bottom(), lines)
            start = (left + right - width) / 2
            tops = room.tops(LABEL_PITCH)
            away = abs(tops + LABEL_PITCH / 2 - scale.rect.center().y())
            cost = away + COVERS * (room.covered(start, start + width, LABEL_PITCH) > 0)
            box = QRectF(start, float(tops[cost.argmin()]), width, LABEL_PITCH)
        found.append(Band(left, right, text, box))
    return tuple(found)


def paint_bands(painter: QPainter, shown: Sequence[Band], chart: QRectF, theme: Theme) -> None:
    """Draw the bands behind the staircase."""
    for band in shown:
        painter.fillRect(
            QRectF(band.left, chart.top(), band.right - band.left, chart.height()), faded(theme.failure.tint, 0.55)
        )
        painter.setPen(QPen(faded(theme.failure.line, 0.5), 1))
        for x in (band.left, band.right):
            painter.drawLine(QPointF(x, chart.top()), QPointF(x, chart.bottom()))
        if band.box is not None:
            middle = Qt.AlignmentFlag.AlignHCenter
            draw_text(painter, band.box, band.text, theme.failure.ink, weight=BOLD, align=middle)
