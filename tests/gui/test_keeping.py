"""What the window asks when work was left behind or another program changed the file; several windows."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton
from pytestqt.qtbot import QtBot
from real_window import PLANNING_MS, copied, let_go, open_window, paper, plan, window  # noqa: F401  (fixtures)
from test_recovery import killed

from dnnmig_gui.core.scenario import open_scenario, save_scenario
from dnnmig_gui.gui.moving import beside
from dnnmig_gui.gui.recovery import left_behind, recovery_folder
from dnnmig_gui.gui.window import MainWindow
from dnnmig_gui.gui.windows import OTHERS

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def choices(window: MainWindow) -> dict[str, QPushButton]:  # noqa: F811
    return {button.text(): button for button in window.banner.findChildren(QPushButton) if not button.isHidden()}


def rename(window: MainWindow, name: str) -> None:  # noqa: F811
    window.document.edit("Rename", window.document.scenario.model_copy(update={"name": name}))


def test_what_was_left_behind_is_offered_and_restored(window: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    path = copied(tmp_path)
    killed(recovery_folder(), tmp_path, "Half done")
    window.keeping.offer()
    assert "“Half done” was not saved" in window.banner.text
    assert set(choices(window)) == {"Restore", "Discard", "Later"}
    choices(window)["Restore"].click()
    assert window.document.scenario.name == "Half done"
    assert window.document.path == path
    assert window.top_bar.shows_changed
    assert not window.banner.isVisible()
    assert left_behind() == []


def test_what_is_not_wanted_is_discarded_and_what_is_left_comes_again(window: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    copied(tmp_path)
    for name in ("One", "Two"):
        killed(recovery_folder(), tmp_path, name)
    window.keeping.offer()
    assert "“Two”" in window.banner.text
    assert "(1 more)" in window.banner.text
    choices(window)["Discard"].click()
    assert "“One”" in window.banner.text
    choices(window)["Later"].click()
    assert [each.title for each in left_behind()] == ["One"]


def test_what_is_open_is_not_pushed_aside(qtbot: QtBot, paper: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    rename(paper, "Mine")
    killed(recovery_folder(), tmp_path, "Half done")
    paper.keeping.offer()
    choices(paper)["Restore"].click()
    (other,) = OTHERS
    assert paper.document.scenario.name == "Mine"
    assert other.document.scenario.name == "Half done"
    let_go(other)
    other.close()


def test_another_program_changes_the_file(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    path = paper.document.path
    assert path is not None
    rename(paper, "Mine")
    theirs = open_scenario(path).scenario.model_copy(update={"name": "Theirs"})
    with qtbot.waitSignal(paper.keeping.watch.changed, timeout=5000):
        save_scenario(theirs, path)  # in one step: the watched file itself is gone then
    assert "was changed by another program, and you have changes of your own" in paper.banner.text
    choices(paper)["Take it as it is now"].click()
    assert paper.document.scenario == theirs
    assert paper.document.is_clean
    paper.document.undo_stack.undo()
    assert paper.document.scenario.name == "Mine"
    with qtbot.waitSignal(paper.keeping.watch.changed, timeout=5000):
        path.write_text(path.read_text().replace("Theirs", "Again"))
    choices(paper)["Keep mine"].click()
    assert paper.document.scenario.name == "Mine"
    assert not paper.banner.isVisible()


def test_saving_is_no_change_by_others(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    with qtbot.assertNotEmitted(paper.keeping.watch.changed, wait=600):
        rename(paper, "Mine")
        assert paper.files.save()
        rename(paper, "Mine again")
        assert paper.files.save()


def test_the_file_is_taken_away(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    path = paper.document.path
    assert path is not None
    with qtbot.waitSignal(paper.keeping.watch.gone, timeout=5000):
        path.unlink()
    assert "is no longer there" in paper.banner.text
    choices(paper)["Save it again"].click()
    assert path.exists()


def test_a_broken_file_leaves_the_document_as_it_is(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    path, scenario = paper.document.path, paper.document.scenario
    assert path is not None
    with qtbot.waitSignal(paper.keeping.watch.changed, timeout=5000):
        path.write_text("{")
    choices(paper)["Take it as it is now"].click()
    assert paper.document.scenario == scenario
    assert "is not valid JSON" in paper.banner.text


def test_several_windows_each_with_a_document_of_its_own(qtbot: QtBot, paper: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    paper.named_actions["new-window"].trigger()
    (other,) = OTHERS
    assert other.isVisible()
    assert other.document.scenario.servers == ()
    assert other.files.open_path(copied(tmp_path, "paper-vgg19"))
    rename(paper, "First")
    assert other.document.scenario.name != "First"
    other.look.choose("dark")
    qtbot.waitUntil(lambda: bool(other.loading.models), timeout=20_000)
    other.named_actions["close-window"].trigger()
    assert OTHERS == []
    QApplication.processEvents()
    gc.collect()
    paper.look.choose("light")  # nobody is told who is gone
    rename(paper, "Still here")
    assert paper.isVisible()


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        (QRect(100, 100, 800, 600), QRect(132, 132, 800, 600)),
        (QRect(900, 300, 800, 600), QRect(32, 32, 800, 600)),
        (QRect(0, 20, 1600, 980), QRect(0, 0, 1600, 980)),
        (QRect(0, 0, 2000, 1200), QRect(0, 0, 1600, 1000)),
    ],
)
def test_a_second_window_stands_on_the_screen(geometry: QRect, expected: QRect) -> None:
    assert beside(geometry, QRect(0, 0, 1600, 1000)) == expected


def test_quitting_closes_all_windows(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    other = window.open_another()
    third = other.open_another()
    third.named_actions["quit"].trigger()
    assert [each.isVisible() for each in (window, other, third)] == [False] * 3
    assert OTHERS == []


def test_save_as_keeps_the_plan(qtbot: QtBot, paper: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    plan(qtbot, paper)
    run = paper.planning.run
    paper.selection.select(server="Edge 2")
    there = tmp_path / "there"
    there.mkdir()
    paper.document.save_as(there / "other.dnnmig")
    assert paper.planning.run is not None
    assert paper.planning.run.trace is run.trace  # type: ignore[union-attr]
    assert not paper.planning.outdated
    assert paper.loading.models
    assert paper.selection.server == "Edge 2"
    assert paper.keeping.watch._watcher.files() == [str((there / "other.dnnmig").resolve())]


def test_save_as_elsewhere_keeps_the_plan_of_a_model_in_a_file(
    qtbot: QtBot,
    window: MainWindow,  # noqa: F811
    tmp_path: Path,
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    table = "name,kind,inputs,flops,param_bytes,output_bytes\ninput,input,,0,0,1000\nfc,fc,input,1000000,4000,10\n"
    (here / "m.csv").write_text(table)
    path = here / "a.dnnmig"
    path.write_text(
        '{"format": "dnnmig-scenario", "version": 1, "servers": [{"id": "c", "tier": "client", "compute_ghz": 1}],'
        '"models": [{"id": "m", "file": "m.csv"}], "users": [{"id": "u", "client": "c", "model": "m"}]}'
    )
    assert window.files.open_path(path)
    qtbot.waitUntil(lambda: bool(window.loading.models), timeout=PLANNING_MS)
    window.document.edit("Rename", window.document.scenario.model_copy(update={"name": "Twice"}))
    plan(qtbot, window)
    window.document.save_as(there / "b.dnnmig")
    assert window.document.scenario.models[0].file == "../here/m.csv"
    assert window.planning.run is not None
    assert window.planning.run.plan.scenario == window.document.scenario
    assert not window.planning.outdated
    assert window.document.is_clean
    window.document.undo_stack.undo()
    assert (window.document.scenario.name, window.document.scenario.models[0].file) == ("Untitled", "../here/m.csv")
    other = open_window(qtbot, tmp_path / "settings")
    assert other.files.open_path(there / "b.dnnmig")
    plan(qtbot, other)
    assert other.planning.run is not None


def test_the_offer_waits_behind_edits_and_messages(
    qtbot: QtBot,
    window: MainWindow,  # noqa: F811
    tmp_path: Path,
) -> None:
    copied(tmp_path)
    killed(recovery_folder(), tmp_path, "Half done")
    window.keeping.offer()
    offer = window.banner.text
    window.drawing.add_client()
    assert window.banner.isVisible(), "an edit does not answer it"
    assert window.banner.text == offer
    window.files.open_path(tmp_path / "missing.dnnmig")
    assert "no such file" in window.banner.text
    window.drawing.add_client()
    qtbot.waitUntil(lambda: window.banner.isVisible() and window.banner.text == offer)
    window.banner.tell("Something else.")
    cross(window)
    qtbot.waitUntil(lambda: window.banner.isVisible() and window.banner.text == offer)
    cross(window)
    assert window.banner.isHidden()
    window.drawing.add_client()
    QApplication.processEvents()
    assert window.banner.isHidden(), "it was put off until the next start"
    assert [each.title for each in left_behind()] == ["Half done"]


def cross(window: MainWindow) -> None:  # noqa: F811
    window.banner.findChild(QToolButton).click()


def test_a_question_about_the_file_goes_when_it_is_saved(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    path = paper.document.path
    assert path is not None
    rename(paper, "Mine")
    path.write_text(path.read_text().replace("Paper", "Theirs"))
    qtbot.waitUntil(lambda: "changed by another program" in paper.banner.text)
    rename(paper, "Still mine")
    assert paper.banner.isVisible(), "an edit does not answer it"
    assert paper.files.save()
    qtbot.waitUntil(paper.banner.isHidden)
    path.unlink()
    qtbot.waitUntil(lambda: paper.banner.isVisible() and "no longer there" in paper.banner.text)
    paper.document.new()
    assert paper.banner.isHidden()


def test_what_is_kept_against_the_file_on_disk_counts_as_not_saved(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    path = paper.document.path
    assert path is not None
    mine, own = path.read_bytes(), paper.document.scenario
    theirs = own.model_copy(update={"name": "Theirs"})
    save_scenario(theirs, path)
    qtbot.waitUntil(lambda: "was changed by another program." in paper.banner.text, timeout=5000)
    choices(paper)["Keep mine"].click()
    assert paper.top_bar.shows_changed, "closing the window would lose it without a question"
    assert list(recovery_folder().glob("*.swap")), "and so would a crash"
    paper.files.save()
    assert path.read_bytes() == mine
    assert paper.document.is_clean

    path.unlink()
    qtbot.waitUntil(lambda: "no longer there" in paper.banner.text, timeout=5000)
    assert not paper.document.is_clean
    path.write_bytes(mine)
    qtbot.waitUntil(lambda: paper.document.is_clean, timeout=5000)
    assert not paper.banner.isVisible()


def test_a_question_answered_leaves_the_keyboard_where_it_was(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    paper.show()
    qtbot.waitExposed(paper)
    paper.topology.canvas.setFocus()
    paper.banner.ask("Well?", {"Yes": lambda: None})
    yes = choices(paper)["Yes"]
    yes.setFocus()
    yes.click()
    assert paper.topology.canvas.hasFocus()


def test_a_scenario_without_a_name_is_called_by_its_file(window: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    window.files.new()
    assert window.windowTitle().startswith("Untitled")
    window.document.save_as(tmp_path / "stadium.dnnmig")
    assert window.windowTitle().startswith("stadium")
    rename(window, "Crowded")
    assert window.windowTitle().startswith("Crowded (changed)")
