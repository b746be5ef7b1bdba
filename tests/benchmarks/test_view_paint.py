"""Frames of the linked timelines and of the presentation while time runs, on a run of 10,000 slices."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QPainter, QPixmap
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

sys.path.insert(0, str(Path(__file__).parents[1] / "gui"))
from timeline_run import timeline_run

from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.compare.contender import Combination, Contender
from dnnmig_gui.gui.compare.duel import Duel
from dnnmig_gui.gui.compare.duel_canvas import DuelCanvas
from dnnmig_gui.gui.presentation.picture import Reel
from dnnmig_gui.gui.presentation.scene import Scene
from dnnmig_gui.gui.theme.fonts import load_fonts
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.theme.tokens import DARK

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
SLOWEST_S = 0.03


def test_two_linked_timelines(qtbot: QtBot, benchmark: BenchmarkFixture) -> None:
    load_fonts()
    clock = Clock()
    canvas = DuelCanvas(Look("light"), clock)
    qtbot.addWidget(canvas)
    canvas.resize(1584, 520)
    canvas.show()
    sides = []
    for seed in (1, 2):
        run = timeline_run(seed=seed, slowest_s=SLOWEST_S, partitions=20)
        methods = Combination(MethodChoice(method="pso"), MethodChoice(method=run.plan.uploading_method))
        sides.append(Contender(methods, run, 1.0))
    duel = Duel(sides[0], sides[1], 0)
    clock.set_end(duel.end_s)
    canvas.set_duel(duel)
    target = QPixmap(canvas.size())

    def step() -> None:
        clock.seek((clock.t + 0.016) % duel.end_s)
        canvas.render(target)

    benchmark.pedantic(step, rounds=60, warmup_rounds=3)
    assert clock.t > 0


def test_presentation(qtbot: QtBot, benchmark: BenchmarkFixture) -> None:
    load_fonts()
    scene = Scene(timeline_run(slowest_s=SLOWEST_S, partitions=20), 0, "Made up")
    target, reel = QPixmap(1920, 1080), Reel()
    times = []

    def step() -> None:
        times.append(0.016 * len(times))
        painter = QPainter(target)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        reel.paint(painter, target.size(), scene, times[-1], DARK)
        painter.end()

    benchmark.pedantic(step, rounds=40, warmup_rounds=3)
    assert len(times) >= 1
