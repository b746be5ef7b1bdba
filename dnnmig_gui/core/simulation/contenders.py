"""Who uses which server and link: what only one thread ever uses need not be played event by event."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from dnnmig_gui.core.costs.problem import IntArray, Problem
from dnnmig_gui.core.scenario.schema import Running
from dnnmig_gui.core.simulation.outages import LinkKey, Outages
from dnnmig_gui.core.simulation.programs import Live
from dnnmig_gui.core.topology import Topology
from dnnmig_gui.core.uploading import UploadingPlan

_T = TypeVar("_T")


def everything_live(topology: Topology, running: Running, outages: Outages) -> Live:
    """Return what may have to be played whoever uses it: where plans change while the run goes on."""
    servers = frozenset(range(len(topology.servers))) if _servers_wait(running) else outages.servers
    links: frozenset[LinkKey] = outages.links
    if running.sharing != "none":
        links |= {(int(one), int(other)) for one, other in np.argwhere(np.isfinite(topology.link_latency_s))}
    return Live(servers, links)


def live_of(
    problem: Problem, plans: Sequence[tuple[IntArray, UploadingPlan]], running: Running, outages: Outages
) -> list[tuple[Live, Live]]:
    """Return what is played event by event for each user: while it uploads, and afterwards.

    Parameters
    ----------
    plans
        For each user the places of its layers once all is uploaded, and its uploading plan.
    """
    alone = Live(outages.servers, outages.links)
    if running.sharing == "none" and not _servers_wait(running):
        return [(alone, alone)] * len(plans)
    topology = problem.topology
    servers, queries, uploads = [], [], []
    for user, (places, uploading) in zip(problem.users, plans, strict=True):
        goals = {partition.server for partition in uploading.partitions}
        there = {user.client, *goals, *np.unique(places).tolist()}
        servers.append(there)
        pairs = itertools.permutations(sorted(there), 2)
        queries.append({link for pair in pairs for link in itertools.pairwise(topology.route(*pair))})
        uploads.append({link for goal in goals for link in itertools.pairwise(topology.route(user.client, goal))})
    if running.execution_times == "exponential":
        busy = frozenset(range(len(topology.servers)))
    elif running.servers == "fifo":
        busy = _used_twice(servers) | outages.servers
    else:
        busy = outages.servers
    found = []
    crowded: frozenset[LinkKey] = outages.links
    if running.sharing != "none":
        crowded |= _used_twice([one | other for one, other in zip(queries, uploads, strict=True)])
    for one, other in zip(queries, uploads, strict=True):
        own = one & other if running.sharing != "none" else frozenset()
        found.append((Live(busy, crowded | own), Live(busy, crowded)))
    return found


def _servers_wait(running: Running) -> bool:
    return running.servers == "fifo" or running.execution_times == "exponential"


def _used_twice(uses: Sequence[set[_T]]) -> frozenset[_T]:
    counts = Counter(one for use in uses for one in use)
    return frozenset(one for one, count in counts.items() if count > 1)
