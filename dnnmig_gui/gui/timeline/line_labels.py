"""The values of the staircases at a time: a dot on each line, its name and value near by, clear of lines and words."""

from __future__ import annotations

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

BESIDE_PX = 10.0
"""From the playhead to a label."""
SHIFTS = (0.0, 40.0, 80.0, 130.0, 190.0)
"""So much farther off labels may stand where lines fall close to the playhead."""
SAMPLE_PX = 20.0
OTHER_SIDE, SHIFTED, COVERS, BEHIND_A_LINE = 20.0, 0.2, 60.0, 25.0
"""What weighs against a pixel between a label and its line: the right side, a pixel of shift, a covered line, a line
between the two."""
FREE = 2.0
"""Labels that cost less each are not moved elsewhere."""


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

    Parameters
    ----------
    taken
        Where other words stand.
    """
    here = [(line, value) for line in stairs if (value := line.value(t)) is not None]
    if not here or not in_view(axis, t):
        return []
    top, bottom = scale.rect.top() - 3, scale.rect.bottom()
    # Where not all have room, the followed method and the slowest have it.
    here.sort(key=lambda pair: (not pair[0].followed, -pair[1]))
    here = here[: max(1, int((bottom - top) / LABEL_PITCH))]
    # Slow methods stand above fast ones; of equals the followed one stands lowest, next to its area.
    here.sort(key=lambda pair: (-pair[1], pair[0].followed))
    texts = [f"{line.title}  {seconds_text(value)}" for line, value in here]
    widths = [
        text_width(text, 11, BOLD) + 8 + (SAMPLE_PX if line.dash else 0.0)
        for (line, _), text in zip(here, texts, strict=True)
    ]
    x, reach = axis.x(t), BESIDE_PX + max(widths) + SHIFTS[-1]
    low, high = max(axis.t(x - reach), axis.start), min(axis.t(x + reach), axis.stop)
    room = FreeRoom(top, bottom, [line_points(line, axis, scale, low, high) for line in stairs])
    for box in taken:
        room.take(box)
    levels = np.array([scale.y(value) for _, value in here])
    best: tuple[float, list[QRectF]] | None = None
    for shift, leftwards in sorted(product(SHIFTS, (True, False)), key=_extra):
        extra = _extra((shift, leftwards))
        if best is not None and best[0] <= extra + FREE * len(here):
            break
        away = BESIDE_PX + shift
        lefts = [x - away - width if leftwards else x + away for width in widths]
        if min(lefts) < axis.left + 4 or max(map(sum, zip(lefts, widths, strict=True))) > axis.right + BESIDE_PX:
            continue
        cost, boxes = _column(room, levels, lefts, widths)
        if best is None or cost + extra < best[0]:
            best = cost + extra, boxes
    if best is None:
        return []
    return [LineLabel(line, text, box) for (line, _), text, box in zip(here, texts, best[1], strict=True)]


def _extra(column: tuple[float, bool]) -> float:
    """Return what a column costs because of where it stands."""
    shift, leftwards = column
    return SHIFTED * shift + (0.0 if leftwards else OTHER_SIDE)


def _column(
    room: FreeRoom, levels: npt.NDArray[np.float64], lefts: Sequence[float], widths: Sequence[float]
) -> tuple[float, list[QRectF]]:
    """Return the cheapest way to stand one under the other, in order, and its cost; infinite if words are in the way.

    Parameters
    ----------
    levels
        Heights of the labels' lines, from above.
    """
    tops, pitch = room.tops(LABEL_PITCH), round(LABEL_PITCH)
    middles = tops[:, None] + LABEL_PITCH / 2
    ways = []
    total = np.zeros(len(tops))
    for number, (own, left, width) in enumerate(zip(levels.tolist(), lefts, widths, strict=True)):
        away = np.maximum(0, np.maximum(tops - own, own - (tops + LABEL_PITCH)))
        between = ((levels > np.minimum(own, middles) + 1) & (levels < np.maximum(own, middles) - 1)).sum(axis=1)
        covered = room.covered(left, left + width, LABEL_PITCH)
        cost = away + BEHIND_A_LINE * between + COVERS * (covered > 0) + covered
        cost[~room.is_free(left, left + width, LABEL_PITCH)] = np.inf
        if number:
            # The cheapest place of those above that leaves room for this one.
            least = np.minimum.accumulate(total)
            total = np.concatenate((np.full(pitch, np.inf), least))[: len(tops)]
        total = total + cost
        ways.append(total)
    boxes: list[QRectF] = []
    last = len(tops)
    for total, left, width in reversed(list(zip(ways, lefts, widths, strict=True))):
        place = int(total[: max(1, last)].argmin())
        boxes.insert(0, QRectF(left, float(tops[place]), width, LABEL_PITCH))
        last = place - pitch + 1
    return float(ways[-1].min()), boxes


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
    if not in_view(axis, t):
        return
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
