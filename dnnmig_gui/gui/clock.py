"""The one clock: a time t of the run. Playing and scrubbing take the same path, so pausing is exact."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

FRAME_MS = 16
COARSE_FRAME_MS = 100
"""With reduced motion, packets step ten times a second."""


class Clock(QObject):
    """Simulation time; every view is a function of it.

    Signals
    -------
    moved(float)
        The time changed, by playing or by scrubbing.
    playing_changed(bool), speed_changed(float), end_changed(float)
        As named; `end_changed` also when a new run begins.
    marked_changed()
        Another part of the run is marked, or none.
    """

    moved = Signal(float)
    playing_changed = Signal(bool)
    speed_changed = Signal(float)
    end_changed = Signal(float)
    marked_changed = Signal()

    SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0, 25.0, 100.0, 1000.0)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.t = 0.0
        self.end_s = 0.0
        self.speed = 1.0
        self.loops = False
        self.marked: tuple[float, float] | None = None
        """The part of the run that looping stays in."""
        self._expected = False
        self._wanted = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._tick)
        self._since = QElapsedTimer()

    @property
    def playing(self) -> bool:
        """Whether time runs."""
        return self._timer.isActive()

    def set_end(self, end_s: float) -> None:
        """Begin a new run of `end_s` seconds, at its start."""
        self.pause()
        self.end_s = max(0.0, end_s)
        self.unmark()
        self.end_changed.emit(self.end_s)
        self.seek(0.0)
        if self._wanted and self.end_s > 0:
            self._wanted = False
            self.play()

    def expect_run(self, on: bool) -> None:
        """Take it that a first run is on its way: who asks to play meanwhile is served as soon as it is there."""
        self._expected = on
        if on:
            self._wanted = False

    def stretch(self, end_s: float) -> None:
        """Let the run end at another time; the time stays, if the run still reaches it."""
        self.end_s = max(0.0, end_s)
        if self.marked is not None and self.marked[1] > self.end_s:
            self.unmark()
        self.end_changed.emit(self.end_s)
        self.seek(self.t)

    def seek(self, t: float) -> None:
        """Set the time, held inside the run."""
        self.t = min(max(0.0, t), self.end_s)
        self.moved.emit(self.t)

    def mark(self, one: float, other: float) -> None:
        """Mark the part of the run between two times, in either order; of no length, it is no mark."""
        low, high = (min(max(0.0, t), self.end_s) for t in sorted((one, other)))
        self.marked = (low, high) if high > low else None
        self.marked_changed.emit()

    def unmark(self) -> None:
        """Mark nothing."""
        if self.marked is not None:
            self.marked = None
            self.marked_changed.emit()

    def play(self) -> None:
        """Let time run; from the start again if it stands at the end."""
        if self.playing or self.end_s <= 0:
            return
        if self.t >= self.end_s:
            self.seek(0.0)
        self._since.start()
        self._timer.start()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        """Stop time where it is."""
        if self.playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def toggle(self) -> None:
        """Play or pause."""
        if self.playing:
            self.pause()
        elif self.end_s <= 0 and self._expected:
            self._wanted = not self._wanted
        else:
            self.play()

    def set_speed(self, speed: float) -> None:
        """Set how many seconds of the run pass in one of ours."""
        self.speed = speed
        self.speed_changed.emit(speed)

    def step_coarsely(self, on: bool) -> None:
        """Move in steps of a tenth of a second, or at every frame."""
        self._timer.setInterval(COARSE_FRAME_MS if on else FRAME_MS)

    def advance(self, elapsed_s: float) -> None:
        """Move by `elapsed_s` of our time; at the end stop, or begin again when looping (the marked part, if any)."""
        t = self.t + elapsed_s * self.speed
        low, high = self.marked or (0.0, self.end_s)
        # From behind the marked part, time runs to the end before it comes back.
        border = high if self.t < high else self.end_s
        if self.loops and t >= border > low:
            self.seek(low + (t - border) % (high - low))
        elif t >= self.end_s:
            self.seek(self.end_s)
            self.pause()
        else:
            self.seek(t)

    def _tick(self) -> None:
        self.advance(self._since.restart() / 1e3)
