"""How evenly users are served while they come and go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.problem import FloatArray, IntArray
from dnnmig_gui.core.planning import MigrationPlan
from dnnmig_gui.core.simulation.trace import SliceKind, Trace


@dataclass(frozen=True, eq=False)
class Fairness:
    """Who gains how much over time.

    Parameters
    ----------
    time_s
        Shape (T,).
    gain
        Shape (U, T): the delay of a query on the client alone, over that of the query under way; NaN where the user
        is not there or asks nothing.
    jain
        Shape (T,): Jain's index of the gains, 1 if all are equal, 1/n if one of n users has everything; NaN without
        users. (R. Jain, D. Chiu and W. Hawe, A quantitative measure of fairness, 1984.)
    worst
        Shape (T,): number of the user with the least gain; -1 without users.
    mean_jain
        Mean over the times at which at least two users are served; None if there are none.
    worst_gain
        The least mean gain of a user over its stay, and `worst_user` whose it is; None without queries.
    """

    time_s: FloatArray
    gain: FloatArray
    jain: FloatArray
    worst: IntArray
    mean_jain: float | None
    worst_gain: float | None
    worst_user: int | None


def fairness(plan: MigrationPlan, trace: Trace, points: int = 400) -> Fairness:
    """Return how evenly users are served at evenly spaced times."""
    times = np.asarray((np.arange(points) + 0.5) * (trace.end_s / points), dtype=np.float64)
    gain = np.full((len(trace.user_ids), points), np.nan)
    rows = trace.of_kind(SliceKind.QUERY)
    for number, user in enumerate(plan.problem.users):
        own = rows[trace.user[rows] == number]
        if len(own) == 0:
            continue
        at = np.searchsorted(trace.start[own], times, side="right") - 1
        running = (at >= 0) & (times < trace.end[own[at]])
        delay = trace.end[own[at]] - trace.start[own[at]]
        gain[number, running] = user.local.delay_s / np.maximum(delay[running], 1e-300)
    served = ~np.isnan(gain)
    count = served.sum(axis=0)
    filled = np.where(served, gain, 0.0)
    squares = (filled**2).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        jain = np.where(count > 0, filled.sum(axis=0) ** 2 / (count * squares), np.nan)
    worst = np.where(count > 0, np.argmin(np.where(served, gain, np.inf), axis=0), -1)
    several = count > 1
    stays = [
        (float(np.mean(one[~np.isnan(one)])), number) for number, one in enumerate(gain) if not np.isnan(one).all()
    ]
    least = min(stays, default=None)
    return Fairness(
        times,
        gain,
        jain,
        worst,
        float(jain[several].mean()) if several.any() else None,
        None if least is None else least[0],
        None if least is None else least[1],
    )
