"""What a pressed mouse button does until it is let go: a class a gesture; each can be cancelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QScrollBar

from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.clock import Clock

SNAP_PX = 6.0
"""Edges of slices draw a mark this far."""
CLICK_PX = 4.0
"""A press that moves no farther than this is a click."""


class Gesture(Protocol):
    """From press to release."""

    moves_picture: bool
    """Whether the picture goes with the mouse."""

    def move(self, position: QPointF) -> None:
        """Follow the mouse."""

    def end(self, position: QPointF) -> None:
        """Keep what was done."""

    def cancel(self) -> None:
        """Put back what was before."""


class Scrub:
    """Takes the playhead along."""

    moves_picture = False

    def __init__(self, clock: Clock, axis: TimeAxis, position: QPointF) -> None:
        self._clock, self._axis, self._before = clock, axis, clock.t
        self.move(position)

    def move(self, position: QPointF) -> None:
        """Set the time to that of the mouse."""
        self._clock.seek(self._axis.t(position.x()))

    def end(self, position: QPointF) -> None:
        """Leave the time as it is."""

    def cancel(self) -> None:
        """Go back to the time before."""
        self._clock.seek(self._before)


class Mark:
    """Marks the part of the run from the press to the mouse, from edge to edge of slices; a click unmarks."""

    moves_picture = False

    def __init__(self, clock: Clock, axis: TimeAxis, position: QPointF, snap: Callable[[float, float], float]) -> None:
        self._clock, self._axis, self._from, self._before = clock, axis, position, clock.marked
        self._snap = snap

    def move(self, position: QPointF) -> None:
        """Mark up to the mouse, or up to the edge of a slice that is near."""
        reach_s = SNAP_PX * self._axis.seconds_per_px
        ends = (self._snap(self._axis.t(place.x()), reach_s) for place in (self._from, position))
        self._clock.mark(*ends)

    def end(self, position: QPointF) -> None:
        """Keep the mark if it is one."""
        if abs(position.x() - self._from.x()) < CLICK_PX:
            self._clock.unmark()

    def cancel(self) -> None:
        """Bring back the mark before."""
        self._clock.unmark()
        if self._before is not None:
            self._clock.mark(*self._before)


class Pan:
    """Moves the picture with the mouse: time sideways, lanes up and down."""

    moves_picture = True

    def __init__(self, axis: TimeAxis, scroll: QScrollBar, position: QPointF) -> None:
        self._axis, self._scroll, self._last = axis, scroll, position
        self._before = (axis.start, axis.stop, scroll.value())

    def move(self, position: QPointF) -> None:
        """Move as far as the mouse did."""
        way = position - self._last
        self._last = position
        self._axis.pan(-way.x() * self._axis.seconds_per_px)
        self._scroll.setValue(round(self._scroll.value() - way.y()))

    def end(self, position: QPointF) -> None:
        """Leave the picture where it is."""

    def cancel(self) -> None:
        """Show what was shown before."""
        start, stop, value = self._before
        self._axis.show(start, stop)
        self._scroll.setValue(value)


class Press:
    """A click, until it moves: then it pans."""

    def __init__(self, pan: Pan, position: QPointF, click: Callable[[QPointF], None]) -> None:
        self._pan, self._from, self._click = pan, position, click
        self.moves_picture = False

    def move(self, position: QPointF) -> None:
        """Begin to pan once it is no click any more."""
        self.moves_picture = self.moves_picture or (position - self._from).manhattanLength() > CLICK_PX
        if self.moves_picture:
            self._pan.move(position)

    def end(self, position: QPointF) -> None:
        """Click, if the mouse stayed."""
        if not self.moves_picture:
            self._click(position)

    def cancel(self) -> None:
        """Neither click nor pan."""
        self._pan.cancel()
