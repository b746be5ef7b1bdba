"""Cheapest places of a model's layers, exactly: min-sum bucket elimination over the model's DAG.

The layers are the variables, the servers each may run on their values. Variables are eliminated one by one in a
min-fill order; each elimination joins the tables that mention the variable and minimises it out (Dechter, "Bucket
elimination: a unifying framework for reasoning", 1999). Time and memory grow with the width of the DAG, not with
its length: a chain of L layers on S servers takes L tables of S x S.

Execution costs may carry a batch axis, so that thousands of what-ifs over one model cost little more than one.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.costs.problem import FloatArray, IntArray, LinearCost, Tensors
from dnnmig_gui.core.errors import InfeasibleError

LARGEST_TABLE = 50_000_000
"""Entries of the largest table joined (400 MB); wider models are refused."""

ChoiceArray = npt.NDArray[np.intp]


class TooWideError(InfeasibleError):
    """The model's DAG has too many branches open at once for tables of a reasonable size."""


@dataclass(frozen=True, eq=False)
class _Table:
    """A cost over a few layers: axis 0 is the batch (of length 1 or B), then one axis a layer of `scope`."""

    scope: tuple[int, ...]
    values: FloatArray


class Elimination:
    """The structure of one user's model, ready to be solved for many execution costs.

    Parameters
    ----------
    cost
        Its transfer part is used here; its execution part is handed to `cheapest`.
    tensors
        Who hands what to whom.
    domains
        For each layer the server numbers it may run on, at least one. A tie goes to the earlier.
    client
        Where results must arrive.

    Raises
    ------
    TooWideError
        If a table would exceed `LARGEST_TABLE` entries.
    """

    def __init__(self, cost: LinearCost, tensors: Tensors, domains: Sequence[IntArray], client: int) -> None:
        self.domains = tuple(np.asarray(domain, dtype=np.int64) for domain in domains)
        self._fixed = tuple(int(domain[0]) if len(domain) == 1 else -1 for domain in self.domains)
        self._constant = 0.0
        self._tables: list[_Table] = []
        for producer, size_bytes, consumers in zip(
            tensors.producer, tensors.size_bytes, tensors.consumers, strict=True
        ):
            self._add_tensor(int(producer), cost.transfer(float(size_bytes)), consumers, client)
        self._free = [layer for layer, place in enumerate(self._fixed) if place < 0]
        self._order, self.width = self._min_fill_order()

    def cheapest(self, execution: Sequence[FloatArray]) -> tuple[FloatArray, IntArray]:
        """Return the least cost of each what-if and places that attain it.

        Parameters
        ----------
        execution
            For each layer its execution cost on each server of its domain, shape (B, len(domain)) or
            (1, len(domain)); infinite where it must not run.

        Returns
        -------
        minimum : shape (B,)
            Infinite where no plan exists; the places are then of no meaning.
        places : shape (B, L)
            Server numbers.
        """
        minimum, decisions = self._eliminate(execution, keep_decisions=True)
        batch = len(minimum)
        chosen = np.zeros((batch, len(self.domains)), dtype=np.intp)
        rows = np.arange(batch)
        for layer, scope, decision in reversed(decisions):
            index = (rows if len(decision) == batch else np.zeros(batch, dtype=np.intp), *chosen[:, scope].T)
            chosen[:, layer] = decision[index]
        places = np.empty_like(chosen, dtype=np.int64)
        for layer, domain in enumerate(self.domains):
            places[:, layer] = domain[chosen[:, layer]]
        return minimum, places

    def minimum(self, execution: Sequence[FloatArray]) -> FloatArray:
        """Return the least cost of each what-if alone, shape (B,): cheaper than `cheapest`."""
        return self._eliminate(execution, keep_decisions=False)[0]

    def _eliminate(
        self, execution: Sequence[FloatArray], *, keep_decisions: bool
    ) -> tuple[FloatArray, list[tuple[int, list[int], ChoiceArray]]]:
        batch = max(len(costs) for costs in execution)
        total = np.full(batch, self._constant)
        buckets: dict[int, list[_Table]] = {layer: [] for layer in self._free}
        rank = {layer: place for place, layer in enumerate(self._order)}

        def put(table: _Table) -> None:
            if table.scope:
                buckets[min(table.scope, key=rank.__getitem__)].append(table)
            else:
                np.add(total, table.values, out=total)

        for layer, costs in enumerate(execution):
            put(_Table((layer,) if self._fixed[layer] < 0 else (), costs if self._fixed[layer] < 0 else costs[:, 0]))
        for table in self._tables:
            put(table)
        decisions = []
        for layer in self._order:
            scope, joined = self._join(buckets.pop(layer), layer)
            if keep_decisions:
                decision = joined.argmin(axis=-1)
                decisions.append((layer, list(scope), decision))
                values = np.take_along_axis(joined, decision[..., None], axis=-1)[..., 0]
            else:
                values = joined.min(axis=-1)
            put(_Table(scope, values))
        return total, decisions

    def _join(self, tables: list[_Table], layer: int) -> tuple[tuple[int, ...], FloatArray]:
        """Return the sum of the tables over their joint scope, `layer` as the last axis."""
        scope = sorted({other for table in tables for other in table.scope if other != layer})
        axes = {other: place + 1 for place, other in enumerate([*scope, layer])}
        spread = []
        # Small tables first, so that sums over the full scope happen as late as can be.
        for table in sorted(tables, key=lambda one: one.values.size):
            order = sorted(range(len(table.scope)), key=lambda place: axes[table.scope[place]])
            shape = [1] * (len(axes) + 1)
            shape[0] = len(table.values)
            for other in table.scope:
                shape[axes[other]] = len(self.domains[other])
            spread.append(table.values.transpose(0, *(place + 1 for place in order)).reshape(shape))
        joined: FloatArray = reduce(np.add, spread)
        full = (len(joined), *(len(self.domains[other]) for other in [*scope, layer]))
        return tuple(scope), np.broadcast_to(joined, full)

    def _add_tensor(self, producer: int, transfer: FloatArray, consumers: tuple[int, ...], client: int) -> None:
        """Add the table of one tensor: a transfer to each distinct place that consumes it."""
        result = len(self.domains)
        fixed_places = {client if layer == result else self._fixed[layer] for layer in consumers} - {-1}
        free = tuple(layer for layer in consumers if layer < result and self._fixed[layer] < 0)
        scope = tuple(sorted({*free, *([producer] if self._fixed[producer] < 0 else [])}))
        self._check_size(scope)
        axis = {layer: place for place, layer in enumerate(scope)}

        def places(layer: int) -> IntArray:
            if layer not in axis:
                return np.array(self._fixed[layer])
            shape = [1] * len(scope)
            shape[axis[layer]] = -1
            return self.domains[layer].reshape(shape)

        from_ = places(producer)
        values = np.zeros(tuple(len(self.domains[layer]) for layer in scope))
        for place in sorted(fixed_places):
            values = values + transfer[from_, place]
        for number, layer in enumerate(free):
            to = places(layer)
            new = np.ones((1,) * len(scope), dtype=bool)
            for place in fixed_places:
                new = new & (to != place)
            for other in free[:number]:
                new = new & (to != places(other))
            values = values + np.where(new, transfer[from_, to], 0.0)
        if scope:
            self._tables.append(_Table(scope, values[None]))
        else:
            self._constant += float(values)

    def _min_fill_order(self) -> tuple[list[int], int]:
        """Return an order that adds few edges to the interaction graph, and its induced width."""
        neighbours: dict[int, set[int]] = {layer: set() for layer in self._free}
        for table in self._tables:
            for layer in table.scope:
                neighbours[layer].update(table.scope)
        for layer in self._free:
            neighbours[layer].discard(layer)

        def score(layer: int) -> tuple[int, int, int]:
            around = neighbours[layer]
            if len(around) <= 1:
                return (0, len(around), layer)
            missing = sum(len(around - neighbours[one]) - 1 for one in around) // 2
            return (missing, len(around), layer)

        heap = [score(layer) for layer in self._free]
        heapq.heapify(heap)
        current = {entry[2]: entry for entry in heap}
        order: list[int] = []
        width = 0
        while heap:
            entry = heapq.heappop(heap)
            layer = entry[2]
            if current.get(layer) != entry:
                continue
            del current[layer]
            order.append(layer)
            around = neighbours.pop(layer)
            width = max(width, len(around))
            self._check_size((layer, *around))
            for one in around:
                neighbours[one] |= around
                neighbours[one] -= {one, layer}
            touched = set(around)
            if len(around) > 1:  # edges may have been added: scores two steps away change
                touched |= {far for one in around for far in neighbours[one]}
            for one in touched:
                fresh = score(one)
                if fresh != current[one]:
                    current[one] = fresh
                    heapq.heappush(heap, fresh)
        return order, width

    def _check_size(self, scope: tuple[int, ...]) -> None:
        entries = 1
        for layer in scope:
            entries *= len(self.domains[layer])
        if entries > LARGEST_TABLE:
            raise TooWideError(
                f"the model is too wide for exact elimination: {len(scope)} layers would share one table of"
                f" {entries:.0e} entries",
                hint="merge layers, use fewer servers, or choose another method",
            )
