"""Axes, staircases and picture files: laws of round numbers, zooming, labels that keep apart."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from dnnmig_gui.core.uploading import Stage, UploadingPlan
from dnnmig_gui.gui.charts.axis import TimeAxis, round_step, seconds_label, seconds_ticks
from dnnmig_gui.gui.charts.clip import clipped
from dnnmig_gui.gui.charts.staircase import DASHES, LABEL_PITCH, DelayScale, label_tops, stairs_of
from dnnmig_gui.gui.image_file import save_drawing

SPAN = st.floats(1e-5, 1e6)


@given(span=SPAN, most=st.integers(1, 40))
def test_round_step(span: float, most: int) -> None:
    step = round_step(span, most)
    assert span / step <= most * (1 + 1e-6)
    assert float(f"{step:.3e}"[:5]) in (1, 2, 5)


@given(low=st.floats(0, 1e4), span=SPAN, most=st.integers(2, 20))
def test_ticks_lie_in_view_and_read_differently(low: float, span: float, most: int) -> None:
    assume(span > 1e-9 * low)
    ticks = seconds_ticks(low, low + span, most)
    slack = 1e-6 * span
    assert all(low - slack <= tick.value <= low + span + slack for tick in ticks)
    assert len(ticks) <= most + 1
    assert len({tick.label for tick in ticks}) == len(ticks)


@pytest.mark.parametrize(
    ("value", "step", "most", "text"),
    [
        (0, 2, None, "0"),
        (14, 2, None, "14 s"),
        (0.25, 0.05, None, "250 ms"),
        (0.5, 0.5, 1.5, "0.5 s"),
        (12.5, 0.5, None, "12.5 s"),
        (1200, 200, None, "1 200 s"),
    ],
)
def test_seconds_label(value: float, step: float, most: float | None, text: str) -> None:
    assert seconds_label(value, step, most).replace("\u202f", " ") == text


def made_axis(end_s: float) -> TimeAxis:
    axis = TimeAxis()
    axis.place(144, 1100)
    axis.set_run(end_s)
    return axis


@given(
    end_s=st.floats(0.01, 1e5),
    moves=st.lists(st.tuples(st.sampled_from(["zoom", "pan", "reveal"]), st.floats(0.01, 3), st.floats(0, 1))),
)
def test_the_axis_never_leaves_the_run(end_s: float, moves: list[tuple[str, float, float]]) -> None:
    axis = made_axis(end_s)
    for kind, amount, place in moves:
        at = axis.start + place * axis.span
        x = axis.x(at)
        if kind == "zoom":
            before = axis.span
            axis.zoom(amount, at)
            if amount < 1 and axis.span > 1e-5:
                assert axis.span == pytest.approx(before * amount)
                assert axis.x(at) == pytest.approx(x, abs=1e-3 + 1e-9 * end_s / axis.seconds_per_px)
        elif kind == "pan":
            axis.pan((place - 0.5) * amount * end_s)
        else:
            axis.reveal(place * end_s)
            assert axis.start - 1e-9 * end_s <= place * end_s <= axis.stop + 1e-9 * end_s
        assert -1e-9 * end_s <= axis.start < axis.stop <= end_s * (1 + 1e-9)
        assert axis.t(axis.x(at)) == pytest.approx(at, abs=1e-9 * end_s)


@given(wanted=st.lists(st.floats(-50, 150), max_size=6))
def test_labels_keep_apart(wanted: list[float]) -> None:
    tops = label_tops(sorted(wanted), 0, 100)
    assert all(later - earlier >= LABEL_PITCH - 1e-9 for earlier, later in pairwise(tops))
    assert all(-1e-9 <= top <= 100 - LABEL_PITCH + 1e-9 for top in tops)


def plan(method: str, *stages: tuple[float, float]) -> UploadingPlan:
    ends = [start for start, _ in stages[1:]] + [np.inf]
    none = np.zeros(0, dtype=np.int64)
    made = tuple(Stage(start, end, delay, none) for (start, delay), end in zip(stages, ends, strict=True))
    return UploadingPlan("user", method, (), made, stages[-1][0], 1.0, 1.0)


def test_stairs() -> None:
    plans = {
        "ours": plan("ours", (0, 2.0), (3, 1.0), (3, 0.5)),
        "direct": plan("direct", (0, 2.0), (8, 0.5)),
        "ionn": plan("ionn", (0, 2.0), (5, 0.7)),
        "other": plan("other", (0, 2.0)),
    }
    lines = stairs_of(plans, {"ours": "Our method"}, "ours", arrival_s=10, until=30)
    ours = lines[-1]
    assert (ours.title, ours.followed, ours.dash) == ("Our method", True, ())
    assert [ours.value(t) for t in (9.9, 10, 12.99, 13, 30, 30.1)] == [None, 2.0, 2.0, 0.5, 0.5, None]
    looks = {line.method: (line.token, line.dash) for line in lines}
    assert len(set(looks.values())) == 4
    assert looks["ionn"] == DASHES[0]
    assert looks["direct"] == DASHES[1]
    scale = DelayScale.of(lines, QRectF(0, 0, 100, 90))
    assert scale.y(0) == 90
    assert 0 < scale.y(2.0) < 10


def test_infinite_delays_do_not_break_the_scale() -> None:
    lines = stairs_of({"ours": plan("ours", (0, np.inf), (3, 1.0))}, {}, "ours", 0, 10)
    scale = DelayScale.of(lines, QRectF(0, 0, 100, 90))
    assert scale.top_s < 2
    assert scale.y(np.inf) < 0


def test_clipping_holds_in_svg_too(qtbot: QtBot, tmp_path: Path) -> None:
    everywhere = QRectF(0, 0, 40, 30)

    def draw(painter: QPainter) -> None:
        with clipped(painter, QRectF(0, 0, 20, 30)):
            with clipped(painter, QRectF(10, 0, 30, 30)):
                painter.fillRect(everywhere, QColor("#009E73"))
            painter.fillRect(QRectF(0, 20, 40, 10), QColor("#E69F00"))
        painter.fillRect(QRectF(0, 0, 40, 5), QColor("#0072B2"))

    for name in ("a.png", "a.svg"):
        save_drawing(tmp_path / name, QSizeF(40, 30), QColor("white"), "A title", draw)
    image = QImage(str(tmp_path / "a.png")).scaled(40, 30)
    expected = {(5, 12): "white", (15, 12): "#009E73", (25, 12): "white", (5, 25): "#E69F00", (25, 25): "white"}
    for place, color in (expected | {(35, 2): "#0072B2"}).items():
        assert image.pixelColor(*place) == QColor(color), place
    # Qt's own reader knows no clipping, so the file is read as text: left and right end of each colour's clip.
    root = ElementTree.parse(tmp_path / "a.svg").getroot()  # noqa: S314
    ends = {}
    for clip in root.iterfind(".//{*}clipPath"):
        numbers = [float(number) for number in re.findall(r"[ML](-?[\d.]+),", clip[0].attrib["d"])]
        ends[f"url(#{clip.attrib['id']})"] = (min(numbers), max(numbers))
    found = {}
    for outer in root.iterfind(".//{*}g"):
        for inner in outer:
            if len(inner):
                found[inner.attrib.get("fill")] = ends.get(outer.attrib.get("clip-path", ""))
    assert found["#009e73"] == (10, 20)
    assert found["#e69f00"] == (0, 20)
    assert found["#0072b2"] is None
