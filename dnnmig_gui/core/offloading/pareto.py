"""The Pareto front over delay, energy and money.

Weights spread evenly over the simplex each have a best plan; what no other plan beats in all three is kept. With one
user, each plan is the proven optimum for its weights, so it lies on the convex part of the true front; plans in its
dents are found by no weights. With several users the front is found in three steps: the proven optima of everyone
alone for each weighting, their best answers to one another (begun from the plans of the other weightings as well), and
crossings of the plans found, one user of one with the others of another, which reach into the dents.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.objective import reweighted
from dnnmig_gui.core.costs.problem import BoolArray, Figures, FloatArray, IntArray, Problem
from dnnmig_gui.core.offloading.answers import SharedServers
from dnnmig_gui.core.offloading.exact import ExactParameters, optimum_alone, solve
from dnnmig_gui.core.offloading.path_optimum import counts_paths
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.offloading.progress import Record
from dnnmig_gui.core.offloading.shared_servers import settled
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Weights

SAME = 1e-9
"""Relative difference below which two figures count as equal."""

EFFORT = ExactParameters(rounds=5, branches=20, nodes=50, stop_gap=1e-3)
"""Of each weighting that is searched by itself, where users share servers or have limits."""

PURE = (Weights(), Weights(delay=0.0, energy=1.0), Weights(delay=0.0, money=1.0))
"""The least of each alone, so that the ends of the front are exact; ties are settled by the weightings beside them."""

TIES = (1e-6, 1e-9, 1e-12)
"""Weights of what does not matter: the least settles ties where the next would rather give some of the end away."""

MOST_CROSSED = 60
"""Plans of the front that are crossed with one another in a round, spread over it."""

CROSSINGS = 3
"""Rounds of crossing; each begins from the front that the one before has found."""

MOST_POINTS = 200


@dataclass(frozen=True, eq=False)
class FrontPoint:
    """A plan that no other plan found beats in delay, energy and money at once.

    Parameters
    ----------
    weights
        Weights for which it is the best plan, or comes closest to that.
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
        Steps between weights 0 and 1; (divisions + 1)(divisions + 2) / 2 weightings are tried, and some
        at the ends.

    Raises
    ------
    InfeasibleError
        If no plan exists.
    """
    weightings = [*_simplex(divisions), *_beside_ends(), *PURE]
    weighted = [reweighted(problem, weights) for weights in weightings]
    if len(problem.users) == 1 or counts_paths(problem):
        plans = []
        for number, each in enumerate(weighted):
            run.check()
            plans.append(solve(each, EFFORT, run.part(0.0, 0.0)))
            run.report((number + 1) / len(weighted), _told(number, weighted))
        points = [
            FrontPoint(weights, plan, _figures(problem, plan)) for weights, plan in zip(weightings, plans, strict=True)
        ]
        kept = _undominated(_table([point.figures for point in points]))
        return tuple(points[number] for number in kept)
    rows, bounds = _together(problem, weighted, run)
    rows = _crossed(problem, rows, run)
    return _points(problem, weightings, weighted, bounds, rows)


def _simplex(divisions: int) -> Iterator[Weights]:
    """Yield weights that sum to 1. A tiny weight on what does not matter settles ties the useful way."""
    tie = TIES[0]
    for delay in range(divisions, -1, -1):
        for energy in range(divisions - delay, -1, -1):
            raw = np.array([delay, energy, divisions - delay - energy]) / divisions + tie
            shares = raw / raw.sum()
            yield Weights(delay=float(shares[0]), energy=float(shares[1]), money=float(1 - shares[0] - shares[1]))


def _beside_ends() -> Iterator[Weights]:
    """Yield weights of the ends with ever smaller ones for the rest; the largest are among those of the simplex."""
    for tie in TIES[1:]:
        yield Weights(delay=1 - 2 * tie, energy=tie, money=tie)
        yield Weights(delay=tie, energy=1 - 2 * tie, money=tie)
        yield Weights(delay=tie, energy=tie, money=1 - 2 * tie)


def _together(problem: Problem, weighted: Sequence[Problem], run: Run) -> tuple[IntArray, FloatArray]:
    """Return the plans of several users for all weightings, and for each weighting a lower bound of its objective.

    The three ends are searched by themselves; the others begin from what has been found for their neighbours.
    """
    evaluator = BatchEvaluator(problem)
    coupled = problem.shared or bool(np.isfinite(problem.memory_bytes).any())
    found: list[IntArray] = []
    for end in weighted[-len(PURE) :]:
        run.check()
        found.append(evaluator.flatten(solve(end, EFFORT, run.part(0.0, 0.0)).places))
        run.report(0.1 * len(found), "the ends of the front")
    bounds = np.zeros(len(weighted))
    for number, each in enumerate(weighted):
        run.check()
        alone = [optimum_alone(user, user.objective) for user in each.users]
        bounds[number] = sum(value for value, _ in alone)
        record = Record(BatchEvaluator(each))
        starts = [tuple(places for _, places in alone)]
        scores = record.score(np.array(found))
        starts.append(evaluator.unflatten(found[int(scores.argmin())]))
        if coupled:
            shared = SharedServers(each)
            for start in starts:
                settled(shared, start, record, run)
        else:
            record.score_plan(starts[0])
        if record.best is not None:
            found.append(record.best)
        run.report(0.3 + 0.5 * (number + 1) / len(weighted), _told(number, weighted))
    return np.unique(np.array(found), axis=0), bounds


def _told(number: int, weighted: Sequence[Problem]) -> str:
    return f"{number + 1} of {len(weighted)} weightings"


def _crossed(problem: Problem, rows: IntArray, run: Run) -> IntArray:
    """Return the front of these plans and of what comes of giving one user the places it has in another plan."""
    evaluator = BatchEvaluator(problem)
    ends = np.cumsum([0, *(len(user.model) for user in problem.users)])
    rows = _best_rows(problem, evaluator, rows)
    for turn in range(CROSSINGS):
        run.check()
        parents = rows[np.unique(np.linspace(0, len(rows) - 1, MOST_CROSSED).round().astype(int))]
        pool = [rows]
        for start, end in itertools.pairwise(ends):
            parts = np.unique(parents[:, start:end], axis=0)
            children = np.repeat(parents, len(parts), axis=0)
            children[:, start:end] = np.tile(parts, (len(parents), 1))
            pool.append(_best_rows(problem, evaluator, children))
        better = _best_rows(problem, evaluator, np.unique(np.concatenate(pool), axis=0))
        run.report(0.8 + 0.2 * (turn + 1) / CROSSINGS, f"crossing {turn + 1}, {len(better)} plans")
        if len(better) == len(rows) and (better == rows).all():
            break
        rows = better
    return rows


def _best_rows(problem: Problem, evaluator: BatchEvaluator, rows: IntArray) -> IntArray:
    """Return the rows that no other beats, by rising delay; those that break a limit go where one keeps all."""
    objectives, scores = evaluator.objectives(rows), evaluator.scores(rows)
    rows = rows[np.isfinite(objectives)]
    kept = _keep_limits(objectives, scores)[np.isfinite(objectives)]
    rows = rows[kept]
    return rows[_undominated(_totals(problem, evaluator, rows))]


def _keep_limits(objectives: FloatArray, scores: FloatArray) -> BoolArray:
    """Return which plans keep all limits; all of them where none does."""
    keeps: BoolArray = np.isfinite(objectives) & (scores <= objectives * (1 + 1e-12))
    return keeps if keeps.any() else np.ones(len(keeps), dtype=bool)


def _points(
    problem: Problem, weightings: Sequence[Weights], weighted: Sequence[Problem], bounds: FloatArray, rows: IntArray
) -> tuple[FrontPoint, ...]:
    """Return the plans as points, each with the weights that it comes closest to being best for."""
    if len(rows) > MOST_POINTS:
        rows = rows[np.unique(np.linspace(0, len(rows) - 1, MOST_POINTS).round().astype(int))]
    evaluator = BatchEvaluator(problem)
    values = np.array([BatchEvaluator(each).objectives(rows) for each in weighted])
    chosen = (values - values.min(axis=1, keepdims=True)).argmin(axis=0)
    totals = _totals(problem, evaluator, rows)
    return tuple(
        FrontPoint(
            weightings[at],
            OffloadingPlan(evaluator.unflatten(row), float(values[at, number]), float(bounds[at])),
            Figures(*map(float, totals[number])),
        )
        for number, (row, at) in enumerate(zip(rows, chosen, strict=True))
    )


def _totals(problem: Problem, evaluator: BatchEvaluator, rows: IntArray) -> FloatArray:
    """Return share x delay, energy and money of plans, summed over users, shape (P, 3)."""
    shares = np.array([user.share for user in problem.users])
    return np.stack(
        [
            evaluator.costs(rows, [getattr(user, quantity) for user in problem.users]) @ shares
            for quantity in ("delay", "energy", "money")
        ],
        axis=1,
    )


def _figures(problem: Problem, plan: OffloadingPlan) -> Figures:
    evaluator = BatchEvaluator(problem)
    return Figures(*map(float, _totals(problem, evaluator, evaluator.flatten(plan.places)[None])[0]))


def _table(figures: Sequence[Figures]) -> FloatArray:
    return np.array([[each.delay_s, each.energy_j, each.money] for each in figures])


def _undominated(values: FloatArray) -> IntArray:
    """Return the rows of a table that no other beats in all columns, by rising first column; of equals the first."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    slack = SAME * np.maximum(np.abs(values).max(axis=0), 1e-300)
    order = np.lexsort(values.T[::-1])
    kept: list[int] = []
    front = np.empty((0, values.shape[1]))
    for number in order:
        if not (front <= values[number] + slack).all(axis=1).any():
            kept.append(int(number))
            front = np.vstack([front, values[number]])
    return np.array(kept, dtype=np.int64)
