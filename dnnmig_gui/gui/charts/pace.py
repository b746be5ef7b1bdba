"""How fast queries get in a run: the delay after each CR, and when each query ended. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.simulation.trace import SliceKind, Trace
from dnnmig_gui.gui.planned_run import PlannedRun

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Pace:
    """The queries of one user in a run.

    Parameters
    ----------
    start, delay
        Shape (N,): from when on a query takes how long, in seconds; by the CRs that really arrived; where users
        are planned for as they come and go, as each query really took.
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
        queries = trace.of_kind(SliceKind.QUERY)
        queries = queries[trace.user[queries] == user]
        planned = run.plan.scenario.running.policy == "planned" or not len(queries)
        start, delay = _by_confirms(run, user) if planned else _by_queries(trace, queries)
        return cls(
            np.concatenate(([own.arrival_s], start)),
            delay,
            np.sort(trace.end[queries]),
            min(own.departure_s, run.end_s),
        )

    def delay_at(self, t: float) -> float:
        """Return the delay of a query that starts at a time; before the user comes, that of the first one."""
        return float(self.delay[max(0, int(np.searchsorted(self.start, t, side="right")) - 1)])

    def done(self, t: float) -> int:
        """Return how many queries have ended by a time."""
        return int(np.searchsorted(self.ended, t, side="right"))


def _by_confirms(run: PlannedRun, user: int) -> tuple[FloatArray, FloatArray]:
    """Return when the delay changes, and all delays, if each CR does what was planned."""
    trace = run.trace
    confirms = trace.of_kind(SliceKind.CONFIRM)
    confirmed = np.sort(trace.start[confirms[trace.user[confirms] == user]])
    stages = run.plan.users[user].uploading.stages
    # A run that fails or ends early sees fewer stages than were planned; one that sends again sees no more.
    count = min(len(confirmed), len(stages) - 1)
    delay = np.array([stage.query_delay_s for stage in stages[: count + 1]])
    later = np.append(np.diff(confirmed[:count]) > 0, True)[:count]
    return confirmed[:count][later], np.concatenate((delay[:1], delay[1:][later]))


def _by_queries(trace: Trace, queries: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return when the delay changes, and all delays, as measured: others who come and go change it without a CR."""
    start, end = trace.start[queries], trace.end[queries]
    order = np.argsort(start)
    start, delay = start[order], (end - start)[order]
    changes = np.flatnonzero(~np.isclose(delay[1:], delay[:-1], rtol=1e-6)) + 1
    return start[changes], np.concatenate((delay[:1], delay[changes]))
