"""Exact optima against brute force, and the minimum cut against the exact optimum."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from random_scenarios import problems

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.plain import plain_objective
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.errors import InfeasibleError
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.registry import all_methods, find_method
from dnnmig_gui.core.run import Run


def solve(problem: Problem, method: str, seed: int = 1, **parameters: object) -> OffloadingPlan:
    found = find_method("offloading", method)
    return found.solve(problem, found.read_parameters(parameters), Run(seed))


def every_plan(problem: Problem) -> np.ndarray:
    """Return all assignments that put inputs on their client."""
    choices: list[Sequence[int]] = []
    for user in problem.users:
        choices += [range(problem.server_count) if computes else [user.client] for computes in user.computes]
    return np.array(list(itertools.product(*choices)))


@settings(deadline=None, max_examples=60)
@given(problems(most_layers=5, most_servers=4))
def test_exact_equals_brute_force(problem: Problem) -> None:
    plan = solve(problem, "exact")
    best = BatchEvaluator(problem).objectives(every_plan(problem)).min()
    assert plan.objective == pytest.approx(best, rel=1e-9, abs=1e-12)
    assert plan.bound == pytest.approx(best, rel=1e-9, abs=1e-12)
    assert plain_objective(problem, plan.places) == pytest.approx(best, rel=1e-9, abs=1e-12)


@settings(deadline=None, max_examples=12)
@given(problems(most_layers=8, most_servers=4, least_servers=4))
def test_exact_equals_brute_force_on_eight_layers_and_four_servers(problem: Problem) -> None:
    best = BatchEvaluator(problem).objectives(every_plan(problem)).min()
    assert solve(problem, "exact").objective == pytest.approx(best, rel=1e-9, abs=1e-12)


@settings(deadline=None, max_examples=80)
@given(problems(most_layers=8, most_servers=2))
def test_min_cut_equals_exact_with_one_server(problem: Problem) -> None:
    exact = solve(problem, "exact").objective
    assert solve(problem, "min-cut").objective == pytest.approx(exact, rel=1e-6, abs=1e-9)


@settings(deadline=None, max_examples=25)
@given(problems(most_layers=5, most_servers=4))
def test_no_method_beats_the_bound_and_all_are_what_they_say(problem: Problem) -> None:
    bound = solve(problem, "exact").bound
    assert bound is not None
    for method in all_methods("offloading"):
        try:
            plan = solve(problem, method.name)
        except InfeasibleError:
            continue
        assert plan.objective >= bound * (1 - 1e-9)
        assert plain_objective(problem, plan.places) == pytest.approx(plan.objective, rel=1e-9, abs=1e-12)


@settings(deadline=None, max_examples=20)
@given(problems(users=2, most_layers=3, most_servers=4))
def test_bound_holds_for_users_who_share(problem: Problem) -> None:
    plan = solve(problem, "exact")
    best = BatchEvaluator(problem).objectives(every_plan(problem)).min()
    assert plan.bound is not None
    assert plan.bound <= best * (1 + 1e-9)
    assert plan.objective >= best * (1 - 1e-9)


@settings(deadline=None, max_examples=10)
@given(problems(users=2, most_layers=5, most_servers=5))
def test_search_repeats_with_its_seed_and_is_no_worse_than_the_references(problem: Problem) -> None:
    plan = solve(problem, "pso", seed=5, particles=20, iterations=20)
    again = solve(problem, "pso", seed=5, particles=20, iterations=20)
    assert all((one == other).all() for one, other in zip(plan.places, again.places, strict=True))
    for reference in ("local", "edge-only", "cloud-only"):
        try:
            assert plan.objective <= solve(problem, reference).objective * (1 + 1e-12)
        except InfeasibleError:
            continue
