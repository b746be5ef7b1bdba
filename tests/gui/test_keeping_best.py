"""Cancel keeps the best plan so far, and a second click gives it up too."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from real_window import PLANNING_MS, paper, plan, window  # noqa: F401  fixtures

from dnnmig_gui.core.offloading.plan import SO_FAR
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.gui.planner import planning as planning_module
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_cancel_during_a_long_search_keeps_its_best_plan(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    long = MethodChoice(method="pso", parameters={"iterations": 100_000})
    paper.document.edit("Search longer", paper.document.scenario.model_copy(update={"offloading": long}))
    button, planning = paper.plan_button, paper.planning
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: button.cancels and "Best objective" in paper.plan_panel.result.progress_text)
    before = time.perf_counter()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == "Keeping best"
    assert time.perf_counter() - before < 0.1
    qtbot.waitUntil(lambda: not planning.busy, timeout=PLANNING_MS)
    assert planning.run is not None
    assert planning.run.plan.offloading.gap is not None
    assert SO_FAR in planning.run.plan.offloading.note
    assert not planning.outdated
    assert button.text() == "Plan"


def test_a_second_click_gives_it_up(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def deaf(scenario: object, folder: Path, run: Run, models: object) -> None:
        while True:
            run.check()
            run.is_enough()
            time.sleep(0.002)

    monkeypatch.setattr(planning_module, "plan_run", deaf)
    button, planning = paper.plan_button, paper.planning
    before = planning.run
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: button.cancels)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert planning.busy
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not planning.busy
    assert planning.run is before
    assert button.text() == "Plan"
    qtbot.waitUntil(lambda: not paper.jobs.busy)
