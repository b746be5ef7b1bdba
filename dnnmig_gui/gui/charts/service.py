"""Charts of how well a run served its users: percentiles of delays, use of links, fairness. No Qt widgets."""

from __future__ import annotations

import numpy as np

from dnnmig_gui.core.simulation.fairness import Fairness
from dnnmig_gui.core.simulation.summary import RunSummary
from dnnmig_gui.gui.charts.data import Chart, Line, Quantity
from dnnmig_gui.gui.charts.lanes import user_names
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.names import id_title
from dnnmig_gui.gui.planned_run import PlannedRun

TIME = Quantity(mark("Time"), "s")
ALONE = mark("There is one user only: fairness is between users")
UNSERVED = mark("No user was served")


def percentiles_chart(run: PlannedRun, summary: RunSummary) -> Chart:
    """Return the median, the 95th and the 99th percentile of each user's query delays."""
    wanted = (
        (tr("Median"), "series_2", [user.median_delay_s for user in summary.users]),
        (tr("95 % below"), "series_1", [user.p95_delay_s for user in summary.users]),
        (tr("99 % below"), "accent", [user.p99_delay_s for user in summary.users]),
    )
    lines = []
    for name, token, delays in wanted:
        known = [(place, delay) for place, delay in enumerate(delays) if delay is not None]
        if known:
            x, y = (np.array(values, dtype=float) for values in zip(*known, strict=True))
            lines.append(Line(name, x, y, token))
    return Chart(
        "percentiles",
        tr("Delay percentiles"),
        tr("How long half, 95 % and 99 % of each user's completed queries took at most, waiting included."),
        "bars",
        Quantity(tr("User")),
        Quantity(tr("Query delay"), "s"),
        tuple(lines),
        user_names(run.trace),
        nothing=tr("No query was completed"),
    )


def links_chart(summary: RunSummary) -> Chart:
    """Return the share of the run in which each direction of a link carried something."""
    used = [link for link in summary.links if link.busy_share > 0]
    names = tuple(f"{id_title(link.source)} → {id_title(link.target)}" for link in used)
    shares = np.array([100 * link.busy_share for link in used], dtype=float)
    lines = (Line(tr("In use"), np.arange(len(used), dtype=float), shares, "accent"),) if used else ()
    return Chart(
        "link-use",
        tr("Link use"),
        tr("Share of the run in which each direction of a link carried something; idle ones are left out."),
        "bars",
        Quantity(tr("Link")),
        Quantity(tr("In use"), "%"),
        lines,
        names,
        nothing=tr("Nothing was sent over a link"),
    )


def fairness_chart(run: PlannedRun, evenness: Fairness) -> Chart:
    """Return Jain's index of the users' gains over time."""
    shown = ~np.isnan(evenness.jain)
    several = len(run.plan.users) > 1
    lines = (Line(tr("Jain's index"), evenness.time_s[shown], evenness.jain[shown], "accent"),)
    return Chart(
        "fairness",
        tr("Fairness"),
        tr("Jain's index of how much faster than on its client alone each user is served: 1 where all gain alike."),
        "steps",
        TIME,
        Quantity(tr("Jain's index")),
        lines if several else (),
        of_time=True,
        nothing=tr(UNSERVED) if several else tr(ALONE),
    )


def worst_off_chart(run: PlannedRun, evenness: Fairness) -> Chart:
    """Return the query delay of the user who gains least at each time."""
    several = len(run.plan.users) > 1
    shown = np.flatnonzero(evenness.worst >= 0)
    worst = evenness.worst[shown]
    alone = np.array([user.local.delay_s for user in run.plan.problem.users])
    delay = alone[worst] / evenness.gain[worst, shown]
    lines = (Line(tr("Worst-off user"), evenness.time_s[shown], delay, "accent"),)
    return Chart(
        "worst-off",
        tr("Worst-off user"),
        tr("Delay of the query under way of the user who at each time gains least over its client alone."),
        "steps",
        TIME,
        Quantity(tr("Query delay"), "s"),
        lines if several else (),
        of_time=True,
        nothing=tr(UNSERVED) if several else tr(ALONE),
    )
