"""The window as a whole: files in and out, views that follow, layout, closing, the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFileDialog, QLineEdit, QMessageBox, QSlider
from pytestqt.qtbot import QtBot
from real_window import PLANNING_MS, SCENARIOS, copied, open_window, paper, plan, settings_in, window  # noqa: F401  fixtures

from dnnmig_gui.__main__ import main
from dnnmig_gui.core.run import Run
from dnnmig_gui.gui import application, file_actions
from dnnmig_gui.gui.planner import planning as planning_module
from dnnmig_gui.gui.theme.tokens import DARK, LIGHT
from dnnmig_gui.gui.view_actions import stored_theme
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

BAD = {
    "empty": b"",
    "truncated": b'{"format": "dnnmig-scenario", "version": 1, "servers": [',
    "binary": bytes(range(256)),
    "version": b'{"format": "dnnmig-scenario", "version": 99}',
    "key": b'{"format": "dnnmig-scenario", "version": 1, "colour": "red"}',
    "nan": b'{"format": "dnnmig-scenario", "version": 1, "seed": NaN}',
    "nested": b"[" * 100_000,
}


def answer(monkeypatch: pytest.MonkeyPatch, button: QMessageBox.StandardButton) -> list[str]:
    """Answer the question about unsaved changes, and count how often it comes."""
    asked: list[str] = []

    def ask(parent: object, name: str) -> QMessageBox.StandardButton:
        asked.append(name)
        return button

    monkeypatch.setattr(file_actions, "ask_unsaved", ask)
    return asked


def change(window: MainWindow) -> None:  # noqa: F811
    window.document.edit("Rename", window.document.scenario.model_copy(update={"name": "Changed"}))


def test_a_scenario_opens_in_every_view(paper: MainWindow) -> None:  # noqa: F811
    assert paper.windowTitle().startswith(paper.document.scenario.name)
    assert set(paper.library.model_rows) == {"alexnet"}
    assert "233" in paper.library.model_rows["alexnet"].accessibleName()
    assert paper.banner.isHidden()


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_told_and_changes_nothing(paper: MainWindow, tmp_path: Path, kind: str) -> None:  # noqa: F811
    change(paper)
    before, path = paper.document.scenario, paper.document.path
    bad = tmp_path / f"{kind}.dnnmig"
    bad.write_bytes(BAD[kind])
    assert not paper.files.open_path(bad)
    assert paper.banner.isVisible()
    assert f"{kind}.dnnmig" in paper.banner.text
    assert "\n" not in paper.banner.text
    assert (paper.document.scenario, paper.document.path) == (before, path)
    assert paper.document.undo_stack.canUndo()
    assert bad.read_bytes() == BAD[kind]


def test_a_folder_and_a_missing_file_are_told(paper: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    for path in (tmp_path, tmp_path / "none.dnnmig"):
        assert not paper.files.open_path(path)
        assert paper.banner.isVisible()


def test_a_model_that_is_not_there_is_told(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "lost.dnnmig"
    values = {"format": "dnnmig-scenario", "version": 1, "models": [{"id": "m", "file": "gone.csv"}]}
    path.write_text(json.dumps(values))
    assert window.files.open_path(path)
    qtbot.waitUntil(window.banner.isVisible)
    assert "gone.csv" in window.banner.text


def test_unsaved_changes_are_asked_about(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = answer(monkeypatch, QMessageBox.StandardButton.Cancel)
    change(paper)
    assert not paper.close()
    assert paper.isVisible()
    paper.files.new()
    assert paper.document.scenario.name == "Changed"
    assert len(asked) == 2


def test_discard_lets_go_and_save_saves(
    paper: MainWindow,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = paper.document.path
    assert path is not None
    change(paper)
    answer(monkeypatch, QMessageBox.StandardButton.Save)
    paper.files.new()
    assert json.loads(path.read_text())["name"] == "Changed"
    assert paper.document.path is None
    change(paper)
    answer(monkeypatch, QMessageBox.StandardButton.Discard)
    paper.files.new()
    assert paper.document.scenario.name == "Untitled"


def test_save_as_asks_for_a_name_and_adds_the_suffix(
    window: MainWindow,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change(window)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    window.named_actions["save"].trigger()
    assert (tmp_path / "mine.dnnmig").is_file()
    assert window.document.is_clean
    assert not window.top_bar.shows_changed


def test_a_save_that_fails_is_told(
    window: MainWindow,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change(window)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "mine.dnnmig"), ""))
    window.named_actions["save"].trigger()
    assert window.banner.isVisible()
    assert window.top_bar.shows_changed


def test_a_dropped_scenario_opens(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    path = copied(tmp_path, "paper-vgg19")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(50, 50).toPoint(), copy, data, left, none)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(QPointF(50, 50), copy, data, left, none))
    qtbot.waitUntil(lambda: window.document.path == path)


def test_a_model_dropped_beside_the_canvas_is_added(qtbot: QtBot, paper: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    table = tmp_path / "mine.csv"
    table.write_text("name,kind,inputs,flops,param_bytes,output_bytes\ninput,input,,0,0,600\nfc,dense,input,20,40,4\n")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(table))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    paper.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, none))
    qtbot.waitUntil(lambda: paper.document.scenario.models[-1].file == "mine.csv")


def test_examples_open_with_a_click(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    path, row = next(iter(window.library.example_rows.items()))
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert window.document.path == path
    assert row.isChecked()


def test_a_drag_of_servers_is_one_undo_command(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    plan(qtbot, paper)
    paper.topology.servers_moved.emit({"Edge 1": (10.0, 20.0), "Edge 2": (30.0, 40.0)})
    assert paper.document.scenario.server("Edge 2").position == (30.0, 40.0)
    assert paper.document.undo_stack.count() == 1
    assert not paper.planning.outdated
    paper.document.undo_stack.undo()
    assert paper.document.scenario.server("Edge 1").position is None


def test_what_is_selected_is_told(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    plan(qtbot, paper)
    paper.selection.select(server="Edge 5", layer="fc6", partition=0)
    assert paper.inspector.tabs["Selection"].isChecked()
    qtbot.waitUntil(lambda: bool(paper.details.texts()))
    words = " ".join(paper.details.texts())
    for word in ("Edge 5", "18.3", "fc6", "Fully connected", "P3 #1", "144"):
        assert word in words, word
    paper.files.new()
    qtbot.waitUntil(lambda: "Nothing is selected" in paper.details.texts())


def test_a_smaller_window_is_shared_out_as_at_first(paper: MainWindow, qtbot: QtBot) -> None:  # noqa: F811
    paper.resize(1600, 1000)
    qtbot.waitUntil(lambda: paper.timeline.height() == 376)
    paper.resize(1280, 760)
    qtbot.waitUntil(lambda: paper.topology.height() > 200)


def test_the_theme_changes_every_colour_live(paper: MainWindow) -> None:  # noqa: F811
    def gutter() -> QColor:
        return paper.grab().toImage().pixelColor(3, paper.height() - 3)

    assert gutter() == LIGHT.bg
    paper.named_actions["theme-dark"].trigger()
    assert gutter() == DARK.bg
    paper.named_actions["theme-light"].trigger()
    assert gutter() == LIGHT.bg


def test_layout_and_theme_are_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    first = open_window(qtbot, tmp_path)
    first.named_actions["show-library"].trigger()
    border = first.docks._whole.handle(1)
    qtbot.mousePress(border, Qt.MouseButton.LeftButton, pos=QPoint(4, 200))
    qtbot.mouseMove(border, QPoint(-56, 200))
    qtbot.mouseRelease(border, Qt.MouseButton.LeftButton, pos=QPoint(-56, 200))
    wide = first.inspector.width()
    assert wide > 340  # not its first width of 320
    first.named_actions["theme-dark"].trigger()
    first.close()
    second = open_window(qtbot, tmp_path)
    second.resize(first.size())  # offscreen the screen is too small for it
    assert second.library.isHidden() == first.library.isHidden()
    qtbot.waitUntil(lambda: abs(second.inspector.width() - wide) <= 3)
    assert second.look.choice == "light"  # the theme is handed in; what was chosen last is stored for the next start
    assert stored_theme(settings_in(tmp_path)) == "dark"
    second.named_actions["reset-layout"].trigger()
    assert second.library.isVisible()
    qtbot.waitUntil(lambda: abs(second.inspector.width() - 320) <= 3)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1600, 1000), (1920, 1080)])
def test_nothing_is_pushed_out_of_the_window(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    width: int,
    height: int,
) -> None:
    paper.resize(width, height)
    paper.docks.reset()
    plan(qtbot, paper)
    qtbot.wait(50)
    assert (paper.width(), paper.height()) == (width, height)
    for part in (paper.library, paper.topology, paper.dnn, paper.timeline, paper.inspector, paper.plan_button):
        corner = part.mapTo(paper, part.rect().bottomRight())
        assert corner.x() <= width, part
        assert corner.y() <= height, part
        assert part.visibleRegion().boundingRect().size() == part.size(), part


def test_every_control_has_a_name(paper: MainWindow) -> None:  # noqa: F811
    for kind in (QAbstractButton, QLineEdit, QComboBox, QSlider):
        for control in paper.findChildren(kind):
            if control.isVisible() and not control.objectName().startswith("qt_"):
                name = control.accessibleName() or getattr(control, "text", str)()
                assert name, f"{type(control).__name__} in {type(control.parentWidget()).__name__}"


def test_tab_leads_on_and_shows_where_it_is(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    paper.activateWindow()
    paper.plan_panel.seed.editor.setFocus()
    assert paper.ring.isVisible()
    seen = set()
    for _ in range(60):
        focused = paper.focusWidget()
        assert focused is not None
        seen.add(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert paper.plan_panel.uploading.combo in seen
    assert paper.plan_button in seen
    assert len(seen) > 20


def test_closing_in_the_middle_of_planning(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = threading.Event()

    def work(scenario: object, folder: Path, run: Run, models: object) -> None:
        started.set()
        while True:
            run.check()
            time.sleep(0.002)

    monkeypatch.setattr(planning_module, "plan_run", work)
    paper.planning.start()
    assert started.wait(5)
    assert paper.close()
    assert not paper.jobs.busy
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("planner")]


def test_exports(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan(qtbot, paper)

    def export(action: str, name: str) -> Path:
        paper.banner.hide()
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / name), ""))
        paper.named_actions[action].trigger()
        qtbot.waitUntil(paper.banner.isVisible, timeout=PLANNING_MS)
        assert name in paper.banner.text
        return tmp_path / name

    saved = json.loads(export("export-plan", "plan.json").read_text())
    assert saved["format"] == "dnnmig-plan"
    assert [user["id"] for user in saved["users"]] == [user.id for user in paper.document.scenario.users]
    assert json.loads(export("export-trace", "trace.json").read_text())["format"] == "dnnmig-trace"
    assert "traceEvents" in json.loads(export("export-trace", "trace.perfetto.json").read_text())
    assert len(export("export-trace", "trace.csv").read_text().splitlines()) == len(paper.planning.run.trace.start) + 1
    page = export("export-report", "report.html").read_text()
    assert paper.document.scenario.name.split(":")[0] in page
    assert export("export-report", "report.pdf").read_bytes().startswith(b"%PDF-")
    for view in ("timeline", "topology", "dnn"):
        picture = QImage(str(export(f"export-{view}", f"{view}.png")))
        assert picture.width() > 300
        assert len({picture.pixel(x, picture.height() // 2) for x in range(picture.width())}) > 2
        drawing = ElementTree.parse(export(f"export-{view}", f"{view}.svg")).getroot()  # noqa: S314  our own file
        assert drawing.tag.endswith("svg")
        assert len(list(drawing.iter())) > 20


def test_an_export_that_fails_is_told(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "x.png"), ""))
    paper.named_actions["export-topology"].trigger()
    assert paper.banner.isVisible()
    assert "x.png" in paper.banner.text


def run_program(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dnnmig_gui", *map(str, arguments)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_screenshot_from_the_command_line(tmp_path: Path) -> None:
    picture = tmp_path / "shots" / "paper.png"
    arguments = ("--plan", "--screenshot", picture, "--size", "1280x800", "--theme", "dark", "--time", "3")
    done = run_program(SCENARIOS / "paper-alexnet.dnnmig", *arguments)
    assert done.returncode == 0, done.stderr
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1280, 800)
    assert image.pixelColor(3, 797) == DARK.bg
    assert done.stderr == ""


def test_a_screenshot_of_a_bad_file_is_refused_in_one_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.dnnmig"
    bad.write_text("{}")
    done = run_program(bad, "--screenshot", tmp_path / "x.png")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "bad.dnnmig" in done.stderr
    assert not (tmp_path / "x.png").exists()


def test_what_was_not_foreseen_is_shown_and_nothing_is_lost(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # put back afterwards
    monkeypatch.setattr(application.signal, "signal", lambda *_: None)  # Ctrl+C stays the tests' own
    change(paper)
    application.guard(paper, told=None)
    try:
        raise ZeroDivisionError("by nought")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    boxes = paper.findChildren(QMessageBox)
    assert len(boxes) == 1
    assert boxes[0].isVisible()
    assert "by nought" in boxes[0].text()
    assert "test_window.py" in boxes[0].detailedText()
    assert paper.document.scenario.name == "Changed"
    boxes[0].close()


@pytest.mark.parametrize("arguments", [["--size", "big"], ["--time", "-1"], ["--theme", "pink"], ["--time", "nan"]])
def test_wrong_arguments_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert arguments[1] in capsys.readouterr().err


@pytest.mark.parametrize("width", [1024, 1280, 1600])
def test_the_top_bar_clips_no_button(qtbot: QtBot, paper: MainWindow, width: int) -> None:  # noqa: F811
    paper.resize(width, 768)
    qtbot.wait(50)
    for made in paper.top_bar.findChildren(QAbstractButton):
        if made.isVisible() and made.width() < made.sizeHint().width() - 4:
            pytest.fail(f"{made.accessibleName()} has {made.width()} px of {made.sizeHint().width()}")
    right = paper.top_bar.mapToGlobal(paper.top_bar.rect().topRight()).x()
    assert all(
        made.mapToGlobal(made.rect().topRight()).x() <= right
        for made in paper.top_bar.findChildren(QAbstractButton)
        if made.isVisible()
    )


def test_keys_go_from_view_to_view(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
) -> None:
    paper.activateWindow()
    paper.view.show_dnn(False)
    paper.named_actions["charts"].trigger()
    for name, canvas in (
        ("dnn", paper.dnn.canvas),
        ("topology", paper.topology.canvas),
        ("timeline", paper.timeline.canvas),
    ):
        paper.named_actions[f"go-{name}"].trigger()
        assert paper.focusWidget() is canvas
    assert paper.pages.shown == "plan"
    assert not paper.docks.is_shut("dnn")
