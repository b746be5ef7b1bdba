"""q(U): the least query delay for what is uploaded, for many sets U at once.

Layers are passed once, in topological order. What the rest of the pass must know of the layers already passed is a
*state*: for each tensor that is still to be consumed, where it was made and where else it lies already. Everything
between two layers that may be uploaded is folded into one table of state by state, so that q(U) is a product of K
small tables in the (min, +) algebra, where U picks one of two tables for each of its K layers. Sets that differ in
one run of layers share what lies before the run and behind it, and all 2^K sets share their common beginnings.

Where branches run at the same time (a parallel delay) the pass would have to know when each open tensor is ready; q(U)
is then found block by block (`costs.series_parallel`), for many sets side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from dnnmig_gui.core.costs.elimination import Elimination
from dnnmig_gui.core.costs.problem import BoolArray, FloatArray, IntArray, LinearCost, PathCost, Tensors
from dnnmig_gui.core.costs.series_parallel import SeriesParallel

MOST_STATES = 256
"""States of the widest table; models with more branches open at once are left to bucket elimination."""

CHUNK_VALUES = 4_000_000
"""Numbers held at once while a batch passes a table (32 MB)."""


@dataclass(frozen=True, eq=False)
class Choices:
    """Where each layer may run, before and after its upload.

    Parameters
    ----------
    before, after
        For each layer the server numbers open to it while it is not uploaded, and once it is. They are the same
        for layers that need no upload.
    layers
        Positions of the K layers that are uploaded, ascending: the sets U are sets of these.
    execution_s
        Shape (L, S).
    """

    before: tuple[tuple[int, ...], ...]
    after: tuple[tuple[int, ...], ...]
    layers: tuple[int, ...]
    execution_s: FloatArray

    def domains(self) -> tuple[IntArray, ...]:
        """Return for each layer all servers it may ever run on; what an upload opens comes first."""
        return tuple(
            np.array(list(dict.fromkeys((*after, *before))), dtype=np.int64)
            for before, after in zip(self.before, self.after, strict=True)
        )

    def execution(self, uploaded: BoolArray) -> list[FloatArray]:
        """Return the execution costs of sets U over `domains`, infinite where a layer must not run.

        Parameters
        ----------
        uploaded
            Shape (B, K).
        """
        number = {layer: place for place, layer in enumerate(self.layers)}
        costs = []
        for layer, domain in enumerate(self.domains()):
            seconds = self.execution_s[layer, domain]
            before = np.where(np.isin(domain, self.before[layer]), seconds, np.inf)
            if layer in number:
                after = np.where(np.isin(domain, self.after[layer]), seconds, np.inf)
                costs.append(np.where(uploaded[:, number[layer], None], after, before))
            else:
                costs.append(before[None])
        return costs


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
        return _ByElimination(choices, cost, tensors, client)
    tables = _tables(choices, cost, tensors, client)
    if tables is None:
        return _ByElimination(choices, cost, tensors, client)
    return _ByTables(tables)


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


# ---------------------------------------------------------------------------------------------------- by tables


class _ByTables:
    """q(U) as a product of K + 1 tables; the first K come in two kinds, without and with the layer."""

    def __init__(self, tables: list[tuple[FloatArray, FloatArray]]) -> None:
        self._tables = tables[:-1]
        self._end = tables[-1][0][:, 0]

    def of_sets(self, uploaded: BoolArray) -> FloatArray:
        values = np.zeros((len(uploaded), 1))
        for number, (without, with_) in enumerate(self._tables):
            here = uploaded[:, number]
            following = np.empty((len(uploaded), without.shape[1]))
            following[here] = _times(values[here], with_)
            following[~here] = _times(values[~here], without)
            values = following
        return _least(values + self._end)

    def of_runs(self, segments: Sequence[tuple[int, int]]) -> tuple[float, FloatArray]:
        count = len(self._tables)
        behind = [self._end]
        for without, _ in reversed(self._tables):
            behind.append((without + behind[-1]).min(axis=1))
        behind.reverse()
        found = np.full((count, count), np.nan)
        values = np.zeros((1, 1))
        position = 0
        for first, last in segments:
            for number in range(position, first):
                values = _times(values, self._tables[number][0])
            runs = values[:0]
            for number in range(first, last + 1):
                without, with_ = self._tables[number]
                runs = _times(np.concatenate([runs, values]), with_)
                found[first : number + 1, number] = (runs + behind[number + 1]).min(axis=1)
                values = _times(values, without)
            position = last + 1
        return float(behind[0][0]), found

    def given(self, number: int) -> QueryDelays:
        tables = list(self._tables)
        _, with_ = tables.pop(number)
        if number == len(tables):
            return _ByTables([*tables, ((with_ + self._end).min(axis=1)[:, None],) * 2])
        if number > 0 and with_.shape[0] > with_.shape[1]:  # the neighbour on the wider side takes it in
            neighbour, at = tables[number - 1], number - 1
            tables[at] = (_times(neighbour[0], with_), _times(neighbour[1], with_))
        else:
            tables[number] = (_times(with_, tables[number][0]), _times(with_, tables[number][1]))
        return _ByTables([*tables, (self._end[:, None],) * 2])

    def of_subsets(self) -> FloatArray:
        return self._subsets_from(np.zeros((1, 1)), 0)

    def with_prices(self, prices: FloatArray) -> FloatArray:
        values = np.zeros((len(prices), 1))
        for number, (without, with_) in enumerate(self._tables):
            values = np.minimum(_times(values, without), _times(values, with_) + prices[:, number, None])
        return _least(values + self._end)

    def _subsets_from(self, values: FloatArray, number: int) -> FloatArray:
        """Return q of all sets that continue those whose `values` over the states before table `number` are given."""
        if number == len(self._tables):
            return _least(values + self._end)
        without, with_ = self._tables[number]
        if len(values) > 1 and 2 * len(values) * without.size > CHUNK_VALUES:
            half = len(values) // 2
            return np.concatenate([self._subsets_from(part, number) for part in (values[:half], values[half:])])
        following = np.empty((len(values), 2, without.shape[1]))
        following[:, 0] = _times(values, without)
        following[:, 1] = _times(values, with_)
        return self._subsets_from(following.reshape(2 * len(values), without.shape[1]), number + 1)


def _times(values: FloatArray, table: FloatArray) -> FloatArray:
    """Return the (min, +) product of shape (B, out) of values (B, in) and a table (in, out)."""
    if len(table) == 1:
        return values + table
    if len(table) * table.shape[1] <= 16:  # few states: whole columns are quicker than a third axis
        result: FloatArray = values[:, :1] + table[0]
        for state in range(1, len(table)):
            np.minimum(result, values[:, state, None] + table[state], out=result)
        return result
    step = max(1, CHUNK_VALUES // table.size)
    if len(values) > step:
        return np.concatenate([_times(values[at : at + step], table) for at in range(0, len(values), step)])
    product: FloatArray = (values[:, :, None] + table).min(axis=1)
    return product


def _least(values: FloatArray) -> FloatArray:
    least: FloatArray = values.min(axis=1)
    return least


_Entry = tuple[int, tuple[int, ...]] | None
"""Of one open tensor: where it was made and where else it lies already; None if nobody needs it elsewhere."""
_State = tuple[_Entry, ...]


def _tables(
    choices: Choices, cost: LinearCost, tensors: Tensors, client: int
) -> list[tuple[FloatArray, FloatArray]] | None:
    """Return the tables of `_ByTables`, or None if one would be too wide."""
    layers = len(choices.before)
    options = [tuple(int(server) for server in domain) for domain in choices.domains()]
    read: list[list[int]] = [[] for _ in range(layers + 1)]
    made: list[int | None] = [None] * (layers + 1)
    for tensor, (producer, consumers) in enumerate(zip(tensors.producer, tensors.consumers, strict=True)):
        made[int(producer)] = tensor
        for consumer in consumers:
            read[consumer].append(tensor)
    transfer = [cost.transfer(float(size)).tolist() for size in tensors.size_bytes]
    open_to = [_needed_at(consumers, options, client) for consumers in tensors.consumers]

    number = {layer: place for place, layer in enumerate(choices.layers)}
    open_tensors: list[int] = []
    states: dict[_State, int] = {(): 0}
    steps: list[tuple[FloatArray, FloatArray]] = []
    for layer in range(layers + 1):
        servers = options[layer] if layer < layers else (client,)
        seconds = choices.execution_s[layer].tolist() if layer < layers else None
        still = [t for t in open_tensors if tensors.consumers[t][-1] > layer]
        own = made[layer]
        following: dict[_State, int] = {}
        arrows: list[tuple[int, int, float, int]] = []
        for state, row in states.items():
            entries = dict(zip(open_tensors, state, strict=True))
            for server in servers:
                price = 0.0 if seconds is None else seconds[server]
                after = dict(entries)
                for tensor in read[layer]:
                    entry = entries[tensor]
                    if entry is not None and server != entry[0] and server not in entry[1]:
                        price += transfer[tensor][entry[0]][server]
                        after[tensor] = (entry[0], (*entry[1], server))
                target = [_short(after[t], open_to[t], layer) for t in still]
                if own is not None:
                    target.append(_short((server, ()), open_to[own], layer))
                column = following.setdefault(tuple(target), len(following))
                arrows.append((row, column, price, server))
        if len(following) > MOST_STATES:
            return None
        if own is not None:
            still.append(own)
        steps.append(_step(arrows, len(states), len(following), choices, layer))
        open_tensors, states = still, following
    return _folded(steps, number)


def _step(
    arrows: list[tuple[int, int, float, int]], rows: int, columns: int, choices: Choices, layer: int
) -> tuple[FloatArray, FloatArray]:
    """Return the tables of one layer, not uploaded and uploaded."""
    both = []
    for servers in (choices.before, choices.after):
        table = np.full((rows, columns), np.inf)
        for row, column, price, server in arrows:
            if layer == len(servers) or server in servers[layer]:
                table[row, column] = min(table[row, column], price)
        both.append(table)
    return both[0], both[1]


def _needed_at(
    consumers: tuple[int, ...], options: list[tuple[int, ...]], client: int
) -> list[tuple[int, frozenset[int]]]:
    """Return (consumer, the places that it and later consumers may be at), by consumer, descending."""
    found: list[tuple[int, frozenset[int]]] = []
    places: frozenset[int] = frozenset()
    for consumer in reversed(consumers):
        places |= frozenset(options[consumer] if consumer < len(options) else (client,))
        found.append((consumer, places))
    return found


def _short(entry: _Entry, needed: list[tuple[int, frozenset[int]]], layer: int) -> _Entry:
    """Return an entry without what no consumer after `layer` can ask for."""
    if entry is None:
        return None
    places: frozenset[int] = frozenset()
    for consumer, there in needed:
        if consumer <= layer:
            break
        places = there
    start, reached = entry
    if not places - {start} - set(reached):
        return None
    return start, tuple(sorted(places & set(reached)))


def _folded(steps: list[tuple[FloatArray, FloatArray]], number: dict[int, int]) -> list[tuple[FloatArray, FloatArray]]:
    """Return one pair of tables for each uploaded layer with its neighbours folded in, and the rest as the last.

    Blocks end where the fewest states are.
    """
    uploaded = sorted(number)
    ends = []
    for place, layer in enumerate(uploaded):
        limit = uploaded[place + 1] if place + 1 < len(uploaded) else len(steps)
        widths = [steps[at][0].shape[1] for at in range(layer, limit)]
        ends.append(layer + int(np.argmin(widths)) + 1)
    tables = []
    start = 0
    for end in [*ends, len(steps)]:
        without: FloatArray | None = None
        with_: FloatArray | None = None
        for at in range(start, end):
            before, after = steps[at]
            without = before if without is None else _times(without, before)
            with_ = after if with_ is None else _times(with_, after)
        if without is None or with_ is None:  # the last uploaded layer's block reaches to the end
            without = with_ = np.zeros((1, 1))
        tables.append((without, with_))
        start = end
    return tables


# ----------------------------------------------------------------------------------------------- by elimination


class _ByElimination:
    """q(U) by bucket elimination, for models with many branches open at once; block by block for a parallel delay."""

    def __init__(self, choices: Choices, cost: LinearCost, tensors: Tensors, client: int) -> None:
        self._choices = choices
        self._cost, self._tensors, self._client = cost, tensors, client
        self._elimination = least_delays(choices, cost, tensors, client)
        self._step = max(1, CHUNK_VALUES >> min(self._elimination.width + 1, 20))

    def of_sets(self, uploaded: BoolArray) -> FloatArray:
        found = np.empty(len(uploaded))
        for at in range(0, len(uploaded), self._step):
            part = slice(at, at + self._step)
            found[part] = self._elimination.minimum(self._choices.execution(uploaded[part]))
        return found

    def of_runs(self, segments: Sequence[tuple[int, int]]) -> tuple[float, FloatArray]:
        count = len(self._choices.layers)
        runs = [(i, j) for first, last in segments for i in range(first, last + 1) for j in range(i, last + 1)]
        ends = np.array([(count, -1), *runs])  # the first is the run of no layer
        numbers = np.arange(count)
        delays = self.of_sets((numbers >= ends[:, :1]) & (numbers <= ends[:, 1:]))
        found = np.full((count, count), np.nan)
        found[ends[1:, 0], ends[1:, 1]] = delays[1:]
        return float(delays[0]), found

    def given(self, number: int) -> QueryDelays:
        layer = self._choices.layers[number]
        before, layers = list(self._choices.before), list(self._choices.layers)
        before[layer] = self._choices.after[layer]
        del layers[number]
        choices = replace(self._choices, before=tuple(before), layers=tuple(layers))
        return _ByElimination(choices, self._cost, self._tensors, self._client)

    def of_subsets(self) -> FloatArray:
        count = len(self._choices.layers)
        sets = np.arange(2**count)
        bits = np.arange(count - 1, -1, -1)
        parts = [
            self.of_sets((sets[at : at + self._step, None] >> bits & 1).astype(bool))
            for at in range(0, len(sets), self._step)
        ]
        return np.concatenate(parts)

    def with_prices(self, prices: FloatArray) -> FloatArray:
        number = {layer: place for place, layer in enumerate(self._choices.layers)}
        execution = self._choices.execution(np.zeros((1, prices.shape[1]), dtype=bool))
        for layer, domain in enumerate(self._choices.domains()):
            if layer in number:
                needs_upload = ~np.isin(domain, self._choices.before[layer])
                seconds = self._choices.execution_s[layer, domain]
                execution[layer] = seconds + prices[:, number[layer], None] * needs_upload
        return np.broadcast_to(self._elimination.minimum(execution), len(prices))
