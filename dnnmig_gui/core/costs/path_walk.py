"""A critical path kept while layers move one by one: only what lies behind a moved layer is looked at again."""

from __future__ import annotations

import heapq
from collections.abc import Mapping

from dnnmig_gui.core.costs.problem import IntArray, LinearCost, UserProblem


class PathWalk:
    """The critical path of one user's query.

    Parameters
    ----------
    user
        Whose query it is.
    cost
        What counts along the path.
    places
        Shape (L,).
    stretch
        For each server by how much others slow executions down; the caller keeps it up to date.
    """

    def __init__(self, user: UserProblem, cost: LinearCost, places: IntArray, stretch: list[int]) -> None:
        self._places: list[int] = [*places.tolist(), user.client]
        self._execution: list[list[float]] = [*cost.execution.tolist(), [0.0] * cost.execution.shape[1]]
        self._per_transfer: list[list[float]] = cost.per_transfer.tolist()
        self._per_byte: list[list[float]] = cost.per_byte.tolist()
        self._stretch = stretch
        layers = len(self._places)
        self._sizes = [0.0] * layers
        self._readers: list[tuple[int, ...]] = [()] * layers
        self._producers: list[list[int]] = [[] for _ in range(layers)]
        for producer, size, readers in zip(
            user.tensors.producer.tolist(), user.tensors.size_bytes.tolist(), user.tensors.consumers, strict=True
        ):
            self._sizes[producer] = size
            self._readers[producer] = readers
            for reader in readers:
                self._producers[reader].append(producer)
        self._done: list[float] = [0.0] * layers
        self.refresh()

    @property
    def length(self) -> float:
        """The critical path as the plan is."""
        return self._done[-1]

    def moved(self, layer: int, server: int) -> tuple[float, dict[int, float]]:
        """Return the length with one layer on another server, and when each layer that this shifts is done."""
        shifted: dict[int, float] = {}
        waiting = [layer, *self._readers[layer]]
        heapq.heapify(waiting)
        before = self._places[layer]
        self._places[layer] = server
        last = -1
        while waiting:
            number = heapq.heappop(waiting)
            if number == last:
                continue
            last = number
            done = self._finish(number, shifted, self._stretch)
            if done != self._done[number]:
                shifted[number] = done
                if number != layer:  # the moved layer's readers are looked at anyway
                    for reader in self._readers[number]:
                        heapq.heappush(waiting, reader)
        self._places[layer] = before
        return shifted.get(len(self._places) - 1, self._done[-1]), shifted

    def slowed(self, others: Mapping[int, int]) -> float:
        """Return the length if others slow these servers down by so much."""
        stretch = list(self._stretch)
        for server, factor in others.items():
            stretch[server] = factor
        done: dict[int, float] = {}
        for layer in range(len(self._places)):
            done[layer] = self._finish(layer, done, stretch)
        return done[len(self._places) - 1]

    def move(self, layer: int, server: int, shifted: Mapping[int, float]) -> None:
        """Carry out what `moved` told."""
        self._places[layer] = server
        for number, done in shifted.items():
            self._done[number] = done

    def refresh(self) -> None:
        """Count anew, after the stretch has changed."""
        for layer in range(len(self._places)):
            self._done[layer] = self._finish(layer, {}, self._stretch)

    def _finish(self, layer: int, shifted: Mapping[int, float], stretch: list[int]) -> float:
        to = self._places[layer]
        start = 0.0
        for producer in self._producers[layer]:
            from_ = self._places[producer]
            done = shifted[producer] if producer in shifted else self._done[producer]
            arrival = done + (self._per_transfer[from_][to] + self._sizes[producer] * self._per_byte[from_][to])
            start = max(start, arrival)
        return start + self._execution[layer][to] * stretch[to]
