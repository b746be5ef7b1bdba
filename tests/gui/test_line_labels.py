"""Names and values of the staircases: beside the playhead, clear of one another, of the lines and of other words."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot
from timeline_run import timeline_run

from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.charts.run_stairs import run_stairs
from dnnmig_gui.gui.charts.staircase import DelayScale, Stairs, line_points
from dnnmig_gui.gui.theme.fonts import load_fonts
from dnnmig_gui.gui.timeline.line_labels import LineLabel, line_labels

EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def axis(qtbot: QtBot) -> TimeAxis:
    load_fonts()
    axis = TimeAxis()
    axis.place(144, 1100)
    axis.set_run(22)
    return axis


def covered(label: LineLabel, stairs: tuple[Stairs, ...], axis: TimeAxis, scale: DelayScale) -> int:
    """Return how many lines go through a label."""
    found = 0
    for line in stairs:
        points = line_points(line, axis, scale, axis.start, axis.stop)
        pieces = (QRectF(one, other).normalized().adjusted(-0.1, -0.1, 0.1, 0.1) for one, other in pairwise(points))
        found += any(piece.intersects(label.box) for piece in pieces)
    return found


@EXAMPLES
@given(
    seed=st.integers(0, 30),
    share=st.floats(0, 1),
    height=st.sampled_from([52, 90, 140, 260]),
    zoom=st.sampled_from([1.0, 0.3, 0.05]),
    user=st.integers(0, 1),
)
def test_labels_never_collide(axis: TimeAxis, seed: int, share: float, height: int, zoom: float, user: int) -> None:
    stairs = run_stairs(timeline_run(seed=seed), user, {"recursive-efficiency": "Recursive efficiency"})
    scale = DelayScale.of(stairs, QRectF(axis.left, 34, axis.width, height))
    t = share * axis.end_s
    axis.show(t - zoom * axis.end_s * share, t + zoom * axis.end_s * (1 - share))
    pill = QRectF(axis.x(t) - 60, 36, 150, 20)
    labels = line_labels(stairs, axis, scale, t, [pill])
    for one, other in combinations([label.box for label in labels] + [pill], 2):
        assert not one.intersects(other)
    for label in labels:
        assert label.box.left() >= axis.left
        assert scale.rect.top() - 4 <= label.box.top() <= label.box.bottom() <= scale.rect.bottom()
        assert not label.box.left() < axis.x(t) < label.box.right()
    if height >= 140:
        assert {label.line.method for label in labels} == {line.method for line in stairs}
    if height >= 90:
        assert any(label.line.followed for label in labels)


@pytest.mark.parametrize("seed", range(4))
def test_labels_leave_the_lines_free(axis: TimeAxis, seed: int) -> None:
    stairs = run_stairs(timeline_run(seed=seed, partitions=4), 0, {})
    stairs = tuple(line for line in stairs if line.followed or line.method in ("ionn", "direct"))
    scale = DelayScale.of(stairs, QRectF(axis.left, 34, axis.width, 200))
    labels = [label for t in np.linspace(0, axis.end_s, 60) for label in line_labels(stairs, axis, scale, float(t))]
    assert len(labels) == 60 * len(stairs)
    assert sum(covered(label, stairs, axis, scale) > 0 for label in labels) < 0.03 * len(labels)


def test_a_label_stands_beside_its_own_line_where_there_is_room(axis: TimeAxis) -> None:
    stairs = run_stairs(timeline_run(), 0, {})
    scale = DelayScale.of(stairs, QRectF(axis.left, 34, axis.width, 200))
    for label in line_labels(stairs, axis, scale, 21.0):
        value = label.line.value(21.0)
        assert value is not None
        assert min(abs(label.box.top() - scale.y(value)), abs(label.box.bottom() - scale.y(value))) < 45


def test_lines_are_named_where_the_playhead_is_out_of_view(axis: TimeAxis) -> None:
    stairs = run_stairs(timeline_run(), 0, {})
    scale = DelayScale.of(stairs, QRectF(axis.left, 34, axis.width, 200))
    axis.show(10, 12)
    labels = line_labels(stairs, axis, scale, 3.0)
    assert {label.text for label in labels} == {line.title for line in stairs}
    assert all(axis.left < label.box.left() < label.box.right() <= axis.right for label in labels)
