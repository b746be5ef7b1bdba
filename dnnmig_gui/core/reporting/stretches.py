"""Stretches: consecutive layers of a model that run on one server."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.problem import IntArray
from dnnmig_gui.core.dnn import DnnModel


@dataclass(frozen=True)
class Stretch:
    """Layers `first` to `last` (positions, both included) on one server (its number)."""

    server: int
    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1


def stretches(places: IntArray) -> tuple[Stretch, ...]:
    """Return the stretches of an assignment in topological order.

    Parameters
    ----------
    places
        Shape (L,): server number of each layer.
    """
    if len(places) == 0:
        return ()
    starts = np.concatenate(([0], np.flatnonzero(np.diff(places)) + 1))
    ends = np.concatenate((starts[1:], [len(places)])) - 1
    return tuple(Stretch(int(places[start]), int(start), int(end)) for start, end in zip(starts, ends, strict=True))


def layers_text(model: DnnModel, positions: tuple[int, ...]) -> str:
    """Return layers in a few words: ``conv1``, ``conv1, relu1``, ``conv1 to pool5 (14 layers)``."""
    names = [model.layers[position].name for position in positions]
    if len(names) <= 2:
        return ", ".join(names)
    if positions[-1] - positions[0] + 1 == len(positions):
        return f"{names[0]} to {names[-1]} ({len(names)} layers)"
    return f"{names[0]}, {names[1]} and {len(names) - 2} more to {names[-1]}"
