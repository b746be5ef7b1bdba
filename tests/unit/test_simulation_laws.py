"""Conservation laws of the running phase with failures, outages, sharing, random queries, and users who come and go."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from field_plans import field_plan
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dnnmig_gui.core.planning import MigrationPlan
from dnnmig_gui.core.scenario.schema import Running
from dnnmig_gui.core.simulation import SliceKind, Trace
from dnnmig_gui.core.simulation.played import Played
from dnnmig_gui.core.simulation.simulate import run_phase
from dnnmig_gui.core.simulation.summary import summarise
from dnnmig_gui.core.simulation.told import COLUMNS

seeds = st.integers(0, 2**32)


def played(plan: MigrationPlan) -> Played:
    return run_phase(plan)


def of(trace: Trace, user: int, *kinds: SliceKind) -> np.ndarray:
    return np.flatnonzero(np.isin(trace.kind, kinds) & (trace.user == user))


@settings(deadline=None, max_examples=80)
@given(seeds)
def test_conservation(seed: int) -> None:
    plan = field_plan(seed)
    run = played(plan)
    trace = run.trace
    assert (np.diff(trace.start) >= 0).all()
    assert (trace.end >= trace.start).all()
    assert (trace.end <= trace.end_s).all()
    for number, (user, mine) in enumerate(zip(plan.problem.users, run.plan.users, strict=True)):
        partitions = mine.uploading.partitions
        confirms = of(trace, number, SliceKind.CONFIRM)
        assert len(set(trace.partition[confirms].tolist())) == len(confirms)
        sent = of(trace, number, SliceKind.UPLOAD, SliceKind.FAILED_UPLOAD)
        assert (trace.end[sent[:-1]] <= trace.start[sent[1:]] + 1e-12).all()  # one after the other
        for row in confirms:
            own = sent[trace.partition[sent] == trace.partition[row]]
            assert trace.size_bytes[own].sum() == partitions[trace.partition[row]].size_bytes
        given_up = trace.partition[of(trace, number, SliceKind.GIVEN_UP)]
        assert not set(given_up.tolist()) & set(trace.partition[confirms].tolist())

        queries = of(trace, number, SliceKind.QUERY, SliceKind.OPEN_QUERY)
        queries = queries[np.argsort(trace.query[queries], kind="stable")]
        assert (trace.query[queries] == np.arange(len(queries))).all()
        assert (trace.start[queries[1:]] >= trace.end[queries[:-1]] - 1e-12).all()
        pending = trace.query[of(trace, number, SliceKind.PENDING)]
        assert len(set(pending.tolist())) == len(pending)
        never_started = np.sort(pending[pending >= len(queries)])
        assert (never_started == len(queries) + np.arange(len(never_started))).all()
        open_ones = of(trace, number, SliceKind.OPEN_QUERY)
        assert len(open_ones) <= 1
        assert (trace.end[open_ones] == min(trace.end_s, user.departure_s)).all()

        stored = [
            (trace.start[row], partitions[trace.partition[row]].server, set(partitions[trace.partition[row]].layers))
            for row in confirms
        ]
        start_of = dict(zip(trace.query[queries].tolist(), trace.start[queries].tolist(), strict=True))
        for row in of(trace, number, SliceKind.EXECUTE):
            server = int(trace.source[row])
            for layer in range(trace.first_layer[row], trace.last_layer[row] + 1):
                if server != user.client and user.model.layers[layer].param_bytes:
                    assert any(
                        when <= start_of[int(trace.query[row])] and there == server and layer in layers
                        for when, there, layers in stored
                    )


@settings(deadline=None, max_examples=80)
@given(seeds)
def test_nothing_works_above_its_rate(seed: int) -> None:
    plan = field_plan(seed)
    running = plan.scenario.running
    trace = played(plan).trace
    if running.servers == "fifo":
        rows = trace.of_kind(SliceKind.EXECUTE)
        for server in np.unique(trace.source[rows]):
            own = rows[trace.source[rows] == server]
            own = own[np.argsort(trace.start[own], kind="stable")]
            used_twice = len(set(trace.user[own].tolist())) > 1 or running.execution_times == "exponential"
            if used_twice:
                assert (trace.start[own[1:]] >= trace.end[own[:-1]] - 1e-9).all()
    topology = plan.problem.topology
    carried = np.flatnonzero(np.isin(trace.kind, (SliceKind.UPLOAD_HOP, SliceKind.TRANSFER)))
    ends = np.array([min(user.departure_s, trace.end_s) for user in plan.problem.users])
    for source, target in {(int(trace.source[row]), int(trace.target[row])) for row in carried}:
        own = carried[(trace.source[carried] == source) & (trace.target[carried] == target)]
        latency, seconds = topology.link_latency_s[source, target], topology.link_s_per_byte[source, target]
        start, through = trace.start[own], trace.end[own] - latency
        size = trace.size_bytes[own] * seconds
        whole = trace.end[own] < ends[trace.user[own]] - 1e-12
        whole &= through > start  # what an outage or a departure cut short carried less
        lone = through - start
        cut = _was_cut(trace, plan, own)
        assert (lone[whole & ~cut] >= size[whole & ~cut] * (1 - 1e-9) - 1e-9).all()
        if running.sharing != "none":
            for first in range(len(own)):
                inside = whole & ~cut & (start >= start[first])
                for limit in through[inside]:
                    within = inside & (through <= limit)
                    assert size[within].sum() <= (limit - start[first]) * (1 + 1e-9) + 1e-7


def _was_cut(trace: Trace, plan: MigrationPlan, rows: np.ndarray) -> np.ndarray:
    """Return which transfers ended when something broke or plans changed."""
    times = [outage.start_s for outage in plan.scenario.running.outages]
    times += [time for user in plan.problem.users for time in (user.arrival_s, user.departure_s)]
    return np.isin(trace.end[rows], times)


@settings(deadline=None, max_examples=40)
@given(seeds)
def test_the_same_seed_gives_the_same_trace(seed: int) -> None:
    plan = field_plan(seed)
    one, other = played(plan).trace, played(plan).trace
    for name in COLUMNS:
        assert (getattr(one, name) == getattr(other, name)).all()


@settings(deadline=None, max_examples=60)
@given(seeds)
def test_the_summary_counts_every_query(seed: int) -> None:
    plan = field_plan(seed)
    trace = played(plan).trace
    for number, user in enumerate(summarise(trace).users):
        asked = np.unique(trace.query[of(trace, number, SliceKind.QUERY, SliceKind.OPEN_QUERY, SliceKind.PENDING)])
        assert user.queries + user.abandoned == len(asked)
        assert user.fallbacks == len(of(trace, number, SliceKind.FALLBACK))
        confirmed = trace.partition[of(trace, number, SliceKind.CONFIRM)]
        sent = of(trace, number, SliceKind.UPLOAD, SliceKind.FAILED_UPLOAD)
        assert user.uploaded_bytes == trace.size_bytes[sent[np.isin(trace.partition[sent], confirmed)]].sum()


@settings(deadline=None, max_examples=60)
@given(seeds)
def test_sharing_with_nobody_changes_nothing(seed: int) -> None:
    """One user without failures, in queues and on shared links that it has to itself, runs as planned."""
    plan = field_plan(seed)
    assume(len(plan.problem.users) == 1)
    calm = replace(plan.problem.topology, link_failure_rate=np.zeros_like(plan.problem.topology.link_failure_rate))
    problem = replace(plan.problem, topology=calm)
    finished = {}
    for servers in ("planned", "fifo"):
        running = Running(servers=servers, queries_after_upload=3)
        scenario = plan.scenario.model_copy(update={"running": running})
        finished[servers] = played(replace(plan, scenario=scenario, problem=problem)).trace
    for name in COLUMNS:
        assert getattr(finished["planned"], name) == pytest.approx(getattr(finished["fifo"], name), rel=1e-12)


@settings(deadline=None, max_examples=80)
@given(seeds)
def test_queries_run_where_the_trace_says_that_they_are_placed(seed: int) -> None:
    """Whatever was given up, confirmed or planned anew before: each layer runs where `placed` has it at the start."""
    plan = field_plan(seed)
    trace = run_phase(plan).trace
    for number, user in enumerate(plan.problem.users):
        placed = trace.placed[number]
        since = np.array([one.since_s for one in placed])
        assert (np.diff(since) >= 0).all()
        starts = {
            int(trace.query[row]): float(trace.start[row])
            for row in of(trace, number, SliceKind.QUERY, SliceKind.OPEN_QUERY)
        }
        lost = set(trace.query[of(trace, number, SliceKind.FALLBACK)].tolist())
        for row in of(trace, number, SliceKind.EXECUTE):
            query = int(trace.query[row])
            start = starts[query]
            if query in lost or start in since:
                continue  # at that very time it may be the places before or after
            places = placed[int(np.searchsorted(since, start, side="right")) - 1].places
            layers = np.arange(trace.first_layer[row], trace.last_layer[row] + 1)
            layers = layers[user.computes[layers]]
            assert (places[layers] == trace.source[row]).all()
