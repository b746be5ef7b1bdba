"""What lies under the mouse, and what a click on it selects."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from dnnmig_gui.core.simulation.trace import NONE, SliceKind
from dnnmig_gui.gui.charts.lanes import Placed
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.timeline.view import View

CONFIRM_PX = 6.0
NEAR_PX = 2.0
"""A slice is still hit this far behind its end, or the narrowest ones could not be."""


def lane_at(view: View, position: QPointF) -> Placed | None:
    """Return the lane at a position, its name included."""
    if position.y() < view.lanes_top:
        return None
    return view.lanes.at(position.y() - view.lanes_top + view.scroll)


def row_at(view: View, position: QPointF) -> int | None:
    """Return the row of the trace at a position: a CR, else the topmost slice."""
    axis, placed = view.axis, lane_at(view, position)
    if placed is None or not axis.left <= position.x() <= axis.right:
        return None
    if placed.row.lane.role == "uploads":
        row = _confirm_at(view, placed, position.x())
        if row is not None:
            return row
    t = axis.t(position.x())
    for series in reversed(placed.row.series):
        for moment in (t, t - NEAR_PX * axis.seconds_per_px):
            row = series.at(moment)
            if row is not None:
                return row
    return None


def _confirm_at(view: View, placed: Placed, x: float) -> int | None:
    trace, rows = view.story.run.trace, view.story.moments.confirms
    own = rows[trace.user[rows] == placed.row.lane.user]
    if not len(own):
        return None
    distance = abs(trace.start[own] - view.axis.t(x)) / view.axis.seconds_per_px
    return int(own[distance.argmin()]) if distance.min() <= CONFIRM_PX else None


def select_lane(selection: Selection, run: PlannedRun, placed: Placed) -> None:
    """Select the server of a lane, and follow the user it belongs to."""
    lane = placed.row.lane
    if lane.user != NONE:
        selection.follow(lane.user)
    selection.select(server=run.trace.server_ids[lane.server])


def select_row(selection: Selection, run: PlannedRun, row: int) -> None:
    """Select what a row of the trace tells of: its server, its P3, its layer; and follow its user."""
    trace = run.trace
    user, kind = int(trace.user[row]), int(trace.kind[row])
    source, target = (
        None if number == NONE else trace.server_ids[number]
        for number in (int(trace.source[row]), int(trace.target[row]))
    )
    selection.follow(user)
    if kind in (SliceKind.UPLOAD, SliceKind.UPLOAD_HOP, SliceKind.FAILED_UPLOAD, SliceKind.GIVEN_UP):
        selection.select(server=target, partition=int(trace.partition[row]))
    elif kind == SliceKind.CONFIRM:
        selection.select(server=source, partition=int(trace.partition[row]))
    elif kind == SliceKind.EXECUTE:
        layer = run.plan.problem.users[user].model.layers[int(trace.first_layer[row])].name
        selection.select(server=target, layer=layer)
    else:
        selection.select(server=trace.server_ids[run.plan.problem.users[user].client])
