"""The topology while a run plays: what is written hides nothing, at every shipped scenario and at many times."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario.file import open_scenario
from dnnmig_gui.core.scenario.schema import Outage
from dnnmig_gui.core.simulation import SliceKind
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.planner.work import plan_quickly
from dnnmig_gui.gui.run_state import run_state
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.topology.items import MOST_WIDTH, node_width
from dnnmig_gui.gui.topology.layout import NODE_HEIGHT
from dnnmig_gui.gui.topology.links import point_at
from dnnmig_gui.gui.topology.panel import TopologyPanel
from dnnmig_gui.gui.topology.signs import Box, dot_radius, packet_height

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.dnnmig"))
TIMES = 40


def played(qtbot: QtBot, path: Path, width: int = 1048, height: int = 340) -> tuple[TopologyPanel, Clock, PlannedRun]:
    scenario = open_scenario(path).scenario
    run = plan_quickly(scenario, path.parent, Run())
    clock = Clock()
    panel = TopologyPanel(Look("light"), clock, Selection())
    panel.resize(width, height)
    qtbot.addWidget(panel)
    panel.set_scenario(scenario, {})
    panel.set_run(run)
    clock.set_end(run.end_s)
    panel.show()
    qtbot.waitExposed(panel)
    return panel, clock, run


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def nodes_of(panel: TopologyPanel) -> list[Box]:
    half = NODE_HEIGHT / 2
    return [
        (item.x() - item.half_width, item.y() - half, item.x() + item.half_width, item.y() + half)
        for item in panel.canvas.items_by_id.values()
    ]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_nothing_that_is_written_hides_anything(qtbot: QtBot, path: Path) -> None:
    panel, clock, run = played(qtbot, path)
    nodes, written = nodes_of(panel), 0
    for t in np.linspace(0, run.end_s, TIMES, endpoint=False):
        clock.seek(float(t))
        signs = panel.canvas.signs.signs()
        written += len(signs)
        for one, other in combinations(signs, 2):
            assert not overlap(one.box, other.box), f"{one.text} and {other.text} at {t:.3f} s"
        for sign in signs:
            assert not any(overlap(sign.box, node) for node in nodes), f"{sign.text} hides a server at {t:.3f} s"
        bandwidths = [sign.text for sign in signs if not sign.packet]
        carried = [one.label for one in panel.canvas.signs.carried if one.label]
        assert len(bandwidths) <= len(carried)
        lines = [
            (one.path.pointAtPercent(0).toTuple(), one.path.pointAtPercent(1).toTuple())
            for one in panel.canvas.signs.carried
            if one.label
        ]
        assert len(lines) == len(set(lines)), "a link's bandwidth is written once"
    assert written > 10


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_no_name_of_a_server_is_cut_off(qtbot: QtBot, path: Path) -> None:
    panel, *_ = played(qtbot, path)
    for item in panel.canvas.items_by_id.values():
        assert node_width([item.title]) <= min(2 * item.half_width, MOST_WIDTH - 8), item.title


def test_packets_are_as_large_as_their_bytes(qtbot: QtBot) -> None:
    panel, clock, run = played(qtbot, SCENARIOS[0])
    assert [packet_height(10**power) for power in (0, 4, 6, 8, 12)] == pytest.approx([18, 20, 23, 26, 28])
    for t in np.linspace(0, run.end_s, TIMES, endpoint=False):
        clock.seek(float(t))
        riding = [one for one in panel.canvas.signs.carried if one.packet is not None]
        for one, packet in zip(riding, run_state(run).packets(clock.t), strict=True):
            assert one.size_bytes == packet.size_bytes
        for kind in (True, False):
            radii = [dot_radius(one) for one in sorted(riding, key=lambda one: one.size_bytes) if one.upload == kind]
            assert radii == sorted(radii)


def test_the_way_of_a_query_is_shown_hop_by_hop(qtbot: QtBot) -> None:
    path = next(path for path in SCENARIOS if path.stem == "smart-home")
    panel, clock, run = played(qtbot, path)
    trace, items = run.trace, panel.canvas.items_by_id
    transfers = trace.of_kind(SliceKind.TRANSFER)
    assert len(transfers) > 20
    seen = 0
    for row in transfers[:: max(1, len(transfers) // 30)]:
        query = [
            other
            for other in trace.of_kind(SliceKind.QUERY)
            if trace.user[other] == trace.user[row] and trace.query[other] == trace.query[row]
        ]
        after = float(trace.end[row]) + 1e-9
        if not query or after >= trace.end[query[0]]:
            continue
        clock.seek(after)
        ends = [items[trace.server_ids[number]] for number in (int(trace.source[row]), int(trace.target[row]))]
        lines = [one for one in panel.canvas.signs.carried if not one.upload]
        near = [
            one
            for one in lines
            if abs(one.path.pointAtPercent(0).y() - ends[0].y()) < 1
            and abs(one.path.pointAtPercent(1).y() - ends[1].y()) < 1
        ]
        assert near, "the hop that is behind the query stays lit"
        seen += 1
    assert seen > 5


def test_dots_lie_where_the_bytes_are_and_stay_in_view(qtbot: QtBot) -> None:
    panel, clock, run = played(qtbot, next(path for path in SCENARIOS if path.stem == "connected-car"))
    for t in np.linspace(0, run.end_s, TIMES, endpoint=False):
        clock.seek(float(t))
        for one in panel.canvas.signs.carried:
            if one.packet == "":
                at = point_at(one.path, one.share)
                box = (at.x() - 2, at.y() - 2, at.x() + 2, at.y() + 2)
                assert not any(overlap(box, sign.box) for sign in panel.canvas.signs.signs())


def test_what_is_out_is_crossed_as_long_as_it_is(qtbot: QtBot) -> None:
    panel, clock, run = played(qtbot, next(path for path in SCENARIOS if path.stem == "intermittent-link"))
    outages = run.plan.scenario.running.outages
    assert outages
    for outage in outages:
        if outage.start_s >= run.end_s:
            continue
        for t, out in ((outage.start_s - 1e-3, False), (outage.start_s, True), (outage.end_s + 1e-3, False)):
            clock.seek(min(t, run.end_s))
            assert bool(panel.canvas._active._down) == out
            if outage.server is not None:
                assert panel.canvas.items_by_id[outage.server].state.down == out


def test_a_server_that_is_down_says_so(qtbot: QtBot) -> None:
    path = next(path for path in SCENARIOS if path.stem == "smart-home")
    scenario = open_scenario(path).scenario
    outage = Outage(server="Hub", start_s=1.0, end_s=2.0)
    scenario = scenario.model_copy(update={"running": scenario.running.model_copy(update={"outages": (outage,)})})
    run = plan_quickly(scenario, path.parent, Run())
    clock = Clock()
    panel = TopologyPanel(Look("dark"), clock, Selection())
    qtbot.addWidget(panel)
    panel.set_scenario(scenario, {})
    panel.set_run(run)
    clock.set_end(run.end_s)
    clock.seek(1.5)
    item = panel.canvas.items_by_id["Hub"]
    assert item.state.down
    assert item.state.subtitle == "Down"
    assert "down" in item.accessible_text()
    panel.grab()
    clock.seek(2.5)
    assert not item.state.down


def test_a_dot_lets_the_name_of_a_server_be_read_that_its_link_runs_behind(qtbot: QtBot) -> None:
    panel, clock, run = played(qtbot, SCENARIOS[0].with_name("paper-vgg19.dnnmig"))
    nodes, canvas, theme = nodes_of(panel), panel.canvas, Look("light").theme
    seen = {True: 0, False: 0}
    for t in np.linspace(0, run.end_s / 20, 120):
        clock.seek(float(t))
        taken = [sign.box for sign in canvas.signs.signs()]
        picture = canvas.grab().toImage()
        for carried in canvas.signs.carried:
            here = point_at(carried.path, carried.share)
            spot = (here.x(), here.y(), here.x(), here.y())
            covered = any(overlap(spot, box) for box in taken) or len(canvas.signs.carried) > 2
            if not carried.upload or carried.packet is None or covered:
                continue
            inside, near = (
                any(
                    overlap(spot, (left + rim, top + rim, right - rim, bottom - rim))
                    for left, top, right, bottom in nodes
                )
                for rim in (3, -3)
            )
            if near and not inside:
                continue  # at a rim
            color = picture.pixelColor(canvas.mapFromScene(here))
            fill = (theme.tier(carried.tier) if carried.upload else theme.client).fill
            apart = max(abs(one - other) for one, other in zip(color.getRgb(), fill.getRgb(), strict=True))
            assert (apart < 12) != inside
            seen[inside] += 1
    assert min(seen.values()) > 0
