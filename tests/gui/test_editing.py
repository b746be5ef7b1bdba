"""Editing in the whole window: keys, the clipboard, the library, the inspector's forms, undo."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot
from real_window import open_window, paper, window  # noqa: F401  fixtures

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import Scenario, scenario_text
from dnnmig_gui.core.scenario.clipboard import duplicated, pasted
from dnnmig_gui.core.scenario.edits import (
    add_link,
    add_model,
    add_server,
    give_model,
    move_servers,
    remove,
    rename_server,
    set_link_default,
    set_servers,
)
from dnnmig_gui.core.scenario.joined import Joined
from dnnmig_gui.gui.document import Document, empty_scenario
from dnnmig_gui.gui.topology.layout import arrange
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
Key = Qt.Key


@pytest.fixture
def drawn(window: MainWindow) -> MainWindow:  # noqa: F811
    """A window with a client, two edge servers and a cloud server, joined and asked."""
    window.files.new()
    for tier in ("client", "edge", "edge", "cloud"):
        window.drawing.add_server(tier)
    for one, other in (("client-1", "edge-1"), ("client-1", "edge-2"), ("edge-1", "cloud-1")):
        window.drawing.join(one, other)
    window.drawing.add_zoo_model("alexnet")
    window.drawing.give_model("alexnet", "client-1")
    return window


def ids(window: MainWindow) -> list[str]:  # noqa: F811
    return [server.id for server in window.document.scenario.servers]


def write(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


# Undo

EDITS: list[Callable[[Scenario, int], Scenario]] = [
    lambda s, n: add_server(s, ("client", "edge", "cloud")[n % 3], (8.0 * n, 16.0) if n % 2 else None)[0],
    lambda s, n: add_link(s, s.servers[n % len(s.servers)].id, s.servers[-1].id),
    lambda s, n: add_model(s, zoo=("alexnet", "vgg19")[n % 2])[0],
    lambda s, n: give_model(s, s.of_tier("client")[0].id, s.models[n % len(s.models)].id),
    lambda s, n: set_servers(s, [server.id for server in s.servers[: n + 1]], {"compute_ghz": 1.0 + n}),
    lambda s, n: rename_server(s, s.servers[0].id, f"Name {n}"),
    lambda s, n: move_servers(s, {s.servers[-1].id: (n * 1.5, 3.0)}),
    lambda s, n: set_link_default(s, "client-edge", {"bandwidth_mb_per_s": float(n)}),
    lambda s, n: duplicated(s, [s.servers[0].id], 1 + n % 2)[0],
    lambda s, n: remove(s, servers=[s.servers[n % len(s.servers)].id]),
]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, len(EDITS) - 1), st.integers(0, 6)), max_size=20))
def test_any_edits_undone_give_the_very_document_and_redone_the_last(
    qapp: object, tmp_path: Path, steps: list[tuple[int, int]]
) -> None:
    document = Document(QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat))
    document.new()
    first = document.scenario
    for kind, number in steps:
        try:
            after = EDITS[kind](document.scenario, number)
        except (InputError, IndexError, ZeroDivisionError):  # refused, or nothing there to edit
            continue
        document.edit("Edit", after, f"key {kind}" if kind == 6 else "")
    last = document.scenario
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.scenario is first
    assert scenario_text(document.scenario) == scenario_text(empty_scenario())
    while document.undo_stack.canRedo():
        document.undo_stack.redo()
    assert document.scenario == last


def test_every_gesture_is_one_command(drawn: MainWindow) -> None:
    assert drawn.document.undo_stack.count() == 9
    text = scenario_text(drawn.document.scenario)
    for _ in range(9):
        drawn.named_actions["undo"].trigger()
    assert drawn.document.scenario == empty_scenario()
    assert drawn.selection.is_empty
    for _ in range(9):
        drawn.named_actions["redo"].trigger()
    assert scenario_text(drawn.document.scenario) == text


# Keys


def test_keys_add_delete_and_take_tools(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    window.files.new()
    window.activateWindow()
    canvas = window.topology.canvas
    canvas.setFocus()
    for key in (Key.Key_1, Key.Key_2, Key.Key_3):
        qtbot.keyClick(canvas, key)
    assert ids(window) == ["client-1", "edge-1", "cloud-1"]
    assert window.selection.server == "cloud-1"
    qtbot.keyClick(canvas, Key.Key_K)
    assert canvas.tool == "link"
    assert window.library.tiles["link"].isChecked()
    qtbot.keyClick(canvas, Key.Key_V)
    assert canvas.tool == "select"
    qtbot.keyClick(canvas, Key.Key_Delete)
    assert ids(window) == ["client-1", "edge-1"]
    qtbot.keyClick(canvas, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert window.selection.servers == {"client-1", "edge-1"}
    qtbot.keyClick(canvas, Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert ids(window) == ["client-1", "edge-1", "client-2", "edge-2"]
    assert window.selection.servers == {"client-2", "edge-2"}


def test_a_topology_is_drawn_by_keys_alone(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    window.files.new()
    window.activateWindow()
    canvas = window.topology.canvas
    canvas.setFocus()
    for key in (Key.Key_1, Key.Key_2, Key.Key_3):
        qtbot.keyClick(canvas, key)
    qtbot.keyClick(canvas, Key.Key_Left)
    assert window.selection.servers == {"edge-1"}
    qtbot.keyClick(canvas, Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert window.selection.servers == {"client-1", "edge-1"}
    qtbot.keyClick(canvas, Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert [link.between for link in window.document.scenario.links] == [("client-1", "edge-1")]
    assert window.selection.links == {("client-1", "edge-1")}


def test_keys_never_fire_while_a_field_has_the_focus(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.activateWindow()
    drawn.selection.select(server="edge-1")
    field = drawn.details.server_form.rows["memory_mb"].editor
    assert isinstance(field, QLineEdit)
    field.setFocus()
    before = ids(drawn)
    for key in (Key.Key_1, Key.Key_2, Key.Key_3, Key.Key_Delete, Key.Key_Backspace, Key.Key_K):
        qtbot.keyClick(field, key)
    assert ids(drawn) == before
    assert drawn.topology.canvas.tool == "select"
    assert field.text() == "12k"


def test_what_needs_a_selection_is_grey_without_one(drawn: MainWindow) -> None:
    drawn.selection.select()
    for name in ("cut", "copy", "duplicate", "delete", "align-left", "distribute-down"):
        assert not drawn.named_actions[name].isEnabled(), name
    drawn.selection.select(links=[("client-1", "edge-1")])
    assert drawn.named_actions["delete"].isEnabled()
    assert not drawn.named_actions["copy"].isEnabled()
    drawn.selection.select(servers=["edge-1", "edge-2"])
    assert drawn.named_actions["align-left"].isEnabled()


# Deleting, copying, placing


def test_links_and_models_are_deleted_too(drawn: MainWindow) -> None:
    drawn.selection.select(links=[("client-1", "edge-1")])
    drawn.drawing.delete()
    assert not Joined(drawn.document.scenario).has("client-1", "edge-1")
    drawn.selection.select(model="alexnet")
    drawn.drawing.delete()
    assert drawn.document.scenario.models == ()
    assert drawn.document.scenario.users == ()


def test_copies_go_from_window_to_window(qtbot: QtBot, drawn: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = open_window(qtbot, tmp_path / "other")
    other.files.new()
    drawn.drawing.select_all()
    drawn.drawing.copy()
    other.drawing.paste()
    assert other.document.scenario.users == drawn.document.scenario.users
    assert [link.between for link in other.document.scenario.links] == [
        link.between for link in drawn.document.scenario.links
    ]
    assert other.selection.servers == set(ids(drawn))
    assert pasted(empty_scenario(), QGuiApplication.clipboard().text(), tmp_path)[1] == tuple(ids(drawn))


def test_cut_takes_away_and_paste_brings_back(drawn: MainWindow) -> None:
    before = drawn.document.scenario
    drawn.selection.select(servers=["client-1", "edge-1"])
    drawn.drawing.cut()
    assert ids(drawn) == ["edge-2", "cloud-1"]
    drawn.drawing.paste()
    assert set(ids(drawn)) == {server.id for server in before.servers}
    assert drawn.document.scenario.users == before.users


def test_a_clipboard_without_servers_is_told(drawn: MainWindow) -> None:
    QGuiApplication.clipboard().setText("nothing of ours")
    drawn.drawing.paste()
    assert drawn.banner.isVisible()
    assert "clipboard" in drawn.banner.text


def test_twenty_clients_like_this_one(drawn: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_: (20, True))
    drawn.selection.select(server="client-1")
    drawn.named_actions["duplicate-many"].trigger()
    assert len(drawn.document.scenario.of_tier("client")) == 21
    assert len(drawn.document.scenario.users) == 21
    assert drawn.document.undo_stack.undoText() == "Add 20 like Client 1"


def test_servers_are_aligned_spaced_and_arranged_again(drawn: MainWindow) -> None:
    canvas = drawn.topology.canvas
    before = canvas.places()
    drawn.drawing.select_all()
    drawn.named_actions["align-top"].trigger()
    assert len({y for _, y in canvas.places().values()}) == 1
    drawn.named_actions["distribute-across"].trigger()
    line = sorted(x for x, _ in canvas.places().values())
    assert line[1] - line[0] == pytest.approx(line[3] - line[2])
    drawn.named_actions["arrange"].trigger()
    assert canvas.places() == before
    assert all(server.position is None for server in drawn.document.scenario.servers)


# The library


def test_moves_of_the_same_servers_are_undone_together(drawn: MainWindow) -> None:
    count = drawn.document.undo_stack.count()
    for x in (8.0, 16.0, 24.0):
        drawn.drawing.move({"edge-1": (x, 0.0)})
    drawn.drawing.move({"edge-2": (400.0, 0.0)})
    assert drawn.document.undo_stack.count() == count + 2
    drawn.named_actions["undo"].trigger()
    drawn.named_actions["undo"].trigger()
    assert drawn.document.scenario.server("edge-1").position is None


def test_the_palette_adds_with_a_click(qtbot: QtBot, drawn: MainWindow) -> None:
    for tier in ("client", "edge", "cloud"):
        qtbot.mouseClick(drawn.library.tiles[tier], Qt.MouseButton.LeftButton)
    assert ids(drawn)[-3:] == ["client-2", "edge-3", "cloud-2"]
    qtbot.mouseClick(drawn.library.tiles["link"], Qt.MouseButton.LeftButton)
    assert drawn.topology.canvas.tool == "link"


def test_models_are_added_from_the_zoo_and_from_files(
    qtbot: QtBot, drawn: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    menu = drawn.library.add_model.menu()
    next(action for action in menu.actions() if action.text() == "ResNet-50").trigger()
    assert drawn.document.scenario.models[-1].zoo == "resnet50"
    assert drawn.selection.model == drawn.document.scenario.models[-1].id
    table = tmp_path / "own.csv"
    table.write_text("name,kind,inputs,flops,param_bytes,output_bytes\ninput,input,,0,0,100\na,conv,input,10,10,10\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(table), ""))
    menu.actions()[-1].trigger()
    qtbot.waitUntil(lambda: "own" in drawn.loading.models)
    assert drawn.document.scenario.models[-1].id == "own"
    drawn.drawing.take_file(table, "client-1")
    assert drawn.document.scenario.users[0].model == "own"


def test_a_click_on_a_model_shows_it(qtbot: QtBot, drawn: MainWindow) -> None:
    qtbot.waitUntil(lambda: "alexnet" in drawn.loading.models)
    qtbot.mouseClick(drawn.library.model_rows["alexnet"], Qt.MouseButton.LeftButton)
    assert drawn.inspector.tabs["Selection"].isChecked()
    assert any("Krizhevsky" in text for text in drawn.details.texts())


# The inspector


def test_a_server_s_values_are_typed(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.selection.select(server="edge-1")
    form = drawn.details.server_form
    count = drawn.document.undo_stack.count()
    write(qtbot, form.rows["compute_ghz"].editor, "12.5")  # type: ignore[arg-type]
    assert drawn.document.scenario.server("edge-1").compute_ghz == 12.5
    assert drawn.document.undo_stack.count() == count + 1, "what is typed in one field is one command"
    drawn.document.undo_stack.undo()
    assert drawn.document.scenario.server("edge-1").compute_ghz == 4.2


@pytest.mark.parametrize("text", ["-1", "0", "fast", "1e30", "nan"])
def test_what_is_wrong_is_marked_and_never_applied(qtbot: QtBot, drawn: MainWindow, text: str) -> None:
    drawn.selection.select(server="edge-1")
    before = drawn.document.scenario.server("edge-2")
    row = drawn.details.server_form.rows["compute_ghz"]
    assert isinstance(row.editor, QLineEdit)
    row.editor.setFocus()
    row.editor.setText(text)
    row.editor.textEdited.emit(text)
    assert row.problem
    assert drawn.document.scenario.server("edge-1").compute_ghz == 4.2
    assert drawn.document.scenario.server("edge-2") == before
    drawn.selection.select(server="edge-2")
    assert not row.problem


def test_several_servers_are_edited_at_once(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.selection.select(server="edge-1")
    write(qtbot, drawn.details.server_form.rows["memory_mb"].editor, "512")  # type: ignore[arg-type]
    drawn.selection.select(servers=["edge-1", "edge-2"])
    row = drawn.details.server_form.rows["memory_mb"]
    assert isinstance(row.editor, QLineEdit)
    assert (row.editor.text(), row.editor.placeholderText()) == ("", "Several")
    speed = drawn.details.server_form.rows["compute_ghz"]
    assert speed.slider is not None
    one = speed.slider.value()
    drawn.selection.select(server="cloud-1")
    other = speed.slider.value()
    drawn.selection.select(servers=["edge-1", "cloud-1"])
    assert speed.editor.toolTip().startswith("4.2 – 40\n"), "how far apart they lie"
    assert abs(speed.slider.value() - (one + other) / 2) < 3, "the slider stands in their middle"
    drawn.selection.select(servers=["edge-1", "edge-2"])
    assert speed.editor.toolTip().startswith("Processing speed")
    write(qtbot, row.editor, "64")
    assert [server.memory_mb for server in drawn.document.scenario.of_tier("edge")] == [64, 64]
    row.reset_mark.click()
    assert [server.memory_mb for server in drawn.document.scenario.of_tier("edge")] == [None, None]


def test_a_slider_sets_the_speed_in_one_command(drawn: MainWindow) -> None:
    drawn.selection.select(server="edge-1")
    slider = drawn.details.server_form.rows["compute_ghz"].slider
    assert slider is not None
    count = drawn.document.undo_stack.count()
    for place in (600, 700, 800):
        slider.setValue(place)
    assert 30 < drawn.document.scenario.server("edge-1").compute_ghz < 60
    assert drawn.document.undo_stack.count() == count + 1


def test_presets_fill_in_and_name_their_source(drawn: MainWindow) -> None:
    drawn.selection.select(server="client-1")
    row = drawn.details.server_form.preset
    row.choice.chosen.emit("Raspberry Pi 4")
    server = drawn.document.scenario.server("client-1")
    assert (server.compute_ghz, server.flops_per_cycle, server.power_w.active) == (1.5, 32, 6.4)
    assert any("Cortex-A72" in text for text in drawn.details.texts())
    assert any(text.startswith("Estimated: Speed is the peak") for text in drawn.details.texts())
    drawn.selection.select(links=[("client-1", "edge-1")])
    drawn.details.link_form.preset.choice.chosen.emit("4G")
    figures = Joined(drawn.document.scenario).figures("client-1", "edge-1")
    assert figures is not None
    assert (figures.bandwidth_mb_per_s, figures.latency_ms) == (1.7, 26.55)


def test_the_source_shown_is_that_of_the_figures(drawn: MainWindow) -> None:
    """It comes back with the selection, and goes with an edit, an undo and a server that differs."""
    row = drawn.details.server_form.preset
    drawn.selection.select(server="edge-1")
    assert row.choice.combo.currentText() == "Article's edge server", "what a new edge server is"
    row.choice.chosen.emit("Edge box (Core i7-1165G7)")
    drawn.selection.select()
    drawn.selection.select(server="edge-1")
    assert "ARK" in row.source.text()
    assert row.choice.combo.currentText() == "Edge box (Core i7-1165G7)"
    drawn.selection.select(servers=["edge-1", "edge-2"])
    assert row.source.isHidden(), "they differ"
    drawn.selection.select(server="edge-1")
    assert not row.source.isHidden()
    drawn.details.server_form.rows["memory_mb"].edited.emit("memory_mb", 1000.0)
    assert row.source.isHidden()
    assert row.choice.combo.currentIndex() == -1
    drawn.document.undo_stack.undo()
    drawn.document.undo_stack.undo()
    assert "Xue" in row.source.text()


def test_a_client_that_is_asked_from_stays_one(drawn: MainWindow) -> None:
    drawn.selection.select(server="client-1")
    drawn.details.server_form.tier.chosen.emit("edge")
    assert drawn.document.scenario.server("client-1").tier == "client"
    assert "user-1 asks" in drawn.details.server_form.problem.text()


def test_a_server_is_renamed_with_all_that_names_it(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.selection.select(server="client-1")
    field = drawn.details.server_form.name.editor
    write(qtbot, field, "edge-1")
    assert "already" in drawn.details.server_form.name.problem
    write(qtbot, field, "Door")
    qtbot.keyClick(field, Key.Key_Return)
    assert ids(drawn)[0] == "Door"
    assert drawn.document.scenario.users[0].client == "Door"
    assert drawn.selection.server == "Door"


def test_a_link_goes_back_to_its_default(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.selection.select()
    write(qtbot, drawn.details.scenario_form.defaults.cells["client-edge"], "7")
    assert drawn.document.scenario.link_defaults["client-edge"].bandwidth_mb_per_s == 7
    drawn.selection.select(links=[("client-1", "edge-1")])
    form = drawn.details.link_form
    assert isinstance(form.rows["bandwidth_mb_per_s"].editor, QLineEdit)
    assert form.rows["bandwidth_mb_per_s"].editor.text() == "10"
    form.back.click()
    assert form.rows["bandwidth_mb_per_s"].editor.text() == ""
    assert form.rows["bandwidth_mb_per_s"].editor.placeholderText() == "7"
    form.cut.click()
    assert not Joined(drawn.document.scenario).has("client-1", "edge-1")


def test_the_story_is_read_and_written_where_nothing_is_selected(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    paper.selection.select()
    paper.inspector.show_tab("Selection")
    field = paper.details.scenario_form.story
    told = paper.document.scenario.description
    assert field.toPlainText() == told
    assert field.document().size().height() > 3
    end = field.document().lastBlock()
    assert field.blockBoundingGeometry(end).bottom() <= field.viewport().height(), "all of it is in view"
    field.selectAll()
    qtbot.keyClicks(field, "A quiet day.")
    assert paper.document.scenario.description == "A quiet day."
    paper.document.undo_stack.undo()
    assert field.toPlainText() == told
    assert paper.document.is_clean


def test_a_click_on_a_cell_of_the_matrix_edits_its_pair_below(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.inspector.show_tab("Selection")
    defaults = drawn.details.scenario_form.defaults
    for pair, mb_per_s in (("edge-cloud", 3.0), ("client-edge", 7.0)):
        cell = defaults.cells[pair]
        # at the end of the text, where the cursor stands already
        qtbot.mouseClick(cell, Qt.MouseButton.LeftButton, pos=QPoint(cell.width() - 4, cell.height() // 2))
        defaults.rows["bandwidth_mb_per_s"].edited.emit("bandwidth_mb_per_s", mb_per_s)
        assert drawn.document.scenario.link_defaults[pair].bandwidth_mb_per_s == mb_per_s


def test_the_matrix_refuses_what_is_no_bandwidth(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.selection.select()
    defaults = drawn.details.scenario_form.defaults
    write(qtbot, defaults.cells["edge-cloud"], "x")
    assert defaults.cells["edge-cloud"].property("invalid")
    assert defaults.problem.text() == "Must be a number"
    write(qtbot, defaults.cells["edge-cloud"], "2")
    assert not defaults.cells["edge-cloud"].property("invalid")
    qtbot.keyClick(defaults.cells["edge-cloud"], Key.Key_Backspace)
    assert "edge-cloud" not in drawn.document.scenario.link_defaults


def test_a_user_s_stay_weights_and_model_are_edited(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.drawing.add_zoo_model("vgg19")
    drawn.selection.select(server="client-1")
    form = drawn.details.users.forms[0]
    form.model.chosen.emit("vgg19")
    write(qtbot, form.rows["departure_s"].editor, "30")  # type: ignore[arg-type]
    form.stay.arrival_asked.emit(4.0)
    form.matters.sliders["energy"].setValue(40)
    user = drawn.document.scenario.users[0]
    assert (user.model, user.arrival_s, user.departure_s) == ("vgg19", 4, 30)
    assert (user.weights.delay, user.weights.energy) == (0.6, 0.4)
    row = form.rows["departure_s"]
    assert isinstance(row.editor, QLineEdit)
    write(qtbot, row.editor, "3")
    assert "must come after" in row.problem
    assert drawn.document.scenario.users[0].departure_s == 30
    drawn.details.users.add.chosen.emit("alexnet")
    assert len(drawn.details.users.forms) == 2
    drawn.details.users.forms[1].remove.click()
    assert len(drawn.document.scenario.users) == 1


def test_the_stay_is_dragged_on_its_bar(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.selection.select(server="client-1")
    bar = drawn.details.users.forms[0].stay
    qtbot.waitUntil(bar.isVisible)
    y = bar.height() // 3
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=bar.rect().topLeft() + _at(8, y))
    qtbot.mouseMove(bar, bar.rect().topLeft() + _at(bar.width() // 2, y))
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=bar.rect().topLeft() + _at(bar.width() // 2, y))
    assert 8 < drawn.document.scenario.users[0].arrival_s < 12
    assert drawn.document.undo_stack.undoText() == "Change stay of User 1"


def _at(x: int, y: int) -> QPoint:
    return QPoint(x, y)


def test_the_scenario_is_renamed(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.selection.select()
    field = drawn.details.scenario_form.name.editor
    write(qtbot, field, "Hall")
    qtbot.keyClick(field, Key.Key_Return)
    assert drawn.document.scenario.name == "Hall"


def test_a_model_is_renamed_and_changed(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.selection.select(model="alexnet")
    form = drawn.details.model_form
    write(qtbot, form.name.editor, "net")
    qtbot.keyClick(form.name.editor, Key.Key_Return)
    assert drawn.document.scenario.users[0].model == "net"
    form.zoo.chosen.emit("vgg16")
    assert drawn.document.scenario.models[0].zoo == "vgg16"


def test_the_library_finds_models_and_examples_by_name(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    library = paper.library
    qtbot.keyClicks(library.search, "vgg")
    shown = [path.stem for path, made in library.example_rows.items() if made.isVisible()]
    assert sorted(shown) == ["paper-mixed", "paper-vgg19"]
    assert not any(made.isVisible() for made in library.model_rows.values())
    paper.drawing.add_zoo_model("vgg19")
    assert library.model_rows["vgg19"].isVisibleTo(library), "a model that is added is looked at as well"
    library.search.setText("no such name")
    assert library._nothing.isVisible()
    qtbot.keyClick(library.search, Qt.Key.Key_Escape)
    assert library.search.text() == ""
    assert all(made.isVisible() for made in library.example_rows.values())
    paper.document.undo_stack.setClean()


def test_a_picture_put_in_order_by_hand_does_not_jump(drawn: MainWindow) -> None:
    canvas, before = drawn.topology.canvas, drawn.topology.canvas.places()
    drawn.drawing.move({"edge-1": (600.0, 250.0)})
    kept = canvas.places()
    assert {name: place for name, place in kept.items() if name != "edge-1"} == {
        name: place for name, place in before.items() if name != "edge-1"
    }
    drawn.drawing.add_server("edge", (430.0, 60.0))
    drawn.drawing.add_server("edge")
    assert {name: canvas.places()[name] for name in kept} == kept
    added = canvas.places()["edge-4"]
    drawn.drawing.add_server("edge")
    drawn.selection.select(server="edge-2")
    drawn.drawing.delete()
    assert canvas.places()["edge-4"] == added
    for _ in range(5):
        drawn.named_actions["undo"].trigger()
    assert canvas.places() == before


def test_copies_stand_where_nothing_else_stands(drawn: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn.drawing.move({"client-1": (164.0, 60.0)})
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_: (20, True))
    drawn.selection.select(server="client-1")
    drawn.named_actions["duplicate-many"].trigger()
    places = drawn.topology.canvas.places()
    width, height = drawn.topology.canvas.room()
    for (x, y), (left, top) in combinations(places.values(), 2):
        assert abs(x - left) >= width - 24 or abs(y - top) >= height - 16
    bands = {band.tier: band for band in arrange(drawn.document.scenario.servers).bands}
    for server in drawn.document.scenario.servers:
        band = bands[server.tier]
        assert band.left < places[server.id][0] < band.left + band.width


def test_what_was_dragged_onto_another_server_lies_over_it(drawn: MainWindow) -> None:
    canvas = drawn.topology.canvas
    drawn.drawing.move({"edge-1": canvas.places()["edge-2"]})
    drawn.selection.select(server="edge-1")
    over = canvas.mapFromScene(canvas.items_by_id["edge-2"].pos())
    found = canvas.server_at(over)
    assert found is not None
    assert found.server.id == "edge-1"


def test_an_edit_on_the_welcome_screen_is_seen(window: MainWindow) -> None:  # noqa: F811
    window.files.new()
    window.start.show()
    window.named_actions["add-client"].trigger()
    assert not window.start.shown
    assert ids(window) == ["client-1"]


def test_undo_in_a_field_goes_on_to_the_scenario(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.show()
    qtbot.waitExposed(drawn)
    qtbot.waitActive(drawn)
    drawn.selection.select(server="client-1")
    drawn.inspector.show_tab("Selection")
    before = drawn.document.scenario
    speed = drawn.details.server_form.rows["compute_ghz"].editor
    speed.setFocus()
    speed.selectAll()
    qtbot.keyClicks(speed, "2.5")
    qtbot.keyClick(speed, Key.Key_Tab)
    assert drawn.document.scenario.server("client-1").compute_ghz == 2.5
    field = drawn.details.server_form.name.editor
    field.setFocus()
    qtbot.keyClick(field, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert drawn.document.scenario == before
