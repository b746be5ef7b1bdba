"""Which layers of a model belong together, so that a long model can be read: blocks within blocks. No Qt.

A block is a stretch of layers next to one another in the model's order. Nothing that leaves such a stretch comes back
to it, so however blocks are folded, arrows go from left to right.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.dnn.cuts import open_tensor, single_tensor_cuts

FOLLOWERS = (
    *("activation", "batch", "cast", "clip", "dropout", "elu", "flatten", "identity", "linear-unit", "lrn", "norm"),
    *("relu", "reshape", "scale", "sigmoid", "softmax", "softplus", "squeeze", "swish", "tanh", "transpose"),
)
"""Words in the kinds of layers that only dress the tensor of the one before."""
MOST_IN_A_ROW = 64
"""More parts than this beside one another are gathered into stretches."""
FOLDED_FROM = 48
"""A model of more layers than this, followers not counted, opens with its blocks folded."""

ODD_LAYERS = 2
"""A block within another leaves out more layers of it than this."""

Span = tuple[int, int]


@dataclass(frozen=True)
class Block:
    """Layers that belong together.

    Parameters
    ----------
    name
        What people call it.
    first, last
        Positions of its first and last layer.
    inner
        The blocks within it, in order; they need not hold all of its layers.
    """

    name: str
    first: int
    last: int
    inner: tuple[Block, ...] = ()

    @property
    def span(self) -> Span:
        """Its first and last layer: no two blocks of a model have the same."""
        return self.first, self.last

    def __len__(self) -> int:
        return self.last - self.first + 1

    def walk(self) -> Iterator[Block]:
        """Return the block and all within it, outer ones first."""
        yield self
        for block in self.inner:
            yield from block.walk()


def follows(model: DnnModel, position: int) -> bool:
    """Return whether a layer only dresses the tensor of the one before, which nothing else consumes."""
    producers = model.producers[position]
    if len(producers) != 1 or not any(word in model.layers[position].kind for word in FOLLOWERS):
        return False
    before = producers[0]
    return not model.layers[before].is_input and model.consumers[before] == (position,)


def find_blocks(model: DnnModel) -> tuple[Block, ...]:
    """Return the outermost blocks of a model: by the parts of names before a '/', by branches that meet, by length."""
    return _Finder(model).within(0, len(model) - 1, 0)


def folded_at_first(model: DnnModel, blocks: tuple[Block, ...]) -> frozenset[Span]:
    """Return the spans of the blocks to fold when a model is first shown: all of a long model's, else none."""
    heads = sum(not follows(model, position) for position in range(len(model)))
    return every_span(blocks) if heads > FOLDED_FROM else frozenset()


def every_span(blocks: tuple[Block, ...]) -> frozenset[Span]:
    """Return the spans of blocks and of all within them."""
    return frozenset(inner.span for block in blocks for inner in block.walk())


def shut_and_open(blocks: tuple[Block, ...], folded: Collection[Span]) -> tuple[list[Block], list[tuple[Block, int]]]:
    """Return the blocks drawn as one box, and the open ones around the rest, each with its depth from 0."""
    shut: list[Block] = []
    opened: list[tuple[Block, int]] = []

    def look(some: tuple[Block, ...], depth: int) -> None:
        for block in some:
            if block.span in folded:
                shut.append(block)
            else:
                opened.append((block, depth))
                look(block.inner, depth + 1)

    look(blocks, 0)
    return shut, opened


def around(blocks: tuple[Block, ...], layer: int) -> list[Block]:
    """Return the blocks that a layer is in, outer ones first."""
    found: list[Block] = []
    some = blocks
    while True:
        block = next((one for one in some if one.first <= layer <= one.last), None)
        if block is None:
            return found
        found.append(block)
        some = block.inner


class _Finder:
    def __init__(self, model: DnnModel) -> None:
        self._model = model
        self._paths = [layer.name.strip("/").split("/")[:-1] for layer in model]
        self._follows = [follows(model, position) for position in range(len(model))]
        # Layers that every path goes through: between two of them lie branches that meet again.
        self._waists = [cut for cut in single_tensor_cuts(model) if open_tensor(model, cut) == cut]
        self._waists.append(len(model) - 1)

    def within(self, first: int, last: int, depth: int) -> tuple[Block, ...]:
        runs = self._runs(first, last, depth)
        if len(runs) == 1 and runs[0] is not None and runs[0][1] - runs[0][0] >= last - first - 1:
            return self.within(first, last, depth + 1)  # what all names begin with tells nothing
        found: list[Block] = []
        at = first
        for run in runs:
            if run is None:
                continue
            found += self._branches(at, run[0] - 1)
            name = self._paths[run[0]][depth]
            found.append(Block(name, *run, self.within(*run, depth + 1)))
            at = run[1] + 1
        found += self._branches(at, last)
        if depth and len(found) == 1 and self._heads(first, last) - self._heads(*found[0].span) <= ODD_LAYERS:
            return found[0].inner  # a block that is nearly the one around it only adds a frame
        return self._stretches(first, last, found)

    def _runs(self, first: int, last: int, depth: int) -> list[Span | None]:
        """Return stretches of layers whose names have the same part at a depth and that are more than one box."""
        runs: list[Span | None] = []
        at = first
        while at <= last:
            end = at
            key = self._paths[at][: depth + 1]
            while end < last and self._paths[end + 1][: depth + 1] == key:
                end += 1
            if len(key) > depth and self._heads(at, end) > 1:
                runs.append((at, end))
            at = end + 1
        return runs

    def _heads(self, first: int, last: int) -> int:
        return sum(not self._follows[position] or position == first for position in range(first, last + 1))

    def _branches(self, first: int, last: int) -> list[Block]:
        """Return the stretches that part and meet again, each with what dresses its last tensor."""
        found = []
        before = first - 1
        for waist in self._waists:
            if waist < first:
                continue
            if waist > last:
                break
            end = waist
            if waist - before > 1:
                while end < last and self._follows[end + 1]:
                    end += 1
                start = before + 1
                while start < waist and self._model.layers[start].is_input:
                    start += 1
                if self._heads(start, end) > 1 and (start, end) != (first, last):
                    found.append(Block(self._title(start, end), start, end))
            before = max(end, before)
        return found

    def _stretches(self, first: int, last: int, blocks: list[Block]) -> tuple[Block, ...]:
        """Gather parts into stretches of like size where there are too many to see them beside one another."""
        parts: list[tuple[int, int, Block | None]] = []
        at = first
        for block in blocks:
            parts += self._units(at, block.first - 1)
            parts.append((block.first, block.last, block))
            at = block.last + 1
        parts += self._units(at, last)
        if len(parts) <= MOST_IN_A_ROW:
            return tuple(blocks)
        ends = next((place for place, part in enumerate(parts) if not self._model.layers[part[0]].is_input), 0)
        parts = parts[ends:]
        size = max(2, round(len(parts) ** 0.5))
        found = []
        for start in range(0, len(parts), size):
            some = parts[start : start + size]
            span = some[0][0], some[-1][1]
            if len(some) == 1:
                found += [block for _, _, block in some if block is not None]
                continue
            inner = tuple(block for _, _, block in some if block is not None)
            found.append(Block(self._title(*span), *span, inner))
        return tuple(found)

    def _units(self, first: int, last: int) -> list[tuple[int, int, Block | None]]:
        units: list[tuple[int, int, Block | None]] = []
        for position in range(first, last + 1):
            if units and self._follows[position]:
                units[-1] = (units[-1][0], position, None)
            else:
                units.append((position, position, None))
        return units

    def _title(self, first: int, last: int) -> str:
        """Return "conv3 – pool4", or "conv3–17" where only a number tells the two names apart."""
        one, other = (self._model.layers[place].name.rstrip("/").rpartition("/")[2] for place in (first, last))
        numbered = [re.fullmatch(r"(.*?)(\d+)", name) for name in (one, other)]
        if numbered[0] and numbered[1] and numbered[0][1] == numbered[1][1]:
            return f"{one}–{numbered[1][2]}"
        return f"{one} – {other}"
