"""A run made ready to be drawn: lanes, moments, words and staircases, computed once a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dnnmig_gui.core.scenario.schema import Outage
from dnnmig_gui.gui.charts.lanes import LaneRow, lane_rows
from dnnmig_gui.gui.charts.moments import Moments
from dnnmig_gui.gui.charts.run_stairs import run_stairs
from dnnmig_gui.gui.charts.staircase import Stairs
from dnnmig_gui.gui.charts.texts import RunTexts
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.timeline.outage_bands import outages_of


@dataclass(frozen=True, eq=False)
class Story:
    """What the timeline tells of a run.

    Parameters
    ----------
    run
        The run.
    rows
        Its lanes.
    moments, texts
        Where to stop, and what to say.
    stairs
        For each user the staircases of all uploading methods.
    outages
        For each user the outages of what its bytes go over.
    """

    run: PlannedRun
    rows: tuple[LaneRow, ...]
    moments: Moments
    texts: RunTexts
    stairs: tuple[tuple[Stairs, ...], ...]
    outages: tuple[tuple[Outage, ...], ...]

    @property
    def idle(self) -> int:
        """How many lanes have no slice."""
        return sum(row.idle for row in self.rows)

    @classmethod
    def of(cls, run: PlannedRun, titles: Mapping[str, str]) -> Story:
        """Return the story of a run; `titles` are what people read for uploading methods."""
        users = range(len(run.plan.problem.users))
        stairs = tuple(run_stairs(run, user, titles) for user in users)
        outages = tuple(outages_of(run, user) for user in users)
        return cls(run, lane_rows(run), Moments(run.trace), RunTexts(run), stairs, outages)
