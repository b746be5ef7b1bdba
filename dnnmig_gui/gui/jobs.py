"""Background work: progress, cancel, result and error, all told on the GUI's thread."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal

from dnnmig_gui.core.errors import CancelledError, PlannerError
from dnnmig_gui.core.run import Run

PROGRESS_EVERY_S = 1 / 30
LAST_WAIT_MS = 10_000
"""How long closing waits for work that has been told to stop."""

Work = Callable[[Run], Any]


class Job(QObject):
    """One piece of work on a thread of the pool. Made by `Jobs.start`.

    Signals
    -------
    progressed(float, str)
        Share done and a short line; at most thirty a second.
    succeeded(object), failed(PlannerError), cancelled()
        How it ended; one of the three, always on the GUI's thread.
    ended()
        After any of them.
    """

    progressed = Signal(float, str)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    ended = Signal()

    _reported = Signal(float, str)
    _finished = Signal(object, object)

    def __init__(self, work: Work, seed: int, parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._seed = seed
        self._stop = threading.Event()
        self._last_report_s = 0.0
        self._over = False
        self.seconds = 0.0
        """How long the work took, once it has ended."""
        queued = Qt.ConnectionType.QueuedConnection
        self._reported.connect(self._tell, queued)
        self._finished.connect(self._end, queued)

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return not self._over

    def cancel(self) -> None:
        """Stop it: `cancelled` is told at once, the thread follows at its next check."""
        self._stop.set()
        if not self._over:
            self._over = True
            self.cancelled.emit()
            self.ended.emit()

    def run(self) -> None:
        """Do the work; called on a thread of the pool."""
        started = time.perf_counter()
        result: object = None
        error: BaseException | None = None
        try:
            result = self._work(Run(seed=self._seed, report=self._report, is_cancelled=self._stop.is_set))
        except Exception as caught:  # noqa: BLE001  it is told on the GUI's thread, never swallowed
            error = caught
        self.seconds = time.perf_counter() - started
        self._finished.emit(result, error)

    def _report(self, share: float, line: str) -> None:
        now = time.monotonic()
        if now - self._last_report_s >= PROGRESS_EVERY_S and not self._stop.is_set():
            self._last_report_s = now
            self._reported.emit(share, line)

    def _tell(self, share: float, line: str) -> None:
        if not self._over:
            self.progressed.emit(share, line)

    def _end(self, result: object, error: BaseException | None) -> None:
        if self._over:  # cancelled: its end was told already
            self.deleteLater()
            return
        self._over = True
        if error is None:
            self.succeeded.emit(result)
        elif isinstance(error, CancelledError):
            self.cancelled.emit()
        elif isinstance(error, PlannerError):
            self.failed.emit(error)
        else:
            self.failed.emit(PlannerError(f"the work stopped unexpectedly ({type(error).__name__}: {error})"))
            sys.excepthook(type(error), error, error.__traceback__)
        self.ended.emit()
        self.deleteLater()


class Jobs(QObject):
    """All background work of a window; `close` leaves no thread behind."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._jobs: list[Job] = []

    def start(self, work: Work, *, seed: int = 0) -> Job:
        """Start `work(run)` on a thread; connect to the job's signals right away, they come later."""
        job = Job(work, seed, self)
        self._jobs.append(job)
        job._finished.connect(lambda *_: self._forget(job), Qt.ConnectionType.QueuedConnection)
        self._pool.start(job.run)
        return job

    @property
    def busy(self) -> bool:
        """Whether a thread is at work, cancelled ones included."""
        return self._pool.activeThreadCount() > 0

    def close(self) -> None:
        """Cancel all work and wait until its threads are gone."""
        for job in list(self._jobs):
            job.cancel()
        self._pool.clear()
        self._pool.waitForDone(LAST_WAIT_MS)

    def _forget(self, job: Job) -> None:
        if job in self._jobs:
            self._jobs.remove(job)
