"""Uploads that fail and queries that lose what they run on, worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dnnmig_gui.core.costs.compile import compile_problem
from dnnmig_gui.core.dnn import DnnModel, Layer
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.offloading import OffloadingPlan
from dnnmig_gui.core.planning import MigrationPlan, assemble_plan, solve_uploading, upload_tasks
from dnnmig_gui.core.profiling import Profile
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.references import check_references
from dnnmig_gui.core.scenario.schema import MethodChoice, Running
from dnnmig_gui.core.simulation import SliceKind, Trace
from dnnmig_gui.core.simulation.simulate import simulate
from dnnmig_gui.core.simulation.summary import summarise

MODEL = DnnModel(
    "two layers",
    (
        Layer("input", "input", (), 0, 0, 1_000_000),
        Layer("a", "convolution", ("input",), 10**9, 4_000_000, 1_000_000),
        Layer("b", "convolution", ("a",), 10**9, 2_000_000, 1000),
    ),
)


def document(failure_rate: float = 0.0, **running: Any) -> Scenario:
    """Return a client (1 s a layer) and an edge server (0.1 s a layer) with 2 MB/s and 10 ms between them."""
    return Scenario.model_validate(
        {
            "format": "dnnmig-scenario",
            "version": 1,
            "servers": [
                {"id": "client", "tier": "client", "compute_ghz": 1},
                {"id": "edge", "tier": "edge", "compute_ghz": 10},
            ],
            "link_defaults": {"client-edge": {"bandwidth_mb_per_s": 2, "latency_ms": 10, "failure_rate": failure_rate}},
            "models": [{"id": "m", "zoo": "alexnet"}],
            "users": [{"id": "user", "client": "client", "model": "m"}],
            "running": running,
        },
        strict=False,
    )


def plan_of(failure_rate: float = 0.0, seed: int = 1, **running: Any) -> MigrationPlan:
    scenario = document(failure_rate, **running)
    problem = compile_problem(scenario, {"m": LoadedModel(MODEL, Profile())})
    places = (np.array([0, 1, 1]),)
    uploads = solve_uploading(upload_tasks(problem, places), MethodChoice(method="optimal"), Run())
    return assemble_plan(scenario, problem, seed, ("fixed", OffloadingPlan(places, 0.0)), ("optimal", uploads))


def times(trace: Trace, kind: SliceKind) -> list[tuple[float, float]]:
    rows = trace.of_kind(kind)
    return list(zip(trace.start[rows].tolist(), trace.end[rows].tolist(), strict=True))


def link_down(start: float, end: float) -> list[dict[str, Any]]:
    return [{"between": ["edge", "client"], "start_s": start, "end_s": end}]


def test_an_outage_cuts_an_upload_and_the_thread_waits_for_the_link() -> None:
    plan = plan_of(outages=link_down(0.5, 3.0))
    first = plan.users[0].uploading.partitions[0]
    trace = simulate(plan)
    assert times(trace, SliceKind.FAILED_UPLOAD) == [pytest.approx((0.0, 0.5))]
    assert times(trace, SliceKind.PAUSE) == [pytest.approx((0.5, 3.0))]
    assert times(trace, SliceKind.UPLOAD)[0] == pytest.approx((3.0, 3.0 + first.upload_s))
    user = summarise(trace).users[0]
    assert (user.failed_uploads, user.uploaded_bytes, user.resent_bytes) == (1, 6_000_000, 1_000_000)


def test_an_upload_goes_on_behind_what_arrived() -> None:
    plan = plan_of(outages=link_down(0.5, 3.0), resume="yes")
    first = plan.users[0].uploading.partitions[0]
    trace = simulate(plan)
    assert times(trace, SliceKind.UPLOAD)[0] == pytest.approx((3.0, 3.0 + first.upload_s - 0.5))
    failed = trace.of_kind(SliceKind.FAILED_UPLOAD)
    assert trace.size_bytes[failed].tolist() == [1_000_000]
    user = summarise(trace).users[0]
    assert (user.uploaded_bytes, user.resent_bytes) == (6_000_000, 0)


def test_a_crs_way_back_takes_its_latency() -> None:
    one, other = simulate(plan_of()), simulate(plan_of(confirmation="route"))
    found = [trace.start[trace.of_kind(SliceKind.CONFIRM)] for trace in (one, other)]
    assert found[1] - found[0] == pytest.approx([0.01, 0.02])


def test_what_fails_again_and_again_is_given_up() -> None:
    plan = plan_of(0.99, seed=4, most_tries=2, queries_after_upload=2)
    trace = simulate(plan)
    user = summarise(trace).users[0]
    assert user.given_up == (0, 1)
    assert user.failed_uploads == 4
    assert user.uploaded_bytes == 0
    assert user.upload_end_s is None
    executed = trace.of_kind(SliceKind.EXECUTE)
    assert set(trace.source[executed].tolist()) == {0}  # the client goes on alone
    assert len(trace.of_kind(SliceKind.QUERY)) >= 2


def test_queries_use_the_second_partition_when_the_first_is_given_up() -> None:
    plans = (plan_of(0.7, seed=seed, most_tries=1, queries_after_upload=2) for seed in range(100))
    plan = next(one for one in plans if summarise(simulate(one)).users[0].given_up == (0,))
    trace = simulate(plan)
    there = plan.users[0].uploading.partitions[1]
    remote = trace.of_kind(SliceKind.EXECUTE)
    remote = remote[trace.source[remote] == 1]
    layers = {layer for row in remote for layer in range(trace.first_layer[row], trace.last_layer[row] + 1)}
    assert layers <= set(there.layers)


def test_pauses_double() -> None:
    trace = simulate(plan_of(0.8, seed=2, resend="back-off", back_off_s=0.5, queries_after_upload=0))
    pauses = trace.of_kind(SliceKind.PAUSE)
    first = pauses[trace.partition[pauses] == trace.partition[pauses[0]]]
    lengths = trace.end[first] - trace.start[first]
    assert lengths == pytest.approx([min(60.0, 0.5 * 2**k) for k in range(len(first))])


def test_attempts_are_geometric() -> None:
    rate = 0.4
    tries = []
    for seed in range(400):
        trace = simulate(plan_of(rate, seed=seed, queries_after_upload=0))
        tries.append(len(trace.of_kind(SliceKind.FAILED_UPLOAD)) + 2)
    assert np.mean(tries) == pytest.approx(2 / (1 - rate), rel=0.05)


@pytest.mark.parametrize("what", [{"between": ["client", "edge"]}, {"server": "edge"}])
def test_a_query_that_loses_its_link_or_server_falls_back(what: dict[str, Any]) -> None:
    plan = plan_of(outages=[{**what, "start_s": 10.0, "end_s": 11.0}], horizon_s=20.0)
    trace = simulate(plan)
    fallback = trace.of_kind(SliceKind.FALLBACK)
    assert len(fallback) >= 1
    row = fallback[0]
    query = trace.of_kind(SliceKind.QUERY)
    query = query[trace.query[query] == trace.query[row]]
    assert trace.end[row] - trace.start[row] == pytest.approx(2.0)  # both layers on the client
    assert trace.start[query[0]] <= trace.start[row]
    assert trace.end[query[0]] == trace.end[row]
    assert 10.0 <= trace.start[row] < (10.0001 if "server" in what else 11.0)
    parts = np.flatnonzero((trace.query == trace.query[row]) & np.isin(trace.kind, (SliceKind.EXECUTE,)))
    after = parts[trace.start[parts] >= trace.start[row]]
    assert (trace.source[after] == 0).all()
    later = trace.of_kind(SliceKind.EXECUTE)
    assert (trace.source[later[trace.start[later] > 14.0]] == 1).all()  # the link is back, and so is the server
    assert summarise(trace).users[0].fallbacks == len(fallback)


def test_think_times_lie_between_queries() -> None:
    trace = simulate(plan_of(asking="think", think_s=0.25, horizon_s=30.0))
    queries = trace.of_kind(SliceKind.QUERY)
    assert trace.start[queries[1:]] - trace.end[queries[:-1]] == pytest.approx(np.full(len(queries) - 1, 0.25))


@pytest.mark.parametrize(
    ("outage", "field"),
    [
        ({"between": ["client", "nowhere"], "start_s": 0, "end_s": 1}, "running.outages[0].between"),
        ({"server": "nowhere", "start_s": 0, "end_s": 1}, "running.outages[0].server"),
        ({"server": "client", "start_s": 0, "end_s": 1}, "running.outages[0].server"),
    ],
)
def test_outages_of_what_is_not_there_are_refused(outage: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as found:
        check_references(document(outages=[outage]))
    assert found.value.field == field


@pytest.mark.parametrize(
    "outage", [{"start_s": 0, "end_s": 1}, {"server": "edge", "start_s": 2, "end_s": 1}, {"server": "edge"}]
)
def test_outages_that_say_nothing_are_refused(outage: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="outages"):
        Running.model_validate({"outages": [outage]}, strict=False)
