"""The order of single layers that completes most queries, by dynamic programming over all sets of layers."""

from __future__ import annotations

import numpy as np

from dnnmig_gui.core.costs.problem import FloatArray
from dnnmig_gui.core.run import Run


def best_order(delays: FloatArray, upload_s: FloatArray, run: Run) -> tuple[list[int], float]:
    """Return the best order of K layers, uploaded one by one, and the queries completed until all are.

    Every order ends at the same time, so the one with most queries by then has most at any later time too.
    Bellman's equation over sets: most(U) = max over l in U of most(U - l) + upload_s[l] / q(U - l).

    Parameters
    ----------
    delays
        Shape (2^K,): q of every set; layer k is in set n if bit K - 1 - k of n is set.
    upload_s
        Shape (K,).

    Notes
    -----
    Among orders as good, the one that keeps the later layers for later.
    """
    count = len(upload_s)
    rates = 1.0 / delays
    most = np.zeros(len(delays))
    sizes = np.bitwise_count(np.arange(len(delays)))
    by_size = np.argsort(sizes, kind="stable")
    ends = np.cumsum(np.bincount(sizes, minlength=count + 1))
    for size in range(1, count + 1):
        run.check()
        run.report(size / (count + 1), f"sets of {size} of {count} layers")
        sets = by_size[ends[size - 1] : ends[size]]
        best = np.zeros(len(sets))
        for layer in range(count):
            bit = 1 << (count - 1 - layer)
            here = np.flatnonzero(sets & bit)
            before = sets[here] ^ bit
            best[here] = np.maximum(best[here], most[before] + upload_s[layer] * rates[before])
        most[sets] = best
    order: list[int] = []
    there = len(delays) - 1
    while there:
        for layer in range(count - 1, -1, -1):
            fewer = there & ~(1 << (count - 1 - layer))
            if fewer != there and most[fewer] + upload_s[layer] * rates[fewer] >= most[there] * (1 - 1e-12):
                order.append(layer)
                there = fewer
                break
    return order[::-1], float(most[-1])


def of_what_arrives(values: FloatArray, lost: FloatArray) -> FloatArray:
    """Return for each set the mean of a value over what arrives of it.

    Parameters
    ----------
    values
        Shape (2^K,), of every set as in `best_order`.
    lost
        Shape (K,): how probable it is that each layer does not arrive, one independent of the other.
    """
    count = len(lost)
    mean = values.copy()
    for layer, share in enumerate(lost.tolist()):
        halves = mean.reshape(2**layer, 2, 2 ** (count - 1 - layer))
        halves[:, 1] += share * (halves[:, 0] - halves[:, 1])
    return mean
