"""Lanes that somebody chooses: filtered by words, pinned to the top, walked by keys, remembered for each scenario."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from timeline_run import timeline_run

from dnnmig_gui.core.reporting.numbers import seconds_text
from dnnmig_gui.core.simulation import SliceKind
from dnnmig_gui.core.topology import TIERS
from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.charts.labels import free_part
from dnnmig_gui.gui.charts.lanes import FROM_BELOW, folded_rows, lane_rows
from dnnmig_gui.gui.charts.lettering import MEDIUM, text_width
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import load_fonts
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.theme.tokens import LIGHT_HIGH
from dnnmig_gui.gui.timeline.lane_choice import LaneChoice, LaneName
from dnnmig_gui.gui.timeline.names_column import lane_name
from dnnmig_gui.gui.timeline.panel import TimelinePanel
from dnnmig_gui.gui.timeline.story import Story

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture(scope="module")
def run() -> PlannedRun:
    return timeline_run()


@pytest.fixture
def panel(qtbot: QtBot, run: PlannedRun) -> TimelinePanel:
    load_fonts()
    made = TimelinePanel(Look("light"), Clock(), Selection())
    qtbot.addWidget(made)
    made.resize(1256, 560)
    made.show()
    made.set_run(run)
    made.canvas.setFocus()
    return made


def names(panel: TimelinePanel) -> list[str]:
    view = panel.canvas.view
    assert view is not None
    return [placed.row.name for placed in view.lanes.placed]


def test_typing_words_shows_those_lanes_alone(qtbot: QtBot, panel: TimelinePanel) -> None:
    every = names(panel)
    QTest.keyClick(panel.canvas, Qt.Key.Key_Slash)
    assert panel.filter.hasFocus()
    QTest.keyClicks(panel.filter, "client 1")
    assert names(panel) == [name for name in every if name.startswith("Client 1")]
    panel.filter.setText("edge")
    view = panel.canvas.view
    assert view is not None
    assert view.lanes.placed
    assert {placed.row.tier for placed in view.lanes.placed} == {"edge"}
    panel.filter.setText("uploads CLIENT 2")
    assert names(panel) == ["Client 2 uploads"]
    panel.filter.setText("no such lane")
    assert names(panel) == []
    panel.canvas.grab()
    QTest.keyClick(panel.filter, Qt.Key.Key_Escape)
    assert names(panel) == every
    assert panel.canvas.hasFocus()


def test_keys_walk_the_lanes_and_pin_them(panel: TimelinePanel) -> None:
    every = names(panel)
    for _ in range(4):
        QTest.keyClick(panel.canvas, Qt.Key.Key_Down)
    placed = panel.canvas.at_cursor
    assert placed is not None
    assert placed.row.name == every[3]
    QTest.keyClick(panel.canvas, Qt.Key.Key_Return)
    assert panel._selection.user == 1
    QTest.keyClick(panel.canvas, Qt.Key.Key_P)
    assert names(panel) == [every[3], *every[:3], *every[4:]]
    panel.filter.setText("edge")
    assert names(panel)[0] == every[3]
    panel.filter.clear()
    QTest.keyClick(panel.canvas, Qt.Key.Key_P)
    assert names(panel) == every


def test_a_click_on_the_pin_pins_and_unpins(panel: TimelinePanel) -> None:
    every = names(panel)
    view = panel.canvas.view
    assert view is not None
    last = view.lanes.placed[-1]
    middle = QPoint(31, round(view.lane_y(last)) + 11)
    QTest.mouseMove(panel.canvas, middle)
    before = panel.canvas.grab().toImage()
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert names(panel) == [every[-1], *every[:-1]]
    view = panel.canvas.view
    assert view is not None
    assert panel.canvas.grab().toImage() != before
    first = QPoint(31, round(view.lane_y(view.lanes.placed[0])) + 11)
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=first)
    assert names(panel) == every


def test_the_menu_of_a_lane_does_what_it_says(panel: TimelinePanel) -> None:
    view = panel.canvas.view
    assert view is not None
    menu = panel.canvas.lane_menu(view.lanes.placed[1])
    texts = [action.text() for action in menu.actions()]
    assert texts[0] == "Pin to the top"
    menu.actions()[1].trigger()
    assert panel.filter.text()
    assert all("Client 1" in name for name in names(panel))
    menu = panel.canvas.lane_menu(panel.canvas.view.lanes.placed[0])  # type: ignore[union-attr]
    menu.actions()[-1].trigger()
    assert not panel.filter.text()
    fold = next(action for action in menu.actions() if "Fold" in action.text())
    fold.trigger()
    assert panel.canvas.lanes.choice.folded == {"client"}


def test_the_choice_is_that_of_the_scenario(panel: TimelinePanel, run: PlannedRun) -> None:
    panel.filter.setText("cloud")
    panel.canvas.lanes.fold("edge")
    chosen = panel.canvas.lanes.choice
    panel.set_run(timeline_run(seed=3))
    assert panel.canvas.lanes.choice == chosen
    panel.set_run(None)
    panel.set_run(timeline_run("paper-alexnet"))
    assert panel.canvas.lanes.choice == LaneChoice()
    assert not panel.filter.text()
    panel.set_run(run)
    assert panel.canvas.lanes.choice == chosen
    assert panel.filter.text() == "cloud"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_lane_is_lost_or_shown_twice(run: PlannedRun, data: st.DataObject) -> None:
    story = Story.of(run, {})
    rows = data.draw(st.lists(st.sampled_from(story.rows), unique_by=id, max_size=6))
    folded = data.draw(st.sets(st.sampled_from(TIERS)))
    pinned = tuple(LaneName.of(row.lane, run.trace) for row in rows)
    placed = LaneChoice("", pinned, frozenset(), True).place(run, story.rows).placed
    assert sorted(id(each.row) for each in placed) == sorted(id(row) for row in story.rows)
    assert [each.row for each in placed if each.pinned] == rows
    lanes = LaneChoice("", pinned, frozenset(folded), False).place(run, story.rows)
    tops = [each.top for each in lanes.placed]
    assert tops == sorted(set(tops))
    assert [each.row for each in lanes.placed[: len(rows)]] == rows


def test_slices_have_an_outline_in_high_contrast(panel: TimelinePanel) -> None:
    def inked() -> int:
        image = panel.canvas.grab().toImage()
        ink = LIGHT_HIGH.client.ink
        y = round(panel.canvas.view.lane_y(panel.canvas.view.lanes.placed[1])) + 2  # type: ignore[union-attr]
        return sum(
            abs(image.pixelColor(x, y).red() - ink.red()) + abs(image.pixelColor(x, y).blue() - ink.blue()) < 30
            for x in range(150, 1200)
        )

    panel._clock.seek(20.0)
    plain = inked()
    panel._look.set_high_contrast(True)
    assert inked() > plain + 200


def test_long_names_keep_what_tells_lanes_apart(panel: TimelinePanel) -> None:
    view = panel.canvas.view
    assert view is not None
    uploads, queries = view.lanes.placed[:2]
    assert lane_name(view, uploads, 500) == uploads.row.name
    for placed, word in ((uploads, "uploads"), (queries, "queries")):
        short = lane_name(view, placed, 80)
        assert "…" in short
        assert short.endswith(word)
        assert text_width(short, 12, MEDIUM) <= 80


def test_shift_and_drag_over_a_lane_measures_it(qtbot: QtBot, panel: TimelinePanel, run: PlannedRun) -> None:
    canvas = panel.canvas
    view = canvas.view
    assert view is not None
    placed = next(one for one in view.lanes.placed if one.row.lane.role == "server")
    y = round(view.lane_y(placed) + 11)
    start, stop = (round(panel.axis.x(t)) for t in (2.0, 21.0))
    shift, button = Qt.KeyboardModifier.ShiftModifier, Qt.MouseButton.LeftButton
    QTest.mousePress(canvas, button, shift, QPoint(start, y))
    for x in range(start, stop, 60):
        QTest.mouseMove(canvas, QPoint(x, y))
    QTest.mouseRelease(canvas, button, shift, QPoint(x, y))
    qtbot.waitUntil(lambda: canvas.clock.marked is not None)
    assert canvas.view is not None
    low, high = canvas.clock.marked  # type: ignore[misc]
    trace = run.trace
    lane = trace.lanes.index(placed.row.lane)
    own = (trace.kind == SliceKind.EXECUTE) & (trace.lane == lane) & (trace.start >= low) & (trace.end <= high)
    lasts = (trace.end - trace.start)[own]
    said = canvas.view.measure
    assert said.startswith(f"{placed.row.name}: ")
    assert f"{own.sum()} slices: min {seconds_text(lasts.min())}, mean {seconds_text(lasts.mean())}" in said
    assert said in canvas.tip_at(QPointF((start + x) / 2, y))
    panel.mark()
    panel.mark()
    canvas.clock.seek(1.0)
    panel.mark()
    assert canvas.view.measure == "" or not canvas.view.measure.startswith(placed.row.name)


def test_on_a_folded_lane_work_lies_above_uploads_and_those_above_open_queries(run: PlannedRun) -> None:
    for row in folded_rows(lane_rows(run), TIERS):
        places = [FROM_BELOW.index(part.texture) for part in row.series]
        assert places == sorted(places)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(begin=st.floats(0, 0.9), zoom=st.floats(0.02, 1))
def test_the_words_on_a_query_have_room_to_themselves(run: PlannedRun, begin: float, zoom: float) -> None:
    axis = TimeAxis()
    axis.place(144, 1000)
    axis.set_run(run.end_s)
    axis.show(begin * run.end_s, (begin + zoom) * run.end_s)
    for row in lane_rows(run):
        if row.lane.role != "queries":
            continue
        asked = next(part for part in row.series if part.texture == "tint")
        over = [part for part in row.series if part.texture not in ("cut", "tint")]
        for start, end in zip(asked.start.tolist(), asked.end.tolist(), strict=True):
            if end < axis.start or start > axis.stop:
                continue
            left, right = free_part(over, (start, end), axis)
            assert axis.left - 1e-6 <= left <= right + 1e-6 <= axis.right + 1e-5
            for part in over if right > left + 1e-6 else ():
                inside = (part.start >= start) & (part.end <= end)
                assert all(
                    axis.x(one) >= right - 1e-6 or axis.x(other) <= left + 1e-6
                    for one, other in zip(part.start[inside].tolist(), part.end[inside].tolist(), strict=True)
                )
