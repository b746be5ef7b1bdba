"""Whose line is whose: names beside the lines, which go along with the run and stay at the edge once it has passed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from dnnmig_gui.gui.charts.axis import TimeAxis, seconds_label
from dnnmig_gui.gui.charts.lettering import BOLD, draw_text, faded, text_width
from dnnmig_gui.gui.charts.staircase import DelayScale, Stairs, label_tops
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.tokens import Theme

PITCH = 15.0
EDGE = 6.0
"""Names come no nearer than this to the edge where the run leaves the view."""


@dataclass(frozen=True)
class Name:
    """A line's name.

    Parameters
    ----------
    text
        What stands there.
    ink
        Its colour.
    box
        Its place while the run's first part is in view.
    """

    line: Stairs
    text: str
    ink: QColor
    box: QRectF


class LineNames:
    """The names of all lines, placed for the first part of the run."""

    def __init__(self, stairs: Sequence[Stairs], scale: DelayScale, axis: TimeAxis, theme: Theme) -> None:
        self._stairs, self._scale, self._theme = stairs, scale, theme
        self._first = axis
        rect = scale.rect
        wanted = sorted(
            ((line, *self._first_gain(line)) for line in stairs if not line.followed), key=lambda one: one[1]
        )
        tops = label_tops([one[1] for one in wanted], rect.top(), rect.bottom() + 2, PITCH)
        self.names = [
            Name(line, text, line.ink(theme), QRectF(left, top, text_width(text, 11, BOLD), PITCH))
            for (line, _, text, left), top in zip(wanted, tops, strict=True)
        ]
        taken = [name.box for name in self.names]
        self.names += [
            Name(line, line.title, line.ink(theme), self._free_place(line, taken)) for line in stairs if line.followed
        ]

    def places(self, axis: TimeAxis) -> list[tuple[Name, QRectF]]:
        """Return where each name stands when the axis shows a later part of the run."""
        edge = axis.left + EDGE
        gone = axis.x(self._first.start) - self._first.left
        placed = [(name, name.box.translated(gone, 0)) for name in self.names]
        if all(box.left() >= min(edge, name.box.left()) for name, box in placed):
            return placed
        at_edge = [(name, box) for name, box in placed if box.left() < edge + max(box.width() for _, box in placed)]
        wanted = [
            (self._beside(name, axis, edge) if box.left() < edge else box.top(), name, max(edge, box.left()))
            for name, box in at_edge
        ]
        wanted.sort(key=lambda one: one[0])
        rect = self._scale.rect
        tops = label_tops([one[0] for one in wanted], rect.top(), rect.bottom() + 2, PITCH)
        moved = {
            name.line: QRectF(left, top, name.box.width(), PITCH)
            for (_, name, left), top in zip(wanted, tops, strict=True)
        }
        return [(name, moved.get(name.line, box)) for name, box in placed]

    def paint(self, painter: QPainter, axis: TimeAxis) -> None:
        """Write the names, each on a bed so that lines behind it do not strike it through."""
        for name, box in self.places(axis):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faded(self._theme.bg, 0.8))
            painter.drawRoundedRect(box.adjusted(-2, 0, 2, 0), 3, 3)
            draw_text(painter, box.adjusted(0, 0, 2, 0), name.text, name.ink, weight=BOLD)

    def _beside(self, name: Name, axis: TimeAxis, left: float) -> float:
        """Return the top of a name at the edge: below its line if it is the followed one and fits there, else above."""
        high, low = self._heights(name.line, axis, left - 3, left + name.box.width() + 3)
        fits_below = low + 4 + PITCH <= self._scale.rect.bottom()
        return low + 4 if name.line.followed and fits_below else high - PITCH - 3

    def _first_gain(self, line: Stairs) -> tuple[float, str, float]:
        """Return height, text and left end of the name of a method that is not followed."""
        axis = self._first
        first = float(line.start[1]) if len(line.start) > 1 else math.inf
        y = self._scale.y(float(line.delay[0]))
        if axis.x(first) <= axis.right - 20:
            text = tr("{title}: from {first}").format(title=line.title, first=seconds_label(first, axis.span / 200))
            width = text_width(text, 11, BOLD)
            x = max(axis.x(first), axis.left)
            left = x + 5 if x + 5 + width < axis.right else x - 5 - width
            return (y + self._scale.y(float(line.delay[1]))) / 2 - 8, text, left
        text = line.title
        if first < math.inf:
            text = tr("{title}: nothing until {first}").format(
                title=line.title, first=seconds_label(first, line.until / 100)
            )
        return y + 5, text, axis.right - text_width(text, 11, BOLD) - 2

    def _free_place(self, line: Stairs, taken: Sequence[QRectF]) -> QRectF:
        """Return a place for the followed method's name next to its line where nothing else lies, from the left."""
        axis, rect = self._first, self._scale.rect
        width = text_width(line.title, 11, BOLD) + 2
        first = QRectF(axis.left + EDGE, rect.bottom() - PITCH - 2, width, PITCH)
        left = first.left()
        while left + width <= axis.right:
            spans = [self._heights(each, axis, left - 3, left + width + 3) for each in self._stairs]
            own = self._heights(line, axis, left - 3, left + width + 3)
            for top in (own[1] + 4, own[0] - PITCH - 3):
                box = QRectF(left, top, width, PITCH)
                free = not any(low < box.bottom() and high > box.top() for low, high in spans)
                inside = box.top() >= rect.top() and box.bottom() <= rect.bottom()
                if free and inside and not any(box.intersects(other) for other in taken):
                    return box
            left += 12
        return first

    def _heights(self, line: Stairs, axis: TimeAxis, left: float, right: float) -> tuple[float, float]:
        """Return the highest and the lowest pixel of a line between two others."""
        low, high = np.searchsorted(line.start, (axis.t(left), axis.t(right)), side="right")
        part = line.delay[max(0, int(low) - 1) : max(1, int(high))]
        return self._scale.y(float(part.max())), self._scale.y(float(part.min()))
