"""Whose each line of a plot is, written at its end; whose each bar is, in a row above."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGraphicsLineItem, QGraphicsSimpleTextItem, QStyleOptionGraphicsItem, QWidget

from dnnmig_gui.gui.charts.data import Line
from dnnmig_gui.gui.charts.enlarged import enlarged
from dnnmig_gui.gui.charts.lettering import BOLD, MEDIUM, draw_text, metrics, text_width
from dnnmig_gui.gui.charts.staircase import label_tops
from dnnmig_gui.gui.theme.fonts import font, scaled
from dnnmig_gui.gui.theme.look import Look

EDGE, GAP = 8.0, 8.0
SAMPLE = 22.0
"""Length of the piece of line before a name: lines that end together are told apart by their dashes."""


class _Name(QGraphicsSimpleTextItem):
    """A name; in an SVG the clip of what was drawn before would hide it, so it sets its own."""

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setClipRect(self.boundingRect())
        super().paint(painter, option, widget)  # type: ignore[arg-type]


class _Sample(QGraphicsLineItem):
    """A piece of a line, clipped as names are."""

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setClipRect(self.boundingRect())
        super().paint(painter, option, widget)


class EndNames:
    """Names right of a plot, each at the height at which its line leaves the picture, none on another."""

    def __init__(self, plot: pg.PlotItem) -> None:
        self._plot = plot
        self._names: list[tuple[Line, QGraphicsSimpleTextItem]] = []
        self._samples: list[QGraphicsLineItem] = []
        self._height_of: Callable[[Line, float], float | None] = lambda _line, _x: None
        box = plot.getViewBox()
        box.sigRangeChanged.connect(self.place)
        box.sigResized.connect(self.place)

    def clear(self) -> None:
        """Write nothing."""
        for item in (*(item for _, item in self._names), *self._samples):
            scene = item.scene()
            item.setParentItem(None)  # type: ignore[arg-type]
            if scene is not None:
                scene.removeItem(item)
        self._names, self._samples = [], []
        self._plot.layout.setContentsMargins(EDGE, 8, 16, 4)

    def show(
        self,
        lines: Sequence[Line],
        look_of: Callable[[Line], tuple[QColor, QPen]],
        height_of: Callable[[Line, float], float | None],
    ) -> None:
        """Write the names of lines, each with a piece of its line.

        Parameters
        ----------
        look_of
            Colour of a name, and what draws its line.
        height_of
            Where a line is at a place of the x axis, both as the plot has them.
        """
        self.clear()
        self._height_of = height_of
        for line in lines:
            item = _Name(line.name, self._plot)
            item.setFont(font(11, BOLD))
            ink, pen = look_of(line)
            item.setBrush(ink)
            self._names.append((line, item))
            sample = _Sample(0, 0, SAMPLE, 0, self._plot)
            sample.setPen(pen)
            self._samples.append(sample)
        room = max((text_width(line.name, 11, BOLD) for line in lines), default=0.0)
        self._plot.layout.setContentsMargins(EDGE, 8, room + SAMPLE + 2 * GAP + 16, 4)
        self.place()

    def place(self, *_changed: object) -> None:
        """Put every name where its line ends in view."""
        if not self._names:
            return
        box = self._plot.getViewBox()
        high = box.viewRange()[0][1]
        rect = box.mapRectToItem(self._plot, box.boundingRect())
        wanted = []
        for (line, item), sample in zip(self._names, self._samples, strict=True):
            last = self._height_of(line, high)
            item.setVisible(last is not None)
            sample.setVisible(last is not None)
            if last is not None:
                y = box.mapToItem(self._plot, box.mapFromView(QPointF(high, last))).y()
                wanted.append((min(max(y, rect.top()), rect.bottom()), item, sample))
        wanted.sort(key=lambda one: one[0])
        pitch = metrics(11, BOLD).height()
        tops = label_tops([y - pitch / 2 for y, _, _ in wanted], rect.top(), rect.bottom() + pitch / 2, pitch)
        for (_, item, sample), top in zip(wanted, tops, strict=True):
            sample.setPos(rect.right() + GAP, top + pitch / 2)
            item.setPos(rect.right() + 2 * GAP + SAMPLE, top)


class KeyRow(QWidget):
    """Swatches with names, side by side; lies above the plot where names cannot stand at lines."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._entries: list[tuple[str, QColor]] = []
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(scaled(24))
        self.update()

    def show_entries(self, entries: list[tuple[str, QColor]]) -> None:
        """Show these names with their colours; a single one needs no key."""
        self._entries = entries if len(entries) > 1 else []
        self.setAccessibleName(", ".join(name for name, _ in self._entries))
        self.setVisible(bool(self._entries))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the row."""
        with enlarged(self) as (painter, _):
            self.paint(painter)

    def paint(self, painter: QPainter) -> None:
        """Draw swatches and names, also into an export."""
        x = 16.0
        for name, color in self._entries:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawRoundedRect(QRectF(x, 6, 14, 12), 3, 3)
            width = text_width(name, 11, MEDIUM)
            draw_text(painter, QRectF(x + 20, 2, width + 2, 20), name, self._look.theme.text_2, weight=MEDIUM)
            x += 20 + width + 18


def last_height(line: Line, x: float, *, steps: bool) -> float | None:
    """Return where a line is at a place, or where it ends if that is before; None if it begins behind it."""
    if not len(line.x) or x < line.x[0]:
        return None
    if steps or x >= line.x[-1]:
        return line.value(x)
    return float(np.interp(x, line.x, line.y))
