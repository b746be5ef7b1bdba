"""When a user asks its next query: at once, after a pause, or at random times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from dnnmig_gui.core.costs.problem import FloatArray
from dnnmig_gui.core.scenario.schema import Running

BLOCK = 1024
"""Random times drawn at once."""


class Asking(Protocol):
    """The times of a user's queries. One query thread: a query starts when it is asked, or when the last one ends."""

    leading: int
    """1: a query starts when it is asked. 2: it may have to wait; it then has two leading anchors, asked and start."""

    def next(self, ended: float) -> tuple[float, ...]:
        """Return the leading anchors of the next query when the last one ended at a time."""
        ...

    def stretch(self, ended: float, delay_s: float, until: float, most: int) -> FloatArray:
        """Return the leading anchors of all next queries that start before `until`, each `delay_s` long, shape (N, A).

        At most `most` of them. They then count as asked.
        """
        ...

    def nth_end(self, ended: float, delay_s: float, count: int) -> float:
        """Return when the query numbered `count`, from 1, of such a stretch ends, without asking any."""
        ...

    def left_asked(self, until: float) -> FloatArray:
        """Return when queries were asked before `until` that have not started."""
        ...


class Paused:
    """The next query is asked a fixed pause, `pause_s`, after the last one's end."""

    leading = 1

    def __init__(self, pause_s: float) -> None:
        self.pause_s = pause_s
        self._is_first = True

    def next(self, ended: float) -> tuple[float, ...]:
        """Return the next query's leading anchors."""
        if self._is_first:
            self._is_first = False
            return (ended,)
        return (ended + self.pause_s,)

    def _starts(self, ended: float, delay_s: float, count: int) -> FloatArray:
        """Return the start of each query and the end of the last, one after the other."""
        first = ended if self._is_first else ended + self.pause_s
        if self.pause_s == 0:
            steps = np.full(count + 1, delay_s)
            steps[0] = first
            return np.add.accumulate(steps)
        steps = np.full(2 * count, self.pause_s)
        steps[0] = first
        steps[1::2] = delay_s
        clock = np.add.accumulate(steps)
        return np.concatenate([clock[::2], clock[-1:]])

    def stretch(self, ended: float, delay_s: float, until: float, most: int) -> FloatArray:
        """Ask all queries of a stretch."""
        first = ended if self._is_first else ended + self.pause_s
        if first >= until:
            return np.empty((0, 1))
        count = min(most, int((until - first) / (delay_s + self.pause_s)) + 2)
        starts = self._starts(ended, delay_s, count)[:-1]
        starts = starts[: np.searchsorted(starts, until, side="left")]
        self._is_first = False
        return starts[:, None]

    def nth_end(self, ended: float, delay_s: float, count: int) -> float:
        """Return the end of a query to come."""
        return float(self._starts(ended, delay_s, count)[-1])

    def left_asked(self, until: float) -> FloatArray:  # noqa: ARG002
        """Return nothing: whoever pauses has nothing waiting."""
        return np.empty(0)


class Poisson:
    """Queries are asked independently of one another at a mean rate."""

    leading = 2

    def __init__(self, arrival_s: float, rate: float, rng: np.random.Generator) -> None:
        self._mean_s = 1.0 / rate
        self._rng = rng
        self._last = arrival_s
        self._asked = np.empty(0)
        self._at = 0

    def _draw(self, count: int) -> None:
        """Make sure that at least `count` more times are known."""
        short = count - (len(self._asked) - self._at)
        if short > 0:
            # Whole blocks: however many are asked for at a time, the numbers drawn are the same.
            gaps = self._rng.exponential(self._mean_s, BLOCK * -(-short // BLOCK))
            gaps[0] += self._last
            more = np.add.accumulate(gaps)
            self._last = float(more[-1])
            self._asked = np.concatenate([self._asked[self._at :], more])
            self._at = 0

    def next(self, ended: float) -> tuple[float, ...]:
        """Return the next query's leading anchors."""
        self._draw(1)
        asked = float(self._asked[self._at])
        self._at += 1
        return (asked, max(asked, ended))

    def _starts(self, ended: float, delay_s: float, count: int) -> FloatArray:
        """Return (asked, start) of the next queries: the k-th starts at the latest of asked[j] + (k - j) * delay."""
        self._draw(count)
        asked = self._asked[self._at : self._at + count]
        behind = np.arange(count) * delay_s
        starts = np.maximum(np.maximum.accumulate(asked - behind), ended) + behind
        return np.column_stack([asked, np.maximum(starts, asked)])

    def stretch(self, ended: float, delay_s: float, until: float, most: int) -> FloatArray:
        """Ask all queries of a stretch."""
        count = BLOCK
        while True:
            found = self._starts(ended, delay_s, min(count, most))
            if found[-1, 1] >= until or len(found) == most:
                break
            count *= 2
        found = found[: np.searchsorted(found[:, 1], until, side="left")]
        self._at += len(found)
        return found

    def nth_end(self, ended: float, delay_s: float, count: int) -> float:
        """Return the end of a query to come."""
        return float(self._starts(ended, delay_s, count)[-1, 1] + delay_s)

    def left_asked(self, until: float) -> FloatArray:
        """Return what waits still."""
        while self._last < until:
            self._draw(len(self._asked) - self._at + 1)
        left = self._asked[self._at :]
        return left[left < until]


def asking(running: Running, arrival_s: float, random: Callable[[], np.random.Generator]) -> Asking:
    """Return the times of a user's queries; `random` makes the generator, which takes its time."""
    if running.asking == "poisson":
        return Poisson(arrival_s, running.queries_per_s, random())
    return Paused(running.think_s if running.asking == "think" else 0.0)
