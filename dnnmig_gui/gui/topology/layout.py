"""Where servers stand on the canvas unless the scenario says: a column for each tier, evenly spaced."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

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
LEAST_INSIDE = 0.7
"""Share of the servers that stand in their tier's band; with fewer, the picture is another one, such as a map."""

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
    placed = [server.position for server in servers if server.position is not None]
    by_tier = {tier: [server for server in servers if server.tier == tier] for tier in TIERS}
    grids = {tier: _rows_and_columns(len(members), len(servers)) for tier, members in by_tier.items()}
    arranged = {server.tier for server in servers if server.position is None}
    height = ROW * max([LEAST_ROWS, *(grids[tier][0] for tier in arranged)])
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
        positions |= _in_slots(by_tier[tier], slots, placed, (pitch, widths[tier]))
        columns.append((tier, left, width))
        left += width + BAND_GAP
    return Arrangement(positions, _bands(servers, positions, columns, top + height + BOTTOM, widths))


def _in_slots(
    members: Sequence[Server], slots: list[Position], placed: list[Position], room: tuple[float, float]
) -> dict[str, Position]:
    """Return where a tier's servers stand: where the scenario says, else in their slots, clear of those that do.

    A server keeps its slot whatever others do, unless one of them was put there; it goes to the next free slot then,
    or below the last.

    Parameters
    ----------
    placed
        Where servers of any tier stand that were put somewhere.
    room
        From a slot to the next below, and the width of a node.
    """
    pitch, width = room

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
    widths: Mapping[Tier, float],
) -> tuple[Band, ...]:
    """Return the bands, stretched to hold their servers; none where the scenario is arranged in another way."""
    bounds = {tier: (left, left + width) for tier, left, width in columns}
    if any(server.position is not None for server in servers):
        bounds = _bounds_of_placed(servers, positions, widths) or bounds
    inside = 0
    low, high = 0.0, height
    for server in servers:
        x, y = positions[server.id]
        left, right = bounds[server.tier]
        if left <= x <= right:
            inside += 1
            low, high = min(low, y - ROW), max(high, y + NODE_HEIGHT / 2 + BOTTOM)
    if inside < LEAST_INSIDE * len(servers):
        return ()
    heading = max(TOP, (high - low - BOTTOM) / 13)
    return tuple(Band(tier, left, low, right - left, high - low, heading) for tier, (left, right) in bounds.items())


def _bounds_of_placed(
    servers: Sequence[Server], positions: dict[str, Position], widths: Mapping[Tier, float]
) -> dict[Tier, tuple[float, float]]:
    """Return left and right of bands around servers that were put somewhere; {} where tiers are missing or mixed.

    Bands meet half way between the servers of one tier and those of the next.
    """
    across = {tier: [positions[server.id][0] for server in servers if server.tier == tier] for tier in TIERS}
    if not all(across.values()):
        return {}
    rims = {tier: widths[tier] / 2 + 16 for tier in TIERS}
    held = [(min(across[tier]) - rims[tier], max(across[tier]) + rims[tier]) for tier in TIERS]
    if any(left[1] >= right[0] for left, right in pairwise(held)):
        return {}
    inner = [(left[1] + right[0]) / 2 for left, right in pairwise(held)]
    first, last = ((left + right) / 2 for left, right in (held[0], held[-1]))
    lefts = [min(held[0][0], first - BAND_WIDTH / 2), *(middle + BAND_GAP / 2 for middle in inner)]
    rights = [*(middle - BAND_GAP / 2 for middle in inner), max(held[-1][1], last + BAND_WIDTH / 2)]
    return dict(zip(TIERS, zip(lefts, rights, strict=True), strict=True))
