"""The running phase: one user as planned to the last query, and laws on random scenarios."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measured_alexnet import DATA, measured_scenario
from random_scenarios import problems

from dnnmig_gui.core.costs.problem import Problem, UserProblem
from dnnmig_gui.core.errors import CancelledError, InputError
from dnnmig_gui.core.offloading import OffloadingPlan
from dnnmig_gui.core.planning import (
    MigrationPlan,
    assemble_plan,
    plan_scenario,
    solve_uploading,
    upload_tasks,
)
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.schema import MethodChoice, Running
from dnnmig_gui.core.simulation import SliceKind, Trace, told
from dnnmig_gui.core.simulation import simulate as simulate_module
from dnnmig_gui.core.simulation.simulate import simulate
from dnnmig_gui.core.simulation.summary import summarise
from dnnmig_gui.core.simulation.trace_file import open_trace, parse_trace, save_trace, trace_document
from dnnmig_gui.core.uploading import UploadingPlan

METHODS = ("direct", "ionn", "efficiency", "recursive-efficiency", "optimal")


def slowed(user: UserProblem) -> UserProblem:
    """Return the user with layers that take at least 50 ms, so that a run has not too many queries."""
    execution = user.execution_s + 0.05 * user.computes[:, None]
    return replace(user, execution_s=execution, delay=replace(user.delay, execution=execution))


@st.composite
def plans(draw: st.DrawFn, users: int = 1, most_layers: int = 6) -> MigrationPlan:
    """Return a plan that puts layers anywhere the client can upload to, and a short running phase."""
    problem: Problem = draw(problems(most_layers=most_layers, most_servers=3 + users, users=users, weights=False))
    problem = replace(problem, users=tuple(slowed(user) for user in problem.users))
    places = []
    for user in problem.users:
        reachable = np.isfinite(problem.topology.latency_s[user.client])
        open_to = [np.flatnonzero(user.allowed[layer] & reachable).tolist() for layer in range(len(user.model))]
        places.append(np.array([draw(st.sampled_from(servers)) for servers in open_to], dtype=np.int64))
    running = Running(
        queries_after_upload=draw(st.integers(0, 4)), horizon_s=draw(st.sampled_from([None, None, 0.5, 5.0]))
    )
    scenario = Scenario(format="dnnmig-scenario", version=1, running=running)
    method = draw(st.sampled_from(METHODS))
    uploads = solve_uploading(upload_tasks(problem, tuple(places)), MethodChoice(method=method), Run(1))
    return assemble_plan(scenario, problem, 1, ("drawn", OffloadingPlan(tuple(places), 0.0)), (method, uploads))


def rows_of(trace: Trace, kind: SliceKind, user: int = 0) -> np.ndarray:
    rows = trace.of_kind(kind)
    return rows[trace.user[rows] == user]


def queries_by_hand(uploading: UploadingPlan, after_upload: int) -> int:
    """Return how many queries a lone user completes, one after the other in the stages of its plan."""
    clock, count, after = 0.0, 0, 0
    while after < after_upload or clock < uploading.upload_s:
        stage = uploading.stage_at(clock)
        after += clock >= uploading.upload_s
        clock += stage.query_delay_s
        if after_upload == 0 and clock > uploading.upload_s:
            break
        count += 1
    return count


@settings(deadline=None, max_examples=60)
@given(plans())
def test_one_user_runs_as_planned(plan: MigrationPlan) -> None:
    trace = simulate(plan)
    uploading = plan.users[0].uploading
    confirms = rows_of(trace, SliceKind.CONFIRM)
    for row, partition in zip(confirms, uploading.partitions, strict=False):
        assert trace.start[row] == pytest.approx(partition.done_s, rel=1e-9)
        assert trace.partition[row] == partition.index - 1
        assert (trace.source[row], trace.target[row]) == (partition.server, plan.problem.users[0].client)
    queries = rows_of(trace, SliceKind.QUERY)
    stages = np.searchsorted(trace.start[confirms], trace.start[queries], side="right")
    expected = np.array([stage.query_delay_s for stage in uploading.stages])[stages]
    assert trace.end[queries] - trace.start[queries] == pytest.approx(expected, rel=1e-9, abs=1e-9)
    running = plan.scenario.running
    if running.horizon_s is None:
        assert len(confirms) == len(uploading.partitions)
        assert (stages == len(confirms)).sum() == running.queries_after_upload
        assert len(queries) == queries_by_hand(uploading, running.queries_after_upload)
    else:
        assert trace.end_s == running.horizon_s


@settings(deadline=None, max_examples=60)
@given(plans(users=2, most_layers=4))
def test_laws_of_a_trace(plan: MigrationPlan) -> None:
    trace = simulate(plan)
    assert (np.diff(trace.start) >= 0).all()
    assert (trace.end >= trace.start).all()
    assert (trace.end <= trace.end_s).all()
    for number, (user, planned) in enumerate(zip(plan.problem.users, plan.users, strict=True)):
        queries = np.sort(
            np.concatenate([rows_of(trace, kind, number) for kind in (SliceKind.QUERY, SliceKind.OPEN_QUERY)])
        )
        assert (trace.query[queries] == np.arange(len(queries))).all()
        assert (trace.start[queries[1:]] == trace.end[queries[:-1]]).all()
        if len(queries):
            assert trace.start[queries[0]] == user.arrival_s
            assert trace.end[queries[-1]] == trace.end_s
        confirms = rows_of(trace, SliceKind.CONFIRM, number)
        parts = np.sort(
            np.concatenate([rows_of(trace, kind, number) for kind in (SliceKind.EXECUTE, SliceKind.TRANSFER)])
        )
        for query in queries:
            own = parts[trace.query[parts] == trace.query[query]]
            # Serial: a part begins where the one before it ends; together they are the query.
            assert (trace.start[own[1:]] == trace.end[own[:-1]]).all()
            if len(own):
                assert trace.start[own[0]] == trace.start[query]
                assert trace.end[own[-1]] == trace.end[query]
            done = set(trace.partition[confirms[trace.start[confirms] <= trace.start[query]]].tolist())
            for row in own[trace.kind[own] == SliceKind.EXECUTE]:
                for layer in range(trace.first_layer[row], trace.last_layer[row] + 1):
                    holder = [p for p in planned.uploading.partitions if layer in p.layers]
                    if trace.source[row] != user.client and user.model.layers[layer].param_bytes:
                        assert holder[0].index - 1 in done
                        assert holder[0].server == trace.source[row]
        uploads = rows_of(trace, SliceKind.UPLOAD, number)
        assert (trace.partition[uploads] == np.arange(len(uploads))).all()
        assert (trace.start[uploads[1:]] == trace.end[uploads[:-1]]).all()
        hops = rows_of(trace, SliceKind.UPLOAD_HOP, number)
        for upload in uploads:
            own = hops[trace.partition[hops] == trace.partition[upload]]
            assert trace.start[own[0]] == trace.start[upload]
            assert trace.end[own[-1]] == trace.end[upload]
            assert (trace.target[own[:-1]] == trace.source[own[1:]]).all()


@settings(deadline=None, max_examples=30)
@given(plans(users=2, most_layers=3))
def test_a_trace_survives_its_file(plan: MigrationPlan) -> None:
    trace = simulate(plan)
    again = parse_trace(json.dumps(trace_document(trace)))
    assert again.lanes == trace.lanes
    assert trace_document(again) == trace_document(trace)
    assert again.kind.dtype == trace.kind.dtype
    assert again.start.tolist() == trace.start.tolist()


# ----------------------------------------------------------------------------------------------- worked examples


def two_users(tmp_path: Path, **running: Any) -> MigrationPlan:
    """Plan two clients that share one edge server; the second comes at 1 s and leaves at 4 s."""
    (tmp_path / "model.csv").write_text(
        "name,kind,inputs,flops,param_bytes,output_bytes\n"
        "input,input,,0,0,100000\n"
        "a,convolution,input,500000000,2000000,200000\n"
        "relu,relu,a,0,0,200000\n"
        "b,fully-connected,relu,500000000,4000000,1000\n",
        "utf-8",
    )
    scenario = Scenario.model_validate(
        {
            "format": "dnnmig-scenario",
            "version": 1,
            "servers": [
                {"id": "client-1", "tier": "client", "compute_ghz": 1},
                {"id": "client-2", "tier": "client", "compute_ghz": 1},
                {"id": "cloud", "tier": "cloud", "compute_ghz": 50},
                {"id": "edge", "tier": "edge", "compute_ghz": 20},
            ],
            "link_defaults": {
                "client-edge": {"bandwidth_mb_per_s": 10, "latency_ms": 1},
                "edge-cloud": {"bandwidth_mb_per_s": 10, "latency_ms": 1},
            },
            "models": [{"id": "m", "file": "model.csv"}],
            "users": [
                {"id": "first", "client": "client-1", "model": "m"},
                {"id": "second", "client": "client-2", "model": "m", "arrival_s": 1, "departure_s": 4},
            ],
            "offloading": {"method": "edge-only"},
            "uploading": {"method": "efficiency"},
            "running": running,
        },
        strict=False,
    )
    return plan_scenario(scenario, tmp_path)


def test_users_come_and_go(tmp_path: Path) -> None:
    plan = two_users(tmp_path, horizon_s=6.0)
    trace = simulate(plan)
    assert trace.end_s == 6.0
    queries = [rows_of(trace, SliceKind.QUERY, user) for user in (0, 1)]
    assert trace.start[queries[0][0]] == 0
    assert trace.start[queries[1][0]] == 1
    mine = trace.user == 1
    assert trace.end[mine].max() == 4
    assert len(rows_of(trace, SliceKind.OPEN_QUERY, 1)) == 1
    # Both are on the edge server in the end, so executions there take twice their time, as in the plan.
    delays = trace.end[queries[0]] - trace.start[queries[0]]
    assert delays[-1] == pytest.approx(plan.users[0].figures.delay_s)


def test_lanes_are_the_users_then_the_servers_by_tier(tmp_path: Path) -> None:
    trace = simulate(two_users(tmp_path))
    assert [(lane.role, lane.user, lane.server) for lane in trace.lanes] == [
        ("uploads", 0, 0),
        ("queries", 0, 0),
        ("uploads", 1, 1),
        ("queries", 1, 1),
        ("server", -1, 3),
        ("server", -1, 2),
    ]
    for kind, roles in (
        (SliceKind.UPLOAD, {"uploads"}),
        (SliceKind.CONFIRM, {"uploads"}),
        (SliceKind.QUERY, {"queries"}),
        (SliceKind.UPLOAD_HOP, {"server"}),
        (SliceKind.EXECUTE, {"queries", "server"}),
    ):
        assert {trace.lanes[lane].role for lane in trace.lane[trace.of_kind(kind)]} == roles
    assert set(trace.lane[trace.of_kind(SliceKind.TRANSFER)].tolist()) == {-1}


def test_the_run_ends_when_the_last_user_is_finished(tmp_path: Path) -> None:
    plan = two_users(tmp_path, queries_after_upload=3)
    trace = simulate(plan)
    done = [user.uploading.upload_s + arrival for user, arrival in zip(plan.users, (0, 1), strict=True)]
    queries = rows_of(trace, SliceKind.QUERY, 1)
    after = queries[trace.start[queries] >= done[1] - 1e-9]
    assert trace.end_s == trace.end[after[2]]
    assert len(after) == 3
    first = rows_of(trace, SliceKind.QUERY, 0)
    assert (trace.start[first] >= done[0]).sum() > 3  # it keeps asking until then
    assert trace.end_s - trace.end[first[-1]] < plan.users[0].figures.delay_s


def test_consecutive_layers_on_a_server_are_one_slice(tmp_path: Path) -> None:
    plan = two_users(tmp_path)
    trace = simulate(plan)
    last = rows_of(trace, SliceKind.QUERY, 0)[-1]
    own = np.flatnonzero((trace.query == trace.query[last]) & (trace.user == 0) & (trace.partition < 0))[1:]
    kinds = [SliceKind(kind) for kind in trace.kind[own]]
    assert kinds == [SliceKind.TRANSFER, SliceKind.EXECUTE, SliceKind.TRANSFER]
    assert (trace.first_layer[own[1]], trace.last_layer[own[1]]) == (1, 3)
    assert trace.size_bytes[own].tolist() == [100000, 0, 1000]
    assert trace.first_layer[own[2]] == 3


def test_summary_counts_what_happened(tmp_path: Path) -> None:
    plan = two_users(tmp_path, queries_after_upload=2)
    trace = simulate(plan)
    summary = summarise(trace)
    first = summary.users[0]
    delays = np.diff(trace.start[rows_of(trace, SliceKind.QUERY, 0)])
    assert first.queries == sum(first.queries_by_stage) == len(delays) + 1
    assert len(first.queries_by_stage) == len(plan.users[0].uploading.partitions) + 1
    assert first.uploaded_bytes == 6_000_000
    assert first.upload_end_s == pytest.approx(plan.users[0].uploading.upload_s)
    assert first.p95_delay_s is not None
    assert first.mean_delay_s is not None
    assert first.p95_delay_s >= first.mean_delay_s
    shares = {server.id: server.busy_share for server in summary.servers}
    assert shares["cloud"] == 0
    assert 0 < shares["edge"] < 1
    assert 0 < shares["client-1"] < 1
    grid = np.linspace(0, trace.end_s, 200_001)
    busy = np.zeros(len(grid), dtype=bool)
    for row in trace.of_kind(SliceKind.EXECUTE):
        if trace.source[row] == 3:
            busy[np.searchsorted(grid, trace.start[row]) : np.searchsorted(grid, trace.end[row])] = True
    assert shares["edge"] == pytest.approx(busy.mean(), abs=1e-3)


def test_a_user_with_nothing_to_upload_asks_its_queries() -> None:
    scenario = measured_scenario(10.0).model_copy(update={"offloading": MethodChoice(method="local")})
    trace = simulate(plan_scenario(scenario, DATA))
    queries = trace.of_kind(SliceKind.QUERY)
    assert len(queries) == 5
    assert trace.end_s == trace.end[queries[-1]] == pytest.approx(5 * 0.821704)
    summary = summarise(trace).users[0]
    assert (summary.uploaded_bytes, summary.upload_end_s, summary.queries_by_stage) == (0, None, (5,))


def test_an_upload_cut_by_the_horizon_is_not_confirmed() -> None:
    scenario = measured_scenario(10.0).model_copy(update={"running": Running(horizon_s=10.0)})
    trace = simulate(plan_scenario(scenario, DATA))
    uploads, confirms = trace.of_kind(SliceKind.UPLOAD), trace.of_kind(SliceKind.CONFIRM)
    assert len(uploads) == len(confirms) + 1
    assert trace.end[uploads[-1]] == trace.end_s == 10.0
    assert summarise(trace).users[0].uploaded_bytes == trace.size_bytes[uploads[:-1]].sum()


def test_runs_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulate_module, "MOST_SLICES", 1000)
    scenario = measured_scenario(10.0).model_copy(update={"running": Running(horizon_s=1e9)})
    with pytest.raises(InputError, match=r"running: the run has more than 1,000 slices .*horizon_s"):
        simulate(plan_scenario(scenario, DATA))


def test_a_run_can_be_cancelled() -> None:
    running = Running(horizon_s=1e4, execution_times="exponential")
    plan = plan_scenario(measured_scenario(10.0).model_copy(update={"running": running}), DATA)
    told: list[float] = []
    with pytest.raises(CancelledError):
        simulate(plan, Run(0, lambda share, line: told.append(share), lambda: len(told) > 2))
    assert told == sorted(told)


def test_trace_files(tmp_path: Path) -> None:
    trace = simulate(plan_scenario(measured_scenario(10.0), DATA))
    file = tmp_path / "trace.json"
    save_trace(trace, file)
    assert trace_document(open_trace(file)) == trace_document(trace)
    assert json.loads(file.read_text("utf-8"))["kinds"][3] == "query"


def edited(document: dict[str, Any], path: str, value: Any) -> str:
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    here: Any = document
    for part in parents:
        here = here[part]
    here[last] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("format", "other", "format: must be 'dnnmig-trace', not 'other'"),
        ("version", 2, "version: must be 1, not 2"),
        ("colour", 1, "colour: unknown key 'colour'"),
        ("end_s", float("nan"), "is not valid JSON|finite"),
        ("columns.start", [], "columns.start: has 0 entries"),
        ("columns.kind.0", 99, r"columns.kind\[0\]: stands for nothing: 99"),
        ("columns.kind.0", 999, "columns.kind: holds a number that is too large"),
        ("columns.user.1", 7, r"columns.user\[1\]: stands for nothing: 7"),
        ("columns.lane.1", -2, r"columns.lane\[1\]: stands for nothing"),
        ("columns.start.0", 5.0, "columns.start: must not fall"),
        ("columns.end.0", 1e9, "columns.end: must lie between"),
        ("lanes.0.user", 4, r"lanes\[0\]: names a user"),
        ("kinds", [], "kinds: must be upload"),
    ],
)
def test_bad_trace_files_are_refused(tmp_path: Path, path: str, value: Any, message: str) -> None:
    scenario = measured_scenario(10.0).model_copy(update={"running": Running(horizon_s=1.0)})
    document = trace_document(simulate(plan_scenario(scenario, DATA)))
    file = tmp_path / "trace.json"
    file.write_text(edited(document, path, value), "utf-8")
    with pytest.raises(InputError, match=rf"^trace.json: .*({message})"):
        open_trace(file)


def test_what_is_no_trace_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "trace.json"
    for text in ("", "[1,", "[]", "[" * 100_000):
        file.write_text(text, "utf-8")
        with pytest.raises(InputError, match=r"^\S*trace.json: "):
            open_trace(file)


@pytest.mark.parametrize("most_sorted", [500_000, 7])
@given(starts=st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.5, np.inf]), max_size=60))
def test_rows_are_put_in_order_like_a_stable_sort(most_sorted: int, starts: list[float]) -> None:
    start = np.array(starts)
    count = int(np.isfinite(start).sum())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(told, "MOST_SORTED", most_sorted)
        found = told.row_order(start, count, Run())
    assert found.tolist() == np.argsort(start, kind="stable")[:count].tolist()
