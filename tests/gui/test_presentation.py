"""The presentation: its numbers and its captions are those of the trace; keys steer it; leaving it puts all back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QContextMenuEvent, QImage, QMouseEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot
from real_window import PLANNING_MS, paper, plan, window
from timeline_run import timeline_run

from dnnmig_gui.core.simulation import SliceKind
from dnnmig_gui.gui.presentation.caption import _breadth, _set_text
from dnnmig_gui.gui.presentation.heads import GAP, Heads, _number_width
from dnnmig_gui.gui.presentation.page import PresentationPage
from dnnmig_gui.gui.presentation.picture import Reel, paint_page
from dnnmig_gui.gui.presentation.run_view import RunView
from dnnmig_gui.gui.presentation.scene import INTRODUCTION_SHARE, Scene
from dnnmig_gui.gui.presentation.servers import chosen_servers
from dnnmig_gui.gui.presentation.sheet import EDGE, LEAST_TEXT_PX, Sheet
from dnnmig_gui.gui.theme.fonts import load_fonts
from dnnmig_gui.gui.theme.tokens import DARK, LIGHT, Theme
from dnnmig_gui.gui.window import MainWindow

__all__ = ["paper", "window"]
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
ANY_TIME = st.floats(0, 22, allow_nan=False)
ONCE = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(timeline_run(), 0, "Made up")


@ONCE
@given(t=ANY_TIME)
def test_the_numbers_are_those_of_the_trace(scene: Scene, t: float) -> None:
    trace, parts = scene.run.trace, scene.run.plan.users[0].uploading.partitions
    own = trace.user == 0
    count = int(((trace.kind == SliceKind.CONFIRM) & own & (trace.start <= t)).sum())
    stages = scene.run.plan.users[0].uploading.stages
    delay, speed_up = scene.headlines(t)[0], scene.headlines(t)[2]
    assert float(delay.number) == pytest.approx(stages[count].query_delay_s, abs=0.006)
    assert speed_up.second == f"after {count} of {len(parts)} parts"
    assert float(speed_up.number) == pytest.approx(stages[0].query_delay_s / stages[count].query_delay_s, abs=0.06)
    there = sum(part.size_bytes for part in parts[:count])
    more = parts[count].size_bytes if count < len(parts) else 0
    assert there - 1 <= scene.uploaded_bytes(t) <= there + more + 1


@ONCE
@given(t=ANY_TIME)
def test_the_caption_names_the_part_under_way(scene: Scene, t: float) -> None:
    trace = scene.run.trace
    caption = scene.caption(t)
    under_way = (trace.kind == SliceKind.UPLOAD) & (trace.user == 0) & (trace.start <= t) & (trace.end > t)
    rows = np.flatnonzero(under_way)
    if "is on its way" in caption:
        assert len(rows)
        assert caption.startswith(f"Part {int(trace.partition[rows[-1]]) + 1} of ")
    arrived = int(((trace.kind == SliceKind.CONFIRM) & (trace.user == 0) & (trace.start <= t)).sum())
    if caption.startswith("Part") and "has arrived" in caption:
        assert caption.startswith(f"Part {arrived} has arrived")
    assert "Queries get faster before it is all there" in caption or arrived > 0
    if t < INTRODUCTION_SHARE * scene.story_s:
        assert caption.startswith("Made up. Client 1 uploads ")


@ONCE
@given(t=ANY_TIME)
def test_the_playhead_is_in_view(scene: Scene, t: float) -> None:
    start, stop = scene.window(t)
    assert 0 <= start <= t <= stop + 1e-9
    assert stop <= scene.run.end_s + 1e-9
    assert stop - start == pytest.approx(scene.story_s)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("size", [(1024, 640), (1280, 800), (1920, 1080), (800, 1200)])
def test_it_paints_on_every_screen_in_large_type(
    qtbot: QtBot, scene: Scene, theme: Theme, size: tuple[int, int]
) -> None:
    load_fonts()
    sheet = Sheet.of(QSizeF(*size))
    assert sheet.px * sheet.scale >= LEAST_TEXT_PX - 1e-6
    pictures = []
    for t in (0.0, 9.0, 22.0):
        image = QImage(*size, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        paint_page(painter, QSizeF(*size), scene, t, theme)
        painter.end()
        assert image.pixelColor(4, 4) == theme.bg
        assert image.pixelColor(4, size[1] - 40) == theme.surface
        pictures.append(image)
    assert pictures[0] != pictures[1] != pictures[2]


@pytest.mark.parametrize("size", [(1024, 640), (1920, 1080)])
def test_frames_of_the_reel_are_those_of_the_page(qtbot: QtBot, scene: Scene, size: tuple[int, int]) -> None:
    load_fonts()
    reel = Reel()
    for t in (0.0, 3.3, 9.0, 17.9, 22.0, 1.0):
        whole, frame = (QImage(*size, QImage.Format.Format_RGB32) for _ in range(2))
        for image in (whole, frame):
            painter = QPainter(image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if image is whole:
                paint_page(painter, QSizeF(*size), scene, t, DARK)
            else:
                reel.paint(painter, image.size(), scene, t, DARK)
            painter.end()
        # Images of the run lie on whole pixels, so that edges may differ; shapes and numbers may not.
        one, other = (np.frombuffer(image.constBits(), np.uint8).astype(int) for image in (whole, frame))
        assert (abs(one - other) > 60).mean() < 0.012


@pytest.mark.parametrize("size", [(1280, 720), (1024, 768), (800, 800), (1920, 1080)])
def test_the_three_numbers_never_meet(qtbot: QtBot, scene: Scene, size: tuple[int, int]) -> None:
    load_fonts()
    sheet = Sheet.of(QSizeF(*size))
    heads = Heads(scene, sheet)
    assert heads.stacked == (size in ((1024, 768), (800, 800)))
    assert sum(heads._widths) + 2 * GAP <= sheet.width - 2 * EDGE + 1e-6


def test_a_number_never_cuts_the_lines_beside_it(qtbot: QtBot, scene: Scene) -> None:
    load_fonts()
    heads = Heads(scene, Sheet.of(QSizeF(1600, 1000)))
    for t in np.linspace(0, scene.run.end_s, 200).tolist():
        for head, width in zip(scene.headlines(t), heads._widths, strict=True):
            assert _number_width(head, heads._large) + 24 + heads._lines_width(head) <= width + 0.5


def test_names_of_lines_stay_in_view_while_the_run_goes_along(qtbot: QtBot) -> None:
    load_fonts()
    scene = Scene(timeline_run(), 0, "Made up")
    vars(scene)["story_s"] = 9.0  # so that the run is longer than what is in view
    view = RunView(scene, QRectF(0, 0, 900, 600), 2.0, DARK)
    assert scene.window(22.0)[0] > 0
    for t in np.linspace(0, 22, 120).tolist():
        boxes = [box for _, box in view.names.places(view.axis_at(t))]
        assert len(boxes) == len(view.stairs)
        assert all(box.left() >= view.chart.left() for box in boxes)
        assert all(box.right() <= view.chart.right() + 3 for box in boxes)
        assert not any(one.intersects(other) for one in boxes for other in boxes if one is not other)


def test_a_caption_leaves_no_word_alone_on_its_second_line(qtbot: QtBot) -> None:
    load_fonts()
    text = " ".join(["Queries"] * 16)
    for count in range(1, 17):
        shown, px = _set_text(" ".join(text.split()[:count]), 900.0, 100.0, 24)
        widths = [_breadth(line, px) for line in shown.split("\n")]
        assert len(widths) <= 2
        assert max(widths) <= 900
        assert min(widths) > 0.7 * max(widths)


def test_every_server_that_takes_part_is_shown(scene: Scene) -> None:
    shown = {server for choice in chosen_servers(scene).values() for server in choice.shown}
    used = {int(place) for user in scene.run.plan.users for place in user.places}
    assert used <= shown


def begun(qtbot: QtBot, window: MainWindow) -> PresentationPage:
    plan(qtbot, window)
    window.clock.set_speed(2.0)
    window.clock.seek(3.0)
    window.named_actions["present"].trigger()
    page = window.pages.presentation
    assert page is not None
    assert page.isVisible()
    return page


def test_in_and_out(qtbot: QtBot, paper: MainWindow) -> None:
    page = begun(qtbot, paper)
    scene = page.director.scene
    assert scene is not None
    assert scene.run is paper.planning.run
    assert paper.clock.t == 3.0
    QTest.keyClick(page, Qt.Key.Key_Right)
    starts = scene.run.trace.start[np.isin(scene.run.trace.kind, (0, 2, 3))]
    assert paper.clock.t == starts[starts > 3.0].min()
    QTest.keyClick(page, Qt.Key.Key_Left)
    assert paper.clock.t == starts[starts < paper.clock.end_s][starts < starts[starts > 3.0].min()].max()
    QTest.keyClick(page, Qt.Key.Key_Space)
    assert paper.clock.playing
    QTest.keyClick(page, Qt.Key.Key_Space)
    QTest.keyClick(page, Qt.Key.Key_PageDown)
    assert page.director.scene is not None
    assert page.director.scene.user == 1
    assert paper.clock.t < 1.0
    theme = page.theme
    QTest.keyClick(page, Qt.Key.Key_T)
    assert page.theme is not theme
    image = page.grab().toImage()
    assert image.pixelColor(4, 4) == LIGHT.bg
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert paper.pages.presentation is None
    assert not paper.clock.playing
    assert (paper.clock.t, paper.clock.speed) == (3.0, 2.0)
    assert paper.pages.stack.updatesEnabled()
    assert paper.planning.run is not None
    assert paper.clock.end_s == paper.planning.run.end_s


@pytest.mark.qt_log_ignore("propagateSizeHints", "does not support")  # offscreen menus neither raise nor grab
def test_the_mouse_alone_will_do(qtbot: QtBot, paper: MainWindow) -> None:
    page = begun(qtbot, paper)
    assert page.cursor().shape() == Qt.CursorShape.BlankCursor
    here, none = QPointF(9, 9), Qt.MouseButton.NoButton
    moved = QMouseEvent(QEvent.Type.MouseMove, here, page.mapToGlobal(here), none, none, Qt.KeyboardModifier.NoModifier)
    QCoreApplication.sendEvent(page, moved)
    assert page.cursor().shape() == Qt.CursorShape.ArrowCursor
    qtbot.waitUntil(lambda: page.cursor().shape() == Qt.CursorShape.BlankCursor)
    QTest.mouseClick(page, Qt.MouseButton.LeftButton)
    assert paper.clock.playing
    middle = page.rect().center()
    page.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle, page.mapToGlobal(middle)))
    menu = page.findChild(QMenu)
    offered = {action.text().split("\t")[0]: action for action in menu.actions()}
    offered["Next scene"].trigger()
    assert page.director.place == 1
    offered["Leave the presentation"].trigger()
    assert paper.pages.presentation is None


def test_the_loop_goes_on_to_other_examples(qtbot: QtBot, paper: MainWindow, tmp_path: Path) -> None:
    page = begun(qtbot, paper)
    director = page.director
    director.loop_all(True)
    assert paper.clock.playing
    scene = director.scene
    assert scene is not None
    paper.clock.seek(scene.run.end_s)
    paper.clock.pause()  # as the clock does at the end of a run
    qtbot.waitUntil(lambda: director.scene is not scene)
    qtbot.waitUntil(
        lambda: director.scene is not None and director.scene.run is not paper.planning.run, timeout=PLANNING_MS
    )
    assert director.scene is not None
    assert paper.clock.end_s == director.scene.run.end_s
    assert paper.clock.playing
    page.leave()
    assert paper.planning.run is not None
    assert paper.clock.end_s == paper.planning.run.end_s
    assert paper.clock.t == 3.0


def test_a_loop_begun_while_the_first_scene_is_planned_does_not_wait_for_ever(qtbot: QtBot, window: MainWindow) -> None:
    window.named_actions["present"].trigger()
    page = window.pages.presentation
    assert page is not None
    assert page.director.scene is None
    page.director.loop_all(True)
    assert not window.clock.playing, "there is nothing to play yet"
    qtbot.waitUntil(lambda: page.director.scene is not None, timeout=PLANNING_MS)
    assert page.director.place == 0
    assert window.clock.playing
    page.leave()


def test_without_a_plan_it_shows_an_example(qtbot: QtBot, window: MainWindow) -> None:
    window.named_actions["present"].trigger()
    page = window.pages.presentation
    assert page is not None
    assert "Planning" in page.director.notice
    page.grab()
    qtbot.waitUntil(lambda: page.director.scene is not None, timeout=PLANNING_MS)
    window.named_actions["present"].trigger()
    assert window.pages.presentation is None
    assert window.clock.end_s == 0.0
