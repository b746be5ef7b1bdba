"""The Pareto front against all plans there are."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from random_scenarios import problems

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.objective import reweighted
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.offloading.exact import solve
from dnnmig_gui.core.offloading.pareto import EFFORT, pareto_front
from dnnmig_gui.core.planning import prepare_problem
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario, Weights, open_scenario
from dnnmig_gui.core.scenario.examples import example_files


@settings(deadline=None, max_examples=25)
@given(problems(most_layers=4, most_servers=4))
def test_front_is_undominated_and_holds_the_best_of_each(problem: Problem) -> None:
    front = pareto_front(problem, 6, Run())
    user = problem.users[0]
    places = [range(problem.server_count) if computes else [user.client] for computes in user.computes]
    every = np.array(list(itertools.product(*places)))
    evaluator = BatchEvaluator(problem)
    finite = np.isfinite(evaluator.objectives(every))
    table = np.stack([evaluator.costs(every, [cost])[:, 0] for cost in (user.delay, user.energy, user.money)], axis=1)
    table = table[finite] * user.share
    found = np.array([[point.figures.delay_s, point.figures.energy_j, point.figures.money] for point in front])
    scale = np.maximum(table.max(axis=0), 1e-12)
    for row in found:
        # Rounding alone is forgiven, and sums of what is not negative round by their own size: a plan that costs
        # anything does not beat a free one.
        better = (table <= row * (1 + 1e-12)).all(axis=1) & (table < row - 1e-5 * scale).any(axis=1)
        assert not better.any()
    assert (found.min(axis=0) <= table.min(axis=0) + 1e-9 * scale).all(), "the ends are the optima of each alone"
    assert (np.diff(found[:, 0]) >= 0).all()


@settings(deadline=None, max_examples=15)
@given(problems(most_layers=4, most_servers=5, users=3))
def test_a_front_of_several_users_is_undominated_and_beats_every_mix_alone(problem: Problem) -> None:
    front = pareto_front(problem, 4, Run())
    found = np.array([[point.figures.delay_s, point.figures.energy_j, point.figures.money] for point in front])
    scale = np.maximum(found.max(axis=0), 1e-12)
    for number, row in enumerate(found):
        others = np.delete(found, number, axis=0)
        assert not (others <= row + 1e-12 * scale).all(axis=1).any(), "no point is beaten by another"
    assert (np.diff(found[:, 0]) >= 0).all()
    evaluator = BatchEvaluator(problem)
    for point in front:
        weighted = reweighted(problem, point.weights)
        row = BatchEvaluator(weighted).flatten(point.plan.places)[None]
        assert point.plan.objective == pytest.approx(float(BatchEvaluator(weighted).objectives(row)[0]), rel=1e-12)
        bound = point.plan.bound
        if bound is not None:
            assert bound <= point.plan.objective * (1 + 1e-9)
        shares = [user.share for user in problem.users]
        delay = evaluator.costs(row, [user.delay for user in problem.users])[0] @ shares
        assert point.figures.delay_s == pytest.approx(float(delay), rel=1e-12)
    for name, place in (("delay", 0), ("energy", 1), ("money", 2)):
        weights = Weights(**{"delay": 0.0, "energy": 0.0, "money": 0.0, name: 1.0})
        one = solve(reweighted(problem, weights), EFFORT, Run())
        cost = evaluator.costs(evaluator.flatten(one.places)[None], [getattr(user, name) for user in problem.users])
        assert found[:, place].min() <= float(cost[0] @ shares) * (1 + 1e-9) + 1e-12


def test_the_front_is_the_same_each_time() -> None:
    problem = prepare_problem(*_scenario("smart-home"))
    first, second = (pareto_front(problem, 3, Run(5)) for _ in range(2))
    assert [point.figures for point in first] == [point.figures for point in second]
    assert len(first) >= 5


def _scenario(name: str) -> tuple[Scenario, Path]:
    path = next(path for path in example_files() if path.stem == name)
    return open_scenario(path).scenario, path.parent
