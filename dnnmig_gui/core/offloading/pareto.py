"""The Pareto front over delay, energy and money, by exact scalarisation.

For weights spread evenly over the simplex the exact method finds the best plan; what no other plan beats in all three
is kept. With one user, each plan found is optimal for its weights, so it lies on the convex part of the true front;
plans in its dents are not found by any weights. With several users who share servers the plans are the best found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.objective import reweighted
from dnnmig_gui.core.costs.problem import Figures, Problem
from dnnmig_gui.core.offloading.exact import ExactParameters, solve
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Weights

SAME = 1e-9
"""Relative difference below which two figures count as equal."""

EFFORT = ExactParameters(rounds=5, branches=20, nodes=50, stop_gap=1e-3)
"""Of each weighting, where users share servers or have limits."""


@dataclass(frozen=True, eq=False)
class FrontPoint:
    """A plan that no other plan found beats in delay, energy and money at once.

    Parameters
    ----------
    weights
        Weights for which it is the best plan.
    figures
        Sums over users of share x delay, energy and money of one query.
    """

    weights: Weights
    plan: OffloadingPlan
    figures: Figures


def pareto_front(problem: Problem, divisions: int, run: Run) -> tuple[FrontPoint, ...]:
    """Return the front, by rising delay.

    Parameters
    ----------
    divisions
        Steps between weights 0 and 1; (divisions + 1)(divisions + 2) / 2 weightings are tried.

    Raises
    ------
    InfeasibleError
        If no plan exists.
    """
    weightings = list(_simplex(divisions))
    points = []
    for number, weights in enumerate(weightings):
        run.check()
        if points and run.is_enough():
            break
        weighted = reweighted(problem, weights)
        plan = solve(weighted, EFFORT, run.part(0.0, 0.0))
        points.append(FrontPoint(weights, plan, _total(problem, plan)))
        run.report((number + 1) / len(weightings), f"{number + 1} of {len(weightings)} weightings")
    return _undominated(points)


def _simplex(divisions: int) -> Iterator[Weights]:
    """Yield weights that sum to 1. A tiny weight on what does not matter settles ties the useful way."""
    tie = 1e-6
    for delay in range(divisions, -1, -1):
        for energy in range(divisions - delay, -1, -1):
            raw = np.array([delay, energy, divisions - delay - energy]) / divisions + tie
            shares = raw / raw.sum()
            yield Weights(delay=float(shares[0]), energy=float(shares[1]), money=float(1 - shares[0] - shares[1]))


def _total(problem: Problem, plan: OffloadingPlan) -> Figures:
    evaluator = BatchEvaluator(problem)
    row = evaluator.flatten(plan.places)[None]
    shares = np.array([user.share for user in problem.users])
    sums = [
        float(evaluator.costs(row, [getattr(user, quantity) for user in problem.users])[0] @ shares)
        for quantity in ("delay", "energy", "money")
    ]
    return Figures(*sums)


def _undominated(points: list[FrontPoint]) -> tuple[FrontPoint, ...]:
    values = np.array([[point.figures.delay_s, point.figures.energy_j, point.figures.money] for point in points])
    slack = SAME * np.maximum(np.abs(values).max(axis=0), 1e-300)
    kept: list[int] = []
    for number in np.lexsort(values.T[::-1]):
        row = values[number]
        beaten = any((values[other] <= row + slack).all() for other in kept)
        if not beaten:
            kept.append(int(number))
    return tuple(points[number] for number in kept)
