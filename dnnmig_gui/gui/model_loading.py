"""Reads the scenario's models in the background whenever the document names others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.errors import PlannerError
from dnnmig_gui.core.profiling.combine import LoadedModel, load_model
from dnnmig_gui.core.scenario import ModelEntry
from dnnmig_gui.gui.document import Document, rebased_models
from dnnmig_gui.gui.jobs import Job, Jobs
from dnnmig_gui.gui.model_watch import ModelWatch

Numbered = tuple[int, ModelEntry]
"""A model of the scenario with its number there."""
Refused = tuple[ModelEntry, PlannerError]
"""A model that cannot be read, and why."""


class ModelLoading(QObject):
    """The models of the open scenario, as far as they have been read.

    Each is read once, and again when its file changes: an edit of one leaves the others as they are, and one that
    cannot be read takes none with it.

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
        self._read: dict[str, LoadedModel] = {}
        self._broken: tuple[ModelEntry, ...] = ()
        """Models that could not be read, and were told of."""
        self._watch = ModelWatch(self)
        self._watch.changed.connect(self._read_again)
        document.scenario_changed.connect(self.load)
        document.file_changed.connect(self.load)  # in another folder, the same names are other files
        document.file_moved.connect(self._follow_file)

    @property
    def loaded(self) -> dict[str, LoadedModel]:
        """All models of the scenario by id; empty while one of them is missing."""
        return self._read if self._asked is not None and len(self._read) == len(self._asked[0]) else {}

    @property
    def models(self) -> dict[str, DnnModel]:
        """The models read so far by id, without their times."""
        return {name: each.model for name, each in self._read.items()}

    @property
    def busy(self) -> bool:
        """Whether models are being read."""
        return self._job is not None

    def adopt(self, other: ModelLoading) -> None:
        """Hold the models that another window has read, so that they are not read again."""
        if not other.busy:
            self._asked, self._read, self._broken = other._asked, other._read, other._broken
            self._follow_models()

    def load(self) -> None:
        """Read the models that have not been read yet."""
        models, folder = self._document.scenario.models, self._document.folder
        if (models, folder) == self._asked:
            return
        if self._job is not None:
            self._job.cancel()
            self._job = None
        before = self._read
        known = self._asked[0] if self._asked is not None and self._asked[1] == folder else ()
        if not known:
            self._broken = ()
        self._asked = (models, folder)
        self._follow_models()
        self._read = {entry.id: before[entry.id] for entry in models if entry in known and entry.id in before}
        if len(self._read) < len(before):
            self.changed.emit()
        self._read_missing()

    def _follow_models(self) -> None:
        """Watch the files of the models asked for."""
        models, folder = self._asked or ((), Path())
        self._watch.follow({file for entry in models for file in _files(entry, folder)})

    def _read_again(self, files: frozenset[Path]) -> None:
        """Let go of what was read from these files, and read it anew."""
        if self._asked is None or self._jobs.closed:
            return
        if self._job is not None:
            self._job.cancel()
            self._job = None
        models, folder = self._asked
        other = [entry for entry in models if files.intersection(_files(entry, folder))]
        self._broken = tuple(entry for entry in self._broken if entry not in other)
        self._read = {name: each for name, each in self._read.items() if name not in {entry.id for entry in other}}
        self.changed.emit()
        self._read_missing()

    def _read_missing(self) -> None:
        models, folder = self._asked or ((), Path())
        missing = [(number, entry) for number, entry in enumerate(models) if entry.id not in self._read]
        if not missing:
            return
        job = self._jobs.start(lambda _: _read_all(missing, folder))
        self._job = job
        job.succeeded.connect(lambda found: self._take(job, *found))
        job.failed.connect(lambda error: self._fail(job, error))

    def _follow_file(self, before: Path, after: Path) -> None:
        """Keep the models: their files are the same, by other names."""
        if self._asked is not None:
            models, folder = self._asked
            self._asked = (rebased_models(models, before, after), after if folder == before else folder)
            self._follow_models()

    def _take(self, job: Job, found: Mapping[str, LoadedModel], refused: Sequence[Refused]) -> None:
        if job is not self._job or self._asked is None:
            return
        self._job = None
        read = {**self._read, **found}
        self._read = {entry.id: read[entry.id] for entry in self._asked[0] if entry.id in read}
        news = [error for entry, error in refused if entry not in self._broken]
        self._broken = tuple(entry for entry, _ in refused)
        if found:
            self.changed.emit()
        if news:
            self.failed.emit(news[0])

    def _fail(self, job: Job, error: PlannerError) -> None:
        if job is self._job:
            self._job = None
            self.failed.emit(error)


def _files(entry: ModelEntry, folder: Path) -> tuple[Path, ...]:
    """Return the files that a model is read from."""
    return tuple(folder.absolute() / name for name in (entry.file, entry.profile) if name is not None)


def _read_all(entries: Sequence[Numbered], folder: Path) -> tuple[dict[str, LoadedModel], list[Refused]]:
    """Return the models that can be read by id, and what is wrong with the others."""
    found: dict[str, LoadedModel] = {}
    refused: list[Refused] = []
    for number, entry in entries:
        try:
            found[entry.id] = load_model(entry, folder, f"models[{number}]")
        except PlannerError as error:
            refused.append((entry, error))
    return found, refused
