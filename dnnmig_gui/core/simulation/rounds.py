"""Users that ask the same query again and again to the end of the run, and the loop that plays them.

What a settled user does next is known: its legs in a circle. The loop does those in place, without a call, and hands
everything else to whoever asked for it. The times are the same as if each leg were an event of its `QueryThread`.
"""

from __future__ import annotations

import itertools
import math
from array import array
from collections.abc import Callable
from heapq import heappop, heappush, heappushpop
from typing import TYPE_CHECKING, Any

from dnnmig_gui.core.simulation.asking import Asking, Paused
from dnnmig_gui.core.simulation.resources import Action, Link, Queue

if TYPE_CHECKING:
    from dnnmig_gui.core.simulation.engine import Engine

ON_LINK, ON_SERVER, STOPPED = range(3)

OTHER = 1
"""Priority of events that are no CR; see `engine`."""

CHECK_EVERY = 2048
"""Events between two looks at the cancel button."""


class Round:
    """The end of a settled user's query, where the next one begins.

    Parameters
    ----------
    first_gap
        Seconds from a query's start to its first leg.
    rows
        Slices of a query.
    left
        Queries until `finished` is called, with the time of the end of the last of them.
    """

    __slots__ = ("_asking", "_engine", "_finished", "_left", "_pause", "_rows", "anchors", "first", "first_gap")

    def __init__(
        self,
        engine: Engine,
        asking: Asking,
        anchors: array[float],
        first_gap: float,
        rows: int,
        left: int,
        finished: Callable[[float], None],
    ) -> None:
        self._engine = engine
        self._asking = asking
        self._pause = asking.pause_s if isinstance(asking, Paused) else None
        self.anchors = anchors
        self.first_gap = first_gap
        self._rows = rows
        self._left = left
        self._finished = finished
        self.first: Leg

    def again(self, ended: float) -> float:
        """Ask the next query after one that ends at a time; return when it comes to its first leg."""
        self._left -= 1
        if self._left == 0:
            self._finished(ended)
        self._engine.slices += self._rows
        if self._pause is not None:
            start = ended + self._pause
            self.anchors.append(start)
        else:
            leading = self._asking.next(ended)
            self.anchors.extend(leading)
            start = leading[-1]
        return start + self.first_gap

    def go_on(self, leg: Leg, now: float) -> None:
        """Come to what follows a leg."""
        if leg.following is None:
            now, following = self.again(now), self.first
        else:
            following = leg.following
        heappush(self._engine.events, (now, OTHER, self._engine.tick(), following, 0))


class Leg:
    """A step of a settled user's queries.

    Parameters
    ----------
    amount
        Seconds: of the job, or of the bytes with the link to themselves.
    gap
        Seconds from its end to the next leg, or to the query's end.
    anchor
        Appends to the anchors of the user's queries.
    following
        The next leg; None behind the last.
    """

    __slots__ = ("alive", "amount", "anchor", "following", "gap", "kind", "link", "round", "server", "token")

    def __init__(self, station: Link | Queue, amount: float, gap: float, round_: Round) -> None:
        self.kind = ON_LINK if isinstance(station, Link) else ON_SERVER
        self.link: Any = station
        self.server: Any = station
        self.amount = amount * station.s_per_byte if isinstance(station, Link) else amount
        self.gap = gap
        self.anchor = round_.anchors.append
        self.round = round_
        self.following: Leg | None = None
        self.alive = False
        self.token = 0

    def done(self, now: float, token: int) -> None:  # noqa: ARG002
        """Go on after the bytes are through."""
        self.anchor(now)
        self.round.go_on(self, now + self.gap)

    def stop(self, now: float) -> None:
        """Do nothing any more; `alive` tells whether bytes are on the link."""
        self.kind = STOPPED
        if self.alive:
            self.alive = False
            self.link.leave(now)


def circle(stations: list[tuple[Link | Queue, float, float]], round_: Round) -> list[Leg]:
    """Return the legs of a query, from (where, amount, gap behind it) each."""
    legs = [Leg(station, amount, gap, round_) for station, amount, gap in stations]
    for leg, following in itertools.pairwise(legs):
        leg.following = following
    round_.first = legs[0]
    return legs


def play_events(engine: Engine, expected_end: float) -> None:  # noqa: PLR0915 (calls cost too much here)
    """Do everything in the order of time until the engine is over.

    Raises
    ------
    PlannerError
        As `Engine.check` does.
    """
    heap: list[tuple[float, int, int, Any, int]] = engine.events
    tick = engine.tick
    left = CHECK_EVERY
    if not heap or engine.over:
        return
    event = heappop(heap)
    while True:
        now, _, _, what, token = event
        left -= 1
        if left == 0:
            left = CHECK_EVERY
            engine.now = now
            engine.check(expected_end)
        kind = what.__class__
        if kind is Leg:
            leg: Leg = what
            if leg.kind == ON_LINK:
                link: Link = leg.link
                count = link.count
                if count:
                    link.fair = fair = link.fair + (now - link.last) / count
                    link.last = now
                    link.count = count = count + 1
                    finish = fair + leg.amount
                    leg.alive = True
                    waiting = link.waiting
                    heappush(waiting, (finish, tick(), leg))
                    if waiting[0][2] is leg:
                        due = now + (finish - fair) * count
                        if due < link.due:
                            link.due = due
                            event = heappushpop(heap, (due, OTHER, tick(), link, 0))
                            continue
                    event = heappop(heap)
                    continue
                end = now + leg.amount
                if heap and heap[0][0] <= end:
                    link.fair = 0.0
                    link.last = now
                    link.count = 1
                    leg.alive = True
                    link.waiting.append((leg.amount, tick(), leg))
                    if end < link.due:
                        link.due = end
                        event = heappushpop(heap, (end, OTHER, tick(), link, 0))
                    else:
                        event = heappop(heap)
                    continue
                # Nothing can disturb the bytes: no event comes before they are through.
            elif leg.kind == ON_SERVER:
                server: Queue = leg.server
                begin = server.free
                if begin < now:  # noqa: PLR1730 (a call costs more)
                    begin = now
                server.free = end = begin + leg.amount
                leg.anchor(begin)
            elif heap:
                event = heappop(heap)
                continue
            else:
                return
        elif kind is Link:
            link = what
            if now != link.due and heap:  # an earlier look took its place
                event = heappop(heap)
                continue
            count = link.count
            waiting = link.waiting
            if not count or waiting[0][2].__class__ is not Leg or len(waiting) > count:
                if _is_over(engine, what, now, token):
                    return
                event = heappop(heap)
                continue
            link.fair = fair = link.fair + (now - link.last) / count
            link.last = now
            finish, _, leg = waiting[0]
            # What cannot be told from now in the engine's time is done now.
            reach = fair + 4e-16 * now / count + 1e-12 * fair
            if finish > reach:
                link.due = due = now + (finish - fair) * count
                event = heappushpop(heap, (due, OTHER, tick(), link, 0))
                continue
            if count == 1:
                waiting.clear()
                link.due = math.inf
            else:
                first = heappop(waiting)
                finish = waiting[0][0]
                if finish <= reach:  # several at a time
                    heappush(waiting, first)
                    if _is_over(engine, what, now, token):
                        return
                    event = heappop(heap)
                    continue
                link.due = due = now + (finish - fair) * (count - 1)
                heappush(heap, (due, OTHER, tick(), link, 0))
            link.count = count - 1
            leg.alive = False
            end = now
        else:
            if _is_over(engine, what, now, token):
                return
            event = heappop(heap)
            continue
        # A leg has ended.
        leg.anchor(end)
        now = end + leg.gap
        if leg.following is not None:
            event = heappushpop(heap, (now, OTHER, tick(), leg.following, 0))
            continue
        round_ = leg.round
        event = heappushpop(heap, (round_.again(now), OTHER, tick(), round_.first, 0))


def _is_over(engine: Engine, action: Action, now: float, token: int) -> bool:
    """Do something that is no leg; return whether nothing comes after it."""
    engine.now = now
    action(now, token)
    return engine.over or not engine.events
