"""How searches come to their plans: the best objective so far against evaluations, over several seeds."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.comparison import spread
from dnnmig_gui.core.costs.problem import FloatArray
from dnnmig_gui.core.planning import MigrationPlan, solve_offloading
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario.schema import MethodChoice

History = Sequence[tuple[int, float, float]]
"""(evaluations, seconds, best objective so far), ascending."""

MOST_POINTS = 200
COLUMNS = ("evaluations", "seeds", "mean", "best", "worst", "low", "high")
PATIENCE_S = 10.0
"""A search that takes longer is not run again for the report."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One method over its seeds; all arrays have shape (N,).

    Parameters
    ----------
    evaluations
        Rising, from where every seed has a plan to where the last one ends.
    mean, best, worst
        Of the best objectives so far, over seeds; a seed that has ended keeps its last.
    low, high
        The 95 % confidence interval of the mean; equal to it with one seed.
    """

    seeds: int
    evaluations: FloatArray
    mean: FloatArray
    best: FloatArray
    worst: FloatArray
    low: FloatArray
    high: FloatArray

    @property
    def moves(self) -> bool:
        """Whether there is anything to see: a search that got better on its way."""
        return bool(len(self.mean) > 1 and self.worst[0] > self.best[-1] * (1 + 1e-12))


def curve_of(histories: Sequence[History]) -> Curve:
    """Return the curve of a method's histories, one a seed; those without an entry do not count."""
    told = [history for history in histories if history]
    if not told:
        return Curve(0, *(np.zeros(0) for _ in range(6)))
    first = max(history[0][0] for history in told)
    last = max(history[-1][0] for history in told)
    steps = np.unique([step for history in told for step, _, _ in history if step > first] + [first, last])
    if len(steps) > MOST_POINTS:
        steps = np.unique(np.geomspace(max(1, first), last, MOST_POINTS).round())
    table = np.array([_values(history, steps) for history in told])
    spreads = [spread(list(column)) for column in table.T]
    mean = np.array([each.mean for each in spreads])
    return Curve(
        len(told),
        steps.astype(float),
        mean,
        table.min(axis=0),
        table.max(axis=0),
        np.array([each.mean if each.low is None else each.low for each in spreads]),
        np.array([each.mean if each.high is None else each.high for each in spreads]),
    )


def _values(history: History, steps: FloatArray) -> FloatArray:
    at = np.array([step for step, _, _ in history])
    values = np.minimum.accumulate([value for _, _, value in history])
    found: FloatArray = values[np.maximum(np.searchsorted(at, steps, side="right") - 1, 0)]
    return found


def search_histories(plan: MigrationPlan, choice: MethodChoice, run: Run, seeds: int = 5) -> list[History]:
    """Return the plan's own history and those of the same search with the seeds that follow.

    A search that takes long, or that comes to the same with another seed, is told by its own history alone.
    """
    own = plan.offloading.history
    found: list[History] = [own]
    if len(own) < 2 or plan.offloading.seconds > PATIENCE_S:
        return found
    for number in range(1, seeds):
        run.check()
        part = run.part(number / seeds, (number + 1) / seeds)
        again = solve_offloading(plan.problem, choice, Run(plan.seed + number, part.report, run.is_cancelled))
        same = [(step, value) for step, _, value in again.history] == [(step, value) for step, _, value in own]
        if number == 1 and same:
            return found
        found.append(again.history)
    return found


def convergence_csv(curves: Mapping[str, Curve]) -> str:
    """Return the curves as CSV text, a row a method and number of evaluations."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["offloading", *COLUMNS])
    for name, curve in curves.items():
        for number in range(len(curve.evaluations)):
            values = (getattr(curve, column)[number] for column in COLUMNS[2:])
            writer.writerow([name, int(curve.evaluations[number]), curve.seeds, *map(float, values)])
    return text.getvalue()
