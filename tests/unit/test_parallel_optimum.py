"""The best plan where the critical path counts: proven by blocks or bounded by a game, against all plans."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_scenarios import problems

from dnnmig_gui.core.costs import series_parallel
from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.plain import plain_objective
from dnnmig_gui.core.costs.problem import FloatArray, PathCost, Problem
from dnnmig_gui.core.offloading import exact, path_optimum
from dnnmig_gui.core.offloading.bound import lower_bound
from dnnmig_gui.core.offloading.path_crowding import bound_of_crowd
from dnnmig_gui.core.planning import prepare_problem
from dnnmig_gui.core.registry import find_method
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import open_scenario


def all_plans(problem: Problem) -> FloatArray:
    choices = [np.flatnonzero(row).tolist() for user in problem.users for row in user.allowed]
    return np.array(list(itertools.product(*choices)))


def least(problem: Problem) -> float:
    evaluator = BatchEvaluator(problem)
    return float(evaluator.scores(all_plans(problem)).min())


@settings(deadline=None, max_examples=80)
@given(problems(most_layers=6, weights=False, delay="parallel"))
def test_the_shortest_critical_path_is_proven(problem: Problem) -> None:
    best = least(problem)
    assume(np.isfinite(best))
    plan = exact.solve(problem, exact.ExactParameters(), Run(1))
    assert plan.objective == pytest.approx(best, rel=1e-9, abs=1e-12)
    assert plan.gap == pytest.approx(0.0, abs=1e-9)
    assert plain_objective(problem, plan.places) == pytest.approx(plan.objective, rel=1e-9, abs=1e-12)


@settings(deadline=None, max_examples=40)
@given(problems(most_layers=5, delay="parallel"), st.booleans())
def test_bounds_of_the_game_are_bounds(problem: Problem, crossing: bool) -> None:
    best = least(problem)
    assume(np.isfinite(best))
    with pytest.MonkeyPatch.context() as patch:
        if crossing:  # as if the branches of every model crossed too much
            patch.setattr(series_parallel, "LARGEST_BLOCK", 0)
        user = problem.users[0]
        if isinstance(user.objective, PathCost):
            found = path_optimum.path_optimum(user, user.objective)
            assert found.bound <= best * (1 + 1e-9) + 1e-12
            assert found.value >= best * (1 - 1e-9) - 1e-12
        plan = exact.solve(problem, exact.ExactParameters(rounds=4), Run(1))
    assert plan.bound is not None
    assert plan.bound <= best * (1 + 1e-9) + 1e-12
    assert plan.objective >= best * (1 - 1e-9) - 1e-12


@settings(deadline=None, max_examples=30)
@given(problems(most_layers=4, most_servers=4, users=2, delay="parallel", weights=False))
def test_means_of_paths_bound_users_who_share_servers(problem: Problem) -> None:
    best = least(problem)
    assume(np.isfinite(best))
    assert bound_of_crowd(problem, Run(1)) <= best * (1 + 1e-9) + 1e-12


def test_two_users_of_googlenet_are_proven(scenarios: Path) -> None:
    scenario = open_scenario(scenarios / "paper-alexnet.dnnmig").scenario
    models = tuple(entry.model_copy(update={"zoo": "googlenet"}) for entry in scenario.models)
    costs = scenario.costs.model_copy(update={"delay": "parallel"})
    problem = prepare_problem(scenario.model_copy(update={"models": models, "costs": costs}), scenarios)
    plan = exact.solve(problem, exact.ExactParameters(), Run(1))
    assert plan.gap == pytest.approx(0.0, abs=1e-9)
    assert len({tuple(np.unique(places).tolist()) for places in plan.places}) == 2  # not both on the fastest server


@settings(deadline=None, max_examples=20)
@given(problems(most_layers=3, most_servers=4, users=2, delay="parallel"))
def test_bounds_hold_for_users_who_share_servers(problem: Problem) -> None:
    best = least(problem)
    assume(np.isfinite(best))
    plan = exact.solve(problem, exact.ExactParameters(rounds=2), Run(1))
    assert plan.bound is not None
    assert plan.bound <= best * (1 + 1e-9) + 1e-12 <= plan.objective * (1 + 2e-9) + 3e-12
    bound = lower_bound(problem)
    assert bound is not None
    assert bound <= best * (1 + 1e-9) + 1e-12


@settings(deadline=None, max_examples=40)
@given(problems(most_layers=5, delay="parallel"), st.floats(0.3, 1.2), st.floats(0.3, 1.2), st.integers(0, 1))
def test_limits_are_kept_or_proven_to_clash(problem: Problem, deadline: float, energy: float, which: int) -> None:
    user = problem.users[0]
    assume(user.local.delay_s > 0)
    limited = replace(
        user,
        deadline_s=deadline * user.local.delay_s if which != 1 else np.inf,
        energy_budget_j=energy * user.local.energy_j if which else np.inf,
    )
    problem = replace(problem, users=(limited,))
    evaluator = BatchEvaluator(problem)
    plans = all_plans(problem)
    objectives, scores = evaluator.objectives(plans), evaluator.scores(plans)
    kept = np.isfinite(objectives) & (scores <= objectives * (1 + 1e-12) + 1e-15)
    plan = exact.solve(problem, exact.ExactParameters(rounds=4), Run(1))
    if "no plan keeps the limits" in plan.note:
        assert not kept.any()
    if kept.any():
        best = float(objectives[kept].min())
        assert plan.bound is not None
        assert plan.bound <= best * (1 + 1e-9) + 1e-12


@settings(deadline=None, max_examples=15)
@given(st.data())
def test_every_method_plans_no_worse_than_the_client_alone(data: st.DataObject) -> None:
    problem = data.draw(problems(users=data.draw(st.integers(1, 2)), most_layers=5, delay="parallel"))
    local = plain_objective(problem, problem.local_places())
    assume(np.isfinite(local))
    for name in ("one-step", "one-climb", "min-cut", "gibbs", "pso", "genetic", "pso-ga"):
        method = find_method("offloading", name)
        small = {"iterations": 3, "steps": 3, "sweeps": 3}
        known = {key: value for key, value in small.items() if key in method.parameters.model_fields}
        plan = method.solve(problem, method.read_parameters(known), Run(1))
        assert plan.objective <= local * (1 + 1e-9) + 1e-12
        assert plan.objective == pytest.approx(plain_objective(problem, plan.places), rel=1e-9, abs=1e-12)
