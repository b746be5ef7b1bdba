"""Notices that files of models were changed, taken away or put back by other programs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

SETTLES_MS = 300
"""Programs write in pieces: files are looked at when they have been quiet for so long."""

Stamp = tuple[int, int] | None
"""When a file was written and how long it is; None where there is none."""


class ModelWatch(QObject):
    """Watches some files.

    Signals
    -------
    changed(frozenset[Path])
        These are no longer as they were.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stamps: dict[Path, Stamp] = {}
        self._watcher = QFileSystemWatcher(self)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(SETTLES_MS)
        self._wait.timeout.connect(self._look)
        self._watcher.fileChanged.connect(self._wait.start)
        self._watcher.directoryChanged.connect(self._wait.start)

    def follow(self, files: Iterable[Path]) -> None:
        """Watch these and no others."""
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if watched:
            self._watcher.removePaths(watched)
        self._stamps = {file: _stamp(file) for file in files}
        self._watch()

    def _watch(self) -> None:
        # Folders too: a program that replaces a file in one step takes the watch on it away, and a file may come back.
        wanted = {str(file) for file, stamp in self._stamps.items() if stamp is not None}
        wanted |= {str(file.parent) for file in self._stamps if file.parent.is_dir()}
        new = wanted - {*self._watcher.files(), *self._watcher.directories()}
        if new:
            self._watcher.addPaths(sorted(new))

    def _look(self) -> None:
        now = {file: _stamp(file) for file in self._stamps}
        other = frozenset(file for file, stamp in now.items() if stamp != self._stamps[file])
        self._stamps = now
        self._watch()
        if other:
            self.changed.emit(other)


def _stamp(file: Path) -> Stamp:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
