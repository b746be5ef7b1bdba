"""The column of names is as wide as the names of the run need; the clock's figures stay where they are."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from timeline_run import timeline_run

from dnnmig_gui.gui.charts.lanes import lane_rows
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import load_fonts
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.timeline.names_column import MOST_NAMES, NAME_LEFT, NAMES, lane_name, names_width
from dnnmig_gui.gui.timeline.panel import TimelinePanel
from dnnmig_gui.gui.timeline.view import MARGIN

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def named(run: PlannedRun, name: str) -> PlannedRun:
    """Return the run with another name for its first client."""
    trace = run.trace
    client = next(lane.server for lane in trace.lanes if lane.role == "uploads")
    ids = tuple(name if number == client else own for number, own in enumerate(trace.server_ids))
    return dataclasses.replace(run, trace=dataclasses.replace(trace, server_ids=ids))


@pytest.fixture
def panel(qtbot: QtBot) -> TimelinePanel:
    load_fonts()
    panel = TimelinePanel(Look("light"), Clock(), Selection())
    qtbot.addWidget(panel)
    panel.resize(1256, 400)
    panel.show()
    return panel


def test_a_name_with_room_is_shown_whole(panel: TimelinePanel) -> None:
    panel.set_run(named(timeline_run(), "Living room"))
    view = panel.canvas.view
    assert view is not None
    assert NAMES < panel.axis.left <= MOST_NAMES
    for placed in view.lanes.placed:
        assert lane_name(view, placed, panel.axis.left - MARGIN - NAME_LEFT) == placed.row.name
    assert panel.filter.geometry().right() < panel.axis.left - 20
    assert view.chart.left() == panel.axis.left
    assert panel.axis.right == pytest.approx(panel.canvas.width() - MARGIN)


def test_the_column_stays_within_bounds(panel: TimelinePanel) -> None:
    load_fonts()
    rows = lane_rows(named(timeline_run(), "Somebody whose name does not end before the picture does"))
    assert names_width([row for row in rows if row.lane.role == "server"][:1], 1256) == NAMES
    assert names_width((), 1256) == NAMES
    assert names_width(rows, 1000) == 1000 / 5
    assert names_width(rows, 4000) == MOST_NAMES
    assert names_width(rows, 420) == NAMES


def test_the_column_stays_whatever_is_folded_filtered_or_in_view(panel: TimelinePanel) -> None:
    panel.set_run(named(timeline_run(), "Living room"))
    left = panel.axis.left
    panel.canvas.lanes.fold_all()
    assert panel.axis.left == left
    panel.canvas.lanes.fold_all()
    panel.filter.setText("cloud")
    panel.axis.show(2.0, 3.0)
    panel.canvas.lanes.set_reveal_idle(True)
    assert panel.axis.left == left
    panel.set_run(timeline_run())
    assert NAMES <= panel.axis.left < left


def test_all_of_the_column_belongs_to_the_names(qtbot: QtBot, panel: TimelinePanel) -> None:
    panel.set_run(named(timeline_run(), "Living room"))
    view = panel.canvas.view
    assert view is not None
    placed = view.lanes.placed[1]
    beside = QPointF(panel.axis.left - MARGIN - 2, view.lane_y(placed) + 11)
    assert beside.x() > NAMES
    assert panel.canvas.tip_at(beside) == placed.row.name
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=beside.toPoint())
    assert panel._selection.server == "Living room"
    above = QPoint(round(beside.x()) - 8, round(view.chart.center().y()))
    panel._clock.seek(3.0)
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=above)
    assert panel._clock.t == 3.0


def test_the_seconds_of_the_clock_stay_where_they_are(panel: TimelinePanel) -> None:
    panel.set_run(timeline_run())
    time = panel.transport._time

    def shown(t: float) -> QImage:
        panel._clock.seek(t)
        image: QImage = time.grab().toImage()
        return image

    def differ(one: QImage, other: QImage) -> list[int]:
        return [x for x in range(one.width()) if any(one.pixel(x, y) != other.pixel(x, y) for y in range(one.height()))]

    # ``1.1 s`` and ``8.1 s``, ``11.1 s``: of what is behind the first figure, nothing moves.
    first, second, third = shown(1.1), shown(8.1), shown(11.1)
    figure = time._now_px / 5
    assert differ(first, second)
    assert max(differ(first, second)) - min(differ(first, second)) <= figure + 3
    assert max(differ(first, third)) < min(differ(first, second))


@pytest.mark.parametrize("ratio", [1.25, 1.5, 1.75])
@pytest.mark.parametrize("playing", [False, True])
@pytest.mark.parametrize("planned", [False, True])
def test_no_line_stays_open_where_pixels_are_not_whole(
    panel: TimelinePanel, planned: bool, playing: bool, ratio: float
) -> None:
    panel.set_run(timeline_run() if planned else None)
    panel.resize(1001, 401)
    canvas = panel.canvas
    canvas.setFixedHeight(301)
    image = QImage((canvas.size().toSizeF() * ratio).toSize(), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.red)
    if playing:
        panel._clock.seek(5.0)
    canvas.render(image)
    right, bottom = image.width() - 1, image.height() - 1
    assert image.pixelColor(right, 60) == panel._look.theme.surface
    assert image.pixelColor(20, bottom).green() > 200
