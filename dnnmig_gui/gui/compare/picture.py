"""Two plans on one time axis, as a picture: a pure function of the duel, the axis and a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from dnnmig_gui.core.reporting.numbers import seconds_text
from dnnmig_gui.core.simulation.trace import SliceKind
from dnnmig_gui.gui.charts.axis import Tick, TimeAxis, seconds_ticks
from dnnmig_gui.gui.charts.brushwork import Brushwork
from dnnmig_gui.gui.charts.clip import clipped
from dnnmig_gui.gui.charts.lane_painter import paint_lane
from dnnmig_gui.gui.charts.lanes import BED, PITCH, SLICE, LaneRow, lane_rows, user_names
from dnnmig_gui.gui.charts.lettering import BOLD, MEDIUM, draw_text, faded, metrics, text_width
from dnnmig_gui.gui.charts.outages import paint_outages
from dnnmig_gui.gui.charts.playhead import in_view, paint_dots, paint_playhead
from dnnmig_gui.gui.charts.slices import paint_diamond
from dnnmig_gui.gui.charts.staircase import (
    FUTURE,
    LABEL_PITCH,
    DelayScale,
    Stairs,
    label_tops,
    line_points,
    paint_delay_axis,
)
from dnnmig_gui.gui.charts.texts import RunTexts
from dnnmig_gui.gui.compare.badge import paint_badge
from dnnmig_gui.gui.compare.contender import Contender
from dnnmig_gui.gui.compare.duel import Duel
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import id_title
from dnnmig_gui.gui.theme.tokens import Theme

NAMES, MARGIN = 152.0, 24.0
RULER = 28.0
CHART_TOP = 34.0
CHART_LEAST = 84.0
GAP = 14.0
STRIP = 24.0
TICK_PX = 84
A_DASH = (3.5, 2.0)
LABEL_EVERY_PX = 84.0


@dataclass(frozen=True, eq=False)
class Part:
    """One side: its lanes and its words."""

    contender: Contender
    rows: tuple[LaneRow, ...]
    texts: RunTexts
    stairs: Stairs

    @property
    def height(self) -> float:
        """Pixels of its lanes."""
        return PITCH * len(self.rows)


@dataclass(frozen=True, eq=False)
class Cast:
    """A duel made ready to be drawn, computed once a pair.

    Parameters
    ----------
    parts
        A and B.
    """

    duel: Duel
    parts: tuple[Part, Part]

    @classmethod
    def of(cls, duel: Duel) -> Cast:
        """Return the cast of a duel."""
        return cls(duel, (_part(duel, duel.one, 0), _part(duel, duel.other, 1)))

    @property
    def least_height(self) -> float:
        """Pixels that it needs at least."""
        lanes = sum(part.height for part in self.parts)
        return CHART_TOP + CHART_LEAST + lanes + 3 * GAP + STRIP + 8


def _part(duel: Duel, contender: Contender, number: int) -> Part:
    rows = tuple(
        row for row in lane_rows(contender.run, duel.user) if row.lane.user in (-1, duel.user) and not row.idle
    )
    pace = duel.paces[number]
    stairs = Stairs(
        contender.combination.uploading.method,
        f"{'AB'[number]} · {contender.combination.uploading_title}",
        number == 1,
        pace.start,
        pace.delay,
        pace.until,
        "accent" if number else "series_1",
        () if number else A_DASH,
    )
    return Part(contender, rows, RunTexts(contender.run), stairs)


@dataclass(frozen=True, eq=False)
class DuelView:
    """One view of a duel: which part of time, in which colours, how high.

    Parameters
    ----------
    cast, axis, theme, height
        What, which part of time, in which colours, pixels.
    """

    cast: Cast
    axis: TimeAxis
    theme: Theme
    height: float

    @cached_property
    def chart(self) -> QRectF:
        """Where the staircases are: what the lanes leave over."""
        left = self.height - self.cast.least_height
        return QRectF(self.axis.left, CHART_TOP, self.axis.width, CHART_LEAST + min(max(0.0, left), 150.0))

    @cached_property
    def scale(self) -> DelayScale:
        """The axis of delays."""
        return DelayScale.of([part.stairs for part in self.cast.parts], self.chart)

    @cached_property
    def tops(self) -> tuple[float, float, float]:
        """Upper ends of A's lanes, of the strip, of B's lanes."""
        first = self.chart.bottom() + GAP + 6
        strip = first + self.cast.parts[0].height + GAP
        return first, strip, strip + STRIP + GAP

    @property
    def bottom(self) -> float:
        """Lower end of the picture."""
        return self.tops[2] + self.cast.parts[1].height

    @property
    def right(self) -> float:
        """Right edge."""
        return self.axis.right + MARGIN

    def ticks(self) -> list[Tick]:
        """Return the round times in view."""
        return seconds_ticks(self.axis.start, self.axis.stop, max(2, int(self.axis.width / TICK_PX)))

    def part_tops(self) -> tuple[tuple[Part, float], tuple[Part, float]]:
        """Return both sides with the upper ends of their lanes."""
        return (self.cast.parts[0], self.tops[0]), (self.cast.parts[1], self.tops[2])

    def lane_at(self, y: float) -> tuple[Part, LaneRow] | None:
        """Return the lane at a height."""
        for part, top in self.part_tops():
            place = int((y - top) // PITCH)
            if y >= top and place < len(part.rows):
                return part, part.rows[place]
        return None


def paint_duel_ground(painter: QPainter, view: DuelView) -> None:
    """Draw grid, axes, beds and names."""
    theme, axis = view.theme, view.axis
    painter.setPen(QPen(theme.line, 1))
    for tick in view.ticks():
        x = axis.x(tick.value)
        painter.drawLine(QPointF(x, RULER), QPointF(x, view.bottom))
    paint_delay_axis(painter, view.scale, theme)
    draw_text(painter, QRectF(16, RULER + 4, 120, 18), tr("Query delay"), theme.text, px=12, weight=BOLD)
    user = user_names(view.cast.duel.one.run.trace)[view.cast.duel.user]
    of = metrics(11).elidedText(tr("of {user}").format(user=user), Qt.TextElideMode.ElideRight, 70)
    draw_text(painter, QRectF(16, RULER + 22, 72, 16), of, theme.text_3)
    for number, (part, top) in enumerate(view.part_tops()):
        paint_badge(painter, QRectF(16, top + 1, 24, 20), "AB"[number], theme)
        for place, row in enumerate(part.rows):
            _paint_bed(painter, view, row, top + place * PITCH)
        lanes = ((row.lane.server, top + place * PITCH) for place, row in enumerate(part.rows))
        paint_outages(painter, part.contender.run, lanes, axis, theme)
        _paint_bars(painter, view, part, top)
    strip = view.tops[1]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(theme.accent_soft, 0.5))
    painter.drawRoundedRect(QRectF(axis.left, strip, axis.width, STRIP), 4, 4)
    label = QRectF(16, strip, axis.left - 16 - 14, STRIP)
    draw_text(painter, label, tr("B ahead by"), theme.accent_ink, px=12, weight=BOLD, align=Qt.AlignmentFlag.AlignRight)


def _paint_bed(painter: QPainter, view: DuelView, row: LaneRow, y: float) -> None:
    theme, axis = view.theme, view.axis
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(theme.surface_2, 0.75))
    painter.drawRoundedRect(QRectF(axis.left, y, axis.width, BED), 4, 4)
    trace = view.cast.duel.one.run.trace
    name = tr("Uploads") if row.lane.role == "uploads" else id_title(trace.server_ids[row.lane.server])
    rect = QRectF(44, y, axis.left - 44 - 14, BED)
    shown = metrics(12, MEDIUM).elidedText(name, Qt.TextElideMode.ElideRight, rect.width())
    draw_text(painter, rect, shown, theme.text_2, px=12, weight=MEDIUM, align=Qt.AlignmentFlag.AlignRight)


def _paint_bars(painter: QPainter, view: DuelView, part: Part, top: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for place, row in enumerate(part.rows):
        painter.setBrush(view.theme.tier(row.tier).fill)
        painter.drawRoundedRect(QRectF(view.axis.left - 8, top + place * PITCH, 4, BED), 2, 2)


def paint_duel_slices(painter: QPainter, view: DuelView, *, past: bool) -> None:
    """Draw staircases, slices and the lead, as what has been or as what is to come."""
    axis = view.axis
    with clipped(painter, QRectF(axis.left, CHART_TOP - 4, axis.width + 2, view.bottom - CHART_TOP + 8)):
        _paint_between(painter, view, past=past)
        _paint_lines(painter, view, past=past)
        _paint_lead(painter, view, past=past)
        work = Brushwork(axis, view.theme, (axis.start, axis.stop), past)
        for part, top in view.part_tops():
            for place, row in enumerate(part.rows):
                paint_lane(painter, row, top + place * PITCH + (BED - SLICE) / 2, work, part.texts)


def _paint_between(painter: QPainter, view: DuelView, *, past: bool) -> None:
    """Fill the area between the staircases: in accent where B is sooner, in grey where A is."""
    axis, scale, duel = view.axis, view.scale, view.cast.duel
    a, b = duel.paces
    low, high = max(axis.start, float(a.start[0]), float(b.start[0])), min(axis.stop, a.until, b.until)
    if high <= low:
        return
    corners = np.unique(np.concatenate((a.start, b.start, [low, high])))
    corners = corners[(corners >= low) & (corners <= high)]
    share = 0.13 if past else 0.07
    for start, end in zip(corners[:-1].tolist(), corners[1:].tolist(), strict=True):
        top, bottom = scale.y(a.delay_at(start)), scale.y(b.delay_at(start))
        if abs(bottom - top) > 0.5:
            color = view.theme.accent if bottom > top else view.theme.series_1
            box = QRectF(axis.x(start), min(top, bottom), axis.x(end) - axis.x(start), abs(bottom - top))
            painter.fillRect(box, faded(color, share))
    widest = duel.widest()
    if widest is not None:
        _paint_widest(painter, view, widest, past=past)


def _paint_widest(painter: QPainter, view: DuelView, widest: tuple[float, float, float], *, past: bool) -> None:
    """Write how much sooner the faster plan answers where that counts most, if there is room."""
    start, end, sooner = widest
    left, right = max(view.axis.x(start), view.axis.left), min(view.axis.x(end), view.axis.right)
    a, b = view.cast.duel.paces
    top, bottom = sorted((view.scale.y(a.delay_at(start)), view.scale.y(b.delay_at(start))))
    text = tr("{plan} {time} sooner").format(plan="B" if sooner > 0 else "A", time=seconds_text(abs(sooner)))
    if right - left > text_width(text, 12, BOLD) + 16 and bottom - top > 20:
        ink = view.theme.accent_ink if sooner > 0 else view.theme.series_1
        box = QRectF(left, top, right - left, bottom - top)
        shade = ink if past else faded(ink, 0.7)
        draw_text(painter, box, text, shade, px=12, weight=BOLD, align=Qt.AlignmentFlag.AlignHCenter)


def _paint_lines(painter: QPainter, view: DuelView, *, past: bool) -> None:
    axis = view.axis
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for part in view.cast.parts:
        line = part.stairs
        points = line_points(line, axis, view.scale, axis.start, axis.stop)
        if not points:
            continue
        color = line.color(view.theme)
        pen = QPen(color if past else faded(color, FUTURE + 0.1), 2.5)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if line.dash:
            pen.setDashPattern(line.dash)
            pen.setDashOffset((points[0].x() - axis.x(0.0)) / pen.widthF())
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(points))


def _paint_lead(painter: QPainter, view: DuelView, *, past: bool) -> None:
    """Draw by how many finished queries B is ahead: up from the lower edge; where A is, down from the upper one."""
    axis, theme = view.axis, view.theme
    times, lead = view.cast.duel.lead()
    most = max(1, int(abs(lead).max()))
    top = view.tops[1]
    ends = np.append(times[1:], view.cast.duel.end_s)
    first = max(0, int(np.searchsorted(times, axis.start, side="right")) - 1)
    last = int(np.searchsorted(times, axis.stop, side="left"))
    x = axis.left + (np.clip(times[first:last], axis.start, axis.stop) - axis.start) * axis.width / axis.span
    until = axis.left + (np.clip(ends[first:last], axis.start, axis.stop) - axis.start) * axis.width / axis.span
    heights = (STRIP - 4) * np.abs(lead[first:last]) / most
    for ahead, color in ((True, theme.accent), (False, theme.series_1)):
        chosen = (lead[first:last] > 0) if ahead else (lead[first:last] < 0)
        bars = [
            QRectF(left, top + STRIP - high if ahead else top, max(right - left, 0.5), high)
            for left, right, high in zip(
                x[chosen].tolist(), until[chosen].tolist(), heights[chosen].tolist(), strict=True
            )
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(color, 0.3 if past else 0.16))
        # Bars that touch must not blend where they meet.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawRects(bars)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    words = tr("queries finished")
    bed = QRectF(axis.left + 6, top + 3, text_width(words, 11, MEDIUM) + 14, STRIP - 6)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.surface)
    painter.drawRoundedRect(bed, 9, 9)
    draw_text(painter, bed.adjusted(7, 0, 0, 0), words, theme.text_2, weight=MEDIUM)
    _paint_lead_labels(painter, view, past=past)


def _paint_lead_labels(painter: QPainter, view: DuelView, *, past: bool) -> None:
    """Write the lead here and there."""
    axis, theme, top = view.axis, view.theme, view.tops[1]
    x = axis.left + 12 + text_width(tr("queries finished"), 11, MEDIUM) + 40
    before = 0
    while x < axis.right - 20:
        lead = view.cast.duel.lead_at(axis.t(x))
        if lead not in (0, before):
            text = f"+{lead}" if lead > 0 else f"\u2212{-lead}"
            width = text_width(text, 11, BOLD) + 14
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.surface)
            box = QRectF(x - width / 2, top + 3, width, STRIP - 6)
            painter.drawRoundedRect(box, 9, 9)
            ink: QColor = theme.accent_ink if lead > 0 else theme.text_2
            draw_text(
                painter, box, text, ink if past else faded(ink, 0.75), weight=BOLD, align=Qt.AlignmentFlag.AlignHCenter
            )
            before = lead
        x += LABEL_EVERY_PX


def paint_duel_moment(painter: QPainter, view: DuelView, t: float) -> None:
    """Draw what a change of time alone changes."""
    axis, theme = view.axis, view.theme
    for part, top in view.part_tops():
        _paint_confirms(painter, view, part, top, t)
    paint_playhead(painter, axis, view.ticks(), t, view.bottom, view.right, theme)
    if in_view(axis, t):
        _paint_values(painter, view, t)


def _paint_confirms(painter: QPainter, view: DuelView, part: Part, top: float, t: float) -> None:
    trace, axis = part.contender.run.trace, view.axis
    place = next((n for n, row in enumerate(part.rows) if row.lane.role == "uploads"), None)
    if place is None:
        return
    rows = trace.of_kind(SliceKind.CONFIRM)
    rows = rows[trace.user[rows] == view.cast.duel.user]
    for when in trace.start[rows].tolist():
        if axis.start <= when <= axis.stop:
            paint_diamond(painter, axis.x(when), top + place * PITCH + BED / 2, view.theme, arrived=when <= t)


def _paint_values(painter: QPainter, view: DuelView, t: float) -> None:
    """Draw both values at a time: a dot on the line, name and value beside it."""
    here = [(part.stairs, value) for part in view.cast.parts if (value := part.stairs.value(t)) is not None]
    x, scale, theme = view.axis.x(t), view.scale, view.theme
    paint_dots(painter, x, [(line.color(theme), scale.y(value)) for line, value in here], theme.surface)
    here.sort(key=lambda pair: -pair[1])
    texts = [f"{line.title} · {seconds_text(value)}" for line, value in here]
    above = scale.y(here[0][1]) - 19 >= scale.rect.top() - 4 if here else False
    wanted = [scale.y(value) + (-19 if above and number == 0 else 6) for number, (_, value) in enumerate(here)]
    tops = label_tops(wanted, scale.rect.top() - 4, scale.rect.bottom() - 2)
    for (line, _), text, top in zip(here, texts, tops, strict=True):
        width = text_width(text, 11, BOLD) + 8
        left = x - 10 - width if x - 12 - width >= view.axis.left else x + 10
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(theme.surface, 0.86))
        bed = QRectF(left, top, width, LABEL_PITCH)
        painter.drawRoundedRect(bed, 3, 3)
        draw_text(painter, bed, text, line.ink(theme), weight=BOLD, align=Qt.AlignmentFlag.AlignHCenter)
