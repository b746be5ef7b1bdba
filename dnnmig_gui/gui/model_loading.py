"""Reads the scenario's models in the background whenever the document names others."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.errors import PlannerError
from dnnmig_gui.core.profiling.combine import LoadedModel, load_models
from dnnmig_gui.core.scenario import ModelEntry
from dnnmig_gui.gui.document import Document, rebased_models
from dnnmig_gui.gui.jobs import Job, Jobs


class ModelLoading(QObject):
    """The models of the open scenario, as far as they have been read.

    Signals
    -------
    changed()
        Models were read, or let go because the document names others.
    failed(PlannerError)
        A model cannot be read.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, document: Document, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._jobs = jobs
        self._job: Job | None = None
        self._asked: tuple[tuple[ModelEntry, ...], Path] | None = None
        self.loaded: dict[str, LoadedModel] = {}
        document.scenario_changed.connect(self.load)
        document.file_changed.connect(self.load)  # in another folder, the same names are other files
        document.file_moved.connect(self._follow_file)

    @property
    def models(self) -> dict[str, DnnModel]:
        """The models by id, without their times."""
        return {name: each.model for name, each in self.loaded.items()}

    @property
    def busy(self) -> bool:
        """Whether models are being read."""
        return self._job is not None

    def adopt(self, other: ModelLoading) -> None:
        """Hold the models that another window has read, so that they are not read again."""
        if not other.busy:
            self._asked, self.loaded = other._asked, other.loaded

    def load(self) -> None:
        """Read the models, unless they are those read already."""
        scenario, folder = self._document.scenario, self._document.folder
        wanted = (scenario.models, folder)
        if wanted == self._asked:
            return
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._asked = wanted
        if self.loaded:
            self.loaded = {}
            self.changed.emit()
        if not scenario.models:
            return
        job = self._jobs.start(lambda _: load_models(scenario, folder))
        self._job = job
        job.succeeded.connect(lambda models: self._take(job, models))
        job.failed.connect(lambda error: self._fail(job, error))

    def _follow_file(self, before: Path, after: Path) -> None:
        """Keep the models: their files are the same, by other names."""
        if self._asked is not None:
            models, folder = self._asked
            self._asked = (rebased_models(models, before, after), after if folder == before else folder)

    def _take(self, job: Job, loaded: dict[str, LoadedModel]) -> None:
        if job is self._job:
            self._job = None
            self.loaded = loaded
            self.changed.emit()

    def _fail(self, job: Job, error: PlannerError) -> None:
        if job is self._job:
            self._job = None
            self.failed.emit(error)
