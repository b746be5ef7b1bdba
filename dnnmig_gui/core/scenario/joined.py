"""Which servers are joined, and how: a pair's own link over the default of its tiers.

The same reading of the document as `Topology.build`, pair by pair: editing thousands of servers needs no routes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

from dnnmig_gui.core.scenario.schema import Scenario
from dnnmig_gui.core.topology.link import Link, LinkDefault, TierPair, tier_pair
from dnnmig_gui.core.topology.server import TIERS

TIER_PAIRS: tuple[TierPair, ...] = tuple(
    tier_pair(one, other) for place, one in enumerate(TIERS) for other in TIERS[place:]
)
Pair = tuple[str, str]
_NO_LINK = LinkDefault(bandwidth_mb_per_s=0)


@dataclass(frozen=True)
class LinkFigures:
    """A link as it works.

    Parameters
    ----------
    bandwidth_mb_per_s, bandwidth_back_mb_per_s
        From the first to the second of the pair, and back; 0 for no link in that direction.
    """

    bandwidth_mb_per_s: float
    bandwidth_back_mb_per_s: float
    latency_ms: float
    failure_rate: float
    price_per_gb: float


class Joined:
    """The links of a scenario, its own ones and those that its defaults give."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._tier = {server.id: server.tier for server in scenario.servers}
        self._number = {server.id: number for number, server in enumerate(scenario.servers)}
        self._own = {frozenset(link.between): link for link in scenario.links}
        self._open = {
            pair
            for pair, default in scenario.link_defaults.items()
            if default.bandwidth_mb_per_s > 0 or (default.bandwidth_back_mb_per_s or 0) > 0
        }

    def own(self, one: str, other: str) -> Link | None:
        """Return a pair's own link."""
        return self._own.get(frozenset((one, other)))

    def default(self, one: str, other: str) -> LinkDefault | None:
        """Return the default of a pair's tiers."""
        return self._scenario.link_defaults.get(self.tiers(one, other))

    def tiers(self, one: str, other: str) -> TierPair:
        """Return the key of a pair's default."""
        return tier_pair(self._tier[one], self._tier[other])

    def ordered(self, one: str, other: str) -> Pair:
        """Return a pair in the order in which its figures are read.

        That of its own link; without one, from the nearer tier to the farther, and within a tier from the server that
        the scenario names first.
        """
        link = self.own(one, other)
        return link.between if link is not None else self._forward(one, other)

    def _forward(self, one: str, other: str) -> Pair:
        rank = (TIERS.index(self._tier[one]), self._number[one])
        return (one, other) if rank < (TIERS.index(self._tier[other]), self._number[other]) else (other, one)

    def figures(self, one: str, other: str) -> LinkFigures | None:
        """Return how a pair is joined, in the order of `ordered`; None where it is not."""
        link = self.own(one, other)
        base = self.default(one, other) or _NO_LINK
        there = base.bandwidth_mb_per_s
        back = there if base.bandwidth_back_mb_per_s is None else base.bandwidth_back_mb_per_s
        latency, failure, price = base.latency_ms, base.failure_rate, base.price_per_gb
        if link is not None:
            if link.bandwidth_mb_per_s is not None:
                there = back = link.bandwidth_mb_per_s
            elif link.between != self._forward(one, other):
                there, back = back, there
            if link.bandwidth_back_mb_per_s is not None:
                back = link.bandwidth_back_mb_per_s
            latency = latency if link.latency_ms is None else link.latency_ms
            failure = failure if link.failure_rate is None else link.failure_rate
            price = price if link.price_per_gb is None else link.price_per_gb
        return LinkFigures(there, back, latency, failure, price) if there > 0 or back > 0 else None

    def has(self, one: str, other: str) -> bool:
        """Return whether a pair is joined, in one direction at least."""
        if self.own(one, other) is None:
            return one != other and self.tiers(one, other) in self._open
        return self.figures(one, other) is not None

    def of(self, server: str) -> list[str]:
        """Return the servers joined with one."""
        return [other.id for other in self._scenario.servers if self.has(server, other.id)]

    @cached_property
    def count(self) -> int:
        """How many pairs are joined, found without going through them all."""
        sizes = {tier: len(self._scenario.of_tier(tier)) for tier in TIERS}
        total = 0
        for pair in self._open:
            one, other = pair.split("-")
            of_one, of_other = sizes[one], sizes[other]  # type: ignore[index]
            total += of_one * (of_one - 1) // 2 if one == other else of_one * of_other
        for link in self._scenario.links:
            one, other = link.between
            total += int(self._is_open(link)) - int(self.tiers(one, other) in self._open)
        return total

    def _is_open(self, link: Link) -> bool:
        """Return whether a pair with a link of its own is joined."""
        there, back = link.bandwidth_mb_per_s, link.bandwidth_back_mb_per_s
        if there is None:
            return self.figures(*link.between) is not None
        return there > 0 or (back is not None and back > 0)

    def pairs(self) -> Iterator[Pair]:
        """Yield each joined pair once: first those with a link of their own."""
        for link in self._scenario.links:
            if self._is_open(link):
                yield link.between
        members = {tier: [server.id for server in self._scenario.of_tier(tier)] for tier in TIERS}
        for pair in TIER_PAIRS:
            if pair in self._open:
                one, other = pair.split("-")
                ends = combinations(members[one], 2) if one == other else product(members[one], members[other])  # type: ignore[index]
                yield from ((first, second) for first, second in ends if frozenset((first, second)) not in self._own)
