"""The whole run in one strip: drag its frame to pan, its edges to zoom."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.charts.clip import clipped
from dnnmig_gui.gui.charts.enlarged import enlarged, mouse
from dnnmig_gui.gui.charts.layers import Layers
from dnnmig_gui.gui.charts.lettering import draw_text, faded
from dnnmig_gui.gui.charts.series import Series, draw_list
from dnnmig_gui.gui.charts.slices import paint_strips
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import plain_text, scaled, text_scale
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.theme.tokens import Theme
from dnnmig_gui.gui.timeline.story import Story
from dnnmig_gui.gui.timeline.view import MARGIN

HEIGHT = 28
GRIP_PX = 6.0
FUTURE = 0.45
OTHERS = 0.4


def paint_overview(painter: QPainter, story: Story, axis: TimeAxis, theme: Theme, user: int, t: float) -> None:
    """Draw the strip under the origin."""
    x = round(_x(axis, t))
    for past, left, right in ((True, 0.0, x), (False, x, axis.right + MARGIN)):
        if right > left:
            with clipped(painter, QRectF(left, 0, right - left, HEIGHT)):
                paint_whole(painter, story, axis, theme, user, past=past)
    paint_frame(painter, axis, theme, t)


def paint_whole(painter: QPainter, story: Story, axis: TimeAxis, theme: Theme, user: int, *, past: bool) -> None:
    """Draw uploads, the followed user's on top; queries if there are none; as past or as what is to come."""
    label = QRectF(0, 4, axis.left - MARGIN, 16)
    draw_text(painter, label, tr("Whole run"), theme.text_3, align=Qt.AlignmentFlag.AlignRight)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.surface_3)
    painter.drawRoundedRect(QRectF(axis.left, 4, axis.width, 16), 4, 4)
    strength = 1.0 if past else FUTURE
    for row in sorted(story.rows, key=lambda row: row.lane.user == user):
        if row.lane.role == "uploads":
            share = strength if row.lane.user == user else OTHERS * strength
            for part in row.series:
                _paint_part(painter, part, axis, theme, share)
    if not any(row.series for row in story.rows if row.lane.role == "uploads"):
        for row in story.rows:
            if row.lane.role == "queries" and row.lane.user == user:
                for part in row.series[-1:]:
                    _paint_part(painter, part, axis, theme, strength)


def paint_frame(painter: QPainter, axis: TimeAxis, theme: Theme, t: float) -> None:
    """Draw the frame around what is in view, and the playhead."""
    left, right = axis.left, axis.right
    low, high = _x(axis, axis.start), _x(axis, axis.stop)
    for one, other in ((left, low), (high, right)):
        if other - one > 0.5:
            painter.fillRect(QRectF(one, 4, other - one, 16), faded(theme.surface, 0.55))
    painter.setPen(QPen(theme.line_strong if axis.shows_all else theme.text_3, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(low, 3, max(4.0, high - low), 18), 5, 5)
    x = _x(axis, t)
    painter.setPen(QPen(theme.accent, 2))
    painter.drawLine(QPointF(x, 3), QPointF(x, 21))


def _x(axis: TimeAxis, t: float) -> float:
    """Return where a time of the run lies on the strip."""
    return axis.left + min(1.0, t / max(axis.end_s, 1e-12)) * axis.width


def _paint_part(painter: QPainter, part: Series, axis: TimeAxis, theme: Theme, share: float) -> None:
    """Draw slices into the strip."""
    if part.texture in ("pause", "shared"):
        return
    end = max(axis.end_s, 1e-12)
    color = faded(theme.failure.fill if part.texture == "failed" else theme.tier(part.tier).fill, share)
    drawn = draw_list(part, axis.left, axis.width, 0.0, end, 0.0, end)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    for x0, x1 in zip(drawn.left.tolist(), drawn.right.tolist(), strict=True):
        painter.drawRoundedRect(QRectF(x0, 8, max(1.0, x1 - x0 - 1.5), 8), 2, 2)
    paint_strips(painter, drawn, 8, 8, color, 0.4)


class Overview(QWidget):
    """The strip as a widget."""

    def __init__(self, look: Look, clock: Clock, selection: Selection, axis: TimeAxis, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._clock = clock
        self._selection = selection
        self._axis = axis
        self._story: Story | None = None
        self._layers = Layers()
        self._laid = (0.0, 0.0, 0.0)
        self._drag = ""
        self._grab = 0.0
        look.changed.connect(self._fit)
        self._fit()
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Whole run"))
        self.setToolTip(tr("Drag the frame to pan, its edges to zoom; double click to see the whole run"))
        clock.moved.connect(self.update)
        axis.changed.connect(self._follow_axis)
        for signal in (selection.changed, look.changed):
            signal.connect(self._renew)

    def _fit(self) -> None:
        self.setFixedHeight(scaled(HEIGHT))

    def set_story(self, story: Story | None) -> None:
        """Show another run, or none."""
        self._story = story
        self._renew()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the strip at the clock's time."""
        if self._story is None:
            return
        theme = self._look.theme
        over = QPainter(self)
        self._layers.paint(
            over, self.size(), round(_x(self._axis, self._clock.t)) * text_scale(), theme.surface, self._draw
        )
        over.end()
        with enlarged(self) as (painter, _):
            paint_frame(painter, self._axis, theme, self._clock.t)

    def _draw(self, painter: QPainter, past: bool) -> None:
        if self._story is not None:
            with plain_text() as zoom:
                painter.scale(zoom, zoom)
                paint_whole(painter, self._story, self._axis, self._look.theme, self._selection.user, past=past)

    def _renew(self) -> None:
        """Draw the whole run again: another is shown, or it looks different."""
        self._layers.forget()
        self.update()

    def _follow_axis(self) -> None:
        """Draw the frame elsewhere; where the strip itself lies elsewhere, all of it."""
        if (self._axis.left, self._axis.width, self._axis.end_s) != self._laid:
            self._laid = (self._axis.left, self._axis.width, self._axis.end_s)
            self._layers.forget()
        self.update()

    def _time(self, x: float) -> float:
        return (x - self._axis.left) / self._axis.width * self._axis.end_s

    def _grip(self, x: float) -> str:
        """Return what of the frame lies at a pixel."""
        low, high = _x(self._axis, self._axis.start), _x(self._axis, self._axis.stop)
        if abs(x - low) <= GRIP_PX:
            return "start"
        if abs(x - high) <= GRIP_PX:
            return "stop"
        return "frame" if low < x < high else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take the frame or an edge; beside it, bring it here."""
        if self._story is None or event.button() != Qt.MouseButton.LeftButton:
            return
        t = self._time(mouse(event).x())
        self._drag = self._grip(mouse(event).x())
        if not self._drag:
            self._axis.pan(t - (self._axis.start + self._axis.stop) / 2)
            self._drag = "frame"
        self._grab = t - self._axis.start

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Pan or zoom."""
        axis, t = self._axis, self._time(mouse(event).x())
        if self._drag == "frame":
            axis.pan(t - self._grab - axis.start)
        elif self._drag == "start":
            axis.show(min(max(0.0, t), axis.stop), axis.stop)
        elif self._drag == "stop":
            axis.show(axis.start, max(min(t, axis.end_s), axis.start))
        else:
            edge = self._story is not None and self._grip(mouse(event).x()) in ("start", "stop")
            self.setCursor(Qt.CursorShape.SizeHorCursor if edge else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        self._drag = ""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show the whole run."""
        self._axis.show(0.0, self._axis.end_s)
