"""Limits: what breaks them, what searches pay for it, optima under them, and why there is none."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_scenarios import problems

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.feasibility import violations
from dnnmig_gui.core.costs.problem import Places, Problem
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.offloading.constrained import Limits, limited_optimum
from dnnmig_gui.core.offloading.fewest_servers import with_fewest_servers
from dnnmig_gui.core.offloading.infeasibility import explanation
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.planning import plan_scenario, prepare_problem, solve_offloading, user_figures
from dnnmig_gui.core.registry import find_method
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.references import check_references
from dnnmig_gui.core.scenario.schema import MethodChoice


@st.composite
def limited_problems(draw: st.DrawFn, users: int = 1, most_layers: int = 4, most_servers: int = 4) -> Problem:
    """Return a problem whose users have deadlines, energy budgets and tiers to use, its servers memories."""
    problem = draw(problems(users=users, most_layers=most_layers, most_servers=most_servers))
    share = st.one_of(st.just(np.inf), st.floats(0.02, 1.1))
    limited = []
    for user in problem.users:
        tiers = draw(st.sampled_from([(), (), ("edge",), ("cloud",), ("client",), ("edge", "cloud")]))
        limited.append(
            replace(
                user,
                deadline_s=max(user.local.delay_s * draw(share), 1e-9),
                energy_budget_j=max(user.local.energy_j * draw(share), 1e-9),
                must_use=tuple(tier for tier in tiers if problem.tier_servers[tier]),
            )
        )
    memory = np.array([draw(st.one_of(st.just(np.inf), st.floats(1e5, 8e6))) for _ in range(problem.server_count)])
    return replace(problem, users=tuple(limited), memory_bytes=memory)


def every_plan(problem: Problem) -> np.ndarray:
    choices = [
        np.flatnonzero(user.allowed[layer]).tolist() for user in problem.users for layer in range(len(user.model))
    ]
    return np.array(list(itertools.product(*choices)))


def broken(problem: Problem, places: Places) -> tuple[str, ...]:
    return sum(violations(problem, places, user_figures(problem, places)), ())


@settings(deadline=None, max_examples=60)
@given(limited_problems(users=2, most_layers=4, most_servers=5), st.integers(0, 2**32))
def test_only_plans_that_break_a_limit_pay(problem: Problem, seed: int) -> None:
    evaluator = BatchEvaluator(problem)
    rng = np.random.default_rng(seed)
    allowed = evaluator.allowed
    rows = np.array([[rng.choice(np.flatnonzero(row)) for row in allowed] for _ in range(8)])
    objectives, scores = evaluator.objectives(rows), evaluator.scores(rows)
    for row, objective, score in zip(rows, objectives, scores, strict=True):
        if np.isfinite(objective):
            assert (score > objective) == bool(broken(problem, evaluator.unflatten(row)))
        else:
            assert not np.isfinite(score)


@settings(deadline=None, max_examples=150)
@given(limited_problems())
def test_optimum_under_limits_equals_brute_force(problem: Problem) -> None:
    user = problem.users[0]
    evaluator = BatchEvaluator(problem)
    rows = every_plan(problem)
    objectives = evaluator.objectives(rows)
    kept = [
        objective
        for row, objective in zip(rows, objectives, strict=True)
        if np.isfinite(objective) and not broken(problem, evaluator.unflatten(row))
    ]
    best = min(kept, default=np.inf)
    found = limited_optimum(user, user.objective, Limits.of(problem, 0), Run(), nodes=5000)
    assert found.value == pytest.approx(best, rel=1e-9, abs=1e-12)
    assert found.bound <= best * (1 + 1e-9) + 1e-12
    assert found.proven
    hasty = limited_optimum(user, user.objective, Limits.of(problem, 0), Run(), nodes=1)
    assert hasty.bound <= best * (1 + 1e-9) + 1e-12
    assert hasty.value >= best * (1 - 1e-9)


def solve(problem: Problem, method: str = "exact", **parameters: object) -> OffloadingPlan:
    found = find_method("offloading", method)
    plan: OffloadingPlan = found.solve(problem, found.read_parameters(parameters), Run(1))
    return plan


@settings(deadline=None, max_examples=25)
@given(limited_problems(users=2, most_layers=2, most_servers=4))
def test_several_users_under_limits(problem: Problem) -> None:
    evaluator = BatchEvaluator(problem)
    rows = every_plan(problem)
    objectives = evaluator.objectives(rows)
    kept = [
        objective
        for row, objective in zip(rows, objectives, strict=True)
        if np.isfinite(objective) and not broken(problem, evaluator.unflatten(row))
    ]
    best = min(kept, default=np.inf)
    plan = solve(problem, stop_gap=0.0)
    assert plan.bound is not None
    assert plan.bound <= best * (1 + 1e-9) + 1e-12
    if not broken(problem, plan.places):
        assert plan.objective >= best * (1 - 1e-9) - 1e-12
    if "It is proven" in plan.note:
        assert np.isinf(best)


@settings(deadline=None, max_examples=40)
@given(limited_problems())
def test_the_relaxation_named_is_the_least(problem: Problem) -> None:
    plan = solve(problem)
    told = " ".join(explanation(problem, 0, plan.places, Run()))
    if not broken(problem, plan.places):
        return
    assert told
    assert "no plan keeps" in told
    for pattern, field in (
        (r"raise the deadline of \S+ s to (\S+) s", "deadline_s"),
        (r"J to (\S+) J", "energy_budget_j"),
    ):
        for amount in re.findall(pattern, told):
            user = problem.users[0]
            enough = replace(problem, users=(replace(user, **{field: float(amount) * (1 + 1e-9)}),))
            assert not broken(enough, solve(enough).places)
            hardly = replace(problem, users=(replace(user, **{field: float(amount) * 0.998}),))
            assert broken(hardly, solve(hardly).places)


def paper_scenario(**user: object) -> Scenario:
    """Return one user of the paper's AlexNet scenario with servers of 200 MB."""
    document = json.loads((Path(__file__).parents[2] / "scenarios" / "paper-alexnet.dnnmig").read_text())
    document["users"] = [document["users"][0] | user]
    document["offloading"] = {"method": "exact"}
    for server in document["servers"]:
        if server["tier"] != "client":
            server["memory_mb"] = 200.0
    return Scenario.model_validate_json(json.dumps(document))


def test_an_infeasible_plan_says_what_to_relax() -> None:
    plan = plan_scenario(paper_scenario(deadline_s=0.05), Path())
    assert not plan.feasible
    way_out = " ".join(plan.users[0].way_out)
    assert "no plan keeps the deadline of 0.05 s" in way_out
    assert "raise the deadline of 0.05 s to 0.1437 s" in way_out
    assert plan.users[0].violations[-len(plan.users[0].way_out) :] == plan.users[0].way_out
    assert plan_scenario(paper_scenario(deadline_s=0.1437), Path()).feasible
    assert not plan_scenario(paper_scenario(deadline_s=0.1436), Path()).feasible


def test_limits_that_clash_are_named() -> None:
    barred = {"limit": "bar", "layers": ["*"], "from": ["cloud"]}
    plan = plan_scenario(paper_scenario(limits=[{"limit": "use", "tier": "cloud"}, barred]), Path())
    assert "no plan keeps the use of a server of tier cloud" in " ".join(plan.users[0].way_out)


def test_a_tier_takes_part_and_memories_are_kept() -> None:
    plan = plan_scenario(paper_scenario(limits=[{"limit": "use", "tier": "cloud"}]), Path())
    tiers = {plan.problem.topology.servers[place].tier for place in plan.users[0].places[1:]}
    assert "cloud" in tiers
    assert plan.feasible
    assert plan.offloading.gap == pytest.approx(0, abs=1e-9)
    hosted = np.bincount(plan.users[0].places, weights=plan.problem.users[0].param_bytes)
    assert (hosted[2:] <= 200e6).all()


def test_a_search_that_misses_a_plan_is_told_that_there_is_one() -> None:
    choice = MethodChoice(method="edge-only")
    plan = plan_scenario(paper_scenario(), Path(), offloading=choice)
    assert plan.users[0].way_out == ("a plan that keeps all limits exists; the method exact finds it",)


def test_a_tier_without_servers_cannot_be_asked_for() -> None:
    scenario = paper_scenario(limits=[{"limit": "use", "tier": "cloud"}])
    servers = tuple(server for server in scenario.servers if server.tier != "cloud")
    with pytest.raises(InputError, match="there is no server of tier cloud"):
        check_references(scenario.model_copy(update={"servers": servers}))


@settings(deadline=None, max_examples=30)
@given(problems(users=2, most_layers=4, most_servers=5), st.integers(0, 2**32))
def test_the_fewest_servers_cost_nothing(problem: Problem, seed: int) -> None:
    evaluator = BatchEvaluator(problem)
    plan = solve(problem, "simulated-annealing", steps=20, chains=4)
    fewer = with_fewest_servers(problem, plan, Run())
    assert fewer.objective <= plan.objective * (1 + 1e-8) + 1e-15
    assert fewer.objective == pytest.approx(evaluator.objectives(evaluator.flatten(fewer.places)[None])[0])
    for before, after in zip(plan.places, fewer.places, strict=True):
        assert set(after.tolist()) <= {*before.tolist(), *(user.client for user in problem.users)}


def test_a_server_that_is_not_needed_is_given_up() -> None:
    document = paper_scenario().model_dump(mode="json", by_alias=True)
    for server in document["servers"]:
        server["memory_mb"] = None
        if server["tier"] == "edge":
            server["compute_ghz"] = 18.3
    # Edge servers alike, a wire between them that takes no time: how many there are does not matter to the delay.
    document["link_defaults"]["edge-edge"] = {"bandwidth_mb_per_s": 1e9}
    document["costs"]["ties"] = "fewest-servers"
    problem = prepare_problem(Scenario.model_validate_json(json.dumps(document)), Path())
    user = problem.users[0]
    spread = np.where(user.computes, 2 + np.arange(len(user.model)) % 5, user.client).astype(np.int64)
    evaluator = BatchEvaluator(problem)
    plan = OffloadingPlan((spread,), float(evaluator.objectives(spread[None])[0]))
    assert len(set(with_fewest_servers(problem, plan, Run()).places[0].tolist())) == 2
    placed = solve_offloading(problem, MethodChoice(method="exact"), Run())
    assert len(set(placed.places[0].tolist())) == 2
