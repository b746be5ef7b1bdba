"""The widget that shows the timeline: paints the figure, and turns mouse and wheel into time and selection."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QScrollBar, QWidget

from dnnmig_gui.core.reporting.numbers import seconds_text
from dnnmig_gui.core.simulation.trace import Lane
from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.charts.enlarged import enlarged, mouse, units
from dnnmig_gui.gui.charts.lanes import PITCH, Placed
from dnnmig_gui.gui.charts.layers import Layers
from dnnmig_gui.gui.charts.lettering import draw_text
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import plain_text, scaled, text_scale
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.timeline.figure import border, paint
from dnnmig_gui.gui.timeline.ground import paint_ground, paint_pin, paint_slices
from dnnmig_gui.gui.timeline.lane_menu import fill_lane_menu
from dnnmig_gui.gui.timeline.moment import paint_moment
from dnnmig_gui.gui.timeline.names_column import names_width
from dnnmig_gui.gui.timeline.picking import lane_at, row_at, select_lane, select_row
from dnnmig_gui.gui.timeline.pointer import Pointer
from dnnmig_gui.gui.timeline.shown_lanes import ShownLanes
from dnnmig_gui.gui.timeline.story import Story
from dnnmig_gui.gui.timeline.view import MARGIN, Marked, View, compose

MOST_LEAST_HEIGHT = 210
"""However large the text, no more height than this is asked for: the lanes scroll."""


class Canvas(QWidget):
    """Ruler, staircase and lanes on one time axis.

    Signals
    -------
    idle_changed()
        Other lanes are shown, or another number of them is idle.
    """

    idle_changed = Signal()

    def __init__(self, look: Look, clock: Clock, selection: Selection, axis: TimeAxis, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.clock = clock
        self._selection = selection
        self._axis = axis
        self._story: Story | None = None
        self.hint = ""
        """What stands here while there is no run."""
        self.lanes = ShownLanes(self)
        """Which lanes are shown."""
        self._measured: Lane | None = None
        self._cursor: Lane | None = None
        self._hovered: Lane | None = None
        self._view: View | None = None
        self._layers = Layers()
        self._only_time_moves = False
        self._scroll = QScrollBar(Qt.Orientation.Vertical, self)
        self._scroll.hide()
        self._pointer = Pointer(self, self, axis, clock, self._scroll)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Timeline"))
        clock.moved.connect(self._follow_time)
        selection.changed.connect(self._renew)
        axis.changed.connect(self._renew)
        clock.marked_changed.connect(self._renew)
        look.changed.connect(self._fit)
        self._scroll.valueChanged.connect(self._renew)
        self.lanes.changed.connect(self._show_lanes)
        self._fit()

    def set_story(self, story: Story | None) -> None:
        """Show another run, or none."""
        self._story = story
        self._cursor = self._hovered = self._measured = None
        self.lanes.set_story(story)
        self._fit()

    def set_hint(self, hint: str) -> None:
        """Set what stands here while there is no run."""
        if hint != self.hint:
            self.hint = hint
            self.update()

    @property
    def marked(self) -> Marked:
        """What is marked in the picture."""
        chosen = self._selection
        lane = self._cursor if self.hasFocus() else None
        return Marked(chosen.user, chosen.server, chosen.partition, self.clock.marked, lane, self._measured)

    def _show_lanes(self, reordered: bool) -> None:
        if reordered:
            self._scroll.setValue(0)
        self._renew()
        self.idle_changed.emit()

    @property
    def at_cursor(self) -> Placed | None:
        """The lane that the keys have come to."""
        placed = self.view.lanes.placed if self.view is not None else ()
        return next((each for each in placed if each.row.lane == self._cursor), None)

    def step_lane(self, way: int) -> None:
        """Go to the lane below (1) or above (-1)."""
        view = self.view
        if view is None or not view.lanes.placed:
            return
        lanes = [placed.row.lane for placed in view.lanes.placed]
        place = lanes.index(self._cursor) + way if self._cursor in lanes else 0 if way > 0 else len(lanes) - 1
        place = min(max(0, place), len(lanes) - 1)
        self._cursor = lanes[place]
        top, room = view.lanes.placed[place].top, view.floor - view.lanes_top
        self._scroll.setValue(round(min(max(self._scroll.value(), top + PITCH - room), top)))
        self._renew()

    @property
    def view(self) -> View | None:
        """What is shown; None without a run."""
        if self._story is None:
            return None
        if self._view is None:
            self._view = compose(
                self._story,
                self._axis,
                self._look.theme,
                self.marked,
                units(self).height(),
                choice=self.lanes.choice,
                scroll=self._scroll.value(),
            )
        return self._view

    def _renew(self) -> None:
        self._view = None
        self._layers.forget()
        self._only_time_moves = False
        self._place_scroll_bar()
        self.update()

    def _place_scroll_bar(self) -> None:
        view = self.view
        hidden = 0.0
        if view is not None:
            room = units(self).height() - view.lanes_top
            hidden = max(0.0, view.lanes.height - room)
            top = scaled(view.lanes_top)
            self._scroll.setGeometry(self.width() - 9, top, 8, max(0, self.height() - top))
            self._scroll.setPageStep(max(1, int(room)))
            self._scroll.setSingleStep(24)
        self._scroll.setRange(0, round(hidden + 0.49))
        self._scroll.setVisible(hidden > 0)

    def _follow_time(self, t: float) -> None:
        if self.clock.playing:
            self._axis.reveal(t)
            self.setAccessibleDescription(tr("Playing"))
        else:
            self.setAccessibleDescription(self.words())
        self._only_time_moves = True
        self.update()

    def _fit(self) -> None:
        """Lay the time axis over the width there is."""
        self.setMinimumSize(420, min(scaled(124), MOST_LEAST_HEIGHT))
        whole = units(self).width()
        left = names_width(() if self._story is None else self._story.rows, whole)
        self._axis.place(left, max(1.0, whole - left - MARGIN))
        self._renew()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Follow the new size."""
        self._fit()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the picture at the clock's time."""
        view, theme = self.view, self._look.theme
        if view is not None and self._only_time_moves:
            # While the view changes with every wheel step or drag, painting it once is cheaper than twice into layers.
            over = QPainter(self)
            x = border(view, self.clock.t) * text_scale()
            self._layers.paint(over, self.size(), x, theme.surface, self._draw_layer)
            over.end()
        with enlarged(self) as (painter, area):
            # Beyond the edges, or at a scale of 1.5 the half of a pixel there would stay as it was before.
            ground = area.adjusted(0, 0, 1, 1)
            if view is None:
                painter.fillRect(ground, theme.surface)
                middle = Qt.AlignmentFlag.AlignHCenter
                draw_text(painter, area, self.hint, theme.text_3, px=13, weight=500, align=middle)
            elif self._only_time_moves:
                paint_moment(painter, view, self.clock.t)
            else:
                painter.fillRect(ground, theme.surface)
                paint(painter, view, self.clock.t)
            if view is not None:
                paint_pin(painter, view, self._hovered)

    def _draw_layer(self, painter: QPainter, past: bool) -> None:
        view = self.view
        if view is not None:
            with plain_text() as zoom:
                painter.scale(zoom, zoom)
                paint_ground(painter, view)
                paint_slices(painter, view, (view.axis.start, view.axis.stop), past=past)

    def words(self) -> str:
        """Return in words what the picture tells at the clock's time."""
        view, t = self.view, self.clock.t
        if view is None:
            return self.hint
        values = [(line.title, line.value(t)) for line in reversed(view.stairs)]
        said = [f"{title} {seconds_text(value)}" for title, value in values if value is not None]
        return tr("{time} of {end}. Query delay: {delays}.").format(
            time=seconds_text(t), end=seconds_text(self.clock.end_s), delays=", ".join(said) or "none"
        )

    def row_at(self, position: QPointF) -> int | None:
        """Return the row of the trace under the mouse."""
        return None if self.view is None else row_at(self.view, position)

    def tip_at(self, position: QPointF) -> str:
        """Return the numbers of what lies under the mouse; nothing for nothing."""
        return self._pointer.tip(position)

    def event(self, event: QEvent) -> bool:
        """Show the numbers of what lies under the mouse; keep from the window what steers a gesture."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            cancels = event.key() == Qt.Key.Key_Escape and self._pointer.is_busy
            event.setAccepted(event.key() == Qt.Key.Key_Space or cancels)
            return event.isAccepted()
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._pointer.show_tip(event)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin a gesture."""
        self._pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go on with the gesture."""
        self._pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End the gesture."""
        self._pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Zoom to the slice."""
        self._pointer.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom, scroll or pan."""
        self._pointer.wheel(event)

    def zoom_to(self, row: int) -> None:
        """Show a slice with a little room on both sides."""
        if self._story is not None:
            trace = self._story.run.trace
            start, end = float(trace.start[row]), float(trace.end[row])
            room = max(0.15 * (end - start), 1e-5)
            self._axis.show(start - room, end + room)

    def pin(self, placed: Placed) -> None:
        """Keep a lane at the top, or let it go back to its place."""
        self.lanes.pin(placed.row)

    def fold(self, placed: Placed) -> None:
        """Show the lanes of a lane's tier as one, or again each for itself."""
        self.lanes.fold(placed.row.tier)

    def select(self, placed: Placed | None, row: int | None) -> None:
        """Select what a row of the trace tells of, else what a lane belongs to, else nothing."""
        if self._story is not None and placed is not None:
            select_lane(self._selection, self._story.run, placed)
        elif self._story is not None and row is not None:
            select_row(self._selection, self._story.run, row)
        else:
            self._selection.select()

    def measure(self, placed: Placed | None) -> None:
        """Measure a lane in the marked part of the run; the followed user's queries if None."""
        self._measured = None if placed is None else placed.row.lane
        self._renew()

    def select_at_cursor(self) -> None:
        """Select the server of the lane that the keys have come to, and follow its user."""
        placed = self.at_cursor
        if placed is not None and self._story is not None:
            select_lane(self._selection, self._story.run, placed)

    def pin_at_cursor(self) -> None:
        """Pin the lane that the keys have come to, or the one whose name is under the mouse."""
        lanes = self.view.lanes.placed if self.view is not None else ()
        hovered = next((each for each in lanes if each.row.lane == self._hovered), None)
        placed = hovered or self.at_cursor
        if placed is not None:
            self.pin(placed)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show where the keys are."""
        if self._cursor is not None:
            self._renew()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show no longer where the keys are."""
        if self._cursor is not None:
            self._renew()
        super().focusOutEvent(event)

    def hover(self, placed: Placed | None) -> None:
        """Offer a pin on the lane whose name is under the mouse."""
        lane = None if placed is None else placed.row.lane
        if lane != self._hovered:
            self._hovered = lane
            self._only_time_moves = True
            self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Offer nothing any more."""
        self.hover(None)
        super().leaveEvent(event)

    def lane_menu(self, placed: Placed) -> QMenu:
        """Return what can be done with a lane."""
        menu = QMenu(self)
        if self._story is not None:
            fill_lane_menu(menu, self._story, placed, self.lanes)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Show what can be done with the lane under the mouse."""
        placed = None if self.view is None else lane_at(self.view, mouse(event))
        if placed is not None:
            menu = self.lane_menu(placed)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(event.globalPos())

    def pointer_time(self) -> float:
        """Return the time under the mouse, or the playhead's if the mouse is elsewhere."""
        x = self.mapFromGlobal(self.cursor().pos()).x() / text_scale()
        inside = self.underMouse() and self._axis.left <= x <= self._axis.right
        return self._axis.t(x) if inside else self.clock.t

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Hold Space to pan with the mouse; a short press of it plays or pauses. Esc cancels the gesture."""
        if event.key() == Qt.Key.Key_Escape and self._pointer.is_busy:
            self._pointer.cancel()
        elif event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self._pointer.hold_space()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Play or pause, unless Space was held to pan."""
        if event.key() != Qt.Key.Key_Space:
            super().keyReleaseEvent(event)
        elif not event.isAutoRepeat():
            self._pointer.let_go_of_space(self.clock.toggle)
