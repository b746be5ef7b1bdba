"""Where words stand in a plot so that they cover neither its lines nor one another. No widgets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF

CLEAR_PX = 2.0
"""A line and words keep so far apart."""


class FreeRoom:
    """The room of a plot, row of pixels by row of pixels.

    Parameters
    ----------
    top, bottom
        Words stay inside.
    lines
        The corners of each line.
    """

    def __init__(self, top: float, bottom: float, lines: Sequence[Sequence[QPointF]]) -> None:
        self._top = top
        self._rows = max(1, int(bottom - top))
        ends = [(one, other) for line in lines for one, other in pairwise(line)]
        self._left = np.array([min(one.x(), other.x()) for one, other in ends])
        self._right = np.array([max(one.x(), other.x()) for one, other in ends])
        self._high = np.array([min(one.y(), other.y()) for one, other in ends])
        self._low = np.array([max(one.y(), other.y()) for one, other in ends])
        self._taken: list[QRectF] = []

    def tops(self, height: float) -> npt.NDArray[np.float64]:
        """Return all places for words of a height, shape (T,): their upper edges, at least one."""
        return self._top + np.arange(max(1, self._rows - int(np.ceil(height)) + 1), dtype=np.float64)

    def covered(self, left: float, right: float, height: float) -> npt.NDArray[np.int64]:
        """Return how many rows of lines words would cover at each of `tops`, shape (T,)."""
        crossing = (self._left < right) & (self._right > left)
        edges = np.zeros(self._rows + 1, dtype=np.int64)
        high, low = self._high[crossing] - CLEAR_PX, self._low[crossing] + CLEAR_PX
        np.add.at(edges, np.clip(np.floor(high - self._top), 0, self._rows).astype(np.intp), 1)
        np.add.at(edges, np.clip(np.ceil(low - self._top), 0, self._rows).astype(np.intp), -1)
        before = np.concatenate(([0], np.cumsum(np.cumsum(edges)[:-1] > 0)))
        first = np.arange(len(self.tops(height)))
        return before[np.minimum(first + int(np.ceil(height)), self._rows)] - before[first]

    def is_free(self, left: float, right: float, height: float) -> npt.NDArray[np.bool_]:
        """Return whether no other words stand at each of `tops`, shape (T,)."""
        tops = self.tops(height)
        free = np.ones(len(tops), dtype=bool)
        for box in self._taken:
            if box.left() < right and box.right() > left:
                free &= (tops >= box.bottom()) | (tops + height <= box.top())
        return free

    def take(self, box: QRectF) -> None:
        """Keep a place for words."""
        self._taken.append(box)
