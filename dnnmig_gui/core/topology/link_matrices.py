"""Direct links compiled to matrices: each pair's own link over the default of its tiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.topology.link import Link, LinkDefault, TierPair, tier_pair
from dnnmig_gui.core.topology.server import TIERS, Server

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LinkMatrices:
    """The direct links of a topology, shape (S, S), ``[from, to]``.

    Parameters
    ----------
    s_per_byte, latency_s, failure_rate, price_per_byte
        Of the pair's link in that direction; `latency_s` is infinite where there is none.
    """

    s_per_byte: FloatArray
    latency_s: FloatArray
    failure_rate: FloatArray
    price_per_byte: FloatArray

    @classmethod
    def of(
        cls, servers: Sequence[Server], defaults: Mapping[TierPair, LinkDefault], links: Sequence[Link]
    ) -> LinkMatrices:
        """Return the links of a scenario's parts. Ids in `links` must be those of `servers`."""
        count = len(servers)
        made = cls(
            np.zeros((count, count)),
            np.full((count, count), np.inf),
            np.zeros((count, count)),
            np.zeros((count, count)),
        )
        made._join_tiers(servers, defaults)
        made._join_pairs(servers, defaults, links)
        return made

    def _join_tiers(self, servers: Sequence[Server], defaults: Mapping[TierPair, LinkDefault]) -> None:
        """Join every pair of two tiers that have a default.

        A tier key is read as "from the nearer tier to the farther", within a tier as "from the server that the
        scenario names first": that is the forward direction of a default.
        """
        tier = np.array([TIERS.index(server.tier) for server in servers], dtype=np.int64)
        number = np.arange(len(servers))
        forward = (tier[:, None] < tier) | ((tier[:, None] == tier) & (number[:, None] < number))
        for key, default in defaults.items():
            near, far = (TIERS.index(name) for name in key.split("-"))
            there = forward & (tier[:, None] == near) & (tier == far)
            rate = default.bandwidth_mb_per_s
            rate_back = rate if default.bandwidth_back_mb_per_s is None else default.bandwidth_back_mb_per_s
            for pairs, bandwidth in ((there, rate), (there.T, rate_back)):
                if bandwidth > 0:
                    self.s_per_byte[pairs] = 1e-6 / bandwidth
                    self.latency_s[pairs] = default.latency_ms / 1e3
                self.failure_rate[pairs] = default.failure_rate
                self.price_per_byte[pairs] = default.price_per_gb / 1e9

    def _join_pairs(
        self, servers: Sequence[Server], defaults: Mapping[TierPair, LinkDefault], links: Sequence[Link]
    ) -> None:
        number = {server.id: place for place, server in enumerate(servers)}
        none = LinkDefault(bandwidth_mb_per_s=0)
        for link in links:
            near, far = number[link.between[0]], number[link.between[1]]
            one, other = servers[near].tier, servers[far].tier
            base = defaults.get(tier_pair(one, other), none)
            if link.bandwidth_mb_per_s is not None:
                there = back = link.bandwidth_mb_per_s
            else:
                there = base.bandwidth_mb_per_s
                back = there if base.bandwidth_back_mb_per_s is None else base.bandwidth_back_mb_per_s
                if (TIERS.index(one), near) > (TIERS.index(other), far):
                    there, back = back, there
            if link.bandwidth_back_mb_per_s is not None:
                back = link.bandwidth_back_mb_per_s
            latency = (base.latency_ms if link.latency_ms is None else link.latency_ms) / 1e3
            failure = base.failure_rate if link.failure_rate is None else link.failure_rate
            price = (base.price_per_gb if link.price_per_gb is None else link.price_per_gb) / 1e9
            for pair, bandwidth in (((near, far), there), ((far, near), back)):
                self.s_per_byte[pair] = 1e-6 / bandwidth if bandwidth > 0 else 0.0
                self.latency_s[pair] = latency if bandwidth > 0 else np.inf
                self.failure_rate[pair] = failure
                self.price_per_byte[pair] = price

    @property
    def joined(self) -> BoolArray:
        """Whether there is a link in that direction, shape (S, S)."""
        return np.isfinite(self.latency_s)


def mutual_groups(joined: BoolArray) -> npt.NDArray[np.int64]:
    """Return a group number for each server, shape (S,): in a group each has a route to each other one and back.

    Parameters
    ----------
    joined
        Shape (S, S), ``[from, to]``.
    """
    group = np.full(len(joined), -1, dtype=np.int64)
    back = joined.T.copy()  # rows are read: they lie side by side in memory
    for server in range(len(joined)):
        if group[server] < 0:
            group[_reached(joined, server) & _reached(back, server)] = server
    return group


def _reached(joined: BoolArray, start: int) -> BoolArray:
    """Return what can be reached from a server, itself included, shape (S,)."""
    seen = np.zeros(len(joined), dtype=bool)
    seen[start] = True
    front = np.array([start])
    while len(front):
        new = joined[front].any(axis=0) & ~seen
        seen |= new
        front = np.flatnonzero(new)
    return seen
