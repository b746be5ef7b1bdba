"""Draws the data of a chart with pyqtgraph, in the colours of the theme."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dnnmig_gui.gui.charts.data import Chart, Line
from dnnmig_gui.gui.charts.lettering import metrics
from dnnmig_gui.gui.charts.plot_axis import CalmAxis
from dnnmig_gui.gui.charts.plot_bars import bar_items, category_names
from dnnmig_gui.gui.charts.plot_looks import line_color, line_ink, line_pen
from dnnmig_gui.gui.charts.plot_names import EndNames, KeyRow, last_height
from dnnmig_gui.gui.charts.plot_texts import text_at, with_unit
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.fonts import font, plain_text
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.theme.tokens import Theme

FEWEST_BARS = 8
POINT_PX = 11
NEAR_PX = 14.0
SHADE = 0.1
"""What lies under the line that is followed, of its colour."""
MOST_NAMES = 12
"""More lines than this have a key above the plot, not names at their ends."""


class PlotView(QWidget):
    """One chart: axes, series, legend, the playhead where it belongs, the numbers under the mouse.

    Signals
    -------
    time_asked(float)
        A click at a time of the run.
    point_asked(int, int)
        A click on a point: the number of its line, and its own.
    told(str)
        The numbers under the mouse, or none.
    """

    time_asked = Signal(float)
    point_asked = Signal(int, int)
    told = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.chart: Chart | None = None
        self.log_x = False
        self.log_y = False
        self._marked: tuple[int, int] | None = None
        self._logged = (False, False)
        self.widget = pg.PlotWidget(axisItems={side: CalmAxis(side) for side in ("bottom", "left")})
        self.widget.setAntialiasing(True)
        self.widget.setMenuEnabled(False)
        self.widget.hideButtons()
        self.plot = self.widget.getPlotItem()
        self.names = EndNames(self.plot)
        self.key = KeyRow(look)
        self.finger = pg.InfiniteLine(angle=90)
        """Where the mouse is, and the dots of the lines there."""
        self.dots = pg.ScatterPlotItem(size=8)
        self.playhead = pg.InfiniteLine(angle=90)
        self.playhead.setZValue(50)
        self.widget.scene().sigMouseMoved.connect(self._hover)
        self.widget.scene().sigMouseClicked.connect(self._click)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.key)
        box.addWidget(self.widget)
        look.changed.connect(self._draw)

    def show_chart(self, chart: Chart) -> None:
        """Show another chart, all of it in view; scales that it cannot have are switched off."""
        other = self.chart is None or self.chart.id != chart.id
        self.chart = chart
        self._marked = None
        if other:
            self.log_x = self.log_y = False
        self._draw()
        self.fit()

    def fit(self) -> None:
        """Show all of the chart."""
        self.plot.enableAutoRange()
        self.plot.getViewBox().updateAutoRange()
        chart = self.chart
        if chart is None or chart.empty:
            return
        if chart.categories:
            # A few bars stand in the middle, no wider than many would be.
            middle, half = (len(chart.categories) - 1) / 2, max(len(chart.categories), FEWEST_BARS) / 2
            self.plot.setXRange(middle - half, middle + half, padding=0)
        if chart.shape == "points":
            self._fit_points(chart)
            return
        if not chart.categories and not self.log_x:
            # To the very end: there stand the names.
            ends = [float(edge) for line in chart.lines if len(line.x) for edge in (line.x.min(), line.x.max())]
            if max(ends) > min(ends):
                self.plot.setXRange(min(ends), max(ends), padding=0)
        if self.log_y:
            return
        values = np.concatenate([line.y for line in chart.lines])
        low, high = float(values.min()), float(values.max())
        if chart.stacked:
            places = np.unique(np.concatenate([line.x for line in chart.lines])).tolist()
            high = max(sum(float(line.y[line.x == place].sum()) for line in chart.lines) for place in places)
        if high > 0 and high - low < 0.02 * high and chart.shape == "steps":
            low, high = 0.98 * low, 1.02 * high  # a line that hardly moves is no mountain
        elif low > 0:
            low = 0.0
        if high > low:
            # What begins at nothing stands on the axis.
            room = 0.03 * (high - low)
            self.plot.setYRange(low - (room if low else 0.0), high + room, padding=0)

    def _fit_points(self, chart: Chart) -> None:
        """Leave room around points; a single one stands in the middle of a range of its own size."""
        for way, log, fit in (("x", self.log_x, self.plot.setXRange), ("y", self.log_y, self.plot.setYRange)):
            values = np.concatenate([getattr(line, way) for line in chart.lines])
            values = np.log10(values) if log else values
            low, high = float(values.min()), float(values.max())
            room = max(0.08 * (high - low), 0.1 * abs(high), 1e-9)
            fit(low - room, high + room, padding=0)

    @property
    def may_log_x(self) -> bool:
        """Whether the x axis may be logarithmic."""
        return self.chart is not None and not self.chart.categories

    @property
    def may_log_y(self) -> bool:
        """Whether the y axis may be logarithmic: bars on one another would lie."""
        return self.chart is not None and not self.chart.stacked

    def set_log(self, *, x: bool, y: bool) -> None:
        """Make axes logarithmic, or linear."""
        self.log_x, self.log_y = x and self.may_log_x, y and self.may_log_y
        self._draw()
        self.fit()

    def set_time(self, t: float) -> None:
        """Move the playhead."""
        shown = self.chart is not None and self.chart.of_time and not (self.log_x and t <= 0)
        self.playhead.setVisible(shown)
        if shown:
            self.playhead.setValue(np.log10(t) if self.log_x else t)

    def mark_point(self, line: int, point: int) -> None:
        """Mark the point that is loaded."""
        self._marked = (line, point)
        self._draw()

    def picture_size(self) -> QSizeF:
        """Return the size of the chart with the key above it."""
        return QSizeF(self.widget.width(), self.widget.height() + self._key_height)

    @property
    def _key_height(self) -> int:
        return self.key.height() if self.key.isVisibleTo(self) else 0

    def paint(self, painter: QPainter) -> None:
        """Draw what is shown into a picture."""
        top = self._key_height
        if top:
            painter.save()
            with plain_text() as scale:
                painter.scale(scale, scale)
                self.key.paint(painter)
            painter.restore()
        self.widget.render(painter, QRectF(0, top, self.widget.width(), self.widget.height()))

    def _draw(self) -> None:
        theme = self._look.theme
        self.widget.setBackground(theme.surface)
        self.plot.clear()
        self.names.clear()
        self.key.show_entries([])
        if self._logged != (self.log_x, self.log_y):
            # What is in view now would be powers of ten beyond all numbers.
            self.plot.setRange(xRange=(0, 1), yRange=(0, 1))
            self.plot.setLogMode(x=self.log_x, y=self.log_y)
            self._logged = (self.log_x, self.log_y)
        chart = self.chart
        self._dress_axes(theme, chart)
        if chart is None or chart.empty:
            return
        if chart.shape == "bars":
            self._draw_bars(chart, theme)
        else:
            for number, line in enumerate(chart.lines):
                self._draw_line(chart, number, line, theme)
        if chart.of_time:
            self.playhead.setPen(pg.mkPen(theme.accent, width=1.5))
            self.plot.addItem(self.playhead, ignoreBounds=True)
        keyed = chart.shape in ("bars", "points") or len(chart.lines) > MOST_NAMES
        if keyed:
            self.key.show_entries([(line.name, line_color(line, theme)) for line in chart.lines])
        elif len(chart.lines) > 1:
            self.names.show(chart.lines, lambda line: (line_ink(line, theme), line_pen(line, theme)), self._end_of)
        if chart.shape in ("steps", "line"):
            self.finger.setPen(pg.mkPen(theme.text_3, width=1, style=Qt.PenStyle.DotLine))
            self.dots.setPen(pg.mkPen(theme.surface, width=1.5))
            for item in (self.finger, self.dots):
                item.setVisible(False)
                self.plot.addItem(item, ignoreBounds=True)

    def _dress_axes(self, theme: Theme, chart: Chart | None) -> None:
        for side in ("bottom", "left"):
            axis = self.plot.getAxis(side)
            axis.setZValue(-10)  # its grid lies under bars; a plot lifts its axes when it takes them
            axis.setPen(pg.mkPen(theme.line_strong))
            axis.setTextPen(pg.mkPen(theme.text_2))
            axis.setTickFont(font(11))
            axis.label.setFont(font(12, 500))
            axis.setTicks(None)
            axis.setGrid(60 if side == "left" or chart is None or not chart.categories else False)
        if chart is None:
            return
        for side, quantity in (("bottom", chart.x), ("left", chart.y)):
            self.plot.getAxis(side).set_unit(quantity.unit)
            self.plot.setLabel(side, tr(quantity.title), color=theme.text_2.name())
        self._name_categories()

    def _draw_line(self, chart: Chart, number: int, line: Line, theme: Theme) -> None:
        color = line_color(line, theme)
        if chart.shape == "points":
            marked = [self._marked == (number, place) for place in range(len(line.x))]
            item = pg.ScatterPlotItem(
                x=np.log10(line.x) if self.log_x else line.x,
                y=np.log10(line.y) if self.log_y else line.y,
                size=[(POINT_PX if number == 0 else 6) + (5 if each else 0) for each in marked],
                brush=pg.mkBrush(color),
                pen=pg.mkPen(theme.surface, width=1.5),
            )
            self.plot.addItem(item)
            return
        pen = line_pen(line, theme)
        mode: dict[str, Any] = {"stepMode": "right"} if chart.shape == "steps" else {}
        x, y = line.x, line.y
        if self.log_x:
            # A logarithmic axis has no zero: what begins there begins where the first of all lines can be shown.
            every = np.concatenate([each.x for each in chart.lines])
            later = every[every > 0]
            x = np.maximum(x, 0.5 * float(later.min()) if len(later) else 1.0)
        if line.token == "accent" and chart.shape == "steps" and chart.of_time and not self.log_y:
            shade = QColor(color)
            shade.setAlphaF(SHADE)
            # An item of its own: the line would go down to the axis with its area.
            self.plot.plot(x, y, pen=None, fillLevel=0.0, brush=shade, **mode)
        self.plot.plot(x, y, pen=pen, **mode)

    def _end_of(self, line: Line, x: float) -> float | None:
        """Return how high a line is at a place, both as the plot has them."""
        steps = self.chart is not None and self.chart.shape == "steps"
        value = last_height(line, 10**x if self.log_x else x, steps=steps)
        if value is None or (self.log_y and value <= 0):
            return None
        return float(np.log10(value)) if self.log_y else value

    def _point_at(self, x: float | None) -> None:
        """Mark a place of the x axis, as the plot has it, and each line there; or none."""
        chart = self.chart
        shown = x is not None and chart is not None and chart.shape in ("steps", "line") and not chart.empty
        self.finger.setVisible(shown)
        self.dots.setVisible(shown)
        if shown and x is not None and chart is not None:
            self.finger.setValue(x)
            inside = [line for line in chart.lines if len(line.x) and self._plain(x) <= line.x[-1]]
            found = [(line, y) for line in inside if (y := self._end_of(line, x)) is not None]
            brushes = [pg.mkBrush(line_color(line, self._look.theme)) for line, _ in found]
            self.dots.setData([x] * len(found), [y for _, y in found], brush=brushes)

    def _plain(self, x: float) -> float:
        return 10**x if self.log_x else x

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Mark nothing any more."""
        self._point_at(None)
        self.told.emit("")
        super().leaveEvent(event)

    def _draw_bars(self, chart: Chart, theme: Theme) -> None:
        for item in bar_items(chart, lambda line: line_color(line, theme), log=self.log_y):
            self.plot.addItem(item)

    def _name_categories(self) -> None:
        """Write as many names under the bars as fit, none over its neighbour."""
        chart = self.chart
        if chart is not None and chart.categories:
            room = self.plot.getViewBox().width() / max(len(chart.categories), FEWEST_BARS)
            names = category_names(chart.categories, room)
            self.plot.getAxis("bottom").setTicks([names])
            lines = max((name.count("\n") + 1 for _, name in names), default=1)
        else:
            lines = 1
        axis = self.plot.getAxis("bottom")
        axis.setHeight(round(8 + lines * metrics(11).height() + axis.label.boundingRect().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Let the names under the bars fit."""
        super().resizeEvent(event)
        self._name_categories()

    def _values_at(self, position: QPointF) -> tuple[float, float]:
        """Return where the mouse is, in the units of the chart."""
        point = self.plot.getViewBox().mapSceneToView(position)
        x, y = point.x(), point.y()
        return (10**x if self.log_x else x), (10**y if self.log_y else y)

    def point_near(self, position: QPointF) -> tuple[int, int] | None:
        """Return the point of a scatter under the mouse."""
        chart = self.chart
        if chart is None or chart.shape != "points":
            return None
        box, best, found = self.plot.getViewBox(), NEAR_PX, None
        for number, line in enumerate(chart.lines):
            for place, (x, y) in enumerate(zip(line.x.tolist(), line.y.tolist(), strict=True)):
                where = QPointF(np.log10(x) if self.log_x else x, np.log10(y) if self.log_y else y)
                way = box.mapViewToScene(where) - position
                distance = float(np.hypot(way.x(), way.y()))
                if distance < best:
                    best, found = distance, (number, place)
        return found

    def _hover(self, position: QPointF) -> None:
        chart = self.chart
        if chart is None or not self.plot.sceneBoundingRect().contains(position):
            self._point_at(None)
            self.told.emit("")
            return
        near = self.point_near(position)
        if chart.shape == "points":
            text = ""
            if near is not None:
                line = chart.lines[near[0]]
                x, y = float(line.x[near[1]]), float(line.y[near[1]])
                told = ((chart.x, x), (chart.y, y))
                texts = [f"{tr(each.title)} {with_unit(value, each.unit)}" for each, value in told]
                text = ",  ".join((*texts, *line.details[near[1] : near[1] + 1]))
            self.widget.setCursor(Qt.CursorShape.ArrowCursor if near is None else Qt.CursorShape.PointingHandCursor)
            self.told.emit(text)
            return
        self._point_at(self.plot.getViewBox().mapSceneToView(position).x())
        self.told.emit(text_at(chart, self._values_at(position)[0]))

    def _click(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.chart is None:
            return
        if event.double():
            self.fit()
            return
        near = self.point_near(event.scenePos())
        if near is not None:
            self.point_asked.emit(*near)
        elif self.chart.of_time and self.plot.getViewBox().sceneBoundingRect().contains(event.scenePos()):
            self.time_asked.emit(self._values_at(event.scenePos())[0])
