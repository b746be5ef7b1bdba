"""Auto-plan: every edit is planned; the newest wins; the plan flips while a bandwidth is dragged."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot
from real_window import PLANNING_MS, paper, window  # noqa: F401  (fixtures)

from dnnmig_gui.core.planning import plan_scenario
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.gui.planner.work import COMPARED
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def set_bandwidth(window: MainWindow, mb_per_s: float) -> None:  # noqa: F811
    """Edit as a slider does while it is dragged: all in a row are undone together."""
    scenario = window.document.scenario
    defaults = dict(scenario.link_defaults)
    for pair in ("client-edge", "client-cloud"):
        defaults[pair] = defaults[pair].model_copy(update={"bandwidth_mb_per_s": mb_per_s})  # type: ignore[index]
    window.document.edit("Bandwidth", scenario.model_copy(update={"link_defaults": defaults}), "bandwidth")


def rested(window: MainWindow) -> bool:  # noqa: F811
    """Return whether the full plan of the scenario as it is has been made."""
    run = window.planning.run
    return (
        run is not None
        and run.plan.scenario == window.document.scenario
        and len(run.alternatives) == len(COMPARED)
        and run.plan.offloading_method == "exact"
    )


def test_an_edit_is_planned_with_the_exact_method(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    assert paper.planning.run is None
    paper.auto_button.click()
    qtbot.waitUntil(lambda: rested(paper), timeout=PLANNING_MS)
    set_bandwidth(paper, 3.0)
    qtbot.waitUntil(lambda: rested(paper), timeout=PLANNING_MS)
    assert not paper.planning.outdated
    assert paper.planning.run is not None
    alone = plan_scenario(
        paper.document.scenario, paper.document.folder, Run(7), offloading=MethodChoice(method="exact")
    )
    assert paper.planning.run.plan.offloading.objective == pytest.approx(alone.offloading.objective)
    assert paper.document.undo_stack.count() == 1


def test_the_plan_flips_while_a_bandwidth_is_dragged(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    paper.auto_button.click()
    qtbot.waitUntil(lambda: rested(paper), timeout=PLANNING_MS)
    shares = []
    paper.planning.run_changed.connect(
        lambda: shares.append(
            np.mean(np.concatenate(paper.planning.run.plan.offloading.places) > 1)  # type: ignore[union-attr]
        )
    )
    for value in np.geomspace(10, 1e-3, 12):  # all runs remotely at first, all on the clients at last
        set_bandwidth(paper, float(value))
        qtbot.wait(150)
    qtbot.waitUntil(lambda: rested(paper), timeout=PLANNING_MS)
    assert len(shares) >= 4  # it was planned while it was dragged, not at the end alone
    assert shares[0] > 0.8
    assert shares[-1] == 0
    paper.document.undo_stack.undo()
    qtbot.waitUntil(lambda: rested(paper), timeout=PLANNING_MS)
    assert np.mean(np.concatenate(paper.planning.run.plan.offloading.places) > 1) > 0.8  # type: ignore[union-attr]


def test_the_views_follow_the_slider_while_the_button_is_down(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    paper.inspector.show_tab("Selection")
    paper.auto_button.click()
    qtbot.waitUntil(lambda: rested(paper), timeout=PLANNING_MS)
    slider = paper.details.scenario_form.defaults.rows["bandwidth_mb_per_s"].slider
    assert slider is not None
    handle = QStyleOptionSlider()
    slider.initStyleOption(handle)
    part = QStyle.SubControl.SC_SliderHandle
    at = slider.style().subControlRect(QStyle.ComplexControl.CC_Slider, handle, part, slider).center()
    before, pictures = paper.planning.run, paper.timeline.grab().toImage()
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=at)
    for x in range(at.x(), 4, -12):  # client to edge: from 10 MB/s to next to nothing
        qtbot.mouseMove(slider, QPoint(x, at.y()))
    places = np.concatenate(before.plan.offloading.places)  # type: ignore[union-attr]

    def has_flipped() -> bool:
        run = paper.planning.run
        return run is not None and not np.array_equal(np.concatenate(run.plan.offloading.places), places)

    qtbot.waitUntil(has_flipped, timeout=PLANNING_MS)
    assert slider.isSliderDown()
    assert paper.timeline.grab().toImage() != pictures
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(4, at.y()))
    qtbot.waitUntil(lambda: rested(paper), timeout=PLANNING_MS)
    assert paper.document.undo_stack.count() == 1


def test_a_storm_of_edits_ends_with_the_newest(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    paper.auto_button.click()
    for number in range(200):
        set_bandwidth(paper, 1.0 + number / 10)
        if number % 20 == 0:
            qtbot.wait(5)
    qtbot.waitUntil(lambda: rested(paper), timeout=PLANNING_MS)
    assert paper.document.undo_stack.count() == 1
    qtbot.waitUntil(lambda: not paper.jobs.busy, timeout=PLANNING_MS)


def test_what_changes_no_plan_is_not_planned(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    paper.auto_button.click()
    qtbot.waitUntil(lambda: rested(paper), timeout=PLANNING_MS)
    with qtbot.assertNotEmitted(paper.planning.run_changed, wait=500):
        paper.document.edit("Rename", paper.document.scenario.model_copy(update={"name": "Other"}))


def test_a_reverted_file_is_planned_again(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    paper.auto_button.click()
    set_bandwidth(paper, 3.0)
    qtbot.waitUntil(lambda: rested(paper), timeout=PLANNING_MS)
    paper.named_actions["revert"].trigger()
    assert paper.planning.run is None
    qtbot.waitUntil(lambda: rested(paper), timeout=PLANNING_MS)


def test_switched_off_edits_are_not_planned(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    paper.named_actions["auto-plan"].trigger()
    assert paper.auto_button.isChecked()
    qtbot.waitUntil(lambda: rested(paper), timeout=PLANNING_MS)
    paper.named_actions["auto-plan"].trigger()
    assert not paper.auto_button.isChecked()
    with qtbot.assertNotEmitted(paper.planning.run_changed, wait=500):
        set_bandwidth(paper, 2.0)
    assert paper.planning.outdated


def test_an_edit_that_cannot_be_planned_is_told_and_the_next_is_planned(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    paper.auto_button.click()
    qtbot.waitUntil(lambda: rested(paper), timeout=PLANNING_MS)
    scenario = paper.document.scenario
    document = scenario.model_dump(by_alias=True, exclude_unset=True)
    document["users"][0]["limits"] = [{"limit": "bar", "layers": ["*"], "from": ["client", "edge", "cloud"]}]
    paper.document.edit("Bar all", type(scenario).model_validate(document, strict=False))
    qtbot.waitUntil(lambda: paper.planning.error is not None, timeout=PLANNING_MS)
    assert paper.planning.outdated
    paper.document.undo_stack.undo()
    qtbot.waitUntil(lambda: paper.planning.error is None and rested(paper), timeout=PLANNING_MS)
    assert not paper.planning.outdated
