"""Orders of many layers: a search that keeps the most promising sets of layers of each size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dnnmig_gui.core.costs.problem import FloatArray, IntArray
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.uploading.query_delays import QueryDelays

MOST_SETS = 1000
"""Sets grown from those that are kept, at a time: of deep models fewer are kept."""

MOST_IMPROVED = 64
"""Orders of more layers are not improved layer by layer: it would take many seconds."""


def search_order(
    delays: QueryDelays, upload_s: FloatArray, starts: Sequence[Sequence[int]], width: int, run: Run
) -> list[int]:
    """Return an order of K layers that completes many queries until all are uploaded.

    The best of the beam search's order and of `starts` is improved by moving single layers while that helps; so what
    is returned is never worse than any of them.

    Parameters
    ----------
    upload_s
        Shape (K,).
    starts
        Orders known already.
    width
        Sets kept of each size.
    """
    count = len(upload_s)
    width = min(width, max(1, MOST_SETS // count))
    orders = np.array([_beam(delays, upload_s, width, run), *starts])
    best = orders[int(np.argmax(completed(delays, upload_s, orders)))].tolist()
    return _improved(delays, upload_s, best, run) if count <= MOST_IMPROVED else best


def completed(delays: QueryDelays, upload_s: FloatArray, orders: IntArray) -> FloatArray:
    """Return the queries that orders, shape (B, K), complete until all layers are uploaded, shape (B,)."""
    batch, count = orders.shape
    place = np.argsort(orders, axis=1)
    uploaded = place[:, None, :] < np.arange(count)[None, :, None]
    delay = delays.of_sets(uploaded.reshape(batch * count, count)).reshape(batch, count)
    queries: FloatArray = (upload_s[orders] / delay).sum(axis=1)
    return queries


def _beam(delays: QueryDelays, upload_s: FloatArray, width: int, run: Run) -> list[int]:
    """Return the order of a beam search.

    Of two ways to the same set the one with more queries so far is kept (they take the same time). Sets of one size
    take different times, so they are compared by the queries they come to by the time when all layers are uploaded,
    were nothing more to follow.
    """
    count, total = len(upload_s), float(upload_s.sum())
    sets = np.zeros((1, count), dtype=bool)
    queries, elapsed = np.zeros(1), np.zeros(1)
    delay = delays.of_sets(sets)
    history: list[tuple[np.ndarray, np.ndarray]] = []
    for size in range(count):
        run.check()
        run.report(size / count, f"sets of {size} of {count} layers")
        parent, layer = np.nonzero(~sets)
        grown = sets[parent]
        grown[np.arange(len(layer)), layer] = True
        so_far = queries[parent] + upload_s[layer] / delay[parent]
        # The best way to each set first; of the same sets only the first stays.
        order = np.argsort(-so_far, kind="stable")
        _, first = np.unique(np.packbits(grown[order], axis=1), axis=0, return_index=True)
        kept = order[np.sort(first)]
        time = elapsed[parent[kept]] + upload_s[layer[kept]]
        after = delays.of_sets(grown[kept])
        worth = so_far[kept] + (total - time) / after
        top = np.argsort(-worth, kind="stable")[:width]
        chosen = kept[top]
        history.append((parent[chosen], layer[chosen]))
        sets, queries, elapsed, delay = grown[chosen], so_far[chosen], time[top], after[top]
    at = int(np.argmax(queries))
    backwards = []
    for parents, layers in reversed(history):
        backwards.append(int(layers[at]))
        at = int(parents[at])
    return backwards[::-1]


def _improved(delays: QueryDelays, upload_s: FloatArray, order: list[int], run: Run) -> list[int]:
    """Return the order after moving single layers to where they help most, in two rounds at most."""
    best = float(completed(delays, upload_s, np.array([order]))[0])
    for _ in range(2):
        before = best
        for layer in list(order):
            run.check()
            rest = [one for one in order if one != layer]
            tried = [[*rest[:place], layer, *rest[place:]] for place in _places(rest, order.index(layer))]
            values = completed(delays, upload_s, np.array(tried))
            top = int(np.argmax(values))
            if values[top] > best * (1 + 1e-12):
                order, best = tried[top], float(values[top])
        if best <= before * (1 + 1e-9):
            break
    return order


def _places(rest: Sequence[int], now: int) -> list[int]:
    """Return where to try a layer: near where it is, and at both ends."""
    near = range(max(0, now - 3), min(len(rest), now + 3) + 1)
    return sorted({0, *near, len(rest)})
