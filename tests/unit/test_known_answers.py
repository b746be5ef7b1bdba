"""The measured AlexNet: every uploading method against answers from an independent program."""

from __future__ import annotations

from typing import Any

import pytest
from measured_alexnet import DATA, known_cases, measured_scenario

from dnnmig_gui.core.planning import plan_scenario
from dnnmig_gui.core.simulation import SliceKind
from dnnmig_gui.core.simulation.simulate import simulate

CASES = known_cases()
METHODS = ("direct", "ionn", "efficiency", "recursive-efficiency", "optimal")


def same(value: float) -> Any:
    return pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['bandwidth_mb_per_s']}MB/s")
@pytest.mark.parametrize("method", METHODS)
def test_plan_matches_the_known_answer(case: dict[str, Any], method: str) -> None:
    answer = case["plans"][method]
    plan = plan_scenario(measured_scenario(case["bandwidth_mb_per_s"], method), DATA)
    user = plan.users[0]
    model = plan.problem.users[0].model
    found = user.uploading
    assert user.local.delay_s * 1e3 == same(case["local_delay_ms"])
    assert user.figures.delay_s * 1e3 == same(case["best_delay_ms"])
    assert found.upload_s == same(answer["upload_s"])
    assert found.stages[-1].query_delay_s * 1e3 == same(answer["final_delay_ms"])
    assert found.queries_during_upload == same(answer["queries_during_upload"])
    assert found.queries_until(case["common_horizon_s"]) == same(answer["queries_at_common_horizon"])
    if "partitions" in answer:
        names = [
            [model.layers[layer].name for layer in partition.layers if model.layers[layer].param_bytes]
            for partition in found.partitions
        ]
        assert names == [partition["parametric_layers"] for partition in answer["partitions"]]
        assert [partition.size_bytes for partition in found.partitions] == [
            partition["bytes"] for partition in answer["partitions"]
        ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['bandwidth_mb_per_s']}MB/s")
@pytest.mark.parametrize("method", METHODS)
def test_simulator_matches_the_known_answer(case: dict[str, Any], method: str) -> None:
    answer = case["plans"][method]
    plan = plan_scenario(measured_scenario(case["bandwidth_mb_per_s"], method), DATA)
    trace = simulate(plan)
    uploads = trace.of_kind(SliceKind.UPLOAD)
    queries = trace.of_kind(SliceKind.QUERY)
    assert trace.end[uploads[-1]] == same(answer["upload_s"])
    completed = int((trace.end[queries] <= trace.end[uploads[-1]]).sum())
    # A query that runs while a CR arrives is not cut: at most one query a partition differs from the integral.
    assert abs(completed - answer["queries_during_upload"]) <= len(uploads)
    last = queries[-1]
    assert (trace.end[last] - trace.start[last]) * 1e3 == same(answer["final_delay_ms"])
