"""Files dragged onto the window from outside: scenarios, topologies of other programs, models."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from dnnmig_gui.core.scenario.file import SUFFIX
from dnnmig_gui.gui.dragged import dragged_model_file
from dnnmig_gui.gui.file_actions import FileActions
from dnnmig_gui.gui.import_actions import is_topology
from dnnmig_gui.gui.model_files import ModelFiles
from dnnmig_gui.gui.start import Start


class FileDrops:
    """What the window does with files that no part of it takes; a client on the canvas takes models itself."""

    def __init__(self, window: QWidget, start: Start, files: FileActions, model_files: ModelFiles) -> None:
        self._window = window
        self._start = start
        self._files = files
        self._model_files = model_files

    def enter(self, event: QDragEnterEvent) -> None:
        """Take a scenario, a topology or a model; on the welcome screen several at once."""
        takes = self._start.takes(_paths(event))
        self._start.light_drop(takes)
        if takes or self._meant(event) is not None:
            event.acceptProposedAction()

    def leave(self) -> None:
        """Nothing is held over the window any more."""
        self._start.light_drop(False)

    def drop(self, event: QDropEvent) -> None:
        """Open or add what was dropped, once the program that it came from has been let go: there may be a question."""
        self.leave()
        meant = self._meant(event)
        if meant is not None:
            event.acceptProposedAction()
            QTimer.singleShot(0, self._window, meant)

    def _meant(self, event: QDropEvent) -> Callable[[], object] | None:
        paths = _paths(event)
        if self._start.takes(paths):
            return lambda: self._start.take(paths)
        if len(paths) == 1 and (paths[0].suffix.lower() == SUFFIX or is_topology(paths[0])):
            return lambda: self._files.open_path(paths[0])
        model = dragged_model_file(event.mimeData())
        return None if model is None else lambda: self._model_files.take([model])


def _paths(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
