"""Clients that run their first layer themselves and the second one on a cloud server behind one backbone link."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from simpy_peer import Query

from dnnmig_gui.core.costs.compile import compile_problem, execution_seconds
from dnnmig_gui.core.costs.problem import LinearCost
from dnnmig_gui.core.dnn import DnnModel, Layer
from dnnmig_gui.core.offloading import OffloadingPlan
from dnnmig_gui.core.planning import MigrationPlan, UserPlan
from dnnmig_gui.core.profiling import Profile
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.completeness import topology_of
from dnnmig_gui.core.scenario.schema import Running
from dnnmig_gui.core.simulation.record import Record
from dnnmig_gui.core.uploading import UploadingPlan
from dnnmig_gui.core.uploading.plan import Stage

MODES: dict[str, dict[str, str]] = {
    "none": {},
    "fifo": {"servers": "fifo"},
    "fair": {"servers": "fifo", "sharing": "fair"},
}
MODEL = DnnModel(
    "two layers",
    (
        Layer("input", "input", (), 0, 0, 1000),
        Layer("first", "convolution", ("input",), 20_000_000, 1000, 50_000),
        Layer("second", "fully-connected", ("first",), 200_000_000, 1000, 1000),
    ),
)


def workload(clients: int, mode: str, horizon_s: float) -> MigrationPlan:
    """Return the plan of the workload; everything counts as uploaded.

    The cloud server and the backbone are fast enough for half as many queries again as the clients could ask.
    """
    ghz = 0.3 * clients
    servers: list[dict[str, Any]] = [
        {"id": f"client {number}", "tier": "client", "compute_ghz": 1 + number * 0.6180339887 % 1}
        for number in range(clients)
    ]
    servers += [
        {"id": "edge", "tier": "edge", "compute_ghz": 1},
        {"id": "cloud", "tier": "cloud", "compute_ghz": 50 * ghz},
    ]
    values = {
        "format": "dnnmig-scenario",
        "version": 1,
        "servers": servers,
        "link_defaults": {
            "client-edge": {"bandwidth_mb_per_s": 20},
            "edge-cloud": {"bandwidth_mb_per_s": 5 * clients},
        },
        "models": [{"id": "m", "zoo": "alexnet"}],
        "users": [{"id": f"user {number}", "client": f"client {number}", "model": "m"} for number in range(clients)],
        "costs": {"contention": "none"},
        "running": {"horizon_s": horizon_s, **MODES[mode]},
    }
    scenario = Scenario.model_validate(values, strict=False)
    topology = topology_of(scenario)
    execution_s = execution_seconds(MODEL, Profile(), topology.servers)
    # Compiled by itself, each of a thousand users would have matrices of its own.
    small = scenario.model_copy(
        update={"servers": scenario.servers[:1] + scenario.servers[-2:], "users": scenario.users[:1]}
    )
    one = compile_problem(small, {"m": LoadedModel(MODEL, Profile())})
    delay = LinearCost(execution_s, topology.latency_s, topology.s_per_byte)
    together = np.ones(clients, dtype=bool)
    users = tuple(
        replace(one.users[0], id=user.id, client=number, execution_s=execution_s, delay=delay, present_with=together)
        for number, user in enumerate(scenario.users)
    )
    problem = replace(one, topology=topology, memory_bytes=np.full(clients + 2, np.inf), users=users)
    cloud = clients + 1
    places = tuple(np.array([number, number, cloud]) for number in range(clients))
    figures = one.users[0].local
    plans = tuple(
        UserPlan(
            user.id,
            place,
            figures,
            figures,
            (),
            UploadingPlan(user.id, "none", (), (Stage(0.0, np.inf, 1.0, place),), 0.0, 0.0, 0.0),
        )
        for user, place in zip(users, places, strict=True)
    )
    return MigrationPlan(scenario, problem, Run().seed, "fixed", "none", OffloadingPlan(places, 0.0), plans)


def in_mode(plan: MigrationPlan, mode: str, horizon_s: float) -> MigrationPlan:
    """Return the same plan, to be played in another mode."""
    running = Running.model_validate({"horizon_s": horizon_s, **MODES[mode]})
    return replace(plan, scenario=plan.scenario.model_copy(update={"running": running}))


def peer_queries(plan: MigrationPlan) -> list[Query]:
    """Return the same queries for the peer."""
    topology = plan.problem.topology
    edge, cloud = len(plan.users), len(plan.users) + 1
    return [
        Query(
            local_s=float(user.execution_s[1, user.client]),
            cloud_s=float(user.execution_s[2, cloud]),
            up_bytes=50_000,
            down_bytes=1000,
            client_s_per_byte=float(topology.link_s_per_byte[user.client, edge]),
            backbone_s_per_byte=float(topology.link_s_per_byte[edge, cloud]),
        )
        for user in plan.problem.users
    ]


def completed(record: Record) -> int:
    """Return how many queries were completed, one a user at most still being open."""
    return record.queries() - len(record.user_ids)
