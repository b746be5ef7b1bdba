"""The timeline panel: what it shows is a function of run and time; mouse and keyboard steer time and selection."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot
from timeline_run import timeline_run

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.reporting.numbers import seconds_text
from dnnmig_gui.core.scenario.schema import Outage
from dnnmig_gui.core.simulation import SliceKind
from dnnmig_gui.gui.charts.speeds import SEGMENTS, fit_speed, speeds
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import load_fonts
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.timeline.measure import measured
from dnnmig_gui.gui.timeline.panel import TimelinePanel

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
ANY_TIME = st.floats(0, 22, allow_nan=False)
ONCE = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def run() -> PlannedRun:
    return timeline_run()


class Stage:
    """A panel with all it depends on."""

    def __init__(self, qtbot: QtBot, choice: str = "light") -> None:
        load_fonts()
        self.look = Look(choice)  # type: ignore[arg-type]
        self.clock = Clock()
        self.selection = Selection()
        self.panel = TimelinePanel(self.look, self.clock, self.selection)
        qtbot.addWidget(self.panel)
        self.panel.resize(1256, 400)
        self.panel.show()
        self.canvas = self.panel.canvas
        self.axis = self.panel.axis

    def image(self) -> QImage:
        return self.canvas.grab().toImage()

    def lane(self, role: str, user: int = 0) -> float:
        """Height of the middle of a lane."""
        view = self.canvas.view
        assert view is not None
        for placed in view.lanes.placed:
            if placed.row.lane.role == role and (role == "server" or placed.row.lane.user == user):
                return view.lane_y(placed) + 11
        raise AssertionError(role)

    def click(self, x: float, y: float, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        QTest.mouseClick(self.canvas, button, pos=QPoint(round(x), round(y)))

    def drag(self, start: QPointF, end: QPointF, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        QTest.mousePress(self.canvas, button, pos=start.toPoint())
        QTest.mouseMove(self.canvas, ((start + end) / 2).toPoint())
        QTest.mouseMove(self.canvas, end.toPoint())
        QTest.mouseRelease(self.canvas, button, pos=end.toPoint())

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.canvas, key, modifier)


@pytest.fixture
def stage(qtbot: QtBot, run: PlannedRun) -> Stage:
    made = Stage(qtbot)
    made.panel.set_run(run)
    return made


def uploads(run: PlannedRun, user: int = 0) -> np.ndarray:
    rows = run.trace.of_kind(SliceKind.UPLOAD)
    return rows[run.trace.user[rows] == user]


def differ(one: QImage, other: QImage) -> int:
    """Largest difference of a colour channel."""
    pixels = []
    for image in (one, other):
        plain = image.convertToFormat(QImage.Format.Format_RGB32)
        pixels.append(np.frombuffer(plain.constBits(), np.uint8).astype(int).reshape(plain.height(), -1))
    return int(abs(pixels[0] - pixels[1]).max())


def column_color(image: QImage, x: float, y: float) -> QColor:
    ratio = image.devicePixelRatio()
    return image.pixelColor(round(x * ratio), round(y * ratio))


@ONCE
@given(t=ANY_TIME)
def test_playhead_stands_at_the_time(stage: Stage, t: float) -> None:
    stage.clock.seek(t)
    x = stage.axis.left + t / stage.clock.end_s * stage.axis.width
    assert stage.axis.x(t) == pytest.approx(x)
    # The strip of the whole run has the same playhead; between ruler and chart nothing else is drawn.
    image = stage.image()
    accent = stage.look.theme.accent
    found = [
        column
        for column in range(int(stage.axis.left) - 2, stage.canvas.width())
        if abs(column_color(image, column, 24).hue() - accent.hue()) < 12
        and column_color(image, column, 24).saturation() > 60
    ]
    assert found
    assert min(abs(column - x) for column in found) <= 1.5
    assert max(found) - min(found) <= 3


@ONCE
@given(t=ANY_TIME, user=st.integers(0, 1))
def test_stairs_show_the_stage_of_the_plan(stage: Stage, run: PlannedRun, t: float, user: int) -> None:
    stage.selection.follow(user)
    view = stage.canvas.view
    assert view is not None
    assert {line.method for line in view.stairs} == set(run.alternatives)
    assert [line.followed for line in view.stairs] == [False] * (len(view.stairs) - 1) + [True]
    for line in view.stairs:
        assert line.value(t) == run.alternatives[line.method][user].stage_at(t).query_delay_s


@ONCE
@given(t=ANY_TIME)
def test_next_event_is_the_trace_s(stage: Stage, run: PlannedRun, t: float) -> None:
    trace = run.trace
    told = np.isin(trace.kind, (SliceKind.UPLOAD, SliceKind.QUERY, SliceKind.CONFIRM))
    later = trace.start[told & (trace.start > t)]
    earlier = trace.start[told & (trace.start < t)]
    stage.clock.seek(t)
    stage.panel.transport.next.click()
    assert stage.clock.t == (later.min() if len(later) else trace.end_s)
    stage.clock.seek(t)
    stage.panel.transport.previous.click()
    assert stage.clock.t == (earlier.max() if len(earlier) else 0.0)
    confirms = trace.start[(trace.kind == SliceKind.CONFIRM) & (trace.user == 0) & (trace.start > t)]
    stage.clock.seek(t)
    text = stage.panel.transport.next_text.text
    assert (f"{confirms.min():.1f}" in text) if len(confirms) else text == "All P3 confirmed"


def test_going_back_shows_the_same_picture(stage: Stage) -> None:
    stage.clock.seek(7.3)
    before = stage.image()
    stage.clock.seek(18.0)
    stage.clock.play()
    stage.image()
    stage.clock.pause()
    assert differ(stage.image(), before) > 50
    stage.clock.seek(7.3)
    assert differ(stage.image(), before) <= 2


def test_playing_paints_what_standing_paints(stage: Stage) -> None:
    stage.clock.seek(9.1)
    standing = stage.image()
    stage.clock.play()
    stage.clock.seek(9.1)
    playing = stage.image()
    stage.clock.pause()
    assert differ(playing, standing) <= 2


def test_past_and_future_of_an_upload_differ(stage: Stage, run: PlannedRun) -> None:
    row = uploads(run)[-1]
    start, end = float(run.trace.start[row]), float(run.trace.end[row])
    stage.axis.show(start - 1, end + 1)
    y = stage.lane("uploads")
    tint = stage.look.theme.cloud.tint
    spots = np.linspace(stage.axis.x(end) - 30, stage.axis.x(end) - 10, 40)
    stage.clock.seek(run.trace.end_s)
    assert any(column_color(stage.image(), x, y) == tint for x in spots)
    stage.clock.seek(0.0)
    assert not any(column_color(stage.image(), x, y) == tint for x in spots)


def test_a_cr_is_hollow_until_it_arrives(stage: Stage, run: PlannedRun) -> None:
    arrival = float(run.trace.end[uploads(run)[0]])
    stage.axis.show(arrival - 1, arrival + 1)
    x, y = stage.axis.x(arrival), stage.lane("uploads")
    stage.clock.seek(arrival - 0.5)
    assert column_color(stage.image(), x, y) == stage.look.theme.surface
    stage.clock.seek(arrival + 0.5)
    assert column_color(stage.image(), x, y) == stage.look.theme.text


@pytest.mark.parametrize("choice", ["light", "dark"])
@pytest.mark.parametrize("width", [700, 900, 1048, 1900])
def test_every_view_paints_without_a_warning(qtbot: QtBot, run: PlannedRun, choice: str, width: int) -> None:
    stage = Stage(qtbot, choice)
    stage.panel.resize(width, 380)
    for shown in (None, run):
        stage.panel.set_run(shown)
        stage.panel.set_outdated(True)
        for t in (0.0, 3.7, 22.0):
            stage.clock.seek(t)
            image = stage.panel.grab().toImage()
            assert image.pixelColor(image.width() // 2, 2) == stage.look.theme.surface


def test_without_a_run_it_says_what_to_do(qtbot: QtBot, run: PlannedRun) -> None:
    stage = Stage(qtbot)
    stage.panel.set_run(None)
    blank = stage.image()
    stage.panel.set_scenario(run.plan.scenario.model_copy(update={"users": ()}), {})
    assert stage.image() != blank
    assert stage.canvas.hint == "Add a user, then plan to see the upload"
    assert not stage.panel.transport.play.isEnabled()
    with pytest.raises(InputError, match="no timeline"):
        stage.panel.export_image(Path("nowhere.svg"))


def test_outdated_chip(stage: Stage) -> None:
    assert not stage.panel.transport.outdated.isVisible()
    stage.panel.set_outdated(True)
    assert stage.panel.transport.outdated.isVisible()
    stage.panel.set_outdated(False)
    assert not stage.panel.transport.outdated.isVisible()


def test_scrub_in_ruler_and_chart(stage: Stage) -> None:
    stage.click(stage.axis.x(5.0), 12)
    assert stage.clock.t == pytest.approx(5.0, abs=0.02)
    stage.drag(QPointF(stage.axis.x(5.0), 60), QPointF(stage.axis.x(11.0), 60))
    assert stage.clock.t == pytest.approx(11.0, abs=0.02)
    stage.drag(QPointF(stage.axis.x(5.0), 60), QPointF(stage.axis.right + 300, 60))
    assert stage.clock.t == stage.clock.end_s


def test_click_selects_and_double_click_zooms(stage: Stage, run: PlannedRun) -> None:
    trace = run.trace
    row = int(uploads(run)[3])
    x = stage.axis.x((trace.start[row] + trace.end[row]) / 2)
    stage.click(x, stage.lane("uploads"))
    assert stage.selection.partition == 3
    assert stage.selection.server == trace.server_ids[trace.target[row]]
    QTest.mouseDClick(stage.canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(stage.lane("uploads"))))
    assert stage.axis.start < trace.start[row] < trace.end[row] < stage.axis.stop
    assert stage.axis.span < 1.5 * (trace.end[row] - trace.start[row])
    QApplication.processEvents()
    stage.axis.show(0, 22)
    stage.click(stage.axis.x(0.5), stage.lane("queries", 1))
    assert stage.selection.user == 1
    assert stage.selection.partition is None
    assert stage.selection.server == "Client 2"
    assert stage.selection.layer == run.plan.problem.users[1].model.layers[1].name
    stage.click(60, stage.lane("server"))
    assert stage.selection.server is not None
    assert stage.selection.server.startswith("Edge ")
    stage.click(stage.axis.x(21.99), stage.lane("uploads"))
    assert stage.selection.server is None


def test_tool_tip_tells_numbers(stage: Stage, run: PlannedRun) -> None:
    trace = run.trace
    row = int(uploads(run)[3])
    x = stage.axis.x((trace.start[row] + trace.end[row]) / 2)
    assert stage.canvas.row_at(QPointF(x, stage.lane("uploads"))) == row
    tip = stage.canvas.tip_at(QPointF(x, stage.lane("uploads")))
    for part in ("P3 #4 of Client 1", "MiB", "Client 1 → ", " to "):
        assert part in tip
    assert "Query 1 of Client 1" in stage.canvas.tip_at(QPointF(stage.axis.x(0.5), stage.lane("queries")))
    arrival = stage.axis.x(float(trace.end[row]))
    assert stage.canvas.tip_at(QPointF(arrival, stage.lane("uploads"))).startswith("CR of P3 #4")
    values = stage.canvas.tip_at(QPointF(stage.axis.x(1.0), 60)).splitlines()
    assert values[0].startswith("1.0")
    assert len(values) == 1 + len(run.alternatives)
    assert stage.canvas.tip_at(QPointF(arrival, 10)) == ""


def wheel(stage: Stage, x: float, y: float, steps: int, modifier: Qt.KeyboardModifier) -> None:
    position = QPointF(x, y)
    event = QWheelEvent(
        position,
        QPointF(stage.canvas.mapToGlobal(position)),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(stage.canvas, event)


def test_wheel_zooms_at_the_pointer(stage: Stage) -> None:
    none = Qt.KeyboardModifier.NoModifier
    x = stage.axis.x(8.0)
    for _ in range(5):
        wheel(stage, x, 200, 1, none)
    assert stage.axis.span == pytest.approx(22 / 1.2**5)
    assert stage.axis.t(x) == pytest.approx(8.0)
    for _ in range(9):
        wheel(stage, x, 200, -1, none)
    assert (stage.axis.start, stage.axis.stop) == (0.0, 22.0)


def test_pan_with_middle_button_and_with_space(stage: Stage) -> None:
    stage.axis.show(5, 10)
    width = stage.axis.width
    start = QPointF(stage.axis.left + 300, 60)
    stage.drag(start, start - QPointF(width / 5, 0), Qt.MouseButton.MiddleButton)
    assert stage.axis.start == pytest.approx(6.0, abs=0.01)
    QTest.keyPress(stage.canvas, Qt.Key.Key_Space)
    stage.drag(start, start + QPointF(width / 5, 0))
    QTest.keyRelease(stage.canvas, Qt.Key.Key_Space)
    assert stage.axis.start == pytest.approx(5.0, abs=0.02)
    assert not stage.clock.playing
    stage.key(Qt.Key.Key_Space)
    assert stage.clock.playing
    stage.key(Qt.Key.Key_Space)
    assert not stage.clock.playing


def test_keys(stage: Stage, run: PlannedRun) -> None:
    shift = Qt.KeyboardModifier.ShiftModifier
    trace = run.trace
    first_cr = float(trace.start[trace.of_kind(SliceKind.CONFIRM)].min())
    stage.key(Qt.Key.Key_Greater, shift)
    assert stage.clock.t == first_cr
    stage.key(Qt.Key.Key_End)
    assert stage.clock.t == trace.end_s
    stage.key(Qt.Key.Key_Less, shift)
    assert stage.clock.t == float(trace.start[trace.of_kind(SliceKind.CONFIRM)].max())
    stage.key(Qt.Key.Key_Home)
    assert stage.clock.t == 0
    stage.key(Qt.Key.Key_Period)
    assert 0 < stage.clock.t <= first_cr
    stage.key(Qt.Key.Key_Comma)
    assert stage.clock.t == 0
    stage.key(Qt.Key.Key_W)
    assert stage.axis.span < 22
    stage.key(Qt.Key.Key_D)
    assert stage.axis.start > 0
    stage.key(Qt.Key.Key_A)
    stage.key(Qt.Key.Key_S)
    assert stage.axis.span == pytest.approx(22)
    stage.key(Qt.Key.Key_BracketRight)
    assert stage.clock.speed == 2.0
    stage.key(Qt.Key.Key_BracketLeft)
    stage.key(Qt.Key.Key_BracketLeft)
    assert stage.clock.speed == 0.5
    stage.key(Qt.Key.Key_L)
    assert stage.clock.loops
    assert stage.panel.transport.loop.isChecked()
    stage.key(Qt.Key.Key_L)
    assert not stage.clock.loops


def test_fit_shows_the_selected_p3_then_the_whole_run(stage: Stage, run: PlannedRun) -> None:
    row = int(uploads(run)[2])
    stage.selection.select(partition=2)
    stage.key(Qt.Key.Key_F)
    assert stage.axis.start < run.trace.start[row] < run.trace.end[row] < stage.axis.stop
    assert not stage.axis.shows_all
    stage.key(Qt.Key.Key_F)
    assert stage.axis.shows_all


def test_idle_lanes_are_hidden_until_asked_for(stage: Stage) -> None:
    view = stage.canvas.view
    assert view is not None
    idle = sum(row.idle for row in view.story.rows)
    assert idle > 0
    assert stage.panel.idle.text() == f"{idle} idle"
    shown = len(view.lanes.placed)
    assert shown == len(view.story.rows) - idle
    stage.panel.idle.click()
    view = stage.canvas.view
    assert view is not None
    assert len(view.lanes.placed) == shown + idle
    tiers = [placed.row.tier for placed in view.lanes.placed]
    assert tiers == sorted(tiers, key=("client", "edge", "cloud").index)


def test_many_lanes_scroll(stage: Stage) -> None:
    stage.panel.resize(1256, 320)
    stage.panel.idle.click()
    view = stage.canvas.view
    assert view is not None
    assert view.scroll == 0
    wheel(stage, 60, 200, -40, Qt.KeyboardModifier.NoModifier)
    view = stage.canvas.view
    assert view is not None
    last = view.lanes.placed[-1]
    assert view.lane_y(last) + 22 <= stage.canvas.height()


def test_overview_pans_and_zooms(stage: Stage) -> None:
    overview = stage.panel.overview
    stage.axis.show(5, 10)

    def x(t: float) -> int:
        return round(stage.axis.left + t / 22 * stage.axis.width)

    def drag(start: float, end: float) -> None:
        QTest.mousePress(overview, Qt.MouseButton.LeftButton, pos=QPoint(x(start), 12))
        QTest.mouseMove(overview, QPoint(x(end), 12))
        QTest.mouseRelease(overview, Qt.MouseButton.LeftButton, pos=QPoint(x(end), 12))

    drag(7, 9)
    assert (stage.axis.start, stage.axis.stop) == pytest.approx((7, 12), abs=0.05)
    drag(12, 15)
    assert (stage.axis.start, stage.axis.stop) == pytest.approx((7, 15), abs=0.05)
    drag(7, 3)
    assert (stage.axis.start, stage.axis.stop) == pytest.approx((3, 15), abs=0.05)
    QTest.mouseDClick(overview, Qt.MouseButton.LeftButton, pos=QPoint(x(8), 12))
    assert stage.axis.shows_all


def test_the_view_follows_the_playhead(stage: Stage) -> None:
    stage.axis.show(0, 2)
    stage.clock.play()
    stage.clock.seek(5.0)
    assert stage.axis.start <= 5.0 <= stage.axis.stop
    assert stage.axis.span == pytest.approx(2)
    stage.clock.pause()


def test_menus_choose_user_and_speed(stage: Stage) -> None:
    users = stage.panel.transport.user_menu()
    assert [action.isChecked() for action in users.actions()] == [True, False]
    users.actions()[1].trigger()
    assert stage.selection.user == 1
    assert stage.panel.transport.follow.text() == "Follow Client 2"
    menu = stage.panel.transport.speed_menu()
    assert "fits this run" in next(action for action in menu.actions() if action.isChecked()).text()
    menu.actions()[-1].trigger()
    assert stage.clock.speed == 1000.0
    assert stage.panel.transport.more.text() == "1000×"
    stage.panel.transport.segments[2.0].click()
    assert stage.clock.speed == 2.0
    assert stage.panel.transport.segments[2.0].isChecked()
    assert not stage.panel.transport.more.isChecked()


@given(end_s=st.floats(1e-3, 1e6))
def test_the_fit_speed_plays_a_run_in_about_half_a_minute(end_s: float) -> None:
    speed = fit_speed(end_s)
    assert 12 <= end_s / speed <= 40
    assert speed in speeds(end_s)


@pytest.mark.parametrize(("end_s", "speed"), [(22.0, 1.0), (1150.0, 50.0), (0.0, 1.0), (90.0, 4.0)])
def test_fit_speeds(end_s: float, speed: float) -> None:
    assert fit_speed(end_s) == speed
    assert SEGMENTS == (0.5, 1.0, 2.0, 4.0)


def test_export_png_and_svg(stage: Stage, tmp_path: Path) -> None:
    stage.clock.seek(12.4)
    png, svg = tmp_path / "run.png", tmp_path / "run.svg"
    stage.panel.export_image(png)
    image = QImage(str(png))
    assert image.width() == 2 * 1256
    assert image.pixelColor(2, 2) == stage.look.theme.surface
    stage.panel.export_image(svg)
    root = ElementTree.parse(svg).getroot()  # noqa: S314
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert {"text", "polyline"} <= tags
    assert "image" not in tags
    words = " ".join("".join(element.itertext()) for element in root.iter() if element.tag.endswith("text"))
    for word in ("Query delay", "Client 1 uploads", "P3 #1", "IONN", "Whole run", "CR"):
        assert word in words
    with pytest.raises(InputError, match=r"\.jpeg"):
        stage.panel.export_image(tmp_path / "run.jpeg")
    with pytest.raises(InputError, match="could not be written"):
        stage.panel.export_image(tmp_path / "no-such-folder" / "run.png")


def test_switching_the_theme_repaints(stage: Stage) -> None:
    light = stage.image()
    stage.look.choose("dark")
    assert stage.image() != light
    assert column_color(stage.image(), 4, 4) != QColor("white")


def test_a_run_that_knows_fewer_users_than_the_scenario(stage: Stage) -> None:
    stage.selection.follow(5)
    assert stage.canvas.view is not None
    assert stage.canvas.view.stairs == ()
    assert stage.panel.transport.next_text.text == ""
    before = stage.image()
    stage.selection.follow(0)
    assert differ(stage.image(), before) > 50


def test_nothing_happens_in_an_empty_run(qtbot: QtBot, run: PlannedRun) -> None:
    trace = run.trace
    columns = {
        field.name: getattr(trace, field.name)[:0]
        for field in dataclasses.fields(trace)
        if isinstance(getattr(trace, field.name), np.ndarray)
    }
    empty = dataclasses.replace(run, trace=dataclasses.replace(trace, end_s=0.0, **columns))
    stage = Stage(qtbot)
    stage.panel.set_run(empty)
    stage.panel.idle.click()
    stage.panel.transport.next.click()
    stage.key(Qt.Key.Key_Space)
    assert (stage.clock.t, stage.clock.playing) == (0.0, False)
    assert stage.panel.grab().width() == 1256
    assert stage.panel.idle.text() == f"{len(trace.lanes)} idle"


def test_marked_part_of_the_run(stage: Stage) -> None:
    before = stage.image()
    stage.clock.seek(9.0)
    stage.key(Qt.Key.Key_M)
    stage.clock.seek(4.0)
    stage.key(Qt.Key.Key_M)
    assert stage.clock.marked == (4.0, 9.0)
    accent = stage.look.theme.accent
    assert column_color(stage.image(), stage.axis.x(6), 24) == accent
    assert column_color(before, stage.axis.x(6), 24) != accent
    stage.key(Qt.Key.Key_F)
    assert (stage.axis.start, stage.axis.stop) == (4.0, 9.0)
    stage.key(Qt.Key.Key_F)
    assert stage.axis.shows_all
    stage.key(Qt.Key.Key_L)
    stage.clock.seek(8.0)
    stage.clock.advance(2.5)
    assert stage.clock.t == pytest.approx(5.5)
    stage.key(Qt.Key.Key_M)
    assert stage.clock.marked is None
    start, end = QPointF(stage.axis.x(2), 60), QPointF(stage.axis.x(6), 60)
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mousePress(stage.canvas, Qt.MouseButton.LeftButton, shift, start.toPoint())
    QTest.mouseMove(stage.canvas, end.toPoint())
    QTest.mouseRelease(stage.canvas, Qt.MouseButton.LeftButton, shift, end.toPoint())
    assert stage.clock.marked == pytest.approx((2, 6), abs=8 * stage.axis.seconds_per_px)
    QTest.mouseClick(stage.canvas, Qt.MouseButton.LeftButton, shift, start.toPoint())
    assert stage.clock.marked is None
    stage.clock.mark(1, 2)
    stage.panel.set_run(None)
    assert stage.clock.marked is None


@given(
    t=st.floats(0, 22),
    elapsed=st.floats(0, 100),
    span=st.tuples(st.floats(0, 22), st.floats(0, 22)),
    loops=st.booleans(),
)
def test_looping_never_leaves_what_it_loops(t: float, elapsed: float, span: tuple[float, float], loops: bool) -> None:
    clock = Clock()
    clock.set_end(22.0)
    clock.loops = loops
    clock.mark(*span)
    clock.seek(t)
    clock.advance(elapsed)
    low, high = clock.marked or (0.0, 22.0)
    border = high if t < high else 22.0
    if t + elapsed < border or not loops:
        assert clock.t == min(22.0, t + elapsed)
    else:
        assert low <= clock.t <= high


def test_escape_cancels_a_gesture(stage: Stage) -> None:
    stage.clock.seek(3.0)
    stage.axis.show(2, 8)
    start, end = QPoint(round(stage.axis.x(4)), 60), QPoint(round(stage.axis.x(7)), 60)
    for button, modifier in (
        (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier),
        (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier),
        (Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier),
    ):
        QTest.mousePress(stage.canvas, button, modifier, start)
        QTest.mouseMove(stage.canvas, end)
        assert (stage.clock.t, stage.clock.marked, stage.axis.start) != (3.0, None, 2)
        stage.key(Qt.Key.Key_Escape)
        QTest.mouseMove(stage.canvas, start)
        QTest.mouseRelease(stage.canvas, button, modifier, end)
        assert (stage.clock.t, stage.clock.marked, stage.axis.start) == (3.0, None, 2)


def test_it_can_be_read_aloud(stage: Stage, run: PlannedRun) -> None:
    stage.clock.seek(12.4)
    said = stage.canvas.accessibleDescription()
    assert said.startswith("12.4\u202fs of 22.0\u202fs. Query delay: Recursive efficiency ")
    delay = run.alternatives["ionn"][0].stage_at(12.4).query_delay_s
    assert seconds_text(delay) in said
    for widget in stage.panel.transport.findChildren(QAbstractButton):
        assert widget.accessibleName()


@ONCE
@given(one=ANY_TIME, other=ANY_TIME)
def test_a_mark_measures_what_it_covers(run: PlannedRun, one: float, other: float) -> None:
    low, high = sorted((one, other))
    trace = run.trace
    inside = (trace.kind == SliceKind.QUERY) & (trace.user == 1) & (trace.start >= low) & (trace.end <= high)
    delays = (trace.end - trace.start)[inside]
    found = measured(trace, 1, (low, high))
    assert found.queries == len(delays)
    assert found.seconds == high - low
    if len(delays):
        assert (found.least_s, found.most_s) == (delays.min(), delays.max())
        assert found.mean_s == pytest.approx(delays.mean())
        assert seconds_text(float(delays.min())) in found.text
    confirms = (trace.kind == SliceKind.CONFIRM) & (trace.user == 1) & (trace.start >= low) & (trace.start <= high)
    assert found.confirmed == confirms.sum()


def test_a_mark_snaps_to_the_edges_of_slices(stage: Stage, run: PlannedRun) -> None:
    trace = run.trace
    row = int(uploads(run)[2])
    start, end = float(trace.start[row]), float(trace.end[row])
    stage.axis.show(start - 1, end + 1)
    shift = Qt.KeyboardModifier.ShiftModifier
    first, last = QPointF(stage.axis.x(start) + 1, 60), QPointF(stage.axis.x(end) - 1, 60)
    QTest.mousePress(stage.canvas, Qt.MouseButton.LeftButton, shift, first.toPoint())
    QTest.mouseMove(stage.canvas, last.toPoint())
    QTest.mouseRelease(stage.canvas, Qt.MouseButton.LeftButton, shift, last.toPoint())
    assert stage.clock.marked is not None
    edges = set(trace.start.tolist()) | set(trace.end.tolist())
    assert set(stage.clock.marked) <= edges
    assert measured(trace, 0, stage.clock.marked).confirmed >= 0
    marked = stage.image()
    stage.clock.unmark()
    assert stage.image() != marked


def test_lanes_of_a_tier_fold_into_one(stage: Stage) -> None:
    view = stage.canvas.view
    assert view is not None
    before = {tier: [p for p in view.lanes.placed if p.row.tier == tier] for tier in ("client", "edge", "cloud")}
    assert len(before["client"]) == 4
    picture = stage.image()
    stage.click(18, stage.lane("uploads"))
    view = stage.canvas.view
    assert view is not None
    (folded,) = [p for p in view.lanes.placed if p.row.tier == "client"]
    assert folded.row.name == "Clients (4)"
    rows = sorted(number for series in folded.row.series for number in series.rows.tolist())
    assert rows == sorted(n for p in before["client"] for series in p.row.series for n in series.rows.tolist())
    assert stage.image() != picture
    assert stage.canvas.tip_at(QPointF(stage.axis.x(1.0), view.lane_y(folded) + 11))
    stage.click(18, view.lane_y(folded) + 11)
    assert stage.image() == picture
    stage.key(Qt.Key.Key_G)
    assert len(stage.canvas.lanes.choice.folded) == 3
    stage.key(Qt.Key.Key_G)
    assert stage.image() == picture


TROUBLES = [kind for kind in SliceKind if kind > SliceKind.TRANSFER]


@pytest.mark.parametrize("kind", [*TROUBLES, 99])
def test_what_goes_wrong_is_drawn_and_told(qtbot: QtBot, run: PlannedRun, kind: int) -> None:
    stage = Stage(qtbot)
    kinds = run.trace.kind.copy()
    on_uploads = kind in (SliceKind.FAILED_UPLOAD, SliceKind.PAUSE, SliceKind.GIVEN_UP)
    rows = uploads(run) if on_uploads else np.flatnonzero((run.trace.kind == SliceKind.QUERY) & (run.trace.user == 0))
    stage.panel.set_run(run)
    whole = stage.image()
    kinds[rows[:3]] = kind
    changed = dataclasses.replace(run, trace=dataclasses.replace(run.trace, kind=kinds))
    stage.panel.set_run(changed)
    for t in (0.0, 22.0):
        stage.clock.seek(t)
        assert stage.image() != whole
    row = int(rows[0])
    story = stage.canvas.view.story if stage.canvas.view is not None else None
    assert story is not None
    assert story.texts.tip(row)
    y = stage.lane("uploads" if on_uploads else "queries")
    where = QPointF(stage.axis.x(float(run.trace.start[row]) + 0.2), y)
    assert not on_uploads or stage.canvas.row_at(where) == row
    stage.click(where.x(), where.y())


def test_an_outage_is_a_column_over_its_lanes(qtbot: QtBot, run: PlannedRun) -> None:
    stage = Stage(qtbot)
    stage.panel.set_run(run)
    server = next(
        run.trace.server_ids[placed.row.lane.server]
        for placed in stage.canvas.view.lanes.placed  # type: ignore[union-attr]
        if placed.row.lane.role == "server"
    )
    plain = stage.image()
    outage = Outage(server=server, start_s=21.0, end_s=21.5)
    running = run.plan.scenario.running.model_copy(update={"outages": (outage,)})
    scenario = run.plan.scenario.model_copy(update={"running": running})
    stage.panel.set_run(dataclasses.replace(run, plan=dataclasses.replace(run.plan, scenario=scenario)))
    x, y = stage.axis.x(21.25), stage.lane("server") - 10
    assert column_color(plain, x, y) != column_color(stage.image(), x, y)
    assert column_color(plain, stage.axis.x(20.5), y) == column_color(stage.image(), stage.axis.x(20.5), y)


def test_an_outage_of_the_followed_user_is_named_in_the_staircase(qtbot: QtBot, run: PlannedRun) -> None:
    stage = Stage(qtbot)
    client = run.plan.problem.users[0].client
    goal = next(part.server for part in run.plan.users[0].uploading.partitions)
    names = run.trace.server_ids
    away = Outage(server=names[client - 1 if client else client + 1], start_s=1.0, end_s=4.0)
    own = Outage(between=(names[goal], names[client]), start_s=17.0, end_s=20.0)
    running = run.plan.scenario.running.model_copy(update={"outages": (away, own)})
    scenario = run.plan.scenario.model_copy(update={"running": running})
    stage.panel.set_run(dataclasses.replace(run, plan=dataclasses.replace(run.plan, scenario=scenario)))
    view = stage.canvas.view
    assert view is not None
    assert view.outages == (own,)
    (band,) = view.bands
    assert (band.text, round(band.left), round(band.right)) == (
        "Link down",
        round(stage.axis.x(17)),
        round(stage.axis.x(20)),
    )
    assert band.box is not None
    assert view.chart.contains(band.box)
    stage.axis.show(0, 15)
    assert stage.canvas.view is not None
    assert stage.canvas.view.bands == ()


def test_the_legend_explains_what_the_run_has(qtbot: QtBot, run: PlannedRun) -> None:
    stage = Stage(qtbot)
    stage.panel.set_run(run)
    assert stage.panel.transport.legend.entries == ("Upload", "Query", "CR")
    trace = run.trace
    kind = trace.kind.copy()
    kind[int(trace.of_kind(SliceKind.UPLOAD)[0])] = SliceKind.FAILED_UPLOAD
    stage.panel.set_run(dataclasses.replace(run, trace=dataclasses.replace(trace, kind=kind)))
    assert stage.panel.transport.legend.entries == ("Upload", "Query", "CR", "Failed")
