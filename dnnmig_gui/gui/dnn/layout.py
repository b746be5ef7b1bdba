"""Where each layer is drawn: columns by longest path from the input, rows by branch. No Qt.

Layers that only dress the tensor of the one before (activations, norms, dropout) fold into slim boxes right behind
it; a box with those behind it is a unit, and units are what columns and rows are given to. A folded block is one box.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from dnnmig_gui.core.dnn import DnnModel, Layer
from dnnmig_gui.gui.dnn.blocks import Block, Span, follows, shut_and_open

FOLD_FROM = 15
"""Models of fewer layers show each in a box of its own."""
BLOCK_WIDTH = 100.0
"""Of a folded block."""
HEAD_ROOM = 15.0
"""Height of the line with the name of an open block."""
LONGEST_SKIP = 48
"""An edge over more columns than this is drawn straight, without keeping a row free for it."""
MARGIN = 4.0
TALLEST = 56.0
"""Height of a box that has its column to itself."""
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


@dataclass
class _Unit:
    layers: list[int]
    block: Block | None = None
    before: list[int] = field(default_factory=list)
    column: int = 0


def _units(model: DnnModel, shut: Sequence[Block]) -> list[_Unit]:
    """Return the units in the model's order, each with the numbers of those before it."""
    folds = len(model) >= FOLD_FROM
    block_of = {position: block for block in shut for position in range(block.first, block.last + 1)}
    units: list[_Unit] = []
    unit_of: dict[int, int] = {}
    for position in range(len(model)):
        block = block_of.get(position)
        if block is not None:
            number = len(units) if position == block.first else unit_of[block.first]
            if position == block.first:
                units.append(_Unit([], block))
            units[number].layers.append(position)
            units[number].before += [unit_of[before] for before in model.producers[position] if before < block.first]
        elif folds and follows(model, position):
            number = unit_of[model.producers[position][0]]
            units[number].layers.append(position)
        else:
            number = len(units)
            units.append(_Unit([position]))
            units[number].before = [unit_of[before] for before in model.producers[position]]
        unit_of[position] = number
    for unit in units:
        unit.before = list(dict.fromkeys(unit.before))
    out = _Unit([])
    out.before = list(dict.fromkeys(unit_of[model.index[name]] for name in model.outputs))
    units.append(out)
    for unit in units:
        unit.column = 1 + max((units[before].column for before in unit.before), default=-1)
    out.column = max(unit.column for unit in units)
    return units


def _spread(wanted: Sequence[float]) -> list[float]:
    """Return rows at least 1 apart that lie nearest to those wanted (ascending), by pooling neighbours."""
    pools: list[list[float]] = []  # sum, count
    for place, row in enumerate(wanted):
        pools.append([row - place, 1])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] >= pools[-1][0] / pools[-1][1]:
            total, count = pools.pop()
            pools[-1][0] += total
            pools[-1][1] += count
    rows: list[float] = []
    for total, count in pools:
        first = total / count + len(rows)
        rows += [first + step for step in range(int(count))]
    return rows


@dataclass
class _Node:
    """A unit in its column, or an edge's passage through one (`unit` is None)."""

    unit: int | None
    before: list[_Node]
    after: list[_Node] = field(default_factory=list)
    row: float = 0.0


def _columns_of_nodes(units: list[_Unit]) -> tuple[list[list[_Node]], list[list[_Node]]]:
    """Return the nodes of each column, and each edge as the nodes that it passes."""
    columns: list[list[_Node]] = [[] for _ in range(units[-1].column + 1)]
    node_of: list[_Node] = []
    edges: list[list[_Node]] = []
    for number, unit in enumerate(units):
        node = _Node(number, [])
        columns[unit.column].append(node)
        node_of.append(node)
    for number, unit in enumerate(units):
        for before in unit.before:
            chain = [node_of[before]]
            span = range(units[before].column + 1, unit.column)
            if len(span) <= LONGEST_SKIP:
                for column in span:
                    passage = _Node(None, [chain[-1]])
                    chain[-1].after.append(passage)
                    columns[column].append(passage)
                    chain.append(passage)
            node_of[number].before.append(chain[-1])
            chain[-1].after.append(node_of[number])
            edges.append([*chain, node_of[number]])
    return columns, edges


def _give_rows(columns: list[list[_Node]]) -> None:
    """Give each node the row of what it comes from; branches fan out around it, and meet in the middle.

    A layer alone in its column, which everything passes, lies on the axis: so blocks do not drift up or down.
    """
    for column in columns:
        if len(column) == 1:
            column[0].row = 0.0
            continue
        wanted: list[tuple[float, int, _Node]] = []
        for order, node in enumerate(column):
            rows = []
            for before in node.before:
                # Passages last: a shortcut runs below the branch that it skips.
                fan = sorted(before.after, key=lambda after: after.unit is None)
                place = next(number for number, after in enumerate(fan) if after is node)
                rows.append(before.row + place - (len(fan) - 1) / 2)
            if len(node.before) > 1:
                rows = [before.row for before in node.before]
            wanted.append((sum(rows) / len(rows) if rows else 0.0, order, node))
        wanted.sort(key=lambda entry: entry[:2])
        for row, (_, _, node) in zip(_spread([entry[0] for entry in wanted]), wanted, strict=True):
            node.row = row


def _pitch_and_height(rows: int) -> tuple[float, float]:
    """Return the distance of rows and the height of a box: more rows, flatter boxes."""
    return {1: (TALLEST, TALLEST), 2: (40.0, 34.0), 3: (30.0, 25.0)}.get(rows, (20.0, 17.0))


def _head_size(layer: Layer, sizes: Sizes, height: float) -> tuple[float, float]:
    if layer.is_input:
        return 40.0, min(32.0, height)
    if layer.param_bytes > 0:
        return sizes.parametric, height
    return sizes.other, min(40.0, height) if height > 40 else height * 0.9


def draw_model(
    model: DnnModel, sizes: Sizes = COMFORTABLE, blocks: tuple[Block, ...] = (), folded: Collection[Span] = ()
) -> Drawing:
    """Return the drawing of a model with its `blocks`, those of the spans in `folded` as one box each."""
    shut, opened = shut_and_open(blocks, folded)
    units = _units(model, shut)
    columns, chains = _columns_of_nodes(units)
    _give_rows(columns)
    low = min(node.row for column in columns for node in column)
    high = max(node.row for column in columns for node in column)
    rows = max(sum(node.unit is not None for node in column) for column in columns)
    pitch, height = _pitch_and_height(round(high - low) + 1)
    # Below the lowest box a shortcut may still pass: it takes no more room than its line.
    lowest = max(node.row for column in columns for node in column if node.unit is not None)
    depth = max((lowest - low) * pitch + height, (high - low) * pitch + height / 2 + PASSAGE)
    flat = rows == 1 and high == low
    air = sizes.air if flat else 0.0
    heads = HEAD_ROOM * (1 + max((level for _, level in opened), default=-1))
    top = MARGIN + heads + BRACKET_ROOM + air
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
            tall = max(height, min(TALLEST, 2 * min(above, depth - above)))
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
    bottom = top + depth
    boxes.sort(key=lambda box: box.layer)
    box_of = tuple(_numbers(boxes, len(model)))
    groups = tuple(tuple(box.layers) for box in boxes) if rows == 1 else _groups(columns, units)
    reach = 6.0 if flat else 4.0
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
        rows,
        x - sizes.gap + MARGIN,
        bottom + BAR_ROOM + (air + 2.0 if flat else 0.0),
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


def _groups(columns: list[list[_Node]], units: list[_Unit]) -> tuple[tuple[int, ...], ...]:
    groups = []
    for column in columns:
        layers = [layer for node in column if node.unit is not None for layer in units[node.unit].layers]
        if layers:
            groups.append(tuple(sorted(layers)))
    return tuple(groups)


def _unit_width(model: DnnModel, units: list[_Unit], node: _Node, sizes: Sizes, height: float) -> float:
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
    model: DnnModel, unit: _Unit, left: float, y: float, sizes: Sizes, height: float, boxes: list[Box]
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
    chain: list[_Node],
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
    return Edge(tuple(points))
