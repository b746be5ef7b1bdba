"""The timeline as a picture: a pure function of run, time and view, painted on a screen or into a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from dnnmig_gui.gui.charts.axis import Tick, TimeAxis, seconds_ticks
from dnnmig_gui.gui.charts.lettering import BOLD, MEDIUM, draw_text, faded, metrics, text_width
from dnnmig_gui.gui.charts.staircase import (
    DelayScale,
    Stairs,
    paint_delay_axis,
    paint_stairs,
    paint_values,
    stairs_of,
)
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.theme.tokens import Theme
from dnnmig_gui.gui.timeline.labels import BED_INDENT, paint_on_bed, paint_query_labels, paint_upload_labels
from dnnmig_gui.gui.timeline.lanes import BED, SLICE, LaneRow, Lanes, Placed, lane_rows, place_lanes
from dnnmig_gui.gui.timeline.moments import Moments
from dnnmig_gui.gui.timeline.slices import Brushwork, paint_confirm_line, paint_diamond, paint_series
from dnnmig_gui.gui.timeline.texts import RunTexts, clock_text

NAMES = 144.0
"""Width of the column of names; the time axis begins after it."""
MARGIN = 12.0
RULER = 28.0
CHART_TOP = 34.0
CHART_GAP = 16.0
CHART_LEAST, CHART_MOST = 90.0, 260.0
OTHERS = 0.8
"""Lanes of users who are not followed step back so much."""


@dataclass(frozen=True, eq=False)
class Story:
    """A run made ready to be drawn: computed once a run.

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
    """

    run: PlannedRun
    rows: tuple[LaneRow, ...]
    moments: Moments
    texts: RunTexts
    stairs: tuple[tuple[Stairs, ...], ...]

    @property
    def idle(self) -> int:
        """How many lanes have no slice."""
        return sum(row.idle for row in self.rows)

    @classmethod
    def of(cls, run: PlannedRun, titles: Mapping[str, str]) -> Story:
        """Return the story of a run; `titles` are what people read for uploading methods."""
        stairs = tuple(
            stairs_of(
                {name: plans[number] for name, plans in run.alternatives.items()},
                titles,
                run.plan.uploading_method,
                user.arrival_s,
                min(user.departure_s, run.end_s),
            )
            for number, user in enumerate(run.plan.problem.users)
        )
        return cls(run, lane_rows(run), Moments(run.trace), RunTexts(run), stairs)


@dataclass(frozen=True)
class Marked:
    """What is marked in the picture: the user followed; the server and P3 selected."""

    user: int
    server: str | None = None
    partition: int | None = None


@dataclass(frozen=True, eq=False)
class Figure:
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
    def stairs(self) -> tuple[Stairs, ...]:
        """The staircases of the followed user."""
        return self.story.stairs[self.marked.user] if self.marked.user < len(self.story.stairs) else ()

    @property
    def scale(self) -> DelayScale:
        """The axis of delays."""
        return DelayScale.of(self.stairs, self.chart)

    def lane_y(self, placed: Placed) -> float:
        """Return the top of a lane's bed."""
        return self.lanes_top + placed.top - self.scroll

    def visible(self) -> list[Placed]:
        """Return the lanes in the room for lanes."""
        return [placed for placed in self.lanes.placed if self.lanes_top - BED < self.lane_y(placed) < self.floor]

    def paint_ground(self, painter: QPainter) -> None:
        """Draw all that does not depend on the time: grid, axes, beds, names."""
        theme, axis = self.theme, self.axis
        painter.setPen(QPen(theme.line, 1))
        bottom = min(self.floor, self.lanes_top + self.lanes.height - self.scroll)
        for tick in self._ticks():
            x = axis.x(tick.value)
            painter.drawLine(QPointF(x, RULER), QPointF(x, bottom))
        paint_delay_axis(painter, self.scale, theme)
        draw_text(painter, QRectF(16, RULER - 2, 110, 18), "Query delay", theme.text, px=12, weight=BOLD)
        of = f"of {self.story.texts.users[self.marked.user]}" if self.stairs else ""
        draw_text(painter, QRectF(16, RULER + 16, 84, 16), _elided(of, 84), theme.text_3)
        painter.save()
        self._clip_to_lanes(painter)
        for placed in self.visible():
            self._paint_bed(painter, placed)
        self._paint_tier_bars(painter)
        painter.restore()

    def paint_slices(self, painter: QPainter, *, past: bool) -> None:
        """Draw staircase and slices of the whole view, as what has been or as what is to come."""
        axis = self.axis
        span = (axis.start, axis.stop)
        painter.save()
        painter.setClipRect(
            QRectF(axis.left, self.chart.top() - 4, axis.width, self.floor), Qt.ClipOperation.IntersectClip
        )
        paint_stairs(painter, self.stairs, axis, self.scale, self.theme, span, past=past)
        self._clip_to_lanes(painter)
        for placed in self.visible():
            row = placed.row
            share = 1.0 if row.lane.role == "server" or row.lane.user == self.marked.user else OTHERS
            work = Brushwork(axis, self.theme, span, past, share)
            top = self.lane_y(placed) + (BED - SLICE) / 2
            drawn = [(series, paint_series(painter, series, top, work)) for series in row.series]
            for series, what in drawn:
                if row.lane.role == "uploads":
                    paint_upload_labels(painter, series, what, top, work, self.story.texts)
                elif row.lane.role == "queries" and series.texture == "tint":
                    solid = next((pair for pair in drawn if pair[0].texture == "solid"), None)
                    paint_query_labels(painter, series, what, solid, top, work, self.story.texts)
        painter.restore()

    def paint_moment(self, painter: QPainter, t: float) -> None:
        """Draw what moves with the time: CRs, uploads under way, values, the playhead."""
        painter.save()
        painter.setClipRect(QRectF(0, 0, self.axis.right + MARGIN, self.floor), Qt.ClipOperation.IntersectClip)
        painter.save()
        self._clip_to_lanes(painter)
        self._paint_progress(painter, t)
        self._paint_confirms(painter, t)
        painter.restore()
        self._paint_selected(painter)
        self._paint_ruler(painter, t)
        x = self.axis.x(t)
        if self.axis.left - 0.5 <= x <= self.axis.right + 0.5:
            painter.setPen(QPen(self.theme.accent, 1.5))
            painter.drawLine(QPointF(x, 22), QPointF(x, self.floor))
        paint_values(painter, self.stairs, self.axis, self.scale, self.theme, t)
        painter.restore()

    def _ticks(self) -> list[Tick]:
        return seconds_ticks(self.axis.start, self.axis.stop, max(2, int(self.axis.width / 84)))

    def _clip_to_lanes(self, painter: QPainter) -> None:
        rect = QRectF(0, self.lanes_top - 4, self.axis.right + MARGIN, self.floor - self.lanes_top + 4)
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)

    def _paint_bed(self, painter: QPainter, placed: Placed) -> None:
        theme, axis, lane = self.theme, self.axis, placed.row.lane
        y = self.lane_y(placed)
        marked = self.marked.server is not None and self._server_id(placed) == self.marked.server
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.accent_soft if marked else faded(theme.surface_2, 0.75))
        painter.drawRoundedRect(QRectF(axis.left, y, axis.width, BED), 4, 4)
        ink = theme.accent_ink if marked else theme.text_2 if not placed.row.idle else theme.text_3
        rect = QRectF(26, y, axis.left - 26 - MARGIN, BED)
        name = _elided(placed.row.name, rect.width(), 12, MEDIUM)
        followed = lane.role == "server" or lane.user == self.marked.user
        draw_text(
            painter,
            rect,
            name,
            ink if followed else faded(ink, 0.85),
            px=12,
            weight=MEDIUM,
            align=Qt.AlignmentFlag.AlignRight,
        )

    def _server_id(self, placed: Placed) -> str:
        return self.story.run.trace.server_ids[placed.row.lane.server]

    def _paint_tier_bars(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for tier in dict.fromkeys(placed.row.tier for placed in self.lanes.placed):
            own = [placed for placed in self.lanes.placed if placed.row.tier == tier]
            top, bottom = self.lane_y(own[0]), self.lane_y(own[-1]) + BED
            painter.setBrush(self.theme.tier(tier).fill)
            painter.drawRoundedRect(QRectF(16, top, 4, bottom - top), 2, 2)

    def _paint_progress(self, painter: QPainter, t: float) -> None:
        """Write on each upload under way how much of it has been sent."""
        for placed in self.visible():
            if placed.row.lane.role != "uploads":
                continue
            for series in placed.row.series:
                row = series.at(t)
                if row is None:
                    continue
                trace = self.story.run.trace
                left = max(self.axis.x(float(trace.start[row])), self.axis.left)
                right = min(self.axis.x(float(trace.end[row])), self.axis.right)
                text = self.story.texts.upload_progress(row, t)
                if text_width(text, 11, BOLD) + 14 > right - left:
                    continue
                colors = self.theme.tier(series.tier)
                top, now = self.lane_y(placed) + (BED - SLICE) / 2, self.axis.x(t)
                for low, high, bed in ((left, now, colors.tint), (now, right, self.theme.surface)):
                    if high > low:
                        painter.save()
                        painter.setClipRect(QRectF(low, top, high - low, SLICE), Qt.ClipOperation.IntersectClip)
                        paint_on_bed(painter, left + BED_INDENT, top, text, colors.ink, bed)
                        painter.restore()

    def _paint_confirms(self, painter: QPainter, t: float) -> None:
        """Draw CRs: a diamond on the upload lane, a dotted line to the lane of the server that confirmed."""
        trace, axis = self.story.run.trace, self.axis
        lanes = {placed.row.lane.user: placed for placed in self.visible() if placed.row.lane.role == "uploads"}
        rows = self.story.moments.confirms
        first, last = np.searchsorted(trace.start[rows], (axis.start, axis.stop), side="left")
        last = min(len(rows), int(last) + 1)
        tiers = self.story.run.plan.problem.topology.servers
        shown = []
        for row in rows[int(first) : last].tolist():
            when = float(trace.start[row])
            upload = lanes.get(int(trace.user[row]))
            if upload is None or when > axis.stop:
                continue
            x, y = axis.x(when), self.lane_y(upload) + BED / 2
            arrived = when <= t
            server = int(trace.source[row])
            goal = self.lanes.of_server(server)
            if goal is not None:
                end = self.lane_y(goal) + (BED - SLICE) / 2
                ink = self.theme.tier(tiers[server].tier).ink
                paint_confirm_line(painter, x, min(y, end), max(y, end), ink, arrived=arrived)
            shown.append((x, y, arrived))
        for x, y, arrived in shown:
            paint_diamond(painter, x, y, self.theme, arrived=arrived)

    def _paint_selected(self, painter: QPainter) -> None:
        """Draw an outline around the uploads of the selected P3."""
        if self.marked.partition is None:
            return
        trace = self.story.run.trace
        painter.save()
        self._clip_to_lanes(painter)
        painter.setPen(QPen(self.theme.accent, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for placed in self.visible():
            for series in placed.row.series:
                if series.texture != "hatch":
                    continue
                own = (trace.partition[series.rows] == self.marked.partition) & (
                    trace.user[series.rows] == self.marked.user
                )
                for start, end in zip(series.start[own].tolist(), series.end[own].tolist(), strict=True):
                    left = max(self.axis.x(start), self.axis.left)
                    right = min(max(self.axis.x(end), left + 3), self.axis.right)
                    if right > left:
                        painter.drawRoundedRect(QRectF(left, self.lane_y(placed) + 1, right - left, BED - 2), 4, 4)
        painter.restore()

    def _paint_ruler(self, painter: QPainter, t: float) -> None:
        """Draw the times, and the playhead's own in a pill."""
        axis, theme = self.axis, self.theme
        text = clock_text(t, axis.span)
        width = text_width(text, 11, BOLD) + 20
        x = axis.x(t)
        inside = axis.left - 0.5 <= x <= axis.right + 0.5
        pill = QRectF(min(x - width / 2, axis.right + MARGIN - width), 2, width, 20)
        for tick in self._ticks():
            half = text_width(tick.label) / 2
            center = min(axis.x(tick.value), axis.right - half + 4)
            if inside and center + half + 6 > pill.left() and center - half - 6 < pill.right():
                continue
            rect = QRectF(center - half - 1, 2, 2 * half + 2, 20)
            draw_text(painter, rect, tick.label, theme.text_3, align=Qt.AlignmentFlag.AlignHCenter)
        if inside:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.accent)
            painter.drawRoundedRect(pill, 10, 10)
            draw_text(painter, pill, text, theme.on_accent, weight=BOLD, align=Qt.AlignmentFlag.AlignHCenter)


def _elided(text: str, width: float, px: int = 11, weight: int = 400) -> str:
    return metrics(px, weight).elidedText(text, Qt.TextElideMode.ElideRight, width)


def compose(
    story: Story,
    axis: TimeAxis,
    theme: Theme,
    marked: Marked,
    height: float,
    *,
    reveal_idle: bool = False,
    scroll: float = 0.0,
) -> Figure:
    """Return the figure that fills a height: lanes take what they need, the staircase the rest of it."""
    lanes = place_lanes(story.rows, reveal_idle=reveal_idle)
    room = height - CHART_TOP - CHART_GAP - lanes.height - 4
    chart = QRectF(axis.left, CHART_TOP, axis.width, min(max(room, CHART_LEAST), CHART_MOST))
    hidden = max(0.0, chart.bottom() + CHART_GAP + lanes.height - height)
    return Figure(story, axis, theme, marked, lanes, chart, height, min(max(0.0, scroll), hidden))


def paint(painter: QPainter, figure: Figure, t: float) -> None:
    """Paint the whole figure at a time."""
    figure.paint_ground(painter)
    x = figure.axis.x(t)
    for past, left, right in ((True, 0.0, x), (False, x, figure.axis.right + MARGIN)):
        if right > left:
            painter.save()
            painter.setClipRect(QRectF(left, 0, right - left, figure.floor), Qt.ClipOperation.IntersectClip)
            figure.paint_slices(painter, past=past)
            painter.restore()
    figure.paint_moment(painter, t)
