"""The article's experiment: the order of its Figure 5 on the article's scenarios, and laws of their plans."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dnnmig_gui.core.costs.feasibility import violations
from dnnmig_gui.core.costs.plain import plain_figures, plain_objective
from dnnmig_gui.core.errors import InfeasibleError
from dnnmig_gui.core.offloading.infeasibility import explanation
from dnnmig_gui.core.planning import (
    MigrationPlan,
    plan_scenario,
    prepare_problem,
    solve_offloading,
    upload_plans,
    user_figures,
)
from dnnmig_gui.core.registry import method_names
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.core.scenario.schema import MethodChoice

SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").glob("*.dnnmig"))
QUICK: dict[str, dict[str, object]] = {"exact": {"rounds": 2, "branches": 10, "nodes": 20}}
SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("paper-*.dnnmig"))
"""The article's own; what holds of the other examples is in test_examples.py."""


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda path: path.stem)
def plan(request: pytest.FixtureRequest) -> MigrationPlan:
    file = open_scenario(request.param)
    return plan_scenario(file.scenario, file.path.parent)


def test_figure_5_order_of_completed_queries(plan: MigrationPlan) -> None:
    plans = upload_plans(plan, ["direct", "ionn", "efficiency", "recursive-efficiency"], Run())
    horizon = max(one.upload_s for of_method in plans.values() for one in of_method)
    for number in range(len(plan.users)):
        queries = {method: of_method[number].queries_until(horizon) for method, of_method in plans.items()}
        assert queries["direct"] < queries["ionn"] < queries["recursive-efficiency"]
        assert queries["ionn"] <= queries["efficiency"] * (1 + 1e-9)
        assert queries["efficiency"] < queries["recursive-efficiency"]


def test_plan_is_what_the_plain_evaluator_says(plan: MigrationPlan) -> None:
    places = plan.offloading.places
    assert plan.offloading.objective == pytest.approx(plain_objective(plan.problem, places), rel=1e-9)
    for number, user in enumerate(plan.users):
        figures = plain_figures(plan.problem, number, places)
        assert user.figures.delay_s == pytest.approx(figures.delay_s, rel=1e-9)
        assert user.figures.energy_j == pytest.approx(figures.energy_j, rel=1e-9)
        assert user.uploading.stages[0].query_delay_s == pytest.approx(user.local.delay_s, rel=1e-9)
        assert user.uploading.stages[-1].query_delay_s <= figures.delay_s * (1 + 1e-12)
        assert not user.violations


def test_gap_to_the_proven_bound_is_stated_and_small(plan: MigrationPlan) -> None:
    assert plan.offloading.gap is not None
    assert 0 <= plan.offloading.gap < 0.05


def test_two_clients_share_the_paper_s_servers_out() -> None:
    file = open_scenario(SCENARIOS[0].parent / "paper-alexnet.dnnmig")
    plan = plan_scenario(file.scenario, file.path.parent)
    ids = plan.problem.server_ids
    used = [
        {ids[place] for place in user.places} - {ids[plan.problem.users[n].client]} for n, user in enumerate(plan.users)
    ]
    assert used == [{"Edge 4"}, {"Edge 5"}]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_method_on_every_shipped_scenario(path: Path) -> None:
    """Feasible or explained; no worse than the best reference; figures those of the plain evaluator."""
    file = open_scenario(path)
    problem = prepare_problem(file.scenario, path.parent)
    references = ("local", "edge-only", "cloud-only")
    best, refused = np.inf, dict[str, str]()
    for name in (*references, *(name for name in method_names("offloading") if name not in references)):
        try:
            plan = solve_offloading(problem, MethodChoice(method=name, parameters=QUICK.get(name, {})), Run(3))
        except InfeasibleError as error:
            refused[name] = str(error)
            continue
        figures = tuple(plain_figures(problem, number, plan.places) for number in range(len(problem.users)))
        for plain, fast in zip(figures, user_figures(problem, plan.places), strict=True):
            assert fast.delay_s == pytest.approx(plain.delay_s, rel=1e-9)
            assert fast.energy_j == pytest.approx(plain.energy_j, rel=1e-9)
            assert fast.money == pytest.approx(plain.money, rel=1e-9, abs=1e-15)
        assert plan.objective == pytest.approx(plain_objective(problem, plan.places), rel=1e-9)
        broken = violations(problem, plan.places, figures)
        for number, faults in enumerate(broken):
            if faults:
                assert name in references, name
                assert explanation(problem, number, plan.places, Run())
        if any(broken):
            continue
        assert plan.bound is not None
        assert plan.objective >= plan.bound * (1 - 1e-9)
        if name in references:
            best = min(best, plan.objective)
        else:
            assert plan.objective <= best * (1 + 1e-12), name
    assert np.isfinite(best)
    assert set(refused) <= set(references)
    assert all(len(reason) > 20 for reason in refused.values())
