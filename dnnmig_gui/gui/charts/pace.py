"""How fast queries get in a run: the delay after each CR, and when each query ended. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.simulation.trace import SliceKind
from dnnmig_gui.gui.planned_run import PlannedRun

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pace:
    """The queries of one user in a run.

    Parameters
    ----------
    start, delay
        Shape (N,): from when on a query takes how long, in seconds; by the CRs that really arrived.
    ended
        Shape (Q,): when each completed query ended, ascending.
    until
        When the user goes, or the run ends.
    """

    start: FloatArray
    delay: FloatArray
    ended: FloatArray
    until: float

    @classmethod
    def of(cls, run: PlannedRun, user: int) -> Pace:
        """Return the pace of a user."""
        trace = run.trace
        own = run.plan.problem.users[user]
        confirms = trace.of_kind(SliceKind.CONFIRM)
        confirmed = np.sort(trace.start[confirms[trace.user[confirms] == user]])
        stages = run.plan.users[user].uploading.stages
        # A run that fails or ends early sees fewer stages than were planned; one that sends again sees no more.
        count = min(len(confirmed), len(stages) - 1)
        start = np.concatenate(([own.arrival_s], confirmed[:count]))
        delay = np.array([stage.query_delay_s for stage in stages[: count + 1]])
        keep = np.append(np.diff(start) > 0, True)
        queries = trace.of_kind(SliceKind.QUERY)
        ended = np.sort(trace.end[queries[trace.user[queries] == user]])
        return cls(start[keep], delay[keep], ended, min(own.departure_s, run.end_s))

    def delay_at(self, t: float) -> float:
        """Return the delay of a query that starts at a time; before the user comes, that of the first one."""
        return float(self.delay[max(0, int(np.searchsorted(self.start, t, side="right")) - 1)])

    def done(self, t: float) -> int:
        """Return how many queries have ended by a time."""
        return int(np.searchsorted(self.ended, t, side="right"))
