"""The grid of a study: fields of a scenario, the values they take, and the cells that come of them."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dnnmig_gui import __version__
from dnnmig_gui.core.errors import InputError, unknown_name
from dnnmig_gui.core.scenario.file import parse_scenario
from dnnmig_gui.core.scenario.schema import MethodChoice

MOST_CELLS = 100_000

_STEP = re.compile(r"\.?([A-Za-z_][\w-]*)|\[([^\]]+)\]")

Value = Any
"""What JSON knows: a number, a text, a truth, null, a list or an object."""


@dataclass(frozen=True)
class Axis:
    """A field of the scenario and the values it takes.

    Parameters
    ----------
    path
        Such as ``link_defaults.client-edge.bandwidth_mb_per_s`` or ``servers[Edge 5].compute_ghz``. In brackets
        stands an id, a number from 0, or a tier for all its servers.
    """

    path: str
    values: tuple[Value, ...]


def parse_axis(text: str) -> Axis:
    """Return the axis of a text ``path=value,value,...``; values are JSON, or text where they are not.

    Raises
    ------
    InputError
        If it is not of that form, or names a value twice.
    """
    path, equals, listed = text.rpartition("=")
    if not equals or not path.strip() or not listed.strip():
        raise InputError(f"{text!r} must read path=value,value", hint="such as servers[edge].compute_ghz=5,10,20")
    values = tuple(_value(part.strip()) for part in listed.split(","))
    if len({json.dumps(value) for value in values}) < len(values):
        raise InputError(f"{text!r} names a value twice")
    _steps(path.strip())
    return Axis(path.strip(), values)


def _value(text: str) -> Value:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _steps(path: str) -> list[tuple[str, bool]]:
    """Return the steps of a path: a key, or what stands in brackets (True)."""
    steps: list[tuple[str, bool]] = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            raise InputError(f"{path!r} is no path of a field", hint="write it like users[User 1].deadline_s")
        key, inside = match.groups()
        steps.append((key, False) if inside is None else (inside, True))
        position = match.end()
    return steps


def varied(document: Mapping[str, Any], path: str, value: Value) -> dict[str, Any]:
    """Return a scenario document with a field set.

    Raises
    ------
    InputError
        If the path leads nowhere. Whether the value fits is seen when the document is read.
    """
    changed: dict[str, Any] = json.loads(json.dumps(document))
    places: list[Any] = [changed]
    steps = _steps(path)
    for number, (key, in_brackets) in enumerate(steps):
        last = number + 1 == len(steps)
        following: list[Any] = []
        for place in places:
            if in_brackets:
                chosen = _chosen(place, key, path)
                if last:
                    for index in chosen:
                        place[index] = value
                following += [place[index] for index in chosen]
            else:
                if not isinstance(place, dict):
                    raise InputError(f"{path!r} leads nowhere: {key!r} is no field of a list or a value")
                if last:
                    place[key] = value
                following.append(place.setdefault(key, {}))
        places = following
    return changed


def _chosen(place: Any, name: str, path: str) -> list[int]:
    """Return the positions in a list that a name in brackets means."""
    if not isinstance(place, list):
        raise InputError(f"{path!r} leads nowhere: what stands before [{name}] is no list")
    ids = [part.get("id") if isinstance(part, dict) else None for part in place]
    if name in ids:
        return [ids.index(name)]
    of_tier = [number for number, part in enumerate(place) if isinstance(part, dict) and part.get("tier") == name]
    if of_tier:
        return of_tier
    if name.isdecimal() and int(name) < len(place):
        return [int(name)]
    message, hint = unknown_name("entry", name, [one for one in ids if isinstance(one, str)])
    raise InputError(f"{path!r} leads nowhere: {message}", hint=hint)


@dataclass(frozen=True)
class Cell:
    """One piece of a study's work: all that its result depends on, beside the model files."""

    values: tuple[Value, ...]
    text: str
    offloading: MethodChoice | None
    seed: int

    def name(self, files: str) -> str:
        """Return the name of its result: made of everything it depends on."""
        choice = None if self.offloading is None else self.offloading.model_dump(mode="json")
        parts = json.dumps([__version__, files, self.text, choice, self.seed, self.values])
        return hashlib.sha256(parts.encode()).hexdigest()[:32]


def cells_of(
    document: Mapping[str, Any], axes: Sequence[Axis], offloading: Sequence[MethodChoice], seeds: Sequence[int]
) -> tuple[Cell, ...]:
    """Return the cells of a grid; every scenario in it has been checked.

    Raises
    ------
    InputError
        If a field is not there, a value does not fit, or the grid is too large.
    """
    count = len(offloading or [0]) * len(seeds or [0])
    for axis in axes:
        count *= len(axis.values)
    if count > MOST_CELLS:
        raise InputError(f"the grid has {count} cells; at most {MOST_CELLS} are planned", hint="take fewer values")
    cells = []
    for values in itertools.product(*(axis.values for axis in axes)):
        changed: Mapping[str, Any] = document
        for axis, value in zip(axes, values, strict=True):
            changed = varied(changed, axis.path, value)
        text = json.dumps(changed, ensure_ascii=False)
        try:
            scenario = parse_scenario(text)
        except InputError as error:
            point = ", ".join(f"{axis.path}={json.dumps(value)}" for axis, value in zip(axes, values, strict=True))
            raise InputError(f"{error.field}: {error.message} (with {point})", hint=error.hint) from None
        choices: Sequence[MethodChoice | None] = offloading or [None]
        cells += [Cell(values, text, choice, seed) for choice in choices for seed in seeds or [scenario.seed]]
    return tuple(cells)
