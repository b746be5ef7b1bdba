"""Frames of the timeline, while it plays and while it zooms: 14 lanes with 10,000 and with a million slices."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QPixmap
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

sys.path.insert(0, str(Path(__file__).parents[1] / "gui"))
from timeline_run import timeline_run

from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import load_fonts
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.timeline.panel import TimelinePanel

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
SLICES = {"10k": 0.03, "1M": 0.0003}


@pytest.fixture(params=list(SLICES))
def panel(request: pytest.FixtureRequest, qtbot: QtBot) -> TimelinePanel:
    load_fonts()
    made = TimelinePanel(Look("light"), Clock(), Selection())
    qtbot.addWidget(made)
    made.resize(1256, 560)
    made.show()
    made.set_run(timeline_run(slowest_s=SLICES[request.param], partitions=20))
    made.idle.click()
    return made


def painter_of(panel: TimelinePanel) -> Callable[[], None]:
    target = QPixmap(panel.canvas.size())
    return lambda: panel.canvas.render(target)


def test_playing(panel: TimelinePanel, benchmark: BenchmarkFixture) -> None:
    clock = panel.canvas.clock
    clock.play()
    frame = painter_of(panel)

    def step() -> None:
        clock.seek((clock.t + 0.016) % 22)
        frame()

    benchmark.pedantic(step, rounds=100, warmup_rounds=5)
    assert clock.t > 0


def test_full_view(panel: TimelinePanel, benchmark: BenchmarkFixture) -> None:
    frame = painter_of(panel)
    panel.canvas.clock.seek(9)

    def step() -> None:
        panel.canvas.measure(None)  # what is painted is not kept
        frame()

    benchmark.pedantic(step, rounds=30, warmup_rounds=5)
    assert panel.axis.shows_all


def test_zooming(panel: TimelinePanel, benchmark: BenchmarkFixture) -> None:
    frame = painter_of(panel)
    panel.canvas.clock.seek(9)

    def step() -> None:
        panel.axis.zoom(0.9 if panel.axis.span > 4 else 5, 9)
        frame()

    benchmark.pedantic(step, rounds=30, warmup_rounds=5)
    assert 0 < panel.axis.span < panel.axis.end_s
