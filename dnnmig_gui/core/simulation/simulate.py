"""The running phase of a plan, event by event: an upload thread and a query thread a user (DESIGN.md section 10).

What happens:

- A user begins at its arrival. Its upload thread sends the partitions of its uploading plan one after the other; a
  partition's CR arrives when its last byte does. Its query thread asks query after query without a pause; each runs
  on what is confirmed when it starts.
- A user is finished when it has completed `running.queries_after_upload` queries that started at or after its last
  CR (after its arrival, where it uploads nothing), or when it departs. It keeps asking until the run ends.
- The run ends when all users are finished, or at `running.horizon_s` where that is given, whoever is finished.
- What is still open at the run's end, or at the user's departure, is cut there. A query that is cut is an
  `OPEN_QUERY` and counts as not completed; an upload that is cut has no CONFIRM.

Executions take as long as in the plan: contention between users is the closed form of the cost model. Transfers do
not slow one another down, and no upload fails.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.costs.contention import contended, users_on_servers
from dnnmig_gui.core.costs.problem import FloatArray, UserProblem
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.planning import MigrationPlan
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.simulation.query_rows import LaneNumbers, Row, Template, query_template, upload_template
from dnnmig_gui.core.simulation.trace import NONE, Lane, SliceKind, Trace
from dnnmig_gui.core.topology import Topology
from dnnmig_gui.core.uploading import UploadingPlan

MOST_SLICES = 5_000_000
"""Longer traces are refused: with its copies while it is sorted such a trace takes about 1 GB."""

CHECK_EVERY = 2048
"""Events between two looks at the cancel button."""

# Of events at the same time, CRs come first, so that a query that starts then uses them; the horizon comes last.
_CONFIRM, _OTHER, _HORIZON = range(3)


def simulate(plan: MigrationPlan, run: Run | None = None) -> Trace:
    """Play the running phase of a plan.

    Raises
    ------
    InputError
        If the run would have more than `MOST_SLICES` slices.
    CancelledError
        If the run is cancelled.
    """
    return _Simulation(plan, run or Run()).play()


@dataclass
class _Log:
    """What happened to one template: at `starts`, as the events numbered `events`."""

    template: Template
    user: int
    partition: int = NONE
    starts: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    events: list[int] = field(default_factory=list)

    def add(self, start: float, query: int, event: int) -> None:
        self.starts.append(start)
        self.queries.append(query)
        self.events.append(event)


@dataclass
class _User:
    """The two threads of a user, and how far they are."""

    number: int
    problem: UserProblem
    uploading: UploadingPlan
    lanes: LaneNumbers
    execution_s: FloatArray
    present: bool = False
    finished: bool = False
    gone_at: float = np.inf
    confirmed: int = 0
    asked: int = 0
    answered_after_upload: int = 0
    queries: dict[int, _Log] = field(default_factory=dict)
    uploads: list[_Log] = field(default_factory=list)
    confirms: list[_Log] = field(default_factory=list)

    @property
    def is_uploaded(self) -> bool:
        return self.confirmed == len(self.uploading.partitions)

    def query_log(self, topology: Topology) -> _Log:
        """Return the log of queries on what is confirmed now."""
        if self.confirmed not in self.queries:
            places = self.uploading.stages[self.confirmed].places
            template = query_template(self.problem, places, self.execution_s, topology, self.lanes)
            self.queries[self.confirmed] = _Log(template, self.number)
        return self.queries[self.confirmed]


class _Simulation:
    """The event queue and the users' threads."""

    def __init__(self, plan: MigrationPlan, run: Run) -> None:
        problem = plan.problem
        self._run = run
        self._topology = problem.topology
        self._running = plan.scenario.running
        self._now = 0.0
        self._over = False
        self._event = 0
        self._slices = 0
        self._queue: list[tuple[float, int, int, Callable[[], None]]] = []
        self._lanes, server_lanes = _lanes(problem.topology, problem.users)
        stretch = users_on_servers(problem, tuple(user.places for user in plan.users))
        self._users = [
            _User(
                number,
                user,
                planned.uploading,
                LaneNumbers(2 * number, 2 * number + 1, server_lanes),
                contended(user.delay, stretch[number]).execution,
            )
            for number, (user, planned) in enumerate(zip(problem.users, plan.users, strict=True))
        ]
        arrived_and_sent = [user.problem.arrival_s + user.uploading.upload_s for user in self._users]
        self._expected_end = self._running.horizon_s or max(arrived_and_sent, default=0.0)

    def play(self) -> Trace:
        """Run all events until the end, and return what happened."""
        for user in self._users:
            self._at(user.problem.arrival_s, _OTHER, partial(self._arrive, user))
        if self._running.horizon_s is not None:
            self._at(self._running.horizon_s, _HORIZON, self._end)
        look_at = CHECK_EVERY
        while self._queue and not self._over:
            self._now, _, _, action = heapq.heappop(self._queue)
            self._event += 1
            if self._event >= look_at:
                look_at = self._event + CHECK_EVERY
                self._run.check()
                share = min(1.0, self._now / self._expected_end) if self._expected_end > 0 else 1.0
                self._run.report(share, f"{self._now:.1f} s")
            action()
        return self._trace()

    # ------------------------------------------------------------------------------------------------- events

    def _at(self, time: float, priority: int, action: Callable[[], None]) -> None:
        self._event += 1
        heapq.heappush(self._queue, (time, priority, self._event, action))

    def _arrive(self, user: _User) -> None:
        user.present = True
        if np.isfinite(user.problem.departure_s):
            self._at(user.problem.departure_s, _OTHER, partial(self._depart, user))
        self._upload(user)
        self._ask(user)
        self._finish_if_done(user)

    def _depart(self, user: _User) -> None:
        user.present = False
        user.gone_at = self._now
        user.finished = True
        self._end_if_all_finished()

    def _upload(self, user: _User) -> None:
        """Let the upload thread send the next partition."""
        if user.is_uploaded:
            return
        number = user.confirmed
        partition = user.uploading.partitions[number]
        template = upload_template(
            user.problem.client, partition.server, partition.size_bytes, self._topology, user.lanes
        )
        log = _Log(template, user.number, number)
        log.add(self._now, NONE, self._event)
        user.uploads.append(log)
        self._count(template)
        self._at(self._now + template.duration_s, _CONFIRM, partial(self._confirm, user))

    def _confirm(self, user: _User) -> None:
        if not user.present:
            return
        partition = user.uploading.partitions[user.confirmed]
        row = Row(SliceKind.CONFIRM, 0.0, 0.0, user.lanes.uploads, source=partition.server, target=user.problem.client)
        log = _Log(Template(0.0, (row,)), user.number, user.confirmed)
        log.add(self._now, NONE, self._event)
        user.confirms.append(log)
        user.confirmed += 1
        self._event += 1  # what follows comes after the CR
        self._upload(user)
        self._finish_if_done(user)

    def _ask(self, user: _User) -> None:
        """Let the query thread start a query."""
        log = user.query_log(self._topology)
        log.add(self._now, user.asked, self._event)
        user.asked += 1
        self._count(log.template)
        after_upload = user.is_uploaded
        self._at(self._now + log.template.duration_s, _OTHER, partial(self._answer, user, after_upload))

    def _answer(self, user: _User, after_upload: bool) -> None:
        if not user.present:
            return
        if after_upload:
            user.answered_after_upload += 1
            self._finish_if_done(user)
        if not self._over:
            self._ask(user)

    def _finish_if_done(self, user: _User) -> None:
        if user.is_uploaded and user.answered_after_upload >= self._running.queries_after_upload:
            user.finished = True
            self._end_if_all_finished()

    def _end_if_all_finished(self) -> None:
        if self._running.horizon_s is None and all(user.finished for user in self._users):
            self._end()

    def _end(self) -> None:
        self._over = True

    def _count(self, template: Template) -> None:
        self._slices += len(template.rows)
        if self._slices > MOST_SLICES:
            raise InputError(
                f"the run has more than {MOST_SLICES:,} slices in its first {self._now:g} s",
                field="running",
                hint="give running.horizon_s, or ask for fewer queries after the upload",
            )

    # -------------------------------------------------------------------------------------------------- trace

    def _trace(self) -> Trace:
        end_s = self._now
        pieces = [
            _expanded(log, min(end_s, user.gone_at))
            for user in self._users
            for log in (*user.uploads, *user.confirms, *user.queries.values())
        ]
        columns = {name: np.concatenate([piece[name] for piece in pieces]) for name in _EMPTY} if pieces else _EMPTY
        order = np.lexsort((columns["event"], columns["start"]))
        found: dict[str, Any] = {name: column[order] for name, column in columns.items() if name != "event"}
        return Trace(
            server_ids=tuple(server.id for server in self._topology.servers),
            user_ids=tuple(user.problem.id for user in self._users),
            lanes=self._lanes,
            end_s=end_s,
            **found,
        )


_TYPES = {
    "kind": np.int8,
    "lane": np.int32,
    "first_layer": np.int32,
    "last_layer": np.int32,
    "source": np.int32,
    "target": np.int32,
    "size_bytes": np.int64,
}
_EMPTY: dict[str, npt.NDArray[Any]] = {
    **{name: np.empty(0, dtype=dtype) for name, dtype in _TYPES.items()},
    **{name: np.empty(0, dtype=np.int32) for name in ("user", "query", "partition")},
    **{name: np.empty(0) for name in ("start", "end", "event")},
}


def _expanded(log: _Log, cut: float) -> dict[str, npt.NDArray[Any]]:
    """Return the slices of a log up to `cut`, one array a column, the template's rows after one another."""
    template = log.template
    count, length = len(log.starts), len(template.rows)
    starts = np.array(log.starts)[:, None]
    columns: dict[str, npt.NDArray[Any]] = {
        "start": (starts + template.column("start", np.float64)).ravel(),
        "end": (starts + template.column("end", np.float64)).ravel(),
        # Events are whole numbers: fractions keep the rows of one event in the template's order.
        "event": (np.array(log.events)[:, None] + np.arange(length) / length).ravel(),
        "query": np.repeat(np.array(log.queries, dtype=np.int32), length),
        "user": np.full(count * length, log.user, dtype=np.int32),
        "partition": np.full(count * length, log.partition, dtype=np.int32),
    }
    for name, dtype in _TYPES.items():
        columns[name] = np.tile(template.column(name, dtype), count)
    is_open = columns["end"] > cut
    if is_open.any():
        columns["kind"][is_open & (columns["kind"] == SliceKind.QUERY)] = SliceKind.OPEN_QUERY
        columns["end"] = np.minimum(columns["end"], cut)
        kept = ~is_open | (columns["start"] < cut)
        columns = {name: column[kept] for name, column in columns.items()}
    return columns


def _lanes(topology: Topology, users: tuple[UserProblem, ...]) -> tuple[tuple[Lane, ...], dict[int, int]]:
    """Return all lanes (users' uploads and queries, edge servers, cloud servers) and the servers' lane numbers."""
    lanes = []
    for number, user in enumerate(users):
        lanes += [Lane("uploads", number, user.client), Lane("queries", number, user.client)]
    numbers = {}
    for tier in ("edge", "cloud"):
        for server, one in enumerate(topology.servers):
            if one.tier == tier:
                numbers[server] = len(lanes)
                lanes.append(Lane("server", NONE, server))
    return tuple(lanes), numbers
