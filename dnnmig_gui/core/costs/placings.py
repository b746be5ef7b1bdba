"""Minimising tables over layers out, step by step: what bucket elimination does to tables, whatever they mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from dnnmig_gui.core.costs.elimination_order import Step
from dnnmig_gui.core.costs.once_a_place import CACHED_VALUES, ChoiceArray, SharedTensor, Sharing
from dnnmig_gui.core.costs.problem import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class _Input:
    """How the values of a table are laid out for a step: batch, the layer placed, then the step's scope."""

    number: int
    order: tuple[int, ...] | None
    shape: tuple[int, ...]

    @staticmethod
    def of(number: int, scope: tuple[int, ...], axes: tuple[int, ...], sizes: Sequence[int]) -> _Input:
        """Return how table `number` over `scope` is laid out along `axes`."""
        shape = tuple([sizes[layer] if layer in scope else 1 for layer in axes])
        order = [scope.index(layer) + 1 for layer in axes if layer in scope]
        return _Input(number, None if order == sorted(order) else (0, *order), shape)

    def read(self, tables: Sequence[FloatArray]) -> FloatArray:
        values = tables[self.number]
        if self.order is not None:
            values = values.transpose(self.order)
        return values.reshape(len(values), *self.shape)


@dataclass(frozen=True, eq=False)
class _Placing:
    """A step ready to run: for each layer placed now the tables that mention it."""

    layers: tuple[int, ...]
    scope: tuple[int, ...]
    inputs: tuple[tuple[_Input, ...], ...]
    sharing: Sharing | None
    terms: int

    def least(self, tables: Sequence[FloatArray]) -> FloatArray:
        """Return the least cost over the layers placed now, shape (B or 1, *scope)."""
        if self.sharing is not None:
            return self.sharing.least([_summed(inputs, tables) for inputs in self.inputs])
        return _least_sum([part.read(tables) for part in self.inputs[0]])

    def least_with_choice(self, tables: Sequence[FloatArray]) -> tuple[FloatArray, ChoiceArray | None]:
        """Return the least cost, and what a single layer takes where that is quick to tell, shaped alike."""
        if self.sharing is not None or self.terms > CACHED_VALUES:
            return self.least(tables), None
        total = _summed(self.inputs[0], tables)
        if total.size > CACHED_VALUES:
            return total.min(axis=1), None
        if total.shape[1] == 2:
            return np.minimum(total[:, 0], total[:, 1]), (total[:, 1] < total[:, 0]).astype(np.intp)
        return total.min(axis=1), total.argmin(axis=1)

    def decide(self, tables: Sequence[FloatArray], chosen: ChoiceArray, known: ChoiceArray | None) -> None:
        """Fill in what the layers placed now take, given the layers of the scope; `chosen` has shape (B, L)."""
        batch = len(chosen)
        rows = np.arange(batch)
        if known is not None:
            index = (rows if len(known) == batch else 0, *(chosen[:, layer] for layer in self.scope))
            chosen[:, self.layers[0]] = known[index]
            return
        scope = list(self.scope)
        if self.sharing is not None:
            costs = [_summed(inputs, tables) for inputs in self.inputs]
            chosen[:, list(self.layers)] = self.sharing.chosen(costs, chosen[:, scope])
            return
        total: FloatArray | float = 0.0
        for part in self.inputs[0]:
            values = part.read(tables)
            place = [rows if len(values) == batch else 0, slice(None)]
            place += [chosen[:, layer] if size > 1 else 0 for layer, size in zip(scope, part.shape[1:], strict=True)]
            # Of mixed integers and arrays around a slice numpy puts the joint axis first.
            total = total + values[tuple(place)]
        chosen[:, self.layers[0]] = np.argmin(total, axis=-1)


class Placings:
    """Steps that minimise layers out of tables, ready to run on any values of those tables.

    Parameters
    ----------
    scopes
        The layers of each table, in the order in which values are given; each open layer is in one.
    steps
        What is minimised out in which order.
    shared, domains
        Tensors that steps refer to, and the servers of each layer; not needed where no step refers to one.
    sizes
        For each layer the number of its values.
    """

    def __init__(
        self,
        scopes: Iterable[tuple[int, ...]],
        steps: Sequence[Step],
        sizes: Sequence[int],
        shared: Sequence[SharedTensor] = (),
        domains: Sequence[IntArray] = (),
    ) -> None:
        self._layer_count = len(sizes)
        all_scopes = list(scopes)
        reading: dict[int, set[int]] = {}

        def list_table(number: int) -> None:
            for layer in all_scopes[number]:
                reading.setdefault(layer, set()).add(number)

        for number in range(len(all_scopes)):
            list_table(number)
        self._placings = []
        for step in steps:
            if not step.layers:
                continue
            inputs = []
            for layer in step.layers:
                axes = (layer, *step.scope)
                numbers = sorted(reading[layer], key=lambda one: (len(all_scopes[one]), one))
                inputs.append(tuple(_Input.of(number, all_scopes[number], axes, sizes) for number in numbers))
                for number in numbers:
                    for other in all_scopes[number]:
                        if other != layer:
                            reading[other].discard(number)
            sharing = None
            if step.tensor >= 0:
                sharing = Sharing(shared[step.tensor], step.layers, step.scope, domains)
            self._placings.append(_Placing(step.layers, step.scope, tuple(inputs), sharing, step.entries))
            all_scopes.append(step.scope)
            list_table(len(all_scopes) - 1)

    def least(self, tables: Sequence[FloatArray]) -> FloatArray | float:
        """Return the least sum of the tables, shape (B or 1,).

        Parameters
        ----------
        tables
            Values of each table, shape (B or 1, *its scope).
        """
        known = [*tables]
        total: FloatArray | float = 0.0
        for placing in self._placings:
            found = placing.least(known)
            known.append(found)
            if not placing.scope:
                total = total + found
        return total

    def cheapest(self, tables: Sequence[FloatArray], batch: int) -> tuple[FloatArray | float, ChoiceArray]:
        """Return the least sum and what each layer takes of its values in it, shape (B, L)."""
        known = [*tables]
        total: FloatArray | float = 0.0
        choices = []
        for placing in self._placings:
            found, choice = placing.least_with_choice(known)
            known.append(found)
            choices.append(choice)
            if not placing.scope:
                total = total + found
        chosen = np.zeros((batch, self._layer_count), dtype=np.intp)
        for placing, choice in zip(reversed(self._placings), reversed(choices), strict=True):
            placing.decide(known, chosen, choice)
        return total, chosen


def _summed(inputs: Sequence[_Input], tables: Sequence[FloatArray]) -> FloatArray:
    """Return the sum of a layer's tables, shape (B or 1, its domain, *scope or 1)."""
    return reduce(np.add, [part.read(tables) for part in inputs])


def _least_sum(terms: Sequence[FloatArray]) -> FloatArray:
    """Return the least over axis 1 of a sum of broadcast terms."""
    shape = np.broadcast_shapes(*(term.shape for term in terms))
    if int(np.prod(shape)) <= CACHED_VALUES:
        found: FloatArray = reduce(np.add, terms).min(axis=1)
        return found
    # Place by place; all terms but the last, which has the most axes, are joined once.
    joint, last = (reduce(np.add, terms[:-1]), terms[-1]) if len(terms) > 1 else (terms[0], np.zeros_like(terms[0]))
    found = joint[:, 0] + last[:, 0]
    term = np.empty_like(found)
    for place in range(1, shape[1]):
        np.add(joint[:, place], last[:, place], out=term)
        np.minimum(found, term, out=found)
    return found
