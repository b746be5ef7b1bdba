"""The running phase of a plan: an upload thread and a query thread a user (DESIGN.md section 10).

What happens:

- A user begins at its arrival. Its upload thread sends the partitions of its uploading plan one after the other; a
  partition's CR arrives when its last byte does, unless the scenario says otherwise (`running.confirmation`). Its
  query thread asks query after query (`running.asking`); each runs on what is confirmed when it starts.
- A user is finished when it has completed `running.queries_after_upload` queries that started at or after its last
  CR (after its arrival, where it uploads nothing), or when it departs. It keeps asking until the run ends.
- The run ends when all users are finished, or at `running.horizon_s` where that is given, whoever is finished.
- What is still open at the run's end, or at the user's departure, is cut there. A query that is cut is an
  `OPEN_QUERY` and counts as not completed; an upload that is cut has no CONFIRM.

Unless the scenario asks for more, executions take as long as in the plan (contention between users is the closed form
of the cost model), and transfers do not slow one another down. docs/running-phase.md tells what can be asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.problem import UserProblem
from dnnmig_gui.core.planning import MigrationPlan
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.simulation.assignment import Assignment
from dnnmig_gui.core.simulation.engine import LAST, Engine
from dnnmig_gui.core.simulation.outages import Break
from dnnmig_gui.core.simulation.parallel_programs import check_playable
from dnnmig_gui.core.simulation.played import Played, as_played
from dnnmig_gui.core.simulation.policies import policy_of
from dnnmig_gui.core.simulation.programs import LaneNumbers
from dnnmig_gui.core.simulation.queries import QueryThread
from dnnmig_gui.core.simulation.record import Record
from dnnmig_gui.core.simulation.rounds import OTHER
from dnnmig_gui.core.simulation.trace import NONE, Lane, Trace
from dnnmig_gui.core.simulation.uploads import UploadThread
from dnnmig_gui.core.simulation.user import UserState
from dnnmig_gui.core.topology import Topology

MOST_SLICES = 5_000_000
"""Longer traces are refused: with its copies while it is sorted such a trace takes about 1 GB."""


def simulate(plan: MigrationPlan, run: Run | None = None) -> Trace:
    """Play the running phase of a plan and return all that happened.

    Random things (failures, Poisson queries, random execution times) depend on the run's seed alone.

    Raises
    ------
    InputError
        If the run would have more than `MOST_SLICES` slices, or branches of a query would have to wait.
    CancelledError
        If the run is cancelled.
    """
    trace = play(plan, run).trace()
    trace.complete(run or Run())
    return trace


def run_phase(plan: MigrationPlan, run: Run | None = None) -> Played:
    """Play the running phase of a plan; return the trace with the plan as it was played.

    The two plans differ where users were planned while the run went on (`running.policy`): the partitions that the
    trace numbers are those of the plan returned here.

    Raises
    ------
    PlannerError
        As `simulate` does.
    """
    record = play(plan, run)
    trace = record.trace()
    trace.complete(run or Run())
    return Played(as_played(plan, record), trace)


def play(plan: MigrationPlan, run: Run | None = None) -> Record:
    """Play the running phase of a plan; the record holds what `simulate` tells, in short form.

    Its trace is the same as that of `simulate`, but a column is written when it is first asked for.
    """
    return _Play(plan, run or Run(plan.seed)).play()


@dataclass(eq=False)
class _Threads:
    user: UserState
    uploads: UploadThread
    queries: QueryThread


class _Play:
    """The users, their threads, and who comes and goes."""

    def __init__(self, plan: MigrationPlan, run: Run) -> None:
        problem, running = plan.problem, plan.scenario.running
        check_playable(problem.users, running)
        self._plan = plan
        self._run = run
        self._problem = problem
        self._engine = Engine(problem.topology, running, run, plan.seed, MOST_SLICES)
        self._lanes, server_lanes = _lanes(problem.topology, problem.users)
        is_final = not running.outages and running.policy != "fair"
        self._threads = []
        for number, user in enumerate(problem.users):
            run.check()
            lanes = LaneNumbers(2 * number, 2 * number + 1, server_lanes)
            state = UserState(number, user, lanes, problem.topology, running.asking == "poisson")
            uploads = UploadThread(self._engine, state, self._changed)
            queries = QueryThread(self._engine, state, is_final, self._finish)
            self._threads.append(_Threads(state, uploads, queries))
        self._policy = policy_of(plan, self._engine.outages, run)

    def play(self) -> Record:
        engine = self._engine
        for threads in self._threads:
            engine.at(threads.user.problem.arrival_s, OTHER, self._arrive, threads.user.number)
        for number, broken in enumerate(engine.outages.breaks):
            engine.at(broken.time, OTHER, self._break, number)
        if engine.running.horizon_s is not None:
            engine.at(engine.running.horizon_s, LAST, engine.end, 0)
        sent = [
            user.arrival_s + one.uploading.upload_s
            for user, one in zip(self._problem.users, self._plan.users, strict=True)
        ]
        expected = engine.running.horizon_s or max(sent, default=0.0)
        end_s = engine.play(expected) if self._threads else engine.now
        for threads in self._threads:
            if threads.user.present:
                self._run.check()
                threads.uploads.stop(end_s)
                threads.queries.stop(end_s)
        topology = self._problem.topology
        return Record(
            server_ids=tuple(server.id for server in topology.servers),
            user_ids=tuple(user.id for user in self._problem.users),
            lanes=self._lanes,
            end_s=end_s,
            users=tuple(threads.user.record for threads in self._threads),
            queued=engine.running.servers == "fifo",
        )

    # ------------------------------------------------------------------------------------------------- events

    def _arrive(self, now: float, number: int) -> None:
        self._run.check()
        threads = self._threads[number]
        user = threads.user
        assignments = self._policy.arrive(number)
        user.present = True
        user.follow(assignments.pop(number))
        if np.isfinite(user.problem.departure_s):
            self._engine.at(user.problem.departure_s, OTHER, self._depart, number)
        threads.uploads.begin(now)
        threads.queries.begin(now)
        threads.queries.refresh(now)
        self._hand_out(now, assignments)

    def _depart(self, now: float, number: int) -> None:
        threads = self._threads[number]
        threads.uploads.stop(now)
        threads.queries.stop(now)
        threads.user.present = False
        threads.user.record.gone_at = now
        self._finish(threads.user)
        if not self._engine.over:
            self._hand_out(now, self._policy.depart(number))

    def _hand_out(self, now: float, assignments: dict[int, Assignment]) -> None:
        """Let users follow new assignments."""
        for number, assignment in assignments.items():
            threads = self._threads[number]
            user = threads.user
            if user.assignment is not None and assignment.uploading is user.assignment.uploading:
                user.slow_down(assignment)
            else:
                threads.uploads.give_way(now)
                user.follow(assignment)
                threads.uploads.begin(now)
            threads.queries.refresh(now)

    def _break(self, now: float, number: int) -> None:
        broken: Break = self._engine.outages.breaks[number]
        for threads in self._threads:
            if threads.user.present:
                threads.uploads.suffer(now, broken)
                threads.queries.suffer(now, broken)
        if broken.server is not None:
            self._engine.server(broken.server).drop(now)

    def _changed(self, now: float, user: UserState, confirmed: int | None) -> None:
        if confirmed is not None and user.assignment is not None:
            partition = user.assignment.uploading.partitions[confirmed]
            self._policy.confirm(user.number, partition.layers, partition.server)
        self._threads[user.number].queries.refresh(now)

    def _finish(self, user: UserState) -> None:
        user.finished = True
        if self._engine.running.horizon_s is None and all(threads.user.finished for threads in self._threads):
            self._engine.over = True


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
