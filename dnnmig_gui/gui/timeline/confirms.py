"""Paints CRs: a diamond at the end of an upload, a dotted line to the lane of the server that confirmed."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QPainter

from dnnmig_gui.gui.charts.lanes import BED, SLICE
from dnnmig_gui.gui.charts.slices import paint_confirm_line, paint_diamond
from dnnmig_gui.gui.timeline.view import View


def paint_confirms(painter: QPainter, view: View, t: float, pixels: tuple[float, float] | None = None) -> None:
    """Draw the CRs in view as they are at a time: filled once they have arrived, hollow before.

    Parameters
    ----------
    t
        The time; infinite for a picture of the past alone, minus infinite for one of what is to come.
    pixels
        Only those in this part of the picture; all unless given.
    """
    trace, axis = view.story.run.trace, view.axis
    lanes = {placed.row.lane.user: placed for placed in view.lanes.placed if placed.row.lane.role == "uploads"}
    if not lanes:
        return
    servers = {placed.row.lane.server: placed for placed in view.lanes.placed if placed.row.lane.role == "server"}
    low, high = (axis.start, axis.stop) if pixels is None else (axis.t(pixels[0]), axis.t(pixels[1]))
    low, high = max(low, axis.start), min(high, axis.stop)
    rows = view.story.moments.confirms
    first = int(np.searchsorted(trace.start[rows], low, side="left"))
    last = int(np.searchsorted(trace.start[rows], high, side="right"))
    tiers = view.story.run.plan.problem.topology.servers
    drawn: set[tuple[int, int, int]] = set()
    diamonds = []
    for row in rows[first:last].tolist():
        user, server = int(trace.user[row]), int(trace.source[row])
        upload = lanes.get(user)
        if upload is None:
            continue
        when = float(trace.start[row])
        x, y, arrived = axis.x(when), view.lane_y(upload) + BED / 2, when <= t
        # What falls on the same pixel is seen once.
        if (place := (round(x), user, server)) in drawn:
            continue
        drawn.add(place)
        goal = servers.get(server)
        if goal is not None:
            end = view.lane_y(goal) + (BED - SLICE) / 2
            ink = view.theme.tier(tiers[server].tier).ink
            paint_confirm_line(painter, x, min(y, end), max(y, end), ink, arrived=arrived)
        diamonds.append((x, y, arrived))
    for x, y, arrived in diamonds:
        paint_diamond(painter, x, y, view.theme, arrived=arrived)
