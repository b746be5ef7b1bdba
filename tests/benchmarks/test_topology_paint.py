"""A frame of the topology stays under 16 ms while 1000 servers and 5000 links are panned."""

from __future__ import annotations

import pytest
from large_scenarios import SERVERS, large_scenario
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot
from yardstick import keeps

from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import load_fonts
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.topology.panel import TopologyPanel

FRAME_S = 0.016
DRAG_FRAME_S = 0.033
"""Zoom and drag paint thousands of lines anew; a pan does not."""
ZOOMS = {"whole": None, "a third": 0.35, "full size": 1.0}
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def panel(qtbot: QtBot) -> TopologyPanel:
    load_fonts()
    made = TopologyPanel(Look("light"), Clock(), Selection())
    qtbot.addWidget(made)
    made.resize(1256, 760)
    made.set_scenario(large_scenario(), {})
    made.show()
    QApplication.processEvents()
    return made


def at_zoom(panel: TopologyPanel, zoom: float | None) -> None:
    panel.canvas.fit()
    if zoom is not None:
        panel.canvas.zoom_by(zoom / panel.canvas.zoom)
    QApplication.processEvents()


@pytest.mark.parametrize("zoom", ZOOMS)
def test_panning(panel: TopologyPanel, benchmark: BenchmarkFixture, zoom: str) -> None:
    """Move the view and paint all of it, into a picture: more than a frame on the screen paints."""
    at_zoom(panel, ZOOMS[zoom])
    target = QPixmap(panel.canvas.viewport().size())
    steps = [QPoint(9, 4)] * 60 + [QPoint(-9, -4)] * 60  # farther than what is painted ahead of the view
    moves = iter(steps * 3)

    def step() -> None:
        panel.canvas.pan(next(moves))
        panel.canvas.viewport().render(target)

    benchmark.pedantic(step, rounds=120, warmup_rounds=5)
    assert keeps(benchmark, FRAME_S)


@pytest.mark.parametrize("zoom", ZOOMS)
def test_dragging(panel: TopologyPanel, benchmark: BenchmarkFixture, zoom: str) -> None:
    """Drag a server with its links, and paint all of the view."""
    at_zoom(panel, ZOOMS[zoom])
    target = QPixmap(panel.canvas.viewport().size())
    item = panel.canvas.items_by_id["edge-7"]
    panel.canvas.nodes_moved(["edge-7"])

    def step() -> None:
        item.setPos(item.pos() + QPointF(3, 2))
        panel.canvas.nodes_moved(["edge-7"])
        panel.canvas.viewport().render(target)

    benchmark.pedantic(step, rounds=60, warmup_rounds=3)
    assert keeps(benchmark, DRAG_FRAME_S)


def test_zooming(panel: TopologyPanel, benchmark: BenchmarkFixture) -> None:
    """Zoom by a notch of the wheel, in and out again, and paint all of the view."""
    at_zoom(panel, None)
    target = QPixmap(panel.canvas.viewport().size())
    factors = iter(([1.2] * 12 + [1 / 1.2] * 12) * 4)

    def step() -> None:
        panel.canvas.zoom_by(next(factors))
        panel.canvas.viewport().render(target)

    benchmark.pedantic(step, rounds=72, warmup_rounds=3)
    assert keeps(benchmark, DRAG_FRAME_S)


def test_an_edit_shows(panel: TopologyPanel, benchmark: BenchmarkFixture) -> None:
    """Show the scenario after an edit, nodes and links anew."""
    scenario = large_scenario()
    benchmark.pedantic(lambda: panel.set_scenario(scenario, {}), rounds=5, warmup_rounds=1)
    assert len(panel.canvas.items_by_id) == sum(SERVERS.values())
