"""The values of the staircases at a time: a dot on each line, its name and value near by, clear of lines and words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from dnnmig_gui.core.reporting.numbers import seconds_text
from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.charts.free_room import FreeRoom
from dnnmig_gui.gui.charts.lettering import BOLD, draw_text, faded, text_width
from dnnmig_gui.gui.charts.playhead import in_view, paint_dots
from dnnmig_gui.gui.charts.staircase import LABEL_PITCH, DelayScale, Stairs, line_points
from dnnmig_gui.gui.theme.tokens import Theme

FloatArray = npt.NDArray[np.float64]

BESIDE_PX = 10.0
"""From the playhead to a label."""
SHIFTS = (0.0, 50.0, 110.0, 190.0)
"""So much farther off labels may stand where lines fall close to the playhead."""
SAMPLE_PX = 20.0
OTHER_SIDE, SHIFTED, COVERS, BEHIND_A_LINE = 20.0, 0.2, 60.0, 25.0
"""What weighs against a pixel between a label and its line: the right side, a pixel of shift, a covered line, a line
between the two."""


@dataclass(frozen=True)
class LineLabel:
    """The name and value of a line, and where they stand."""

    line: Stairs
    text: str
    box: QRectF


def line_labels(
    stairs: Sequence[Stairs], axis: TimeAxis, scale: DelayScale, t: float, taken: Sequence[QRectF] = ()
) -> list[LineLabel]:
    """Return the labels at a time: each as near to its line as it gets without covering any; none on another.

    Where the playhead is out of view, they are names alone, at the end of the part in view.

    Parameters
    ----------
    taken
        Where other words stand.
    """
    shown = in_view(axis, t)
    t = t if shown else axis.stop
    here = [(line, value) for line in stairs if (value := line.value(t)) is not None]
    if not here:
        return []
    top, bottom = scale.rect.top() - 3, scale.rect.bottom()
    # Where not all have room, the followed method and the slowest have it.
    here.sort(key=lambda pair: (not pair[0].followed, -pair[1]))
    here = here[: max(1, int((bottom - top) / LABEL_PITCH))]
    # Slow methods stand above fast ones; of equals the followed one stands lowest, next to its area.
    here.sort(key=lambda pair: (-pair[1], pair[0].followed))
    texts = [f"{line.title}  {seconds_text(value)}" if shown else line.title for line, value in here]
    widths = [
        text_width(text, 11, BOLD) + 8 + (SAMPLE_PX if line.dash else 0.0)
        for (line, _), text in zip(here, texts, strict=True)
    ]
    x, reach = axis.x(t), BESIDE_PX + max(widths) + SHIFTS[-1]
    low, high = max(axis.t(x - reach), axis.start), min(axis.t(x + reach), axis.stop)
    room = FreeRoom(top, bottom, [line_points(line, axis, scale, low, high) for line in stairs])
    for box in taken:
        room.take(box)
    near = _nearness(room, np.array([scale.y(value) for _, value in here]))
    least, _ = _stacked(near)
    tops = room.tops(LABEL_PITCH)
    best: tuple[float, list[QRectF]] | None = None
    for shift, leftwards in sorted(product(SHIFTS, (True, False)), key=_extra):
        extra = _extra((shift, leftwards))
        if best is not None and best[0] <= least + extra:
            break
        away = BESIDE_PX + shift
        lefts = [x - away - width if leftwards else x + away for width in widths]
        if min(lefts) < axis.left + 4 or max(map(sum, zip(lefts, widths, strict=True))) > axis.right + BESIDE_PX:
            continue
        cost, places = _stacked(near + _hindrance(room, lefts, widths))
        if math.isfinite(cost) and (best is None or cost + extra < best[0]):
            boxes = zip(lefts, tops[places].tolist(), widths, strict=True)
            best = cost + extra, [QRectF(left, top, width, LABEL_PITCH) for left, top, width in boxes]
    if best is None:
        return []
    return [LineLabel(line, text, box) for (line, _), text, box in zip(here, texts, best[1], strict=True)]


def _extra(column: tuple[float, bool]) -> float:
    """Return what a column costs because of where it stands."""
    shift, leftwards = column
    return SHIFTED * shift + (0.0 if leftwards else OTHER_SIDE)


def _nearness(room: FreeRoom, levels: FloatArray) -> FloatArray:
    """Return what it costs to stand off one's line or beyond others, shape (labels, `tops`)."""
    tops, own = room.tops(LABEL_PITCH), levels[:, None]
    middles = tops + LABEL_PITCH / 2
    away = np.maximum(0, np.maximum(tops - own, own - (tops + LABEL_PITCH)))
    low, high = np.minimum(own, middles) + 1, np.maximum(own, middles) - 1
    between = ((levels > low[..., None]) & (levels < high[..., None])).sum(axis=2)
    return np.asarray(away + BEHIND_A_LINE * between, dtype=np.float64)


def _hindrance(room: FreeRoom, lefts: Sequence[float], widths: Sequence[float]) -> FloatArray:
    """Return what it costs to cover lines, infinite where other words stand, shape (labels, `tops`)."""
    rows = []
    for left, width in zip(lefts, widths, strict=True):
        covered = room.covered(left, left + width, LABEL_PITCH)
        free = room.is_free(left, left + width, LABEL_PITCH)
        rows.append(np.where(free, COVERS * (covered > 0) + covered, np.inf))
    return np.array(rows)


def _stacked(costs: FloatArray) -> tuple[float, list[int]]:
    """Return the cheapest way to stand one under the other, in order: its cost, and the place of each in `tops`."""
    pitch, count = round(LABEL_PITCH), costs.shape[1]
    ways = [costs[0]]
    for own in costs[1:]:
        # The cheapest place of those above that leaves room for this one.
        above = np.concatenate((np.full(pitch, np.inf), np.minimum.accumulate(ways[-1])))[:count]
        ways.append(own + above)
    places: list[int] = []
    last = count
    for way in reversed(ways):
        places.insert(0, int(way[: max(1, last)].argmin()))
        last = places[0] - pitch + 1
    return float(ways[-1].min()), places


def paint_values(
    painter: QPainter,
    stairs: Sequence[Stairs],
    axis: TimeAxis,
    scale: DelayScale,
    theme: Theme,
    t: float,
    taken: Sequence[QRectF] = (),
) -> None:
    """Draw each method's value at a time: a dot on its line, its name and value beside the playhead."""
    if in_view(axis, t):
        dots = [(line.color(theme), scale.y(value)) for line in stairs if (value := line.value(t)) is not None]
        paint_dots(painter, axis.x(t), dots, theme.surface)
    for label in line_labels(stairs, axis, scale, t, taken):
        line, box = label.line, label.box
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(theme.surface, 0.86))
        painter.drawRoundedRect(box.adjusted(0, 0, 0, -0.5), 3, 3)
        if line.dash:
            pen = QPen(line.color(theme), 2)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern(line.dash)
            painter.setPen(pen)
            middle = box.top() + LABEL_PITCH / 2
            painter.drawLine(QPointF(box.left() + 4, middle), QPointF(box.left() + SAMPLE_PX, middle))
        words = box.adjusted(0, 0, -4, 0)
        draw_text(painter, words, label.text, line.ink(theme), weight=BOLD, align=Qt.AlignmentFlag.AlignRight)
