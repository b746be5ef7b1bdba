"""A process that is killed loses nothing: swap files, what is offered, what is restored."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from edit_session import digest
from PySide6.QtCore import QCoreApplication
from random_edits import edit_at_random
from real_window import copied, settings_in

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import Scenario, open_scenario, scenario_text
from dnnmig_gui.gui.document import Document, empty_scenario
from dnnmig_gui.gui.recovery import SwapFile, left_behind, read_swap, recovery_folder

SESSIONS = 50
SOME_EDITS = 5 * 67
"""Bytes that five finished edits tell: sooner most sessions have nothing unsaved yet."""
DRIVER = Path(__file__).with_name("edit_session.py")


def only(folder: Path) -> Path:
    (file,) = folder.glob("*.swap")
    return file


@pytest.fixture
def folder(qapp: QCoreApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of swap files, empty."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return recovery_folder()


@pytest.fixture
def document(folder: Path, tmp_path: Path) -> Iterator[Document]:
    made = Document(settings_in(tmp_path))
    yield made
    made.let_go()


def named(document: Document, name: str) -> None:
    document.edit("Rename", document.scenario.model_copy(update={"name": name}))


def test_an_edit_lies_in_the_swap_file_before_any_view_hears_of_it(document: Document, folder: Path) -> None:
    seen: list[str] = []
    document.scenario_changed.connect(lambda: seen.append(read_swap(only(folder)).scenario.name))
    named(document, "First")
    named(document, "Second")
    document.undo_stack.undo()
    assert seen == ["First", "Second", "First"]


def test_what_is_saved_opened_or_undone_leaves_no_swap_file(document: Document, folder: Path, tmp_path: Path) -> None:
    path = copied(tmp_path)
    document.open(path)
    named(document, "Other")
    assert only(folder)
    document.undo_stack.undo()
    assert not list(folder.glob("*.swap"))
    document.undo_stack.redo()
    assert read_swap(only(folder)).path == path.resolve()
    document.save()
    assert not list(folder.glob("*.swap"))
    named(document, "Third")
    document.revert()
    assert not list(folder.glob("*.swap"))
    named(document, "Fourth")
    document.let_go()
    assert not list(folder.iterdir())


def test_an_open_window_is_not_offered(document: Document, folder: Path) -> None:
    named(document, "Open here")
    assert left_behind() == []
    assert only(folder)


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The process that begins sessions."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, str(DRIVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        yield process


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_a_killed_session_is_restored_as_after_its_last_finished_edit(
    sessions: subprocess.Popen[str], folder: Path, tmp_path: Path
) -> None:
    chance = random.Random(5)
    path = copied(tmp_path)
    restored = 0
    assert sessions.stdin is not None
    assert sessions.stdout is not None
    for seed in range(SESSIONS):
        state = tmp_path / f"state-{seed}"
        state.mkdir()
        told = state / "told"
        name = str(path) if seed % 2 else "-"
        sessions.stdin.write(f"{seed}\t{name}\t{state}\n")
        sessions.stdin.flush()
        process = int(sessions.stdout.readline())
        wait_until(lambda told=told: told.exists() and told.stat().st_size > SOME_EDITS)  # type: ignore[misc]
        time.sleep(chance.uniform(0, 0.08))
        os.kill(process, signal.SIGKILL)
        wait_until(lambda process=process: gone(process))  # type: ignore[misc]
        finished = [line.split() for line in told.read_text().splitlines(keepends=True) if line.endswith("\n")]
        after, clean = finished[-1]
        found = left_behind(state / "dnnmig" / "dnnmig" / "recovery")
        following = follower(seed, name, len(finished), tmp_path)
        if not found:
            # Nothing unsaved was there to lose, or the edit under way has just undone it all.
            assert clean == "1" or following == digest(open_or_new(name))
            continue
        (each,) = found
        document = Document(settings_in(tmp_path))
        document.restore(each.unsaved)
        # The edit under way when the signal came may lie in the swap file already, or not yet.
        assert digest(document.scenario) in (after, following)
        # Edits may have led back to what the file says: nothing is left to be saved then.
        assert document.is_clean == (document.scenario == open_or_new(name))
        each.remove()
        document.let_go()
        restored += 1
    assert restored >= SESSIONS * 0.6


def open_or_new(name: str) -> Scenario:
    return empty_scenario() if name == "-" else open_scenario(name).scenario


def follower(seed: int, name: str, finished: int, tmp_path: Path) -> str:
    """Return the digest of a session's document after the edit that follows `finished` ones."""
    chance = random.Random(seed)
    document = Document(settings_in(tmp_path))
    if name != "-":
        document.open(Path(name))
    for _ in range(finished + 1):
        edit_at_random(document, chance)
    document.let_go()
    return digest(document.scenario)


def killed(folder: Path, tmp_path: Path, name: str) -> None:
    """Leave a swap file behind as a killed process does: a subprocess that ends without closing anything."""
    code = (
        "import os\nfrom pathlib import Path\nfrom PySide6.QtCore import QCoreApplication\n"
        "from dnnmig_gui.core.scenario import open_scenario\nfrom dnnmig_gui.gui.recovery import SwapFile\n"
        f"application = QCoreApplication([])\npath = Path({str(tmp_path / 'paper-alexnet.dnnmig')!r})\n"
        f"scenario = open_scenario(path).scenario.model_copy(update={{'name': {name!r}}})\n"
        f"SwapFile(Path({str(folder)!r})).write(scenario, path, path.parent)\nos._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code], check=False, timeout=30)


def test_restoring_is_one_edit_of_the_file(document: Document, folder: Path, tmp_path: Path) -> None:
    path = copied(tmp_path)
    killed(folder, tmp_path, "Half done")
    (found,) = left_behind()
    assert found.title == "Half done"
    document.restore(found.unsaved)
    found.remove()
    assert (document.scenario.name, document.path, document.is_clean) == ("Half done", path, False)
    document.undo_stack.undo()
    assert document.scenario == open_scenario(path).scenario
    assert document.is_clean
    assert left_behind() == []


def test_restoring_where_the_file_is_gone_saves_it_again(document: Document, folder: Path, tmp_path: Path) -> None:
    path = copied(tmp_path)
    killed(folder, tmp_path, "Half done")
    path.unlink()
    (found,) = left_behind()
    document.restore(found.unsaved)
    found.remove()
    document.save()
    assert open_scenario(path).scenario.name == "Half done"
    document.undo_stack.undo()
    assert not document.is_clean


def test_only_one_window_gets_the_offer(folder: Path, tmp_path: Path) -> None:
    copied(tmp_path)
    killed(folder, tmp_path, "Half done")
    (found,) = left_behind()
    assert left_behind() == []
    found.release()
    assert [each.title for each in left_behind()] == ["Half done"]


def test_what_is_saved_already_or_broken_is_not_offered(folder: Path, tmp_path: Path) -> None:
    path = copied(tmp_path)
    killed(folder, tmp_path, open_scenario(path).scenario.name)
    (folder / "torn.swap").write_text('{"format": "dnnmig-swap", "version": 1, "scena')
    (folder / "other.swap").write_text('{"format": "dnnmig-swap", "version": 99}')
    assert left_behind() == []
    assert not list(folder.glob("*.swap"))
    assert len(list(folder.glob("*.broken"))) == 2  # kept for whoever wants to look


def test_a_swap_file_that_cannot_be_written_is_told_once_and_costs_no_edit(
    document: Document, folder: Path, tmp_path: Path
) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    told: list[InputError] = []
    document.keeping_failed.connect(told.append)
    named(document, "One")
    named(document, "Two")
    assert document.scenario.name == "Two"
    assert len(told) == 1
    assert "unsaved changes cannot be kept" in str(told[0])


def test_a_swap_file_holds_every_byte(folder: Path, tmp_path: Path) -> None:
    scenario = open_scenario(copied(tmp_path)).scenario
    swap = SwapFile()
    swap.write(scenario, None, tmp_path)
    assert scenario_text(read_swap(only(folder)).scenario) == scenario_text(scenario)
    swap.clear()


def test_equal_scenarios_have_equal_digests() -> None:
    """A session that removes its only server says so, a new one does not: nothing is lost, nothing is to be saved."""
    emptied = Scenario.model_validate({**empty_scenario().model_dump(exclude_unset=True), "servers": ()})
    assert scenario_text(emptied) != scenario_text(empty_scenario())
    assert emptied == empty_scenario()
    assert digest(emptied) == digest(empty_scenario())
    assert digest(emptied) != digest(emptied.model_copy(update={"name": "Another"}))
