"""Users who share servers: bounds against brute force, proofs of small cases, what many users get."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_scenarios import problems

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.plain import plain_objective
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.errors import CancelledError
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.offloading.shared_servers import Decisions, SharedServers
from dnnmig_gui.core.registry import find_method
from dnnmig_gui.core.run import Run


def solve(problem: Problem, run: Run | None = None, **parameters: object) -> OffloadingPlan:
    method = find_method("offloading", "exact")
    parameters = {"stop_gap": 0.0, "branches": 2000, **parameters}
    plan: OffloadingPlan = method.solve(problem, method.read_parameters(parameters), run or Run(1))
    return plan


def best_of_all(problem: Problem) -> float:
    choices = [
        range(problem.server_count) if computes else [user.client]
        for user in problem.users
        for computes in user.computes
    ]
    return float(BatchEvaluator(problem).objectives(np.array(list(itertools.product(*choices)))).min())


@settings(deadline=None, max_examples=40)
@given(problems(users=2, most_layers=3, most_servers=4))
def test_two_users_are_proven(problem: Problem) -> None:
    plan = solve(problem)
    best = best_of_all(problem)
    assert plan.objective == pytest.approx(best, rel=1e-8, abs=1e-12)
    assert plan.bound == pytest.approx(best, rel=1e-8, abs=1e-12)
    assert plain_objective(problem, plan.places) == pytest.approx(plan.objective, rel=1e-9, abs=1e-12)


@settings(deadline=None, max_examples=15)
@given(problems(users=3, most_layers=2, most_servers=5))
def test_three_users_are_proven(problem: Problem) -> None:
    plan = solve(problem)
    best = best_of_all(problem)
    assert plan.objective == pytest.approx(best, rel=1e-8, abs=1e-12)
    assert plan.gap == pytest.approx(0.0, abs=1e-8)


@settings(deadline=None, max_examples=30)
@given(problems(users=3, most_layers=2, most_servers=5), st.lists(st.floats(0, 2), min_size=5, max_size=5))
def test_whatever_the_prices_the_bound_holds(problem: Problem, prices: list[float]) -> None:
    shared = SharedServers(problem)
    shared.prices[:] = np.array(prices)[: problem.server_count]
    value, _ = shared.node(Decisions.none(3, problem.server_count))
    assert value <= best_of_all(problem) * (1 + 1e-9) + 1e-12


@settings(deadline=None, max_examples=20)
@given(problems(users=3, most_layers=2, most_servers=5), st.data())
def test_bounds_hold_where_not_all_users_meet(problem: Problem, data: st.DataObject) -> None:
    meet = np.eye(3, dtype=bool)
    for one, other in ((0, 1), (0, 2), (1, 2)):
        meet[one, other] = meet[other, one] = data.draw(st.booleans())
    users = tuple(replace(user, present_with=meet[number]) for number, user in enumerate(problem.users))
    parted = replace(problem, users=users)
    plan = solve(parted)
    assert plan.objective == pytest.approx(best_of_all(parted), rel=1e-8, abs=1e-12)
    assert plan.gap == pytest.approx(0.0, abs=1e-8)


@settings(deadline=None, max_examples=10)
@given(problems(users=3, most_layers=4, most_servers=6))
def test_stopping_early_keeps_the_bound_honest_and_repeats(problem: Problem) -> None:
    proven = solve(problem)
    hasty = solve(problem, rounds=0, branches=0)
    again = solve(problem, rounds=0, branches=0)
    assert hasty.bound is not None
    assert proven.bound is not None
    assert hasty.bound <= proven.objective * (1 + 1e-8) + 1e-12
    assert proven.objective <= hasty.objective * (1 + 1e-12)
    assert hasty.bound == again.bound
    assert all((one == other).all() for one, other in zip(hasty.places, again.places, strict=True))


@settings(deadline=None, max_examples=15)
@given(problems(users=2, most_layers=3, most_servers=4))
def test_an_answer_is_the_best_for_all_together(problem: Problem) -> None:
    shared = SharedServers(problem)
    evaluator = BatchEvaluator(problem)
    places = solve(problem, rounds=0, branches=0).places
    answer = shared.answer(0, places)
    assert answer is not None
    user = problem.users[0]
    choices = [range(problem.server_count) if computes else [user.client] for computes in user.computes]
    every = np.array(list(itertools.product(*choices)))
    rows = np.concatenate([every, np.repeat(places[1][None], len(every), axis=0)], axis=1)
    found = evaluator.objectives(evaluator.flatten((answer, places[1]))[None])[0]
    assert found == pytest.approx(evaluator.objectives(rows).min(), rel=1e-9, abs=1e-12)


@settings(deadline=None, max_examples=3)
@given(problems(users=3, most_layers=4, most_servers=6, least_servers=6))
def test_cancelling_stops_it(problem: Problem) -> None:
    with pytest.raises(CancelledError):
        solve(problem, Run(1, is_cancelled=lambda: True))
