"""Staircase and lanes of the page: the same as on the timeline, larger."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from dnnmig_gui.core.simulation.trace import SliceKind
from dnnmig_gui.gui.charts.axis import TimeAxis, seconds_ticks
from dnnmig_gui.gui.charts.brushwork import Brushwork
from dnnmig_gui.gui.charts.lane_painter import paint_slices, paint_words
from dnnmig_gui.gui.charts.lanes import BED, SLICE
from dnnmig_gui.gui.charts.lettering import BOLD, MEDIUM, draw_text, text_width
from dnnmig_gui.gui.charts.playhead import paint_dots
from dnnmig_gui.gui.charts.slices import paint_diamond
from dnnmig_gui.gui.charts.staircase import DelayScale, paint_delay_axis, paint_stairs
from dnnmig_gui.gui.charts.texts import clock_text
from dnnmig_gui.gui.presentation.line_names import LineNames
from dnnmig_gui.gui.presentation.scene import Scene
from dnnmig_gui.gui.theme.tokens import Theme

LANE_PITCH, LEAST_PITCH = 29.0, 25.0
RULER = 22.0
CHART_WANTED = 92.0
NAMED = ("ionn", "direct")
"""Methods beside the followed one; more lines would not be told apart from the last row."""


class RunView:
    """Where everything lies, in units of its own: `k` of them are a unit of the page.

    Parameters
    ----------
    rect
        Its place on the page.
    k
        How many times as large as on the timeline it is.
    """

    def __init__(self, scene: Scene, rect: QRectF, k: float, theme: Theme) -> None:
        self.scene, self.rect, self.k, self.theme = scene, rect, k, theme
        self.lanes = [lane for lane in scene.lanes if not lane[2].idle] or list(scene.lanes)
        width, height = rect.width() / k, rect.height() / k
        names = 12 + max((text_width(title, 11, BOLD) for title, _, _ in self.lanes), default=0.0) + 12
        names = max(names, 54.0)
        room = height - RULER - 8
        wanted = (room - CHART_WANTED) / max(1, len(self.lanes))
        self.pitch = min(LANE_PITCH, max(LEAST_PITCH, wanted))
        lanes = self.pitch * len(self.lanes)
        self.chart = QRectF(names, 2, width - names, max(40.0, room - lanes))
        self.lanes_top = self.chart.bottom() + 8
        self.bottom = self.lanes_top + lanes
        self.stairs = [line for line in scene.stairs if line.followed or line.method in NAMED]
        self.scale = DelayScale.of(self.stairs, self.chart)
        self._axis = self.axis_of(*scene.window(0.0), self.chart.left(), self.chart.width())
        first = self.axis_of(*scene.window(0.0), self.chart.left(), self.chart.width())
        self.names = LineNames(self.stairs, self.scale, first, theme)

    @property
    def height(self) -> float:
        """Lower end of the part that time runs through."""
        return self.bottom + 4

    def axis_of(self, start: float, stop: float, left: float, width: float) -> TimeAxis:
        """Return the axis of a part of the run."""
        axis = TimeAxis()
        axis.place(left, width)
        axis.set_run(self.scene.run.end_s)
        axis.show(start, stop)
        return axis

    def axis_at(self, t: float) -> TimeAxis:
        """Return the axis of what is in view at a time."""
        self._axis.show(*self.scene.window(t))
        return self._axis

    def paint_frame(self, painter: QPainter) -> None:
        """Draw what stands still whatever is in view: names and delays, left of the axis."""
        theme = self.theme
        painter.setClipRect(QRectF(-20, -8, self.chart.left() + 20, self.height + 40))
        paint_delay_axis(painter, self.scale, theme)
        painter.setClipping(False)
        for place, (title, tier, _) in enumerate(self.lanes):
            y = self.lanes_top + place * self.pitch
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.text_3 if tier is None else theme.tier(tier).fill)
            painter.drawRoundedRect(QRectF(self.chart.left() - 9, y + 1, 3.6, self.pitch - 7), 1.8, 1.8)
            ink = theme.text if tier is None else theme.tier(tier).ink
            box = QRectF(0, y, self.chart.left() - 14, self.pitch - 5)
            draw_text(painter, box, title, ink, weight=BOLD, align=Qt.AlignmentFlag.AlignRight)

    def paint_part(self, painter: QPainter, axis: TimeAxis, *, past: bool) -> None:
        """Draw grid, staircases and lanes of an axis, as what has been or as what is to come."""
        theme = self.theme
        painter.setPen(QPen(theme.line, 0.8))
        for tick in seconds_ticks(axis.start, axis.stop, self._most_ticks(axis)):
            painter.drawLine(QPointF(axis.x(tick.value), 0), QPointF(axis.x(tick.value), self.bottom))
        for tick in self.scale.ticks():
            painter.setPen(QPen(theme.line_strong if tick.value == 0 else theme.line, 1))
            y = self.scale.y(tick.value)
            painter.drawLine(QPointF(axis.left, y), QPointF(axis.right, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface)
        for place in range(len(self.lanes)):
            y = self.lanes_top + place * self.pitch
            painter.drawRoundedRect(QRectF(axis.left, y, axis.width, self.pitch - 5), 4, 4)
        paint_stairs(painter, self.stairs, axis, self.scale, theme, (axis.start, axis.stop), past=past)
        work = Brushwork(axis, theme, (axis.start, axis.stop), past)
        for place, (_, _, row) in enumerate(self.lanes):
            paint_slices(painter, row, self._slices_top(place), work)

    def _slices_top(self, place: int) -> float:
        return self.lanes_top + place * self.pitch + (self.pitch - 5 - SLICE) / 2

    def _paint_words(self, painter: QPainter, axis: TimeAxis, t: float) -> None:
        """Write on the slices in view: what is written keeps to the view while the slices go along."""
        x = axis.x(t)
        painter.save()
        for past, left, right in ((True, axis.left, x), (False, x, axis.right)):
            if right > left:
                painter.setClipRect(QRectF(left, self.lanes_top, right - left, self.bottom - self.lanes_top))
                work = Brushwork(axis, self.theme, (axis.start, axis.stop), past)
                for place, (_, _, row) in enumerate(self.lanes):
                    paint_words(painter, row, self._slices_top(place), work, self.scene.texts)
        painter.restore()

    def _most_ticks(self, axis: TimeAxis) -> int:
        """Return how many ticks an axis may have so that its grid is that of what is in view."""
        return max(2, round(self.chart.width() / 70 * axis.span / self._axis.span))

    @cached_property
    def _confirms(self) -> list[float]:
        trace = self.scene.run.trace
        rows = trace.of_kind(SliceKind.CONFIRM)
        return np.sort(trace.start[rows[trace.user[rows] == self.scene.user]]).tolist()  # type: ignore[no-any-return]

    def paint_moment(self, painter: QPainter, t: float) -> None:
        """Draw what a change of time alone changes: words, CRs, values, playhead, times."""
        axis, theme = self.axis_at(t), self.theme
        self._paint_words(painter, axis, t)
        for when in self._confirms:
            if axis.start <= when <= axis.stop:
                paint_diamond(painter, axis.x(when), self.lanes_top + BED / 2 + 1, theme, arrived=when <= t)
        x = axis.x(t)
        painter.setPen(QPen(theme.accent, 1.2))
        painter.drawLine(QPointF(x, -4), QPointF(x, self.bottom))
        self.names.paint(painter, axis)
        values = [(line.color(theme), value) for line in self.stairs if (value := line.value(t)) is not None]
        paint_dots(painter, x, [(color, self.scale.y(value)) for color, value in values], theme.bg, radius=3.4)
        pill = self._paint_pill(painter, axis, t)
        for tick in seconds_ticks(axis.start, axis.stop, self._most_ticks(axis)):
            half = text_width(tick.label) / 2
            center = min(axis.x(tick.value), axis.right - half)
            if center + half + 5 < pill.left() or center - half - 5 > pill.right():
                box = QRectF(center - half - 1, self.bottom + 3, 2 * half + 2, 18)
                draw_text(painter, box, tick.label, theme.text_2, weight=MEDIUM, align=Qt.AlignmentFlag.AlignHCenter)

    def _paint_pill(self, painter: QPainter, axis: TimeAxis, t: float) -> QRectF:
        text = clock_text(t, self.scene.story_s)
        width = text_width(text, 11, BOLD) + 18
        center = min(max(axis.x(t), axis.left + width / 2 - 10), axis.right - width / 2)
        pill = QRectF(center - width / 2, self.bottom + 2, width, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.accent)
        painter.drawRoundedRect(pill, 9, 9)
        draw_text(painter, pill, text, self.theme.on_accent, weight=BOLD, align=Qt.AlignmentFlag.AlignHCenter)
        return pill
