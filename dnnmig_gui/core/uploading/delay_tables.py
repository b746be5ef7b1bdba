"""q(U) as a product of small tables, for models with few branches open at once.

Layers are passed once, in topological order. What the rest of the pass must know of the layers already passed is a
*state*: for each tensor that is still to be consumed, where it was made and where else it lies already. Everything
between two layers that may be uploaded is folded into one table of state by state, so that q(U) is a product of K
small tables in the (min, +) algebra, where U picks one of two tables for each of its K layers. Sets that differ in
one run of layers share what lies before the run and behind it, and all 2^K sets share their common beginnings.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dnnmig_gui.core.costs.problem import BoolArray, FloatArray, LinearCost, Tensors
from dnnmig_gui.core.uploading.choices import Choices

MOST_STATES = 256
"""States of the widest table; models with more branches open at once are left to bucket elimination."""

CHUNK_VALUES = 4_000_000
"""Numbers held at once while a batch passes a table (32 MB)."""


class ByTables:
    """`QueryDelays` as a product of K + 1 tables; the first K come in two kinds, without and with the layer."""

    def __init__(self, tables: list[tuple[FloatArray, FloatArray]]) -> None:
        self._tables = tables[:-1]
        self._end = tables[-1][0][:, 0]

    def of_sets(self, uploaded: BoolArray) -> FloatArray:
        """Return q of each set, shape (B,)."""
        values = np.zeros((len(uploaded), 1))
        for number, (without, with_) in enumerate(self._tables):
            here = uploaded[:, number]
            following = np.empty((len(uploaded), without.shape[1]))
            following[here] = _times(values[here], with_)
            following[~here] = _times(values[~here], without)
            values = following
        return _least(values + self._end)

    def of_runs(self, segments: Sequence[tuple[int, int]]) -> tuple[float, FloatArray]:
        """Return q of no layer, and q of each run inside a segment, shape (K, K)."""
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

    def given(self, number: int) -> ByTables:
        """Return q for the other layers once layer `number` is uploaded."""
        tables = list(self._tables)
        _, with_ = tables.pop(number)
        if number == len(tables):
            return ByTables([*tables, ((with_ + self._end).min(axis=1)[:, None],) * 2])
        if number > 0 and with_.shape[0] > with_.shape[1]:  # the neighbour on the wider side takes it in
            neighbour, at = tables[number - 1], number - 1
            tables[at] = (_times(neighbour[0], with_), _times(neighbour[1], with_))
        else:
            tables[number] = (_times(with_, tables[number][0]), _times(with_, tables[number][1]))
        return ByTables([*tables, (self._end[:, None],) * 2])

    def of_subsets(self) -> FloatArray:
        """Return q of all 2^K sets."""
        return self._subsets_from(np.zeros((1, 1)), 0)

    def with_prices(self, prices: FloatArray) -> FloatArray:
        """Return the least q(U) + prices of U for each row of prices, shape (B,)."""
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


def delay_tables(
    choices: Choices, cost: LinearCost, tensors: Tensors, client: int
) -> list[tuple[FloatArray, FloatArray]] | None:
    """Return the tables of `ByTables`, or None if one would be too wide."""
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
