"""Runs made up for the timeline: uploads, CRs, queries that run on client and servers, several uploading methods."""

from __future__ import annotations

import numpy as np
from synthetic_run import paper

from dnnmig_gui.core.costs import Figures
from dnnmig_gui.core.offloading import OffloadingPlan
from dnnmig_gui.core.planning import MigrationPlan, UserPlan
from dnnmig_gui.core.simulation import Lane, SliceKind, Trace
from dnnmig_gui.core.uploading import Partition, Stage, UploadingPlan
from dnnmig_gui.gui.planned_run import PlannedRun

INTEGERS = ("lane", "user", "query", "partition", "first_layer", "last_layer", "source", "target")
METHODS = ("recursive-efficiency", "ionn", "direct", "efficiency", "optimal")


def timeline_run(
    name: str = "paper-mixed", *, seed: int = 0, partitions: int = 6, end_s: float = 22.0, slowest_s: float = 2.3
) -> PlannedRun:
    """Return a run of `end_s` seconds in which each user uploads P3 to an edge and a cloud server.

    Parameters
    ----------
    slowest_s
        Delay of the first query; the shorter, the more slices.
    """
    rng = np.random.default_rng(seed)
    scenario, _, problem = paper(name)
    tiers = problem.tier_servers
    lanes = [Lane(role, n, user.client) for n, user in enumerate(problem.users) for role in ("uploads", "queries")]
    first_server = len(lanes)
    servers = [*tiers["edge"], *tiers["cloud"]]
    lanes += [Lane("server", -1, server) for server in servers]
    rows: list[dict[str, float]] = []

    def add(kind: SliceKind, start: float, end: float, lane: int, user: int, **columns: int) -> None:
        row = dict.fromkeys((*INTEGERS, "size_bytes"), -1) | {"size_bytes": 0}
        rows.append(row | {"kind": kind, "start": start, "end": end, "lane": lane, "user": user} | columns)

    users = []
    alternatives: dict[str, list[UploadingPlan]] = {method: [] for method in METHODS}
    for number, user in enumerate(problem.users):
        edge, cloud = int(rng.choice(tiers["edge"])), int(rng.choice(tiers["cloud"]))
        followed = _plan(rng, user.id, METHODS[0], len(user.model), partitions, edge, cloud, end_s, slowest_s)
        alternatives[METHODS[0]].append(followed)
        for method in METHODS[1:]:
            count = int(rng.integers(1, partitions + 1))
            plan = _plan(rng, user.id, method, len(user.model), count, edge, cloud, end_s, slowest_s)
            alternatives[method].append(plan)
        places = followed.stages[-1].places
        users.append(UserPlan(user.id, places, Figures(1, 1, 0), Figures(slowest_s, 2, 0), (), followed))
        start = 0.0
        for index, part in enumerate(followed.partitions):
            sent = {"user": number, "partition": index, "size_bytes": part.size_bytes}
            add(SliceKind.UPLOAD, start, part.done_s, 2 * number, source=user.client, target=part.server, **sent)
            lane = first_server + servers.index(part.server)
            late = start + 0.2 * (part.done_s - start)
            add(SliceKind.UPLOAD_HOP, late, part.done_s, lane, source=user.client, target=part.server, **sent)
            add(SliceKind.CONFIRM, part.done_s, part.done_s, 2 * number, source=part.server, target=user.client, **sent)
            start = part.done_s
        t, query = 0.0, 0
        while True:
            delay = followed.stage_at(t).query_delay_s
            if t + delay > end_s:
                break
            ask = {"user": number, "query": query, "first_layer": 1, "last_layer": 3}
            remote = t >= followed.partitions[0].done_s
            cut = t + delay * (0.4 if remote else 1.0)
            add(SliceKind.QUERY, t, t + delay, 2 * number + 1, source=user.client, target=user.client, **ask)
            add(SliceKind.EXECUTE, t, cut, 2 * number + 1, source=user.client, target=user.client, **ask)
            if remote:
                server = followed.partitions[0].server
                lane = first_server + servers.index(server)
                add(SliceKind.EXECUTE, t + 0.5 * delay, t + 0.8 * delay, lane, source=server, target=server, **ask)
            t, query = t + delay, query + 1
    rows.sort(key=lambda row: row["start"])
    columns: dict[str, np.ndarray] = {name: np.array([row[name] for row in rows], dtype=np.int32) for name in INTEGERS}
    trace = Trace(
        problem.server_ids,
        tuple(user.id for user in problem.users),
        tuple(lanes),
        end_s,
        kind=np.array([row["kind"] for row in rows], dtype=np.int8),
        start=np.array([row["start"] for row in rows]),
        end=np.array([row["end"] for row in rows]),
        size_bytes=np.array([row["size_bytes"] for row in rows], dtype=np.int64),
        **columns,
    )
    offloading = OffloadingPlan(tuple(user.places for user in users), 1.0)
    plan = MigrationPlan(scenario, problem, seed, "pso", METHODS[0], offloading, tuple(users))
    return PlannedRun(plan, trace, {method: tuple(plans) for method, plans in alternatives.items()})


def _plan(
    rng: np.random.Generator,
    user: str,
    method: str,
    layers: int,
    count: int,
    edge: int,
    cloud: int,
    end_s: float,
    slowest_s: float,
) -> UploadingPlan:
    done = np.sort(rng.uniform(0.05, 0.9, count)) * end_s
    delay = slowest_s * np.concatenate(([1.0], np.sort(rng.uniform(0.15, 0.8, count))[::-1]))
    cuts = np.linspace(1, layers, count + 1).astype(int)
    places = np.zeros(layers, dtype=np.int64)
    parts = []
    stages = []
    before = 0.0
    for index in range(count):
        stages.append(Stage(before, float(done[index]), float(delay[index]), places.copy()))
        server = edge if index < 0.6 * count else cloud
        own = tuple(range(cuts[index], cuts[index + 1]))
        places[list(own)] = server
        size = int(rng.integers(1, 150) * 2**20)
        seconds, after = float(done[index] - before), float(delay[index + 1])
        parts.append(Partition(index + 1, server, own, size, seconds, float(done[index]), after))
        before = float(done[index])
    stages.append(Stage(before, np.inf, float(delay[-1]), places.copy()))
    return UploadingPlan(user, method, tuple(parts), tuple(stages), before, 10.0, 12.0)
