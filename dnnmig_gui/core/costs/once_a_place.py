"""The once-a-place rule for a tensor that several layers consume, without one table over all of them.

Given where a tensor is made and all else that its consumers' costs depend on, the consumers meet only in the set of
places that the tensor is carried to. So the least cost of k consumers together is the least over all ways to part
them into blocks that share a place each, where a block A at place s costs the transfer to s once and what the layers
of A cost there. Two blocks may name the same place and pay for it twice: their union is a block as well and pays
once, so the least stays the least. Places where the tensor lies anyway cost nothing: its maker's, those of consumers
whose place is known, and those of consumers that are placed later.

That takes 2^k products in the (min, +) algebra of S x S x S each, where a table over maker and consumers has S^(k+1)
entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.costs.problem import FloatArray, IntArray

CACHED_VALUES = 40_000
"""A product of at most so many terms is formed at once; a larger one place by place, to stay in the cache."""

ChoiceArray = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class SharedTensor:
    """A tensor whose consumers' places are open.

    Parameters
    ----------
    producer
        The layer that makes it; -1 if its place is fixed.
    opening
        Shape (P, S): cost of carrying it from each place in the producer's domain to each server, nothing where it
        lies anyway. P is 1 if the producer's place is fixed.
    consumers
        At least two layers.
    """

    producer: int
    opening: FloatArray
    consumers: tuple[int, ...]


class Sharing:
    """Places some consumers of a tensor at best, for every choice of what is placed later.

    Parameters
    ----------
    tensor
        What they consume.
    placed
        The k consumers placed now. No table mentions two of them.
    scope
        What the result depends on, ascending: the producer if it is open, the tensor's other consumers, and all
        layers that `placed` share a table with.
    domains
        Of all layers.
    """

    def __init__(
        self, tensor: SharedTensor, placed: tuple[int, ...], scope: tuple[int, ...], domains: Sequence[IntArray]
    ) -> None:
        self.placed, self.scope = placed, scope
        self._later = tuple(layer for layer in tensor.consumers if layer not in placed)
        first = domains[placed[0]]
        if all(np.array_equal(domains[layer], first) for layer in (*placed, *self._later)):
            self._places = first
        else:
            self._places = np.unique(np.concatenate([domains[layer] for layer in (*placed, *self._later)]))
        self._opening = tensor.opening[:, self._places]
        self._producer_axis = scope.index(tensor.producer) if tensor.producer >= 0 else -1
        # Where a layer's domain is not all of the places: the place number of each value, and back.
        self._numbers: dict[int, ChoiceArray] = {}
        self._back: dict[int, ChoiceArray] = {}
        for layer in (*placed, *self._later):
            if domains[layer] is not self._places:
                order = {int(server): number for number, server in enumerate(self._places)}
                numbers = np.array([order[int(server)] for server in domains[layer]], dtype=np.intp)
                self._numbers[layer] = numbers
                self._back[layer] = np.zeros(len(self._places), dtype=np.intp)
                self._back[layer][numbers] = np.arange(len(numbers))

    def least(self, costs: Sequence[FloatArray]) -> FloatArray:
        """Return the least cost of the consumers placed now, shape (B, *scope) or 1 where it does not matter.

        Parameters
        ----------
        costs
            For each of `placed` what it costs, shape (B or 1, its domain, *scope or 1).
        """
        sums = self._sums([self._on_places(layer, values) for layer, values in zip(self.placed, costs, strict=True)])
        found = _parted(self._products(sums), len(self.placed))
        for layer in self._later:
            found = _joined(found, self._beside(sums, layer), last=layer == self._later[-1])
        return found[-1]

    def chosen(self, costs: Sequence[FloatArray], choice: ChoiceArray) -> ChoiceArray:
        """Return what each of `placed` takes of its domain, shape (B, k).

        Parameters
        ----------
        costs
            As given to `least`.
        choice
            Shape (B, scope): what the layers of the scope take of theirs.
        """
        batch, count = len(choice), len(self.placed)
        rows = np.arange(batch)
        given = []
        for layer, values in zip(self.placed, costs, strict=True):
            index = tuple(
                column if size > 1 else np.zeros_like(column)
                for column, size in zip(choice.T, values.shape[2:], strict=True)
            )
            own = values[(rows if len(values) == batch else np.zeros_like(rows), slice(None), *index)]
            given.append(self._on_places(layer, own))  # (B, places)
        sums = self._sums(given)
        opening = self._opening[choice[:, self._producer_axis] if self._producer_axis >= 0 else np.zeros_like(rows)]
        terms = sums + opening
        best_place = terms.argmin(axis=2)
        blocks = np.concatenate([np.full((1, batch), np.inf), terms.min(axis=2)])  # by set, the empty one first
        free = np.stack(_parted(blocks[1:], count))
        levels, beside = [free], []
        for layer in self._later:
            taken = choice[:, self.scope.index(layer)]
            place = self._numbers[layer][taken] if layer in self._numbers else taken
            with_it = np.concatenate([np.zeros((1, batch)), sums[:, rows, place]])
            beside.append((place, with_it))
            levels.append(np.stack(_joined(list(levels[-1]), with_it[1:])))
        places = np.zeros((batch, count), dtype=np.intp)
        left = np.full(batch, 2**count - 1)
        sets = np.arange(2**count)[:, None]

        def take(terms: FloatArray, remaining: FloatArray, left: ChoiceArray) -> ChoiceArray:
            inside = (sets & ~left) == 0
            rest = remaining[np.where(inside, left ^ sets, 0), rows]
            block: ChoiceArray = np.where(inside, terms + rest, np.inf).argmin(axis=0)
            return block

        for level in range(len(beside), 0, -1):
            place, with_it = beside[level - 1]
            block = take(with_it, levels[level - 1], left)
            for number in range(count):
                places[:, number] = np.where(block >> number & 1, place, places[:, number])
            left = left ^ block
        blocks[0] = 0.0
        for _ in range(count):
            # Each block takes the first consumer left, so that it is not empty while there is one.
            must = left & -left
            block = take(np.where((sets & must) == must, blocks, np.inf), free, left)
            place = best_place[block - 1, rows]
            for number in range(count):
                places[:, number] = np.where(block >> number & 1, place, places[:, number])
            left = left ^ block
        for number, layer in enumerate(self.placed):
            if layer in self._back:
                places[:, number] = self._back[layer][places[:, number]]
        return places

    def _on_places(self, layer: int, values: FloatArray) -> FloatArray:
        """Return costs over the domain (axis 1) spread over the places, infinite where the layer may not lie."""
        if layer not in self._numbers:
            return values
        spread = np.full((len(values), len(self._places), *values.shape[2:]), np.inf)
        spread[:, self._numbers[layer]] = values
        return spread

    def _sums(self, given: Sequence[FloatArray]) -> FloatArray:
        """Return what each non-empty set of consumers costs at one place, shape (2^k - 1, B, places, ...)."""
        if len(given) == 1:
            return given[0][None]
        shape = np.broadcast_shapes(*(values.shape for values in given))
        sums = np.empty((2 ** len(given) - 1, *shape))
        for number, values in enumerate(given):
            start = 2**number
            sums[start - 1] = values
            np.add(sums[: start - 1], values, out=sums[start : 2 * start - 1])
        return sums

    def _products(self, sums: FloatArray) -> FloatArray:
        """Return the least of sums + opening over the places, shape (2^k - 1, B, ...)."""
        shape = [len(self._places)] + [1] * (sums.ndim - 3)
        if self._producer_axis >= 0:
            shape[1 + self._producer_axis] = len(self._opening)
        opening = self._opening.T.reshape(shape)  # (places, ..., producer, ...)
        result_shape = np.broadcast_shapes(sums[:, :, 0].shape, opening[0].shape)
        if int(np.prod(result_shape)) * len(self._places) <= CACHED_VALUES:
            products: FloatArray = (sums + opening).min(axis=2)
            return products
        least: FloatArray = sums[:, :, 0] + opening[0]
        term = np.empty(result_shape)
        for place in range(1, len(self._places)):
            np.add(sums[:, :, place], opening[place], out=term)
            np.minimum(least, term, out=least)
        return least

    def _beside(self, sums: FloatArray, layer: int) -> FloatArray:
        """Return what each set costs at the place of a consumer that is placed later, shape (2^k - 1, B, ...)."""
        axis = self.scope.index(layer)
        values = sums[:, :, self._numbers[layer]] if layer in self._numbers else sums
        if values.shape[3 + axis] == 1:  # its own place does not matter otherwise
            beside: FloatArray = np.moveaxis(np.squeeze(values, axis=3 + axis), 2, 2 + axis)
        else:
            beside = np.moveaxis(np.diagonal(values, axis1=2, axis2=3 + axis), -1, 2 + axis)
        return beside


def _parted(blocks: FloatArray, count: int) -> list[FloatArray]:
    """Return for each set of consumers, by its bits, the least over all ways to part it into blocks.

    Parameters
    ----------
    blocks
        Shape (2^k - 1, ...): what each non-empty set costs as one block.
    """
    found: list[FloatArray] = [np.zeros_like(blocks[0])]
    for whole in range(1, 2**count):
        least = blocks[whole - 1]
        first = whole & -whole
        part = (whole - 1) & whole
        while part:
            if part & first:
                least = np.minimum(least, blocks[part - 1] + found[whole ^ part])
            part = (part - 1) & whole
        found.append(least)
    return found


def _joined(without: Sequence[FloatArray], beside: FloatArray, *, last: bool = False) -> list[FloatArray]:
    """Return for each set the least over which of it lie beside a later consumer; only the whole set if `last`."""
    found = []
    for whole in range(len(without) - 1 if last else 0, len(without)):
        least = without[whole]
        part = whole
        while part:
            least = np.minimum(least, beside[part - 1] + (without[whole ^ part] if whole ^ part else 0.0))
            part = (part - 1) & whole
        found.append(least)
    return found
