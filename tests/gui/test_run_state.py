"""What is true at time t, against the trace read row by row."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_run import SCENARIOS, made_up_run, paper

from dnnmig_gui.core.planning import plan_scenario
from dnnmig_gui.core.scenario.file import open_scenario
from dnnmig_gui.core.simulation import SliceKind, Trace
from dnnmig_gui.core.simulation.simulate import run_phase, simulate
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.run_state import run_state

RUNS = ("paper-alexnet", "paper-mixed", 1, 2)
FEW = settings(max_examples=30)


@cache
def the_run(which: str | int) -> PlannedRun:
    """Return a planned example, or a run made up from a seed."""
    if isinstance(which, int):
        scenario, _, problem = paper("paper-mixed")
        return made_up_run(scenario, problem, seed=which)
    scenario = open_scenario(SCENARIOS / f"{which}.dnnmig").scenario
    plan = plan_scenario(scenario, SCENARIOS)
    return PlannedRun(plan, simulate(plan), {})


@cache
def slices(trace: Trace) -> list[tuple[int, SliceKind, int, float, float]]:
    """Return row, kind, user, start and end of each slice as plain numbers: reading arrays one by one is slow."""
    columns = (trace.kind, trace.user, trace.start, trace.end)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [(row, SliceKind(kind), user, start, end) for row, (kind, user, start, end) in enumerate(rows)]


def rows_now(trace: Trace, kind: SliceKind, t: float) -> list[int]:
    return [row for row, its_kind, _, start, end in slices(trace) if its_kind == kind and start <= t < end]


def times(trace: Trace) -> st.SearchStrategy[float]:
    """Any time of the run, the starts and ends of slices above all."""
    edges = np.unique(np.concatenate((trace.start, trace.end)))
    return st.one_of(st.floats(0, trace.end_s), st.sampled_from(edges.tolist()))


@pytest.mark.parametrize("which", RUNS)
@FEW
@given(data=st.data())
def test_packets_are_those_of_the_trace(which: str | int, data: st.DataObject) -> None:
    run = the_run(which)
    trace = run.trace
    t = data.draw(times(trace))
    expected = []
    for what, kind in (("partition", SliceKind.UPLOAD_HOP), ("tensor", SliceKind.TRANSFER)):
        for row in rows_now(trace, kind, t):
            share = (t - trace.start[row]) / (trace.end[row] - trace.start[row])
            number = trace.partition[row] if what == "partition" else trace.query[row]
            expected.append((what, trace.user[row], trace.source[row], trace.target[row], number, share))
    found = [(p.what, p.user, p.source, p.target, p.number, p.share) for p in run_state(run).packets(t)]
    assert found == expected
    assert all(0 <= share < 1 for *_, share in found)


@pytest.mark.parametrize("which", RUNS)
@FEW
@given(data=st.data())
def test_uploads_places_and_queries_are_those_of_the_trace(which: str | int, data: st.DataObject) -> None:
    run = the_run(which)
    trace = run.trace
    state = run_state(run)
    t = data.draw(times(trace))
    for user, plan in enumerate(run.plan.users):
        mine = [(row, kind, start, end) for row, kind, whose, start, end in slices(trace) if whose == user]
        confirmed = sum(kind == SliceKind.CONFIRM and start <= t for _, kind, start, _ in mine)
        assert state.confirmed(user, t) == confirmed
        assert np.array_equal(state.places(user, t), plan.uploading.stages[confirmed].places)
        assert state.queries_done(user, t) == sum(kind == SliceKind.QUERY and end <= t for _, kind, _, end in mine)
        uploads = [row for row in rows_now(trace, SliceKind.UPLOAD, t) if trace.user[row] == user]
        upload = state.upload(user, t)
        assert (upload is None) == (not uploads)
        if upload is None:
            continue
        row = uploads[-1]
        assert (upload.partition, upload.target) == (trace.partition[row], trace.target[row])
        hops = [
            hop
            for hop, kind, start, _ in mine
            if kind == SliceKind.UPLOAD_HOP
            and trace.partition[hop] == upload.partition
            and trace.start[row] <= start < trace.end[row]
        ]
        carried = [
            min(1.0, max(0.0, (t - trace.start[hop]) / (trace.end[hop] - trace.start[hop]))) * trace.size_bytes[hop]
            for hop in hops
        ]
        assert upload.share == pytest.approx(sum(carried) / sum(int(trace.size_bytes[hop]) for hop in hops))


@pytest.mark.parametrize("which", RUNS)
@FEW
@given(data=st.data())
def test_busy_shares_are_the_union_of_executions(which: str | int, data: st.DataObject) -> None:
    run = the_run(which)
    trace = run.trace
    state = run_state(run)
    t = data.draw(st.floats(0.001, trace.end_s))
    window = min(t, state.window_s)
    shares = state.busy_shares(t)
    for server in range(len(trace.server_ids)):
        near = [
            (row, start, end)
            for row, kind, _, start, end in slices(trace)
            if kind == SliceKind.EXECUTE and start < t and end > t - window
        ]
        clipped = sorted((max(t - window, s), min(t, e)) for row, s, e in near if trace.source[row] == server)
        worked, reach = 0.0, -math.inf
        for start, end in clipped:
            if end > max(start, reach):
                worked += end - max(start, reach)
                reach = max(reach, end)
        assert shares.get(server, 0.0) == pytest.approx(worked / window, abs=1e-6)


def test_places_are_those_of_the_plan_at_that_time() -> None:
    run = the_run("paper-alexnet")
    state = run_state(run)
    for user, plan in enumerate(run.plan.users):
        for stage in plan.uploading.stages:
            middle = stage.start_s + min(1.0, (min(stage.end_s, run.end_s) - stage.start_s) / 2)
            expected = plan.uploading.stage_at(middle - run.plan.problem.users[user].arrival_s).places
            assert np.array_equal(state.places(user, middle), expected)


@pytest.mark.parametrize("running", [{"most_tries": 1}, {"policy": "fair"}])
def test_places_are_where_queries_ran_though_something_failed_or_was_planned_anew(running: dict[str, Any]) -> None:
    """A partition that failed for good, or a new plan: the state is not that of the first plan's stages."""
    name = "latecomers" if "policy" in running else "paper-alexnet"
    scenario = open_scenario(SCENARIOS / f"{name}.dnnmig").scenario
    defaults = {pair: link.model_copy(update={"failure_rate": 0.4}) for pair, link in scenario.link_defaults.items()}
    changed = {"running": scenario.running.model_copy(update=running)}
    if "policy" not in running:
        changed["link_defaults"] = defaults
    plan = plan_scenario(scenario.model_copy(update=changed), SCENARIOS)
    played = run_phase(plan)
    trace = played.trace
    assert len(trace.of_kind(SliceKind.GIVEN_UP)) or name == "latecomers"
    state = run_state(PlannedRun(played.plan, trace, {}))
    queries = {(int(trace.user[row]), int(trace.query[row])): row for row in trace.of_kind(SliceKind.QUERY)}
    checked = 0
    for row in trace.of_kind(SliceKind.EXECUTE)[::7]:
        user = int(trace.user[row])
        query = queries.get((user, int(trace.query[row])))
        since = {one.since_s for one in trace.placed[user]}
        if query is None or float(trace.start[query]) in since:
            continue
        places = state.places(user, float(trace.start[query]))
        assert places[trace.last_layer[row]] == trace.source[row]
        checked += 1
    assert checked > 20


def test_a_run_is_indexed_once() -> None:
    run = the_run(1)
    assert run_state(run) is run_state(run)


def test_nothing_moves_before_the_start_and_after_the_end() -> None:
    run = the_run(2)
    state = run_state(run)
    assert state.packets(-1.0) == []
    assert state.packets(run.end_s + 1) == []
    assert state.upload(0, run.end_s + 1) is None
    assert state.busy_shares(0.0).values()
    assert set(state.busy_shares(0.0).values()) == {0.0}
