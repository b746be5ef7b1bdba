"""The trace of a running phase: one row a slice, one numpy array a column; good for a million slices."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]

NONE = -1
"""In a column of numbers: does not apply."""


class SliceKind(IntEnum):
    """What a row tells."""

    UPLOAD = 0
    """A P3 from its first byte to its CR, on the user's upload lane. `source` client, `target` its server."""
    UPLOAD_HOP = 1
    """The part of an upload on one link, on the lane of the receiving server. `source`, `target` the link's ends."""
    CONFIRM = 2
    """A CR that arrived (no length), on the user's upload lane. `source` the confirming server, `target` client."""
    QUERY = 3
    """A query from start to end, on the user's query lane: every one of them is completed."""
    EXECUTE = 4
    """Consecutive layers of a query that run on one server: on the query lane where that is the user's client,
    else on the server's lane. `source` = `target` = the server."""
    TRANSFER = 5
    """A tensor of a query on one link; it has no lane. `source`, `target` the link's ends."""
    OPEN_QUERY = 6
    """A query that the run's end or the user's departure cuts short: not completed. On the user's query lane."""
    FAILED_UPLOAD = 7
    """An attempt to upload a P3 whose CR says failed, or that an outage or a new plan cut short; on the user's upload
    lane. `source` client, `target` the P3's server; `size_bytes` what need not be sent again."""
    PAUSE = 8
    """The upload thread waits to send again, or for a link to work; on the user's upload lane."""
    GIVEN_UP = 9
    """A P3 failed for good (no length), on the user's upload lane. `source` client, `target` the P3's server."""
    WAIT = 10
    """A query waits for its turn at a server, on the user's query lane. `source` = `target` = the server."""
    PENDING = 11
    """A query that was asked while its user's last one was still running, until it starts; on the user's query lane,
    where it lies beside that query. `source` = `target` = the client."""
    FALLBACK = 12
    """The rest of a query that lost its server or a link on the way: all its layers run on the client. On the user's
    query lane, inside the QUERY."""


@dataclass(frozen=True)
class Lane:
    """One line of the timeline.

    Parameters
    ----------
    role
        ``uploads`` and ``queries`` belong to a user, ``server`` to an edge or cloud server.
    user, server
        Numbers in `Trace.user_ids` and `Trace.server_ids`; `NONE` where it does not apply. A user's lanes carry
        its client as `server`.
    """

    role: Literal["uploads", "queries", "server"]
    user: int
    server: int


@dataclass(frozen=True, eq=False)
class Placed:
    """Where each layer of a user's queries runs, shape (L,): of those that start from a time on, until the next."""

    since_s: float
    places: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Trace:
    """All that happened, in columns of equal length N, sorted by `start` (ties in the order of cause).

    Parameters
    ----------
    server_ids, user_ids
        What the numbers in the columns stand for.
    lanes
        What the numbers in `lane` stand for.
    end_s
        End of the run; no slice ends later.
    kind
        `SliceKind`, int8.
    start, end
        Seconds of the run's clock.
    lane, user, query, partition
        Numbers; `query` counts from 0 for each user, `partition` from 0 in the order of the user's uploading plan.
    first_layer, last_layer
        Positions of the layers of an EXECUTE; the producing layer of a TRANSFER.
    source, target
        Server numbers, see `SliceKind`.
    size_bytes
        Bytes carried; 0 where nothing is.
    placed
        For each user, by time, where its queries run, fallbacks aside; empty in a trace that was read from a file.
    """

    server_ids: tuple[str, ...]
    user_ids: tuple[str, ...]
    lanes: tuple[Lane, ...]
    end_s: float
    kind: npt.NDArray[np.int8]
    start: FloatArray
    end: FloatArray
    lane: IntArray
    user: IntArray
    query: IntArray
    partition: IntArray
    first_layer: IntArray
    last_layer: IntArray
    source: IntArray
    target: IntArray
    size_bytes: npt.NDArray[np.int64]
    placed: tuple[tuple[Placed, ...], ...] = ()

    def __len__(self) -> int:
        return len(self.kind)

    def of_kind(self, kind: SliceKind) -> npt.NDArray[np.intp]:
        """Return the row numbers of a kind, by start."""
        return np.flatnonzero(self.kind == kind)
