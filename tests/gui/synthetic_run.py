"""A planned run made up by hand from the documented columns: any places, any P3, queries back to back."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np

from dnnmig_gui.core.costs import Figures, Problem
from dnnmig_gui.core.costs.compile import compile_problem
from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.dnn.zoo import zoo_model
from dnnmig_gui.core.offloading import OffloadingPlan
from dnnmig_gui.core.planning import MigrationPlan, UserPlan
from dnnmig_gui.core.profiling import Profile
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.file import open_scenario
from dnnmig_gui.core.simulation import Lane, SliceKind, Trace
from dnnmig_gui.core.uploading import Partition, Stage, UploadingPlan
from dnnmig_gui.gui.planned_run import PlannedRun

SCENARIOS = Path(__file__).parents[2] / "scenarios"
COLUMNS = ("kind", "start", "end", "lane", "user", "query", "partition", "first_layer", "last_layer")
COLUMNS += ("source", "target", "size_bytes")


def paper(name: str = "paper-alexnet") -> tuple[Scenario, dict[str, DnnModel], Problem]:
    """Return an example with its models and its problem."""
    scenario = open_scenario(SCENARIOS / f"{name}.dnnmig").scenario
    loaded = {entry.id: LoadedModel(zoo_model(entry.zoo or ""), Profile()) for entry in scenario.models}
    return scenario, {key: one.model for key, one in loaded.items()}, compile_problem(scenario, loaded)


def chopped_places(problem: Problem, user: int, seed: int) -> np.ndarray:
    """Return random places in runs of layers, inputs on the client."""
    rng = np.random.default_rng(seed)
    one = problem.users[user]
    count = len(one.model)
    cuts = np.sort(rng.integers(1, count, size=3))
    servers = rng.integers(0, problem.server_count, size=4)
    servers = np.where(np.isin(servers, problem.tier_servers["client"]), one.client, servers)
    places = servers[np.searchsorted(cuts, np.arange(count), side="right")].astype(np.int64)
    places[[number for number, layer in enumerate(one.model) if layer.is_input]] = one.client
    return places


def made_up_run(scenario: Scenario, problem: Problem, seed: int = 0, queries_after: int = 3) -> PlannedRun:
    """Return a run in which each P3 is one run of layers on one server."""
    rows: list[tuple] = []
    users = []
    lanes = []
    end_s = 0.0
    for number, user in enumerate(problem.users):
        places = chopped_places(problem, number, seed + number)
        uploading = _uploading(problem, number, places, rows, len(lanes))
        lanes += [Lane("uploads", number, user.client), Lane("queries", number, user.client)]
        end_s = max(end_s, _query(problem, number, uploading, rows, len(lanes) - 1, queries_after))
        users.append(UserPlan(user.id, places, Figures(1, 1, 0), Figures(2, 2, 0), (), uploading))
    rows.sort(key=lambda row: row[1])
    columns = {name: np.array([row[place] for row in rows]) for place, name in enumerate(COLUMNS)}
    trace = Trace(problem.server_ids, tuple(user.id for user in problem.users), tuple(lanes), end_s, **columns)
    offloading = OffloadingPlan(tuple(user.places for user in users), 1.0)
    plan = MigrationPlan(scenario, problem, seed, "made-up", "made-up", offloading, tuple(users))
    return PlannedRun(plan, trace, {"made-up": tuple(user.uploading for user in users)})


def _hop_seconds(problem: Problem, one: int, other: int, size: float) -> float:
    topology = problem.topology
    return float(topology.link_latency_s[one, other] + size * topology.link_s_per_byte[one, other])


def _uploading(problem: Problem, number: int, places: np.ndarray, rows: list[tuple], lane: int) -> UploadingPlan:
    user = problem.users[number]
    t = user.arrival_s
    partitions: list[Partition] = []
    now = np.full(len(places), user.client, dtype=np.int64)
    stages = [(0.0, now.copy())]
    starts = np.flatnonzero(np.diff(places, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(places)], strict=True):
        server = int(places[start])
        layers = tuple(range(start, end))
        size = int(user.param_bytes[start:end].sum())
        if server == user.client or size == 0:
            continue
        index = len(partitions)
        begin = t
        route = problem.topology.route(user.client, server)
        for one, other in itertools.pairwise(route):
            arrive = t + _hop_seconds(problem, one, other, size)
            rows.append((SliceKind.UPLOAD_HOP, t, arrive, lane, number, -1, index, -1, -1, one, other, size))
            t = arrive
        rows.append((SliceKind.UPLOAD, begin, t, lane, number, -1, index, -1, -1, user.client, server, size))
        rows.append((SliceKind.CONFIRM, t, t, lane, number, -1, index, -1, -1, server, user.client, 0))
        now[start:end] = server
        stages.append((t - user.arrival_s, now.copy()))
        partitions.append(Partition(index + 1, server, layers, size, t - begin, t - user.arrival_s, 1.0))
    ends = [start for start, _ in stages[1:]] + [np.inf]
    made = tuple(Stage(start, end, 1.0, at) for (start, at), end in zip(stages, ends, strict=True))
    return UploadingPlan(user.id, "made-up", tuple(partitions), made, made[-1].start_s, 1.0, 1.0)


def _query(problem: Problem, number: int, uploading: UploadingPlan, rows: list[tuple], lane: int, after: int) -> float:
    user = problem.users[number]
    t = user.arrival_s
    query = 0
    left = after
    while left > 0:
        if t >= user.arrival_s + uploading.upload_s:
            left -= 1
        places = uploading.stage_at(t - user.arrival_s).places
        begin = t
        first = 0
        while first < len(places):
            last = first
            while last + 1 < len(places) and places[last + 1] == places[first]:
                last += 1
            server = int(places[first])
            seconds = float(user.execution_s[first : last + 1, server].sum())
            if seconds > 0:
                rows.append(
                    (SliceKind.EXECUTE, t, t + seconds, lane, number, query, -1, first, last, server, server, 0)
                )
                t += seconds
            if last + 1 < len(places):
                size = user.model.layers[last].output_bytes
                route = problem.topology.route(server, int(places[last + 1]))
                for one, other in itertools.pairwise(route):
                    arrive = t + _hop_seconds(problem, one, other, size)
                    rows.append((SliceKind.TRANSFER, t, arrive, -1, number, query, -1, last, last, one, other, size))
                    t = arrive
            first = last + 1
        rows.append((SliceKind.QUERY, begin, t, lane, number, query, -1, -1, -1, user.client, user.client, 0))
        query += 1
    return t
