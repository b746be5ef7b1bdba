"""All that happened, kept short: queries that do the same are a program and its anchors, until a trace is needed."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

import numpy as np

from dnnmig_gui.core.costs.problem import FloatArray
from dnnmig_gui.core.simulation.assignment import Assignment
from dnnmig_gui.core.simulation.programs import Program
from dnnmig_gui.core.simulation.told import ToldTrace
from dnnmig_gui.core.simulation.trace import NONE, Lane, Placed, SliceKind


@dataclass(eq=False)
class Chunk:
    """Consecutive queries of a user that run the same program.

    Parameters
    ----------
    first_query
        Number of the first.
    anchors
        Anchors of the first query, then of the second, ...; the last may be cut short.
    starts
        Where set, the only anchor of every query of a quiet program, or (asked, start) one after the other.
    """

    program: Program
    user: int
    first_query: int
    anchors: array[float] = field(default_factory=lambda: array("d"))
    starts: FloatArray | None = None

    def __len__(self) -> int:
        """How many queries have started."""
        count = len(self.anchors) if self.starts is None else self.starts.size
        return (count + self.program.anchors - 1) // self.program.anchors

    def matrix(self) -> FloatArray:
        """Return the anchors of each query, shape (N, A); infinite where they lie behind the end."""
        width = self.program.anchors
        flat = np.array(self.anchors) if self.starts is None else self.starts
        rest = -len(flat) % width
        if rest:
            flat = np.concatenate([flat, np.full(rest, np.inf)])
        return flat.reshape(-1, width)


@dataclass(frozen=True)
class Event:
    """A slice that is told by itself: of an upload, or of a query that was lost on the way."""

    kind: SliceKind
    start: float
    end: float
    lane: int
    query: int = NONE
    partition: int = NONE
    first_layer: int = NONE
    last_layer: int = NONE
    source: int = NONE
    target: int = NONE
    size_bytes: int = 0


@dataclass(eq=False)
class UserRecord:
    """What one user did, the assignments that it had one after the other, and where its queries ran."""

    chunks: list[Chunk] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    gone_at: float = np.inf
    followed: list[Assignment] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)

    def slices(self) -> int:
        """Return how many slices this is, those behind the end included."""
        return len(self.events) + sum(len(chunk) * len(chunk.program.rows) for chunk in self.chunks)


@dataclass(frozen=True, eq=False)
class Record:
    """A running phase, ready to be told as a trace.

    Parameters
    ----------
    queued
        Whether servers work off what they were sent even when its user has left.
    """

    server_ids: tuple[str, ...]
    user_ids: tuple[str, ...]
    lanes: tuple[Lane, ...]
    end_s: float
    users: tuple[UserRecord, ...]
    queued: bool = False

    def queries(self) -> int:
        """Return how many queries were started."""
        return sum(len(chunk) for user in self.users for chunk in user.chunks)

    def trace(self) -> ToldTrace:
        """Return all slices, sorted by start; columns are written when they are first asked for.

        Of slices that start together, those of the first user come first, its uploads before its queries.
        """
        return ToldTrace.of(self)
