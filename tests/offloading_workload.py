"""Problems that offloading is measured on: every model, servers none of which is best at everything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx

from dnnmig_gui.core.costs.compile import compile_problem
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.dnn import DnnModel, Layer
from dnnmig_gui.core.dnn.read import read_model
from dnnmig_gui.core.dnn.zoo import zoo_model, zoo_names
from dnnmig_gui.core.profiling import Profile
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.scenario import Scenario, open_scenario

LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
PAPER = Path(__file__).parents[1] / "scenarios" / "paper-alexnet.dnnmig"


def model_names() -> tuple[str, ...]:
    """Return the models of the zoo and the architectures that come with the onnx package."""
    return (*zoo_names(), *sorted(path.stem for path in LIGHT.glob("light_*.onnx")))


def model_named(name: str) -> DnnModel:
    """Return one of `model_names`, or ``chain-<layers>``: a chain of layers of random sizes."""
    if name.startswith("chain-"):
        return _chain(int(name.removeprefix("chain-")))
    return read_model(LIGHT / f"{name}.onnx", {})[0] if name.startswith("light_") else zoo_model(name)


def _chain(count: int) -> DnnModel:
    rng = np.random.default_rng(0)
    layers = [Layer("input", "input", (), 0, 0, 600_000)]
    for number in range(1, count):
        flops, out = int(rng.lognormal(18.5, 1)), int(rng.lognormal(13, 1))
        layers.append(Layer(f"layer{number}", "convolution", (layers[-1].name,), flops, 100_000, out))
    return DnnModel(f"chain-{count}", tuple(layers))


def one_way(model: DnnModel, servers: int = 12, seed: int = 1) -> Problem:
    """Return one user, measured-like times (uneven by layer and server), and links that differ by direction."""
    rng = np.random.default_rng(seed)
    edges = (servers - 1) * 6 // 11
    documents: list[dict[str, object]] = [{"id": "client", "tier": "client", "compute_ghz": 2.0}]
    for number in range(servers - 1):
        tier, ghz = ("edge", rng.uniform(4, 12)) if number < edges else ("cloud", rng.uniform(15, 30))
        documents.append({"id": f"server{number}", "tier": tier, "compute_ghz": float(ghz)})
    links = []
    for one in range(servers):
        for other in range(one + 1, servers):
            there, back = rng.uniform(2, 20 if one == 0 else 100, size=2)
            links.append(
                {
                    "between": [documents[one]["id"], documents[other]["id"]],
                    "bandwidth_mb_per_s": float(there),
                    "bandwidth_back_mb_per_s": float(back),
                    "latency_ms": float(rng.uniform(0, 2)),
                }
            )
    return _compiled(model, documents, {"links": links}, rng)


def uneven(model: DnnModel, seed: int = 5) -> Problem:
    """Return one user on twelve servers with the paper's kind of links and uneven times."""
    documents: list[dict[str, object]] = [{"id": "client", "tier": "client", "compute_ghz": 2.0}]
    documents += [{"id": f"edge{n}", "tier": "edge", "compute_ghz": 4.0 + n} for n in range(6)]
    documents += [{"id": f"cloud{n}", "tier": "cloud", "compute_ghz": 20.0 + n} for n in range(5)]
    speeds = {"client-edge": 10.0, "edge-edge": 40.0, "edge-cloud": 20.0, "cloud-cloud": 100.0}
    defaults = {between: {"bandwidth_mb_per_s": speed} for between, speed in speeds.items()}
    return _compiled(model, documents, {"link_defaults": defaults}, np.random.default_rng(seed))


def paper(model: DnnModel) -> Problem:
    """Return one user on the paper's servers, times proportional to FLOPs."""
    scenario = open_scenario(PAPER).scenario
    alone = scenario.model_copy(update={"users": scenario.users[:1]})
    return compile_problem(alone, {"alexnet": LoadedModel(model, Profile())})


def _compiled(
    model: DnnModel, servers: list[dict[str, object]], links: dict[str, object], rng: np.random.Generator
) -> Problem:
    values = {
        "format": "dnnmig-scenario",
        "version": 1,
        "servers": servers,
        **links,
        "models": [{"id": "model", "zoo": "alexnet"}],
        "users": [{"id": "user", "client": "client", "model": "model"}],
    }
    scenario = Scenario.model_validate(values, strict=False)
    flops = np.array([layer.flops for layer in model], dtype=float)
    # Ten microseconds a layer, so that layers without FLOPs are uneven as well.
    times = {one.id: (flops / one.rate_flops + 1e-5) * rng.lognormal(0, 1, len(flops)) for one in scenario.servers}
    return compile_problem(scenario, {"model": LoadedModel(model, Profile(times))})
