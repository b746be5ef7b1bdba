"""The shortest critical path of a model, exactly: places that make the longest path as short as can be.

What lies between two layers u and v of a model, and touches the rest there alone, is a *block*. All that the rest
must know of it is D[a, b]: the least time from the end of u on server a until all that v consumes of the block has
arrived on server b. Blocks are put together until one is left, from the start to the results' arrival:

- in series, where a layer w has one block before it and one behind: min over its places k of
  D1[a, k] + execution of w on k + D2[k, b];
- side by side, between the same two layers: max(D1[a, b], D2[a, b]), since the branches run at the same time;
- where neither is left (branches that cross), between two layers that all paths pass: all places of the layers
  between are tried, as long as they are not too many.

The first two are enough for series-parallel graphs, which nearly all DNNs are (Valdes, Tarjan and Lawler, "The
recognition of series parallel digraphs", 1982, give the reductions). Nothing is lost: with the places at both ends
fixed, branches between them share no layer, and a tensor sent to several places takes no longer for any of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.elimination import TooWideError
from dnnmig_gui.core.costs.problem import FloatArray, IntArray, LinearCost, Tensors

LARGEST_BLOCK = 2_000_000
"""Values of the table over all places of a block that is neither in series nor side by side."""

CHUNK_VALUES = 2_000_000
"""Numbers held at once while a series of blocks is joined (16 MB)."""


@dataclass(frozen=True, eq=False)
class _Block:
    """Between two layers: made of which others, and of which layers' places are chosen when it is put together."""

    start: int
    end: int
    parts: tuple[int, ...]
    through: tuple[int, ...]


class SeriesParallel:
    """The structure of one user's model, ready to be solved for many execution times.

    Its methods are those of `costs.elimination.Elimination`, for the longest path instead of the sum.

    Parameters
    ----------
    cost
        What counts along the path; its transfer part is used here, its execution part is handed to `cheapest`.
    tensors
        Who hands what to whom.
    domains
        For each layer the server numbers it may run on, at least one. A tie goes to the earlier.
    client
        Where results must arrive.

    Raises
    ------
    TooWideError
        If branches cross in a way that leaves too many places to try.
    """

    def __init__(self, cost: LinearCost, tensors: Tensors, domains: Sequence[IntArray], client: int) -> None:
        self.domains = tuple(np.asarray(domain, dtype=np.int64) for domain in domains)
        layers = len(self.domains)
        self._layers = layers
        # Two more, of no time: the query's start before its inputs, and its end behind its results.
        self._source, self._sink = layers, layers + 1
        one = np.zeros(1, dtype=np.int64)
        places = [*self.domains, one, one + client]
        self._sizes = [len(domain) for domain in places]
        self._transfers: list[FloatArray] = []
        self._blocks: list[_Block] = []
        read = set()
        for producer, size, readers in zip(
            tensors.producer.tolist(), tensors.size_bytes.tolist(), tensors.consumers, strict=True
        ):
            carried = cost.transfer(size)
            for reader in readers:
                end = self._sink if reader == layers else reader
                read.add(end)
                self._transfers.append(carried[np.ix_(places[producer], places[end])])
                self._blocks.append(_Block(producer, end, (), ()))
        for layer in range(layers):
            if layer not in read:
                self._transfers.append(np.zeros((1, self._sizes[layer])))
                self._blocks.append(_Block(self._source, layer, (), ()))
        self._reduce()
        widest = max(
            (self._sizes[one.start] * self._sizes[one.end] * self._inner(one) for one in self._blocks), default=1
        )
        self.width = int(np.log2(max(1, widest))) + 1

    def cheapest(self, execution: Sequence[FloatArray]) -> tuple[FloatArray, IntArray]:
        """Return the shortest critical path of each what-if, and places that attain it.

        Parameters
        ----------
        execution
            For each layer its execution on each server of its domain, shape (B, len(domain)) or (1, len(domain));
            infinite where it must not run.

        Returns
        -------
        minimum : shape (B,)
            Infinite where no plan exists; the places are then of no meaning.
        places : shape (B, L)
            Server numbers.
        """
        tables = self._tables(execution)
        batch = max(len(costs) for costs in execution)
        chosen = np.zeros((batch, self._layers + 2), dtype=np.int64)
        for number in range(len(self._blocks) - 1, -1, -1):
            block = self._blocks[number]
            if block.through:
                self._decide(block, tables, execution, chosen)
        places = np.empty((batch, self._layers), dtype=np.int64)
        for layer, domain in enumerate(self.domains):
            places[:, layer] = domain[chosen[:, layer]]
        return np.broadcast_to(tables[-1][:, 0, 0], batch).copy(), places

    def minimum(self, execution: Sequence[FloatArray]) -> FloatArray:
        """Return the shortest critical path of each what-if alone, shape (B,)."""
        batch = max(len(costs) for costs in execution)
        return np.broadcast_to(self._tables(execution, keep=False)[-1][:, 0, 0], batch).copy()

    # --------------------------------------------------------------------------------------------- putting together

    def _reduce(self) -> None:
        """Find the order in which blocks are put together until one is left."""
        alive: dict[int, None] = dict.fromkeys(range(len(self._blocks)))
        into: dict[int, dict[int, None]] = {}
        out: dict[int, dict[int, None]] = {}

        def enter(number: int) -> None:
            """Put a block in; side by side with another between the same layers at once."""
            block = self._blocks[number]
            beside = next((one for one in out.get(block.start, {}) if self._blocks[one].end == block.end), None)
            alive[number] = None
            if beside is None:
                out.setdefault(block.start, {})[number] = None
                into.setdefault(block.end, {})[number] = None
            else:
                leave(beside)
                del alive[number]
                self._blocks.append(_Block(block.start, block.end, (beside, number), ()))
                enter(len(self._blocks) - 1)

        def leave(number: int) -> None:
            block = self._blocks[number]
            del alive[number], out[block.start][number], into[block.end][number]

        for number in range(len(self._blocks)):
            enter(number)
        waiting = list(range(self._layers))[::-1]
        while len(alive) > 1:
            while waiting:
                layer = waiting.pop()
                if len(into.get(layer, {})) != 1 or len(out.get(layer, {})) != 1:
                    continue
                before, behind = next(iter(into[layer])), next(iter(out[layer]))
                start, end = self._blocks[before].start, self._blocks[behind].end
                leave(before)
                leave(behind)
                self._blocks.append(_Block(start, end, (before, behind), (layer,)))
                enter(len(self._blocks) - 1)
                waiting += [start, end]
            if len(alive) > 1:
                crossing = self._crossing(list(alive))
                for number in crossing.parts:
                    leave(number)
                self._blocks.append(crossing)
                enter(len(self._blocks) - 1)
                waiting += [crossing.start, crossing.end]

    def _crossing(self, alive: list[int]) -> _Block:
        """Return the smallest block between two neighbouring layers that all paths pass, other than a single one."""
        position = {layer: layer + 1 for layer in range(self._layers)} | {
            self._source: 0,
            self._sink: self._layers + 1,
        }
        ends = sorted((position[self._blocks[one].start], position[self._blocks[one].end], one) for one in alive)
        passed = [0]
        farthest = 0
        for start, end, _ in ends:
            if start == farthest and start > passed[-1]:
                passed.append(start)
            farthest = max(farthest, end)
        passed.append(self._layers + 1)
        of_position = {place: layer for layer, place in position.items()}
        best: _Block | None = None
        for first, last in itertools.pairwise(passed):
            parts = [one for start, end, one in ends if first <= start and end <= last]
            if len(parts) < 2:
                continue
            inside = {self._blocks[one].start for one in parts} | {self._blocks[one].end for one in parts}
            through = sorted(inside - {of_position[first], of_position[last]})
            block = _Block(of_position[first], of_position[last], tuple(parts), tuple(through))
            if best is None or self._inner(block) < self._inner(best):
                best = block
        assert best is not None  # noqa: S101 (more than one block is left, so some gap holds more than one)
        size = self._inner(best) * self._sizes[best.start] * self._sizes[best.end]
        if size > LARGEST_BLOCK:
            raise TooWideError(
                f"the branches of the model cross: {len(best.through)} layers between two that all paths pass leave"
                f" {size:.0e} ways to place them, too many to prove the shortest critical path",
                hint="merge layers, use fewer servers, or count the serial delay (costs.delay: serial)",
            )
        return best

    def _inner(self, block: _Block) -> int:
        found = 1
        for layer in block.through:
            found *= self._sizes[layer]
        return found

    # -------------------------------------------------------------------------------------------------- the numbers

    def _tables(self, execution: Sequence[FloatArray], *, keep: bool = True) -> list[FloatArray]:
        """Return D of each block, shape (B or 1, places of its start, places of its end).

        Unless they are kept, those of blocks that are part of another are dropped: large batches need the room.
        """
        tables: list[FloatArray] = [values[None] for values in self._transfers]
        nothing = np.empty((0, 0, 0))
        for block in self._blocks[len(self._transfers) :]:
            one, other = tables[block.parts[0]], tables[block.parts[1]]
            if not block.through:
                tables.append(np.maximum(one, other))
            elif len(block.parts) == 2 and len(block.through) == 1:
                tables.append(_joined(one + execution[block.through[0]][:, None, :], other))
            else:
                ways = self._ways(block, tables, execution)
                tables.append(ways.min(axis=tuple(range(3, ways.ndim))))
            if not keep:
                for part in block.parts:
                    tables[part] = nothing
        return tables

    def _decide(
        self, block: _Block, tables: Sequence[FloatArray], execution: Sequence[FloatArray], chosen: IntArray
    ) -> None:
        """Fill in the places inside a block, those at its ends given; `chosen` has shape (B, L + 2)."""
        rows = np.arange(len(chosen))
        start, end = chosen[:, block.start], chosen[:, block.end]
        if len(block.parts) == 2 and len(block.through) == 1:
            one, other = (tables[part] for part in block.parts)
            layer = block.through[0]
            before = one[rows if len(one) > 1 else 0, start]
            behind = other[rows if len(other) > 1 else 0, :, end]
            chosen[:, layer] = (before + execution[layer] + behind).argmin(axis=1)
            return
        ways = self._ways(block, tables, execution)
        inner = ways[rows if len(ways) > 1 else 0, start, end].reshape(len(chosen), -1)
        best = np.unravel_index(inner.argmin(axis=1), ways.shape[3:])
        for layer, places in zip(block.through, best, strict=True):
            chosen[:, layer] = places

    def _ways(self, block: _Block, tables: Sequence[FloatArray], execution: Sequence[FloatArray]) -> FloatArray:
        """Return the time through a block for all places of its layers, shape (B or 1, start, end, *its layers)."""
        axis = {block.start: 1, block.end: 2} | {layer: 3 + place for place, layer in enumerate(block.through)}
        count = 3 + len(block.through)

        def along(values: FloatArray, *layers: int) -> FloatArray:
            if len(layers) == 2 and axis[layers[0]] > axis[layers[1]]:
                values, layers = values.transpose(0, 2, 1), layers[::-1]
            shape = [1] * count
            shape[0] = len(values)
            for layer, size in zip(layers, values.shape[1:], strict=True):
                shape[axis[layer]] = size
            return values.reshape(shape)

        done: dict[int, FloatArray] = {block.start: np.zeros([1] * count)}
        arrival: dict[int, FloatArray] = {}
        for layer in (*block.through, block.end):
            for part in block.parts:
                one = self._blocks[part]
                if one.end == layer:
                    arrives = done[one.start] + along(tables[part], one.start, layer)
                    arrival[layer] = np.maximum(arrival[layer], arrives) if layer in arrival else arrives
            if layer != block.end:
                done[layer] = arrival[layer] + along(execution[layer], layer)
        shape = [len(arrival[block.end]), self._sizes[block.start], self._sizes[block.end]]
        return np.broadcast_to(arrival[block.end], [*shape, *(self._sizes[layer] for layer in block.through)])


def _joined(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return the (min, +) product of shape (B, a, b) of (B or 1, a, k) and (B or 1, k, b)."""
    places = one.shape[2]
    if places == 1:
        return one + other
    batch = max(len(one), len(other))
    if batch * one.shape[1] * places * other.shape[2] <= CHUNK_VALUES and batch == 1:
        product: FloatArray = (one[:, :, :, None] + other[:, None]).min(axis=2)
        return product
    found = one[:, :, 0, None] + other[:, None, 0]
    for place in range(1, places):
        np.minimum(found, one[:, :, place, None] + other[:, None, place], out=found)
    return found
