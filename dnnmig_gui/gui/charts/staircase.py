"""The staircase: how fast a query is while the uploads proceed, one line a method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from dnnmig_gui.core.uploading import UploadingPlan
from dnnmig_gui.gui.charts.axis import Tick, TimeAxis, seconds_ticks
from dnnmig_gui.gui.charts.lettering import draw_text, faded
from dnnmig_gui.gui.theme.tokens import Theme

FUTURE = 0.45
"""How much of a line is left where it is still to come."""
LABEL_PITCH = 14.0
DASHES: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("series_1", (3.5, 2.0)),
    ("series_2", (1.0, 2.0)),
    ("series_1", (4.0, 2.0, 1.0, 2.0)),
    ("series_2", (6.0, 3.0)),
    ("series_1", (1.0, 1.5)),
    ("series_2", (4.0, 2.0, 1.0, 2.0, 1.0, 2.0)),
)
"""Colour token and dash, in pen widths of 2 px, of the methods that are not followed."""
HABITS = {"ionn": 0, "direct": 1}
"""Methods that always look the same."""


@dataclass(frozen=True, eq=False)
class Stairs:
    """The query delay of one method over time.

    Parameters
    ----------
    method, title
        Its name, and what people read.
    followed
        Whether it is the plan's own method.
    start
        Shape (N,): when each stage begins, ascending, seconds of the run.
    delay
        Shape (N,): delay of a query in it, seconds.
    until
        When the user goes, or the run ends.
    token, dash
        Look of its line.
    """

    method: str
    title: str
    followed: bool
    start: npt.NDArray[np.float64]
    delay: npt.NDArray[np.float64]
    until: float
    token: str = "accent"
    dash: tuple[float, ...] = ()

    def value(self, t: float) -> float | None:
        """Return the delay of a query that starts at t; None while the user is away."""
        if not self.start[0] <= t <= self.until:
            return None
        return float(self.delay[np.searchsorted(self.start, t, side="right") - 1])

    def color(self, theme: Theme) -> QColor:
        """Return the colour of the line."""
        return getattr(theme, self.token)  # type: ignore[no-any-return]

    def ink(self, theme: Theme) -> QColor:
        """Return the colour of its label; the lighter grey is too pale for text."""
        return theme.accent_ink if self.followed else theme.series_1 if self.token == "series_1" else theme.text_3


def stairs_of(
    plans: Mapping[str, UploadingPlan], titles: Mapping[str, str], followed: str, arrival_s: float, until: float
) -> tuple[Stairs, ...]:
    """Return one user's staircases, the followed method last so that it lies on top."""
    found: list[Stairs] = []
    free = [place for place in range(len(DASHES)) if place not in HABITS.values()]
    for name in sorted(plans, key=lambda name: (name == followed, list(plans).index(name))):
        stages = plans[name].stages
        start = np.array([arrival_s + stage.start_s for stage in stages])
        delay = np.array([stage.query_delay_s for stage in stages])
        # Partitions that arrive together make stages of no length: the last of them is the one that counts.
        keep = np.append(np.diff(start) > 0, True)
        token = "accent"
        dash: tuple[float, ...] = ()
        if name != followed:
            place = HABITS[name] if name in HABITS else free.pop(0) if free else len(found) % len(DASHES)
            token, dash = DASHES[place]
        title = titles.get(name, name)
        found.append(Stairs(name, title, name == followed, start[keep], delay[keep], until, token, dash))
    return tuple(found)


@dataclass(frozen=True)
class DelayScale:
    """The axis of delays: where in `rect` a delay lies.

    Parameters
    ----------
    rect
        The plot.
    top_s
        Delay at its upper edge.
    """

    rect: QRectF
    top_s: float

    @classmethod
    def of(cls, stairs: Sequence[Stairs], rect: QRectF) -> DelayScale:
        """Return the scale from 0 that holds all stairs."""
        most = max((float(line.delay[np.isfinite(line.delay)].max(initial=0)) for line in stairs), default=0.0)
        return cls(rect, most * rect.height() / max(1.0, rect.height() - 6) if most > 0 else 1.0)

    def y(self, delay_s: float) -> float:
        """Return the pixel of a delay."""
        return self.rect.bottom() - min(delay_s, 2 * self.top_s) / self.top_s * self.rect.height()

    def ticks(self) -> list[Tick]:
        """Return the round delays."""
        return seconds_ticks(0.0, self.top_s, max(3, int(self.rect.height() / 23)))


def paint_delay_axis(painter: QPainter, scale: DelayScale, theme: Theme) -> None:
    """Draw grid lines and labels of the delays."""
    rect = scale.rect
    for tick in scale.ticks():
        y = scale.y(tick.value)
        painter.setPen(QPen(theme.line_strong if tick.value == 0 else theme.line, 1))
        painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
        label = QRectF(rect.left() - 76, y - 8 - (3 if tick.value == 0 else 0), 64, 16)
        draw_text(painter, label, tick.label, theme.text_3, align=Qt.AlignmentFlag.AlignRight)


def line_points(line: Stairs, axis: TimeAxis, scale: DelayScale, low: float, high: float) -> list[QPointF]:
    """Return the corners of a line between two times."""
    low, high = max(low, float(line.start[0])), min(high, line.until)
    if low >= high:
        return []
    first = int(np.searchsorted(line.start, low, side="right"))
    last = int(np.searchsorted(line.start, high, side="left"))
    delay = float(line.delay[first - 1])
    points = [QPointF(axis.x(low), scale.y(delay))]
    for start, after in zip(line.start[first:last].tolist(), line.delay[first:last].tolist(), strict=True):
        points += [QPointF(axis.x(start), scale.y(delay)), QPointF(axis.x(start), scale.y(after))]
        delay = after
    points.append(QPointF(axis.x(high), scale.y(delay)))
    return points


def paint_stairs(
    painter: QPainter,
    stairs: Sequence[Stairs],
    axis: TimeAxis,
    scale: DelayScale,
    theme: Theme,
    span: tuple[float, float],
    *,
    past: bool,
) -> None:
    """Draw the lines in a span of time, as what has been or as what is to come."""
    low, high = max(span[0], axis.start), min(span[1], axis.stop)
    for line in stairs:
        points = line_points(line, axis, scale, low, high)
        if not points:
            continue
        color = line.color(theme)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if line.followed and past:
            area = QPainterPath(QPointF(points[0].x(), scale.rect.bottom()))
            for point in points:
                area.lineTo(point)
            area.lineTo(points[-1].x(), scale.rect.bottom())
            painter.fillPath(area, faded(color, 0.10))
        pen = QPen(color if past else faded(color, FUTURE), 2.5 if line.followed else 2.0)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if line.dash:
            pen.setDashPattern(line.dash)
            # The dash keeps its place on the time axis, or it would crawl while the playhead moves.
            pen.setDashOffset((points[0].x() - axis.x(0.0)) / pen.widthF())
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(points))


def label_tops(wanted: Sequence[float], top: float, bottom: float, pitch: float = LABEL_PITCH) -> list[float]:
    """Return places near those wanted, none nearer to another than `pitch`, inside [top, bottom] if they fit.

    Parameters
    ----------
    wanted
        In the order in which the labels stand, from above.
    """
    placed: list[float] = []
    for want in wanted:
        placed.append(max(want, placed[-1] + pitch if placed else top))
    limit = bottom - pitch
    for place in reversed(range(len(placed))):
        placed[place] = min(placed[place], limit)
        limit = placed[place] - pitch
    return placed
