"""One clock: at any time, what each view of the real window shows is what the trace says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot
from real_window import PLANNING_MS, copied, paper, plan, window

from dnnmig_gui.core.reporting.numbers import count_text, seconds_text
from dnnmig_gui.core.simulation import SliceKind, Trace
from dnnmig_gui.gui.compare.columns import COLUMNS, Context
from dnnmig_gui.gui.compare.contender import Combination, Contender
from dnnmig_gui.gui.compare.duel import Duel
from dnnmig_gui.gui.compare.duel_canvas import DuelCanvas
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.presentation.scene import Scene
from dnnmig_gui.gui.timeline.line_labels import line_labels
from dnnmig_gui.gui.topology.links import path_between, point_at
from dnnmig_gui.gui.window import MainWindow

__all__ = ["paper", "window"]
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
ONCE = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def played(qtbot: QtBot, paper: MainWindow) -> MainWindow:
    plan(qtbot, paper)
    return paper


def on_links(trace: Trace, t: float) -> list[tuple[int, int, float]]:
    """Return source, target and share sent of everything on a link at a time."""
    moving = np.isin(trace.kind, (SliceKind.UPLOAD_HOP, SliceKind.TRANSFER)) & (trace.start <= t) & (trace.end > t)
    rows = np.flatnonzero(moving)
    sent = (t - trace.start[rows]) / (trace.end[rows] - trace.start[rows])
    return sorted(zip(trace.source[rows].tolist(), trace.target[rows].tolist(), sent.tolist(), strict=True))


def delay_of(run: PlannedRun, user: int, t: float) -> tuple[int, float]:
    """Return how many CRs a user has at a time, and the delay of a query that starts then."""
    trace, stages = run.trace, run.plan.users[user].uploading.stages
    confirmed = int(((trace.kind == SliceKind.CONFIRM) & (trace.user == user) & (trace.start <= t)).sum())
    return confirmed, stages[min(confirmed, len(stages) - 1)].query_delay_s


def test_the_plan_is_a_function_of_the_trace_and_the_clock(played: MainWindow) -> None:
    run = played.planning.run
    assert run is not None
    trace = run.trace

    @ONCE
    @given(share=st.floats(0, 1), user=st.integers(0, len(run.plan.users) - 1))
    def holds(share: float, user: int) -> None:
        t = share * run.end_s
        played.selection.follow(user)
        played.clock.seek(t)
        moving = on_links(trace, t)
        # Topology: packets lie where their bytes are.
        nodes = played.topology.canvas.items_by_id
        riding = [one for one in played.topology.canvas.signs.carried if one.packet is not None]
        assert len(riding) == len(moving)
        wanted = []
        for source, target, sent in moving:
            ends = (nodes[trace.server_ids[number]] for number in (source, target))
            wanted.append(point_at(path_between(*ends), sent))
        found = [point_at(one.path, one.share) for one in riding]
        for one, other in zip(sorted(wanted, key=place), sorted(found, key=place), strict=True):
            assert (one - other).manhattanLength() < 1e-5
        # DNN: every layer has the colour of where a query that starts now runs it.
        confirmed, delay = delay_of(run, user, t)
        stages = run.plan.users[user].uploading.stages
        assert played.dnn.picture().places == tuple(stages[min(confirmed, len(stages) - 1)].places)
        shows_layers(played, run, user, t)
        shows_servers(played, trace, t)
        shows_lanes(played, trace, t)
        shows_words(played, trace, user, t)
        # Timeline: the playhead stands at t, the followed line at the delay of the stage.
        axis, view = played.timeline.axis, played.timeline.canvas.view
        assert view is not None
        assert axis.x(t) == pytest.approx(axis.left + t / run.end_s * axis.width)
        value = next(line for line in view.stairs if line.followed).value(t)
        assert value is None or value == pytest.approx(delay)
        # Presentation: the same packets, the same CRs, the playhead in view.
        scene = Scene(run, user, "")
        start, stop = scene.window(t)
        assert start <= t <= stop + 1e-9
        assert scene.headlines(t)[2].second.startswith(f"after {confirmed} of ")
        packets = sorted((one.source, one.target, one.share) for one in scene.state.packets(t))
        assert np.array(packets, dtype=float).ravel().tolist() == pytest.approx(np.array(moving, dtype=float).ravel())

    holds()


@pytest.mark.parametrize("name", ["intermittent-link", "latecomers", "smart-home"])
def test_failures_and_latecomers_are_shown_as_they_happened(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, name: str
) -> None:
    assert window.files.open_path(copied(tmp_path, name))
    qtbot.waitUntil(lambda: bool(window.loading.models), timeout=PLANNING_MS)
    plan(qtbot, window)
    run = window.planning.run
    assert run is not None
    trace = run.trace

    @ONCE
    @given(share=st.floats(0, 1), user=st.integers(0, len(run.plan.users) - 1))
    def holds(share: float, user: int) -> None:
        t = share * run.end_s
        window.selection.follow(user)
        window.clock.seek(t)
        shows_layers(window, run, user, t)
        shows_servers(window, trace, t)
        shows_lanes(window, trace, t)
        shows_words(window, trace, user, t)

    holds()


def shows_layers(window: MainWindow, run: PlannedRun, user: int, t: float) -> None:
    """Every layer has the colour of its place by the trace; the P3 under way is as full as its bytes are sent."""
    trace = run.trace
    picture = window.dnn.picture()
    assert picture is not None
    placed = [one for one in trace.placed[user] if one.since_s <= t] or list(trace.placed[user][:1])
    assert picture.places == tuple(placed[-1].places.tolist())
    sending = np.flatnonzero((trace.kind == SliceKind.UPLOAD) & (trace.user == user) & (trace.start <= t))
    sending = sending[trace.end[sending] > t]
    assert picture.uploading == (int(trace.partition[sending[-1]]) if len(sending) else None)
    if len(sending):
        row = sending[-1]
        hops = (trace.kind == SliceKind.UPLOAD_HOP) & (trace.user == user)
        hops &= trace.partition == trace.partition[row]
        hops &= (trace.start >= trace.start[row]) & (trace.start < trace.end[row])
        each = np.clip((t - trace.start[hops]) / (trace.end[hops] - trace.start[hops]), 0, 1)
        assert picture.share == pytest.approx(float(each.mean()), abs=1e-9)


def shows_servers(window: MainWindow, trace: Trace, t: float) -> None:
    """A server that receives says so; one that never works or receives is idle."""
    nodes = window.topology.canvas.items_by_id
    hops = (trace.kind == SliceKind.UPLOAD_HOP) & (trace.start <= t) & (trace.end > t)
    arriving = {trace.server_ids[number] for number in np.unique(trace.target[hops])}
    worked = (trace.kind == SliceKind.EXECUTE) & (trace.start < t)
    working = {trace.server_ids[number] for number in np.unique(trace.source[worked])}
    for name, node in nodes.items():
        spoken = node.state.spoken
        assert ("receiving" in spoken or "relaying" in spoken) == (name in arriving)
        if name not in working:
            assert "percent" not in spoken
            assert node.state.ring is None or name in arriving


def shows_lanes(window: MainWindow, trace: Trace, t: float) -> None:
    """On each lane lies at the playhead what the trace has there, and nothing else."""
    view = window.timeline.canvas.view
    assert view is not None
    for number, lane in enumerate(trace.lanes):
        own = (trace.lane == number) & (trace.start < t) & (trace.end > t)
        wanted = {int(trace.kind[row]) for row in np.flatnonzero(own)}
        row = next(row for row in view.story.rows if row.lane == lane)
        found = [part.at(t) for part in row.series if part.texture != "shared"]
        kinds = {int(trace.kind[one]) for one in found if one is not None and trace.start[one] < t < trace.end[one]}
        assert kinds == wanted


def shows_words(window: MainWindow, trace: Trace, user: int, t: float) -> None:
    """Clock, count of queries, next CR and the values beside the playhead say what the trace says."""
    done = int(((trace.kind == SliceKind.QUERY) & (trace.user == user) & (trace.end <= t)).sum())
    assert f"{count_text(done)} quer" in window.dnn._caption()
    confirms = (trace.kind == SliceKind.CONFIRM) & (trace.user == user) & (trace.start > t)
    said = window.timeline.transport.next_text.text
    if confirms.any():
        first = np.flatnonzero(confirms)[trace.start[confirms].argmin()]
        assert f"P3 #{trace.partition[first] + 1} at" in said
    else:
        assert said in ("All P3 confirmed", "Nothing to upload")
    view = window.timeline.canvas.view
    assert view is not None
    for label in line_labels(view.stairs, view.axis, view.scale, t):
        value = label.line.value(t)
        assert label.text == f"{label.line.title}  {seconds_text(value)}"


def place(point: QPointF) -> tuple[float, float]:
    return round(point.x(), 3), round(point.y(), 3)


def test_charts_and_comparison_are_functions_of_the_trace_and_the_clock(qtbot: QtBot, played: MainWindow) -> None:
    run = played.planning.run
    assert run is not None
    played.named_actions["charts"].trigger()
    charts = played.pages.charts
    assert charts is not None
    methods = Combination(run.plan.scenario.offloading, run.plan.scenario.uploading)
    side = Contender(methods, run, 1.0)
    linked = DuelCanvas(played.look, played.clock)
    qtbot.addWidget(linked)
    linked.resize(1200, 500)
    linked.set_duel(Duel(side, side, 0))

    @ONCE
    @given(share=st.floats(0, 1), user=st.integers(0, len(run.plan.users) - 1))
    def holds(share: float, user: int) -> None:
        t = share * run.end_s
        played.selection.follow(user)
        played.clock.seek(t)
        _, delay = delay_of(run, user, t)
        charts.choose("query-delay")
        assert charts.plot.playhead.value() == pytest.approx(t)
        assert charts.chart is not None
        assert charts.chart.lines[-1].value(t) == pytest.approx(delay)
        duel = Duel(side, side, user)
        assert duel.paces[0].delay_at(t) == duel.paces[1].delay_at(t) == pytest.approx(delay)
        assert duel.lead_at(t) == 0
        assert COLUMNS[0].value(side, Context(t, user, 1.0)) == pytest.approx(delay)
        assert linked.axis.x(t) == pytest.approx(linked.axis.left + t / run.end_s * linked.axis.width)

    holds()
