"""New, open, save: the dialogs around the document, and its errors in the banner."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from dnnmig_gui.core.errors import PlannerError
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.core.scenario.file import SUFFIX
from dnnmig_gui.core.scenario.importing import TOPOLOGY_SUFFIXES
from dnnmig_gui.gui.banner import Banner
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.dragged import MODEL_SUFFIXES
from dnnmig_gui.gui.import_actions import is_topology
from dnnmig_gui.gui.language import tr

_OPENED = " ".join(f"*{suffix}" for suffix in (SUFFIX, *TOPOLOGY_SUFFIXES, *MODEL_SUFFIXES))
_FOLDER_KEY = "scenario_folder"


def _filter() -> str:
    return f"{tr('Scenarios')} (*{SUFFIX});;{tr('All files')} (*)"


def _open_filter() -> str:
    return f"{tr('Scenarios, topologies, models')} ({_OPENED});;{_filter()}"


class FileActions:
    """What the file menu does. Nothing is lost without a question; nothing fails without a line in the banner."""

    def __init__(
        self,
        window: QWidget,
        document: Document,
        banner: Banner,
        settings: QSettings,
        begin_import: Callable[[Path], object],
        begin_with_model: Callable[[Path], object],
    ) -> None:
        self._window = window
        self._begin_import = begin_import
        self._begin_with_model = begin_with_model
        self._document = document
        self._banner = banner
        self._settings = settings

    def new(self) -> None:
        """Begin an empty scenario."""
        if self.may_let_go():
            self._banner.hide()
            self._document.new()

    def open(self) -> None:
        """Ask for a file and open it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            tr("Open a scenario"),
            self._folder(),
            _open_filter(),
            "",
            QFileDialog.Option.HideNameFilterDetails,
        )
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> bool:
        """Open a file; return whether that went well. An error leaves the open scenario as it is.

        A topology of another program is read in the background and shown for confirmation first; a model is read in
        the background, and a scenario begun with it. What becomes of unsaved changes is asked once the file is known
        to be good.
        """
        others = self._begin_import if is_topology(path) else None
        if path.suffix.lower() in MODEL_SUFFIXES:
            others = self._begin_with_model
        if others is not None:
            others(path)
            self._settings.setValue(_FOLDER_KEY, str(path.resolve().parent))
            return True
        try:
            if not self._document.is_clean:
                open_scenario(path)
                if not self.may_let_go():
                    return False
            self._document.open(path)
        except PlannerError as error:
            self._banner.tell(error)
            return False
        self._banner.hide()
        self._settings.setValue(_FOLDER_KEY, str(path.resolve().parent))
        return True

    def save(self) -> bool:
        """Save to the document's file, or ask for one; return whether it was saved."""
        if self._document.path is None:
            return self.save_as()
        return self._save(self._document.path)

    def save_as(self) -> bool:
        """Ask for a file and save to it; return whether it was saved."""
        suggested = self._document.path or Path(self._folder()) / f"{self._document.stem}{SUFFIX}"
        name, _ = QFileDialog.getSaveFileName(self._window, tr("Save the scenario"), str(suggested), _filter())
        if not name:
            return False
        path = Path(name)
        return self._save(path if path.suffix else path.with_suffix(SUFFIX))

    def revert(self) -> None:
        """Go back to the file as it lies on disk; undo brings the changes back."""
        try:
            self._document.revert()
        except PlannerError as error:
            self._banner.tell(error)

    def may_let_go(self) -> bool:
        """Return whether the open scenario may be closed; asks if it has unsaved changes."""
        if self._document.is_clean:
            return True
        answer = ask_unsaved(self._window, self._document.title)
        if answer == QMessageBox.StandardButton.Save:
            return self.save()
        return answer == QMessageBox.StandardButton.Discard

    def _save(self, path: Path) -> bool:
        try:
            if path == self._document.path:
                self._document.save()
            else:
                self._document.save_as(path)
        except PlannerError as error:
            self._banner.tell(error)
            return False
        self._banner.hide()
        self._settings.setValue(_FOLDER_KEY, str(path.resolve().parent))
        return True

    def _folder(self) -> str:
        if self._document.path is not None:
            return str(self._document.folder)
        return str(self._settings.value(_FOLDER_KEY, str(Path.home())))


def ask_unsaved(parent: QWidget, name: str) -> QMessageBox.StandardButton:
    """Ask what becomes of unsaved changes: Save, Discard or Cancel."""
    return QMessageBox.question(
        parent,
        tr("Unsaved changes"),
        tr("Save the changes to {name}?").format(name=name),
        QMessageBox.StandardButton.Save | QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel,
        QMessageBox.StandardButton.Save,
    )
