"""What the open scenario still lacks, found in the background after every edit."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from dnnmig_gui.core.scenario.completeness import Finding, findings
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.jobs import Job, Jobs

AFTER_MS = 300
"""Edits that come faster than this are checked together."""


class Checking(QObject):
    """Keeps the findings of the scenario.

    Signals
    -------
    changed()
        There are other findings.
    """

    changed = Signal()

    def __init__(self, document: Document, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._jobs = jobs
        self._job: Job | None = None
        self.findings: tuple[Finding, ...] = ()
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(AFTER_MS)
        self._wait.timeout.connect(self._check)
        document.scenario_changed.connect(self._wait.start)
        self._wait.start()

    def stop(self) -> None:
        """Look no more; called when the window closes."""
        self._wait.stop()

    def _check(self) -> None:
        if self._job is not None:
            self._job.cancel()
        scenario = self._document.scenario
        self._job = self._jobs.start(lambda _: findings(scenario))
        self._job.succeeded.connect(self._take)

    def _take(self, found: tuple[Finding, ...]) -> None:
        self._job = None
        if found != self.findings:
            self.findings = found
            self.changed.emit()
