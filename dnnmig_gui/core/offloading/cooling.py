"""How searches cool: the temperature falls geometrically, in units of the best objective."""

from __future__ import annotations


def temperature(start: float, end: float, share: float, best_score: float) -> float:
    """Return the temperature when this share of the search is done; `start` and `end` are shares of `best_score`."""
    return float(start * (end / start) ** share * max(best_score, 1e-300))
