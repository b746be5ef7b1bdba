"""What is wrong or doubtful in the open scenario, found in the background after every edit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.completeness import Finding
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.jobs import Job, Jobs
from dnnmig_gui.gui.model_loading import ModelLoading
from dnnmig_gui.gui.names import names_in

AFTER_MS = 300
"""Edits that come faster than this are checked together."""


class Checking(QObject):
    """Keeps the findings of the scenario.

    Signals
    -------
    changed()
        There are other findings, or a file was looked at for the first time.
    """

    changed = Signal()

    def __init__(self, document: Document, loading: ModelLoading, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._loading = loading
        self._jobs = jobs
        self._job: Job | None = None
        self.findings: tuple[Finding, ...] = ()
        self.names: frozenset[str] = frozenset()
        """Ids and files of the scenario that the findings are of."""
        self.looked = False
        """Whether the scenario was looked at since its file was opened."""
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(AFTER_MS)
        self._wait.timeout.connect(self._check)
        document.scenario_changed.connect(self._wait.start)
        document.file_changed.connect(self._begin)
        loading.changed.connect(self._wait.start)
        loading.failed.connect(self._wait.start)
        self._wait.start()

    def stop(self) -> None:
        """Look no more; called when the window closes."""
        self._wait.stop()

    def _begin(self) -> None:
        """Forget what was found in another file, and what is still being found in it."""
        self._let_go()
        self.findings, self.looked = (), False
        self.changed.emit()
        self._wait.start()

    def _let_go(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _check(self) -> None:
        self._let_go()
        scenario, folder = self._document.scenario, self._document.folder
        # Models that are being read are not missing; where reading has failed, each is tried on its own.
        models = self._loading.loaded if self._loading.loaded or self._loading.busy else None
        job = self._jobs.start(lambda run: _diagnosed(scenario, folder, models, run))
        self._job = job
        job.succeeded.connect(lambda found: self._take(job, found, names_in(scenario)))

    def _take(self, job: Job, found: tuple[Finding, ...], names: frozenset[str]) -> None:
        if job is not self._job:
            return  # it was done just before it was let go
        self._job = None
        known = self.looked and found == self.findings
        self.findings, self.names, self.looked = found, names, True
        if not known:
            self.changed.emit()


def _diagnosed(
    scenario: Scenario, folder: Path, models: Mapping[str, LoadedModel] | None, run: Run
) -> tuple[Finding, ...]:
    from dnnmig_gui.core.diagnosis import diagnose  # on the job's thread: the methods take a moment to load

    return diagnose(scenario, folder, models, run)
