"""What searches improve plans with: nothing gets worse, and in the end no single layer's move helps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_scenarios import problems

from dnnmig_gui.core.costs.batch import BatchEvaluator, Population
from dnnmig_gui.core.costs.incremental import IncrementalEvaluator
from dnnmig_gui.core.costs.problem import Places, Problem
from dnnmig_gui.core.offloading import improvement as module
from dnnmig_gui.core.offloading.improvement import Improvement
from dnnmig_gui.core.offloading.progress import Record
from dnnmig_gui.core.registry import find_method
from dnnmig_gui.core.run import Run


def plans_at_random(problem: Problem, count: int, seed: int) -> Population:
    rng = np.random.default_rng(seed)
    rows = [
        np.where(user.computes, rng.integers(problem.server_count, size=(count, len(user.model))), user.client)
        for user in problem.users
    ]
    plans = np.concatenate(rows, axis=1)
    allowed = BatchEvaluator(problem).allowed[np.arange(plans.shape[1]), plans]
    clients = np.concatenate([np.full(len(user.model), user.client) for user in problem.users])
    return np.where(allowed, plans, clients)


def best_single_move(problem: Problem, places: Places) -> float:
    walk = IncrementalEvaluator(problem, places)
    return min(
        walk.propose(number, layer, server)
        for number, user in enumerate(problem.users)
        for layer in np.flatnonzero(user.computes).tolist()
        for server in np.flatnonzero(user.allowed[layer]).tolist()
    )


@settings(deadline=None, max_examples=40)
@given(problems(users=2, most_layers=5, most_servers=5), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_no_plan_gets_worse(problem: Problem, count: int, seed: int) -> None:
    evaluator = BatchEvaluator(problem)
    plans = plans_at_random(problem, count, seed)
    before = evaluator.scores(plans)
    record = Record(evaluator)
    scores = Improvement(evaluator, Run(1)).improve(plans, record)
    assert (scores <= before).all()
    np.testing.assert_allclose(evaluator.scores(plans), scores, rtol=1e-12)
    assert record.best_score == pytest.approx(scores.min())


@pytest.mark.parametrize("mixable", [True, False])
@settings(deadline=None, max_examples=25)
@given(problem=problems(users=2, most_layers=5, most_servers=5), seed=st.integers(0, 1000))
def test_in_the_end_no_single_layer_helps(problem: Problem, seed: int, mixable: bool) -> None:
    """Also where a model is too wide to mix its plans."""
    method = find_method("offloading", "pso")
    parameters = method.read_parameters({"particles": 5, "iterations": 3, "improvements": 2})
    with pytest.MonkeyPatch.context() as patch:
        if not mixable:
            patch.setattr(module.Mixing, "best", None)
            patch.setattr("dnnmig_gui.core.costs.mixing.MOST_ENTRIES", 1)
        plan = method.solve(problem, parameters, Run(seed))
    assert best_single_move(problem, plan.places) >= plan.objective * (1 - 1e-9)


@settings(deadline=None, max_examples=25)
@given(problem=problems(most_layers=6, most_servers=5), seed=st.integers(0, 1000))
def test_alone_no_layer_helps_without_a_descent(problem: Problem, seed: int) -> None:
    method = find_method("offloading", "genetic")
    parameters = method.read_parameters({"population": 4, "generations": 2, "improvements": 1})
    plan = method.solve(problem, parameters, Run(seed))
    assert best_single_move(problem, plan.places) >= plan.objective * (1 - 1e-9)
