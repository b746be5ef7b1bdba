"""Lettering of pictures follows the size of text: the timeline grows as a whole, and is hit where it is drawn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from real_window import paper, window  # noqa: F401  fixtures
from timeline_run import timeline_run

from dnnmig_gui.gui.charts.lettering import metrics, text_width
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.controls import Combo
from dnnmig_gui.gui.planner.selected.stay_bar import StayBar
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import font, load_fonts, plain_text, scaled, text_scale
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.timeline.panel import TimelinePanel
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def look(qtbot: QtBot) -> Iterator[Look]:
    load_fonts()
    made = Look("light")
    yield made
    made.set_text_percent(100)


def test_every_font_grows_with_the_setting(look: Look) -> None:
    plain, width, height = font(12).pixelSize(), text_width("Query delay", 12), metrics(12).height()
    look.set_text_percent(200)
    assert font(12).pixelSize() == look.font(12).pixelSize() == 2 * plain
    assert text_width("Query delay", 12) == pytest.approx(2 * width, rel=0.02)
    assert metrics(12).height() == pytest.approx(2 * height, rel=0.02)
    assert scaled(24) == look.px(24) == 48
    with plain_text() as scale:
        assert scale == 2
        assert text_scale() == 1
        assert font(12).pixelSize() == plain
    assert text_scale() == 2


def test_a_new_look_begins_at_the_first_size(look: Look) -> None:
    look.set_text_percent(150)
    Look("dark")
    assert text_scale() == 1


@pytest.mark.parametrize("percent", [100, 125, 200])
def test_the_timeline_is_hit_where_it_is_drawn(qtbot: QtBot, look: Look, percent: int) -> None:
    clock, selection = Clock(), Selection()
    panel = TimelinePanel(look, clock, selection)
    qtbot.addWidget(panel)
    panel.resize(1500, 900)
    panel.show()
    panel.set_run(timeline_run())
    lane = panel.canvas.view.lanes.placed[0] if panel.canvas.view else None
    assert lane is not None
    look.set_text_percent(percent)
    QTest.qWait(1)
    view, zoom = panel.canvas.view, percent / 100
    assert view is not None
    assert panel.axis.right * zoom == pytest.approx(panel.canvas.width() - 12 * zoom)
    ruler = QPointF(panel.axis.x(11.0) * zoom, 10 * zoom)
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=ruler.toPoint())
    assert clock.t == pytest.approx(11.0, abs=panel.axis.seconds_per_px)
    middle = QPoint(round(100 * zoom), round((view.lane_y(view.lanes.placed[0]) + 11) * zoom))
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert selection.server == panel.canvas.view.story.run.trace.server_ids[lane.row.lane.server]
    # A lane is as much higher as its name is larger.
    assert panel.transport.height() == scaled(48)
    assert panel.overview.height() == scaled(28)


def test_small_text_leaves_out_no_layer(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    paper.resize(1280, 800)
    paper.look.set_text_percent(80)
    canvas = paper.dnn.canvas
    qtbot.waitUntil(lambda: canvas._painter is not None)
    canvas.fit()
    picture = canvas.grab().toImage()
    end = canvas._painter.drawing.out[0] * canvas.scale_x + 4  # the last box
    column = {picture.pixelColor(round(end), y).name() for y in range(picture.height())}
    assert len(column) > 1


@pytest.mark.parametrize("percent", [100, 125, 150, 200])
def test_names_and_choices_of_what_is_selected_are_not_cut_off(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    percent: int,
) -> None:
    paper.resize(1280, 800)
    paper.look.set_text_percent(percent)
    paper.selection.select(server="Client 1")
    paper.inspector.show_tab("Selection")
    details = paper.details
    form = details.server_form
    qtbot.waitUntil(form.preset.choice.combo.isVisible)
    combos = [each for each in details.findChildren(Combo) if each.isVisible()]
    assert form.preset.choice.combo in combos
    for combo in combos:
        chevron = 24
        needed = combo.fontMetrics().horizontalAdvance(combo.currentText()) + chevron
        assert combo.width() >= needed, combo.accessibleName()

    def sticking_out() -> list[str]:
        parts = [each for each in details.findChildren(QWidget) if each.isVisible()]
        return [
            str((each, each.mapTo(details, each.rect().topRight()).x()))
            for each in parts
            if each.mapTo(details, each.rect().topRight()).x() > details.width()
        ]

    qtbot.waitUntil(lambda: not sticking_out())
    matters = paper.plan_panel.matters
    for name in matters.findChildren(QLabel):
        assert name.maximumWidth() > name.sizeHint().width(), name.text()
    (bar,) = [each for each in details.findChildren(StayBar) if each.isVisible()]
    assert bar.height() >= 17 + QFontMetrics(font(11)).height(), "nor are the times below a stay"
    paper.look.set_text_percent(100)
