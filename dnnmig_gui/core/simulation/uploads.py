"""The upload thread: partition after partition to its server, again where the CR says failed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import cached_property

import numpy as np

from dnnmig_gui.core.simulation.engine import CONFIRM, Engine
from dnnmig_gui.core.simulation.outages import Break, LinkKey
from dnnmig_gui.core.simulation.programs import hops
from dnnmig_gui.core.simulation.record import Event
from dnnmig_gui.core.simulation.resources import SECOND, Transfer
from dnnmig_gui.core.simulation.rounds import OTHER
from dnnmig_gui.core.simulation.trace import NONE, SliceKind
from dnnmig_gui.core.simulation.user import UserState
from dnnmig_gui.core.uploading import Partition

LONGEST_PAUSE_S = 60.0
"""Pauses before sending again stop doubling here."""


class UploadThread:
    """Sends the partitions of one user, one after the other.

    An attempt carries the partition over the links of its route, one after the other. Whether its CR says failed is
    drawn from the failure rates of those links; an outage cuts it short. A thread that sees a link of its route down
    waits for it.

    Parameters
    ----------
    changed
        Called after every CR and every partition that is given up.
    """

    def __init__(
        self, engine: Engine, user: UserState, changed: Callable[[float, UserState, int | None], None]
    ) -> None:
        self._engine = engine
        self._user = user
        self._changed = changed
        self._token = 0
        self._next = 0
        self._tries = 0
        self._kept = 0
        self._route: list[LinkKey] = []
        self._started: float | None = None
        self._hops: list[tuple[float, float, LinkKey, int]] = []
        self._transfer: Transfer | None = None

    # ---------------------------------------------------------------------------------------- what others tell it

    def begin(self, now: float) -> None:
        """Start with the first partition of the user's assignment."""
        self._next = 0
        self._take_next(now)

    def stop(self, now: float) -> None:
        """End here: the user leaves, or the run is over. An upload under way stays without a CR."""
        if self._started is not None:
            self._note_attempt(SliceKind.UPLOAD, math.inf, self._size)
        self._drop(now)

    def give_way(self, now: float) -> None:
        """Stop for a new assignment: what is under way is lost."""
        if self._started is not None:
            self._note_attempt(SliceKind.FAILED_UPLOAD, now, 0)
        self._drop(now)

    def suffer(self, now: float, broken: Break) -> None:
        """Fail if the link that the bytes are on, or the server they go to, stops working."""
        if self._transfer is None or not self._transfer.alive:
            return
        link = self._route[len(self._hops) - 1]
        if link in broken.links:
            sent = int(self._engine.link(link).stop(now, self._transfer))
            start, _, _, _ = self._hops[-1]
            self._hops[-1] = (start, now, link, sent)
            self._fail(now, sent if link == self._route[-1] else 0)

    # ------------------------------------------------------------------------------------ partition after partition

    @cached_property
    def _rng(self) -> np.random.Generator:
        return self._engine.random(self._user.number, 1)

    @property
    def _partition(self) -> Partition:
        assert self._user.assignment is not None  # noqa: S101 (whoever uploads has one)
        return self._user.assignment.uploading.partitions[self._next]

    @property
    def _size(self) -> int:
        """Bytes that an attempt sends."""
        return self._partition.size_bytes - self._kept

    def _take_next(self, now: float) -> None:
        """Send the next partition, if there is one."""
        assert self._user.assignment is not None  # noqa: S101 (whoever uploads has one)
        self._tries = self._kept = 0
        if self._next < len(self._user.assignment.uploading.partitions):
            route = self._engine.topology.route(self._user.problem.client, self._partition.server)
            self._route = list(itertools.pairwise(route))
            self._try(now, self._token)

    def _try(self, now: float, token: int) -> None:
        """Begin an attempt, as soon as all links of the route work."""
        if token != self._token:
            return
        up_at = self._engine.outages.all_up_at(self._route, now)
        if up_at > now:
            self._pause(now, up_at)
            return
        self._started = now
        self._hops = []
        self._tries += 1
        self._engine.slices += 1 + len(self._route)
        assert self._user.assignment is not None  # noqa: S101 (whoever uploads has one)
        live = self._user.assignment.live_uploading.links
        if any(link in live for link in self._route):
            self._send(now, token)
        else:
            # Nobody is in the way: all is known from the start, added up as the plan does.
            end = now
            for start, stop, source, target in hops(
                self._engine.topology, self._user.problem.client, self._partition.server, self._size, 0.0
            ):
                end = now + stop
                self._hops.append((now + start, end, (source, target), self._size))
            self._engine.at(end + self._way_back_s, CONFIRM, self._arrive, token)

    def _send(self, now: float, token: int) -> None:
        """Put the bytes on the next link of the route."""
        if token != self._token:
            return
        number = len(self._hops)
        if number == len(self._route):
            self._engine.at(now + self._way_back_s, CONFIRM, self._arrive, token)
            return
        link = self._route[number]
        assert self._user.assignment is not None  # noqa: S101 (whoever uploads has one)
        if self._engine.outages.is_down(link, now):
            self._fail(now, 0)
        elif link in self._user.assignment.live_uploading.links:
            self._hops.append((now, math.inf, link, self._size))
            self._transfer = self._engine.link(link).send(now, self._size, SECOND, self._sent, token)
        else:
            topology = self._engine.topology
            end = now + float(topology.link_latency_s[link] + self._size * topology.link_s_per_byte[link])
            self._hops.append((now, end, link, self._size))
            self._engine.at(end, OTHER, self._send, token)

    def _sent(self, now: float, token: int) -> None:
        if token != self._token:
            return
        start, _, link, size = self._hops[-1]
        end = now + float(self._engine.topology.link_latency_s[link])
        self._hops[-1] = (start, end, link, size)
        if end > now or len(self._hops) < len(self._route):
            self._engine.at(end, OTHER, self._send, token)
        else:
            self._send(now, token)

    def _arrive(self, now: float, token: int) -> None:
        """Receive the CR of an attempt."""
        if token != self._token:
            return
        # Drawn on every route where any link may fail, so that plans which differ elsewhere meet the same luck.
        luck = self._rng.random(2) if self._engine.may_fail else (1.0, 1.0)
        if luck[0] < self.failure_rate:
            self._fail(now, int(luck[1] * self._size))
            return
        partition, user = self._partition, self._user
        self._note_attempt(SliceKind.UPLOAD, now, self._size)
        self._note(SliceKind.CONFIRM, now, now, partition.server, user.problem.client, 0)
        number = self._next
        user.confirmed.append(number)
        self._finish_partition(now, number)

    def _finish_partition(self, now: float, confirmed: int | None) -> None:
        self._next += 1
        self._user.open_partitions -= 1
        self._take_next(now)
        self._changed(now, self._user, confirmed)

    # -------------------------------------------------------------------------------------------------- misfortune

    @property
    def failure_rate(self) -> float:
        """Share of attempts over the route that fail."""
        return 1.0 - math.prod(1.0 - float(self._engine.topology.link_failure_rate[link]) for link in self._route)

    def _fail(self, now: float, arrived: int) -> None:
        """Note a failed attempt, of which `arrived` bytes reached the server, and try again or give up."""
        kept = arrived if self._engine.running.resume == "yes" else 0
        self._note_attempt(SliceKind.FAILED_UPLOAD, now, kept)
        self._kept += kept
        self._token += 1
        most = self._engine.running.most_tries
        if most is not None and self._tries >= most:
            self._note(SliceKind.GIVEN_UP, now, now, self._user.problem.client, self._partition.server, 0)
            self._user.given_up = True
            self._finish_partition(now, None)
        elif self._engine.running.resend == "back-off" and self._engine.running.back_off_s > 0:
            pause = min(LONGEST_PAUSE_S, self._engine.running.back_off_s * 2.0 ** min(self._tries - 1, 64))
            self._pause(now, now + pause)
        else:
            self._engine.at(now, OTHER, self._try, self._token)

    def _pause(self, now: float, until: float) -> None:
        self._note(SliceKind.PAUSE, now, until, self._user.problem.client, self._partition.server, 0)
        self._engine.at(until, OTHER, self._try, self._token)

    def _drop(self, now: float) -> None:
        """Forget the attempt under way."""
        self._token += 1
        if self._transfer is not None and self._transfer.alive:
            self._engine.link(self._route[len(self._hops) - 1]).stop(now, self._transfer)

    # ------------------------------------------------------------------------------------------------------- notes

    @property
    def _way_back_s(self) -> float:
        """Seconds that a CR takes."""
        if self._engine.running.confirmation == "at-once":
            return 0.0
        latency = float(self._engine.topology.latency_s[self._partition.server, self._user.problem.client])
        # One-way links may leave a server no way back: its CR then comes with the last byte.
        return latency if math.isfinite(latency) else 0.0

    def _note_attempt(self, kind: SliceKind, end: float, size: int) -> None:
        """Write down an attempt and its way over the links."""
        assert self._started is not None  # noqa: S101 (an attempt has a start)
        client, server = self._user.problem.client, self._partition.server
        self._note(kind, self._started, end, client, server, size)
        for start, stop, (source, target), sent in self._hops:
            if start > end:
                break  # foreseen, but given up before
            lane = self._user.lanes.servers.get(target, NONE)
            self._note(SliceKind.UPLOAD_HOP, start, min(stop, end), source, target, sent, lane)
        self._started = None

    def _note(
        self, kind: SliceKind, start: float, end: float, source: int, target: int, size: int, lane: int | None = None
    ) -> None:
        assert self._user.assignment is not None  # noqa: S101 (whoever uploads has one)
        self._user.record.events.append(
            Event(
                kind,
                start,
                end,
                self._user.lanes.uploads if lane is None else lane,
                partition=self._user.assignment.first_partition + self._next,
                source=source,
                target=target,
                size_bytes=size,
            )
        )
