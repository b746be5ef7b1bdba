"""The lanes of a run: users' uploads and queries, edge servers, cloud servers; each with its slices as arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.simulation import Trace
from dnnmig_gui.core.simulation.trace import NONE, Lane, SliceKind
from dnnmig_gui.core.topology import TIERS, Tier
from dnnmig_gui.gui.charts.series import FloatArray, IntArray, Series, Texture
from dnnmig_gui.gui.charts.sharing import shared_times
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import id_title
from dnnmig_gui.gui.planned_run import PlannedRun

PITCH = 24.0
BED = 22.0
SLICE = 18.0
TIER_GAP = 8.0
UPLOAD_TROUBLES: tuple[tuple[SliceKind, Texture], ...] = (
    (SliceKind.PAUSE, "pause"),
    (SliceKind.FAILED_UPLOAD, "failed"),
    (SliceKind.GIVEN_UP, "failed"),
)
QUERY_TROUBLES: tuple[tuple[SliceKind, Texture], ...] = (
    (SliceKind.WAIT, "wait"),
    (SliceKind.FALLBACK, "fallback"),
    (SliceKind.PENDING, "pending"),
)
FROM_BELOW: tuple[Texture, ...] = (
    *("cut", "tint", "hatch", "shared", "solid"),
    *("pause", "failed", "wait", "fallback", "pending"),
)
"""How the looks of several lanes lie on one another."""


def user_names(trace: Trace) -> tuple[str, ...]:
    """Return what people read for each user: the client's name where no other user shares it."""
    clients = {lane.user: lane.server for lane in trace.lanes if lane.role != "server"}
    shared = Counter(clients.values())
    return tuple(
        trace.server_ids[clients[user]] if user in clients and shared[clients[user]] == 1 else own
        for user, own in enumerate(trace.user_ids)
    )


@dataclass(frozen=True, eq=False)
class LaneRow:
    """One lane.

    Parameters
    ----------
    lane
        Whose it is.
    name, tier
        What people read, and the tier that it belongs to.
    series
        Its slices, those that lie below first.
    """

    lane: Lane
    name: str
    tier: Tier
    series: tuple[Series, ...]

    @property
    def idle(self) -> bool:
        """Whether nothing ever happens on it."""
        return not self.series


@dataclass(frozen=True)
class Placed:
    """A lane, the top of its bed in pixels from the first lane's, and whether it is pinned there."""

    row: LaneRow
    top: float
    pinned: bool = False


@dataclass(frozen=True, eq=False)
class Lanes:
    """The lanes that are shown, from above.

    Parameters
    ----------
    placed
        Pinned lanes, then clients' lanes, then edge servers, then cloud servers.
    height
        Pixels of all.
    """

    placed: tuple[Placed, ...]
    height: float

    def of_server(self, server: int) -> Placed | None:
        """Return the lane of an edge or cloud server, if it is shown."""
        for placed in self.placed:
            if placed.row.lane.role == "server" and placed.row.lane.server == server:
                return placed
        return None

    def at(self, y: float) -> Placed | None:
        """Return the lane at a height."""
        for placed in self.placed:
            if placed.top <= y < placed.top + PITCH:
                return placed
        return None


def lane_rows(run: PlannedRun, user: int | None = None) -> tuple[LaneRow, ...]:
    """Return every lane of a run with its slices, in the order in which lanes are shown.

    Parameters
    ----------
    user
        Whose slices; everybody's unless given.
    """
    trace = run.trace
    tiers: list[Tier] = [server.tier for server in run.plan.problem.topology.servers]
    names = user_names(trace)
    order = np.lexsort((trace.start, trace.lane))
    bounds = np.searchsorted(trace.lane[order], np.arange(len(trace.lanes) + 1))
    shared = shared_times(trace, run.plan.problem.topology)
    rows = []
    for number, lane in enumerate(trace.lanes):
        own = order[bounds[number] : bounds[number + 1]]
        if user is not None:
            own = own[trace.user[own] == user]
        if lane.role == "server":
            tier, name = tiers[lane.server], id_title(trace.server_ids[lane.server])
            parts = [
                _series(trace, own, SliceKind.UPLOAD_HOP, "hatch", tier),
                _series(trace, own, SliceKind.EXECUTE, "solid", tier),
            ]
        elif lane.role == "uploads":
            tier, name = "client", tr("{user} uploads").format(user=names[lane.user])
            uploads = own[trace.kind[own] == SliceKind.UPLOAD]
            goal = np.array([TIERS.index(tiers[server]) for server in trace.target[uploads].tolist()], dtype=np.intp)
            parts = [
                _series(trace, uploads[goal == place], SliceKind.UPLOAD, "hatch", to) for place, to in enumerate(TIERS)
            ]
            parts.append(_shared(trace, shared, SliceKind.UPLOAD_HOP, lane.user))
            parts += [_series(trace, own, kind, texture, tier) for kind, texture in UPLOAD_TROUBLES]
        else:
            tier, name = "client", tr("{user} queries").format(user=names[lane.user])
            parts = [
                _series(trace, own, SliceKind.OPEN_QUERY, "cut", tier),
                _series(trace, own, SliceKind.QUERY, "tint", tier),
                _shared(trace, shared, SliceKind.TRANSFER, lane.user),
                _series(trace, own, SliceKind.EXECUTE, "solid", tier),
                *(_series(trace, own, kind, texture, tier) for kind, texture in QUERY_TROUBLES),
            ]
        rows.append(LaneRow(lane, name, tier, tuple(part for part in parts if len(part.rows))))
    roles = ("uploads", "queries")
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                TIERS.index(row.tier),
                row.lane.user,
                roles.index(row.lane.role) if row.lane.role in roles else 0,
                row.lane.server,
            ),
        )
    )


def _series(trace: Trace, rows: IntArray, kind: SliceKind, texture: Texture, tier: Tier) -> Series:
    rows = rows[trace.kind[rows] == kind]
    return Series(texture, tier, rows, trace.start[rows], trace.end[rows])


def _shared(trace: Trace, times: tuple[IntArray, FloatArray, FloatArray], kind: SliceKind, user: int) -> Series:
    """Return when a user's transfers had a share of their link alone."""
    rows, start, end = times
    own = (trace.kind[rows] == kind) & (trace.user[rows] == user)
    return Series("shared", "client", rows[own], start[own], end[own])


def folded_rows(rows: Sequence[LaneRow], folded: Collection[Tier]) -> list[LaneRow]:
    """Return the lanes with those of each folded tier as one, on which the slices of all lie."""
    found: list[LaneRow] = []
    for tier in TIERS:
        own = [row for row in rows if row.tier == tier]
        if tier in folded and sum(not row.idle for row in own) > 1:
            found.append(_together(tier, [row for row in own if not row.idle]))
        else:
            found += own
    return found


def _together(tier: Tier, rows: Sequence[LaneRow]) -> LaneRow:
    """Return one lane with the slices of several, by look."""
    looks: dict[tuple[Texture, Tier], list[Series]] = {}
    for row in rows:
        for series in row.series:
            looks.setdefault((series.texture, series.tier), []).append(series)
    made = []
    for (texture, own), parts in sorted(looks.items(), key=lambda look: FROM_BELOW.index(look[0][0])):
        start = np.concatenate([part.start for part in parts])
        order = np.argsort(start, kind="stable")
        numbers = np.concatenate([part.rows for part in parts])[order]
        made.append(Series(texture, own, numbers, start[order], np.concatenate([part.end for part in parts])[order]))
    lane = Lane("server", NONE, rows[0].lane.server)
    return LaneRow(lane, folded_name(tier, len(rows)), tier, tuple(made))


def folded_name(tier: Tier, lanes: int) -> str:
    """Return what people read for a number of lanes of a tier that are shown as one."""
    title = {"client": tr("Clients"), "edge": tr("Edge servers"), "cloud": tr("Cloud servers")}[tier]
    return f"{title} ({lanes})"


def place_lanes(
    rows: Sequence[LaneRow], *, reveal_idle: bool, folded: Collection[Tier] = (), pinned: Sequence[LaneRow] = ()
) -> Lanes:
    """Return the lanes one under the other, a gap between tiers; those of a folded tier as one; pinned ones first."""
    placed: list[Placed] = []
    top = 0.0
    shown = [(row, True) for row in pinned]
    shown += [(row, False) for row in folded_rows(rows, folded) if reveal_idle or not row.idle]
    for row, fixed in shown:
        if placed and (placed[-1].row.tier != row.tier or placed[-1].pinned != fixed):
            top += TIER_GAP
        placed.append(Placed(row, top, fixed))
        top += PITCH
    return Lanes(tuple(placed), top)
