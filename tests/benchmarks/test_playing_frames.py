"""Frames of the real window while it plays each shipped scenario: all views, 1600 x 1000, painted into memory."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

sys.path.insert(0, str(Path(__file__).parents[1] / "gui"))
from real_window import plan, window

from dnnmig_gui.gui.window import MainWindow

__all__ = ["window"]
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.dnnmig"))
FRAMES = 120


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[path.stem for path in SCENARIOS])
def test_playing(qtbot: QtBot, window: MainWindow, scenario: Path, benchmark: BenchmarkFixture) -> None:
    window.resize(1600, 1000)
    window.files.open_path(scenario)
    plan(qtbot, window)
    clock = window.clock
    clock.play()
    clock._timer.setInterval(10**6)  # frames come from here
    taken: list[float] = []

    def frame() -> None:
        started = time.perf_counter()
        clock.seek((clock.t + 0.016 * clock.speed) % clock.end_s)
        QApplication.processEvents()
        taken.append(1e3 * (time.perf_counter() - started))

    benchmark.pedantic(frame, rounds=FRAMES, warmup_rounds=5)
    clock.pause()
    benchmark.extra_info["p95_ms"] = round(float(np.percentile(taken, 95)), 2)
    sys.stdout.write(f"\n{scenario.stem}: median {np.median(taken):.1f} ms, p95 {np.percentile(taken, 95):.1f} ms\n")
    assert len(taken) >= FRAMES
