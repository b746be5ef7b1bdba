"""Scenarios of a thousand servers."""

from __future__ import annotations

import json
import random

from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.schema import FORMAT

SERVERS = {"client": 600, "edge": 300, "cloud": 100}
LINKS = 5000


def large_scenario() -> Scenario:
    """Return a scenario of that many servers with links of their own, at random."""
    draw = random.Random(1)
    ids = [(f"{tier}-{number + 1}", tier) for tier, count in SERVERS.items() for number in range(count)]
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < LINKS:
        one, other = sorted(draw.sample(range(len(ids)), 2))
        pairs.add((one, other))
    values = {
        "format": FORMAT,
        "version": 1,
        "servers": [{"id": name, "tier": tier, "compute_ghz": 1.0} for name, tier in ids],
        "links": [{"between": [ids[one][0], ids[other][0]], "bandwidth_mb_per_s": 1.0} for one, other in sorted(pairs)],
        "models": [{"id": "alexnet", "zoo": "alexnet"}],
        "users": [{"id": "user-1", "client": "client-1", "model": "alexnet"}],
    }
    return Scenario.model_validate_json(json.dumps(values))


def joined_scenario() -> Scenario:
    """Return a scenario of 2 clients, 600 edge and 400 cloud servers, each joined with each other by its tiers."""
    counts = {"client": 2, "edge": 600, "cloud": 400}
    speeds = {"client": 1.1, "edge": 4.2, "cloud": 40.0}
    rates = {"client-edge": 10, "client-cloud": 0.5, "edge-cloud": 0.5, "edge-edge": 10, "cloud-cloud": 5}
    values = {
        "format": FORMAT,
        "version": 1,
        "servers": [
            {"id": f"{tier}-{number}", "tier": tier, "compute_ghz": speeds[tier]}
            for tier, count in counts.items()
            for number in range(count)
        ],
        "link_defaults": {pair: {"bandwidth_mb_per_s": rate} for pair, rate in rates.items()},
        "models": [{"id": "vgg19", "zoo": "vgg19"}],
        "users": [{"id": f"user-{number}", "client": f"client-{number}", "model": "vgg19"} for number in range(2)],
    }
    return Scenario.model_validate_json(json.dumps(values))
