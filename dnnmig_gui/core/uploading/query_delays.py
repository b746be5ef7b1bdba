"""q(U): the least query delay for what is uploaded, for many sets U at once.

Mostly a product of small tables (`delay_tables`). Where too many branches are open at once, and where branches run at
the same time (a parallel delay), so that the pass would have to know when each open tensor is ready, q(U) is found by
elimination, block by block (`costs.series_parallel`), for many sets side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from dnnmig_gui.core.costs.elimination import Elimination
from dnnmig_gui.core.costs.problem import BoolArray, FloatArray, LinearCost, PathCost, Tensors
from dnnmig_gui.core.costs.series_parallel import SeriesParallel
from dnnmig_gui.core.uploading.choices import Choices
from dnnmig_gui.core.uploading.delay_tables import CHUNK_VALUES, ByTables, delay_tables


class QueryDelays(Protocol):
    """q(U) over sets of the K layers of `Choices.layers`."""

    def of_sets(self, uploaded: BoolArray) -> FloatArray:
        """Return q of each set, shape (B,); `uploaded` has shape (B, K)."""
        ...

    def of_runs(self, segments: Sequence[tuple[int, int]]) -> tuple[float, FloatArray]:
        """Return q of no layer, and q of each run of layers inside a segment.

        Parameters
        ----------
        segments
            Ranges (first, last) of layer numbers, both included, ascending, apart.

        Returns
        -------
        without : float
        with_run : shape (K, K)
            Entry [i, j] is q of the layers i to j; NaN unless both lie in one segment, i <= j.
        """
        ...

    def given(self, number: int) -> QueryDelays:
        """Return q for the other K - 1 layers once layer `number` is uploaded."""
        ...

    def of_subsets(self) -> FloatArray:
        """Return q of all 2^K sets; layer k is in set number n if bit K - 1 - k of n is set."""
        ...

    def with_prices(self, prices: FloatArray) -> FloatArray:
        """Return min over U of q(U) + the prices of the layers in U, shape (B,); `prices` has shape (B, K).

        Of a parallel delay no more than that: prices count where they lie on the longest path alone.
        """
        ...


def query_delays(choices: Choices, cost: LinearCost, tensors: Tensors, client: int) -> QueryDelays:
    """Return the evaluator of q that fits the model."""
    if isinstance(cost, PathCost):
        return ByElimination(choices, cost, tensors, client)
    tables = delay_tables(choices, cost, tensors, client)
    if tables is None:
        return ByElimination(choices, cost, tensors, client)
    return ByTables(tables)


def least_delays(choices: Choices, cost: LinearCost, tensors: Tensors, client: int) -> Elimination | SeriesParallel:
    """Return what finds the least query delay over the choices, and the places that attain it.

    Raises
    ------
    TooWideError
        If the model's branches are too many, or cross too much, for exact answers.
    """
    if isinstance(cost, PathCost):
        return SeriesParallel(cost.path, tensors, choices.domains(), client)
    return Elimination(cost, tensors, choices.domains(), client)


class ByElimination:
    """`QueryDelays` by elimination: for many branches open at once, and block by block for a parallel delay."""

    def __init__(self, choices: Choices, cost: LinearCost, tensors: Tensors, client: int) -> None:
        self._choices = choices
        self._cost, self._tensors, self._client = cost, tensors, client
        self._elimination = least_delays(choices, cost, tensors, client)
        self._step = max(1, CHUNK_VALUES >> min(self._elimination.width + 1, 20))

    def of_sets(self, uploaded: BoolArray) -> FloatArray:
        """Return q of each set, shape (B,)."""
        found = np.empty(len(uploaded))
        for at in range(0, len(uploaded), self._step):
            part = slice(at, at + self._step)
            found[part] = self._elimination.minimum(self._choices.execution(uploaded[part]))
        return found

    def of_runs(self, segments: Sequence[tuple[int, int]]) -> tuple[float, FloatArray]:
        """Return q of no layer, and q of each run inside a segment, shape (K, K)."""
        count = len(self._choices.layers)
        runs = [(i, j) for first, last in segments for i in range(first, last + 1) for j in range(i, last + 1)]
        ends = np.array([(count, -1), *runs])  # the first is the run of no layer
        numbers = np.arange(count)
        delays = self.of_sets((numbers >= ends[:, :1]) & (numbers <= ends[:, 1:]))
        found = np.full((count, count), np.nan)
        found[ends[1:, 0], ends[1:, 1]] = delays[1:]
        return float(delays[0]), found

    def given(self, number: int) -> QueryDelays:
        """Return q for the other layers once layer `number` is uploaded."""
        layer = self._choices.layers[number]
        before, layers = list(self._choices.before), list(self._choices.layers)
        before[layer] = self._choices.after[layer]
        del layers[number]
        choices = replace(self._choices, before=tuple(before), layers=tuple(layers))
        return ByElimination(choices, self._cost, self._tensors, self._client)

    def of_subsets(self) -> FloatArray:
        """Return q of all 2^K sets."""
        count = len(self._choices.layers)
        sets = np.arange(2**count)
        bits = np.arange(count - 1, -1, -1)
        parts = [
            self.of_sets((sets[at : at + self._step, None] >> bits & 1).astype(bool))
            for at in range(0, len(sets), self._step)
        ]
        return np.concatenate(parts)

    def with_prices(self, prices: FloatArray) -> FloatArray:
        """Return the least q(U) + prices of U for each row of prices, shape (B,)."""
        number = {layer: place for place, layer in enumerate(self._choices.layers)}
        execution = self._choices.execution(np.zeros((1, prices.shape[1]), dtype=bool))
        for layer, domain in enumerate(self._choices.domains()):
            if layer in number:
                needs_upload = ~np.isin(domain, self._choices.before[layer])
                seconds = self._choices.execution_s[layer, domain]
                execution[layer] = seconds + prices[:, number[layer], None] * needs_upload
        return np.broadcast_to(self._elimination.minimum(execution), len(prices))
