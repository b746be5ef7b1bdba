"""Places on the canvas, put in order: aligned or evenly spaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

Point = tuple[float, float]
Alignment = Literal["left", "middle", "right", "top", "centre", "bottom"]
Axis = Literal["across", "down"]

_LINES: dict[Alignment, tuple[int, Callable[[list[float]], float]]] = {
    "left": (0, min),
    "middle": (0, lambda values: (min(values) + max(values)) / 2),
    "right": (0, max),
    "top": (1, min),
    "centre": (1, lambda values: (min(values) + max(values)) / 2),
    "bottom": (1, max),
}


def aligned(places: Mapping[str, Point], to: Alignment) -> dict[str, Point]:
    """Return the places on one line: x alike for left, middle and right, y alike for top, centre and bottom."""
    if not places:
        return {}
    axis, choose = _LINES[to]
    line = choose([place[axis] for place in places.values()])
    return {name: (line, y) if axis == 0 else (x, line) for name, (x, y) in places.items()}


def distributed(places: Mapping[str, Point], along: Axis) -> dict[str, Point]:
    """Return the places evenly spaced between the two outermost, in the order they are in."""
    axis = 0 if along == "across" else 1
    order = sorted(places, key=lambda name: (places[name][axis], places[name][1 - axis]))
    if len(order) < 3:
        return dict(places)
    first, last = places[order[0]][axis], places[order[-1]][axis]
    found = {}
    for number, name in enumerate(order):
        share = number / (len(order) - 1)
        at = first * (1 - share) + last * share
        found[name] = (at, places[name][1]) if axis == 0 else (places[name][0], at)
    return found
