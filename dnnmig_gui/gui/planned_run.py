"""What the planning job hands to the views: the plan, its trace, and the other uploading methods beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the window shows before there is a plan, and sooner without what makes one
    from dnnmig_gui.core.planning import MigrationPlan
    from dnnmig_gui.core.simulation import Trace
    from dnnmig_gui.core.uploading import UploadingPlan


@dataclass(frozen=True, eq=False)
class PlannedRun:
    """All that the views are a function of, together with the clock's time.

    Parameters
    ----------
    plan
        Scenario, problem, offloading plan, and for each user its uploading plan (the followed method).
    trace
        The running phase of that plan.
    alternatives
        Uploading plans by method name, the followed one included: for each method one plan a user.
    """

    plan: MigrationPlan
    trace: Trace
    alternatives: dict[str, tuple[UploadingPlan, ...]]

    @property
    def end_s(self) -> float:
        """Length of the run."""
        return self.trace.end_s
