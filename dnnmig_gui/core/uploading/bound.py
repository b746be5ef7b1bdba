"""An upper bound of the queries that any order of uploads completes."""

from __future__ import annotations

import numpy as np

from dnnmig_gui.core.costs.problem import FloatArray
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.uploading.orders import best_order
from dnnmig_gui.core.uploading.query_delays import QueryDelays

EXACT_LAYERS = 12
"""Up to so many layers the bound is the optimum itself."""

PRICES = 400
"""Lines under the delays of longer models: each more tightens the bound a little less."""


def most_queries(delays: QueryDelays, upload_s: FloatArray) -> tuple[float, float, float]:
    """Return (T, N, r): no order completes more than N + r * (t - T) queries by any t >= T.

    T is the time that all bytes take, latencies left out: a real upload has confirmed no more at any time than
    one without latencies, and q never grows with what is uploaded. Up to `EXACT_LAYERS` layers N is the optimum
    over all orders of single layers (an order of larger partitions confirms no layer earlier than some order of
    single layers does). Beyond, with L = min over U of (q(U) + f * up(U)) for a price f >= 0 of an upload second,
    whatever is uploaded by time t has q >= L - f * t; N integrates 1 / (the best such line at t) over [0, T].

    Parameters
    ----------
    delays
        q over sets of K layers; it must not grow with U.
    upload_s
        Shape (K,): seconds of each layer's bytes.
    """
    count = len(upload_s)
    ends = delays.of_sets(np.array([[False] * count, [True] * count]))
    total = float(upload_s.sum())
    rate = float(1.0 / ends[1])
    if count <= EXACT_LAYERS:
        return total, best_order(delays.of_subsets(), upload_s, Run())[1], rate
    return total, _under_lines(delays, upload_s, float(ends[0]), float(ends[1])), rate


def _under_lines(delays: QueryDelays, upload_s: FloatArray, slowest: float, fastest: float) -> float:
    total = float(upload_s.sum())
    steepest = slowest / float(upload_s[upload_s > 0].min(initial=total or 1.0))
    prices = np.concatenate([np.geomspace(steepest, 1e-3 * max(slowest - fastest, 1e-9) / total, PRICES), [0.0]])
    levels = delays.with_prices(upload_s[None, :] * prices[:, None])
    # Each line is valid everywhere, so any choice of breakpoints gives a bound; crossings of neighbours the best.
    crossings = (levels[:-1] - levels[1:]) / (prices[:-1] - prices[1:])
    cuts = np.concatenate([[0.0], np.clip(np.maximum.accumulate(crossings), 0.0, total), [total]])
    queries = 0.0
    for price, level, start, end in zip(prices, levels, cuts[:-1], cuts[1:], strict=True):
        high = max(level - price * start, fastest)
        low = max(level - price * end, fastest)
        if end > start:
            # The mean of 1/q over a line from high to low; flat or clipped lines take the safe end.
            safe = high - low > 1e-9 * high and level - price * end >= fastest
            queries += float((end - start) * (np.log(high / low) / (high - low) if safe else 1.0 / low))
    return queries
