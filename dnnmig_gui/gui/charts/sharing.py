"""When a transfer has less than its whole link: others are on it, and it waits for its share. No Qt."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.simulation.trace import SliceKind, Trace
from dnnmig_gui.core.topology import Topology

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
SLOWED_FROM = 0.01
"""A transfer that takes this share longer than it would alone is called slowed."""


def sending_s(trace: Trace, topology: Topology, rows: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return for how long transfers were sending, and how long they would have alone; NaN where there is no link."""
    link = trace.source[rows], trace.target[rows]
    latency = np.asarray(topology.link_latency_s[link], dtype=np.float64)
    alone = trace.size_bytes[rows] * np.asarray(topology.link_s_per_byte[link], dtype=np.float64)
    known = np.isfinite(latency) & np.isfinite(alone)
    sent = trace.end[rows] - trace.start[rows] - np.where(known, latency, 0.0)
    return np.where(known, sent, np.nan), np.where(known, alone, np.nan)


def slowed(trace: Trace, topology: Topology, rows: IntArray) -> npt.NDArray[np.bool_]:
    """Return which transfers took longer than they would alone, shape (N,)."""
    sent, alone = sending_s(trace, topology, rows)
    return (alone > 0) & (sent > (1 + SLOWED_FROM) * alone)


def shared_times(trace: Trace, topology: Topology) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return rows of slowed transfers, each with a time in which others were on its link; by `start`.

    Returns
    -------
    rows, start, end
        Shape (N,); a row comes once for each such time.
    """
    moving = np.flatnonzero(np.isin(trace.kind, (SliceKind.UPLOAD_HOP, SliceKind.TRANSFER)))
    slow = moving[slowed(trace, topology, moving)]
    count = len(trace.server_ids)
    link = trace.source[moving].astype(np.int64) * count + trace.target[moving]
    own = trace.source[slow].astype(np.int64) * count + trace.target[slow]
    found: list[tuple[IntArray, FloatArray, FloatArray]] = []
    for number in np.unique(own):
        begin, end = crowded(trace, moving[link == number])
        rows = slow[own == number]
        first = np.searchsorted(end, trace.start[rows], side="right")
        last = np.maximum(first, np.searchsorted(begin, trace.end[rows], side="left"))
        each = np.repeat(np.arange(len(rows)), last - first)
        place = np.arange(len(each)) - np.repeat(np.cumsum(last - first) - (last - first), last - first) + first[each]
        low, high = np.maximum(begin[place], trace.start[rows][each]), np.minimum(end[place], trace.end[rows][each])
        some = high > low
        found.append((rows[each][some], low[some], high[some]))
    if not found:
        return np.zeros(0, dtype=np.intp), np.zeros(0), np.zeros(0)
    rows, start, end = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort(start, kind="stable")
    return rows[order], start[order], end[order]


def crowded(trace: Trace, rows: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return when at least two of these transfers are under way: begins and ends, ascending."""
    times = np.concatenate((trace.start[rows], trace.end[rows]))
    change = np.concatenate((np.ones(len(rows), dtype=np.int64), -np.ones(len(rows), dtype=np.int64)))
    # What ends makes room before what begins takes it.
    order = np.lexsort((change, times))
    under_way = np.cumsum(change[order])
    edge = np.flatnonzero(np.diff(np.concatenate(([0], under_way > 1))))
    begin, end = times[order][edge[0::2]], times[order][edge[1::2]]
    some = end > begin
    return begin[some], end[some]
