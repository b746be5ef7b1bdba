"""Uploading where the critical path counts: q(U) against all plans of a set, and every method."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_scenarios import problems

from dnnmig_gui.core.costs.critical_path import longest_path
from dnnmig_gui.core.costs.problem import PathCost, Problem
from dnnmig_gui.core.registry import find_method
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.uploading.evaluate import UploadTask, make_uploading_plan

METHODS = ("direct", "ionn", "efficiency", "recursive-efficiency", "optimal", "robust")


def a_task(problem: Problem, seed: int) -> UploadTask:
    rng = np.random.default_rng(seed)
    user = problem.users[0]
    reached = np.flatnonzero(np.isfinite(problem.topology.latency_s[user.client]))
    places = np.where(user.computes, rng.choice(reached, size=len(user.model)), user.client)
    return UploadTask.of(problem, 0, (places,))


@settings(deadline=None, max_examples=80)
@given(problems(most_layers=6, weights=False, delay="parallel"), st.integers(0, 2**32 - 1))
def test_q_is_the_least_delay_of_all_plans(problem: Problem, seed: int) -> None:
    task = a_task(problem, seed)
    user = task.user
    assume(isinstance(task.cost, PathCost))
    assert isinstance(task.cost, PathCost)
    layers = task.p1_layers
    choices = task.choices(layers)
    delays = task.query_delays(layers)
    sets = np.array(list(itertools.product([False, True], repeat=len(layers)))).reshape(2 ** len(layers), len(layers))
    found = delays.of_sets(sets)
    for uploaded, delay in zip(sets, found, strict=True):
        there = {layer for layer, present in zip(layers, uploaded, strict=True) if present}
        open_to = [
            choices.after[layer] if layer in there else choices.before[layer] for layer in range(len(user.model))
        ]
        best = min(
            longest_path(task.cost.path, user.tensors, np.array(plan), user.client)
            for plan in itertools.product(*open_to)
        )
        assert delay == pytest.approx(best, rel=1e-9, abs=1e-12)
    assert delays.of_subsets() == pytest.approx(found)
    if layers:
        now, runs = delays.of_runs([(0, len(layers) - 1)])
        assert now == pytest.approx(found[0])
        assert runs[0, -1] == pytest.approx(found[-1])
        given_first = delays.given(0)
        assert given_first.of_sets(sets[: len(sets) // 2, 1:]) == pytest.approx(found[len(sets) // 2 :])
        prices = np.random.default_rng(seed).random((3, len(layers)))
        least = (found[None] + prices @ sets.T).min(axis=1)
        assert (delays.with_prices(prices) <= least * (1 + 1e-9) + 1e-12).all()


@settings(deadline=None, max_examples=25)
@given(problems(most_layers=6, weights=False, delay="parallel"), st.integers(0, 2**32 - 1))
def test_every_method_makes_a_plan_within_its_bound(problem: Problem, seed: int) -> None:
    task = a_task(problem, seed)
    slowest = task.query_delays(task.all_layers).of_sets(
        np.array([[False], [True]]).repeat(len(task.all_layers), axis=1)
    )
    assume(np.isfinite(slowest).all() and (slowest > 0).all())
    for name in METHODS:
        method = find_method("uploading", name)
        plan = make_uploading_plan(task, name, method.solve(task, method.read_parameters({}), Run(1)))
        assert plan.queries_during_upload <= plan.bound_queries * (1 + 1e-9)
        delays = [stage.query_delay_s for stage in plan.stages]
        assert all(later <= earlier * (1 + 1e-9) for earlier, later in itertools.pairwise(delays))
        for stage in plan.stages:
            cost = task.cost.path if isinstance(task.cost, PathCost) else task.cost
            length = longest_path(cost, task.user.tensors, stage.places, task.user.client)
            assert stage.query_delay_s == pytest.approx(length, rel=1e-9, abs=1e-12)
