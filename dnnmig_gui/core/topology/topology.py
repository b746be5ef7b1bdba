"""The topology compiled to arrays: direct links, and the route that carries a tensor fastest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.topology.link import Link, LinkDefault, TierPair, tier_pair
from dnnmig_gui.core.topology.server import Server

Routing = Literal["relay", "direct"]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

ROUTED_BYTES = 1e6
"""A route is the path that carries this many bytes fastest (DESIGN: 1 MB)."""


@dataclass(frozen=True, eq=False)
class Topology:
    """Servers and the cost of moving bytes between them; all matrices are ``[from, to]``.

    Parameters
    ----------
    servers
        In the order of the scenario; positions in it are the server numbers used everywhere.
    link_s_per_byte, link_latency_s, link_failure_rate, link_price_per_byte
        Shape (S, S). The pair's own link; `link_latency_s` is infinite where there is none.
    hops
        Shape (S, S). Number of the server that comes before `to` on the route from `from`; -1 without a route.
    s_per_byte, latency_s, price_per_byte
        Shape (S, S). Sums over the route's links; 0 on the diagonal; `latency_s` is infinite without a route.
    """

    servers: tuple[Server, ...]
    link_s_per_byte: FloatArray
    link_latency_s: FloatArray
    link_failure_rate: FloatArray
    link_price_per_byte: FloatArray
    hops: IntArray
    s_per_byte: FloatArray
    latency_s: FloatArray
    price_per_byte: FloatArray

    @classmethod
    def build(
        cls,
        servers: Sequence[Server],
        link_defaults: Mapping[TierPair, LinkDefault],
        links: Sequence[Link],
        routing: Routing = "relay",
    ) -> Topology:
        """Return the topology of a scenario's parts. Ids in `links` must be those of `servers`."""
        number = {server.id: position for position, server in enumerate(servers)}
        count = len(servers)
        s_per_byte = np.zeros((count, count))
        latency = np.full((count, count), np.inf)
        failure = np.zeros((count, count))
        price = np.zeros((count, count))

        def join(one: int, other: int, there: float, back: float, ms: float, rate: float, per_gb: float) -> None:
            for start, end, bandwidth in ((one, other, there), (other, one, back)):
                open_ = bandwidth > 0
                s_per_byte[start, end] = 1e-6 / bandwidth if open_ else 0.0
                latency[start, end] = ms / 1e3 if open_ else np.inf
                failure[start, end] = rate
                price[start, end] = per_gb / 1e9

        own = {frozenset((number[a], number[b])): link for link in links for a, b in (link.between,)}
        for first in range(count):
            for second in range(first + 1, count):
                key = tier_pair(servers[first].tier, servers[second].tier)
                # A tier key is read as "from the nearer tier to the farther", within a tier as "from the server
                # that the scenario names first": that is the forward direction of a default.
                forward = (first, second) if key.startswith(servers[first].tier) else (second, first)
                near, far = forward
                default = link_defaults.get(key)
                link = own.get(frozenset((first, second)))
                if link is None:
                    if default is not None:
                        there = default.bandwidth_mb_per_s
                        back = there if default.bandwidth_back_mb_per_s is None else default.bandwidth_back_mb_per_s
                        join(near, far, there, back, default.latency_ms, default.failure_rate, default.price_per_gb)
                    continue
                near, far = number[link.between[0]], number[link.between[1]]
                base = default or LinkDefault(bandwidth_mb_per_s=0)
                if link.bandwidth_mb_per_s is not None:
                    there = link.bandwidth_mb_per_s
                    back = there
                else:
                    there = base.bandwidth_mb_per_s
                    back = there if base.bandwidth_back_mb_per_s is None else base.bandwidth_back_mb_per_s
                    if (near, far) != forward:
                        there, back = back, there
                if link.bandwidth_back_mb_per_s is not None:
                    back = link.bandwidth_back_mb_per_s
                join(
                    near,
                    far,
                    there,
                    back,
                    base.latency_ms if link.latency_ms is None else link.latency_ms,
                    base.failure_rate if link.failure_rate is None else link.failure_rate,
                    base.price_per_gb if link.price_per_gb is None else link.price_per_gb,
                )
        hops = _fastest_hops(latency, s_per_byte, routing)
        sums = [_along_routes(hops, matrix) for matrix in (s_per_byte, latency, price)]
        return cls(tuple(servers), s_per_byte, latency, failure, price, hops, *sums)

    @property
    def number(self) -> dict[str, int]:
        """Server number by id."""
        return {server.id: position for position, server in enumerate(self.servers)}

    def route(self, start: int, end: int) -> tuple[int, ...]:
        """Return the servers on the route, both ends included; empty without a route."""
        if start == end:
            return (start,)
        if self.hops[start, end] < 0:
            return ()
        path = [end]
        while path[-1] != start:
            path.append(int(self.hops[start, path[-1]]))
        return tuple(reversed(path))

    def links(self) -> list[tuple[int, int]]:
        """Return each joined pair once, the smaller number first."""
        joined = np.isfinite(self.link_latency_s) | np.isfinite(self.link_latency_s.T)
        return [(int(one), int(other)) for one, other in np.argwhere(np.triu(joined, 1))]


def _fastest_hops(latency: FloatArray, s_per_byte: FloatArray, routing: Routing) -> IntArray:
    """Return the predecessor matrix of the routes that carry 1 MB fastest."""
    count = len(latency)
    seconds = latency + s_per_byte * ROUTED_BYTES
    hops = np.full((count, count), -1, dtype=np.int64)
    start, end = np.nonzero(np.isfinite(seconds))
    hops[start, end] = start
    if routing == "direct":
        return hops
    # Floyd and Warshall: as fast as scipy's routines, whose loading would take a quarter of a second of the start.
    fastest = seconds.copy()
    np.fill_diagonal(fastest, 0.0)
    for relay in range(count):
        over = fastest[:, relay, None] + fastest[relay]
        better = over < fastest
        fastest[better] = over[better]
        hops[better] = np.broadcast_to(hops[relay], hops.shape)[better]
    return hops


def _along_routes(hops: IntArray, per_link: FloatArray) -> FloatArray:
    """Return the sum of a link quantity over each route; infinite or 0 as the quantity is without a link."""
    count = len(hops)
    total = np.where(hops >= 0, 0.0, per_link)
    start, end = np.nonzero(hops >= 0)
    here = end.copy()
    while len(start):
        before = hops[start, here]
        total[start, end] += per_link[before, here]
        still = before != start
        start, end, here = start[still], end[still], before[still]
    total[np.arange(count), np.arange(count)] = 0.0
    return total
