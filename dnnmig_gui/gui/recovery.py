"""Swap files: what is not saved yet, kept on disk after every edit, and found again after a crash.

Each open document has a swap file of its own in the platform's folder for state, and a lock that dies with its
process. A swap file whose lock nobody holds was left behind by a process that did not come to its end.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile, QStandardPaths

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import Scenario, scenario_text
from dnnmig_gui.core.scenario.file import LARGEST_BYTES, parse_scenario, read_json, read_text
from dnnmig_gui.core.scenario.text import PartTexts
from dnnmig_gui.gui.language import tr

SUFFIX = ".swap"
FORMAT = "dnnmig-swap"
VERSION = 1
KEPT_DAYS = 90
"""A swap file that nobody asked for so long is let go."""


def recovery_folder() -> Path:
    """Return the folder of swap files; it may not exist yet."""
    state = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.StateLocation)
    return Path(state) / "recovery"


@dataclass(frozen=True)
class Unsaved:
    """A scenario as it was after the last edit.

    Parameters
    ----------
    path
        The file that it was opened from or saved to; None for one never saved.
    folder
        What the files of its models are relative to.
    edited_s
        When it was edited last, in seconds since 1970.
    """

    scenario: Scenario
    path: Path | None
    folder: Path
    edited_s: float


class SwapFile:
    """The swap file of one open document."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = recovery_folder() if folder is None else folder
        self._file = self._folder / f"{uuid.uuid4().hex}{SUFFIX}"
        self._lock: QLockFile | None = None
        self._texts = PartTexts()

    def write(self, scenario: Scenario, path: Path | None, folder: Path) -> None:
        """Keep a scenario, in one step: a process that is killed leaves this one or the one before.

        Raises
        ------
        InputError
            If it cannot be written; the document itself is not touched.
        """
        values = {
            "format": FORMAT,
            "version": VERSION,
            "path": None if path is None else str(path.resolve()),
            "folder": str(folder),
            "edited_s": time.time(),
            "scenario": scenario_text(scenario, self._texts),
        }
        part = self._file.with_suffix(".part")
        try:
            self._hold()
            # No fsync: what a killed process has written stays, and an edit must not wait for the disk.
            part.write_text(json.dumps(values), encoding="utf-8")
            part.replace(self._file)
        except OSError as error:
            raise InputError(
                tr("unsaved changes cannot be kept: {reason}").format(reason=error.strerror or error),
                source=str(self._file.parent),
                hint=tr("save the scenario yourself"),
            ) from None

    def clear(self) -> None:
        """Let go of what was kept: it is saved, or no longer wanted."""
        # What cannot be deleted is offered once more at the next start: a nuisance, no loss.
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _hold(self) -> None:
        if self._lock is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = _lock(self._file)
            if not lock.tryLock(0):
                raise OSError(None, "the lock of its swap file cannot be had")
            self._lock = lock


class LeftBehind:
    """A swap file of a process that did not come to its end; held, so that no other window offers it as well."""

    def __init__(self, file: Path, lock: QLockFile, unsaved: Unsaved) -> None:
        self.unsaved = unsaved
        self._file = file
        self._lock = lock

    @property
    def title(self) -> str:
        """What people call it."""
        return self.unsaved.scenario.name

    def remove(self) -> None:
        """Delete it: it was restored, or is not wanted."""
        self._file.unlink(missing_ok=True)
        self._lock.unlock()

    def release(self) -> None:
        """Leave it for another time."""
        self._lock.unlock()


def left_behind(folder: Path | None = None) -> list[LeftBehind]:
    """Return what other processes left behind, the latest first; what is broken or equals its file is let go."""
    folder = recovery_folder() if folder is None else folder
    found = []
    for file in sorted(folder.glob(f"*{SUFFIX}")):
        lock = _lock(file)
        if not lock.tryLock(0):
            continue  # its window is open
        try:
            unsaved = read_swap(file)
        except InputError:
            unsaved = None  # half a disk, another version: nothing that can be restored
        if unsaved is None or _is_saved(unsaved) or time.time() - unsaved.edited_s > KEPT_DAYS * 86400:
            _put_aside(file, broken=unsaved is None)
            lock.unlock()
        else:
            found.append(LeftBehind(file, lock, unsaved))
    return sorted(found, key=lambda each: -each.unsaved.edited_s)


def read_swap(file: Path) -> Unsaved:
    """Return what a swap file holds. Raises `InputError` if it is none."""
    values: Any = read_json(read_text(file, LARGEST_BYTES, "a swap file"))
    if not isinstance(values, dict) or (values.get("format"), values.get("version")) != (FORMAT, VERSION):
        raise InputError(tr("is no swap file of this version"), source=file.name)
    path, folder, text, edited = (values.get(key) for key in ("path", "folder", "scenario", "edited_s"))
    if not (isinstance(folder, str) and isinstance(text, str) and isinstance(edited, int | float)):
        raise InputError(tr("is no swap file: something is missing"), source=file.name)
    return Unsaved(parse_scenario(text), Path(path) if isinstance(path, str) else None, Path(folder), float(edited))


def _is_saved(unsaved: Unsaved) -> bool:
    if unsaved.path is None:
        return False
    try:
        saved = parse_scenario(read_text(unsaved.path, LARGEST_BYTES, "a scenario"))
    except InputError:
        return False
    return scenario_text(saved) == scenario_text(unsaved.scenario)


def _put_aside(file: Path, *, broken: bool) -> None:
    """Delete a swap file that is of no use; one that cannot be read is kept beside, for whoever wants to look."""
    try:
        if broken:
            file.replace(file.with_suffix(".broken"))
        else:
            file.unlink(missing_ok=True)
    except OSError:
        return  # it stays, and is looked at again next time


def _lock(file: Path) -> QLockFile:
    lock = QLockFile(os.fspath(file.with_suffix(".lock")))
    lock.setStaleLockTime(0)  # a lock is stale when its process is gone, however old it is
    return lock
