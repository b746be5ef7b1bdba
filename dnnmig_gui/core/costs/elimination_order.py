"""In which order layers are eliminated: always what needs the smallest table next."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

from dnnmig_gui.core.costs.once_a_place import SharedTensor

Score = tuple[int, int, int, int]


@dataclass(frozen=True)
class Step:
    """What happens next: layers are minimised out, or a shared tensor gets a plain table.

    Parameters
    ----------
    layers
        What is minimised out: one layer, or consumers of one shared tensor; none if the tensor gets its table.
    scope
        The layers that the result depends on, ascending.
    tensor
        Number of the shared tensor, -1 if none is concerned.
    entries
        Size of the largest table that is formed.
    """

    layers: tuple[int, ...]
    scope: tuple[int, ...]
    tensor: int
    entries: int


class EliminationOrder:
    """The steps that leave no layer open.

    Parameters
    ----------
    open_layers
        Layers to minimise out.
    sizes
        For each layer, open or not, the number of its values.
    scopes
        The layers that each table mentions, open ones alone.
    shared
        Tensors whose consumers are not in one table.
    """

    def __init__(
        self,
        open_layers: Sequence[int],
        sizes: Sequence[int],
        scopes: Iterable[tuple[int, ...]],
        shared: Sequence[SharedTensor],
    ) -> None:
        self._sizes = sizes
        self._shared = dict(enumerate(shared))
        self._neighbours: dict[int, set[int]] = {layer: set() for layer in open_layers}
        self._tensors_of: dict[int, set[int]] = {layer: set() for layer in open_layers}
        for scope in scopes:
            self._connect(scope)
        for number, tensor in self._shared.items():
            for layer in self._ends(tensor):
                self._tensors_of[layer].add(number)
        self._best: dict[int, Score] = {}  # by layer, or by -1 - number of a tensor
        self._heap: list[Score] = []
        self.steps = self._all_steps()

    def _all_steps(self) -> list[Step]:
        for layer in self._neighbours:
            self._rate_layer(layer)
        for number in self._shared:
            self._rate_tensor(number)
        steps = []
        while self._heap:
            score = heapq.heappop(self._heap)
            key = score[-1]
            if self._best.get(key) != score:
                continue
            del self._best[key]
            if key >= 0:
                step = Step((key,), tuple(sorted(self._neighbours[key])), -1, score[0])
            else:
                step = self._tensor_step(-1 - key)[1]
            steps.append(step)
            touched = self._apply(step)
            for layer in touched:
                self._rate_layer(layer)
            for number in {number for layer in touched for number in self._tensors_of[layer]}:
                self._rate_tensor(number)
        return steps

    def _apply(self, step: Step) -> set[int]:
        """Carry out a step on the graph; return the layers whose rating may have changed."""
        touched = set(step.scope)
        if step.tensor >= 0:
            tensor = self._shared.pop(step.tensor)
            for layer in self._ends(tensor):
                self._tensors_of[layer].discard(step.tensor)
                touched.add(layer)
        for layer in step.layers:
            for other in self._neighbours.pop(layer):
                self._neighbours[other].discard(layer)
            del self._tensors_of[layer]
            self._best.pop(layer, None)
        before = {layer: len(self._neighbours[layer]) for layer in step.scope}
        self._connect(step.scope)
        touched.difference_update(step.layers)
        if any(len(self._neighbours[layer]) > count for layer, count in before.items()):
            touched |= {far for layer in step.scope for far in self._neighbours[layer]}
        return touched

    def _connect(self, scope: Iterable[int]) -> None:
        together = set(scope)
        for layer in together:
            self._neighbours[layer] |= together
            self._neighbours[layer].discard(layer)

    def _ends(self, tensor: SharedTensor) -> tuple[int, ...]:
        return tensor.consumers if tensor.producer < 0 else (tensor.producer, *tensor.consumers)

    def _rate_layer(self, layer: int) -> None:
        """Rate minimising out one layer, unless a shared tensor concerns it."""
        if self._tensors_of[layer]:
            self._best.pop(layer, None)
            return
        around = self._neighbours[layer]
        entries = self._sizes[layer]
        for one in around:
            entries *= self._sizes[one]
        self._put((entries, 0, self._missing(around), layer))

    def _rate_tensor(self, number: int) -> None:
        self._put(self._tensor_step(number)[0])

    def _put(self, score: Score) -> None:
        if self._best.get(score[-1]) != score:
            self._best[score[-1]] = score
            heapq.heappush(self._heap, score)

    def _tensor_step(self, number: int) -> tuple[Score, Step]:
        """Return how to place consumers of a shared tensor together, or to give it a table if that is smaller."""
        tensor = self._shared[number]
        ends = self._ends(tensor)
        whole = prod(self._sizes[layer] for layer in ends)
        table = (whole, 2, 0, -1 - number), Step((), tuple(sorted(ends)), number, whole)
        placed: list[int] = []
        for layer in sorted(tensor.consumers, key=lambda one: (len(self._neighbours[one]), one)):
            if self._tensors_of[layer] == {number} and not self._neighbours[layer] & set(placed):
                placed.append(layer)
        if not placed:
            return table
        placed.sort()
        around: set[int] = set().union(*(self._neighbours[layer] for layer in placed))
        inner = around | ({tensor.producer} if tensor.producer >= 0 else set())
        scope = inner | (set(tensor.consumers) - set(placed))
        entries = max(
            max(self._sizes[layer] for layer in placed) * prod(self._sizes[layer] for layer in inner),
            prod(self._sizes[layer] for layer in scope) * 2 ** (len(placed) - 1),
            3 ** len(placed),  # ways to part the consumers, each a call
        )
        score = (entries, 1, self._missing(scope), -1 - number)
        return min((score, Step(tuple(placed), tuple(sorted(scope)), number, entries)), table, key=lambda one: one[0])

    def _missing(self, around: set[int]) -> int:
        """Return how many edges the step would add."""
        if len(around) <= 1:
            return 0
        if len(around) == 2:
            one, other = around
            return int(other not in self._neighbours[one])
        return sum(len(around - self._neighbours[one]) - 1 for one in around) // 2
