"""A frame of the topology stays under 16 ms while 1000 servers and 5000 links are panned."""

from __future__ import annotations

import json
import random

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.schema import FORMAT
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import load_fonts
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.topology.panel import TopologyPanel

FRAME_S = 0.016
SERVERS = {"client": 600, "edge": 300, "cloud": 100}
LINKS = 5000
ZOOMS = {"whole": None, "a third": 0.35, "full size": 1.0}
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def large_scenario() -> Scenario:
    """Return a scenario of that many servers with links of their own, at random."""
    draw = random.Random(1)
    ids = [(f"{tier}-{number + 1}", tier) for tier, count in SERVERS.items() for number in range(count)]
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < LINKS:
        one, other = sorted(draw.sample(range(len(ids)), 2))
        pairs.add((one, other))
    values = {
        "format": FORMAT,
        "version": 1,
        "servers": [{"id": name, "tier": tier, "compute_ghz": 1.0} for name, tier in ids],
        "links": [{"between": [ids[one][0], ids[other][0]], "bandwidth_mb_per_s": 1.0} for one, other in sorted(pairs)],
    }
    return Scenario.model_validate_json(json.dumps(values))


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
    assert benchmark.disabled or benchmark.stats.stats.median < FRAME_S


def test_an_edit_shows(panel: TopologyPanel, benchmark: BenchmarkFixture) -> None:
    """Show the scenario after an edit, nodes and links anew."""
    scenario = large_scenario()
    benchmark.pedantic(lambda: panel.set_scenario(scenario, {}), rounds=5, warmup_rounds=1)
    assert len(panel.canvas.items_by_id) == sum(SERVERS.values())
