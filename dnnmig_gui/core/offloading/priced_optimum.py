"""One user's optimum where servers have prices: a server with the work e costs the least of n e + V / n over n users.

That cost is concave in e: a user alone pays as if it chose how crowded each of its servers is. The search keeps for
each server a range of n, and whether the server counts as used; over the range it takes the chord, which makes a node
one elimination, and it splits where the chord lies lowest below the cost. The least open node is a bound at any time.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from dnnmig_gui.core.costs.elimination import Elimination
from dnnmig_gui.core.costs.problem import BoolArray, FloatArray, IntArray, LinearCost, Tensors

Array = TypeVar("Array", BoolArray, IntArray)

CLOSE = 1e-7
"""Relative distance of chord and cost below which nothing is split."""

MOST_KEPT = 100_000
"""Optima kept of one solver."""


@dataclass(frozen=True, eq=False)
class Crowding:
    """How crowded servers may be for one user, and their prices; each of shape (S,).

    Parameters
    ----------
    prices
        V of each server, at least zero.
    fewest, most
        The range of n.
    least
        Users certain to be there, whatever n; work is stretched by the larger of both.
    counted
        Whether the user counts as being there, with or without work, and so pays V / n.
    barred
        Whether the user does without the server.
    """

    prices: FloatArray
    fewest: IntArray
    most: IntArray
    least: FloatArray
    counted: BoolArray
    barred: BoolArray

    def at(self, servers: IntArray) -> Crowding:
        """Return the same of some servers alone; what is paid elsewhere is left out."""
        return Crowding(
            self.prices[servers],
            self.fewest[servers],
            self.most[servers],
            self.least[servers],
            self.counted[servers],
            self.barred[servers],
        )

    @property
    def key(self) -> bytes:
        """What tells it from others."""
        parts = (self.prices, self.fewest, self.most, self.least, self.counted, self.barred)
        return b"".join(part.tobytes() for part in parts)

    def cost(self, work: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the least of max(n, least) e + V / n over the range for work e (S,), and the n, shape (S,) each."""
        crowds = np.arange(1.0, float(self.most.max()) + 1)
        paid = np.maximum(crowds, self.least[:, None]) * work[:, None] + self.prices[:, None] / crowds
        paid[(crowds < self.fewest[:, None]) | (crowds > self.most[:, None])] = np.inf
        at = paid.argmin(axis=1)
        return paid[np.arange(len(work)), at], crowds[at]

    def chords(self, most_work: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return stretch and fixed charge of the chord from no work to `most_work`, shape (S,) each."""
        fixed = np.where(self.counted, self.prices / self.most, 0.0)
        top, _ = self.cost(most_work)
        stretch = np.maximum(self.fewest, self.least).astype(float)
        some = most_work > 0
        stretch[some] = (top[some] - fixed[some]) / most_work[some]
        stretch[self.barred] = np.inf
        return stretch, fixed

    def split(self, server: int, work: float, most_work: float) -> Iterator[Crowding]:
        """Yield two parts that cover this: used or not; else the lower and the upper half of the crowds."""
        if not self.counted[server]:
            yield replace(self, barred=_with(self.barred, server, True))
            yield replace(self, counted=_with(self.counted, server, True))
            return
        crowds = np.arange(int(self.fewest[server]), int(self.most[server]) + 1)
        ends = [
            int(crowds[(np.maximum(crowds, self.least[server]) * some + self.prices[server] / crowds).argmin()])
            for some in (work, most_work)
        ]
        middle = min(max(sum(ends) // 2, int(crowds[0])), int(crowds[-1]) - 1)
        yield replace(self, most=_with(self.most, server, middle))
        yield replace(self, fewest=_with(self.fewest, server, middle + 1))


def _with(values: Array, place: int, value: int) -> Array:
    changed = values.copy()
    changed[place] = value
    return changed


class PricedOptimum:
    """The optima of one user's model over a few servers, the client first.

    Parameters
    ----------
    cost
        The objective over these servers.
    computes
        Shape (L,): the layers whose work is stretched.

    Raises
    ------
    TooWideError
        If the model is too wide.
    """

    def __init__(self, cost: LinearCost, tensors: Tensors, computes: BoolArray) -> None:
        self._execution = cost.execution
        self._computes = computes
        finite = np.where(np.isfinite(cost.execution) & computes[:, None], cost.execution, 0.0)
        self._work = finite
        self._most_work: FloatArray = finite.sum(axis=0)
        self._domains = [np.flatnonzero(np.isfinite(row)) for row in cost.execution]
        possible = all(len(domain) for domain in self._domains)
        self._elimination = Elimination(cost, tensors, self._domains, 0) if possible else None
        self._stretched: dict[bytes, tuple[float, IntArray]] = {}
        self._priced: dict[bytes, tuple[float, IntArray, FloatArray]] = {}

    def stretched(self, stretch: FloatArray) -> tuple[float, IntArray]:
        """Return the least cost and its places, executions stretched by `stretch`; infinite bars a server."""
        return self._all_stretched([stretch])[0]

    def _all_stretched(self, stretches: Sequence[FloatArray]) -> list[tuple[float, IntArray]]:
        """Return what `stretched` does for several stretches, those not known yet solved together."""
        keys = [stretch.tobytes() for stretch in stretches]
        new = {key: stretch for key, stretch in zip(keys, stretches, strict=True) if key not in self._stretched}
        if len(self._stretched) + len(new) > MOST_KEPT:
            self._stretched.clear()
            new = dict(zip(keys, stretches, strict=True))
        if new:
            self._stretched.update(zip(new, self._solve(np.array(list(new.values()))), strict=True))
        return [self._stretched[key] for key in keys]

    def priced(self, crowding: Crowding, nodes: int) -> tuple[float, IntArray, FloatArray]:
        """Return a bound of the least priced cost, the places of its node, and its slope in the prices (S,).

        Parameters
        ----------
        nodes
            Nodes opened at most; the bound is the least cost itself if they suffice.
        """
        key = crowding.key + bytes([min(nodes, 255)])
        if key not in self._priced:
            if len(self._priced) >= MOST_KEPT:
                self._priced.clear()
            self._priced[key] = self._search(crowding, nodes)
        return self._priced[key]

    def _search(self, crowding: Crowding, nodes: int) -> tuple[float, IntArray, FloatArray]:
        ((value, places),) = self._chord_optima([crowding])
        heap = [(value, 0, crowding, places)]
        best, best_places, best_part = np.inf, places, crowding
        for number in range(nodes):
            value, _, part, places = heap[0]
            if value >= best * (1 - CLOSE):
                break
            work = self._work_on(places)
            used = np.zeros(len(work), dtype=bool)
            used[places[self._computes]] = True
            stretch, fixed = part.chords(self._most_work)
            paid, _ = part.cost(work)
            short = np.where(used | part.counted, paid - fixed - np.where(used, stretch, 0.0) * work, 0.0)
            true = value + float(short.sum())
            if true < best:
                best, best_places, best_part = true, places, part
            if nodes == 1:
                return value, places, self._slope(part, work, used, chord=True)
            server = int(short.argmax())
            if short[server] <= CLOSE * max(value, 1e-300):
                break
            if part.counted[server] and part.fewest[server] >= part.most[server]:
                break
            heapq.heappop(heap)
            children = list(part.split(server, float(work[server]), float(self._most_work[server])))
            found = self._chord_optima(children)
            for turn, (child, (child_value, child_places)) in enumerate(zip(children, found, strict=True)):
                if child_value < best:
                    heapq.heappush(heap, (max(child_value, value), 2 * number + turn + 1, child, child_places))
            if not heap:
                break
        bound = min(heap[0][0], best) if heap else best
        work = self._work_on(best_places)
        used = np.zeros(len(work), dtype=bool)
        used[best_places[self._computes]] = True
        return bound, best_places, self._slope(best_part, work, used, chord=False)

    def _slope(self, part: Crowding, work: FloatArray, used: BoolArray, *, chord: bool) -> FloatArray:
        """Return the derivative of what is paid in the prices: 1 / n on each server used."""
        if chord:
            _, crowds = part.cost(self._most_work)
            share = work / np.where(self._most_work > 0, self._most_work, 1.0)
            return np.where(part.counted, 1.0 / part.most, 0.0) * (1 - share) + share / crowds
        _, crowds = part.cost(work)
        found: FloatArray = np.where(used | part.counted, 1.0 / crowds, 0.0)
        return found

    def _chord_optima(self, crowdings: Sequence[Crowding]) -> list[tuple[float, IntArray]]:
        chords = [crowding.chords(self._most_work) for crowding in crowdings]
        found = self._all_stretched([stretch for stretch, _ in chords])
        return [(value + float(fixed.sum()), places) for (value, places), (_, fixed) in zip(found, chords, strict=True)]

    def _work_on(self, places: IntArray) -> FloatArray:
        weights = self._work[np.arange(len(places)), places]
        return np.bincount(places, weights=weights, minlength=len(self._most_work)).astype(np.float64)

    def _solve(self, stretch: FloatArray) -> list[tuple[float, IntArray]]:
        """Return the least cost and its places for each stretch, given as shape (B, S)."""
        if self._elimination is None:
            return [(float("inf"), np.zeros(len(self._domains), dtype=np.int64))] * len(stretch)
        barred = np.isinf(stretch)[:, None]
        rows = np.where(barred, np.inf, self._execution * np.where(barred, 1.0, stretch[:, None]))
        rows[:, ~self._computes] = self._execution[~self._computes]
        servers = rows.shape[2]
        costs = [
            rows[:, layer] if len(domain) == servers else rows[:, layer, domain]
            for layer, domain in enumerate(self._domains)
        ]
        values, places = self._elimination.cheapest(costs)
        return list(zip(values.tolist(), places, strict=True))
