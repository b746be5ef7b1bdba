"""What the mouse does on the timeline: begins gestures, clicks, zooms, tells what lies under it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QScrollBar, QToolTip, QWidget

from dnnmig_gui.core.reporting.numbers import seconds_text
from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.charts.enlarged import mouse
from dnnmig_gui.gui.charts.lanes import Placed
from dnnmig_gui.gui.charts.texts import clock_text
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.timeline.gestures import Gesture, Mark, Pan, Press, Scrub
from dnnmig_gui.gui.timeline.measure import measured_lane
from dnnmig_gui.gui.timeline.names_column import BARS, PIN_LEFT, PIN_PX
from dnnmig_gui.gui.timeline.outage_bands import outage_at, outage_tip
from dnnmig_gui.gui.timeline.picking import lane_at, row_at
from dnnmig_gui.gui.timeline.view import View

ZOOM_STEP = 1.2


class Pointed(Protocol):
    """What the mouse acts on."""

    @property
    def view(self) -> View | None:
        """What is shown."""

    def pin(self, placed: Placed) -> None:
        """Pin or unpin a lane."""

    def fold(self, placed: Placed) -> None:
        """Fold or unfold the tier of a lane."""

    def select(self, placed: Placed | None, row: int | None) -> None:
        """Select what a row of the trace tells of, else what a lane belongs to, else nothing."""

    def zoom_to(self, row: int) -> None:
        """Show a slice in full."""

    def measure(self, placed: Placed | None) -> None:
        """Measure a lane in the marked part of the run; the followed user's queries if None."""

    def hover(self, placed: Placed | None) -> None:
        """The mouse is over the name of a lane, or over none."""


class Pointer:
    """The mouse on a timeline.

    Parameters
    ----------
    widget
        Gets the cursor and the tool tips.
    acts
        What clicks and gestures act on.
    axis, clock, scroll
        The part of time in view, the playhead and the mark, the lanes in view.
    """

    def __init__(self, widget: QWidget, acts: Pointed, axis: TimeAxis, clock: Clock, scroll: QScrollBar) -> None:
        self._widget, self._acts = widget, acts
        self._axis, self._clock, self._scroll = axis, clock, scroll
        self._gesture: Gesture | None = None
        self._space_held = False
        self._space_used = False

    @property
    def is_busy(self) -> bool:
        """Whether a gesture is under way."""
        return self._gesture is not None

    def press(self, event: QMouseEvent) -> None:
        """Begin to scrub, to mark a part of the run (with Shift), to pan, or to click."""
        view, position = self._acts.view, mouse(event)
        if view is None:
            return
        in_chart = position.y() < view.lanes_top - 8 and position.x() >= self._axis.left - 8
        marks = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier) and position.x() >= self._axis.left - 8
        if event.button() == Qt.MouseButton.MiddleButton or self._space_held:
            self._gesture = Pan(self._axis, self._scroll, position)
            self._space_used = self._space_held
        elif event.button() != Qt.MouseButton.LeftButton:
            self._gesture = None
        elif marks:
            self._acts.measure(lane_at(view, position))
            self._gesture = Mark(self._clock, self._axis, position, view.story.moments.near_edge)
        elif in_chart:
            self._gesture = Scrub(self._clock, self._axis, position)
        else:
            self._gesture = Press(Pan(self._axis, self._scroll, position), position, self._click)

    def move(self, event: QMouseEvent) -> None:
        """Go on with the gesture; without one, show by the cursor what can be clicked."""
        view, position = self._acts.view, mouse(event)
        if self._gesture is not None:
            self._gesture.move(position)
            if self._gesture.moves_picture:
                self._widget.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif view is not None:
            placed = lane_at(view, position) if position.x() < self._axis.left else None
            pointing = placed is not None or row_at(view, position) is not None
            self._widget.setCursor(Qt.CursorShape.PointingHandCursor if pointing else Qt.CursorShape.ArrowCursor)
            self._acts.hover(placed)

    def release(self, event: QMouseEvent) -> None:
        """End the gesture; a click selects."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.end(mouse(event))
        self._widget.unsetCursor()

    def double_click(self, event: QMouseEvent) -> None:
        """Zoom to the slice."""
        view = self._acts.view
        row = None if view is None else row_at(view, mouse(event))
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self._acts.zoom_to(row)
        else:
            self.press(event)

    def cancel(self) -> None:
        """Put back what was before the gesture."""
        if self._gesture is not None:
            self._gesture.cancel()
            self._gesture = None
            self._widget.unsetCursor()

    def hold_space(self) -> None:
        """Pan from now on with any button."""
        self._space_held, self._space_used = True, False

    def let_go_of_space(self, otherwise: Callable[[], None]) -> None:
        """Pan no longer; do something else if Space was not used to pan."""
        if self._space_held and not self._space_used:
            otherwise()
        self._space_held = False

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom time at the mouse; over the names, or with Shift, scroll the lanes; sideways, pan."""
        if self._acts.view is None:
            return
        delta = event.angleDelta()
        steps = delta.y() / 120
        if abs(delta.x()) > abs(delta.y()):
            self._axis.pan(-delta.x() / 120 * 0.1 * self._axis.span)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or mouse(event).x() < self._axis.left:
            self._scroll.setValue(round(self._scroll.value() - steps * 48))
        else:
            self._axis.zoom(ZOOM_STEP**-steps, self._axis.t(mouse(event).x()))
        event.accept()

    def show_tip(self, event: QHelpEvent) -> None:
        """Show the tool tip of what lies under the mouse."""
        QToolTip.showText(event.globalPos(), self.tip(mouse(event)), self._widget)

    def tip(self, position: QPointF) -> str:
        """Return what can be done here, or the numbers of what lies here; nothing for nothing."""
        view = self._acts.view
        if view is None:
            return ""
        placed, t = lane_at(view, position), self._axis.t(position.x())
        if placed is not None and position.x() < self._axis.left:
            if _on_pin(position):
                return tr("Click to pin this lane to the top, or to unpin it (P)")
            if position.x() < BARS:
                return tr("Click to fold or unfold the lanes of this tier (G: all)")
            return placed.row.name
        if not self._axis.left <= position.x() <= self._axis.right:
            return ""
        row = row_at(view, position)
        outage = outage_at(view.outages, t) if placed is None or placed.row.lane.role != "server" else None
        parts = [
            view.story.texts.tip(row) if row is not None else "",
            _values(view, t) if view.chart.top() <= position.y() <= view.chart.bottom() else "",
            outage_tip(outage) if outage is not None and position.y() >= view.chart.top() else "",
        ]
        span = view.marked.span
        if placed is not None and span is not None and span[0] <= t <= span[1]:
            parts.append(f"{placed.row.name}: {measured_lane(placed.row, span)}")
        return "\n\n".join(part for part in parts if part)

    def _click(self, position: QPointF) -> None:
        view = self._acts.view
        if view is None:
            return
        placed = lane_at(view, position)
        if placed is not None and _on_pin(position):
            self._acts.pin(placed)
        elif placed is not None and position.x() < BARS:
            self._acts.fold(placed)
        else:
            self._acts.select(placed if position.x() < self._axis.left else None, row_at(view, position))


def _values(view: View, t: float) -> str:
    """Return the query delay of each method at a time, the slowest first."""
    lines = [(value, line.title) for line in reversed(view.stairs) if (value := line.value(t)) is not None]
    lines.sort(key=lambda pair: -pair[0])
    return "\n".join([clock_text(t, view.axis.span), *(f"{title}  {seconds_text(value)}" for value, title in lines)])


def _on_pin(position: QPointF) -> bool:
    return PIN_LEFT - 1 <= position.x() <= PIN_LEFT + PIN_PX + 1
