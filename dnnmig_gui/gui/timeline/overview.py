"""The whole run in one strip: drag its frame to pan, its edges to zoom."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.charts.enlarged import enlarged, mouse
from dnnmig_gui.gui.charts.lettering import draw_text, faded
from dnnmig_gui.gui.charts.series import Series, draw_list
from dnnmig_gui.gui.charts.slices import paint_strips
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import scaled
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.theme.tokens import Theme
from dnnmig_gui.gui.timeline.story import Story
from dnnmig_gui.gui.timeline.view import MARGIN

HEIGHT = 28
GRIP_PX = 6.0
FUTURE = 0.45
OTHERS = 0.4


def paint_overview(painter: QPainter, story: Story, axis: TimeAxis, theme: Theme, user: int, t: float) -> None:
    """Draw the strip under the origin: uploads, the followed user's on top; queries if there are none."""
    left, width, end = axis.left, axis.width, max(axis.end_s, 1e-12)
    label = QRectF(0, 4, left - MARGIN, 16)
    draw_text(painter, label, "Whole run", theme.text_3, align=Qt.AlignmentFlag.AlignRight)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.surface_3)
    painter.drawRoundedRect(QRectF(left, 4, width, 16), 4, 4)
    for row in sorted(story.rows, key=lambda row: row.lane.user == user):
        if row.lane.role == "uploads":
            share = 1.0 if row.lane.user == user else OTHERS
            for part in row.series:
                _paint_part(painter, part, axis, theme, share, t)
    if not any(row.series for row in story.rows if row.lane.role == "uploads"):
        for row in story.rows:
            if row.lane.role == "queries" and row.lane.user == user:
                for part in row.series[-1:]:
                    _paint_part(painter, part, axis, theme, 1.0, t)
    low, high = left + min(1.0, axis.start / end) * width, left + min(1.0, axis.stop / end) * width
    for one, other in ((left, low), (high, left + width)):
        if other - one > 0.5:
            painter.fillRect(QRectF(one, 4, other - one, 16), faded(theme.surface, 0.55))
    painter.setPen(QPen(theme.line_strong if axis.shows_all else theme.text_3, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(low, 3, max(4.0, high - low), 18), 5, 5)
    x = left + t / end * width
    painter.setPen(QPen(theme.accent, 2))
    painter.drawLine(QPointF(x, 3), QPointF(x, 21))


def _paint_part(painter: QPainter, part: Series, axis: TimeAxis, theme: Theme, share: float, t: float) -> None:
    """Draw slices into the strip, those to come paler."""
    end = max(axis.end_s, 1e-12)
    if part.texture == "pause":
        return
    color = theme.failure.fill if part.texture == "failed" else theme.tier(part.tier).fill
    for low, high, strength in ((0.0, t, share), (t, end, FUTURE * share)):
        if high <= low:
            continue
        drawn = draw_list(part, axis.left, axis.width, 0.0, end, low, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(color, strength))
        for x0, x1 in zip(drawn.left.tolist(), drawn.right.tolist(), strict=True):
            painter.drawRoundedRect(QRectF(x0, 8, max(1.0, x1 - x0 - 1.5), 8), 2, 2)
        paint_strips(painter, drawn, 8, 8, faded(color, strength), 0.4)


class Overview(QWidget):
    """The strip as a widget."""

    def __init__(self, look: Look, clock: Clock, selection: Selection, axis: TimeAxis, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._clock = clock
        self._selection = selection
        self._axis = axis
        self._story: Story | None = None
        self._drag = ""
        self._grab = 0.0
        look.changed.connect(self._fit)
        self._fit()
        self.setMouseTracking(True)
        self.setAccessibleName("Whole run")
        self.setToolTip("Drag the frame to pan, its edges to zoom; double click to see the whole run")
        for signal in (clock.moved, selection.changed, axis.changed, look.changed):
            signal.connect(self.update)

    def _fit(self) -> None:
        self.setFixedHeight(scaled(HEIGHT))

    def set_story(self, story: Story | None) -> None:
        """Show another run, or none."""
        self._story = story
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the strip at the clock's time."""
        if self._story is None:
            return
        with enlarged(self) as (painter, _):
            paint_overview(painter, self._story, self._axis, self._look.theme, self._selection.user, self._clock.t)

    def _time(self, x: float) -> float:
        return (x - self._axis.left) / self._axis.width * self._axis.end_s

    def _grip(self, x: float) -> str:
        """Return what of the frame lies at a pixel."""
        end = max(self._axis.end_s, 1e-12)
        low, high = (
            self._axis.left + min(1.0, t / end) * self._axis.width for t in (self._axis.start, self._axis.stop)
        )
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
