"""Routes: the paths over links that carry a tensor fastest."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

Routing = Literal["relay", "direct"]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

ROUTED_BYTES = 1e6
"""A route is the path that carries this many bytes fastest (DESIGN: 1 MB)."""
MOST_DENSE = 64
"""Beyond this many servers, sparse links are searched by Dijkstra's algorithm."""
SPARSE_SHARE = 0.05
"""Of all pairs: below it, Dijkstra's algorithm is the faster one."""
_AT_ONCE = 32
"""Starts searched in one call: between calls, other threads get their turn."""


def fastest_hops(latency_s: FloatArray, s_per_byte: FloatArray, routing: Routing) -> IntArray:
    """Return the number of the server before `to` on the route from `from`, shape (S, S); -1 without a route.

    A link of the pair's own wins over a relay that is as fast.

    Parameters
    ----------
    latency_s, s_per_byte
        Shape (S, S), of direct links; `latency_s` is infinite where there is none.
    """
    count = len(latency_s)
    seconds = latency_s + s_per_byte * ROUTED_BYTES
    np.fill_diagonal(seconds, np.inf)
    joined = np.isfinite(seconds)
    hops = np.where(joined, np.arange(count)[:, None], -1)
    if routing == "relay":
        if count > MOST_DENSE and joined.sum() < SPARSE_SHARE * count**2:
            _relay_sparse(hops, seconds)
        else:
            _relay_dense(hops, seconds)
    return hops


def _relay_dense(hops: IntArray, seconds: FloatArray) -> None:
    """Find relays by Floyd and Warshall's algorithm.

    As fast as scipy's for small topologies, whose loading would take a quarter of a second of the start; and numpy
    lets other threads work meanwhile.
    """
    fastest = seconds.copy()
    np.fill_diagonal(fastest, 0.0)
    over = np.empty_like(fastest)
    better = np.empty(fastest.shape, dtype=bool)
    for relay in range(len(fastest)):
        np.add(fastest[:, relay, None], fastest[relay], out=over)
        np.less(over, fastest, out=better)
        if better.any():
            np.copyto(fastest, over, where=better)
            np.copyto(hops, hops[relay], where=better)


def _relay_sparse(hops: IntArray, seconds: FloatArray) -> None:
    """Find relays by Dijkstra's algorithm from each server."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    count = len(hops)
    start, end = np.nonzero(np.isfinite(seconds))
    graph = csr_array((seconds[start, end], (start, end)), shape=(count, count))
    for first in range(0, count, _AT_ONCE):
        rows = np.arange(first, min(first + _AT_ONCE, count))
        fastest, before = dijkstra(graph, indices=rows, return_predecessors=True)
        relayed = (before >= 0) & (fastest < seconds[rows])
        hops[rows] = np.where(relayed, before, hops[rows])


def along_routes(hops: IntArray, per_link: FloatArray) -> FloatArray:
    """Return the sum of a link quantity over each route; infinite or 0 as the quantity is without a link."""
    count = len(hops)
    total = np.where(hops >= 0, 0.0, per_link)
    start, end = np.nonzero(hops >= 0)
    here = end.copy()
    while len(start):
        before = hops[start, here]
        total[start, end] += per_link[before, here]
        still = before != start
        start, end, here = start[still], end[still], before[still]
    total[np.arange(count), np.arange(count)] = 0.0
    return total
