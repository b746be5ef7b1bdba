"""The widget that shows the timeline: paints the figure, and turns mouse and wheel into time and selection."""

from __future__ import annotations

from dataclasses import replace

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
from PySide6.QtWidgets import QMenu, QScrollBar, QToolTip, QWidget

from dnnmig_gui.core.reporting.numbers import seconds_text
from dnnmig_gui.core.simulation.trace import NONE, Lane
from dnnmig_gui.core.topology import Tier
from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.charts.enlarged import enlarged, mouse, units
from dnnmig_gui.gui.charts.lanes import PITCH, LaneRow, Placed
from dnnmig_gui.gui.charts.layers import Layers
from dnnmig_gui.gui.charts.lettering import draw_text
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import plain_text, scaled, text_scale
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.timeline.figure import border, paint
from dnnmig_gui.gui.timeline.gestures import Gesture, Mark, Pan, Press, Scrub
from dnnmig_gui.gui.timeline.ground import PIN_LEFT, PIN_PX, paint_ground, paint_pin, paint_slices
from dnnmig_gui.gui.timeline.lane_choice import LaneChoice, LaneName
from dnnmig_gui.gui.timeline.moment import paint_moment
from dnnmig_gui.gui.timeline.picking import lane_at, row_at, select_lane, select_row
from dnnmig_gui.gui.timeline.story import Story
from dnnmig_gui.gui.timeline.view import MARGIN, NAMES, Marked, View, compose

ZOOM_STEP = 1.2
MOST_LEAST_HEIGHT = 210
"""However large the text, no more height than this is asked for: the lanes scroll."""
BARS = 26.0
"""Width of the bars of the tiers at the far left: a click there folds the lanes of the tier."""


class Canvas(QWidget):
    """Ruler, staircase and lanes on one time axis.

    Signals
    -------
    idle_changed()
        Other lanes are shown, or another number of them is idle.
    words_asked(str)
        Show the lanes with these words alone.
    """

    idle_changed = Signal()
    words_asked = Signal(str)

    def __init__(self, look: Look, clock: Clock, selection: Selection, axis: TimeAxis, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.clock = clock
        self._selection = selection
        self._axis = axis
        self._story: Story | None = None
        self.hint = ""
        """What stands here while there is no run."""
        self.choice = LaneChoice()
        """Which lanes are shown."""
        self._cursor: Lane | None = None
        self._hovered: Lane | None = None
        self._view: View | None = None
        self._layers = Layers()
        self._only_time_moves = False
        self._gesture: Gesture | None = None
        self._space_held = False
        self._space_used = False
        self._scroll = QScrollBar(Qt.Orientation.Vertical, self)
        self._scroll.hide()
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
        self._fit()

    def set_story(self, story: Story | None) -> None:
        """Show another run, or none."""
        self._story = story
        self._cursor = None
        self._scroll.setValue(0)
        self._renew()
        self.idle_changed.emit()

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
        return Marked(chosen.user, chosen.server, chosen.partition, self.clock.marked, lane)

    def choose(self, choice: LaneChoice) -> None:
        """Show other lanes."""
        if choice != self.choice:
            before, self.choice = self.choice, choice
            if (choice.words, choice.pinned) != (before.words, before.pinned):
                self._scroll.setValue(0)
            self._renew()
            self.idle_changed.emit()

    def filter(self, words: str) -> None:
        """Show the lanes in whose name, tier, user or model each word begins one."""
        self.choose(replace(self.choice, words=words))

    def set_reveal_idle(self, shown: bool) -> None:
        """Show or hide lanes on which nothing happens."""
        self.choose(replace(self.choice, reveal_idle=shown))

    def fold(self, tier: Tier) -> None:
        """Show the lanes of a tier as one, or again each for itself."""
        self.choose(self.choice.folded_or_not(tier))

    def fold_all(self) -> None:
        """Fold every tier, or unfold them all if they are."""
        self.choose(self.choice.all_folded_or_none())

    def pin(self, row: LaneRow) -> None:
        """Keep a lane at the top, or let it go back to its place; a folded tier stays where it is."""
        if self._story is not None and row in self._story.rows:
            self.choose(self.choice.pinned_or_not(LaneName.of(row.lane, self._story.run.trace)))

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
                choice=self.choice,
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
        self._axis.place(NAMES, max(1.0, units(self).width() - NAMES - MARGIN))
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
            if view is None:
                painter.fillRect(area, theme.surface)
                middle = Qt.AlignmentFlag.AlignHCenter
                draw_text(painter, area, self.hint, theme.text_3, px=13, weight=500, align=middle)
            elif self._only_time_moves:
                paint_moment(painter, view, self.clock.t)
                paint_pin(painter, view, self._hovered)
            else:
                painter.fillRect(area, theme.surface)
                paint(painter, view, self.clock.t)

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
        row = self.row_at(position)
        return "" if row is None or self._story is None else self._story.texts.tip(row)

    def event(self, event: QEvent) -> bool:
        """Show the numbers of what lies under the mouse; keep from the window what steers a gesture."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            cancels = event.key() == Qt.Key.Key_Escape and self._gesture is not None
            event.setAccepted(event.key() == Qt.Key.Key_Space or cancels)
            return event.isAccepted()
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = mouse(event)
            on_bar = self.view is not None and at.x() < PIN_LEFT + PIN_PX and lane_at(self.view, at) is not None
            if on_bar:
                says = tr("Click to fold or unfold the lanes of this tier (G: all)")
                if self._on_pin(at):
                    says = tr("Click to pin this lane to the top, or to unpin it (P)")
                QToolTip.showText(event.globalPos(), says, self)
                return True
            QToolTip.showText(event.globalPos(), self.tip_at(at), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin to scrub, to mark a part of the run (with Shift), to pan, or to click."""
        view, position = self.view, mouse(event)
        if view is None:
            return
        in_chart = position.y() < view.lanes_top - 8 and position.x() >= NAMES - 8
        if event.button() == Qt.MouseButton.MiddleButton or self._space_held:
            self._gesture = Pan(self._axis, self._scroll, position)
            self._space_used = self._space_held
        elif event.button() != Qt.MouseButton.LeftButton:
            self._gesture = None
        elif in_chart:
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._gesture = Mark(self.clock, self._axis, position, view.story.moments.near_edge)
            else:
                self._gesture = Scrub(self.clock, self._axis, position)
        else:
            self._gesture = Press(Pan(self._axis, self._scroll, position), position, self._click)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go on with the gesture; without one, show by the cursor what can be clicked."""
        if self._gesture is not None:
            self._gesture.move(mouse(event))
            if self._gesture.moves_picture:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self.view is not None:
            named = mouse(event).x() < NAMES and lane_at(self.view, mouse(event)) is not None
            pointing = named or self.row_at(mouse(event)) is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if pointing else Qt.CursorShape.ArrowCursor)
            self._hover(lane_at(self.view, mouse(event)) if named else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End the gesture; a click selects."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.end(mouse(event))
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Zoom to the slice."""
        row = self.row_at(mouse(event))
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self.zoom_to(row)
        else:
            self.mousePressEvent(event)

    def zoom_to(self, row: int) -> None:
        """Show a slice with a little room on both sides."""
        if self._story is not None:
            trace = self._story.run.trace
            start, end = float(trace.start[row]), float(trace.end[row])
            room = max(0.15 * (end - start), 1e-5)
            self._axis.show(start - room, end + room)

    def _click(self, position: QPointF) -> None:
        if self.view is None:
            return
        run, placed, row = self.view.story.run, lane_at(self.view, position), self.row_at(position)
        if placed is not None and self._on_pin(position):
            self.pin(placed.row)
        elif placed is not None and position.x() < BARS:
            self.fold(placed.row.tier)
        elif placed is not None and position.x() < NAMES:
            select_lane(self._selection, run, placed)
        elif row is not None:
            select_row(self._selection, run, row)
        else:
            self._selection.select()

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
            self.pin(placed.row)

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

    @staticmethod
    def _on_pin(position: QPointF) -> bool:
        return PIN_LEFT - 1 <= position.x() <= PIN_LEFT + PIN_PX + 1

    def _hover(self, placed: Placed | None) -> None:
        """Offer a pin on the lane whose name is under the mouse."""
        lane = None if placed is None else placed.row.lane
        if lane != self._hovered:
            self._hovered = lane
            self._only_time_moves = True
            self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Offer nothing any more."""
        self._hover(None)
        super().leaveEvent(event)

    def lane_menu(self, placed: Placed) -> QMenu:
        """Return what can be done with a lane."""
        menu = QMenu(self)
        row = placed.row
        if self._story is not None and row in self._story.rows:
            text = tr("Unpin") if placed.pinned else tr("Pin to the top")
            menu.addAction(text).triggered.connect(lambda: self.pin(row))
            lane, trace = row.lane, self._story.run.trace
            only = trace.user_ids[lane.user] if lane.user != NONE else row.tier
            show = menu.addAction(tr("Show lanes of {name} only").format(name=only))
            show.triggered.connect(lambda: self.words_asked.emit(only))
        fold = tr("Unfold this tier") if row.tier in self.choice.folded else tr("Fold this tier")
        menu.addAction(fold).triggered.connect(lambda: self.fold(row.tier))
        if self.choice.words:
            menu.addAction(tr("Show all lanes")).triggered.connect(lambda: self.words_asked.emit(""))
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Show what can be done with the lane under the mouse."""
        placed = None if self.view is None else lane_at(self.view, mouse(event))
        if placed is not None:
            menu = self.lane_menu(placed)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom time at the mouse; over the names, or with Shift, scroll the lanes; sideways, pan."""
        if self.view is None:
            return
        delta = event.angleDelta()
        steps = delta.y() / 120
        if abs(delta.x()) > abs(delta.y()):
            self._axis.pan(-delta.x() / 120 * 0.1 * self._axis.span)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or mouse(event).x() < NAMES:
            self._scroll.setValue(round(self._scroll.value() - steps * 48))
        else:
            self._axis.zoom(ZOOM_STEP**-steps, self._axis.t(mouse(event).x()))
        event.accept()

    def pointer_time(self) -> float:
        """Return the time under the mouse, or the playhead's if the mouse is elsewhere."""
        x = self.mapFromGlobal(self.cursor().pos()).x() / text_scale()
        inside = self.underMouse() and self._axis.left <= x <= self._axis.right
        return self._axis.t(x) if inside else self.clock.t

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Hold Space to pan with the mouse; a short press of it plays or pauses. Esc cancels the gesture."""
        if event.key() == Qt.Key.Key_Escape and self._gesture is not None:
            self._gesture.cancel()
            self._gesture = None
            self.unsetCursor()
            return
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space_held, self._space_used = True, False
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Play or pause, unless Space was held to pan."""
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                if self._space_held and not self._space_used:
                    self.clock.toggle()
                self._space_held = False
            return
        super().keyReleaseEvent(event)
