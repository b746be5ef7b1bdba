"""The topology compiled to arrays: direct links, and the route that carries a tensor fastest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.topology.link import Link, LinkDefault, TierPair
from dnnmig_gui.core.topology.link_matrices import LinkMatrices
from dnnmig_gui.core.topology.routes import FloatArray, IntArray, Routing, along_routes, fastest_hops
from dnnmig_gui.core.topology.server import Server


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
        own = LinkMatrices.of(servers, link_defaults, links)
        hops = fastest_hops(own.latency_s, own.s_per_byte, routing)
        sums = [along_routes(hops, matrix) for matrix in (own.s_per_byte, own.latency_s, own.price_per_byte)]
        return cls(tuple(servers), own.s_per_byte, own.latency_s, own.failure_rate, own.price_per_byte, hops, *sums)

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
