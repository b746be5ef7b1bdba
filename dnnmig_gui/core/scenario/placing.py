"""Places on the canvas: aligned, evenly spaced, and free ones for copies."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count as counting
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


_ROWS = 8
"""Copies of one server stand in columns of so many, or in a square if there are very many."""
_TOUCH = (0.95, 0.75)
"""Servers nearer than these shares of the room of one, across and down, touch each other."""


def free_shifts(group: Sequence[Point], taken: Iterable[Point], room: Point, count: int) -> list[Point]:
    """Return how far copies of a group stand from it: below it, then in columns beside it, where nothing stands.

    Parameters
    ----------
    group
        Where the originals stand; copies of what stands nowhere are not shifted.
    taken
        Where servers stand, the originals among them.
    room
        What a server takes, across and down.
    count
        How many copies there are to be.
    """
    if not group:
        return [(0.0, 0.0)] * count
    across, down = (
        max(values) - min(values) + size for values, size in zip(zip(*group, strict=True), room, strict=True)
    )
    cells: dict[tuple[int, int], list[Point]] = defaultdict(list)

    def cell(place: Point) -> tuple[int, int]:
        return math.floor(place[0] / room[0]), math.floor(place[1] / room[1])

    def is_free(place: Point) -> bool:
        column, row = cell(place)
        near = (cells.get((column + x, row + y), ()) for x in (-1, 0, 1) for y in (-1, 0, 1))
        return not any(
            abs(place[0] - x) < room[0] * _TOUCH[0] and abs(place[1] - y) < room[1] * _TOUCH[1]
            for others in near
            for x, y in others
        )

    def take(place: Point) -> None:
        cells[cell(place)].append(place)

    for place in taken:
        take(place)
    found: list[Point] = []
    rows = max(_ROWS, math.ceil(math.sqrt(count)))
    for number in counting():
        column = (number + 1) // 2 * (1 if number % 2 else -1)
        for row in range(rows):
            copies = [(x + column * across, y + row * down) for x, y in group]
            if all(map(is_free, copies)):
                found.append((column * across, row * down))
                for place in copies:
                    take(place)
                if len(found) == count:
                    return found
    raise AssertionError("columns never end")
