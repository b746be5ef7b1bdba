"""Work that is told that it is enough hands over the best plan so far, with a gap that holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.offloading.pareto import pareto_front
from dnnmig_gui.core.offloading.plan import SO_FAR
from dnnmig_gui.core.planning import prepare_problem, solve_offloading
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.core.scenario.schema import MethodChoice

SCENARIOS = Path(__file__).parents[2] / "scenarios"
METHODS = ("pso", "pso-ga", "genetic", "simulated-annealing", "gibbs", "exact")


def enough_after(asked: int) -> Callable[[], bool]:
    left = asked

    def is_enough() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    return is_enough


def problem_of(name: str):
    path = SCENARIOS / f"{name}.dnnmig"
    return prepare_problem(open_scenario(path).scenario, path.parent)


@pytest.mark.parametrize("asked", [0, 3, 20])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["crowded-stadium", "connected-car"])
def test_a_method_hands_over_its_best_plan_with_its_gap(name: str, method: str, asked: int) -> None:
    problem = problem_of(name)
    plan = solve_offloading(problem, MethodChoice(method=method), Run(1, is_enough=enough_after(asked)))
    evaluator = BatchEvaluator(problem)
    row = evaluator.flatten(plan.places)[None]
    assert evaluator.objectives(row)[0] == pytest.approx(plan.objective, rel=1e-12)
    assert plan.gap is not None
    assert plan.gap >= 0
    assert SO_FAR in plan.note


def test_a_bound_proven_in_a_hurry_is_not_kept() -> None:
    problem = problem_of("crowded-stadium")
    choice = MethodChoice(method="local")
    hurried = solve_offloading(problem, choice, Run(is_enough=lambda: True))
    patient = solve_offloading(problem, choice, Run())
    assert hurried.bound is not None
    assert patient.bound is not None
    assert hurried.bound < patient.bound


def test_less_work_is_done_the_sooner_it_is_enough() -> None:
    problem = problem_of("paper-vgg19")
    counts = [
        solve_offloading(problem, MethodChoice(method="pso"), Run(1, is_enough=enough_after(asked))).evaluations
        for asked in (1, 30, 10**9)
    ]
    assert counts == sorted(set(counts))


def test_parts_of_a_run_are_enough_when_it_is() -> None:
    assert Run(is_enough=lambda: True).part(0.2, 0.4).part(0, 1).is_enough()


def test_a_front_is_handed_over_as_far_as_it_goes() -> None:
    problem = problem_of("paper-alexnet")
    front = pareto_front(problem, 4, Run(is_enough=enough_after(1)))
    assert 1 <= len(front) <= len(pareto_front(problem, 4, Run()))
