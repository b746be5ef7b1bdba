"""What threads compete for: links that carry bytes, servers that run layers."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from typing import Protocol

Action = Callable[[float, int], None]
"""What is done at a time; the number tells a thread's actions from those of a past it has given up."""


class Clock(Protocol):
    """What resources need of the engine."""

    def at(self, time: float, priority: int, action: Action, token: int) -> None:
        """Do something at a time."""
        ...


FIRST, SECOND = 0, 1
"""Ranks of transfers: where queries go first, SECOND waits while any FIRST is on the link."""


class Transfer:
    """Bytes on their way over one direction of a link."""

    __slots__ = ("alive", "done", "finish", "rank", "size", "token")

    def __init__(self, size: float, rank: int, done: Action, token: int) -> None:
        self.size = size
        self.rank = rank
        self.done = done
        self.token = token
        self.finish = 0.0
        self.alive = True


class Link:
    """One direction of a link whose transfers divide its bandwidth equally.

    Bytes travel link after link, so each transfer loads one link at a time and the max-min fair shares are equal
    ones. Instead of touching every transfer at every change, a clock of fair service runs: it counts the bytes that
    each transfer on the link has got, and a transfer is done when the clock reaches the value at its start plus its
    size. A change then costs O(log n). With two ranks there are two such clocks, and that of the lower rank stands
    still while the higher has transfers.
    """

    __slots__ = ("_clock", "_counts", "_due", "_fair", "_last", "_number", "_s_per_byte", "_waiting")

    def __init__(self, clock: Clock, s_per_byte: float, ranks: int) -> None:
        self._clock = clock
        self._s_per_byte = s_per_byte
        self._fair = [0.0] * ranks
        self._counts = [0] * ranks
        self._waiting: list[list[tuple[float, int, Transfer]]] = [[] for _ in range(ranks)]
        self._last = 0.0
        self._number = 0
        self._due = math.inf

    def pace(self, count: int) -> float:
        """Return by how much `count` transfers slow one another down."""
        return count

    def send(self, now: float, size: float, rank: int, done: Action, token: int) -> Transfer:
        """Put bytes on the link; `done` is called with `token` when the last one has left."""
        rank = min(rank, len(self._fair) - 1)
        self._advance(now)
        transfer = Transfer(size, rank, done, token)
        if self._counts[rank] == 0:
            self._fair[rank] = 0.0  # nobody remembers it: starting anew keeps it exact
            self._waiting[rank].clear()
        transfer.finish = self._fair[rank] + size
        self._counts[rank] += 1
        self._number += 1
        heapq.heappush(self._waiting[rank], (transfer.finish, self._number, transfer))
        self._expect(now)
        return transfer

    def stop(self, now: float, transfer: Transfer) -> float:
        """Take a transfer off the link and return the bytes that it got through."""
        self._advance(now)
        sent = min(transfer.size, max(0.0, transfer.size - (transfer.finish - self._fair[transfer.rank])))
        transfer.alive = False
        self._counts[transfer.rank] -= 1
        self._expect(now)
        return sent

    def _serving(self) -> int:
        for rank, count in enumerate(self._counts):
            if count:
                return rank
        return -1

    def _advance(self, now: float) -> None:
        if now > self._last:
            rank = self._serving()
            if rank >= 0:
                self._fair[rank] += (now - self._last) / (self._s_per_byte * self.pace(self._counts[rank]))
            self._last = now

    def _expect(self, now: float) -> None:
        """Make sure that the engine comes back when the next transfer is done, or before."""
        rank = self._serving()
        if rank < 0:
            return
        waiting = self._waiting[rank]
        while not waiting[0][2].alive:
            heapq.heappop(waiting)
        left = waiting[0][0] - self._fair[rank]
        due = now + max(0.0, left) * self._s_per_byte * self.pace(self._counts[rank])
        if due < self._due:
            self._due = due
            self._clock.at(due, 1, self._look, 0)

    def _look(self, now: float, token: int) -> None:  # noqa: ARG002
        if now != self._due:
            return  # an earlier look took its place
        self._due = math.inf
        self._advance(now)
        rank = self._serving()
        if rank < 0:
            return
        waiting, finished = self._waiting[rank], []
        fair = self._fair[rank]
        # What cannot be told from now in the engine's time is done now.
        grain = 4e-16 * max(now, 1e-300) / (self._s_per_byte * self.pace(self._counts[rank])) + 1e-12 * fair
        while waiting and (not waiting[0][2].alive or waiting[0][0] <= fair + grain):
            transfer = heapq.heappop(waiting)[2]
            if transfer.alive:
                finished.append(transfer)
                self._counts[rank] -= 1
        self._expect(now)
        for transfer in finished:
            transfer.alive = False
            transfer.done(now, transfer.token)


class WideLink(Link):
    """One direction of a link on which transfers do not slow one another down."""

    __slots__ = ()

    def pace(self, count: int) -> float:  # noqa: ARG002
        """Return 1: each transfer has the whole bandwidth."""
        return 1.0


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
