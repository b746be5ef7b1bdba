"""Where imported servers stand on the canvas, and how far they are from one another on the globe."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from dnnmig_gui.core.scenario.importing.imported import ServerDraft

WIDTH, HEIGHT = 880.0, 400.0
CROWDED_PX2 = 10_000.0
"""Canvas pixels a server should have around it: a map of many is drawn larger."""
FIBRE_KM_PER_MS = 200.0
"""Light in glass goes 200 km in a millisecond."""
EARTH_KM = 6371.0


def spread(drafts: Sequence[ServerDraft], places: Sequence[tuple[float, float]]) -> tuple[ServerDraft, ...]:
    """Return the servers with `places` fitted to the canvas, y downwards; those in one spot stand in a row."""
    xs, ys = [x for x, _ in places], [y for _, y in places]
    grown = math.sqrt(max(1.0, len(places) * CROWDED_PX2 / (WIDTH * HEIGHT)))
    wide, high = (max(xs) - min(xs)) or 1.0, (max(ys) - min(ys)) or 1.0
    scale = grown * min(WIDTH / wide, HEIGHT / high)
    taken: dict[tuple[float, float], int] = {}
    placed = []
    for draft, (x, y) in zip(drafts, places, strict=True):
        spot = (round((x - min(xs)) * scale, 1), round((y - min(ys)) * scale, 1))
        twins = taken.get(spot, 0)
        taken[spot] = twins + 1
        placed.append(replace(draft, position=(spot[0], spot[1] + 48.0 * twins)))
    return tuple(placed)


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance of two (longitude, latitude) in degrees, by the haversine formula."""
    (a, b), (c, d) = (tuple(map(math.radians, place)) for place in (one, other))
    half = math.sin((d - b) / 2) ** 2 + math.cos(b) * math.cos(d) * math.sin((c - a) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))
