"""The plan settings: forms from the methods' own parameters, linked sliders, the result card."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from real_window import PLANNING_MS, paper, plan, window  # noqa: F401  fixtures

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.offloading import OffloadingPlan
from dnnmig_gui.core.planning import plan_scenario
from dnnmig_gui.core.registry import Method, Parameters, all_methods
from dnnmig_gui.core.reporting.numbers import gap_text, seconds_text
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import ModelEntry, User, open_scenario
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.core.topology import Server
from dnnmig_gui.gui.planner import planning as planning_module
from dnnmig_gui.gui.planner.form import fields_of
from dnnmig_gui.gui.planner.matters import linked
from dnnmig_gui.gui.planner.model_form import ModelForm
from dnnmig_gui.gui.planner.shares import delay_shares
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


class Every(Parameters):
    """One field of each kind."""

    count: int = Field(10, ge=2, le=50, title="Count", description="How many")
    rate: float = Field(0.5, ge=0, le=1, title="Rate", description="How often")
    wait_s: float = Field(2.0, gt=0, description="How long", json_schema_extra={"unit": "s"})
    most: int | None = Field(None, ge=1, title="Most", description="No more than that")
    way: Literal["one-way", "both"] = Field("both", title="Way", description="Which way")
    swift: bool = Field(False, title="Swift", description="Whether to hurry")


METHOD = Method("offloading", "every", "Every", "", "", lambda: None, Every)


@pytest.fixture
def form(qtbot: QtBot) -> ModelForm:
    made = ModelForm(Look("light"))
    qtbot.addWidget(made)
    made.show_model(Every, {"count": 20}, METHOD.read_parameters)
    made.show()
    return made


def typed(qtbot: QtBot, form: ModelForm, name: str, text: str) -> list[tuple[str, object]]:
    told: list[tuple[str, object]] = []
    form.edited.connect(lambda *change: told.append(change))
    editor = form.rows[name].editor
    editor.setFocus()
    editor.selectAll()  # type: ignore[union-attr]
    qtbot.keyClicks(editor, text)
    form.edited.disconnect()
    return told


def test_fields_say_what_they_are() -> None:
    fields = {field.name: field for field in fields_of(Every)}
    assert list(fields) == ["count", "rate", "wait_s", "most", "way", "swift"]
    assert (fields["count"].low, fields["count"].high, fields["count"].default) == (2, 50, 10)
    assert (fields["wait_s"].title, fields["wait_s"].unit) == ("Wait", "s")
    assert fields["most"].optional
    assert fields["way"].choices == ("one-way", "both")


@pytest.mark.parametrize("kind", ["preprocessing", "offloading", "uploading"])
def test_every_field_of_every_method_is_in_its_form(kind: Literal["preprocessing", "offloading", "uploading"]) -> None:
    for method in all_methods(kind):
        assert [field.name for field in fields_of(method.parameters)] == list(method.parameters.model_fields), method


def test_a_form_shows_values_ranges_and_defaults(form: ModelForm) -> None:
    count = form.rows["count"]
    assert count.editor.text() == "20"  # type: ignore[union-attr]
    assert "2 to 50" in count.editor.toolTip()
    assert "Default: 10" in count.editor.toolTip()
    assert count.reset_mark.isVisible()
    assert not form.rows["rate"].reset_mark.isVisible()


def test_what_is_typed_is_told(qtbot: QtBot, form: ModelForm) -> None:
    assert typed(qtbot, form, "count", "33") == [("count", 3), ("count", 33)]
    assert typed(qtbot, form, "count", "12") == [("count", 12)]  # 1 alone is out of range
    assert typed(qtbot, form, "rate", "0,25")[-1] == ("rate", 0.25)
    assert typed(qtbot, form, "most", "7") == [("most", 7)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("count", "51"),
        ("count", "x"),
        ("count", "1.5"),
        ("rate", "-1"),
        ("rate", "nan"),
        ("rate", "inf"),
        ("wait_s", ""),
    ],
)
def test_what_is_wrong_is_marked_and_never_told(qtbot: QtBot, form: ModelForm, name: str, text: str) -> None:
    line = form.rows[name].editor
    told: list[object] = []
    form.edited.connect(lambda *change: told.append(change))
    line.setText(text)  # type: ignore[union-attr]
    line.textEdited.emit(text)  # type: ignore[union-attr]
    assert told == []
    assert form.rows[name].problem
    assert line.property("invalid")
    line.setText("9" if name == "count" else "0.9")  # type: ignore[union-attr]
    line.textEdited.emit("")  # type: ignore[union-attr]
    assert not form.rows[name].problem
    assert len(told) == 1


def test_the_reset_mark_sets_back(qtbot: QtBot, form: ModelForm) -> None:
    with qtbot.waitSignal(form.edited) as told:
        qtbot.mouseClick(form.rows["count"].reset_mark, Qt.MouseButton.LeftButton)
    assert told.args == ["count", 10]
    assert form.rows["count"].editor.text() == "10"  # type: ignore[union-attr]
    assert not form.rows["count"].reset_mark.isVisible()


def test_up_and_down_count(qtbot: QtBot, form: ModelForm) -> None:
    line = form.rows["count"].editor
    with qtbot.waitSignal(form.edited) as told:
        qtbot.keyClick(line, Qt.Key.Key_Up)
    assert told.args == ["count", 21]
    qtbot.keyClick(line, Qt.Key.Key_Down)
    assert line.text() == "20"  # type: ignore[union-attr]


@given(
    st.integers(0, 100).flatmap(lambda a: st.tuples(st.just(a), st.integers(0, 100 - a))),
    st.sampled_from(["delay", "energy", "money"]),
    st.integers(-5, 105),
)
def test_linked_shares_always_sum_to_one(first: tuple[int, int], name: str, value: int) -> None:
    shares = {"delay": first[0], "energy": first[1], "money": 100 - sum(first)}
    found = linked(shares, name, value)
    assert sum(found.values()) == 100
    assert all(share >= 0 for share in found.values())
    assert found[name] == min(100, max(0, value))
    assert linked(shares, name, shares[name]) == shares


def test_settings_are_undo_commands(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    panel, document = paper.plan_panel, paper.document
    panel.fill()
    line = panel.offloading.form.rows["iterations"].editor
    line.setFocus()
    line.selectAll()  # type: ignore[union-attr]
    qtbot.keyClicks(line, "123")
    assert document.scenario.offloading.parameters["iterations"] == 123
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert "iterations" not in document.scenario.offloading.parameters or document.is_clean
    assert line.text() != "123"  # type: ignore[union-attr]

    place = panel.uploading.combo.findData("ionn")
    panel.uploading.combo.setCurrentIndex(place)
    panel.uploading.combo.activated.emit(place)
    assert document.scenario.uploading.method == "ionn"
    qtbot.mouseClick(panel.preprocessing.chips["merge-layers"], Qt.MouseButton.LeftButton)
    assert [choice.method for choice in document.scenario.preprocessing] == ["merge-layers"]
    panel.matters.sliders["energy"].setValue(30)
    weights = document.scenario.users[0].weights
    assert (weights.delay, weights.energy, weights.money) == (0.7, 0.3, 0)
    assert document.undo_stack.count() == 3
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.is_clean
    assert panel.matters.sliders["delay"].value() == 100
    assert not panel.preprocessing.chips["merge-layers"].isChecked()


def test_wrong_text_stays_marked_until_it_is_put_right(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    rows = paper.plan_panel.offloading.form.rows
    line = rows["particles"].editor
    line.setFocus()
    line.selectAll()  # type: ignore[union-attr]
    qtbot.keyClicks(line, "1")
    assert rows["particles"].problem
    paper.plan_panel.matters.sliders["energy"].setValue(10)
    assert rows["particles"].problem
    assert line.text() == "1"  # type: ignore[union-attr]
    assert paper.document.scenario.offloading.parameters.get("particles", 100) == 100
    paper.document.revert()
    assert not rows["particles"].problem
    assert line.text() == "100"  # type: ignore[union-attr]


def test_the_weights_are_those_of_the_followed_user(paper: MainWindow) -> None:  # noqa: F811
    paper.selection.follow(1)
    paper.plan_panel.matters.sliders["money"].setValue(40)
    assert paper.document.scenario.users[0].weights.money == 0
    assert paper.document.scenario.users[1].weights.money == 0.4


def test_the_result_is_that_of_the_plan(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    plan(qtbot, paper)
    run, card = paper.planning.run, paper.plan_panel.result
    assert run is not None
    for number in (0, 1):
        paper.selection.follow(number)
        user = run.plan.users[number]
        value = seconds_text(user.figures.delay_s)
        assert card.headline.startswith(value.split("\u202f")[0] + " ")
        shares = delay_shares(run.plan, number)
        assert np.isclose(sum(shares.values()), user.figures.delay_s)
        assert min(shares.values()) >= 0
    assert card.badge.lower() == gap_text(run.plan.offloading.gap)
    assert {"direct", "ionn", "efficiency", "recursive-efficiency"} <= set(run.alternatives)
    assert run.end_s > max(user.uploading.upload_s for user in run.plan.users)


def test_shares_of_a_parallel_delay_are_those_of_its_critical_path(scenarios: Path) -> None:
    scenario = open_scenario(scenarios / "paper-alexnet.dnnmig").scenario
    parallel = scenario.model_copy(
        update={
            "costs": scenario.costs.model_copy(update={"delay": "parallel"}),
            "models": tuple(entry.model_copy(update={"zoo": "googlenet"}) for entry in scenario.models),
        }
    )
    made = plan_scenario(parallel, scenarios, offloading=MethodChoice(method="edge-only"))
    for number, user in enumerate(made.users):
        shares = delay_shares(made, number)
        assert sum(shares.values()) == pytest.approx(user.figures.delay_s)
        assert shares["links"] == pytest.approx(3 * 224 * 224 * 4 / 10e6, rel=0.01)  # the picture at 10 MB/s


def test_preprocessing_tells_its_effect(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    qtbot.mouseClick(paper.plan_panel.preprocessing.chips["merge-layers"], Qt.MouseButton.LeftButton)
    plan(qtbot, paper)
    run = paper.planning.run
    assert run is not None
    before, after = len(paper.loading.models["alexnet"]), len(run.plan.problem.users[0].model)
    assert after < before
    assert paper.plan_panel.preprocessing.effect.text() == f"{before} → {after} layers"


@pytest.mark.parametrize(("bound", "said"), [(1.0, "optimal"), (0.5, "at most"), (None, "not proven")])
def test_optimal_is_said_only_of_what_is_proven(bound: float | None, said: str) -> None:
    assert said in gap_text(OffloadingPlan(places=(), objective=1.0, bound=bound).gap)


def test_an_edit_outdates_the_plan_and_undo_takes_it_back(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    plan(qtbot, paper)
    scenario = paper.document.scenario
    paper.document.edit("Change the seed", scenario.model_copy(update={"seed": 8}))
    assert paper.planning.outdated
    assert paper.planning.run is not None
    paper.document.undo_stack.undo()
    assert not paper.planning.outdated


def test_an_unfinished_scenario_is_refused_in_words(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    with qtbot.waitSignal(window.planning.settled, timeout=PLANNING_MS):
        window.planning.start()
    assert isinstance(window.planning.error, InputError)
    assert "client" in window.plan_panel.result.problem
    assert window.planning.run is None


def test_what_is_missing_is_shown_before_planning(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    card = window.plan_panel.result
    qtbot.waitUntil(lambda: "no client" in card.problem)
    scenario = window.document.scenario.model_copy(
        update={
            "servers": (Server(id="c", tier="client", compute_ghz=1.0), Server(id="e", tier="edge", compute_ghz=9.0)),
            "models": (ModelEntry(id="m", zoo="alexnet"),),
            "users": (User(id="u", client="c", model="m"),),
        }
    )
    window.document.edit("Add what is missing", scenario)
    qtbot.waitUntil(lambda: not card.problem)
    qtbot.waitUntil(lambda: "cannot be reached" in card.doubts)


def test_a_failed_plan_keeps_the_one_before(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    plan(qtbot, paper)
    before = paper.planning.run
    scenario = paper.document.scenario
    paper.document.edit("Remove the users", scenario.model_copy(update={"users": ()}))
    with qtbot.waitSignal(paper.planning.settled, timeout=PLANNING_MS):
        paper.planning.start()
    assert paper.planning.error is not None
    assert paper.planning.run is before
    assert paper.planning.outdated


def stuck(started: threading.Event):  # type: ignore[no-untyped-def]
    def work(scenario: object, folder: Path, run: Run, models: object) -> None:
        started.set()
        while True:
            run.check()
            run.report(0.5, "half of it")
            time.sleep(0.002)

    return work


def test_the_button_turns_to_cancel_and_back(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = threading.Event()
    monkeypatch.setattr(planning_module, "plan_run", stuck(started))
    button = paper.plan_button
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert paper.planning.busy
    assert not button.cancels  # not yet: a short plan shows no progress
    qtbot.waitUntil(lambda: button.cancels and button.text() == "Cancel")
    qtbot.waitUntil(lambda: "Half of it" in paper.plan_panel.result.progress_text)
    before = time.perf_counter()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not paper.planning.busy
    assert button.text() == "Plan"
    assert time.perf_counter() - before < 0.1
    qtbot.waitUntil(lambda: not paper.jobs.busy)


def test_escape_cancels_even_from_a_field(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = threading.Event()
    monkeypatch.setattr(planning_module, "plan_run", stuck(started))
    paper.activateWindow()
    paper.named_actions["plan"].trigger()
    field = paper.plan_panel.seed.editor
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not paper.planning.busy


def test_opening_another_file_lets_the_plan_go(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan(qtbot, paper)
    started = threading.Event()
    monkeypatch.setattr(planning_module, "plan_run", stuck(started))
    paper.planning.start()
    paper.document.new()
    assert paper.planning.run is None
    assert not paper.planning.busy
    assert paper.clock.end_s == 0


class Folded(Parameters):
    shown: int = Field(1, ge=1, le=9, title="Shown", description="Always there")
    first: int = Field(1, ge=1, le=9, title="First", description="Seldom", json_schema_extra={"seldom": True})
    second: int = Field(2, ge=1, le=9, title="Second", description="Seldom", json_schema_extra={"seldom": True})


FOLDED = Method("offloading", "folded", "Folded", "", "", lambda: None, Folded)


def test_what_is_seldom_changed_is_folded_and_counted(qtbot: QtBot, form: ModelForm) -> None:
    assert not form.more.isVisible(), "a model without such fields has nothing to fold"
    form.show_model(Folded, {"second": 5}, FOLDED.read_parameters)
    qtbot.waitUntil(form.rows["shown"].isVisible)
    assert not form.rows["second"].isVisible()
    assert form.more.told == "1 changed"
    form.more.head.setFocus()
    with qtbot.waitSignal(form.more.toggled) as told:
        qtbot.keyClick(form.more.head, Qt.Key.Key_Space)
    assert told.args == [True]
    assert typed(qtbot, form, "first", "3") == [("first", 3)]
    assert form.more.told == "2 changed"


def test_a_fold_does_not_close_over_what_is_wrong_and_opens_for_what_is_sought(qtbot: QtBot, form: ModelForm) -> None:
    form.show_model(Folded, {}, FOLDED.read_parameters)
    assert form.reveal("nothing") is None
    assert form.reveal("first") is form.rows["first"].editor
    assert form.rows["first"].isVisible()
    typed(qtbot, form, "first", "x")
    qtbot.mouseClick(form.more.head, Qt.MouseButton.LeftButton)
    assert form.more.is_open
    assert form.rows["first"].isVisible()
    typed(qtbot, form, "first", "4")
    qtbot.mouseClick(form.more.head, Qt.MouseButton.LeftButton)
    assert not form.rows["first"].isVisible()


def test_the_palette_finds_a_folded_parameter_and_tab_follows_the_eye(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    panel = paper.plan_panel
    row = panel.offloading.form.rows["restarts"]
    assert not row.isVisible()
    command = next(each for each in paper._commands() if each.id == "parameter/offloading/restarts")
    command.run()
    assert row.isVisible()
    tops = []
    stop = panel.offloading.combo
    for _ in range(80):
        if stop.isVisible() and stop is not panel.plan_button:
            tops.append(stop.mapTo(panel, stop.rect().topLeft()).y())
        if stop is panel.plan_button:
            break
        stop = stop.nextInFocusChain()
    assert stop is panel.plan_button
    assert len(tops) > 10
    assert tops == sorted(tops)


def test_the_present_methods_are_added_to_the_comparison(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    panel, document = paper.plan_panel, paper.document
    choice = document.scenario.offloading.model_copy(update={"method": "local", "parameters": {}})
    document.edit("Local", document.scenario.model_copy(update={"offloading": choice}))
    qtbot.mouseClick(panel.compare_button, Qt.MouseButton.LeftButton)
    assert paper.pages.shown == "compare"
    asked = [entry.combination for entry in paper.pages.comparing.entries]
    assert [(each.offloading, each.uploading) for each in asked].count((choice, document.scenario.uploading)) == 1
    count = len(asked)
    paper.pages.add_to_comparison(choice.model_copy(update={"method": "one-step"}), document.scenario.uploading)
    assert len(paper.pages.comparing.entries) == count + 1


def test_fields_of_one_matter_share_a_line(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    paper.resize(1600, 1000)
    rows = paper.plan_panel.offloading.form.rows
    first, last = rows["inertia_start"], rows["inertia_end"]
    QApplication.processEvents()
    assert first.mapTo(paper, QPoint(0, 0)).y() == last.mapTo(paper, QPoint(0, 0)).y()
    assert first.editor.accessibleName() == "Inertia, first"
    last.editor.setFocus()
    last.editor.selectAll()
    qtbot.keyClicks(last.editor, "2")
    assert "less than or equal to 1" in last.problem or "at most 1" in last.problem, last.problem
    assert last.problem_line.width() > 2 * last.width(), "what is wrong has the whole line"
    assert paper.document.scenario.offloading.parameters.get("inertia_end", 0.4) == 0.4
    qtbot.keyClicks(last.editor, "\b0.3")
    assert last.problem == ""
    assert paper.document.scenario.offloading.parameters["inertia_end"] == 0.3


def test_planned_the_paper_s_plan_tab_does_not_scroll_in_the_mock_up_s_window(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
) -> None:
    paper.resize(1600, 1000)
    plan(qtbot, paper)
    QApplication.processEvents()
    assert paper.plan_panel._scroll.verticalScrollBar().maximum() == 0
