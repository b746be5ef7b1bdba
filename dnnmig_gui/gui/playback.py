"""What menus and keys do with the clock, wherever the focus is."""

from __future__ import annotations

from dnnmig_gui.gui.charts.speeds import stepped
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.timeline.panel import TimelinePanel


class Playback:
    """Plays, steps from event to event, changes the speed; the timeline keeps the moment in view."""

    def __init__(self, clock: Clock, timeline: TimelinePanel) -> None:
        self._clock = clock
        self._timeline = timeline

    def toggle(self) -> None:
        """Play or pause."""
        self._clock.toggle()

    def to_start(self) -> None:
        """Go to the start of the run."""
        self._go(0.0)

    def to_end(self) -> None:
        """Go to its end."""
        self._go(self._clock.end_s)

    def next_event(self) -> None:
        """Go to the next begin of an upload or a query, or CR."""
        self._step(1, confirms=False)

    def previous_event(self) -> None:
        """Go to the one before."""
        self._step(-1, confirms=False)

    def next_confirmation(self) -> None:
        """Go to the next CR."""
        self._step(1, confirms=True)

    def previous_confirmation(self) -> None:
        """Go to the CR before."""
        self._step(-1, confirms=True)

    def slower(self) -> None:
        """Take the next lower speed."""
        self._clock.set_speed(stepped(self._clock.speed, self._clock.end_s, -1))

    def faster(self) -> None:
        """Take the next higher speed."""
        self._clock.set_speed(stepped(self._clock.speed, self._clock.end_s, 1))

    def toggle_loop(self) -> None:
        """Loop, or stop at the end."""
        self._timeline.transport.set_loop(not self._clock.loops)

    def mark(self) -> None:
        """Mark the run from one playhead to the next; once it is marked, unmark it."""
        self._timeline.mark()

    def fold(self) -> None:
        """Show the lanes of each tier as one, or again each for itself."""
        self._timeline.canvas.lanes.fold_all()

    def fit(self) -> None:
        """Show the selected upload in full, or the whole run."""
        self._timeline.fit()

    def _step(self, way: int, *, confirms: bool) -> None:
        self._timeline.transport.step(way, confirms=confirms)
        self._timeline.axis.reveal(self._clock.t)

    def _go(self, t: float) -> None:
        self._clock.seek(t)
        self._timeline.axis.reveal(self._clock.t)
