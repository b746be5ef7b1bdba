"""How long planning takes; the goals stand in docs/benchmarks.md."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from dnnmig_gui.core.costs.compile import compile_problem
from dnnmig_gui.core.dnn.zoo import zoo_model, zoo_names
from dnnmig_gui.core.offloading.exact import optimum_alone
from dnnmig_gui.core.planning import MigrationPlan, plan_scenario, upload_plans
from dnnmig_gui.core.profiling import Profile
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import open_scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
METHODS = ("direct", "ionn", "efficiency", "recursive-efficiency")


@pytest.mark.parametrize("name", ["paper-alexnet", "paper-vgg19", "paper-mixed"])
def test_plan_with_pso_and_four_uploading_methods(benchmark: BenchmarkFixture, name: str) -> None:
    """Goal: under 1 s for all of paper-alexnet."""

    def plan() -> MigrationPlan:
        file = open_scenario(SCENARIOS / f"{name}.dnnmig")
        made = plan_scenario(file.scenario, file.path.parent)
        assert set(upload_plans(made, METHODS, Run())) == set(METHODS)
        return made

    assert benchmark.pedantic(plan, rounds=3, warmup_rounds=1).feasible


@pytest.mark.parametrize("name", zoo_names())
def test_exact_optimum_on_twelve_servers(benchmark: BenchmarkFixture, name: str) -> None:
    scenario = open_scenario(SCENARIOS / "paper-alexnet.dnnmig").scenario
    alone = scenario.model_copy(update={"users": scenario.users[:1]})
    problem = compile_problem(alone, {"alexnet": LoadedModel(zoo_model(name), Profile())})
    value, _ = benchmark.pedantic(
        optimum_alone, args=(problem.users[0], problem.users[0].objective), rounds=5, warmup_rounds=1
    )
    assert 0 < value <= 1
