"""When links and servers do not work."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from dnnmig_gui.core.scenario.schema import Outage
from dnnmig_gui.core.topology import Topology

LinkKey = tuple[int, int]
"""One direction of a link: the numbers of its two servers."""


@dataclass(frozen=True)
class Break:
    """What stops working at a time."""

    time: float
    links: frozenset[LinkKey]
    server: int | None


class Outages:
    """The outages of a scenario, by link and by server.

    A server that is down takes all its links down. Both directions of a link fail together.
    """

    def __init__(self, outages: Iterable[Outage], topology: Topology) -> None:
        number = topology.number
        spans: dict[LinkKey, list[tuple[float, float]]] = {}
        breaks = []
        for outage in outages:
            if outage.server is not None:
                server = number[outage.server]
                others = [one + other - server for one, other in topology.links() if server in (one, other)]
                pairs = [(server, other) for other in others]
            else:
                assert outage.between is not None  # noqa: S101 (the schema sees to it)
                server = None
                pairs = [(number[outage.between[0]], number[outage.between[1]])]
            links = frozenset(key for one, other in pairs for key in ((one, other), (other, one)))
            breaks.append(Break(outage.start_s, links, server))
            for key in links:
                spans.setdefault(key, []).append((outage.start_s, outage.end_s))
        self.breaks = tuple(sorted(breaks, key=lambda one: one.time))
        self._spans = {key: _merged(found) for key, found in spans.items()}
        self.servers = frozenset(one.server for one in breaks if one.server is not None)

    @property
    def links(self) -> frozenset[LinkKey]:
        """The directions of links that ever fail."""
        return frozenset(self._spans)

    def is_down(self, link: LinkKey, now: float) -> bool:
        """Return whether bytes cannot cross a link now."""
        return any(start <= now < end for start, end in self._spans.get(link, ()))

    def all_up_at(self, links: Iterable[LinkKey], now: float) -> float:
        """Return the first time from now on at which all of some links work."""
        spans = _merged([span for link in links for span in self._spans.get(link, ())])
        for start, end in spans:
            if start <= now < end:
                return end
        return now


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the union of time spans, ascending."""
    found: list[tuple[float, float]] = []
    reach = -math.inf
    for start, end in sorted(spans):
        if start <= reach:
            reach = max(reach, end)
            found[-1] = (found[-1][0], reach)
        else:
            found.append((start, end))
            reach = end
    return found
