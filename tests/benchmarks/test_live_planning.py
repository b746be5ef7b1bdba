"""From the move of a bandwidth to the repainted window: VGG19 on the article's 12 servers, auto-plan on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot
from yardstick import keeps

from dnnmig_gui.gui.application import make_application
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.view_actions import dress
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
PAPER = Path(__file__).parents[2] / "scenarios" / "paper-vgg19.dnnmig"
PROMISE_S = 0.1


@pytest.fixture(params=[1, 2], ids=["one user", "two users"])
def window(request: pytest.FixtureRequest, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    make_application()
    look = Look("light")
    dress(look)
    made = MainWindow(look, QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    qtbot.addWidget(made, before_close_func=let_go)
    made.resize(1600, 1000)
    made.show()
    assert made.files.open_path(Path(shutil.copy(PAPER, tmp_path)))
    scenario = made.document.scenario
    made.document.edit("Users", scenario.model_copy(update={"users": scenario.users[: request.param]}))
    qtbot.waitUntil(lambda: bool(made.loading.models), timeout=20_000)
    made.live.switch(True)
    qtbot.waitUntil(lambda: made.planning.run is not None and not made.jobs.busy, timeout=60_000)
    return made


def let_go(window: MainWindow) -> None:
    window.document.undo_stack.setClean()
    window.live.stop()
    window.checking.stop()
    window.jobs.close()


def test_from_move_to_repaint(qtbot: QtBot, window: MainWindow, benchmark: BenchmarkFixture) -> None:
    speeds = iter(range(10**6))

    def step() -> None:
        scenario = window.document.scenario
        speed = 2.0 + (next(speeds) % 40) / 5
        defaults = dict(scenario.link_defaults)
        defaults["client-edge"] = defaults["client-edge"].model_copy(update={"bandwidth_mb_per_s": speed})
        moved = scenario.model_copy(update={"link_defaults": defaults})
        with qtbot.waitSignal(window.planning.run_changed, timeout=20_000):
            window.document.edit("Bandwidth", moved, "bandwidth")
        QApplication.processEvents()  # what the plan has changed is painted
        assert window.planning.run is not None
        assert window.planning.run.plan.scenario is moved

    def settle() -> None:
        qtbot.waitUntil(lambda: not window.jobs.busy, timeout=20_000)
        QApplication.processEvents()  # the paintings of the step before are its own

    benchmark.pedantic(step, setup=settle, rounds=20, warmup_rounds=3)
    assert keeps(benchmark, PROMISE_S)
