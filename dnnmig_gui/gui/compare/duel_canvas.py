"""The widget with the two linked timelines: paints the duel, scrubs, pans and zooms."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.charts.enlarged import enlarged, mouse, units
from dnnmig_gui.gui.charts.layers import Layers
from dnnmig_gui.gui.charts.lettering import draw_text
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.compare.duel import Duel
from dnnmig_gui.gui.compare.picture import (
    MARGIN,
    NAMES,
    Cast,
    DuelView,
    paint_duel_ground,
    paint_duel_moment,
    paint_duel_slices,
)
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.fonts import plain_text, scaled, text_scale
from dnnmig_gui.gui.theme.look import Look

ZOOM_STEP = 1.2
PAN_SHARE = 0.12


class DuelCanvas(QWidget):
    """Two staircases, two sets of lanes and the lead between them, on the one clock."""

    def __init__(self, look: Look, clock: Clock) -> None:
        super().__init__()
        self._look = look
        self.clock = clock
        self.axis = TimeAxis(self)
        self._cast: Cast | None = None
        self.hint = ""
        self._view: DuelView | None = None
        self._layers = Layers()
        self._grabbed: QPointF | None = None
        self._scrubbing = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Two plans on one clock"))
        clock.moved.connect(self._follow_time)
        self.axis.changed.connect(self._renew)
        look.changed.connect(self._fit)

    def set_duel(self, duel: Duel | None) -> None:
        """Show another pair, or none."""
        before = 0.0 if self._cast is None else self._cast.duel.end_s
        self._cast = None if duel is None else Cast.of(duel)
        if duel is not None and duel.end_s != before:
            self.axis.set_run(duel.end_s)
        self._fit()

    def set_hint(self, hint: str) -> None:
        """Set what stands here while there is no pair."""
        self.hint = hint
        self.update()

    @property
    def view(self) -> DuelView | None:
        """What is shown."""
        if self._cast is not None and self._view is None:
            self._view = DuelView(self._cast, self.axis, self._look.theme, units(self).height())
        return self._view

    def _renew(self) -> None:
        self._view = None
        self._layers.forget()
        self.update()

    def _follow_time(self, t: float) -> None:
        if self._cast is not None and self.isVisible():
            if self.clock.playing:
                self.axis.reveal(t)
            else:
                self.setAccessibleDescription(self._cast.duel.sentence(t))
            self.update()

    def _fit(self) -> None:
        """Lay the time axis over the width there is, and ask for the height that the lanes need."""
        self.setMinimumHeight(scaled(160 if self._cast is None else self._cast.least_height))
        self.axis.place(NAMES, max(1.0, units(self).width() - NAMES - MARGIN))
        self._renew()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Follow the new size."""
        self._fit()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint both runs at the clock's time."""
        view, theme = self.view, self._look.theme
        if view is not None:
            over = QPainter(self)
            x = round(min(max(0.0, self.axis.x(self.clock.t)), view.right)) * text_scale()
            self._layers.paint(over, self.size(), x, theme.surface, self._draw_layer)
            over.end()
        with enlarged(self) as (painter, area):
            if view is None:
                middle = Qt.AlignmentFlag.AlignHCenter
                draw_text(painter, area, self.hint, theme.text_3, px=13, weight=500, align=middle)
            else:
                paint_duel_moment(painter, view, self.clock.t)

    def _draw_layer(self, painter: QPainter, past: bool) -> None:
        view = self.view
        if view is not None:
            with plain_text() as zoom:
                painter.scale(zoom, zoom)
                paint_duel_ground(painter, view)
                paint_duel_slices(painter, view, past=past)

    def tip_at(self, position: QPointF) -> str:
        """Return the numbers of what lies under the mouse."""
        view = self.view
        found = None if view is None else view.lane_at(position.y())
        if found is None or not self.axis.left <= position.x() <= self.axis.right:
            return ""
        part, lane = found
        for series in reversed(lane.series):
            row = series.at(self.axis.t(position.x()))
            if row is not None:
                return part.texts.tip(row)
        return ""

    def event(self, event: QEvent) -> bool:
        """Show the numbers of what lies under the mouse; keep from the window what fits this picture."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.setAccepted(event.key() == Qt.Key.Key_F and not event.modifiers())
            return event.isAccepted()
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(mouse(event)), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin to scrub, or to pan with the middle button."""
        if self._cast is None:
            return
        if event.button() == Qt.MouseButton.MiddleButton:
            self._grabbed = mouse(event)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton and mouse(event).x() >= NAMES - 8:
            self._scrubbing = True
            self.clock.seek(self.axis.t(mouse(event).x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take playhead or picture along."""
        if self._grabbed is not None:
            self.axis.pan((self._grabbed.x() - mouse(event).x()) * self.axis.seconds_per_px)
            self._grabbed = mouse(event)
        elif self._scrubbing:
            self.clock.seek(self.axis.t(mouse(event).x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        self._grabbed, self._scrubbing = None, False
        self.unsetCursor()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom time at the mouse; with Shift or sideways, pan."""
        delta = event.angleDelta()
        if self._cast is None:
            event.ignore()
        elif abs(delta.x()) > abs(delta.y()) or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.axis.pan(-(delta.x() or delta.y()) / 120 * 0.1 * self.axis.span)
        elif mouse(event).x() < NAMES:
            event.ignore()
        else:
            self.axis.zoom(ZOOM_STEP ** (-delta.y() / 120), self.axis.t(mouse(event).x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Zoom, pan and fit with single keys."""
        axis, key = self.axis, Qt.Key
        actions = {
            key.Key_W: lambda: axis.zoom(1 / ZOOM_STEP, self.clock.t),
            key.Key_S: lambda: axis.zoom(ZOOM_STEP, self.clock.t),
            key.Key_A: lambda: axis.pan(-PAN_SHARE * axis.span),
            key.Key_D: lambda: axis.pan(PAN_SHARE * axis.span),
            key.Key_Left: lambda: axis.pan(-PAN_SHARE * axis.span),
            key.Key_Right: lambda: axis.pan(PAN_SHARE * axis.span),
            key.Key_F: lambda: axis.show(0.0, axis.end_s),
        }
        action = actions.get(Qt.Key(event.key())) if not event.modifiers() else None
        if action is None:
            super().keyPressEvent(event)
        else:
            action()
