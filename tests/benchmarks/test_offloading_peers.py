"""The searches against optimisation libraries (requirements-peers.txt) on the same objective, in the same run."""

from __future__ import annotations

import importlib.util

import pytest
from offloading_measurements import SEARCHES, our_arrivals, peer_arrivals, rates
from offloading_peers import PEERS
from offloading_workload import model_named, one_way

SECONDS = 3.0
"""What a peer is given here; docs/benchmarks/offloading.md gives each a minute."""


def installed(peer: str) -> str:
    package = peer.split(maxsplit=1)[0]
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed: pip install -r requirements-peers.txt")
    return peer


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("name", ["chain-46", "chain-150"])
def test_our_searches_are_near_the_optimum_a_hundred_times_sooner(name: str, peer: str) -> None:
    problem = one_way(model_named(name))
    (theirs,) = peer_arrivals(problem, [installed(peer)], SECONDS)
    for ours in our_arrivals(problem):
        assert ours.seconds < SECONDS
        assert ours.seconds * 100 <= theirs.seconds  # infinite where it did not get there


@pytest.mark.parametrize("name", ["chain-46", "chain-150"])
def test_plans_evaluated_a_second(name: str) -> None:
    peers = [installed(peer) for peer in ("pymoo GA", "mealpy GA", "mealpy PSO", "pyswarms")]
    found = rates(one_way(model_named(name)), peers, evaluations=100_000)
    for method in SEARCHES:
        assert found[method] >= 2 * found["pyswarms"]
        assert all(found[method] >= 10 * found[peer] for peer in peers[:3])
