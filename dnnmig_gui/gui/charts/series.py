"""Slices of one look on one lane, as sorted arrays: what is in view, and how densely it covers the pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.topology import Tier

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
Texture = Literal["solid", "hatch", "tint", "failed", "pause", "cut", "wait", "pending", "fallback", "shared"]


@dataclass(frozen=True, eq=False)
class Series:
    """Slices of one look on one lane.

    Parameters
    ----------
    texture, tier
        Their look, in the colours of a tier: solid = running, hatch = uploading, tint = open but elsewhere. In those
        of failure: failed = an upload to be sent again, pause = until then, fallback = a query that runs on the
        client after all. Cut = a query that does not end, wait = for a server's turn, pending = for the last query,
        shared = a transfer has a share of its link alone.
    rows
        Shape (N,): rows of the trace.
    start, end
        Shape (N,): seconds, by `start`.
    """

    texture: Texture
    tier: Tier
    rows: IntArray
    start: FloatArray
    end: FloatArray

    @cached_property
    def _reach(self) -> FloatArray:
        """Latest end of all slices up to each one; ascending even where slices overlap."""
        return np.maximum.accumulate(self.end)

    @cached_property
    def _coverage(self) -> tuple[FloatArray, FloatArray]:
        """Corners of the function "seconds covered before t": times and values, both ascending."""
        reach_before = np.concatenate(([-np.inf], self._reach[:-1]))
        start = np.maximum(self.start, reach_before)
        length = np.maximum(0.0, self.end - start)
        some = length > 0
        start, length = start[some], length[some]
        total = np.cumsum(length)
        times = np.column_stack((start, start + length)).ravel()
        values = np.column_stack((total - length, total)).ravel()
        return times, values

    def within(self, low: float, high: float) -> slice:
        """Return the slices that touch [low, high]."""
        first = int(np.searchsorted(self._reach, low, side="left"))
        last = int(np.searchsorted(self.start, high, side="right"))
        return slice(first, max(first, last))

    def whole(self, low: float, high: float) -> tuple[float, float]:
        """Return [low, high] made longer so that it cuts no slice."""
        found = self.within(low, high)
        if found.stop == found.start:
            return low, high
        return min(low, float(self.start[found.start])), max(high, float(self._reach[found.stop - 1]))

    def covered(self, edges: FloatArray) -> FloatArray:
        """Return the share of each interval between neighbouring `edges` that slices cover, shape (E - 1,)."""
        times, values = self._coverage
        if not len(times):
            return np.zeros(len(edges) - 1)
        return np.diff(np.interp(edges, times, values)) / np.diff(edges)

    def starts(self, edges: FloatArray) -> npt.NDArray[np.bool_]:
        """Return whether any slice begins in each interval between neighbouring `edges`, shape (E - 1,)."""
        return np.diff(np.searchsorted(self.start, edges, side="left")) > 0

    def at(self, t: float) -> int | None:
        """Return the row of the trace of the slice at a time; of several the last begun."""
        last = int(np.searchsorted(self.start, t, side="right")) - 1
        # Only overlapping slices can hide an earlier one that still lasts; a short look back is enough for those.
        for place in range(last, max(-1, last - 64), -1):
            if self.end[place] >= t:
                return int(self.rows[place])
        return None


@dataclass(frozen=True, eq=False)
class Drawn:
    """What to draw of a series in a view, in pixels.

    Parameters
    ----------
    left, right
        Shape (M,): slices drawn one by one.
    places
        Shape (M,): their places in the series.
    strips
        (left, right, density): pixel columns where slices are too narrow to tell apart, density in (0, 1].
    """

    left: FloatArray
    right: FloatArray
    places: IntArray
    strips: list[tuple[float, float, float]]


NARROW_PX = 3.0
"""Slices narrower than this merge into a density strip, unless they stand alone."""
LEAST_PX = 2.5
LEVELS = 5


def draw_list(series: Series, left: float, width: float, start: float, stop: float, low: float, high: float) -> Drawn:
    """Return what to draw of a series.

    Parameters
    ----------
    left, width, start, stop
        The time axis: its pixels and its seconds.
    low, high
        The part of those seconds to draw.
    """
    scale = width / (stop - start)
    low, high = max(low, start), min(high, stop)
    found = series.within(low, high)
    none = np.zeros(0)
    columns = max(2, int((high - low) * scale) + 1)
    if found.stop - found.start > 2 * columns:
        return Drawn(none, none, np.zeros(0, dtype=np.intp), _strips(series, left, scale, start, low, high))
    begin, end = series.start[found], series.end[found]
    x0 = left + (np.maximum(begin, low) - start) * scale
    x1 = left + (np.minimum(end, high) - start) * scale
    places = np.arange(found.start, found.stop)
    narrow = (end - begin) * scale < NARROW_PX
    if not narrow.any():
        return Drawn(x0, x1, places, [])
    gap_before = np.concatenate(([np.inf], x0[1:] - x1[:-1]))
    gap_after = np.concatenate((gap_before[1:], [np.inf]))
    alone = narrow & (gap_before >= NARROW_PX) & (gap_after >= NARROW_PX)
    merged = narrow & ~alone
    x1 = np.where(alone, np.maximum(x1, x0 + LEAST_PX), x1)
    strips = []
    if merged.any():
        few = Series(series.texture, series.tier, series.rows[found][merged], begin[merged], end[merged])
        strips = _strips(few, left, scale, start, low, high)
    keep = ~merged
    return Drawn(x0[keep], x1[keep], places[keep], strips)


def _strips(
    series: Series, left: float, scale: float, start: float, low: float, high: float
) -> list[tuple[float, float, float]]:
    """Return runs of equal density over pixel columns; a column that holds any slice is never empty."""
    first, last = int(np.floor((low - start) * scale)), int(np.ceil((high - start) * scale))
    edges = start + np.arange(first, max(first + 1, last) + 1) / scale
    density = series.covered(edges)
    level = np.ceil(np.clip(density, 0, 1) * LEVELS - 1e-9).astype(np.intp)
    level = np.where(series.starts(edges), np.maximum(level, 1), level)
    change = np.flatnonzero(np.diff(level)) + 1
    runs = np.concatenate(([0], change, [len(level)]))
    return [
        (left + first + one, left + first + other, int(level[one]) / LEVELS)
        for one, other in zip(runs[:-1].tolist(), runs[1:].tolist(), strict=True)
        if level[one] > 0
    ]
