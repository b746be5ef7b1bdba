"""Which speeds there are, and the one at which a run plays in about 24 seconds."""

from __future__ import annotations

import math

from dnnmig_gui.gui.clock import Clock

PLAYED_S = 24.0
SHORTEST_S, LONGEST_S = 12.0, 36.0
SEGMENTS = (0.5, 1.0, 2.0, 4.0)


def fit_speed(end_s: float) -> float:
    """Return a round speed that plays `end_s` seconds in about `PLAYED_S`; one with a button of its own if it does."""
    if end_s <= 0:
        return 1.0
    wanted = end_s / PLAYED_S
    for speed in sorted(SEGMENTS, key=lambda speed: abs(math.log(speed / wanted))):
        if SHORTEST_S <= end_s / speed <= LONGEST_S:
            return speed
    power = 10.0 ** math.floor(math.log10(wanted))
    return float(f"{min((1, 2, 5, 10), key=lambda factor: abs(math.log(factor * power / wanted))) * power:.3g}")


def speeds(end_s: float) -> list[float]:
    """Return all speeds for a run, slowest first."""
    return sorted({*Clock.SPEEDS, fit_speed(end_s)})


def stepped(speed: float, end_s: float, step: int) -> float:
    """Return the next faster (step 1) or slower (step -1) speed."""
    all_ = speeds(end_s)
    others = [other for other in all_ if (other - speed) * step > 1e-12]
    return speed if not others else min(others) if step > 0 else max(others)
