"""Where each layer is drawn, and how large, from the columns and rows of its units. No Qt."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dnnmig_gui.core.dnn import DnnModel, Layer
from dnnmig_gui.gui.dnn.blocks import Block, Span, shut_and_open
from dnnmig_gui.gui.dnn.columns import Node, Unit, columns_of_nodes, give_rows, units_of

BLOCK_WIDTH = 100.0
"""Of a folded block."""
HEAD_ROOM = 15.0
"""Height of the line with the name of an open block."""
MARGIN = 4.0
TALLEST = 56.0
"""Height of a box that has its column to itself."""
LESS_TALL = 46.0
"""The same under the names of two blocks or more."""
PASSAGE = 5.0
"""Room below the line of a shortcut."""
BRACKET_ROOM, BAR_ROOM = 18.0, 28.0


@dataclass(frozen=True)
class Sizes:
    """Widths and gaps of boxes, in pixels."""

    parametric: float
    other: float
    follower: float
    follower_gap: float
    gap: float
    air: float = 14.0
    """Room to spare above and below a chain."""


COMFORTABLE = Sizes(72, 48, 12, 4, 16)
COMPACT = Sizes(58, 44, 9, 4, 12)


@dataclass(frozen=True)
class Box:
    """A layer's box, or that of a folded `block`, whose first layer is `layer`; `slim` ones have no room for text."""

    layer: int
    x: float
    y: float
    width: float
    height: float
    slim: bool
    block: Block | None = None

    @property
    def last(self) -> int:
        """The last of its layers: they lie next to one another in the model."""
        return self.layer if self.block is None else self.block.last

    @property
    def layers(self) -> range:
        """Its layers."""
        return range(self.layer, self.last + 1)


@dataclass(frozen=True)
class Frame:
    """The ground of an open block; its name stands in its uppermost `HEAD_ROOM`."""

    block: Block
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Edge:
    """An arrow: the points that it passes, the last at its tip."""

    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Drawing:
    """All that is drawn of a model.

    Parameters
    ----------
    boxes
        One a layer or folded block, in the model's order.
    box_of
        By layer: the number of the box that it is in.
    frames
        Of the open blocks, outer ones first.
    out
        The box "out" behind the results: x, y, width, height.
    groups
        Layers from left to right: one a group where the model is a chain, else those of a column.
    rows
        How many layers stand above one another at most.
    """

    boxes: tuple[Box, ...]
    box_of: tuple[int, ...]
    frames: tuple[Frame, ...]
    out: tuple[float, float, float, float]
    edges: tuple[Edge, ...]
    groups: tuple[tuple[int, ...], ...]
    rows: int
    width: float
    height: float
    bracket_y: float
    bar_y: float

    def box(self, layer: int) -> Box:
        """Return the box that a layer is in."""
        return self.boxes[self.box_of[layer]]


@dataclass(frozen=True)
class _Grid:
    """Where rows are: from the `low`est number on, `pitch` apart, with boxes of a `height`; `depth` is that of all.

    Parameters
    ----------
    rows
        How many layers stand above one another at most.
    flat
        Whether there is one row and nothing else.
    """

    low: float
    pitch: float
    height: float
    depth: float
    rows: int
    flat: bool


def _grid(columns: list[list[Node]], levels_open: int) -> _Grid:
    every = [node.row for column in columns for node in column]
    low, high = min(every), max(every)
    held = {node.row for column in columns for node in column if node.unit is not None}
    if held == {low} and high == low + 1:  # a chain, but for the lines of shortcuts below it
        height = TALLEST if levels_open < 2 else LESS_TALL
        pitch = height / 2 + PASSAGE + 3
    else:
        pitch, height = _pitch_and_height(round(high - low) + 1)
    # Below the lowest box a shortcut may still pass: it takes no more room than its line.
    depth = max((max(held) - low) * pitch + height, (high - low) * pitch + height / 2 + PASSAGE)
    rows = max(sum(node.unit is not None for node in column) for column in columns)
    return _Grid(low, pitch, height, depth, rows, rows == 1 and high == low)


def _pitch_and_height(rows: int) -> tuple[float, float]:
    """Return the distance of rows and the height of a box: more rows, flatter boxes."""
    return {1: (TALLEST, TALLEST), 2: (40.0, 34.0), 3: (30.0, 25.0)}.get(rows, (20.0, 17.0))


def _head_size(layer: Layer, sizes: Sizes, height: float) -> tuple[float, float]:
    if layer.is_input:
        return 40.0, min(32.0, height)
    if layer.param_bytes > 0:
        return sizes.parametric, height
    return sizes.other, min(44.0, height) if height > 44 else height * 0.9


def draw_model(
    model: DnnModel, sizes: Sizes = COMFORTABLE, blocks: tuple[Block, ...] = (), folded: Collection[Span] = ()
) -> Drawing:
    """Return the drawing of a model with its `blocks`, those of the spans in `folded` as one box each."""
    shut, opened = shut_and_open(blocks, folded)
    units = units_of(model, shut)
    columns, chains = columns_of_nodes(units)
    give_rows(columns)
    levels_open = 1 + max((level for _, level in opened), default=-1)
    grid = _grid(columns, levels_open)
    air = sizes.air if grid.flat else 0.0
    top = MARGIN + HEAD_ROOM * levels_open + BRACKET_ROOM + air
    pitch, height, low = grid.pitch, grid.height, grid.low
    boxes: list[Box] = []
    spans: dict[int, tuple[float, float]] = {}
    ends: dict[int, tuple[float, float]] = {}
    out = (0.0, 0.0, 40.0, 32.0)
    x = MARGIN
    for column in columns:
        alone = sum(node.unit is not None for node in column) == len(column) == 1
        tall = height
        if alone:  # as tall as in a chain, if the rows above and below it give room
            above = (column[0].row - low) * pitch + height / 2
            tall = max(height, min(TALLEST, 2 * min(above, grid.depth - above)))
        widths = {id(node): _unit_width(model, units, node, sizes, tall) for node in column}
        wide = max(widths.values())
        for node in column:
            spans[id(node)] = (x, x + wide)
            if node.unit is None:
                continue
            y = top + (node.row - low) * pitch + height / 2
            left = x + (wide - widths[id(node)]) / 2
            ends[id(node)] = (left, left + widths[id(node)])
            if not units[node.unit].layers:
                out = (left, y - min(32.0, tall) / 2, 40.0, min(32.0, tall))
            _place_unit(model, units[node.unit], left, y, sizes, tall, boxes)
        x += wide + sizes.gap
    row_y = {id(node): top + (node.row - low) * pitch + height / 2 for column in columns for node in column}
    edges = tuple(_edge(chain, spans, ends, row_y) for chain in chains)
    bottom = top + grid.depth
    boxes.sort(key=lambda box: box.layer)
    box_of = tuple(_numbers(boxes, len(model)))
    groups = tuple(tuple(box.layers) for box in boxes) if grid.rows == 1 else _groups(columns, units)
    reach = 6.0 if grid.flat else 4.0
    frames = tuple(
        _frame(
            block,
            [boxes[number] for number in sorted({box_of[layer] for layer in range(block.first, block.last + 1)})],
            (MARGIN + HEAD_ROOM * level, bottom + reach),
            sizes.gap / 2 - 1 - level,
        )
        for block, level in opened
    )
    return Drawing(
        tuple(boxes),
        box_of,
        frames,
        out,
        edges,
        groups,
        grid.rows,
        x - sizes.gap + MARGIN,
        bottom + BAR_ROOM + (air + 2.0 if grid.flat else 0.0),
        top - 10 - min(2.0, air),
        bottom + 6 + min(4.0, air),
    )


def _numbers(boxes: Sequence[Box], layers: int) -> list[int]:
    found = [0] * layers
    for number, box in enumerate(boxes):
        for layer in box.layers:
            found[layer] = number
    return found


def _frame(block: Block, boxes: Sequence[Box], heights: tuple[float, float], reach: float) -> Frame:
    left = min(box.x for box in boxes) - max(1.0, reach)
    right = max(box.x + box.width for box in boxes) + max(1.0, reach)
    return Frame(block, left, heights[0], right - left, heights[1] - heights[0])


def _groups(columns: list[list[Node]], units: list[Unit]) -> tuple[tuple[int, ...], ...]:
    groups = []
    for column in columns:
        layers = [layer for node in column if node.unit is not None for layer in units[node.unit].layers]
        if layers:
            groups.append(tuple(sorted(layers)))
    return tuple(groups)


def _unit_width(model: DnnModel, units: list[Unit], node: Node, sizes: Sizes, height: float) -> float:
    if node.unit is None:
        return 0.0
    layers = units[node.unit].layers
    if not layers:
        return 40.0
    block = units[node.unit].block
    if block is None:
        head, others = _head_size(model.layers[layers[0]], sizes, height)[0], len(layers) - 1
    else:
        head, others = BLOCK_WIDTH, len(layers) - len(block)
    return head + others * (sizes.follower + sizes.follower_gap)


def _place_unit(
    model: DnnModel, unit: Unit, left: float, y: float, sizes: Sizes, height: float, boxes: list[Box]
) -> None:
    block = unit.block
    if block is not None:
        boxes.append(Box(block.first, left, y - height / 2, BLOCK_WIDTH, height, False, block))
        left += BLOCK_WIDTH + sizes.follower_gap
    for place, position in enumerate(unit.layers):
        if block is not None and position <= block.last:
            continue
        if place == 0:
            wide, tall = _head_size(model.layers[position], sizes, height)
        else:
            wide, tall = sizes.follower, height * (0.5 if height > 40 else 0.65)
        boxes.append(Box(position, left, y - tall / 2, wide, tall, place > 0))
        left += wide + sizes.follower_gap


def _edge(
    chain: list[Node],
    spans: dict[int, tuple[float, float]],
    ends: dict[int, tuple[float, float]],
    row_y: dict[int, float],
) -> Edge:
    """Return the points from the right end of the first unit over the passages to the left end of the last."""
    first, last = chain[0], chain[-1]
    points = [(ends[id(first)][1] + 2, row_y[id(first)])]
    if spans[id(first)][1] - ends[id(first)][1] > 2:
        points.append((spans[id(first)][1], row_y[id(first)]))
    for node in chain[1:-1]:
        left, right = spans[id(node)]
        points += [(left, row_y[id(node)]), (right, row_y[id(node)])]
    if ends[id(last)][0] - spans[id(last)][0] > 3:
        points.append((spans[id(last)][0], row_y[id(last)]))
    points.append((ends[id(last)][0] - 3, row_y[id(last)]))
    # Where it runs on in one row, its ends are enough.
    turns = [
        here
        for before, here, after in zip(points, points[1:], points[2:], strict=False)
        if not before[1] == here[1] == after[1]
    ]
    return Edge((points[0], *turns, points[-1]))
