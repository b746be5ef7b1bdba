"""The running phase with a parallel delay: the same figures as the plan, branches at the same time, clear refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_scenarios import problems

from dnnmig_gui.core.costs.plain import plain_figures
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.diagnosis import diagnose
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.planning import MigrationPlan, plan_scenario
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.simulation.parallel_programs import parallel_program
from dnnmig_gui.core.simulation.programs import LaneNumbers
from dnnmig_gui.core.simulation.simulate import simulate
from dnnmig_gui.core.simulation.trace import SliceKind

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def googlenet(users: int = 1, running: dict[str, Any] | None = None, **more: Any) -> MigrationPlan:
    values = json.loads((SCENARIOS / "paper-alexnet.dnnmig").read_text())
    values["models"] = [{"id": "net", "zoo": "googlenet"}]
    values["users"] = [{**user, "model": "net", **more} for user in values["users"][:users]]
    values["costs"] = {"delay": "parallel"}
    values["offloading"] = {"method": "exact", "parameters": {"rounds": 1}}
    values["running"] = running or {}
    return plan_scenario(Scenario.model_validate(values, strict=False), SCENARIOS)


@settings(deadline=None, max_examples=60)
@given(problems(delay="parallel", weights=False), st.integers(0, 2**32 - 1))
def test_a_program_takes_what_the_plain_evaluator_says(problem: Problem, seed: int) -> None:
    user = problem.users[0]
    reached = np.flatnonzero(np.isfinite(problem.topology.latency_s).all(axis=0))
    reached = np.union1d(reached[np.isfinite(problem.topology.latency_s[:, reached]).all(axis=0)], [user.client])
    inside = problem.topology.latency_s[np.ix_(reached, reached)]
    if not np.isfinite(inside).all():
        reached = np.array([user.client])
    places = np.where(user.computes, np.random.default_rng(seed).choice(reached, len(user.model)), user.client)
    lanes = LaneNumbers(0, 1, {server: 2 + server for server in range(problem.server_count)})
    program = parallel_program(user, places, user.execution_s, problem.topology, lanes)
    delay = plain_figures(problem, 0, (places,)).delay_s
    assert program.tail_s == pytest.approx(delay, rel=1e-9, abs=1e-12)
    assert not program.steps
    executed = [row for row in program.rows if row.kind == SliceKind.EXECUTE]
    layers = sorted(layer for row in executed for layer in range(row.first_layer, row.last_layer + 1))
    assert layers == np.flatnonzero(user.computes).tolist()
    starts = [row.start for row in program.rows[1:]]
    assert starts == sorted(starts)
    assert max((row.end for row in program.rows[1:]), default=0.0) <= delay * (1 + 1e-9) + 1e-12
    ends = {row.last_layer: row.end for row in executed}
    for row in executed:
        for producer in user.model.producers[row.first_layer]:
            assert row.start >= ends.get(producer, 0.0) - 1e-12


def test_every_query_takes_what_the_plan_says() -> None:
    plan = googlenet()
    trace = simulate(plan)
    stages = plan.users[0].uploading.stages
    queries = trace.of_kind(SliceKind.QUERY)
    confirms = trace.start[trace.of_kind(SliceKind.CONFIRM)]
    stage = np.searchsorted(confirms, trace.start[queries], side="right")
    expected = np.array([one.query_delay_s for one in stages])[stage]
    assert trace.end[queries] - trace.start[queries] == pytest.approx(expected, rel=1e-9)
    assert stages[-1].query_delay_s == pytest.approx(plan.users[0].figures.delay_s, rel=1e-9)
    # The inception modules' branches: something runs while something else of the same query does.
    executed = trace.of_kind(SliceKind.EXECUTE)
    last = executed[trace.query[executed] == trace.query[queries[-1]]]
    assert (trace.start[last][1:] < np.maximum.accumulate(trace.end[last])[:-1] - 1e-9).any()


def test_branches_at_once_are_quicker_than_one_after_the_other() -> None:
    plan = googlenet()
    serial = plan_scenario(
        plan.scenario.model_copy(update={"costs": plan.scenario.costs.model_copy(update={"delay": "serial"})}),
        SCENARIOS,
    )
    assert plan.users[0].figures.delay_s < 0.9 * serial.users[0].figures.delay_s
    assert plan.users[0].local.delay_s < 0.9 * serial.users[0].local.delay_s
    assert plan.users[0].local.energy_j == pytest.approx(serial.users[0].local.energy_j)
    assert plan.offloading.gap == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("policy", ["planned", "first-come", "fair"])
def test_users_who_share_servers_and_come_in_turn_are_played(policy: str) -> None:
    plan = googlenet(2, {"policy": policy, "asking": "poisson", "queries_after_upload": 3})
    trace = simulate(plan)
    assert len(set(trace.user[trace.of_kind(SliceKind.QUERY)].tolist())) == 2
    assert (trace.end <= trace.end_s).all()


@pytest.mark.parametrize(
    ("running", "field"),
    [
        ({"servers": "fifo"}, "running.servers"),
        ({"execution_times": "exponential"}, "running.execution_times"),
        ({"sharing": "fair"}, "running.sharing"),
        ({"outages": [{"server": "Edge 1", "start_s": 1, "end_s": 2}]}, "running.outages"),
    ],
)
def test_what_would_have_to_wait_is_refused(running: dict[str, Any], field: str) -> None:
    values = json.loads((SCENARIOS / "paper-alexnet.dnnmig").read_text())
    if "outages" in running:
        edge = next(server["id"] for server in values["servers"] if server["tier"] == "edge")
        running = {"outages": [{**running["outages"][0], "server": edge}]}
    plan = googlenet(running=running)
    with pytest.raises(InputError, match="only where nothing waits") as caught:
        simulate(plan)
    assert caught.value.field == field
    told = [finding for finding in diagnose(plan.scenario, SCENARIOS) if finding.field == field]
    assert [finding.stops_planning for finding in told] == [False]


def test_a_chain_is_played_whatever_waits() -> None:
    values = json.loads((SCENARIOS / "paper-alexnet.dnnmig").read_text())
    values["costs"] = {"delay": "parallel"}
    values["offloading"] = {"method": "exact"}
    values["running"] = {"servers": "fifo", "sharing": "fair"}
    plan = plan_scenario(Scenario.model_validate(values, strict=False), SCENARIOS)
    assert len(simulate(plan).of_kind(SliceKind.QUERY)) > 0
