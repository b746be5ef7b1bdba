"""All that happened, kept short: queries that do the same are a program and its anchors, until a trace is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.costs.problem import FloatArray
from dnnmig_gui.core.simulation.assignment import Assignment
from dnnmig_gui.core.simulation.programs import Program
from dnnmig_gui.core.simulation.trace import NONE, Lane, SliceKind, Trace

COLUMNS: dict[str, Any] = {
    "kind": np.int8,
    "start": np.float64,
    "end": np.float64,
    "lane": np.int32,
    "user": np.int32,
    "query": np.int32,
    "partition": np.int32,
    "first_layer": np.int32,
    "last_layer": np.int32,
    "source": np.int32,
    "target": np.int32,
    "size_bytes": np.int64,
}
"""Names and types of a trace's columns."""

_FROM_PROGRAM = ("kind", "lane", "first_layer", "last_layer", "source", "target", "size_bytes")


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
    anchors: list[float] = field(default_factory=list)
    starts: FloatArray | None = None

    def __len__(self) -> int:
        """How many queries have started."""
        count = len(self.anchors) if self.starts is None else self.starts.size
        return (count + self.program.anchors - 1) // self.program.anchors

    def matrix(self) -> FloatArray:
        """Return the anchors of each query, shape (N, A); infinite where they lie behind the end."""
        width = self.program.anchors
        flat = np.array(self.anchors, dtype=np.float64) if self.starts is None else self.starts
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
    """What one user did, and the assignments that it had one after the other."""

    chunks: list[Chunk] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    gone_at: float = np.inf
    followed: list[Assignment] = field(default_factory=list)

    def slices(self) -> int:
        """Return how many slices this is, those behind the end included."""
        return len(self.events) + sum(len(chunk) * len(chunk.program.rows) for chunk in self.chunks)


@dataclass(frozen=True, eq=False)
class Record:
    """A running phase, ready to be told as a trace.

    Parameters
    ----------
    queues
        Numbers of the servers that work off what they were sent even when its user has left.
    """

    server_ids: tuple[str, ...]
    user_ids: tuple[str, ...]
    lanes: tuple[Lane, ...]
    end_s: float
    users: tuple[UserRecord, ...]
    queues: frozenset[int] = frozenset()

    def queries(self) -> int:
        """Return how many queries were started."""
        return sum(len(chunk) for user in self.users for chunk in user.chunks)

    def trace(self) -> Trace:
        """Return all slices, sorted by start.

        Of slices that start together, those of the first user come first, its uploads before its queries.
        """
        length = sum(user.slices() for user in self.users)
        columns = {name: np.empty(length, dtype=dtype) for name, dtype in COLUMNS.items()}
        at = 0
        for number, user in enumerate(self.users):
            at = _put_events(columns, at, number, user.events)
            for chunk in user.chunks:
                at = _put_chunk(columns, at, chunk)
        self._cut(columns)
        columns = _without_nothing(columns)
        order = np.argsort(columns["start"], kind="stable")
        columns = {name: column[order] for name, column in columns.items()}
        return Trace(self.server_ids, self.user_ids, self.lanes, self.end_s, **columns)

    def _cut(self, columns: dict[str, npt.NDArray[Any]]) -> None:
        """End at the run's end or the user's departure what is open then; what had not begun gets kind -1."""
        gone = np.array([min(self.end_s, user.gone_at) for user in self.users])
        cut: FloatArray | float = self.end_s
        if len(gone) and gone.min() < self.end_s:
            cut = gone[columns["user"]]
            if self.queues:
                worked_off = (columns["kind"] == SliceKind.EXECUTE) & np.isin(columns["source"], list(self.queues))
                cut = np.where(worked_off, self.end_s, cut)
        is_open = columns["end"] > cut
        rows = np.flatnonzero(is_open)
        if len(rows):
            kinds = columns["kind"][rows]
            kinds[kinds == SliceKind.QUERY] = SliceKind.OPEN_QUERY
            limit = cut if isinstance(cut, float) else cut[rows]
            kinds[columns["start"][rows] >= limit] = -1
            columns["kind"][rows] = kinds
            columns["end"][rows] = limit


def _put_events(columns: dict[str, npt.NDArray[Any]], at: int, user: int, events: Sequence[Event]) -> int:
    if events:
        end = at + len(events)
        for name, column in columns.items():
            column[at:end] = user if name == "user" else [getattr(event, name) for event in events]
        return end
    return at


def _put_chunk(columns: dict[str, npt.NDArray[Any]], at: int, chunk: Chunk) -> int:
    """Write the slices of a chunk from row `at` on, query after query, and return the row behind them."""
    program = chunk.program
    anchors = chunk.matrix()
    count, width = len(anchors), len(program.rows)
    end = at + count * width
    table = program.columns

    def block(name: str) -> npt.NDArray[Any]:
        view: npt.NDArray[Any] = columns[name][at:end].reshape(count, width)
        return view

    for name in ("start", "end"):
        if program.anchors == 1:
            np.add(anchors, table[name], out=block(name))
        else:
            np.add(anchors[:, table[f"{name}_anchor"]], table[name], out=block(name))
    for name in _FROM_PROGRAM:
        block(name)[:] = table[name]
    block("query")[:] = np.arange(chunk.first_query, chunk.first_query + count, dtype=np.int32)[:, None]
    columns["user"][at:end] = chunk.user
    columns["partition"][at:end] = NONE
    return end


def _without_nothing(columns: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """Return the rows that tell something: not those behind the end, nor waits of no length."""
    kind = columns["kind"]
    nothing = kind < 0
    if np.isin((SliceKind.WAIT, SliceKind.PENDING), kind).any():
        waits = (kind == SliceKind.WAIT) | (kind == SliceKind.PENDING)
        nothing |= waits & (columns["start"] >= columns["end"])
    if not nothing.any():
        return columns
    kept = ~nothing
    return {name: column[kept] for name, column in columns.items()}
