"""Round numbers for axes."""

from __future__ import annotations

import math

from dnnmig_gui.core.reporting.numbers import SPACE, plain_text


def round_ticks(end: float, most: int) -> list[float]:
    """Return the multiples of 1, 2 or 5 x 10^n in [0, end], no more than `most` + 1 of them."""
    power = 10.0 ** math.floor(math.log10(end / most))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power * most >= end * (1 - 1e-9))
    return [step * number for number in range(int(end / step + 1e-9) + 1)]


def tick_text(value: float, unit: str) -> str:
    """Return a tick's label; zero needs no unit."""
    return f"{plain_text(value)}{SPACE}{unit}" if value else "0"
