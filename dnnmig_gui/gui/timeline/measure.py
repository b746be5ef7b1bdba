"""What the marked part of a run holds: how many queries, and how long they take. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.reporting.numbers import bytes_text, count_text, seconds_text
from dnnmig_gui.core.simulation.trace import SliceKind, Trace
from dnnmig_gui.gui.charts.lanes import LaneRow
from dnnmig_gui.gui.language import tr, tr_n


@dataclass(frozen=True)
class Measure:
    """One user's queries and CRs in a part of a run.

    Parameters
    ----------
    seconds
        Length of the part.
    queries
        Completed queries that begin in it.
    least_s, mean_s, most_s
        Their delays; 0 without any.
    confirmed
        CRs that arrive in it.
    size_bytes
        Bytes of the P3 whose upload is over in it.
    """

    seconds: float
    queries: int
    least_s: float
    mean_s: float
    most_s: float
    confirmed: int
    size_bytes: int

    @property
    def text(self) -> str:
        """Everything in one line."""
        parts = [seconds_text(self.seconds)]
        if self.queries:
            parts.append(
                tr_n("{count} query: {delays}", "{count} queries: {delays}", self.queries).format(
                    count=count_text(self.queries), delays=_range_text(self.least_s, self.mean_s, self.most_s)
                )
            )
        else:
            parts.append(tr("no query begins and ends"))
        if self.confirmed:
            parts.append(f"{self.confirmed} P3, {bytes_text(self.size_bytes)}")
        return " · ".join(parts)


def _range_text(least_s: float, mean_s: float, most_s: float) -> str:
    return tr("min {least}, mean {mean}, max {most}").format(
        least=seconds_text(least_s), mean=seconds_text(mean_s), most=seconds_text(most_s)
    )


def measured_lane(row: LaneRow, span: tuple[float, float]) -> str:
    """Return what a part of a run holds of a lane: its slices that begin and end there, and the time that they take.

    The slices are those that say what the lane is for: work on a server, else what it receives; queries; uploads that
    arrived.
    """
    low, high = span
    looks = {"server": ("solid", "hatch"), "queries": ("tint",), "uploads": ("hatch",)}[row.lane.role]
    own = next((part for look in looks if (part := [one for one in row.series if one.texture == look])), [])
    lasts = np.concatenate(
        [np.zeros(0), *((part.end - part.start)[(part.start >= low) & (part.end <= high)] for part in own)]
    )
    edges = np.array([low, high])
    taken = sum(float(part.covered(edges)[0]) for part in own)
    parts = [seconds_text(high - low)]
    if len(lasts):
        parts.append(
            tr_n("{count} slice: {lasts}", "{count} slices: {lasts}", len(lasts)).format(
                count=count_text(len(lasts)),
                lasts=_range_text(float(lasts.min()), float(lasts.mean()), float(lasts.max())),
            )
        )
    else:
        parts.append(tr("no slice begins and ends"))
    return " · ".join([*parts, tr("{share} % busy").format(share=round(100 * min(1.0, taken)))])


def measured(trace: Trace, user: int, span: tuple[float, float]) -> Measure:
    """Return what a part of a run holds of a user."""
    low, high = span
    rows = trace.of_kind(SliceKind.QUERY)
    rows = rows[(trace.user[rows] == user) & (trace.start[rows] >= low) & (trace.end[rows] <= high)]
    delays = trace.end[rows] - trace.start[rows]
    confirms = trace.of_kind(SliceKind.CONFIRM)
    confirms = confirms[
        (trace.user[confirms] == user) & (trace.start[confirms] >= low) & (trace.start[confirms] <= high)
    ]
    uploads = trace.of_kind(SliceKind.UPLOAD)
    when = trace.end[uploads]
    uploads = uploads[(trace.user[uploads] == user) & (when >= low) & (when <= high)]
    return Measure(
        high - low,
        len(rows),
        float(delays.min(initial=float("inf"))) if len(rows) else 0.0,
        float(delays.mean()) if len(rows) else 0.0,
        float(delays.max(initial=0.0)),
        len(confirms),
        int(trace.size_bytes[uploads].sum()),
    )
