"""The staircases of a run: that of its own method as it really went, those of the others as they are planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dnnmig_gui.gui.charts.pace import Pace
from dnnmig_gui.gui.charts.staircase import Stairs, stairs_of
from dnnmig_gui.gui.planned_run import PlannedRun


def run_stairs(run: PlannedRun, user: int, titles: Mapping[str, str]) -> tuple[Stairs, ...]:
    """Return a user's staircases, the followed one last; `titles` are what people read for uploading methods."""
    own = run.plan.problem.users[user]
    plans = {name: plans[user] for name, plans in run.alternatives.items()}
    until = min(own.departure_s, run.end_s)
    pace = Pace.of(run, user)
    return tuple(
        replace(line, start=pace.start, delay=pace.delay) if line.followed else line
        for line in stairs_of(plans, titles, run.plan.uploading_method, own.arrival_s, until)
    )
