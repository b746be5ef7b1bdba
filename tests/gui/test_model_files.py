"""Files of models and of their times: read before they change anything, and one that is bad takes nothing with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot
from real_window import paper, window  # noqa: F401  fixtures

from dnnmig_gui.core.scenario.edits import add_model, set_model
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

TABLE = Path(__file__).parents[1] / "data" / "alexnet-measured.csv"
BAD = {
    "empty.csv": b"",
    "random.onnx": bytes(range(256)),
    "latin.csv": "name,kind\nZ\u00fcrich,conv\n".encode("latin-1"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_model_that_cannot_be_read_changes_nothing(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    tmp_path: Path,
    name: str,
) -> None:
    before = paper.document.scenario
    bad = tmp_path / name
    bad.write_bytes(BAD[name])
    paper.model_files.take([bad])
    qtbot.waitUntil(paper.banner.isVisible)
    assert name in paper.banner.text
    assert "\n" not in paper.banner.text
    assert paper.document.scenario == before
    assert paper.document.is_clean


def test_a_bad_model_does_not_take_the_others_with_it(qtbot: QtBot, paper: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    qtbot.waitUntil(lambda: "alexnet" in paper.loading.models)
    table = Path(shutil.copy(TABLE, tmp_path / "soon-gone.csv"))
    with qtbot.waitSignal(paper.loading.failed):
        paper.document.edit("Add", add_model(paper.document.scenario, file=str(table.with_name("gone.csv")))[0])
        assert "alexnet" in paper.loading.models, "what was read stays on the screen"
    assert set(paper.loading.models) == {"alexnet"}
    assert not paper.loading.loaded, "it cannot be planned"
    paper.banner.hide()
    paper.model_files.take([table])
    qtbot.waitUntil(lambda: "soon-gone" in paper.loading.models)
    assert paper.banner.isHidden(), "what is wrong with the other was told already"
    paper.document.undo_stack.setIndex(0)
    assert set(paper.loading.loaded) == {"alexnet"}


def profile_of(model: object, path: Path) -> Path:
    rows = [f"{number},{layer.name},{number},1" for number, layer in enumerate(model.layers)]  # type: ignore[attr-defined]
    path.write_text("index,name,client-1_ms,edge-1_ms\n" + "\n".join(rows))
    return path


def test_measured_times_go_to_the_model_that_they_are_of(qtbot: QtBot, paper: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    qtbot.waitUntil(lambda: "alexnet" in paper.loading.models)
    paper.model_files.take([Path(shutil.copy(TABLE, tmp_path / "other.csv"))])
    qtbot.waitUntil(lambda: "other" in paper.loading.models)
    times = profile_of(paper.loading.models["alexnet"], tmp_path / "times.csv")
    paper.selection.select()  # what is selected would come before the followed user's
    paper.model_files.begin_with([times])  # as Open… does; it is no scenario of its own
    qtbot.waitUntil(lambda: paper.document.scenario.models[0].profile is not None)
    assert (paper.document.folder / str(paper.document.scenario.models[0].profile)).resolve() == times.resolve()
    assert paper.selection.model == "alexnet"
    assert paper.document.scenario.models[1].profile is None
    qtbot.waitUntil(lambda: "alexnet" in paper.loading.models)
    assert "edge-1" in paper.loading.loaded["alexnet"].profile.seconds


def test_measured_times_of_no_model_are_refused(qtbot: QtBot, paper: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    qtbot.waitUntil(lambda: "alexnet" in paper.loading.models)
    times = tmp_path / "times.csv"
    times.write_text("index,name,client_ms\n0,nothing,1\n")
    paper.model_files.take([times])
    qtbot.waitUntil(paper.banner.isVisible)
    assert paper.banner.text.startswith("times.csv: row 2: no layer 'nothing'")
    paper.document.new()
    paper.banner.hide()
    paper.model_files.take([times])
    qtbot.waitUntil(paper.banner.isVisible)
    assert "add the model first" in paper.banner.text
    assert paper.document.is_clean


def test_a_model_is_opened_as_a_scenario_of_its_own(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(TABLE), ""))
    paper.files.open()
    qtbot.waitUntil(lambda: paper.document.path is None)
    assert [entry.id for entry in paper.document.scenario.models] == ["alexnet-measured"]


def test_a_bad_file_asks_nothing_about_unsaved_changes(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_: object) -> QMessageBox.StandardButton:
        pytest.fail("asked what becomes of the changes, for a file that cannot be opened")

    monkeypatch.setattr(QMessageBox, "question", never)
    paper.document.edit("Rename", paper.document.scenario.model_copy(update={"name": "Mine"}))
    for name, content in {**BAD, "broken.dnnmig": b"{", "broken.graphml": b"<graphml>"}.items():
        bad = tmp_path / name
        bad.write_bytes(content)
        paper.banner.hide()
        paper.files.open_path(bad)
        qtbot.waitUntil(paper.banner.isVisible)
        assert name in paper.banner.text
    assert paper.document.scenario.name == "Mine"


def test_other_times_for_a_model_read_it_again(qtbot: QtBot, paper: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    qtbot.waitUntil(lambda: "alexnet" in paper.loading.models)
    times = profile_of(paper.loading.models["alexnet"], tmp_path / "times.csv")
    paper.document.edit("Times", set_model(paper.document.scenario, "alexnet", {"profile": str(times)}))
    assert not paper.loading.models
    qtbot.waitUntil(lambda: bool(paper.loading.loaded))
    assert "client-1" in paper.loading.loaded["alexnet"].profile.seconds


def test_sizes_that_a_model_leaves_open_are_asked_for(qtbot: QtBot, paper: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    shape = ["batch", 3, "height", "width"]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"], name="relu")], "open", ends[:1], ends[1:])
    file = tmp_path / "open.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), file)
    before = paper.document.scenario
    paper.model_files.take([file])
    qtbot.waitUntil(lambda: paper.model_files.dialog is not None and paper.model_files.dialog.isVisible())
    assert paper.document.scenario == before
    dialog = paper.model_files.dialog
    assert dialog is not None
    assert dialog.sizes == {"height": 224, "width": 224}
    dialog.fields["width"].setText("")
    assert not dialog.add.isEnabled()
    dialog.fields["width"].setText("320")
    assert dialog.add.isEnabled()
    dialog.accept()
    qtbot.waitUntil(lambda: "open" in paper.loading.models)
    assert paper.document.scenario.models[-1].dimensions == {"height": 224, "width": 320}
    assert paper.banner.isHidden()
