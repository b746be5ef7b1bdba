"""Notices that another program changed the open file, or took it away."""

from __future__ import annotations

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.file import BYTE_ORDER_MARK, LARGEST_BYTES, read_text
from dnnmig_gui.gui.document import Document

SETTLES_MS = 150
"""Programs write in pieces: the file is looked at when it has been quiet for so long."""


class FileWatch(QObject):
    """Watches the document's file.

    Signals
    -------
    changed()
        It holds something else than was read or written here last; told once for each content.
    gone()
        It is no longer there; told once.
    settled()
        It is again as it was read or written here last.
    """

    changed = Signal()
    gone = Signal()
    settled = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._seen: str | None = None
        """Content that has been told of."""
        self._told_gone = False
        self._watcher = QFileSystemWatcher(self)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(SETTLES_MS)
        self._wait.timeout.connect(self._look)
        self._watcher.fileChanged.connect(self._wait.start)
        self._watcher.directoryChanged.connect(self._wait.start)
        document.file_changed.connect(self._follow)
        document.file_moved.connect(self._follow)

    def stop(self) -> None:
        """Watch no more; called when the window closes."""
        self._wait.stop()
        self._forget()

    def _follow(self, *_: object) -> None:
        """Watch the file that the document has now."""
        self._forget()
        self._seen = None
        self._told_gone = False
        path = self._document.path
        if path is not None and path.exists():
            # The folder too: a program that replaces the file in one step takes the watch on it away.
            self._watcher.addPaths([str(path.resolve()), str(path.resolve().parent)])

    def _forget(self) -> None:
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if watched:
            self._watcher.removePaths(watched)

    def _look(self) -> None:
        path, known = self._document.path, self._document.saved_text
        if path is None or known is None:
            return
        if not path.exists():
            if not self._told_gone:
                self._told_gone = True
                self.gone.emit()
            return
        was_gone, self._told_gone = self._told_gone, False
        if str(path.resolve()) not in self._watcher.files():
            self._watcher.addPath(str(path.resolve()))
        try:
            text = read_text(path, LARGEST_BYTES, "a scenario")
        except InputError as error:
            text = str(error)  # empty, or no text any more: a change as well
        if text == known.removeprefix(BYTE_ORDER_MARK):
            if was_gone or self._seen is not None:
                self.settled.emit()
            self._seen = None
        elif text != self._seen:
            self._seen = text
            self.changed.emit()
