"""Background work: progress, cancel, result and error, all told on the GUI's thread.

Threads leave their progress where a timer of the GUI's thread finds it. When one ends it rings, so that its result is
taken at once and not at the timer's next round.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from dnnmig_gui.core.errors import CancelledError, PlannerError
from dnnmig_gui.core.run import Run
from dnnmig_gui.gui.language import tr

LOOK_EVERY_MS = 15
PROGRESS_EVERY_S = 1 / 30

Work = Callable[[Run], Any]


class Job(QObject):
    """One piece of work on a thread. Made by `Jobs.start`.

    Signals
    -------
    progressed(float, str)
        Share done and a short line; at most thirty a second.
    succeeded(object), failed(object), cancelled()
        How it ended: with a result, with a `PlannerError`, or by `cancel`. One of the three.
    ended()
        After any of them.
    """

    progressed = Signal(float, str)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    ended = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._stop = threading.Event()
        self._enough = threading.Event()
        self._report: tuple[float, str] | None = None
        self._told_s = 0.0
        self._over = False
        self.seconds = 0.0
        """How long the work took, once it has ended."""
        self.has_best = False
        """Whether the work has come to where it can hand over the best it has found."""

    @property
    def handing_over(self) -> bool:
        """Whether it was told that the best so far is enough."""
        return self._enough.is_set()

    @property
    def running(self) -> bool:
        """Whether its end has not been told yet."""
        return not self._over

    def cancel(self) -> None:
        """Stop it: `cancelled` is told at once, the thread follows at its next check."""
        self._stop.set()
        self._end(self.cancelled)

    def hand_over(self) -> None:
        """Tell the work that the best so far is enough; it succeeds with that, soon."""
        self._enough.set()

    def run(self, work: Work, seed: int) -> Any:
        """Do the work; called on its thread."""
        started = time.perf_counter()
        run = Run(
            seed=seed, report=self._take_report, is_cancelled=self._stop.is_set, is_enough=self._tell_whether_enough
        )
        try:
            run.check()
            return work(run)
        finally:
            self.seconds = time.perf_counter() - started

    def look(self, future: Future[Any]) -> None:
        """Tell what there is to tell; called on the GUI's thread."""
        if self._over:
            return
        report, now = self._report, time.monotonic()
        if report is not None and now - self._told_s >= PROGRESS_EVERY_S:
            self._report, self._told_s = None, now
            self.progressed.emit(*report)
        if not future.done():
            return
        error = future.exception()
        if error is None:
            self._end(self.succeeded, future.result())
        elif isinstance(error, CancelledError):
            self._end(self.cancelled)
        elif isinstance(error, PlannerError):
            self._end(self.failed, error)
        else:
            self._end(
                self.failed,
                PlannerError(
                    tr("the work stopped unexpectedly ({kind}: {error})").format(kind=type(error).__name__, error=error)
                ),
            )
            sys.excepthook(type(error), error, error.__traceback__)

    def _tell_whether_enough(self) -> bool:
        self.has_best = True
        return self._enough.is_set()

    def _take_report(self, share: float, line: str) -> None:
        self._report = (share, line)

    def _end(self, signal: Any, *result: Any) -> None:
        if not self._over:
            self._over = True
            signal.emit(*result)
            self.ended.emit()


class Jobs(QObject):
    """All background work of a window; `close` leaves no thread behind."""

    _rung = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="planner")
        self._active: list[tuple[Job, Future[Any]]] = []
        self.closed = False
        """Whether nothing can be started any more."""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._rung.connect(self._look, Qt.ConnectionType.QueuedConnection)

    def start(self, work: Work, *, seed: int = 0) -> Job:
        """Start `work(run)` on a thread; connect to the job's signals right away, they come later."""
        job = Job(self)
        future = self._pool.submit(job.run, work, seed)
        self._active.append((job, future))
        future.add_done_callback(self._ring)
        self._timer.start()
        return job

    def _ring(self, _future: Future[Any]) -> None:
        """Tell the GUI's thread that a job has ended; called on the job's thread."""
        with contextlib.suppress(RuntimeError):  # all is over: nobody is there to hear it
            self._rung.emit()

    @property
    def busy(self) -> bool:
        """Whether a thread is at work, cancelled ones included."""
        return any(not future.done() for _, future in self._active)

    def close(self) -> None:
        """Cancel all work and wait until its threads are gone; nothing can be started afterwards."""
        self.closed = True
        for job, _ in list(self._active):
            job.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._look()

    def _look(self) -> None:
        for job, future in list(self._active):
            job.look(future)
        over = [(job, future) for job, future in self._active if future.done() and not job.running]
        for pair in over:
            self._active.remove(pair)
            pair[0].deleteLater()
        if not self._active:
            self._timer.stop()
