"""Random small scenarios and models for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from dnnmig_gui.core.costs.compile import compile_problem
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.dnn import DnnModel, Layer
from dnnmig_gui.core.profiling import Profile
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.scenario import Scenario

sizes = st.integers(0, 4_000_000)


@st.composite
def models(draw: st.DrawFn, most_layers: int = 7, name: str = "random") -> DnnModel:
    """Return a random DAG: one input, tensors with several consumers, perhaps several results."""
    count = draw(st.integers(1, most_layers))
    layers = [Layer("input", "input", (), 0, 0, draw(sizes))]
    for number in range(count):
        producers = draw(
            st.lists(st.sampled_from([layer.name for layer in layers]), min_size=1, max_size=3, unique=True)
        )
        layers.append(
            Layer(
                f"layer{number}",
                "convolution",
                tuple(producers),
                draw(st.integers(0, 10**9)),
                draw(st.one_of(st.just(0), sizes)),
                draw(sizes),
            )
        )
    return DnnModel(name, tuple(layers))


@st.composite
def problems(
    draw: st.DrawFn,
    most_layers: int = 7,
    most_servers: int = 4,
    least_servers: int = 2,
    users: int = 1,
    weights: bool = True,
    contention: str = "shared",
    delay: str = "serial",
) -> Problem:
    """Return a random problem: `users` clients, the rest edge and cloud servers, one-way bandwidths, missing links."""
    remote = draw(st.integers(max(1, least_servers - users), max(1, most_servers - users)))
    servers = [
        {
            "id": f"client{number}",
            "tier": "client",
            "compute_ghz": draw(st.floats(0.5, 3)),
            "price_per_hour": draw(st.floats(0, 1)),
        }
        for number in range(users)
    ]
    servers += [
        {
            "id": f"server{number}",
            "tier": draw(st.sampled_from(["edge", "cloud"])),
            "compute_ghz": draw(st.floats(0.5, 60)),
            "price_per_hour": draw(st.floats(0, 5)),
        }
        for number in range(remote)
    ]
    links = []
    for one in range(len(servers)):
        for other in range(max(one + 1, users), len(servers)):
            if draw(st.integers(0, 4)) == 0 and other != users:
                continue
            links.append(
                {
                    "between": [servers[one]["id"], servers[other]["id"]],
                    "bandwidth_mb_per_s": draw(st.floats(0.5, 50)),
                    "bandwidth_back_mb_per_s": draw(st.one_of(st.none(), st.just(0.0), st.floats(0.5, 50))),
                    "latency_ms": draw(st.floats(0, 20)),
                    "price_per_gb": draw(st.floats(0, 2)),
                }
            )
    documents = []
    for number in range(users):
        shares = (
            draw(st.sampled_from([(1.0, 0.0, 0.0), (0.5, 0.25, 0.25), (0.0, 1.0, 0.0)])) if weights else (1.0, 0, 0)
        )
        documents.append(
            {
                "id": f"user{number}",
                "client": f"client{number}",
                "model": f"model{number}",
                "share": draw(st.floats(0.5, 2)),
                "weights": dict(zip(("delay", "energy", "money"), map(float, shares), strict=True)),
            }
        )
    loaded = {
        f"model{number}": LoadedModel(draw(models(most_layers, f"model{number}")), Profile()) for number in range(users)
    }
    values = {
        "format": "dnnmig-scenario",
        "version": 1,
        "servers": servers,
        "links": links,
        "models": [{"id": name, "zoo": "alexnet"} for name in loaded],
        "users": documents,
        "costs": {"delay": delay, "contention": contention, "energy": draw(st.sampled_from(["client", "all"]))},
    }
    return compile_problem(Scenario.model_validate(values, strict=False), loaded)
