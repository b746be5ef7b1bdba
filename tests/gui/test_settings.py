"""Settings in the inspector: every one of the document's, limits on layers and outages; nothing wrong is applied."""

from __future__ import annotations

import typing
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from real_window import copied, open_window, paper, window  # noqa: F401  fixtures

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.edits import set_users
from dnnmig_gui.core.scenario.schema import BarLimit, Costs, EnergyLimit, Outage, PinLimit, Running, UseLimit
from dnnmig_gui.gui.planner.form import FieldRow, FormField, fields_of
from dnnmig_gui.gui.planner.selected.limits_form import LimitsForm, layer_limit, with_energy, with_tier_used
from dnnmig_gui.gui.planner.settings_words import COSTS, NEEDS, RUNNING
from dnnmig_gui.gui.theme.fonts import load_fonts
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def choose(editor: object, text: str) -> None:
    """Choose an entry of a combo box as a person does."""
    place = editor.findText(text)  # type: ignore[attr-defined]
    assert place >= 0, text
    editor.setCurrentIndex(place)  # type: ignore[attr-defined]
    editor.activated.emit(place)  # type: ignore[attr-defined]


def limits_of_user(window: MainWindow) -> LimitsForm:  # noqa: F811
    window.selection.select(server=window.document.scenario.users[0].client)
    return window.details.users.forms[0].limits


@pytest.mark.parametrize(("model", "words"), [(Running, RUNNING), (Costs, COSTS)])
def test_words_are_those_of_fields_and_choices_there_are(model: type, words: dict) -> None:
    assert set(words) <= set(model.model_fields)
    for name, told in words.items():
        known = typing.get_args(model.model_fields[name].annotation)
        assert set(told.texts) <= set(known), name
    for name, (other, value) in NEEDS.items():
        assert name in Running.model_fields
        assert value in typing.get_args(Running.model_fields[other].annotation)


def test_every_setting_is_in_the_run_tab(paper: MainWindow) -> None:  # noqa: F811
    panel = paper.run_panel
    assert set(panel.running.rows) == set(Running.model_fields) - {"outages"}
    assert set(panel.costs.rows) == {field.name for field in fields_of(Costs)} == set(Costs.model_fields)


def test_a_choice_is_one_undo_command_and_its_default_leaves_no_trace(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    panel, document = paper.run_panel, paper.document
    choose(panel.costs.rows["ties"].editor, "Fewest servers")
    assert document.scenario.costs.ties == "fewest-servers"
    assert document.undo_stack.count() == 1
    qtbot.mouseClick(panel.costs.rows["ties"].reset_mark, Qt.MouseButton.LeftButton)
    assert document.scenario.costs.ties == "first"
    assert "ties" not in document.scenario.costs.model_fields_set
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.is_clean


def test_what_a_setting_needs_shows_it(paper: MainWindow) -> None:  # noqa: F811
    rows = paper.run_panel.running.rows
    assert rows["think_s"].isHidden()
    choose(rows["asking"].editor, "After pause")
    assert not rows["think_s"].isHidden()
    assert rows["queries_per_s"].isHidden()
    paper.document.undo_stack.undo()
    assert rows["think_s"].isHidden()


def test_outages_are_added_changed_and_removed(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    form, document = paper.run_panel.outages, paper.document
    form.add.click()
    first = document.scenario.running.outages[0]
    assert first.server is not None
    row = form.rows[0]
    end = row.times["end_s"].editor
    end.setFocus()
    end.selectAll()  # type: ignore[union-attr]
    qtbot.keyClicks(end, "0")
    assert document.scenario.running.outages[0] == first, "an end before the beginning is not applied"
    assert "greater than 0" in row.times["end_s"].problem
    qtbot.keyClicks(end, ".5")
    assert "must come after" in row.times["end_s"].problem
    end.selectAll()  # type: ignore[union-attr]
    qtbot.keyClicks(end, "7")
    assert document.scenario.running.outages[0].end_s == 7
    choose(row.what.combo, "Client 1 – Edge 1")
    assert set(document.scenario.running.outages[0].between or ()) == {"Client 1", "Edge 1"}
    assert document.scenario.running.outages[0].server is None
    row.remove.click()
    assert document.scenario.running.outages == ()
    assert form.rows == []
    document.undo_stack.undo()
    assert len(form.rows) == 1
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.is_clean


def test_limits_of_a_user_are_edited(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    document, form = paper.document, limits_of_user(paper)
    qtbot.waitUntil(lambda: form._model is not None)
    form.tiers["edge"].click()
    assert document.scenario.users[0].limits == (UseLimit(limit="use", tier="edge"),)
    form.energy.editor.setFocus()
    qtbot.keyClicks(form.energy.editor, "0")
    assert form.energy.problem, "no energy at all is no budget"
    qtbot.keyClicks(form.energy.editor, ".5")
    assert EnergyLimit(limit="energy", budget_j=0.5) in document.scenario.users[0].limits
    form.add.click()
    assert isinstance(document.scenario.users[0].limits[-1], PinLimit)
    row = form.rows[0]
    before = document.scenario
    for line, text, said in (
        (row.layers, "conv9", "no layer 'conv9'"),
        (row.layers, "", "at least one layer"),
        (row.places, "edgy", "no server or tier 'edgy'"),
    ):
        old = line.text()
        line.setText(text)
        line.textEdited.emit(text)
        assert said in row.problem.lower()
        assert document.scenario == before
        line.setText(old)
        line.textEdited.emit(old)
        assert not row.problem
    choose(row.way.combo, "Never on")
    row.places.setText("cloud, Edge 1")
    row.places.textEdited.emit("")
    bar = document.scenario.users[0].limits[-1]
    assert isinstance(bar, BarLimit)
    assert bar.from_ == ("cloud", "Edge 1")
    row.remove.click()
    assert form.rows == []
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.is_clean
    assert not form.tiers["edge"].isChecked()


def test_limits_of_several_users_keep_what_is_each_one_s_own(paper: MainWindow) -> None:  # noqa: F811
    own = limits_of_user(paper)
    own.add.click()
    clients = [user.client for user in paper.document.scenario.users]
    paper.selection.select(servers=clients)
    form = paper.details.users.forms[0].limits
    assert form.add.isHidden()
    form.tiers["cloud"].click()
    first, second = paper.document.scenario.users
    assert [limit.limit for limit in first.limits] == ["pin", "use"]
    assert [limit.limit for limit in second.limits] == ["use"]


def test_limits_are_made_of_words() -> None:
    assert layer_limit("pin", "a, b a", "edge", ("a", "b")).layers == ("a", "b")
    assert layer_limit("bar", "*", "edge,cloud", None).layers == ("*",)
    assert layer_limit("pin", "big layer, b", "edge", ("big layer", "b")).layers == ("big layer", "b")
    with pytest.raises(InputError, match="server or tier"):
        layer_limit("pin", "a", " , ", ("a",))
    assert with_tier_used(with_tier_used((), "edge", used=True), "edge", used=False) == ()
    assert with_energy(with_energy((), 1.0), None) == ()
    with pytest.raises(InputError):
        with_energy((), -1.0)
    assert Outage(server="e", start_s=0, end_s=1).between is None


def test_at_its_first_width_the_inspector_has_every_title_beside_its_field(qtbot: QtBot, tmp_path: Path) -> None:
    load_fonts()
    paper = open_window(qtbot, tmp_path)  # noqa: F811
    assert paper.files.open_path(copied(tmp_path))
    paper.inspector.show_tab("Run")
    QApplication.processEvents()
    assert paper.inspector.width() <= 330
    fields = [field for form in (paper.run_panel.running, paper.run_panel.costs) for field in form.rows.values()]
    assert len(fields) > 10
    for field in fields:
        title, value = field._title, field.editor
        below = value.mapTo(field, QPoint(0, 0)).y() >= title.mapTo(field, QPoint(0, title.height())).y()
        assert field.isHidden() or not below, field.field.title


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (1e-9, 1e9, "above 0"),
        (0, 2**63 - 1, "at least 0"),
        (0, 1, "0 to 1"),
        (1e-9, 1, "0 to 1"),
        (None, None, None),
    ],
)
def test_ranges_are_said_as_people_say_them(
    qtbot: QtBot, low: float | None, high: float | None, said: str | None
) -> None:
    field = FormField("a", "A", "GHz", "What it is", 1.0, float, (), False, low, high)
    row = FieldRow(field, Look("light"), lambda *_: None)
    qtbot.addWidget(row)
    ranges = [line for line in row.toolTip().splitlines() if line.startswith("Range")]
    assert ranges == ([f"Range: {said} GHz."] if said else [])


def test_a_layer_s_limits_stand_with_its_details(paper: MainWindow) -> None:  # noqa: F811
    scenario = paper.document.scenario
    limits = (
        PinLimit(limit="pin", layers=("conv1",), to=("client",)),
        BarLimit.model_validate({"limit": "bar", "layers": ("*",), "from": ("cloud", "Edge 2")}),
    )
    paper.document.edit("Limit", set_users(scenario, (scenario.users[0].id,), {"limits": limits}))
    paper.selection.select(layer="conv1")
    texts = paper.details.texts()
    assert texts[texts.index("Pinned to") + 1] == "Clients"
    assert texts[texts.index("Barred from") + 1] == "Edge 2, Cloud servers"
    paper.selection.select(layer="conv2")
    assert "Pinned to" not in paper.details.texts()


def test_escape_gives_up_what_is_wrong(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    before = paper.document.scenario
    paper.inspector.show_tab("Selection")
    paper.selection.select(servers=("Edge 1", "Edge 2"))
    form = paper.details.server_form
    speed = form.rows["compute_ghz"]
    speed.editor.setFocus()
    qtbot.keyClicks(speed.editor, "0")
    assert speed.problem
    qtbot.keyClick(speed.editor, Qt.Key.Key_Escape)
    assert not speed.problem
    assert (speed.editor.text(), speed.editor.placeholderText()) == ("", "Several")
    paper.selection.select(server="Edge 1")
    shown = speed.editor.text()
    speed.editor.selectAll()
    qtbot.keyClicks(speed.editor, "abc")
    qtbot.keyClick(speed.editor, Qt.Key.Key_Escape)
    assert (speed.editor.text(), speed.problem) == (shown, "")
    form.name.editor.setFocus()
    form.name.editor.selectAll()
    qtbot.keyClicks(form.name.editor, "Edge 2")
    assert form.name.problem
    qtbot.keyClick(form.name.editor, Qt.Key.Key_Escape)
    assert (form.name.editor.text(), form.name.problem) == ("Edge 1", "")
    assert paper.document.scenario == before
