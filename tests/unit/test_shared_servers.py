"""Users who share servers: bounds against brute force, proofs of small cases, what many users get."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_scenarios import problems

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.contention import servers_used
from dnnmig_gui.core.costs.plain import plain_objective
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.errors import CancelledError
from dnnmig_gui.core.offloading.answers import Decisions, SharedServers
from dnnmig_gui.core.offloading.exact import optimum_alone
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.planning import prepare_problem
from dnnmig_gui.core.registry import find_method
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import open_scenario


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


def test_in_the_stadium_contention_spreads_the_fans() -> None:
    file = open_scenario(Path(__file__).parents[2] / "scenarios" / "crowded-stadium.dnnmig")

    def crowd(plan: OffloadingPlan, problem: Problem) -> Counter[str]:
        used = servers_used(problem, plan.places)
        used[:, list(problem.tier_servers["client"])] = False
        return Counter(problem.server_ids[server] for _, server in np.argwhere(used))

    shared = prepare_problem(file.scenario, file.path.parent)
    together = solve(shared, branches=100)
    assert together.gap is not None
    assert together.gap < 0.01
    assert crowd(together, shared)["Press box"] == 3
    assert len(crowd(together, shared)) >= 5
    alone = replace(shared, shared=False)
    assert crowd(solve(alone), alone) == {"Press box": 12}
    # Whoever ignores the others pays for it.
    evaluator = BatchEvaluator(shared)
    ignorant = evaluator.objectives(evaluator.flatten(solve(alone).places)[None])[0]
    assert ignorant > 2 * together.objective


@pytest.mark.parametrize("users", [2, 8, 20])
def test_the_paper_s_servers_for_many_users(users: int) -> None:
    file = open_scenario(Path(__file__).parents[2] / "scenarios" / "paper-alexnet.dnnmig")
    clients = [server for server in file.scenario.servers if server.tier == "client"]
    others = tuple(server for server in file.scenario.servers if server.tier != "client")
    own = [clients[number % 2].model_copy(update={"id": f"client-{number}"}) for number in range(users)]
    crowd = [
        file.scenario.users[0].model_copy(update={"id": f"user-{number}", "client": f"client-{number}"})
        for number in range(users)
    ]
    scenario = file.scenario.model_copy(update={"servers": (*own, *others), "users": tuple(crowd)})
    problem = prepare_problem(scenario, file.path.parent)
    plan = solve(problem, branches=40, stop_gap=1e-4)
    alone = sum(optimum_alone(user, user.objective)[0] for user in problem.users)
    assert plan.bound is not None
    assert plan.gap is not None
    assert alone < plan.bound <= plan.objective * (1 + 1e-12)
    assert plan.gap < 0.03
    again = solve(problem, branches=40, stop_gap=1e-4)
    assert all((one == other).all() for one, other in zip(plan.places, again.places, strict=True))
