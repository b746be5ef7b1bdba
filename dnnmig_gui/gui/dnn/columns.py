"""Which column and which row each layer of a model gets: columns by longest path from the input, rows by branch. No Qt.

Layers that only dress the tensor of the one before (activations, norms, dropout) fold into slim boxes right behind
it; a box with those behind it is a unit, and units are what columns and rows are given to. A folded block is one unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.gui.dnn.blocks import Block, follows

FOLD_FROM = 15
"""Models of fewer layers show each in a box of its own."""
LONGEST_SKIP = 48
"""An edge over more columns than this is drawn straight, without keeping a row free for it."""


@dataclass
class Unit:
    """A layer with those that dress its tensor, or a folded block; `before` are the numbers of those it reads.

    The results are a unit without layers.
    """

    layers: list[int]
    block: Block | None = None
    before: list[int] = field(default_factory=list)
    column: int = 0


def units_of(model: DnnModel, shut: Sequence[Block]) -> list[Unit]:
    """Return the units in the model's order, each with the numbers of those before it."""
    folds = len(model) >= FOLD_FROM
    block_of = {position: block for block in shut for position in range(block.first, block.last + 1)}
    units: list[Unit] = []
    unit_of: dict[int, int] = {}
    for position in range(len(model)):
        block = block_of.get(position)
        if block is not None:
            number = len(units) if position == block.first else unit_of[block.first]
            if position == block.first:
                units.append(Unit([], block))
            units[number].layers.append(position)
            units[number].before += [unit_of[before] for before in model.producers[position] if before < block.first]
        elif folds and follows(model, position):
            number = unit_of[model.producers[position][0]]
            units[number].layers.append(position)
        else:
            number = len(units)
            units.append(Unit([position]))
            units[number].before = [unit_of[before] for before in model.producers[position]]
        unit_of[position] = number
    for unit in units:
        unit.before = list(dict.fromkeys(unit.before))
    out = Unit([])
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
class Node:
    """A unit in its column, or an edge's passage through one (`unit` is None)."""

    unit: int | None
    before: list[Node]
    after: list[Node] = field(default_factory=list)
    row: float = 0.0


def columns_of_nodes(units: list[Unit]) -> tuple[list[list[Node]], list[list[Node]]]:
    """Return the nodes of each column, and each edge as the nodes that it passes."""
    columns: list[list[Node]] = [[] for _ in range(units[-1].column + 1)]
    node_of: list[Node] = []
    edges: list[list[Node]] = []
    for number, unit in enumerate(units):
        node = Node(number, [])
        columns[unit.column].append(node)
        node_of.append(node)
    for number, unit in enumerate(units):
        for before in unit.before:
            chain = [node_of[before]]
            span = range(units[before].column + 1, unit.column)
            if len(span) <= LONGEST_SKIP:
                for column in span:
                    passage = Node(None, [chain[-1]])
                    chain[-1].after.append(passage)
                    columns[column].append(passage)
                    chain.append(passage)
            node_of[number].before.append(chain[-1])
            chain[-1].after.append(node_of[number])
            edges.append([*chain, node_of[number]])
    return columns, edges


def give_rows(columns: list[list[Node]]) -> None:
    """Give each node the row of what it comes from; branches fan out around it, and meet in the middle.

    A layer alone in its column, which everything passes, lies on the axis: so blocks do not drift up or down. Where no
    column holds more than a layer and its shortcut, the layers are one straight line, and shortcuts pass below it.
    """
    straight = max(map(len, columns)) == 2
    for column in columns:
        if len(column) == 1:
            column[0].row = 0.0
            continue
        if straight and _weight(column[0]) != _weight(column[1]):
            lower, upper = sorted(column, key=_weight)
            upper.row, lower.row = 0.0, 1.0
            continue
        wanted: list[tuple[float, int, Node]] = []
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


def _weight(node: Node) -> int:
    """Return how much of the way through a block a node is: a layer that another follows, a layer, a shortcut."""
    return (node.unit is not None) + any(after.unit is not None for after in node.after)
