"""Where imported servers stand on the canvas, and how far they are from one another on the globe."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dnnmig_gui.core.scenario.importing.imported import ServerDraft

WIDTH, HEIGHT = 880.0, 400.0
CROWDED_PX2 = 10_000.0
"""Canvas pixels a server should have around it: a map of many is drawn larger."""
ROOM_WIDE, ROOM_HIGH = 112.0, 48.0
"""What a server with a short name covers on the canvas, with a little air."""
WIDEST, LETTER, BESIDE = 220.0, 9.6, 56.0
"""A longer name takes more: so much a letter, and beside the letters."""
Point = tuple[float, float]
FIBRE_KM_PER_MS = 200.0
"""Light in glass goes 200 km in a millisecond."""
EARTH_KM = 6371.0


def spread(drafts: Sequence[ServerDraft], places: Sequence[tuple[float, float]]) -> tuple[ServerDraft, ...]:
    """Return the servers with `places` fitted to the canvas, y downwards; none hides another."""
    xs, ys = [x for x, _ in places], [y for _, y in places]
    grown = math.sqrt(max(1.0, len(places) * CROWDED_PX2 / (WIDTH * HEIGHT)))
    wide, high = (max(xs) - min(xs)) or 1.0, (max(ys) - min(ys)) or 1.0
    scale = grown * min(WIDTH / wide, HEIGHT / high)
    rooms = [min(WIDEST, max(ROOM_WIDE, BESIDE + LETTER * len(draft.id))) for draft in drafts]
    spots = _apart([((x - min(xs)) * scale, (y - min(ys)) * scale) for x, y in places], rooms)
    return tuple(replace(draft, position=spot) for draft, spot in zip(drafts, spots, strict=True))


def _apart(spots: Sequence[Point], rooms: Sequence[float]) -> list[Point]:
    """Return the spots, each that would be covered by one before it moved to the nearest free room around.

    Parameters
    ----------
    rooms
        What each takes across.
    """
    cells: dict[tuple[int, int], list[tuple[Point, float]]] = {}
    full: dict[tuple[int, int], int] = {}
    """How many rooms around a cell are known to be taken: of two thousand in one city each would look again."""
    found = []
    for (x, y), wide in zip(spots, rooms, strict=True):
        reach, spot = next(
            (reach, spot)
            for reach in itertools.count(full.get(_cell((x, y)), 0))
            for spot in _ring(x, y, reach)
            if not _covered(spot, wide, cells)
        )
        full[_cell((x, y))] = reach
        cells.setdefault(_cell(spot), []).append((spot, wide))
        found.append((round(spot[0], 1), round(spot[1], 1)))
    return found


def _ring(x: float, y: float, reach: int) -> list[Point]:
    """Return the spots that many rooms away, those above and below first."""
    steps = range(-reach, reach + 1)
    sides = {(across, down) for across in steps for down in {-reach, reach}}
    rooms = list(sides | {(down, across) for across, down in sides})
    rooms.sort(key=lambda room: (abs(room[0]), -room[1], room[0]))
    return [(x + across * ROOM_WIDE, y + down * ROOM_HIGH) for across, down in rooms]


def _covered(spot: Point, wide: float, cells: Mapping[tuple[int, int], Sequence[tuple[Point, float]]]) -> bool:
    column, line = _cell(spot)
    near = itertools.product(range(column - 2, column + 3), range(line - 1, line + 2))
    return any(
        abs(x - spot[0]) < (wide + room) / 2 and abs(y - spot[1]) < ROOM_HIGH
        for cell in near
        for (x, y), room in cells.get(cell, ())
    )


def _cell(spot: Point) -> tuple[int, int]:
    return math.floor(spot[0] / ROOM_WIDE), math.floor(spot[1] / ROOM_HIGH)


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance of two (longitude, latitude) in degrees, by the haversine formula."""
    (a, b), (c, d) = (tuple(map(math.radians, place)) for place in (one, other))
    half = math.sin((d - b) / 2) ** 2 + math.cos(b) * math.cos(d) * math.sin((c - a) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))
