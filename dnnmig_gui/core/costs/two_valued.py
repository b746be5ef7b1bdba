"""Bucket elimination of layers with two values each, for many costs side by side and many layers at once.

Layers that share no table are minimised out together, a round of them by few numpy calls: a chain of L layers takes
about log2 L rounds instead of L steps. All tables lie in one array, a row an entry, a column a member of the batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.costs.problem import FloatArray, IntArray

SAFE_SCOPE = 2
"""Layers with at most so many neighbours go at once: that makes no table wider than it has to be."""


@dataclass(frozen=True, eq=False)
class _Bucket:
    """Layers with equally many neighbours that are minimised out together.

    Parameters
    ----------
    layers
        Shape (G,).
    scope
        Shape (G, s): their neighbours.
    rows
        Shape (M, 2, G, 2^s): the rows to sum for each value of the layer and each choice of its neighbours.
    results
        The rows of what is least.
    """

    layers: IntArray
    scope: IntArray
    rows: IntArray
    results: slice


class TwoValuedElimination:
    """Minimises sums of tables over layers that take one of two values each.

    Parameters
    ----------
    layers
        L.
    scopes
        The layers of each table. A table with k layers has 2^k rows, the first layer's value the highest bit.
    most_entries
        Of one table.
    """

    def __init__(self, layers: int, scopes: Iterable[tuple[int, ...]], most_entries: int) -> None:
        self._layers = layers
        self._scopes = list(scopes)
        self._offsets = np.concatenate([[0], np.cumsum([2 ** len(scope) for scope in self._scopes])]).tolist()
        self.table_rows: int = self._offsets.pop()
        # A row of zeros stands where a layer has fewer tables than others of its bucket.
        self._nothing = self.table_rows
        self.rows = self.table_rows + 1
        self._reading: list[set[int]] = [set() for _ in range(layers)]
        self._neighbours: list[set[int]] = [set() for _ in range(layers)]
        for number, scope in enumerate(self._scopes):
            self._list_table(number, scope)
        self._sum_rows: list[int] = []
        self.possible = True
        self._buckets: list[_Bucket] = []
        left = set(range(layers))
        while left:
            together = self._independent(left)
            left.difference_update(together)
            by_size: dict[int, list[int]] = {}
            for layer in together:
                by_size.setdefault(len(self._neighbours[layer]), []).append(layer)
            if 2 ** (max(by_size) + 1) > most_entries:
                self.possible = False
                return
            self._buckets += [self._bucket(size, members) for size, members in sorted(by_size.items())]
            for layer in together:
                for other in self._neighbours[layer]:
                    self._neighbours[other].discard(layer)

    def cheapest(self, tables: FloatArray) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
        """Return the least sums, shape (B,), and which value each layer takes, shape (L, B); a tie goes to the first.

        Parameters
        ----------
        tables
            Shape (rows, B), of which the first `table_rows` are given and the others written.
        """
        batch = tables.shape[1]
        tables[self._nothing] = 0.0
        choices = []
        for bucket in self._buckets:
            total = tables.take(bucket.rows[0], axis=0)
            for rows in bucket.rows[1:]:
                total += tables.take(rows, axis=0)
            choices.append(total[1] < total[0])
            least = np.minimum(total[0], total[1])
            tables[bucket.results] = least.reshape(-1, batch)
        chosen = np.zeros((self._layers, batch), dtype=bool)
        columns = np.arange(batch)
        for bucket, choice in zip(reversed(self._buckets), reversed(choices), strict=True):
            code = np.zeros((len(bucket.layers), batch), dtype=np.intp)
            for neighbour in bucket.scope.T:
                code += code
                code += chosen[neighbour]
            code += np.arange(0, choice.shape[0] * choice.shape[1], choice.shape[1])[:, None]
            code *= batch
            code += columns
            chosen[bucket.layers] = choice.take(code)
        return tables[self._sum_rows].sum(axis=0), chosen

    def _list_table(self, number: int, scope: Sequence[int]) -> None:
        together = set(scope)
        for layer in together:
            self._reading[layer].add(number)
            self._neighbours[layer] |= together
            self._neighbours[layer].discard(layer)

    def _independent(self, left: set[int]) -> list[int]:
        """Return layers no two of which share a table, those with the fewest neighbours first."""
        degree = {layer: len(self._neighbours[layer]) for layer in left}
        most = max(SAFE_SCOPE, min(degree.values()))
        found: list[int] = []
        beside: set[int] = set()
        for layer in sorted((layer for layer in left if degree[layer] <= most), key=lambda one: (degree[one], one)):
            if layer not in beside:
                found.append(layer)
                beside |= self._neighbours[layer]
        return found

    def _bucket(self, size: int, layers: Sequence[int]) -> _Bucket:
        scopes = [tuple(sorted(self._neighbours[layer])) for layer in layers]
        read = [sorted(self._reading[layer]) for layer in layers]
        bits = (np.arange(2**size)[:, None] >> np.arange(size - 1, -1, -1)) & 1
        values = np.arange(2)[:, None]
        rows = np.full((max(len(numbers) for numbers in read), 2, len(layers), 2**size), self._nothing)
        first = self.rows
        for place, (layer, scope, numbers) in enumerate(zip(layers, scopes, read, strict=True)):
            for turn, number in enumerate(numbers):
                table = self._scopes[number]
                weights = {one: 2 ** (len(table) - 1 - at) for at, one in enumerate(table)}
                along = bits @ np.array([weights.get(one, 0) for one in scope], dtype=np.int64)
                rows[turn, :, place] = self._offsets[number] + values * weights[layer] + along
                for other in table:
                    self._reading[other].discard(number)
            self._scopes.append(scope)
            self._offsets.append(self.rows)
            self._list_table(len(self._scopes) - 1, scope)
            if not size:
                self._sum_rows.append(self.rows)
            self.rows += 2**size
        return _Bucket(
            np.array(layers), np.array(scopes, dtype=np.int64).reshape(len(scopes), size), rows, slice(first, self.rows)
        )
