"""What threads compete for: links that carry bytes, servers that run layers."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from typing import Any, Protocol

Action = Callable[[float, int], None]
"""What is done at a time; the number tells a thread's actions from those of a past it has given up."""


class Clock(Protocol):
    """What resources need of the engine: its heap of events (time, priority, number, action, token)."""

    events: list[tuple[float, int, int, Any, int]]

    def tick(self) -> int:
        """Return the number of the next event."""
        ...


FIRST, SECOND = 0, 1
"""Ranks of transfers: where queries go first, SECOND waits while any FIRST is on the link."""


class Transfer:
    """Bytes on their way over one direction of a link.

    Parameters
    ----------
    finish
        What the link's clock of fair service shows when it is done.
    """

    __slots__ = ("alive", "done", "finish", "rank", "size", "token")

    def __init__(self, size: float, rank: int, done: Action, token: int, finish: float) -> None:
        self.size = size
        self.rank = rank
        self.done = done
        self.token = token
        self.finish = finish
        self.alive = True


class Carrier(Protocol):
    """One direction of a link."""

    def send(self, now: float, size: float, rank: int, done: Action, token: int) -> Transfer:
        """Put bytes on the link; `done` is called with `token` when the last one has left."""
        ...

    def at_once(self, now: float, size: float) -> float:
        """Return when bytes are through that nothing can disturb, as no event comes before; infinite else."""
        ...

    def stop(self, now: float, transfer: Transfer) -> float:
        """Take a transfer off the link and return the bytes that it got through."""
        ...


class WideLink:
    """One direction of a link on which transfers do not slow one another down."""

    __slots__ = ("_clock", "_s_per_byte")

    def __init__(self, clock: Clock, s_per_byte: float) -> None:
        self._clock = clock
        self._s_per_byte = s_per_byte

    def send(self, now: float, size: float, rank: int, done: Action, token: int) -> Transfer:
        """Put bytes on the link."""
        end = now + size * self._s_per_byte
        transfer = Transfer(size, rank, done, token, end)

        def arrive(now: float, token: int) -> None:
            if transfer.alive:
                transfer.alive = False
                done(now, token)

        heapq.heappush(self._clock.events, (end, 1, self._clock.tick(), arrive, token))
        return transfer

    def at_once(self, now: float, size: float) -> float:
        """Return when bytes are through that nothing can disturb, infinite else."""
        end = now + size * self._s_per_byte
        events = self._clock.events
        return end if not events or events[0][0] > end else math.inf

    def stop(self, now: float, transfer: Transfer) -> float:
        """Take a transfer off the link and return the bytes that it got through."""
        transfer.alive = False
        return min(transfer.size, max(0.0, transfer.size - (transfer.finish - now) / self._s_per_byte))


class Link:
    """One direction of a link whose transfers divide its bandwidth equally.

    Bytes travel link after link, so each transfer loads one link at a time and the max-min fair shares are equal
    ones. Instead of touching every transfer at every change, a clock of fair service runs: it counts the seconds of
    the link that each transfer has got, and a transfer is done when the clock reaches the value at its start plus the
    seconds that it takes alone. A change then costs O(log n). The link is itself the action of its events.

    Parameters
    ----------
    count
        Transfers on the link.
    fair, last
        The clock of fair service, and the time at which it was read.
    due
        When the engine comes back to the link.
    waiting
        A heap of (what `fair` shows at the end, number, transfer); those stopped are dropped on occasion.
    """

    __slots__ = ("_clock", "count", "due", "fair", "last", "s_per_byte", "waiting")

    def __init__(self, clock: Clock, s_per_byte: float) -> None:
        self._clock = clock
        self.s_per_byte = s_per_byte
        self.fair = 0.0
        self.count = 0
        self.waiting: list[tuple[float, int, Any]] = []
        self.last = 0.0
        self.due = math.inf

    def send(self, now: float, size: float, rank: int, done: Action, token: int) -> Transfer:
        """Put bytes on the link; `done` is called with `token` when the last one has left."""
        # An idle link's clock starts anew: nobody remembers it, and small numbers are exact.
        self.fair = self.fair + (now - self.last) / self.count if self.count else 0.0
        self.last = now
        self.count += 1
        transfer = Transfer(size, rank, done, token, self.fair + size * self.s_per_byte)
        heapq.heappush(self.waiting, (transfer.finish, self._clock.tick(), transfer))
        self._expect(now)
        return transfer

    def at_once(self, now: float, size: float) -> float:
        """Return when bytes are through that nothing can disturb, infinite else."""
        if self.count == 0:
            end = now + size * self.s_per_byte
            events = self._clock.events
            if not events or events[0][0] > end:
                return end
        return math.inf

    def stop(self, now: float, transfer: Transfer) -> float:
        """Take a transfer off the link and return the bytes that it got through."""
        transfer.alive = False
        self.leave(now)
        left = (transfer.finish - self.fair) / self.s_per_byte if self.s_per_byte else 0.0
        return min(transfer.size, max(0.0, transfer.size - left))

    def leave(self, now: float) -> None:
        """Go on without a transfer that is not alive any more."""
        self.fair += (now - self.last) / self.count
        self.last = now
        self.count -= 1
        self._expect(now)

    def _expect(self, now: float) -> None:
        """Make sure that the engine comes back when the next transfer is done, or before."""
        waiting = self.waiting
        while waiting and not waiting[0][2].alive:
            heapq.heappop(waiting)
        if waiting:
            left = waiting[0][0] - self.fair
            due = now + left * self.count if left > 0 else now
            if due < self.due:
                self.due = due
                heapq.heappush(self._clock.events, (due, 1, self._clock.tick(), self, 0))

    def __call__(self, now: float, token: int) -> None:  # noqa: ARG002
        """Look who is done."""
        if now != self.due:
            return  # an earlier look took its place
        self.due = math.inf
        count, waiting = self.count, self.waiting
        if not count:
            return
        self.fair = fair = self.fair + (now - self.last) / count
        self.last = now
        # What cannot be told from now in the engine's time is done now.
        reach = fair + 4e-16 * now / count + 1e-12 * fair
        finished = []
        while waiting and waiting[0][0] <= reach:
            transfer = heapq.heappop(waiting)[2]
            if transfer.alive:
                transfer.alive = False
                finished.append(transfer)
        self.count = count - len(finished)
        if waiting:
            self._expect(now)
        for transfer in finished:
            transfer.done(now, transfer.token)


class HeldLink(Link):
    """A link that can be made to stand still; its clock of fair service does then, too."""

    __slots__ = ("_held",)

    def __init__(self, clock: Clock, s_per_byte: float) -> None:
        super().__init__(clock, s_per_byte)
        self._held = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on the link."""
        return self.count == 0

    def hold(self, now: float) -> None:
        """Stand still from now on."""
        if self.count:
            self.fair += (now - self.last) / self.count
        self.last = now
        self._held = True
        self.due = math.inf

    def release(self, now: float) -> None:
        """Go on."""
        self.last = now
        self._held = False
        self._expect(now)

    def send(self, now: float, size: float, rank: int, done: Action, token: int) -> Transfer:
        """Put bytes on the link, perhaps to stand still there."""
        if self._held:
            self.last = now
        transfer = super().send(now, size, rank, done, token)
        if self._held:
            self.due = math.inf
        return transfer

    def stop(self, now: float, transfer: Transfer) -> float:
        """Take a transfer off the link and return the bytes that it got through."""
        if self._held:
            self.last = now
        sent = super().stop(now, transfer)
        if self._held:
            self.due = math.inf
        return sent


class RankedLink:
    """One direction of a link on which uploads stand still while tensors of queries are on it.

    Two links in one: that of queries always works, that of uploads while the first is idle.
    """

    __slots__ = ("_busy", "_queries", "_uploads")

    def __init__(self, clock: Clock, s_per_byte: float) -> None:
        self._queries = Link(clock, s_per_byte)
        self._uploads = HeldLink(clock, s_per_byte)
        self._busy = 0

    def send(self, now: float, size: float, rank: int, done: Action, token: int) -> Transfer:
        """Put bytes on the link; `done` is called with `token` when the last one has left."""
        if rank != FIRST:
            return self._uploads.send(now, size, rank, done, token)
        if self._busy == 0:
            self._uploads.hold(now)
        self._busy += 1

        def ended(now: float, token: int) -> None:
            self._leave(now)
            done(now, token)

        return self._queries.send(now, size, rank, ended, token)

    def at_once(self, now: float, size: float) -> float:
        """Return when a query's bytes are through that nothing can disturb, infinite else."""
        return self._queries.at_once(now, size) if self._uploads.is_idle else math.inf

    def stop(self, now: float, transfer: Transfer) -> float:
        """Take a transfer off the link and return the bytes that it got through."""
        if transfer.rank != FIRST:
            return self._uploads.stop(now, transfer)
        sent = self._queries.stop(now, transfer)
        self._leave(now)
        return sent

    def _leave(self, now: float) -> None:
        self._busy -= 1
        if self._busy == 0:
            self._uploads.release(now)


class Queue:
    """A server that works on one job after the other, first come, first served."""

    __slots__ = ("free",)

    def __init__(self) -> None:
        self.free = 0.0

    def take(self, now: float, seconds: float) -> float:
        """Accept a job that comes now and return when it begins."""
        begin = max(self.free, now)
        self.free = begin + seconds
        return begin

    def drop(self, now: float) -> None:
        """Forget all jobs."""
        self.free = now


class Planned(Queue):
    """A server that runs every job at once: what users cost one another is in the plan's execution times."""

    __slots__ = ()

    def take(self, now: float, seconds: float) -> float:  # noqa: ARG002
        """Accept a job, which begins now."""
        return now
