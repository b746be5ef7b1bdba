"""The open scenario: its file, its undo stack, its swap file, and nothing of how it is shown."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import ModelEntry, Scenario, ScenarioFile, open_scenario, save_scenario
from dnnmig_gui.core.scenario.references import check_references
from dnnmig_gui.core.scenario.schema import FORMAT
from dnnmig_gui.core.topology import Server
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.recovery import SwapFile, Unsaved

RECENT_FILES = 8
_RECENT_KEY = "recent_files"


UNNAMED = "Untitled"
"""What a new scenario is called until somebody names it."""
NO_FILE_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
"""What a file system somewhere does not take in a name."""


def empty_scenario() -> Scenario:
    """Return the scenario of a new document: nothing in it."""
    return Scenario(format=FORMAT, version=1, name=UNNAMED)


class _Edit(QUndoCommand):
    """One edit: the scenario before and after. Edits of one field in a row become one command."""

    def __init__(self, document: Document, text: str, before: Scenario, after: Scenario, merge_key: str) -> None:
        super().__init__(text)
        self._document = document
        self._before = before
        self._after = after
        self._merge_key = merge_key

    def undo(self) -> None:
        self._document._show(self._before)

    def redo(self) -> None:
        self._document._show(self._after)

    def rebase(self, old: Path, new: Path) -> None:
        """Name the files of the models relative to another folder."""
        self._before, self._after = rebased(self._before, old, new), rebased(self._after, old, new)

    def id(self) -> int:
        return hash(self._merge_key) & 0x3FFFFFFF if self._merge_key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802  Qt's name
        if not isinstance(other, _Edit) or other._merge_key != self._merge_key:
            return False
        self._after = other._after
        self.setObsolete(self._after == self._before)
        return True


class Document(QObject):
    """The open scenario. Every edit is one undo command that swaps the immutable scenario.

    After each, what is not saved yet lies in a swap file: a process that is killed loses nothing.

    Signals
    -------
    scenario_changed()
        By opening, editing, undoing or redoing.
    file_changed()
        Another file is open, or its own was read again.
    file_moved(Path, Path)
        The same document lies in another file; what its models' files were relative
        to before, and are now. Told before `scenario_changed`.
    clean_changed(bool)
        Whether the scenario is as it lies on disk.
    recent_changed()
        The list of recent files changed.
    keeping_failed(InputError)
        The swap file cannot be written; told once until it can.
    """

    scenario_changed = Signal()
    file_changed = Signal()
    file_moved = Signal(object, object)
    clean_changed = Signal(bool)
    recent_changed = Signal()
    keeping_failed = Signal(object)

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._swap = SwapFile()
        self._keeps = True
        self._settings = settings
        self._scenario = empty_scenario()
        self._file: ScenarioFile | None = None
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self._follow_clean)

    @property
    def scenario(self) -> Scenario:
        """The scenario as it stands."""
        return self._scenario

    @property
    def path(self) -> Path | None:
        """The file it was opened from or saved to; None for a new one."""
        return self._file.path if self._file else None

    @property
    def folder(self) -> Path:
        """What the scenario's files are relative to."""
        return self._file.path.resolve().parent if self._file else Path.cwd()

    def named(self, path: Path) -> str:
        """Return how the scenario names a file: relative to itself, where that is possible."""
        try:
            return Path(os.path.relpath(path, self.folder)).as_posix()
        except ValueError:  # on another drive
            return str(path)

    @property
    def title(self) -> str:
        """Return what it is called: by its own name, or by its file's while it has none."""
        if self.scenario.name == UNNAMED and self.path is not None:
            return self.path.stem
        return self.scenario.name

    @property
    def stem(self) -> str:
        """Return how names of files that come of it begin: as its own file, or as it is called."""
        return self.path.stem if self.path is not None else NO_FILE_NAME.sub("-", self.scenario.name)

    @property
    def is_clean(self) -> bool:
        """Whether the scenario is as it lies on disk."""
        return self.undo_stack.isClean()

    @property
    def is_edited(self) -> bool:
        """Whether it says something else than its file when that was read or written here."""
        return self._file is None or self._scenario != self._file.scenario

    @property
    def saved_text(self) -> str | None:
        """The text of the file as it was read or written last; None for a new document."""
        return self._file.text if self._file else None

    def file_text(self) -> str | None:
        """Return the text of the file where the scenario is as it lies there, else None."""
        return self._file.text if self._file is not None and self.is_clean else None

    def edit(self, text: str, scenario: Scenario, merge_key: str = "") -> None:
        """Make an edit, as one undo command.

        Parameters
        ----------
        text
            What was done, for the undo list: "Change iterations".
        scenario
            The scenario after it.
        merge_key
            Names the field edited: edits of the same field in a row are undone together.

        Raises
        ------
        InputError
            If the new scenario names something that is not there; nothing is changed then.
        """
        if scenario == self._scenario:
            return
        check_references(scenario)
        self.undo_stack.push(_Edit(self, text, self._scenario, scenario, merge_key))

    def new(self) -> None:
        """Begin an empty scenario."""
        self._begin(None, empty_scenario())

    def begin_with(self, text: str, scenario: Scenario) -> None:
        """Begin a new document that holds a scenario not saved yet; undoing `text` empties it."""
        check_references(scenario)
        self._begin(None, empty_scenario())
        self.edit(text, scenario)

    def take_over(self, other: Document) -> None:
        """Go on with what another document holds: its file, its scenario, and every edit that can be undone or redone.

        What it keeps on disk stays its own: let go of it once this one has taken over.
        """
        stack = other.undo_stack
        commands = [command for command in map(stack.command, range(stack.count())) if isinstance(command, _Edit)]
        self._swap.clear()
        self.blockSignals(True)  # whoever listens hears of the outcome, not of every edit again
        try:
            self._file = other._file
            self._scenario = commands[0]._before if commands else other._scenario
            self.undo_stack.clear()
            for number, command in enumerate(commands):
                if number == stack.cleanIndex():
                    self.undo_stack.setClean()
                # Pushed without its key, or it would become one with the edit before it.
                copy = _Edit(self, command.text(), command._before, command._after, "")
                self.undo_stack.push(copy)
                copy._merge_key = command._merge_key
            if stack.cleanIndex() == len(commands):
                self.undo_stack.setClean()
            elif stack.cleanIndex() < 0:
                self.undo_stack.resetClean()
            self.undo_stack.setIndex(stack.index())
        finally:
            self.blockSignals(False)
        self.file_changed.emit()
        self.scenario_changed.emit()
        self.clean_changed.emit(self.is_clean)

    def restore(self, unsaved: Unsaved) -> None:
        """Take up what another process left unsaved, as one edit of the file it was made in."""
        file = None
        if unsaved.path is not None:
            try:
                file = open_scenario(unsaved.path)
            except InputError:  # the file is gone or broken meanwhile: what is restored will be saved there again
                file = ScenarioFile(unsaved.path, empty_scenario(), "")
        self._begin(file, empty_scenario() if file is None else file.scenario)
        if file is not None and not file.text:
            self.undo_stack.resetClean()
        self.edit(tr("Restore unsaved changes"), rebased(unsaved.scenario, unsaved.folder, self.folder))

    def let_go(self) -> None:
        """Keep nothing any more: the window closes, and what is not saved is not wanted."""
        self._swap.clear()

    def open(self, path: Path) -> None:
        """Open a file; on an `InputError` the open document stays untouched."""
        file = open_scenario(path)
        self._begin(file, file.scenario)
        self._remember(file.path)

    def revert(self, text: str = "") -> None:
        """Take the document's own file as it lies on disk now, as one edit; on an `InputError` nothing changes."""
        if self._file is not None:
            file = open_scenario(self._file.path)
            self._file = file
            self.edit(text or tr("Revert to the file"), file.scenario)
            self.undo_stack.setClean()
            self.file_changed.emit()

    def lose_file(self) -> None:
        """Count as not saved: another program changed the file, or took it away."""
        self.undo_stack.resetClean()
        self._keep()

    def regain_file(self) -> None:
        """Count as saved, if it was not edited: the file is again as it was read or written here."""
        if not self.is_edited:
            self.undo_stack.setClean()

    def save(self) -> None:
        """Write the document to its file; an unchanged scenario keeps every byte. Raises `InputError`."""
        if self._file is None:
            raise ValueError("a new document needs a path: call save_as")
        self._file = save_scenario(self._scenario, self._file.path, self._file)
        self.undo_stack.setClean()

    def save_as(self, path: Path) -> None:
        """Write the document to another file and go on with that one. Raises `InputError`.

        Models and profiles are named relative to the file: in another folder their names change, also in what undo
        and redo bring back.
        """
        before, after = self.folder, path.resolve().parent
        scenario = rebased(self._scenario, before, after)
        self._file = save_scenario(scenario, path, self._file)
        if before != after:
            self._rebase(before, after)
        self.undo_stack.setClean()
        self._remember(path)
        self.file_moved.emit(before, after)
        if scenario is not self._scenario:
            self._scenario = scenario
            self.scenario_changed.emit()

    def _rebase(self, before: Path, after: Path) -> None:
        """Name the files of the models relative to another folder, in all that undo and redo bring back."""
        for place in range(self.undo_stack.count()):
            edit = self.undo_stack.command(place)
            if isinstance(edit, _Edit):
                edit.rebase(before, after)

    @property
    def recent_files(self) -> list[Path]:
        """Files opened or saved lately that still exist, the last one first."""
        stored = self._settings.value(_RECENT_KEY)
        names = [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
        return [Path(name) for name in names if Path(name).is_file()]

    def _remember(self, path: Path) -> None:
        here = str(path.resolve())
        others = [str(known) for known in self.recent_files if str(known) != here]
        self._settings.setValue(_RECENT_KEY, [here, *others][:RECENT_FILES])
        self.recent_changed.emit()

    def _begin(self, file: ScenarioFile | None, scenario: Scenario) -> None:
        self._swap.clear()
        self._file = file
        self.undo_stack.clear()
        self.undo_stack.setClean()
        self._scenario = scenario
        self.file_changed.emit()
        self.scenario_changed.emit()

    def _show(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._keep()  # before any view hears of it: what a view does wrong must not cost the edit
        self.scenario_changed.emit()

    def _keep(self) -> None:
        try:
            self._swap.write(self._scenario, self.path, self.folder)
        except InputError as error:
            if self._keeps:
                self._keeps = False
                self.keeping_failed.emit(error)
        else:
            self._keeps = True

    def _follow_clean(self, clean: bool) -> None:
        if clean:
            self._swap.clear()
        self.clean_changed.emit(clean)


def recent_title(path: Path, others: Iterable[Path]) -> str:
    """Return what a list of files calls one of them: its name, and its folder where others are called so as well."""
    alone = sum(other.name == path.name for other in others) == 1
    return path.name if alone else f"{path.name} – {path.parent}"


def rebased(scenario: Scenario, old: Path, new: Path) -> Scenario:
    """Return the scenario with the files of its models named relative to another folder."""
    models = rebased_models(scenario.models, old, new)
    return scenario if models is scenario.models else scenario.model_copy(update={"models": models})


def rebased_models(models: tuple[ModelEntry, ...], old: Path, new: Path) -> tuple[ModelEntry, ...]:
    """Return models with their files named relative to another folder; the same ones where no name changes."""

    def moved(name: str | None) -> str | None:
        if name is None or Path(name).is_absolute():
            return name
        try:
            return Path(os.path.relpath(old / name, new)).as_posix()
        except ValueError:  # on another drive
            return str(old / name)

    def changed(entry: ModelEntry) -> ModelEntry:
        values = {key: moved(getattr(entry, key)) for key in ("file", "profile") if getattr(entry, key) is not None}
        return entry.model_copy(update=values) if values else entry

    if old == new:
        return models
    made = tuple(changed(entry) for entry in models)
    return models if made == models else made


def same_plan_input(one: Scenario, other: Scenario) -> bool:
    """Return whether two scenarios ask for the same plan: they differ at most in names and places on the canvas."""
    if one is other:
        return True
    return len(one.servers) == len(other.servers) and (
        all(getattr(one, name) == getattr(other, name) for name in _PLANNED_FIELDS)
        and all(map(_same_but_for_place, one.servers, other.servers))
    )


_PLANNED_FIELDS = tuple(name for name in Scenario.model_fields if name not in ("name", "description", "servers"))


def _same_but_for_place(one: Server, other: Server) -> bool:
    """Return whether two servers are the same; an edit keeps those that it leaves alone."""
    return one is other or one.model_copy(update={"position": None}) == other.model_copy(update={"position": None})
