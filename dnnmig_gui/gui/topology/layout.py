"""Where servers stand on the canvas unless the scenario says: a column for each tier, evenly spaced."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dnnmig_gui.core.topology import Server, Tier
from dnnmig_gui.core.topology.server import TIERS

NODE_WIDTH, NODE_HEIGHT = 112.0, 40.0
"""Of a node with a short name; the nodes of a tier are all as wide as its longest name needs."""
BAND_WIDTH, BAND_GAP = 328.0, 16.0
ROW, WIDEST_ROW = 56.0, 112.0
TOP, BOTTOM = 28.0, 8.0
LEAST_ROWS = 5
MOST_ROWS = 8
COLUMN_GAP = 24.0

Position = tuple[float, float]


@dataclass(frozen=True)
class Band:
    """The column behind a tier, in canvas pixels."""

    tier: Tier
    left: float
    top: float
    width: float
    height: float
    heading: float
    """Room for its title above the servers."""


@dataclass(frozen=True)
class Arrangement:
    """Centre of every server's node by id, and the bands behind them."""

    positions: dict[str, Position]
    bands: tuple[Band, ...]


def _rows_and_columns(count: int, total: int) -> tuple[int, int]:
    most = max(MOST_ROWS, math.ceil(math.sqrt(total * 1.1)))  # as wide as a screen, all tiers side by side
    columns = max(1, math.ceil(count / most))
    return math.ceil(count / columns), columns


def arrange(servers: Sequence[Server], widths: Mapping[Tier, float] | None = None) -> Arrangement:
    """Return where everything stands: as the scenario says, and by tier columns where it says nothing.

    Parameters
    ----------
    widths
        Of the nodes of each tier; `NODE_WIDTH` unless given.
    """
    widths = widths or dict.fromkeys(TIERS, NODE_WIDTH)
    by_tier = {tier: [server for server in servers if server.tier == tier] for tier in TIERS}
    grids = {tier: _rows_and_columns(len(members), len(servers)) for tier, members in by_tier.items()}
    height = ROW * max(LEAST_ROWS, *(rows for rows, _ in grids.values()))
    top = max(TOP, height / 12)
    positions: dict[str, Position] = {}
    columns = []
    left = 0.0
    for tier in TIERS:
        rows, across = grids[tier]
        column_width = widths[tier] + COLUMN_GAP
        width = max(BAND_WIDTH, across * column_width + 32)
        pitch = min(WIDEST_ROW, height / max(1, rows))
        if pitch > ROW:
            pitch = math.floor(pitch / 8) * 8
        slots = []
        for place in range(rows * across):
            column, row = divmod(place, rows)
            x = left + width / 2 + (column - (across - 1) / 2) * column_width
            slots.append((x, top + height / 2 + (row - (rows - 1) / 2) * pitch))
        positions |= _in_slots(by_tier[tier], slots, pitch, widths[tier])
        columns.append((tier, left, width))
        left += width + BAND_GAP
    return Arrangement(positions, _bands(servers, positions, columns, top + height + BOTTOM, top))


def _in_slots(members: Sequence[Server], slots: list[Position], pitch: float, width: float) -> dict[str, Position]:
    """Return where a tier's servers stand: where the scenario says, else in their slots, clear of those that do.

    A server keeps its slot whatever others do, unless one of them was put there; it goes to the next free slot then,
    or below the last.
    """
    placed = [server.position for server in members if server.position is not None]

    def is_taken(slot: Position) -> bool:
        return any(abs(x - slot[0]) < width and abs(y - slot[1]) < NODE_HEIGHT for x, y in placed)

    found: dict[str, Position] = {}
    homeless = []
    free = slots[len(members) :]
    for server, slot in zip(members, slots, strict=False):
        if server.position is not None:
            found[server.id] = server.position
            free.append(slot)
        elif placed and is_taken(slot):
            homeless.append(server)
        else:
            found[server.id] = slot
    free = [slot for slot in free if not is_taken(slot)] if homeless else []
    x, y = slots[-1] if slots else (0.0, 0.0)
    for server in homeless:
        while not free:
            y += max(pitch, NODE_HEIGHT + 8)
            free = [(x, y)] if not is_taken((x, y)) else []
        found[server.id] = free.pop(0)
    return found


def _bands(
    servers: Sequence[Server],
    positions: dict[str, Position],
    columns: list[tuple[Tier, float, float]],
    height: float,
    heading: float,
) -> tuple[Band, ...]:
    """Return the bands, stretched to hold their servers; none where the scenario is arranged in another way."""
    inside = 0
    low, high = 0.0, height
    bounds = {tier: (left, left + width) for tier, left, width in columns}
    for server in servers:
        x, y = positions[server.id]
        left, right = bounds[server.tier]
        if left <= x <= right:
            inside += 1
            low, high = min(low, y - ROW), max(high, y + NODE_HEIGHT / 2 + BOTTOM)
    if servers and inside * 2 < len(servers):
        return ()
    return tuple(Band(tier, left, low, width, high - low, heading) for tier, left, width in columns)
