"""A record told as a trace: the rows are put in order, and a column is written when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.run import Run
from dnnmig_gui.core.simulation.trace import NONE, FloatArray, SliceKind, Trace

if TYPE_CHECKING:
    from dnnmig_gui.core.simulation.record import Chunk, Record, UserRecord

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

_BY_TYPE = ("kind", "lane", "user", "partition", "first_layer", "last_layer", "source", "target", "size_bytes")
_BY_ROW = ("start", "end", "query")
MOST_SORTED = 500_000
"""Rows sorted at a time: some hundredths of a second."""

_NO_LENGTH_TELLS_NOTHING = (SliceKind.WAIT, SliceKind.PENDING)


class ToldTrace(Trace):
    """The trace of a record, whose columns are written when they are first asked for."""

    @classmethod
    def of(cls, record: Record) -> ToldTrace:
        """Return the trace of a record."""
        trace = cls.__new__(cls)
        own = {
            "server_ids": record.server_ids,
            "user_ids": record.user_ids,
            "lanes": record.lanes,
            "end_s": record.end_s,
            "placed": tuple(tuple(user.placed) for user in record.users),
            "_record": record,
        }
        trace.__dict__.update(own)
        return trace

    def __getattr__(self, name: str) -> Any:
        """Write a column down."""
        if "_record" not in self.__dict__ or (name not in COLUMNS and name != "_rows"):
            raise AttributeError(name)
        if name == "_rows":
            found: Any = Rows(self.__dict__["_record"], Run())
        else:
            found = self._rows.column(name)
        self.__dict__[name] = found
        return found

    def __len__(self) -> int:
        return len(self._rows) if "_record" in self.__dict__ else super().__len__()

    def complete(self, run: Run) -> None:
        """Write all columns down; raise a `CancelledError` if the run is cancelled meanwhile."""
        if "_rows" not in self.__dict__:
            self.__dict__["_rows"] = Rows(self.__dict__["_record"], run)
        for name in COLUMNS:
            run.check()
            getattr(self, name)


class Rows:
    """All slices of a record, sorted by start; of those that start together the first written comes first.

    What a slice tells apart from its times and its query is the same for all of a *type*: a row of a user's program,
    or an event.
    """

    def __init__(self, record: Record, run: Run) -> None:
        length = sum(user.slices() for user in record.users)
        self._start, self._end = np.empty(length), np.empty(length)
        self._query, self._type = np.empty(length, dtype=np.int32), np.empty(length, dtype=np.int32)
        self._at = 0
        self._nothing = 0
        self._types = 0
        self._tables: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in _BY_TYPE}
        for number, user in enumerate(record.users):
            gone = min(record.end_s, user.gone_at)
            self._put_events(number, user, gone)
            for chunk in user.chunks:
                run.check()
                self._put_chunk(chunk, gone, record.end_s if record.queued else gone)
        self._by_type = {
            name: np.concatenate([np.empty(0, dtype=COLUMNS[name]), *parts]) for name, parts in self._tables.items()
        }
        self._tables.clear()
        self._order = row_order(self._start, length - self._nothing, run)

    def __len__(self) -> int:
        return len(self._order)

    def column(self, name: str) -> npt.NDArray[Any]:
        """Return a column in order."""
        if name in _BY_ROW:
            values: npt.NDArray[Any] = getattr(self, f"_{name}")[self._order]
            return values
        if "types" not in self.__dict__:
            self.types = self._type[self._order]
        told: npt.NDArray[Any] = self._by_type[name][self.types]
        return told

    def _put_type(self, **columns: Any) -> None:
        """Add types, by column; those that are left out do not apply."""
        for name, parts in self._tables.items():
            values = columns.get(name, NONE)
            parts.append(np.broadcast_to(values, np.shape(columns["kind"])).astype(COLUMNS[name]))
        self._types += len(columns["kind"])

    def _put_events(self, number: int, user: UserRecord, gone: float) -> None:
        events = user.events
        if not events:
            return
        rows = slice(self._at, self._at + len(events))
        start, end = self._start[rows], self._end[rows]
        start[:] = [event.start for event in events]
        end[:] = [event.end for event in events]
        self._query[rows] = [event.query for event in events]
        self._type[rows] = np.arange(self._types, self._types + len(events))
        self._put_type(
            user=number, **{name: [getattr(event, name) for event in events] for name in _BY_TYPE if name != "user"}
        )
        cut = end > gone
        end[cut] = gone
        waits = np.isin([event.kind for event in events], _NO_LENGTH_TELLS_NOTHING)
        self._drop(start, (cut & (start >= gone)) | (waits & (start >= end)))
        self._at = rows.stop

    def _put_chunk(self, chunk: Chunk, gone: float, worked_off: float) -> None:
        """Add queries, of which a query's own slices end when its user is gone, its jobs when they are worked off."""
        program, table = chunk.program, chunk.program.columns
        anchors = chunk.matrix()
        count, width = len(anchors), len(program.rows)
        rows = slice(self._at, self._at + count * width)
        start, end = self._start[rows].reshape(count, width), self._end[rows].reshape(count, width)
        for block, name in ((start, "start"), (end, "end")):
            if program.anchors == 1:
                np.add(anchors, table[name], out=block)
            else:
                np.take(anchors, table[f"{name}_anchor"], axis=1, out=block, mode="clip")
                np.add(block, table[name], out=block)
        types = np.arange(self._types, self._types + width, dtype=np.int32)
        self._type[rows].reshape(count, width)[:] = types
        first = chunk.first_query
        self._query[rows].reshape(count, width)[:] = np.arange(first, first + count, dtype=np.int32)[:, None]

        kind = table["kind"]
        open_kind = np.where(kind == SliceKind.QUERY, SliceKind.OPEN_QUERY, kind)
        same = {name: np.tile(table[name], 2) for name in _BY_TYPE if name in table and name != "kind"}
        self._put_type(kind=np.concatenate([kind, open_kind]), user=chunk.user, **same)
        # Queries end one after the other, so only the last of them can be open.
        open_from = int(np.searchsorted(anchors[:, -1] + program.tail_s, gone, side="right"))
        if open_from < count:
            jobs = (kind == SliceKind.EXECUTE) & (table["start_anchor"] != table["end_anchor"])
            limit = np.where(jobs, worked_off, gone)
            late_start, late_end = start[open_from:], end[open_from:]
            cut = late_end > limit
            late_end[cut] = np.broadcast_to(limit, cut.shape)[cut]
            self._type[rows].reshape(count, width)[open_from:][cut] += width
            self._drop(late_start, cut & (late_start >= limit))
        for row in np.flatnonzero(np.isin(kind, _NO_LENGTH_TELLS_NOTHING)):
            waits = start[:, row]
            self._drop(waits, (waits >= end[:, row]) & np.isfinite(waits))
        self._at = rows.stop

    def _drop(self, start: FloatArray, rows: npt.NDArray[np.bool_]) -> None:
        """Leave out rows, each once: they are sorted behind all others."""
        self._nothing += int(np.count_nonzero(rows))
        start[rows] = np.inf


def row_order(start: FloatArray, count: int, run: Run) -> npt.NDArray[np.intp]:
    """Return the first `count` rows by start; ties in the order of the rows.

    Many rows are sorted in pieces of time, so that the run can be cancelled in between.
    """
    if (start[1:] >= start[:-1]).all():
        return np.arange(count)
    pieces = -(-len(start) // MOST_SORTED)
    if pieces == 1:
        return _sorted(start)[:count]
    sample = np.sort(start[:: max(1, len(start) // 4096)])
    cuts = np.unique(sample[[len(sample) * piece // pieces for piece in range(1, pieces)]])
    piece_of = np.searchsorted(cuts, start, side="right").astype(np.int8)
    found = []
    for piece in range(len(cuts) + 1):
        run.check()
        rows = np.flatnonzero(piece_of == piece)
        found.append(rows[_sorted(start[rows])])
    return np.concatenate(found)[:count]


def _sorted(start: FloatArray) -> npt.NDArray[np.intp]:
    """Return the rows by start, ties in their order: by a quick sort, then one of the numbers of those that tie.

    That is quicker than a stable sort.
    """
    order = np.argsort(start)
    ordered = start[order]
    same = ordered[1:] == ordered[:-1]
    tied = np.zeros(len(start), dtype=bool)
    tied[1:] = same
    tied[:-1] |= same
    rows = np.flatnonzero(tied)
    if len(rows):
        follows = np.concatenate([[False], same])[rows]
        group = np.cumsum(~follows) * len(start)
        order[rows] = np.sort(group + order[rows]) - group
    return order
