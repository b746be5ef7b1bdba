"""Plans in the field: random links, failures, outages, users who come and go, drawn from a seed."""

from __future__ import annotations

from typing import Any

import numpy as np

from dnnmig_gui.core.costs.compile import compile_problem
from dnnmig_gui.core.dnn import DnnModel, Layer
from dnnmig_gui.core.offloading import OffloadingPlan
from dnnmig_gui.core.planning import MigrationPlan, assemble_plan, solve_uploading, upload_tasks
from dnnmig_gui.core.profiling import Profile
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.schema import MethodChoice


def field_plan(seed: int) -> MigrationPlan:
    """Return a plan of one to three users in a field where whatever can go wrong does, drawn from a seed."""
    rng = np.random.default_rng(seed)

    def one_of(*choices: Any) -> Any:
        return choices[rng.integers(len(choices))]

    users = int(rng.integers(1, 4))
    names = [f"client{number}" for number in range(users)]
    servers = [{"id": name, "tier": "client", "compute_ghz": float(rng.uniform(0.5, 2))} for name in names]
    servers += [
        {"id": name, "tier": tier, "compute_ghz": float(rng.uniform(5, 40))}
        for name, tier in (("near", "edge"), ("next", "edge"), ("far", "cloud"))
    ]
    links = {
        pair: {
            "bandwidth_mb_per_s": float(rng.uniform(2, 20)),
            "bandwidth_back_mb_per_s": float(rng.uniform(2, 20)),
            "latency_ms": float(one_of(0.0, 3.0)),
            "failure_rate": one_of(0.0, 0.2, 0.6),
        }
        for pair in ("client-edge", "edge-cloud", "edge-edge")
    }
    outages = []
    for _ in range(rng.integers(0, 4)):
        start = float(rng.uniform(0, 4))
        where = one_of(
            {"between": [one_of(*names), "near"]}, {"between": ["near", "far"]}, {"server": one_of("near", "far")}
        )
        outages.append({**where, "start_s": start, "end_s": start + float(rng.uniform(0.01, 1.5))})
    people = []
    for number, name in enumerate(names):
        arrival = float(one_of(0.0, 0.0, 0.7, 1.3))
        leaves = {"departure_s": arrival + float(rng.uniform(0.1, 4))} if rng.random() < 0.4 else {}
        people.append({"id": f"user{number}", "client": name, "model": "m", "arrival_s": arrival, **leaves})
    values = {
        "format": "dnnmig-scenario",
        "version": 1,
        "servers": servers,
        "link_defaults": links,
        "models": [{"id": "m", "zoo": "alexnet"}],
        "users": people,
        "running": {
            "horizon_s": float(rng.uniform(1, 6)),
            "asking": one_of("back-to-back", "think", "poisson"),
            "think_s": 0.03,
            "queries_per_s": one_of(1.0, 20.0),
            "servers": one_of("planned", "fifo"),
            "execution_times": one_of("constant", "constant", "exponential"),
            "sharing": one_of("none", "fair", "queries-first"),
            "resend": one_of("at-once", "back-off"),
            "most_tries": one_of(None, None, 1, 3),
            "resume": one_of("no", "yes"),
            "confirmation": one_of("at-once", "route"),
            "policy": one_of("planned", "first-come", "fair"),
            "outages": outages,
        },
    }
    layers = [Layer("input", "input", (), 0, 0, int(rng.integers(1, 400_000)))]
    for number in range(4):
        layers.append(
            Layer(
                f"layer{number}",
                "convolution",
                tuple({layers[-1].name, layers[int(rng.integers(len(layers)))].name}),
                int(rng.integers(10**7, 4 * 10**8)),
                int(one_of(0, rng.integers(1, 3_000_000))),
                int(rng.integers(0, 100_000)),
            )
        )
    scenario = Scenario.model_validate(values, strict=False)
    problem = compile_problem(scenario, {"m": LoadedModel(DnnModel("m", tuple(layers)), Profile())})
    places = []
    for number, user in enumerate(problem.users):
        drawn = rng.choice([number, users, users + 1, users + 2], len(user.model), p=[0.2, 0.3, 0.2, 0.3])
        places.append(np.where(user.computes, drawn, number).astype(np.int64))
    uploads = solve_uploading(upload_tasks(problem, tuple(places)), MethodChoice(method="efficiency"), Run(1))
    placed = OffloadingPlan(tuple(places), 0.0)
    return assemble_plan(scenario, problem, int(rng.integers(5)), ("drawn", placed), ("efficiency", uploads))
