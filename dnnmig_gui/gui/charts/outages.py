"""Paints when links and servers do not work, over the lanes that this concerns."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen

from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.charts.lanes import BED
from dnnmig_gui.gui.charts.lettering import faded
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.theme.tokens import Theme


def paint_outages(
    painter: QPainter, run: PlannedRun, lanes: Iterable[tuple[int, float]], axis: TimeAxis, theme: Theme
) -> None:
    """Draw a column of failure tint over each lane whose server, or whose link, is out.

    Parameters
    ----------
    lanes
        Server number and upper end of each lane.
    """
    placed = list(lanes)
    number = {name: place for place, name in enumerate(run.trace.server_ids)}
    for outage in run.plan.scenario.running.outages:
        names = (outage.server,) if outage.between is None else outage.between
        concerned = {number[name] for name in names if name in number}
        left, right = max(axis.x(outage.start_s), axis.left), min(axis.x(outage.end_s), axis.right)
        if right <= left:
            continue
        for server, top in placed:
            if server in concerned:
                painter.fillRect(QRectF(left, top, right - left, BED), faded(theme.failure.tint, 0.55))
                painter.setPen(QPen(faded(theme.failure.line, 0.5), 1))
                painter.drawLine(QRectF(left, top, 0, BED).topLeft(), QRectF(left, top, 0, BED).bottomLeft())
                painter.drawLine(QRectF(right, top, 0, BED).topLeft(), QRectF(right, top, 0, BED).bottomLeft())
