"""How long the running phase and greedy uploading take; the goals stand in docs/benchmarks.md."""

from __future__ import annotations

from pathlib import Path

import pytest
from measured_alexnet import DATA, measured_scenario
from pytest_benchmark.fixture import BenchmarkFixture

from dnnmig_gui.core.planning import MigrationPlan, plan_scenario, solve_uploading, upload_tasks
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.core.scenario.schema import MethodChoice, Running
from dnnmig_gui.core.simulation import SliceKind
from dnnmig_gui.core.simulation.simulate import simulate
from dnnmig_gui.core.simulation.summary import summarise

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(scope="module")
def long_run() -> MigrationPlan:
    """A quarter of a million queries, a million slices."""
    running = Running(horizon_s=16_000.0)
    return plan_scenario(measured_scenario(10.0).model_copy(update={"running": running}), DATA)


def test_simulate_a_million_slices(benchmark: BenchmarkFixture, long_run: MigrationPlan) -> None:
    trace = benchmark.pedantic(simulate, args=(long_run,), rounds=3, warmup_rounds=1)
    assert len(trace) > 1_000_000


def test_sum_up_a_million_slices(benchmark: BenchmarkFixture, long_run: MigrationPlan) -> None:
    trace = simulate(long_run)
    summary = benchmark.pedantic(summarise, args=(trace,), rounds=5, warmup_rounds=1)
    assert summary.users[0].queries == len(trace.of_kind(SliceKind.QUERY)) > 250_000


@pytest.mark.parametrize("name", ["vgg19", "googlenet", "resnet101", "inception-resnet-v1"])
def test_recursive_efficiency_of_two_users(benchmark: BenchmarkFixture, name: str) -> None:
    """Goal: a few seconds for the deepest model of the zoo."""
    file = open_scenario(SCENARIOS / "paper-alexnet.dnnmig")
    entries = tuple(entry.model_copy(update={"zoo": name}) for entry in file.scenario.models)
    scenario = file.scenario.model_copy(
        update={
            "models": entries,
            "offloading": MethodChoice(method="one-step"),
            "uploading": MethodChoice(method="direct"),
        }
    )
    plan = plan_scenario(scenario, file.path.parent)

    def upload() -> int:
        tasks = upload_tasks(plan.problem, plan.offloading.places)
        made = solve_uploading(tasks, MethodChoice(method="recursive-efficiency"), Run())
        return sum(len(one.partitions) for one in made)

    assert benchmark.pedantic(upload, rounds=2, warmup_rounds=1) > 20
