"""Axes of the plots, as calm as those of the timeline: few round numbers, a faint line for each, under the data."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg

from dnnmig_gui.gui.charts.axis import round_step

PX_A_TICK = {"bottom": 110.0, "left": 64.0}


class CalmAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis with one level of ticks, at 1, 2 or 5 x 10^n."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self._px_a_tick = PX_A_TICK[side]
        self.setZValue(-10)

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> Any:  # noqa: N802, N803
        """Return the distance of the ticks."""
        span = abs(maxVal - minVal)
        if span <= 0:
            return []
        return [(round_step(span, max(2, int(size / self._px_a_tick))), 0)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802
        """Return the numbers with as many digits as tell neighbours apart, thousands set off."""
        if self.logMode:
            return list(super().tickStrings(values, scale, spacing))
        step = abs(spacing * scale)
        decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
        return [f"{value * scale + 0.0:,.{decimals}f}".replace(",", "\u202f") for value in values]
