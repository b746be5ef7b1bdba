"""Cheapest places of a model's layers, exactly: min-sum bucket elimination over the model's DAG.

The layers are the variables, the servers each may run on their values. Variables are eliminated one by one, that with
the smallest table next; each elimination joins the tables that mention the variable and minimises it out (Dechter,
"Bucket elimination: a unifying framework for reasoning", 1999). Time and memory grow with the width of the DAG, not
with its length: a chain of L layers on S servers takes L tables of S x S. The consumers of one tensor are placed
together (`once_a_place`), so that a tensor for many layers makes no table over all of them.

Execution costs may carry a batch axis, so that thousands of what-ifs over one model cost little more than one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.elimination_order import EliminationOrder, Step
from dnnmig_gui.core.costs.once_a_place import SharedTensor
from dnnmig_gui.core.costs.placings import Placings
from dnnmig_gui.core.costs.problem import FloatArray, IntArray, LinearCost, Tensors
from dnnmig_gui.core.errors import InfeasibleError

LARGEST_TABLE = 50_000_000
"""Entries of the largest table formed (400 MB); wider models are refused."""

SMALL_TABLE = 1024
"""Entries of a table over a tensor's maker and all its consumers that is made without thinking twice."""


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
    pairs
        Further costs of where two layers lie: (producer, cost between any two servers of shape (S, S), consumer).

    Raises
    ------
    TooWideError
        If a table would exceed `LARGEST_TABLE` entries.
    """

    def __init__(
        self,
        cost: LinearCost,
        tensors: Tensors,
        domains: Sequence[IntArray],
        client: int,
        pairs: Iterable[tuple[int, FloatArray, int]] = (),
    ) -> None:
        self.domains = tuple(np.asarray(domain, dtype=np.int64) for domain in domains)
        self._sizes = [len(domain) for domain in self.domains]
        self._fixed = tuple(int(domain[0]) if len(domain) == 1 else -1 for domain in self.domains)
        self._constant = 0.0
        self._tables: list[_Table] = []
        self._shared: list[SharedTensor] = []
        for producer, size_bytes, consumers in zip(
            tensors.producer.tolist(), tensors.size_bytes.tolist(), tensors.consumers, strict=True
        ):
            self._add_tensor(producer, cost.transfer(size_bytes), consumers, client)
        for producer, values, consumer in pairs:
            self._add_tensor(producer, values, (consumer,), client)
        self._open = [layer for layer, place in enumerate(self._fixed) if place < 0]
        order = EliminationOrder(self._open, self._sizes, (table.scope for table in self._tables), self._shared)
        self.width = max((len(step.scope) for step in order.steps), default=0)
        for step in order.steps:
            self._check_size(step)
        for step in order.steps:
            if step.tensor >= 0:  # what is left of the tensor when some consumers are placed is a plain table
                tensor = self._shared[step.tensor]
                self._add_table(tensor, tuple(layer for layer in tensor.consumers if layer not in step.layers))
        scopes = [table.scope for table in self._tables] + [(layer,) for layer in self._open]
        self._placings = Placings(scopes, order.steps, self._sizes, self._shared, self.domains)

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
        constant, tables = self._tables_of(execution)
        least, chosen = self._placings.cheapest(tables, len(constant))
        places = np.empty_like(chosen, dtype=np.int64)
        for layer, domain in enumerate(self.domains):
            places[:, layer] = domain[chosen[:, layer]]
        return constant + least, places

    def minimum(self, execution: Sequence[FloatArray]) -> FloatArray:
        """Return the least cost of each what-if alone, shape (B,): cheaper than `cheapest`."""
        constant, tables = self._tables_of(execution)
        return constant + self._placings.least(tables)

    def _tables_of(self, execution: Sequence[FloatArray]) -> tuple[FloatArray, list[FloatArray]]:
        """Return what is paid whatever is chosen, shape (B,), and all tables: of transfers, then of executions."""
        constant = np.full(max(len(costs) for costs in execution), self._constant)
        tables = [table.values for table in self._tables]
        for layer, costs in enumerate(execution):
            if self._fixed[layer] < 0:
                tables.append(costs)
            else:
                constant += costs[:, 0]
        return constant, tables

    def _add_tensor(self, producer: int, transfer: FloatArray, consumers: tuple[int, ...], client: int) -> None:
        """Add one tensor: a transfer to each distinct place that consumes it."""
        result = len(self.domains)
        known = sorted({client if layer == result else self._fixed[layer] for layer in consumers} - {-1})
        opened = tuple(layer for layer in consumers if layer < result and self._fixed[layer] < 0)
        from_ = self.domains[producer]
        if not known and len(opened) == 1 and self._fixed[producer] < 0:  # most tensors: one consumer, both ends open
            self._tables.append(_Table((producer, opened[0]), transfer[from_[:, None], self.domains[opened[0]]][None]))
            return
        open_producer = producer if self._fixed[producer] < 0 else -1
        if known:
            on_way = transfer[from_[:, None], known].sum(axis=1)
            if open_producer >= 0:
                self._tables.append(_Table((producer,), on_way[None]))
            else:
                self._constant += float(on_way[0])
        if not opened:
            return
        opening = transfer[from_]
        opening[:, known] = 0.0
        tensor = SharedTensor(open_producer, opening, opened)
        entries = len(from_)
        for layer in opened:
            entries *= self._sizes[layer]
        if len(opened) == 1 or entries <= SMALL_TABLE:
            self._add_table(tensor, opened)
        else:
            self._shared.append(tensor)

    def _add_table(self, tensor: SharedTensor, consumers: tuple[int, ...]) -> None:
        """Add the table over a tensor's maker and some consumers: what is opened for each place of theirs, once."""
        if not consumers:
            return
        ends = consumers if tensor.producer < 0 else (tensor.producer, *consumers)
        scope = tuple(sorted(ends))
        axis = {layer: place for place, layer in enumerate(scope)}

        def along(layer: int, values: IntArray) -> IntArray:
            shape = [1] * len(scope)
            shape[axis[layer]] = -1
            return values.reshape(shape)

        from_ = np.array(0) if tensor.producer < 0 else along(tensor.producer, np.arange(len(tensor.opening)))
        total: FloatArray | float = 0.0
        for number, layer in enumerate(consumers):
            to = along(layer, self.domains[layer])
            carried = tensor.opening[from_, to]
            for other in consumers[:number]:
                carried = np.where(to == along(other, self.domains[other]), 0.0, carried)
            total = total + carried
        self._tables.append(_Table(scope, np.asarray(total)[None]))

    def _check_size(self, step: Step) -> None:
        if step.entries > LARGEST_TABLE:
            raise TooWideError(
                f"the model is too wide for exact elimination: {len(step.scope) + len(step.layers)} layers would share"
                f" one table of {step.entries:.0e} entries",
                hint="merge layers, use fewer servers, or choose another method",
            )
