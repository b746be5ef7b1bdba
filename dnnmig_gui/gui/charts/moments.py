"""The moments of a run worth stopping at: an upload or a query begins, a CR arrives."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.simulation import Trace
from dnnmig_gui.core.simulation.trace import SliceKind

FloatArray = npt.NDArray[np.float64]


class Moments:
    """Times to step between, ascending and each once.

    Parameters
    ----------
    trace
        The run.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        kinds = (SliceKind.UPLOAD, SliceKind.QUERY, SliceKind.CONFIRM)
        self.events: FloatArray = np.unique(trace.start[np.isin(trace.kind, kinds)])
        on_lanes = trace.lane >= 0
        self.edges: FloatArray = np.unique(np.concatenate((trace.start[on_lanes], trace.end[on_lanes])))
        """Where slices begin and end."""
        self.confirms = trace.of_kind(SliceKind.CONFIRM)
        """Rows of the CRs, by time."""
        self.confirm_times: FloatArray = np.unique(trace.start[self.confirms])

    def near_edge(self, t: float, reach_s: float) -> float:
        """Return the edge of a slice that is nearest to a time, or the time itself if none is within reach."""
        place = int(np.searchsorted(self.edges, t))
        near = self.edges[max(0, place - 1) : place + 1]
        if not len(near):
            return t
        edge = float(near[abs(near - t).argmin()])
        return edge if abs(edge - t) <= reach_s else t

    def next_event(self, t: float) -> float | None:
        """Return the first event after a time."""
        return _after(self.events, t)

    def previous_event(self, t: float) -> float | None:
        """Return the last event before a time."""
        return _before(self.events, t)

    def next_confirm(self, t: float) -> float | None:
        """Return when the first CR after a time arrives, whosever it is."""
        return _after(self.confirm_times, t)

    def previous_confirm(self, t: float) -> float | None:
        """Return when the last CR before a time arrives."""
        return _before(self.confirm_times, t)

    def next_confirm_of(self, user: int, t: float) -> int | None:
        """Return the row of a user's first CR after a time."""
        own = self.confirms[self._trace.user[self.confirms] == user]
        place = int(np.searchsorted(self._trace.start[own], t, side="right"))
        return int(own[place]) if place < len(own) else None


def _after(times: FloatArray, t: float) -> float | None:
    place = int(np.searchsorted(times, t, side="right"))
    return float(times[place]) if place < len(times) else None


def _before(times: FloatArray, t: float) -> float | None:
    place = int(np.searchsorted(times, t, side="left"))
    return float(times[place - 1]) if place > 0 else None
