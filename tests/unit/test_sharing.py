"""Links that divide their bandwidth and servers with a queue, against closed forms and against small time steps."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_workload import in_mode, peer_queries, workload
from simpy_peer import TextbookWire, Wire, simpy_run

from dnnmig_gui.core.costs.compile import compile_problem
from dnnmig_gui.core.dnn import DnnModel, Layer
from dnnmig_gui.core.offloading import OffloadingPlan
from dnnmig_gui.core.planning import MigrationPlan, assemble_plan, solve_uploading, upload_tasks
from dnnmig_gui.core.profiling import Profile
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.schema import MethodChoice, Running
from dnnmig_gui.core.simulation import SliceKind, Trace
from dnnmig_gui.core.simulation.queries import QueryThread
from dnnmig_gui.core.simulation.resources import FIRST, SECOND, Action, Link, RankedLink
from dnnmig_gui.core.simulation.simulate import simulate
from dnnmig_gui.core.simulation.summary import summarise


class Bench:
    """A clock for one link alone."""

    def __init__(self) -> None:
        self.events: list[tuple[float, int, int, Any, int]] = []
        self.tick = itertools.count().__next__

    def at(self, time: float, action: Action, token: int) -> None:
        heapq.heappush(self.events, (time, 1, self.tick(), action, token))

    def run(self) -> None:
        while self.events:
            time, _, _, action, token = heapq.heappop(self.events)
            action(time, token)


def by_the_link(transfers: list[tuple[float, float, int]], rate: float, ranks: int) -> list[float]:
    """Return when each transfer (start, bytes, rank) is done on the product's link."""
    bench = Bench()
    link = RankedLink(bench, 1 / rate) if ranks == 2 else Link(bench, 1 / rate)
    done = [0.0] * len(transfers)

    def ended(now: float, number: int) -> None:
        done[number] = now

    for number, (start, size, rank) in enumerate(transfers):

        def begin(now: float, token: int, size: float = size, rank: int = rank) -> None:
            link.send(now, size, rank, ended, token)

        bench.at(start, begin, number)
    bench.run()
    return done


def by_phases(transfers: list[tuple[float, float, int]], rate: float, ranks: int) -> list[float]:
    """Return the same, worked out phase by phase: between two events every share is constant."""
    left = [size for _, size, _ in transfers]
    done = [np.inf] * len(transfers)
    now = min(start for start, _, _ in transfers)
    while not all(np.isfinite(done)):
        active = [n for n, (start, _, _) in enumerate(transfers) if start <= now and not np.isfinite(done[n])]
        top = min((min(transfers[n][2], ranks - 1) for n in active), default=0)
        served = [n for n in active if min(transfers[n][2], ranks - 1) == top]
        arrivals = [start for start, _, _ in transfers if start > now]
        ends = [now + left[n] * len(served) / rate for n in served]
        following = min([*arrivals, *ends])
        for n in served:
            left[n] -= (following - now) * rate / len(served)
            if left[n] <= 1e-9 * transfers[n][1] + 1e-9:
                done[n] = following
        now = following
    return done


def by_small_steps(transfers: list[tuple[float, float, int]], rate: float, step: float) -> list[float]:
    """Return the same for one rank, in small time steps."""
    left = np.array([size for _, size, _ in transfers])
    start = np.array([start for start, _, _ in transfers])
    done = np.full(len(left), np.inf)
    number = 0
    while not np.isfinite(done).all():
        now = number * step
        active = (start <= now) & ~np.isfinite(done)
        if active.any():
            left[active] -= rate * step / active.sum()
            done[active & (left <= 0)] = now + step
        number += 1
    return done.tolist()


transfers_of = st.lists(
    st.tuples(st.floats(0, 3), st.floats(0.5, 20), st.sampled_from([FIRST, SECOND])), min_size=2, max_size=5
)


@settings(deadline=None, max_examples=200)
@given(transfers_of, st.floats(1, 20), st.sampled_from([1, 2]))
def test_shares_meet_the_closed_form(transfers: list[tuple[float, float, int]], rate: float, ranks: int) -> None:
    assert by_the_link(transfers, rate, ranks) == pytest.approx(by_phases(transfers, rate, ranks), rel=1e-6)


@pytest.mark.parametrize(
    "transfers",
    [
        [(0.0, 4.0, 0), (0.5, 2.0, 0)],
        [(0.0, 4.0, 0), (0.0, 4.0, 0), (1.0, 1.0, 0)],
        [(0.0, 9.0, 0), (0.25, 1.0, 0), (0.5, 1.0, 0), (4.0, 3.0, 0)],
        [(0.1 * n, 1.0 + n, 0) for n in range(5)],
    ],
)
def test_shares_meet_small_time_steps(transfers: list[tuple[float, float, int]]) -> None:
    expected = by_small_steps(transfers, 2.0, 1e-4)
    assert by_the_link(transfers, 2.0, 1) == pytest.approx(expected, rel=1e-3)


def test_queries_first_stops_uploads() -> None:
    assert by_the_link([(0.0, 10.0, SECOND), (1.0, 4.0, FIRST)], 2.0, 2) == pytest.approx([7.0, 3.0])
    assert by_the_link([(0.0, 10.0, SECOND), (1.0, 4.0, FIRST)], 2.0, 1) == pytest.approx([7.0, 5.0])


def test_a_transfer_that_is_stopped_gives_way() -> None:
    bench = Bench()
    link = Link(bench, 0.5)
    done: list[float] = []
    sent: list[float] = []
    bench.at(0.0, lambda now, token: sent.append(now), 0)
    first = link.send(0.0, 10.0, 0, lambda now, token: done.append(now), 0)
    link.send(0.0, 10.0, 0, lambda now, token: done.append(now), 0)
    bench.at(4.0, lambda now, token: sent.append(link.stop(now, first)), 0)
    bench.run()
    assert sent[1] == pytest.approx(4.0)  # two bytes a second, halved, for four seconds
    assert done == pytest.approx([7.0])


# ------------------------------------------------------------------------------------------- against another engine


@pytest.mark.parametrize(("mode", "wire"), [("none", Wire), ("fifo", Wire), ("fair", Wire), ("fair", TextbookWire)])
def test_every_query_as_simpy_has_it(mode: str, wire: type[Wire | TextbookWire]) -> None:
    plan = workload(7, mode, 20.0)
    trace = simulate(plan)
    peer = simpy_run(peer_queries(plan), 20.0, mode, wire=wire)
    rows = trace.of_kind(SliceKind.QUERY)
    for number, expected in enumerate(peer):
        own = rows[trace.user[rows] == number]
        assert len(own) == len(expected) > 100
        found = np.column_stack([trace.start[own], trace.end[own]])
        assert found == pytest.approx(np.array(expected), rel=1e-6)


@settings(deadline=None, max_examples=30)
@given(
    clients=st.integers(1, 12),
    mode=st.sampled_from(["fifo", "fair"]),
    asking=st.sampled_from([{}, {"asking": "think", "think_s": 0.013}, {"asking": "poisson", "queries_per_s": 30.0}]),
    leaves=st.booleans(),
)
def test_the_loop_of_settled_users_is_the_plain_one(
    clients: int, mode: str, asking: dict[str, Any], leaves: bool
) -> None:
    """Users that ask to the end are played in place: with the same times as event by event, also when one leaves."""
    plan = in_mode(workload(clients, mode, 3.0), mode, 3.0)
    running = Running.model_validate({**plan.scenario.running.model_dump(), **asking}, strict=False)
    users = tuple(
        replace(user, departure_s=1.7) if leaves and number == 0 else user
        for number, user in enumerate(plan.problem.users)
    )
    plan = replace(
        plan,
        scenario=plan.scenario.model_copy(update={"running": running}),
        problem=replace(plan.problem, users=users),
    )
    found = simulate(plan)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QueryThread, "_settle", lambda thread: False)
        plain = simulate(plan)
    assert len(found) == len(plain) > 50
    for name in ("start", "end"):
        assert getattr(found, name) == pytest.approx(getattr(plain, name), rel=1e-9)
    # Slices that begin together to the last digit may stand in another order: a user's own never do.
    for user in range(clients):
        own, other = found.user == user, plain.user == user
        for name in ("kind", "lane", "query", "source", "target", "size_bytes"):
            assert (getattr(found, name)[own] == getattr(plain, name)[other]).all()


# ------------------------------------------------------------------------------------------------- worked examples


def two_clients(**running: Any) -> MigrationPlan:
    """Return two users whose one layer runs on a cloud server behind an edge server; all on one backbone."""
    model = DnnModel(
        "one layer",
        (Layer("input", "input", (), 0, 0, 100_000), Layer("a", "convolution", ("input",), 10**8, 4_000_000, 1000)),
    )
    values = {
        "format": "dnnmig-scenario",
        "version": 1,
        "servers": [
            {"id": "one", "tier": "client", "compute_ghz": 0.5},
            {"id": "other", "tier": "client", "compute_ghz": 0.5},
            {"id": "edge", "tier": "edge", "compute_ghz": 1},
            {"id": "cloud", "tier": "cloud", "compute_ghz": 10},
        ],
        "link_defaults": {
            "client-edge": {"bandwidth_mb_per_s": 50, "latency_ms": 1},
            "edge-cloud": {"bandwidth_mb_per_s": 2, "latency_ms": 5},
        },
        "models": [{"id": "m", "zoo": "alexnet"}],
        "users": [{"id": name, "client": name, "model": "m"} for name in ("one", "other")],
        "costs": {"contention": "none"},
        "running": running,
    }
    scenario = Scenario.model_validate(values, strict=False)
    problem = compile_problem(scenario, {"m": LoadedModel(model, Profile())})
    places = tuple(np.array([number, 3]) for number in (0, 1))
    uploads = solve_uploading(upload_tasks(problem, places), MethodChoice(method="direct"), Run())
    return assemble_plan(scenario, problem, 1, ("fixed", OffloadingPlan(places, 0.0)), ("direct", uploads))


def uploads_end(trace: Trace) -> list[float]:
    rows = trace.of_kind(SliceKind.CONFIRM)
    return [float(trace.start[rows[trace.user[rows] == user][0]]) for user in (0, 1)]


def test_two_uploads_halve_the_backbone() -> None:
    alone = 0.001 + 4 / 50 + 0.005 + 4 / 2
    assert uploads_end(simulate(two_clients())) == pytest.approx([alone] * 2)
    together = 0.001 + 4 / 50 + 0.005 + 4 / 2 * 2
    assert uploads_end(simulate(two_clients(sharing="fair"))) == pytest.approx([together] * 2)


def test_waiting_is_seen_in_the_lanes() -> None:
    trace = simulate(two_clients(servers="fifo", horizon_s=10.0))
    waits = trace.of_kind(SliceKind.WAIT)
    assert len(waits)
    assert {trace.lanes[lane].role for lane in trace.lane[waits]} == {"queries"}
    for row in waits:
        same = (trace.user == trace.user[row]) & (trace.query == trace.query[row]) & (trace.kind == SliceKind.EXECUTE)
        assert trace.end[row] in trace.start[same]  # its turn comes
    assert sum(user.waiting_s for user in summarise(trace).users) == pytest.approx(
        (trace.end[waits] - trace.start[waits]).sum()
    )


# --------------------------------------------------------------------------------------------------- queueing theory


def queue_of(users: int, load: float, execution: str, horizon_s: float, seed: int) -> MigrationPlan:
    """Return users with Poisson queries whose only work, of one second, is on one server at no distance."""
    model = DnnModel("job", (Layer("input", "input", (), 0, 0, 0), Layer("a", "convolution", ("input",), 10**9, 0, 0)))
    values = {
        "format": "dnnmig-scenario",
        "version": 1,
        "servers": [
            *({"id": f"c{number}", "tier": "client", "compute_ghz": 1} for number in range(users)),
            {"id": "edge", "tier": "edge", "compute_ghz": 1},
        ],
        "link_defaults": {"client-edge": {"bandwidth_mb_per_s": 1}},
        "models": [{"id": "m", "zoo": "alexnet"}],
        "users": [{"id": f"u{number}", "client": f"c{number}", "model": "m"} for number in range(users)],
        "costs": {"contention": "none"},
        "running": {
            "asking": "poisson",
            "queries_per_s": load / users,
            "servers": "fifo",
            "execution_times": execution,
            "horizon_s": horizon_s,
        },
    }
    scenario = Scenario.model_validate(values, strict=False)
    problem = compile_problem(scenario, {"m": LoadedModel(model, Profile())})
    places = tuple(np.array([number, users]) for number in range(users))
    uploads = solve_uploading(upload_tasks(problem, places), MethodChoice(method="direct"), Run())
    return assemble_plan(scenario, problem, seed, ("fixed", OffloadingPlan(places, 0.0)), ("direct", uploads))


def mean_delay(trace: Trace) -> float:
    users = summarise(trace).users
    total = sum(user.queries * user.mean_delay_s for user in users if user.mean_delay_s is not None)
    return total / sum(user.queries for user in users)


@pytest.mark.parametrize("users", [1, 40])
@pytest.mark.parametrize("load", [0.5, 0.7])
def test_constant_times_meet_the_theory_of_m_d_1(users: int, load: float) -> None:
    found = mean_delay(simulate(queue_of(users, load, "constant", 400_000.0, 3)))
    assert found == pytest.approx(1 + load / (2 * (1 - load)), rel=0.02)


@pytest.mark.parametrize("users", [1, 40])
@pytest.mark.parametrize("load", [0.5, 0.7])
def test_random_times_meet_the_theory_of_m_m_1(users: int, load: float) -> None:
    found = mean_delay(simulate(queue_of(users, load, "exponential", 400_000.0, 5)))
    assert found == pytest.approx(1 / (1 - load), rel=0.02)


def test_users_draw_their_own_numbers() -> None:
    """Another user changes nothing about when the first one asks."""
    one = simulate(queue_of(1, 0.2, "constant", 2000.0, 3))
    many = simulate(queue_of(2, 0.4, "constant", 2000.0, 3))
    mine = many.of_kind(SliceKind.QUERY)
    mine = mine[many.user[mine] == 0]
    rows = one.of_kind(SliceKind.PENDING)
    own = many.of_kind(SliceKind.PENDING)
    own = own[many.user[own] == 0]
    assert len(mine) > 20
    # Who waits for its own last query was asked at the same time in both.
    both = set(one.start[rows].tolist()) & set(many.start[own].tolist())
    assert len(both) >= min(len(rows), len(own)) > 0
