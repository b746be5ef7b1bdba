"""The best mix of two plans: of the 2^L plans that take each layer's place from one or the other, the cheapest.

Each layer has two values, its place in the first plan and in the second, so bucket elimination finds the best mix in
time proportional to the number of layers, for many pairs of plans side by side. As a crossover this is optimal
recombination (Cotta and Troya, "Embedding branch and bound within evolutionary algorithms", 2003); with a second plan
that has everything on one server it is the expansion move of Boykov, Veksler and Zabih, "Fast approximate energy
minimization via graph cuts", 2001: the best set of layers to move to that server.
"""

from __future__ import annotations

import numpy as np

from dnnmig_gui.core.costs.elimination_order import EliminationOrder
from dnnmig_gui.core.costs.placings import Placings
from dnnmig_gui.core.costs.problem import FloatArray, IntArray, LinearCost, Tensors

MOST_ENTRIES = 4096
"""Entries of the widest table, a plan; models with more branches open at once cannot be mixed at best."""

CHUNK_VALUES = 4_000_000
"""Table entries held for all plans mixed at once (32 MB)."""


class Mixing:
    """Mixes plans of one user.

    Parameters
    ----------
    tensors
        Who hands what to whom.
    layers
        L.
    client
        Where results must arrive.
    """

    def __init__(self, tensors: Tensors, layers: int, client: int) -> None:
        self._layers, self._client = layers, client
        by_count: dict[int, list[int]] = {}
        for number, consumers in enumerate(tensors.consumers):
            by_count.setdefault(len(consumers), []).append(number)
        # Tensors with the same number of consumers are laid out together: columns of producer and consumers.
        self._groups = tuple(
            (
                np.array([[tensors.producer[number], *tensors.consumers[number]] for number in numbers]),
                tensors.size_bytes[numbers],
            )
            for numbers in by_count.values()
        )
        scopes: list[tuple[int, ...]] = [(layer,) for layer in range(layers)]
        self.possible = all(2 ** ends.shape[1] <= MOST_ENTRIES for ends, _ in self._groups)
        if not self.possible:
            return
        for ends, _ in self._groups:
            # A result is read by no layer: its axis is dropped. Axes of a table stand in the order of `ends`.
            scopes.extend(tuple(layer for layer in row.tolist() if layer < layers) for row in ends)
        entries = 2 * layers + sum(len(ends) * 2 ** ends.shape[1] for ends, _ in self._groups)
        self._most_at_once = max(1, CHUNK_VALUES // entries)
        sizes = [2] * layers
        order = EliminationOrder(range(layers), sizes, scopes, ())
        self.possible = all(step.entries <= MOST_ENTRIES for step in order.steps)
        self._placings = Placings(scopes, order.steps, sizes)

    def best(self, first: IntArray, second: IntArray, cost: LinearCost, stretch: FloatArray | None = None) -> IntArray:
        """Return the cheapest mix of each pair of plans, shape (B, L); a tie goes to the first plan.

        Parameters
        ----------
        first, second
            Shape (B, L).
        cost
            Of the user alone.
        stretch
            Shape (B, S): by how much others slow executions down on each server, for each pair; None for not at all.
        """
        parts = []
        for start in range(0, len(first), self._most_at_once):
            rows = slice(start, start + self._most_at_once)
            parts.append(self._best(first[rows], second[rows], cost, None if stretch is None else stretch[rows]))
        return np.concatenate(parts)

    def _best(self, first: IntArray, second: IntArray, cost: LinearCost, stretch: FloatArray | None) -> IntArray:
        batch = len(first)
        pair = np.stack([first, second], axis=2)  # (B, L, 2)
        execution = cost.execution[np.arange(self._layers)[:, None], pair]
        if stretch is not None:
            execution = execution * stretch[np.arange(batch)[:, None, None], pair]
        tables: list[FloatArray] = [execution[:, layer] for layer in range(self._layers)]
        client = np.full((batch, 1, 2), self._client)
        with_result = np.concatenate([pair, client], axis=1)
        for ends, sizes in self._groups:
            tables.extend(self._tensor_tables(with_result, ends, sizes, cost))
        take_second = self._placings.cheapest(tables, batch)[1].astype(bool)
        return np.where(take_second, second, first)

    def _tensor_tables(self, pair: IntArray, ends: IntArray, sizes: FloatArray, cost: LinearCost) -> list[FloatArray]:
        """Return for each tensor its transfers for each choice of the two plans at its ends, shape (B, 2, ..., 2)."""
        count = ends.shape[1]

        def along(axis: int) -> IntArray:
            shape = [len(pair), len(ends)] + [1] * count
            shape[2 + axis] = 2
            return pair[:, ends[:, axis]].reshape(shape)

        sizes = sizes.reshape([1, -1] + [1] * count)
        start = along(0)
        total: FloatArray | float = 0.0
        for axis in range(1, count):
            to = along(axis)
            carried = cost.per_transfer[start, to] + sizes * cost.per_byte[start, to]
            for other in range(1, axis):
                carried = np.where(to == along(other), 0.0, carried)
            total = total + carried
        values = np.broadcast_to(total, (len(pair), len(ends), *([2] * count)))
        tables = []
        for number, row in enumerate(ends):
            found = values[:, number]
            if row[-1] == self._layers:  # both values of the result's axis are the client
                found = found[..., 0]
            tables.append(found)
        return tables
