"""The time axis that everything on the timeline shares, and the round numbers that stand on axes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

SHORTEST_SPAN_S = 1e-6
"""Zooming in ends here: a float of seconds still tells such times apart after days."""


@dataclass(frozen=True)
class Tick:
    """A round number on an axis, and its label."""

    value: float
    label: str


def round_step(span: float, most: int) -> float:
    """Return the least of 1, 2, 5 x 10^n that divides `span` into at most `most` steps."""
    rough = span / max(1, most)
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1.0, 2.0, 5.0):
        if factor * power >= rough * (1 - 1e-9):
            return factor * power
    return 10.0 * power


def seconds_label(value: float, step: float, most: float | None = None) -> str:
    """Return a time with as many digits as tell neighbours apart that lie `step` apart: ``14 s``, ``250 ms``.

    Parameters
    ----------
    most
        The largest time beside it, which decides the unit; itself unless given.
    """
    if value == 0:
        return "0"
    largest = max(abs(value if most is None else most), step)
    unit, scale = ("s", 1.0) if largest >= 1 else ("ms", 1e3) if step >= 1e-6 else ("µs", 1e6)
    decimals = max(0, -math.floor(math.log10(step * scale) + 1e-9))
    return f"{value * scale:,.{decimals}f}\u202f{unit}".replace(",", "\u202f")


def seconds_ticks(low: float, high: float, most: int) -> list[Tick]:
    """Return the round times in [low, high], at most about `most` of them."""
    if not high > low:
        return []
    step = round_step(high - low, most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [Tick(number * step, seconds_label(number * step, step, last * step)) for number in range(first, last + 1)]


class TimeAxis(QObject):
    """Which part of a run is in view, and where on the screen.

    Signals
    -------
    changed()
        Another part of the run is in view, or it lies elsewhere.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.end_s = 0.0
        """Length of the run."""
        self.start = 0.0
        self.stop = 1.0
        """First and last second in view."""
        self.left = 0.0
        self.width = 1.0
        """Pixels."""

    @property
    def right(self) -> float:
        """Right edge in pixels."""
        return self.left + self.width

    @property
    def span(self) -> float:
        """Seconds in view."""
        return self.stop - self.start

    @property
    def seconds_per_px(self) -> float:
        """Seconds that one pixel shows."""
        return self.span / self.width

    @property
    def shows_all(self) -> bool:
        """Whether the whole run is in view."""
        return self.start <= 0 and self.stop >= self.end_s

    def x(self, t: float) -> float:
        """Return the pixel of a time."""
        return self.left + (t - self.start) * self.width / self.span

    def t(self, x: float) -> float:
        """Return the time of a pixel."""
        return self.start + (x - self.left) * self.span / self.width

    def place(self, left: float, width: float) -> None:
        """Set where the axis lies on the screen."""
        if (left, width) != (self.left, self.width):
            self.left, self.width = left, max(1.0, width)
            self.changed.emit()

    def set_run(self, end_s: float) -> None:
        """Begin with a run of `end_s` seconds, all of it in view."""
        self.end_s = end_s
        self.start, self.stop = 0.0, end_s if end_s > 0 else 1.0
        self.changed.emit()

    def show(self, start: float, stop: float) -> None:
        """Show a part of the run; it is held inside the run and above the shortest span."""
        whole = self.end_s if self.end_s > 0 else 1.0
        span = min(max(stop - start, SHORTEST_SPAN_S), whole)
        start = min(max(0.0, (start + stop - span) / 2), whole - span)
        if (start, start + span) != (self.start, self.stop):
            self.start, self.stop = start, start + span
            self.changed.emit()

    def zoom(self, factor: float, at: float) -> None:
        """Show `factor` times as much time; the time `at` stays where it is."""
        whole = self.end_s if self.end_s > 0 else 1.0
        span = min(max(self.span * factor, SHORTEST_SPAN_S), whole)
        start = at - (at - self.start) * span / self.span
        start = min(max(0.0, start), whole - span)
        self.show(start, start + span)

    def pan(self, seconds: float) -> None:
        """Show what comes `seconds` later."""
        start = min(max(0.0, self.start + seconds), max(0.0, self.end_s - self.span))
        self.show(start, start + self.span)

    def reveal(self, t: float) -> None:
        """Turn the page if a time lies out of view."""
        if not self.start <= t <= self.stop:
            self.pan(t - self.start - 0.1 * self.span)
