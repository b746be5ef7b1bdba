"""Model files from outside: ONNX, layer tables, measured times. Each is read before it changes the scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QWidget

from dnnmig_gui.core.errors import InputError, MissingSizesError, PlannerError
from dnnmig_gui.core.profiling.profile_table import is_profile, read_profile
from dnnmig_gui.core.scenario.edits import set_model
from dnnmig_gui.gui.banner import Banner
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.dragged import MODEL_SUFFIXES
from dnnmig_gui.gui.drawing import Drawing
from dnnmig_gui.gui.file_actions import FileActions
from dnnmig_gui.gui.jobs import Jobs
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.model_loading import ModelLoading
from dnnmig_gui.gui.selection import Selection

if TYPE_CHECKING:
    from dnnmig_gui.gui.importing.sizes import SizesDialog

_FOLDER_KEY = "model_folder"


def model_filter() -> str:
    """Return what a dialog lists that asks for a model's file."""
    return f"{tr('Models')} ({' '.join(f'*{suffix}' for suffix in MODEL_SUFFIXES)});;{tr('All files')} (*)"


class ModelFiles:
    """Takes files of models and of their times; one that cannot be read is told of and changes nothing."""

    def __init__(
        self,
        window: QWidget,
        document: Document,
        loading: ModelLoading,
        selection: Selection,
        jobs: Jobs,
        drawing: Drawing,
        files: FileActions,
        banner: Banner,
        settings: QSettings,
    ) -> None:
        self._window = window
        self._document = document
        self._loading = loading
        self._selection = selection
        self._jobs = jobs
        self._drawing = drawing
        self._files = files
        self._banner = banner
        self._settings = settings
        self.dialog: SizesDialog | None = None

    def ask(self) -> None:
        """Ask for a model's file and add it to the scenario."""
        path = self._asked(tr("Add a model"))
        if path is not None:
            self.take([path])

    def ask_to_begin(self) -> None:
        """Ask for a model's file and begin a scenario with it; whoever thinks better of it loses nothing."""
        path = self._asked(tr("New from a model"))
        if path is not None:
            self.begin_with([path])

    def take(self, paths: Sequence[Path], client: str | None = None) -> None:
        """Add models to the scenario, or give measured times to the model that they are of.

        Parameters
        ----------
        client
            The client that it was dropped on: its user asks the model.
        """
        job = self._jobs.start(lambda _: _read(paths))
        job.succeeded.connect(lambda read: self._take(read, client))

    def begin_with(self, paths: Sequence[Path]) -> None:
        """Begin a scenario with models; measured times go to the open one."""
        job = self._jobs.start(lambda _: _read(paths))
        job.succeeded.connect(self._begin)

    def _asked(self, title: str) -> Path | None:
        folder = str(self._settings.value(_FOLDER_KEY, str(self._document.folder)))
        name, _ = QFileDialog.getOpenFileName(self._window, title, folder, model_filter())
        if not name:
            return None
        self._settings.setValue(_FOLDER_KEY, str(Path(name).parent))
        return Path(name)

    def _begin(self, read: _Read) -> None:
        if read.models or read.open_sizes:
            if not self._files.may_let_go():
                return
            self._document.new()
        self._take(read, None)

    def _take(self, read: _Read, client: str | None, sizes: Mapping[str, int] | None = None) -> None:
        for path in read.models:
            self._drawing.take_file(path, client, sizes)
        for path in read.profiles:
            self._give_times(path, client)
        for path, names in read.open_sizes.items():
            self._ask_for_sizes(path, names, client)
        if read.errors:
            self._banner.tell(read.errors[0])

    def _ask_for_sizes(self, path: Path, names: Sequence[str], client: str | None) -> None:
        from dnnmig_gui.gui.importing.sizes import SizesDialog

        self.dialog = dialog = SizesDialog(path.name, names, self._window)
        dialog.accepted.connect(lambda: self._read_with(path, dialog.sizes, client))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _read_with(self, path: Path, sizes: Mapping[str, int], client: str | None) -> None:
        job = self._jobs.start(lambda _: _read([path], sizes))
        job.succeeded.connect(lambda read: self._take(read, client, sizes))

    def _give_times(self, path: Path, client: str | None) -> None:
        try:
            model = self._measured(path, client)
            self._document.edit(
                tr("Choose measured times"),
                set_model(self._document.scenario, model, {"profile": self._document.named(path)}),
            )
        except PlannerError as error:
            self._banner.tell(error)
            return
        self._banner.hide()
        self._selection.select(model=model)

    def _measured(self, path: Path, client: str | None) -> str:
        """Return the model whose layers a table of times names: first the one dropped on, selected or followed."""
        models = self._loading.models
        if not models:
            raise InputError(
                tr("holds measured times, but there is no model that they could be of"),
                source=path.name,
                hint=tr("add the model first"),
            )
        users = self._document.scenario.users
        followed = users[self._selection.user].model if self._selection.user < len(users) else None
        dropped_on = next((user.model for user in users if user.client == client), None)
        wished = [name for name in (dropped_on, self._selection.model, followed) if name in models]
        refused: InputError | None = None
        for name in dict.fromkeys([*wished, *models]):
            try:
                read_profile(path, models[name])
            except InputError as error:
                refused = refused or error
            else:
                return name
        assert refused is not None  # there is a model
        raise refused


class _Read:
    """What was read of files: models, tables of times, and what is wrong with the others."""

    def __init__(self) -> None:
        self.models: list[Path] = []
        self.profiles: list[Path] = []
        self.open_sizes: dict[Path, tuple[str, ...]] = {}
        self.errors: list[PlannerError] = []


def _read(paths: Sequence[Path], sizes: Mapping[str, int] | None = None) -> _Read:
    from dnnmig_gui.core.dnn.read import read_model

    found = _Read()
    for path in paths:
        try:
            if path.suffix.lower() == ".csv" and is_profile(path):
                found.profiles.append(path)
            else:
                read_model(path, sizes)
                found.models.append(path)
        except MissingSizesError as error:
            found.open_sizes[path] = error.names
        except PlannerError as error:
            found.errors.append(error)
    return found
