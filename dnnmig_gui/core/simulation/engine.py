"""The event queue of a running phase, its clock, and what threads compete for."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario.schema import Running
from dnnmig_gui.core.simulation.outages import LinkKey, Outages
from dnnmig_gui.core.simulation.resources import Action, Carrier, Clock, Link, Planned, Queue, RankedLink, WideLink
from dnnmig_gui.core.simulation.rounds import Leg, play_events
from dnnmig_gui.core.topology import Topology

CONFIRM, LAST = 0, 2
"""Of events at the same time, CRs come first, so that a query that starts then uses them, then those of priority
`rounds.OTHER`; the horizon comes last."""


class Engine:
    """Does what was asked for, in the order of time.

    Parameters
    ----------
    most_slices
        Longer runs are refused.
    """

    def __init__(
        self,
        topology: Topology,
        running: Running,
        run: Run,
        seed: int,
        most_slices: int,
    ) -> None:
        self.topology = topology
        self.running = running
        self.outages = Outages(running.outages, topology)
        self.may_fail = bool((topology.link_failure_rate > 0).any())
        self.now = 0.0
        self.over = False
        self._run = run
        self._seed = seed
        self.most_slices = most_slices
        self.slices = 0
        self.events: list[tuple[float, int, int, Any, int]] = []
        self.tick = itertools.count().__next__
        self._links: dict[LinkKey, Carrier] = {}
        self._servers: dict[int, Queue] = {}

    def at(self, time: float, priority: int, action: Action | Leg, token: int) -> None:
        """Do something at a time; `token` is handed back."""
        heapq.heappush(self.events, (time, priority, self.tick(), action, token))

    def random(self, user: int, purpose: int) -> np.random.Generator:
        """Return a user's own random numbers for a purpose: users do not disturb one another."""
        return np.random.default_rng([self._seed, user, purpose])

    def link(self, key: LinkKey) -> Carrier:
        """Return one direction of a link."""
        found = self._links.get(key)
        if found is None:
            kinds: dict[str, Callable[[Clock, float], Carrier]] = {
                "none": WideLink,
                "fair": Link,
                "queries-first": RankedLink,
            }
            found = kinds[self.running.sharing](self, float(self.topology.link_s_per_byte[key]))
            self._links[key] = found
        return found

    def server(self, number: int) -> Queue:
        """Return a server's queue."""
        found = self._servers.get(number)
        if found is None:
            found = self._servers[number] = Queue() if self.running.servers == "fifo" else Planned()
        return found

    def play(self, expected_end: float) -> float:
        """Do everything until the end and return when that is.

        Raises
        ------
        InputError
            If there are too many slices.
        CancelledError
            If the run is cancelled.
        """
        play_events(self, expected_end)
        return self.now

    def check(self, expected_end: float) -> None:
        """Stop if asked to, refuse too long a run, tell how far it is."""
        self._run.check()
        self.count(0)
        share = min(1.0, self.now / expected_end) if expected_end > 0 else 1.0
        self._run.report(share, f"{self.now:.1f} s")

    def count(self, slices: int) -> None:
        """Take note of more slices; raise an `InputError` if there are too many."""
        self.slices += slices
        if self.slices > self.most_slices:
            raise InputError(
                f"the run has more than {self.most_slices:,} slices in its first {self.now:g} s",
                field="running",
                hint="give running.horizon_s, or ask for fewer queries after the upload",
            )

    def end(self, now: float, token: int) -> None:  # noqa: ARG002
        """End the run now."""
        self.over = True

    @property
    def horizon_s(self) -> float:
        """When the run ends at the latest."""
        return math.inf if self.running.horizon_s is None else self.running.horizon_s
