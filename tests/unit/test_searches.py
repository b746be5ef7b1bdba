"""The search methods: repeatable, within their budget, near the proven optimum, honest about what they assume."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_scenarios import problems

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.compile import compile_problem
from dnnmig_gui.core.costs.feasibility import violations
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.dnn.zoo import zoo_model
from dnnmig_gui.core.errors import CancelledError
from dnnmig_gui.core.offloading.moves import Moves
from dnnmig_gui.core.offloading.one_climb import falls_then_rises, valley
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.offloading.progress import Record
from dnnmig_gui.core.offloading.relief import Relief
from dnnmig_gui.core.planning import prepare_problem, user_figures
from dnnmig_gui.core.profiling import Profile
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.registry import find_method
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario, open_scenario

SEARCHES = ("pso", "pso-ga", "genetic", "simulated-annealing", "gibbs")
SHORT = {
    "pso": {"particles": 30, "iterations": 40},
    "pso-ga": {"particles": 30, "iterations": 40},
    "genetic": {"population": 30, "generations": 40},
    "simulated-annealing": {"chains": 10, "steps": 100},
    "gibbs": {"sweeps": 10},
}


def solve(problem: Problem, method: str, run: Run, **parameters: object) -> OffloadingPlan:
    found = find_method("offloading", method)
    return found.solve(problem, found.read_parameters(parameters), run)


def uneven(seed: int, model: str = "googlenet") -> Problem:
    """Return one user on twelve servers whose times are not proportional to FLOPs, so that good plans split."""
    rng = np.random.default_rng(seed)
    dnn = zoo_model(model)
    servers = [{"id": "client", "tier": "client", "compute_ghz": 2.0}]
    servers += [{"id": f"edge{n}", "tier": "edge", "compute_ghz": 4.0 + n} for n in range(6)]
    servers += [{"id": f"cloud{n}", "tier": "cloud", "compute_ghz": 20.0 + n} for n in range(5)]
    values = {
        "format": "dnnmig-scenario",
        "version": 1,
        "servers": servers,
        "link_defaults": {
            "client-edge": {"bandwidth_mb_per_s": 10.0},
            "edge-edge": {"bandwidth_mb_per_s": 40.0},
            "edge-cloud": {"bandwidth_mb_per_s": 20.0},
            "cloud-cloud": {"bandwidth_mb_per_s": 100.0},
        },
        "models": [{"id": "model", "zoo": model}],
        "users": [{"id": "user", "client": "client", "model": "model"}],
    }
    flops = np.array([layer.flops for layer in dnn], dtype=float)
    scenario = Scenario.model_validate(values, strict=False)
    times = {s.id: flops / s.rate_flops * rng.lognormal(0, 1, len(flops)) for s in scenario.servers}
    return compile_problem(scenario, {"model": LoadedModel(dnn, Profile(times))})


@pytest.mark.parametrize("method", SEARCHES)
def test_same_seed_same_plan(method: str) -> None:
    problem = uneven(1)
    plans = [solve(problem, method, Run(9), **SHORT[method]) for _ in range(2)]
    assert (plans[0].places[0] == plans[1].places[0]).all()
    assert plans[0].objective == plans[1].objective
    assert [entry[::2] for entry in plans[0].history] == [entry[::2] for entry in plans[1].history]


@pytest.mark.parametrize("method", SEARCHES)
def test_history_falls_and_evaluations_are_counted(method: str) -> None:
    plan = solve(uneven(2), method, Run(1), **SHORT[method])
    evaluations, seconds, scores = zip(*plan.history, strict=True)
    assert list(evaluations) == sorted(evaluations)
    assert list(seconds) == sorted(seconds)
    assert list(scores) == sorted(scores, reverse=True)
    assert evaluations[-1] == plan.evaluations > 0


@pytest.mark.parametrize("method", SEARCHES)
def test_evaluation_limit_is_kept_to_within_a_step(method: str) -> None:
    full = solve(uneven(3), method, Run(1), **SHORT[method])
    cut = solve(uneven(3), method, Run(1), **SHORT[method], evaluation_limit=full.evaluations // 2)
    assert cut.evaluations < full.evaluations
    assert cut.objective >= full.objective


@pytest.mark.parametrize("method", SEARCHES)
def test_cancelling_stops_the_search(method: str) -> None:
    with pytest.raises(CancelledError):
        solve(uneven(4), method, Run(1, is_cancelled=lambda: True))


@pytest.mark.parametrize("method", ["pso-ga", "simulated-annealing", "pso", "genetic"])
def test_population_searches_come_near_the_optimum_where_good_plans_split(method: str) -> None:
    problem = uneven(5, "alexnet")
    exact = solve(problem, "exact", Run())
    assert len(set(exact.places[0])) > 1
    assert solve(problem, method, Run(1)).objective <= exact.objective * 1.03


@pytest.mark.parametrize("method", ["pso-ga", "simulated-annealing", "pso", "genetic"])
def test_population_searches_come_near_the_optimum_where_memories_are_full(method: str) -> None:
    """In the scenario of the car no server takes the whole model: the best plans part it over two."""
    path = Path(__file__).parents[2] / "scenarios" / "connected-car.dnnmig"
    problem = prepare_problem(open_scenario(path).scenario, path.parent)
    exact = solve(problem, "exact", Run())
    assert exact.gap == pytest.approx(0.0, abs=1e-9)
    plan = solve(problem, method, Run(1), **SHORT[method])
    assert plan.objective <= exact.objective * 1.03
    assert not any(violations(problem, plan.places, user_figures(problem, plan.places)))


@settings(deadline=None, max_examples=25)
@given(problems(users=2, most_layers=6, most_servers=4), st.integers(0, 2**32 - 1), st.floats(0.2, 1.0))
def test_relief_never_makes_a_plan_worse(problem: Problem, seed: int, share: float) -> None:
    total = sum(user.param_bytes.sum() for user in problem.users)
    tight = replace(problem, memory_bytes=np.full(problem.server_count, max(1.0, share * total)))
    record = Record(BatchEvaluator(tight))
    plans = Moves(record.evaluator, Run(seed)).patchworks(6)
    before = record.score(plans)
    Relief(record.evaluator).relieve(plans, record)
    after = record.score(plans)
    assert (after[np.isfinite(before)] <= before[np.isfinite(before)]).all()


@settings(deadline=None, max_examples=15)
@given(problems(users=2, most_layers=5, most_servers=5))
def test_searches_keep_to_what_is_allowed(problem: Problem) -> None:
    for method in SEARCHES:
        plan = solve(problem, method, Run(1), **SHORT[method])
        for user, places in zip(problem.users, plan.places, strict=True):
            assert user.allowed[np.arange(len(places)), places].all()


def test_valley_is_found_where_there_is_one() -> None:
    values = np.array([9.0, 7, 4, 4, 3, 5, 8, 8])
    assert falls_then_rises(values)
    assert valley(values) == 4
    assert not falls_then_rises(np.array([3.0, 1, 2, 0, 5]))
    assert falls_then_rises(np.array([np.inf, np.inf, 1.0, np.inf]))


def test_one_climb_says_where_its_property_fails() -> None:
    assert "one-step" in solve(uneven(6), "one-climb", Run()).note
