"""One view of a story: which part of time, which lanes, in which colours, and where on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QRectF

from dnnmig_gui.core.scenario.schema import Outage
from dnnmig_gui.core.simulation.trace import Lane
from dnnmig_gui.gui.charts.axis import Tick, TimeAxis, seconds_ticks
from dnnmig_gui.gui.charts.lanes import BED, Lanes, Placed
from dnnmig_gui.gui.charts.staircase import DelayScale, Stairs
from dnnmig_gui.gui.theme.tokens import Theme
from dnnmig_gui.gui.timeline.lane_choice import LaneChoice
from dnnmig_gui.gui.timeline.measure import measured, measured_lane
from dnnmig_gui.gui.timeline.outage_bands import Band, bands
from dnnmig_gui.gui.timeline.story import Story

MARGIN = 12.0
RULER = 28.0
CHART_TOP = 34.0
CHART_GAP = 16.0
CHART_LEAST, CHART_WANTED, CHART_MOST = 52.0, 90.0, 260.0
TICK_PX = 84
ALL_LANES = LaneChoice()


@dataclass(frozen=True)
class Marked:
    """What is marked in the picture.

    Parameters
    ----------
    user
        The one followed.
    server, partition, lane
        Server and P3 selected, and the lane that the keys have come to.
    span, measured
        A part of the run, and the lane measured in it; the followed user's queries if None.
    """

    user: int
    server: str | None = None
    partition: int | None = None
    span: tuple[float, float] | None = None
    lane: Lane | None = None
    measured: Lane | None = None


@dataclass(frozen=True, eq=False)
class View:
    """One view of a story.

    Parameters
    ----------
    story, axis, theme, marked
        What, which part of time, in which colours, with what marked.
    lanes
        The lanes shown.
    chart
        Where the staircase is.
    floor
        Lower end of the room for lanes.
    scroll
        Pixels of lanes hidden above.
    """

    story: Story
    axis: TimeAxis
    theme: Theme
    marked: Marked
    lanes: Lanes
    chart: QRectF
    floor: float
    scroll: float = 0.0

    @property
    def lanes_top(self) -> float:
        """Upper end of the room for lanes."""
        return self.chart.bottom() + CHART_GAP

    @property
    def right(self) -> float:
        """Right edge of the picture."""
        return self.axis.right + MARGIN

    @property
    def lanes_rect(self) -> QRectF:
        """The room for lanes, names included."""
        return QRectF(0, self.lanes_top - 4, self.right, self.floor - self.lanes_top + 4)

    @property
    def stairs(self) -> tuple[Stairs, ...]:
        """The staircases of the followed user."""
        return self.story.stairs[self.marked.user] if self.marked.user < len(self.story.stairs) else ()

    @cached_property
    def scale(self) -> DelayScale:
        """The axis of delays."""
        return DelayScale.of(self.stairs, self.chart)

    @property
    def outages(self) -> tuple[Outage, ...]:
        """The outages of what the followed user's bytes go over."""
        return self.story.outages[self.marked.user] if self.marked.user < len(self.story.outages) else ()

    @cached_property
    def bands(self) -> tuple[Band, ...]:
        """Those of them in view."""
        return bands(self.outages, self.stairs, self.axis, self.scale)

    @cached_property
    def measure(self) -> str:
        """What the marked part of the run holds of the lane measured, or of the followed user; empty without a mark."""
        span, user = self.marked.span, self.marked.user
        lane = next((one.row for one in self.lanes.placed if one.row.lane == self.marked.measured), None)
        if span is not None and lane is not None:
            return f"{lane.name}: {measured_lane(lane, span)}"
        if span is None or user >= len(self.story.run.plan.users):
            return ""
        return measured(self.story.run.trace, user, span).text

    def lane_y(self, placed: Placed) -> float:
        """Return the top of a lane's bed."""
        return self.lanes_top + placed.top - self.scroll

    @cached_property
    def visible(self) -> tuple[Placed, ...]:
        """The lanes that lie in their room, or reach into it."""
        low, high = self.lanes_top - BED, self.floor
        return tuple(placed for placed in self.lanes.placed if low < self.lane_y(placed) < high)

    def ticks(self) -> list[Tick]:
        """Return the round times in view."""
        return seconds_ticks(self.axis.start, self.axis.stop, max(2, int(self.axis.width / TICK_PX)))


def compose(
    story: Story,
    axis: TimeAxis,
    theme: Theme,
    marked: Marked,
    height: float,
    *,
    choice: LaneChoice = ALL_LANES,
    scroll: float = 0.0,
) -> View:
    """Return the view that fills a height: lanes take what they need, the staircase the rest of it."""
    lanes = choice.place(story.run, story.rows)
    room = height - CHART_TOP - CHART_GAP - lanes.height - 4
    wanted = min(max(room, CHART_WANTED), CHART_MOST)
    least = max(CHART_LEAST, 0.33 * height)
    chart = QRectF(axis.left, CHART_TOP, axis.width, wanted if room >= CHART_WANTED else min(wanted, least))
    hidden = max(0.0, chart.bottom() + CHART_GAP + lanes.height - height)
    return View(story, axis, theme, marked, lanes, chart, height, min(max(0.0, scroll), hidden))
