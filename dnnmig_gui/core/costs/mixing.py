"""The best mix of two plans: of the 2^L plans that take each layer's place from one or the other, the cheapest.

Each layer has two values, its place in the first plan and in the second, so bucket elimination finds the best mix in
time proportional to the number of layers, for many pairs of plans side by side. As a crossover this is optimal
recombination (Cotta and Troya, "Embedding branch and bound within evolutionary algorithms", 2003); with a second plan
that has everything on one server it is the expansion move of Boykov, Veksler and Zabih, "Fast approximate energy
minimization via graph cuts", 2001: the best set of layers to move to that server.
"""

from __future__ import annotations

import numpy as np

from dnnmig_gui.core.costs.problem import FloatArray, IntArray, LinearCost, Tensors
from dnnmig_gui.core.costs.two_valued import TwoValuedElimination

MOST_ENTRIES = 4096
"""Entries of the widest table, a plan; models with more branches open at once cannot be mixed at best."""

CHUNK_VALUES = 500_000
"""Table entries held for all plans mixed at once (4 MB)."""


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
        by_count: dict[tuple[int, bool], list[int]] = {}
        for number, consumers in enumerate(tensors.consumers):
            by_count.setdefault((len(consumers), consumers[-1] == layers), []).append(number)
        # Tensors with the same number of consumers are laid out together: columns of producer and consumers.
        self._groups = tuple(
            (
                np.array([[tensors.producer[number], *tensors.consumers[number]] for number in numbers]),
                tensors.size_bytes[numbers],
            )
            for numbers in by_count.values()
        )
        self.possible = all(2 ** ends.shape[1] <= MOST_ENTRIES for ends, _ in self._groups)
        if not self.possible:
            return
        scopes: list[tuple[int, ...]] = [(layer,) for layer in range(layers)]
        for ends, _ in self._groups:
            # A result is read by no layer: its axis is dropped. Axes of a table stand in the order of `ends`.
            scopes.extend(tuple(layer for layer in row.tolist() if layer < layers) for row in ends)
        self._elimination = TwoValuedElimination(layers, scopes, MOST_ENTRIES)
        self.possible = self._elimination.possible
        self._most_at_once = max(1, CHUNK_VALUES // self._elimination.rows)

    def best(
        self, first: IntArray, second: IntArray, cost: LinearCost, stretch: FloatArray | None = None
    ) -> tuple[FloatArray, IntArray]:
        """Return the cost of the cheapest mix of each pair of plans, shape (B,), and the mixes, shape (B, L).

        A tie goes to the first plan.

        Parameters
        ----------
        first, second
            Shape (B, L).
        cost
            Of the user alone.
        stretch
            Shape (B, S): by how much others slow executions down on each server, for each pair; None for not at all.
        """
        costs, plans = [], []
        for start in range(0, len(first), self._most_at_once):
            rows = slice(start, start + self._most_at_once)
            value, plan = self._best(first[rows], second[rows], cost, None if stretch is None else stretch[rows])
            costs.append(value)
            plans.append(plan)
        return np.concatenate(costs), np.concatenate(plans)

    def _best(
        self, first: IntArray, second: IntArray, cost: LinearCost, stretch: FloatArray | None
    ) -> tuple[FloatArray, IntArray]:
        batch, servers = len(first), cost.execution.shape[1]
        # The client's row stands for the end of a result.
        pair = np.full((self._layers + 1, 2, batch), self._client)
        pair[:-1, 0], pair[:-1, 1] = first.T, second.T
        tables = np.empty((self._elimination.rows, batch))
        execution = cost.execution.take(pair[:-1] + np.arange(0, self._layers * servers, servers)[:, None, None])
        if stretch is not None:
            execution *= stretch.take(pair[:-1] + np.arange(0, batch * servers, servers))
        written = 2 * self._layers
        tables[:written] = execution.reshape(-1, batch)
        for ends, sizes in self._groups:
            values = self._transfers(pair, ends, sizes, cost).reshape(-1, batch)
            tables[written : written + len(values)] = values
            written += len(values)
        value, take_second = self._elimination.cheapest(tables)
        return value, np.where(take_second.T, second, first)

    def _transfers(self, pair: IntArray, ends: IntArray, sizes: FloatArray, cost: LinearCost) -> FloatArray:
        """Return tensors' transfers for each choice of the two plans at their ends, shape (tensors, 2, ..., 2, B)."""
        axes, servers = ends.shape[1], len(cost.per_transfer)
        has_result = bool(ends[0, -1] == self._layers)

        def along(axis: int) -> IntArray:
            values = pair[ends[:, axis]]
            shape = [len(ends)] + [1] * axes + [pair.shape[2]]
            if axis == axes - 1 and has_result:  # both of its values are the client
                return values[:, 0].reshape(shape)
            shape[1 + axis] = 2
            return values.reshape(shape)

        of_size = sizes.reshape([-1] + [1] * (axes + 1))
        start = along(0) * servers
        total: FloatArray | float = 0.0
        for axis in range(1, axes):
            to = along(axis)
            route = start + to
            carried = cost.per_byte.take(route)
            carried *= of_size
            carried += cost.per_transfer.take(route)
            for other in range(1, axis):
                carried = np.where(to == along(other), 0.0, carried)
            total = total + carried
        choices = [2] * (axes - 1) + [1 if has_result else 2]
        return np.broadcast_to(total, (len(ends), *choices, pair.shape[2]))
