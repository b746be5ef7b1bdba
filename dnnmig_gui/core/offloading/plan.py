"""What an offloading method returns."""

from __future__ import annotations

from dataclasses import dataclass, field

from dnnmig_gui.core.costs.problem import Places

SO_FAR = "Stopped before the method had ended: this is the best plan so far."
"""Note of a plan that was handed over early."""


@dataclass(frozen=True, eq=False)
class OffloadingPlan:
    """For every user, layer -> server, and how the method came to it.

    Parameters
    ----------
    places
        For every user the server number of each layer.
    objective
        The objective of `places` (DESIGN.md section 4).
    bound
        A proven lower bound of the objective of any feasible plan, or None where the method proves none.
    evaluations
        Number of plans evaluated.
    seconds
        Time taken.
    history
        (evaluations, seconds, best objective so far), ascending.
    note
        What the user should know about this result, in a sentence; empty for nothing.
    """

    places: Places
    objective: float
    bound: float | None = None
    evaluations: int = 0
    seconds: float = 0.0
    history: tuple[tuple[int, float, float], ...] = field(default=())
    note: str = ""

    @property
    def gap(self) -> float | None:
        """(objective - bound) / bound; None without a bound."""
        if self.bound is None:
            return None
        if self.bound <= 0:
            return 0.0 if self.objective <= self.bound else float("inf")
        return max(0.0, (self.objective - self.bound) / self.bound)
