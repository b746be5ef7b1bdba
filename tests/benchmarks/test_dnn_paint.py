"""Frames of the model's view while it pans and zooms: 5000 layers in a chain and in branches, folded and not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPixmap
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot
from yardstick import keeps

sys.path.insert(0, str(Path(__file__).parents[1] / "gui"))
from long_models import long_branches, long_chain
from synthetic_run import made_up_run, paper

from dnnmig_gui.core.costs.compile import compile_problem
from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.profiling import Profile
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.dnn.blocks import find_blocks
from dnnmig_gui.gui.dnn.layout import draw_model
from dnnmig_gui.gui.dnn.panel import DnnPanel
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import load_fonts
from dnnmig_gui.gui.theme.look import Look

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
LAYERS = 5000
MODELS = {"chain": long_chain, "branches": long_branches}
FRAME_S = 0.016


@pytest.fixture(params=MODELS)
def panel(request: pytest.FixtureRequest, qtbot: QtBot) -> DnnPanel:
    load_fonts()
    scenario, _, _ = paper()
    model = MODELS[request.param](LAYERS)
    problem = compile_problem(scenario, {entry.id: LoadedModel(model, Profile()) for entry in scenario.models})
    run = made_up_run(scenario, problem, seed=3, queries_after=1)
    clock = Clock()
    made = DnnPanel(Look("light"), clock, Selection())
    qtbot.addWidget(made)
    made.resize(1048, 184)
    made.set_scenario(scenario, {entry.id: model for entry in scenario.models})
    made.set_run(run)
    clock.set_end(run.end_s)
    clock.seek(run.end_s / 3)
    made.show()
    return made


@pytest.mark.parametrize("zoom", [1.0, 0.5, 0.05])
@pytest.mark.parametrize("folds", ["folded", "unfolded"])
def test_panning(panel: DnnPanel, benchmark: BenchmarkFixture, folds: str, zoom: float) -> None:
    if folds == "unfolded":
        panel.unfold_all()
    panel.canvas.zoom_by(zoom / panel.canvas.zoom)
    bar = panel.canvas.horizontalScrollBar()
    target = QPixmap(panel.canvas.size())

    def step() -> None:
        bar.setValue((bar.value() + 37) % max(1, bar.maximum()))
        panel.canvas.render(target)

    benchmark.pedantic(step, rounds=60, warmup_rounds=5)
    boxes = len(panel.canvas._painter.drawing.boxes)
    assert boxes > LAYERS - 10 if folds == "unfolded" else boxes < 100
    assert keeps(benchmark, FRAME_S)


def test_zooming(panel: DnnPanel, benchmark: BenchmarkFixture) -> None:
    panel.unfold_all()
    target = QPixmap(panel.canvas.size())
    at = QPointF(500, 60)

    def step() -> None:
        panel.canvas.zoom_by(0.8 if panel.canvas.zoom > 0.06 else 25, at)
        panel.canvas.render(target)

    benchmark.pedantic(step, rounds=60, warmup_rounds=5)
    assert panel.canvas.zoom > 0
    assert keeps(benchmark, FRAME_S)


def test_whole_model_in_view(panel: DnnPanel, benchmark: BenchmarkFixture) -> None:
    panel.unfold_all()
    panel.canvas.fit()
    target = QPixmap(panel.canvas.size())
    benchmark.pedantic(lambda: panel.canvas.render(target), rounds=60, warmup_rounds=5)
    assert panel.canvas.horizontalScrollBar().maximum() == 0
    assert keeps(benchmark, FRAME_S)


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_laying_out(benchmark: BenchmarkFixture, make: Callable[[int], DnnModel]) -> None:
    model = make(LAYERS)

    def lay_out() -> int:
        return len(draw_model(model, blocks=find_blocks(model)).boxes)

    assert benchmark.pedantic(lay_out, rounds=3) == len(model)
