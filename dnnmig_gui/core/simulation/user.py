"""One user in the running phase: what is planned for it, what is confirmed, and the programs of its queries."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dnnmig_gui.core.costs.problem import IntArray, PathCost, UserProblem
from dnnmig_gui.core.simulation.assignment import Assignment
from dnnmig_gui.core.simulation.parallel_programs import parallel_program
from dnnmig_gui.core.simulation.programs import LaneNumbers, Program, query_program
from dnnmig_gui.core.simulation.record import UserRecord
from dnnmig_gui.core.simulation.trace import Placed
from dnnmig_gui.core.topology import Topology


@dataclass(eq=False)
class UserState:
    """How far a user is.

    Parameters
    ----------
    confirmed
        Positions in the assignment's partitions, in the order of their CRs.
    open_partitions
        How many partitions are neither confirmed nor given up.
    finished
        Whether the run may end as far as this user is concerned.
    """

    number: int
    problem: UserProblem
    lanes: LaneNumbers
    topology: Topology
    pending: bool
    assignment: Assignment | None = None
    present: bool = False
    finished: bool = False
    confirmed: list[int] = field(default_factory=list)
    open_partitions: int = 0
    given_up: bool = False
    record: UserRecord = field(default_factory=UserRecord)
    _programs: dict[tuple[frozenset[int], bool], Program] = field(default_factory=dict)
    _fallback: Program | None = None
    _without: tuple[list[int], IntArray] | None = None

    def follow(self, assignment: Assignment) -> None:
        """Take an assignment; nothing of it is confirmed."""
        self.assignment = assignment
        self.record.followed.append(assignment)
        self.confirmed = []
        self.open_partitions = len(assignment.uploading.partitions)
        self.given_up = False
        self._without = None
        self._programs = {}
        self._fallback = None

    def slow_down(self, assignment: Assignment) -> None:
        """Take the same assignment with other execution times."""
        self.assignment = assignment
        self._programs = {}
        self._fallback = None

    @property
    def is_uploaded(self) -> bool:
        """Whether the upload thread has nothing more to do."""
        return self.open_partitions == 0

    def program(self) -> Program:
        """Return the query on what is confirmed now."""
        key = frozenset(self.confirmed), self.is_uploaded
        if key not in self._programs:
            assert self.assignment is not None  # noqa: S101 (a user that asks has one)
            live = self.assignment.live if self.is_uploaded else self.assignment.live_uploading
            what = self.problem, self.places(), self.assignment.execution_s, self.topology, self.lanes
            self._programs[key] = (
                parallel_program(*what, pending=self.pending)
                if isinstance(self.problem.delay, PathCost)
                else query_program(*what, live, pending=self.pending)
            )
        return self._programs[key]

    def fallback(self) -> Program:
        """Return the rest of a query that lost its server or a link: everything on the client, from its start."""
        if self._fallback is None:
            assert self.assignment is not None  # noqa: S101 (a query that runs has one)
            self._fallback = query_program(
                self.problem,
                np.full(len(self.problem.model), self.problem.client),
                self.assignment.execution_s,
                self.topology,
                self.lanes,
                self.assignment.live_uploading,
                pending=self.pending,
                fallback=True,
            )
        return self._fallback

    def places(self) -> IntArray:
        """Return where each layer runs in a query that starts now, shape (L,)."""
        assert self.assignment is not None  # noqa: S101 (a user that asks has one)
        uploading = self.assignment.uploading
        if not self.given_up:
            return uploading.stages[len(self.confirmed)].places
        if self._without is None or self._without[0] != self.confirmed:
            self._without = [*self.confirmed], self.assignment.task().best_places(uploading, self.confirmed)
        return self._without[1]

    def note_places(self, now: float) -> None:
        """Write down where queries that start from now on run."""
        places = self.places()
        placed = self.record.placed
        if not placed or (placed[-1].places != places).any():
            placed.append(Placed(now, places))
