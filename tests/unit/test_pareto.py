"""The Pareto front against all plans there are."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from random_scenarios import problems

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.offloading.pareto import pareto_front
from dnnmig_gui.core.run import Run


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
        better = (table <= row + 1e-9 * scale).all(axis=1) & (table < row - 1e-5 * scale).any(axis=1)
        assert not better.any()
    # Weights of 1 less a millionth lie within that of the least of each.
    assert (found.min(axis=0) <= table.min(axis=0) + 1e-4 * scale).all()
    assert (np.diff(found[:, 0]) >= 0).all()
