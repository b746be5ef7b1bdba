"""What a long computation is handed: its random numbers, whom to tell, whether to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from dnnmig_gui.core.errors import CancelledError

Report = Callable[[float, str], None]
"""Called with the share done (0 to 1) and one short line."""


def _tell_nobody(share: float, line: str) -> None:
    """Take a report and do nothing with it."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Run:
    """One run of a method: the same seed gives the same result.

    Parameters
    ----------
    seed
        Seeds `rng`; a method that needs several streams spawns them from it.
    report
        Told how far the work is. Cheap to call, but not for free: call it per iteration, not per item.
    is_cancelled
        Asked by `check`; may be called from any thread.
    is_enough
        Asked now and then by work that has a result to hand over: true when the best so far is wanted now. Work that
        never asks has none, and can only be cancelled. May be called from any thread.
    """

    seed: int = 0
    report: Report = _tell_nobody
    is_cancelled: Callable[[], bool] = _never
    is_enough: Callable[[], bool] = _never
    rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rng", np.random.default_rng(self.seed))

    def check(self) -> None:
        """Raise `CancelledError` if the user has asked to stop."""
        if self.is_cancelled():
            raise CancelledError

    def part(self, start: float, end: float) -> Run:
        """Return a run for a piece of this work that covers the shares from `start` to `end`.

        The piece draws from a generator of its own, seeded from this run's, so that pieces do not disturb
        one another.
        """
        return Run(
            seed=self.seed,
            report=lambda share, line: self.report(start + (end - start) * share, line),
            is_cancelled=self.is_cancelled,
            is_enough=self.is_enough,
        )
