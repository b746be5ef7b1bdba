"""Axes of the plots, as calm as those of the timeline: few round numbers with their unit, a faint line for each."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from dnnmig_gui.core.reporting.numbers import SPACE, plain_text
from dnnmig_gui.gui.charts.axis import round_step, seconds_label

PX_A_TICK = {"bottom": 110.0, "left": 64.0}
END_PX = 24.0
LEAST_DECADES = 0.7
"""A logarithmic axis over less than this has no powers of ten worth naming: it has the ticks of a linear one."""


class CalmAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis with one level of ticks, at 1, 2 or 5 x 10^n, and the unit at each number as on the timeline."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self._px_a_tick = PX_A_TICK[side]
        self._unit = ""
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=0, tickTextOffset=8)

    def set_unit(self, unit: str) -> None:
        """Write a unit after each number but 0."""
        self._unit = unit
        self.picture = None
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Return the axis with room for the numbers at its very ends."""
        inside: QRectF = super().boundingRect()
        return inside.adjusted(-END_PX, -END_PX, END_PX, END_PX)

    def drawPicture(self, p: QPainter, axisSpec: Any, tickSpecs: Any, textSpecs: Any) -> None:  # noqa: N802, N803
        """Draw line, ticks and numbers; in an SVG the clip of what was drawn before would hide them."""
        p.setClipRect(self.boundingRect())
        super().drawPicture(p, axisSpec, tickSpecs, textSpecs)

    def resizeEvent(self, event: Any = None) -> None:  # noqa: N802
        """Keep the title of an upright axis off its numbers: the axis has four fifths of the title's height for it."""
        super().resizeEvent(event)
        if self.orientation == "left" and self.label is not None:
            self.label.setX(-0.2 * self.label.boundingRect().height() - 1)

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> Any:  # noqa: N802, N803
        """Return the distance of the ticks."""
        span = abs(maxVal - minVal)
        if span <= 0:
            return []
        return [(round_step(span, self._most(size)), 0)]

    def tickValues(self, minVal: float, maxVal: float, size: float) -> Any:  # noqa: N802, N803
        """Return the distance of the ticks, and where they are."""
        if not self.logMode:
            return super().tickValues(minVal, maxVal, size)
        low, high = sorted((minVal, maxVal))
        return [(1.0, log_ticks(low, high, self._most(size)))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802
        """Return the numbers with as many digits as tell neighbours apart, and the unit."""
        if self.logMode:
            return [_told(10**value, self._unit) for value in values]
        if not values:
            return []
        if self._unit == "s":
            most = max(abs(value) for value in values)
            return [seconds_label(value, spacing, most) for value in values]
        decimals = max(0, -math.floor(math.log10(spacing) + 1e-9)) if spacing > 0 else 0
        texts = [f"{value + 0.0:,.{decimals}f}".replace(",", SPACE) for value in values]
        return ["0" if float(text.replace(SPACE, "")) == 0 else self._with_unit(text) for text in texts]

    def _with_unit(self, text: str) -> str:
        return f"{text}{SPACE}{self._unit}" if self._unit else text

    def _most(self, size: float) -> int:
        return max(2, int(size / self._px_a_tick))


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Return the logarithms of round numbers between two logarithms, at most about `most` of them.

    Over many powers of ten each, or every second one and so on, has a tick; over a few also 2 and 5 times it.
    """
    decades = high - low
    if decades <= 0:
        return []
    if decades < LEAST_DECADES:
        span = 10**high - 10**low
        step = round_step(span, most)
        first, last = math.ceil(10**low / step - 1e-9), math.floor(10**high / step + 1e-9)
        return [math.log10(number * step) for number in range(max(1, first), last + 1)]
    factors = (1, 2, 5) if 3 * decades <= most else (1,)
    every = max(1, math.ceil(decades / most))
    powers = [power for power in range(math.floor(low), math.ceil(high) + 1) if power % every == 0]
    return [tick for power in powers for factor in factors if low <= (tick := power + math.log10(factor)) <= high]


def _told(value: float, unit: str) -> str:
    if unit == "s" and value < 1:
        value, unit = 1e3 * value, "ms"
    text = plain_text(float(f"{value:.6g}"))
    return f"{text}{SPACE}{unit}" if unit else text
