"""What is true at time t of a run: packets on links, busy servers, where layers run, what is uploaded. No Qt.

Every figure is a pure function of a `PlannedRun` and t. The trace is indexed once, so that a frame costs a few
binary searches however long the trace is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.simulation import SliceKind, Trace
from dnnmig_gui.gui.planned_run import PlannedRun

FloatArray = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

SHORTEST_WINDOW_S = 1.0
"""The busy share is never taken over less than this."""


@dataclass(frozen=True)
class Packet:
    """Bytes on a link: a P3 on its way, or a tensor of a query.

    Parameters
    ----------
    source, target
        Numbers of the link's ends.
    share
        Share of its bytes sent over this link, in [0, 1).
    destination
        Number of the server where it ends up; for a tensor that is `target`.
    number
        Number of the P3 or of the query, from 0.
    """

    what: Literal["partition", "tensor"]
    user: int
    source: int
    target: int
    share: float
    destination: int
    number: int
    size_bytes: int


@dataclass(frozen=True)
class Upload:
    """The P3 that a user uploads now.

    Parameters
    ----------
    partition
        Its number, from 0.
    source, target
        Numbers of the servers that it leaves and goes to.
    share
        Share of its bytes carried, all links of the route counted alike, in [0, 1].
    """

    partition: int
    source: int
    target: int
    share: float


class _Slices:
    """Rows of a trace by start, of which those that contain a time are found by binary search."""

    def __init__(self, trace: Trace, rows: Rows) -> None:
        self.rows = rows
        self.start = trace.start[rows]
        self.end = trace.end[rows]
        # No row before the first place where the latest end so far exceeds t can still be running at t.
        self._reach = np.maximum.accumulate(self.end) if len(rows) else self.end

    def at(self, t: float) -> Rows:
        """Return the rows with ``start <= t < end``."""
        first = np.searchsorted(self._reach, t, side="right")
        last = np.searchsorted(self.start, t, side="right")
        return self.rows[first:last][self.end[first:last] > t]

    def between(self, start: float, end: float) -> Rows:
        """Return the rows that start in ``[start, end)``."""
        first, last = np.searchsorted(self.start, (start, end), side="left")
        return self.rows[first:last]


class _Busy:
    """Seconds that a server has worked until t: piecewise linear, so kept as its corners."""

    def __init__(self, start: FloatArray, end: FloatArray) -> None:
        reach = np.maximum.accumulate(end)
        opens = np.concatenate(([True], start[1:] > reach[:-1]))
        closes = np.concatenate((opens[1:], [True]))
        begins, ends = start[opens], reach[closes]
        worked = np.cumsum(ends - begins)
        self._times = np.column_stack((begins, ends)).ravel()
        self._worked = np.column_stack((np.concatenate(([0.0], worked[:-1])), worked)).ravel()

    def until(self, t: float) -> float:
        return float(np.interp(t, self._times, self._worked))


class RunState:
    """A run, indexed to be asked what is true at a time; get it from `run_state`."""

    def __init__(self, run: PlannedRun) -> None:
        # The plan and the trace, not the run: the cache holds this as long as the run lives, and no longer.
        self.plan = run.plan
        self.trace = run.trace
        trace = run.trace
        self._users = len(run.plan.users)
        self._placed = [(np.array([one.since_s for one in own]), own) for own in trace.placed]
        self._hops = _Slices(trace, trace.of_kind(SliceKind.UPLOAD_HOP))
        self._transfers = _Slices(trace, trace.of_kind(SliceKind.TRANSFER))
        self._uploads = self._by_user(SliceKind.UPLOAD)
        self._user_hops = self._by_user(SliceKind.UPLOAD_HOP)
        self._user_transfers = self._by_user(SliceKind.TRANSFER)
        self._queries = self._by_user(SliceKind.QUERY, SliceKind.OPEN_QUERY)
        self._confirmed = [np.sort(slices.start) for slices in self._by_user(SliceKind.CONFIRM)]
        self._done = [np.sort(slices.end) for slices in self._by_user(SliceKind.QUERY)]

    def _by_user(self, *kinds: SliceKind) -> list[_Slices]:
        rows = np.sort(np.concatenate([self.trace.of_kind(kind) for kind in kinds]))  # by row is by start
        users = self.trace.user[rows]
        return [_Slices(self.trace, rows[users == user]) for user in range(self._users)]

    @cached_property
    def _busy(self) -> dict[int, _Busy]:
        rows = self.trace.of_kind(SliceKind.EXECUTE)
        servers = self.trace.source[rows]
        found = {}
        for server in np.unique(servers):
            own = rows[servers == server]
            found[int(server)] = _Busy(self.trace.start[own], self.trace.end[own])
        return found

    @cached_property
    def window_s(self) -> float:
        """Length of the window that busy shares are taken over: that of the longest query."""
        rows = self.trace.of_kind(SliceKind.QUERY)
        longest = float((self.trace.end[rows] - self.trace.start[rows]).max(initial=0.0))
        return max(SHORTEST_WINDOW_S, longest)

    def busy_shares(self, t: float) -> dict[int, float]:
        """Return for each server that ever works the share of the last `window_s` seconds in which it did."""
        window = min(self.window_s, t)
        if window <= 0:
            return dict.fromkeys(self._busy, 0.0)
        return {
            server: min(1.0, max(0.0, (busy.until(t) - busy.until(t - window)) / window))
            for server, busy in self._busy.items()
        }

    def packets(self, t: float) -> list[Packet]:
        """Return what is on the links at t, in the order of departure; P3 first."""
        found = []
        trace = self.trace
        for rows, what in ((self._hops.at(t), "partition"), (self._transfers.at(t), "tensor")):
            for row in rows:
                user = int(trace.user[row])
                destination = int(trace.target[row])
                number = int(trace.query[row])
                if what == "partition":
                    number = int(trace.partition[row])
                    destination = self.plan.users[user].uploading.partitions[number].server
                found.append(
                    Packet(
                        what,  # type: ignore[arg-type]
                        user,
                        int(trace.source[row]),
                        int(trace.target[row]),
                        self._share(row, t),
                        destination,
                        number,
                        int(trace.size_bytes[row]),
                    )
                )
        return found

    def crossed(self, t: float) -> list[tuple[int, int]]:
        """Return the links that tensors of the queries under way have crossed by t, in that order, each once."""
        trace = self.trace
        found: dict[tuple[int, int], None] = {}
        for queries, transfers in zip(self._queries, self._user_transfers, strict=True):
            for query in queries.at(t):
                rows = transfers.between(float(trace.start[query]), t)
                rows = rows[(trace.end[rows] <= t) & (trace.query[rows] == trace.query[query])]
                found |= dict.fromkeys(zip(trace.source[rows].tolist(), trace.target[rows].tolist(), strict=True))
        return list(found)

    def _share(self, row: np.intp, t: float) -> float:
        """Return the share of a row's bytes sent at t: they leave at an even rate."""
        start, end = float(self.trace.start[row]), float(self.trace.end[row])
        if t >= end:
            return 1.0
        return max(0.0, (t - start) / (end - start))

    def upload(self, user: int, t: float) -> Upload | None:
        """Return the P3 that a user uploads at t, or None."""
        rows = self._uploads[user].at(t)
        if not len(rows):
            return None
        row = rows[-1]
        trace = self.trace
        partition = int(trace.partition[row])
        hops = self._user_hops[user].between(float(trace.start[row]), float(trace.end[row]))
        hops = hops[trace.partition[hops] == partition]
        share = float(np.mean([self._share(hop, t) for hop in hops])) if len(hops) else self._share(row, t)
        return Upload(partition, int(trace.source[row]), int(trace.target[row]), share)

    def confirmed(self, user: int, t: float) -> int:
        """Return how many P3 of a user are confirmed at t."""
        return int(np.searchsorted(self._confirmed[user], t, side="right"))

    def confirmed_since(self, user: int, t: float) -> float:
        """Return when the last P3 confirmed at t was; minus infinity before the first."""
        count = self.confirmed(user, t)
        return float(self._confirmed[user][count - 1]) if count else -np.inf

    def places(self, user: int, t: float) -> npt.NDArray[np.int64]:
        """Return where each layer runs in a query that starts at t, shape (L,)."""
        if self._placed:
            since, placed = self._placed[user]
            at = int(np.searchsorted(since, t, side="right")) - 1
            if placed:
                return placed[max(at, 0)].places
        stages = self.plan.users[user].uploading.stages
        return stages[min(self.confirmed(user, t), len(stages) - 1)].places

    def queries_done(self, user: int, t: float) -> int:
        """Return how many queries of a user have ended by t."""
        return int(np.searchsorted(self._done[user], t, side="right"))


_known: WeakKeyDictionary[PlannedRun, RunState] = WeakKeyDictionary()


def run_state(run: PlannedRun) -> RunState:
    """Return the index of a run, made once however many views ask for it."""
    state = _known.get(run)
    if state is None:
        state = _known[run] = RunState(run)
    return state
