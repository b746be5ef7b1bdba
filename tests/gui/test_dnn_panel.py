"""The model's view: where layers are drawn, what their colours say, and what clicks do."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from synthetic_run import SCENARIOS, made_up_run, paper

from dnnmig_gui.core.dnn import DnnModel, Layer
from dnnmig_gui.core.dnn.zoo import zoo_model, zoo_names
from dnnmig_gui.core.planning import plan_scenario
from dnnmig_gui.core.reporting.numbers import count_text
from dnnmig_gui.core.scenario.file import open_scenario
from dnnmig_gui.core.scenario.schema import MethodChoice, PinLimit
from dnnmig_gui.core.simulation.simulate import simulate
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.dnn.area import TALL_ZOOM
from dnnmig_gui.gui.dnn.box_painter import hatch
from dnnmig_gui.gui.dnn.layout import COMFORTABLE, COMPACT, draw_model
from dnnmig_gui.gui.dnn.panel import DnnPanel
from dnnmig_gui.gui.dnn.picture import Pictures
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.run_state import run_state
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.look import Look

# The offscreen platform says so of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

Panel = tuple[DnnPanel, Clock, Selection, PlannedRun]


@cache
def planned(name: str = "paper-mixed") -> PlannedRun:
    plan = plan_scenario(open_scenario(SCENARIOS / f"{name}.dnnmig").scenario, SCENARIOS)
    return PlannedRun(plan, simulate(plan), {})


@pytest.fixture(params=["light", "dark"])
def shown(qtbot: QtBot, request: pytest.FixtureRequest) -> Panel:
    """The mixed example, planned and simulated, in both themes."""
    run = planned()
    _, models, _ = paper("paper-mixed")
    clock, selection = Clock(), Selection()
    panel = DnnPanel(Look(request.param), clock, selection)
    panel.resize(1048, 176)
    qtbot.addWidget(panel)
    panel.set_scenario(run.plan.scenario, models)
    panel.set_run(run)
    clock.set_end(run.end_s)
    panel.show()
    qtbot.waitExposed(panel)
    return panel, clock, selection, run


def drawn_image(panel: DnnPanel) -> QImage:
    return panel.canvas.viewport().grab().toImage()


# Where layers are drawn


@pytest.mark.parametrize("sizes", [COMFORTABLE, COMPACT])
@pytest.mark.parametrize("name", zoo_names())
def test_boxes_never_overlap_and_arrows_go_right(name: str, sizes: object) -> None:
    model = zoo_model(name)
    drawing = draw_model(model, sizes)  # type: ignore[arg-type]
    assert [box.layer for box in drawing.boxes] == list(range(len(model)))
    boxes = sorted(drawing.boxes, key=lambda box: box.x)
    for number, box in enumerate(boxes):
        assert box.x >= 0
        assert box.x + box.width <= drawing.width
        assert box.y >= drawing.bracket_y
        assert box.y + box.height <= drawing.bar_y
        for other in boxes[number + 1 :]:
            if other.x >= box.x + box.width:
                break
            assert other.y >= box.y + box.height or box.y >= other.y + other.height
    for position, producers in enumerate(model.producers):
        for before in producers:
            assert drawing.boxes[before].x < drawing.boxes[position].x
    for edge in drawing.edges:
        assert all(one[0] <= other[0] + 1e-9 for one, other in pairwise(edge.points))


def test_blocks_keep_to_the_axis() -> None:
    """Every layer that all paths go through lies on one line, however many blocks come before it."""
    model = zoo_model("inception-resnet-v1")
    drawing = draw_model(model)
    adds = [box for box in drawing.boxes if model.layers[box.layer].kind == "add"]
    assert len({box.y for box in adds}) == 1
    assert drawing.height < 200


def test_ten_thousand_layers_are_laid_out() -> None:
    layers = [Layer("input", "input", (), 0, 0, 1)]
    for number in range(10_000):
        before = layers[-1].name
        skips = (layers[-5].name,) if number % 7 == 0 and number > 5 else ()
        layers.append(Layer(f"l{number}", "convolution", (before, *skips), 1, 1, 1))
    drawing = draw_model(DnnModel("long", tuple(layers)))
    assert len(drawing.boxes) == 10_001
    assert all(one.x < other.x for one, other in pairwise(drawing.boxes))


@given(st.data())
@settings(max_examples=40)
def test_any_graph_has_a_drawing(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 25))
    layers = []
    for number in range(count):
        inputs = data.draw(st.lists(st.integers(0, number - 1), max_size=3, unique=True)) if number else []
        kind = data.draw(st.sampled_from(["convolution", "relu", "pooling", "batch-normalization"]))
        names = tuple(f"l{before}" for before in inputs)
        layers.append(Layer(f"l{number}", kind if inputs else "input", names, 1, number % 2, 1))
    drawing = draw_model(DnnModel("any", tuple(layers)))
    for number, box in enumerate(drawing.boxes):
        for other in drawing.boxes[number + 1 :]:
            beside = other.x >= box.x + box.width or box.x >= other.x + other.width
            assert beside or other.y >= box.y + box.height - 1e-6 or box.y >= other.y + other.height - 1e-6


def test_hatch_stays_inside() -> None:
    box = QRectF(10, 20, 57, 14)
    for line in hatch(box):
        for point in (line.p1(), line.p2()):
            assert box.adjusted(-1e-9, -1e-9, 1e-9, 1e-9).contains(point)


# What the picture says


def figures_of(text: str) -> float:
    value, unit = text.split("\u202f")
    return float(value) * {"ms": 1e-3, "s": 1.0}[unit]


def planned_along_branches() -> PlannedRun:
    """Return GoogLeNet in the place of AlexNet, its branches at the same time."""
    scenario = open_scenario(SCENARIOS / "paper-alexnet.dnnmig").scenario
    parallel = scenario.model_copy(
        update={
            "costs": scenario.costs.model_copy(update={"delay": "parallel"}),
            "models": tuple(entry.model_copy(update={"zoo": "googlenet"}) for entry in scenario.models),
            "offloading": MethodChoice(method="one-step"),
        }
    )
    plan = plan_scenario(parallel, SCENARIOS)
    return PlannedRun(plan, simulate(plan), {})


@pytest.mark.parametrize("name", ["paper-alexnet", "paper-mixed", "along branches"])
def test_bars_add_up_to_the_query_delay(name: str) -> None:
    run = planned_along_branches() if name == "along branches" else planned(name)
    for user, plan in enumerate(run.plan.users):
        drawing = draw_model(run.plan.problem.users[user].model)
        pictures = Pictures(run_state(run), user, drawing)
        for number, stage in enumerate(plan.uploading.stages):
            total = 0.0
            for bar in pictures._stage(number)[1]:
                for text in re.findall(r"[\d.]+\u202fm?s", bar.texts[0]):
                    total += figures_of(text)
            assert total == pytest.approx(stage.query_delay_s, rel=0.01)


@given(data=st.data())
@settings(max_examples=40)
def test_a_picture_is_what_the_trace_says(data: st.DataObject) -> None:
    run = planned()
    user = data.draw(st.integers(0, 1))
    t = data.draw(st.floats(0, run.end_s))
    state = run_state(run)
    problem = run.plan.problem.users[user]
    picture = Pictures(state, user, draw_model(problem.model)).at(t, 0.0)
    assert picture.places == tuple(state.places(user, t))
    assert picture.former == picture.places
    uploading = run.plan.users[user].uploading
    confirmed = state.confirmed(user, t)
    upload = state.upload(user, t)
    for number, partition in enumerate(uploading.partitions):
        for layer in partition.layers:
            if problem.param_bytes[layer] == 0 or number < confirmed:
                assert layer not in picture.outlines
            elif upload is not None and upload.partition == number:
                assert picture.outlines[layer] == "uploading"
                assert picture.share == upload.share
            else:
                assert picture.outlines[layer] == "planned"
    for bracket in picture.brackets:
        assert bracket.confirmed == all(number < confirmed for number in bracket.partitions)
        spanned = {layer for number in bracket.partitions for layer in uploading.partitions[number].layers}
        assert {bracket.first, bracket.last} <= spanned


def test_colours_fade_only_while_playing(shown: Panel) -> None:
    panel, clock, _, run = shown
    state = run_state(run)
    at = state.confirmed_since(0, run.plan.users[0].uploading.partitions[-1].done_s + 1e-6) + 0.08
    clock.seek(at)
    assert panel.picture().fade == 1.0
    clock.play()
    try:
        clock.seek(at)
        picture = panel.picture()
        assert picture.fade == pytest.approx(0.5, abs=1e-6)
        assert picture.former != picture.places
    finally:
        clock.pause()
    assert panel.canvas._picture.fade == 1.0, "pausing shows what is true"


# The panel


def test_heading_follows_clock_and_user(shown: Panel) -> None:
    panel, clock, selection, run = shown
    clock.seek(run.end_s)
    done = count_text(run_state(run).queries_done(0, run.end_s))
    names = {child.accessibleName() for child in panel.children() if hasattr(child, "accessibleName")}
    assert f"AlexNet, 233\u202fMiB · on Client 1 · {done} queries done" in names
    first = panel.canvas._painter.model
    selection.follow(1)
    assert panel.canvas._painter.model is not first
    names = {child.accessibleName() for child in panel.children() if hasattr(child, "accessibleName")}
    assert any("on Client 2" in name and "548\u202fMiB" in name for name in names)


def test_a_click_selects_the_layer(shown: Panel) -> None:
    panel, _, selection, run = shown
    model = run.plan.problem.users[0].model
    for layer in (1, len(model) // 2, len(model) - 1):
        panel.canvas.choose(type(panel.canvas._chosen)(layer))
        at = panel.canvas.center_of(layer).toPoint()
        QTest.mouseClick(panel.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert selection.layer == model.layers[layer].name
        assert model.layers[layer].name in panel.canvas.accessibleDescription()
    QTest.mouseClick(panel.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert selection.layer is None


def test_a_click_on_a_bracket_selects_the_partition(shown: Panel) -> None:
    panel, _, selection, _ = shown
    bracket = panel.picture().brackets[-1]
    box = panel.canvas._painter.drawing.boxes[bracket.first]
    y = panel.canvas._painter.drawing.bracket_y
    at = QPointF(box.x + box.width / 2, y) * panel.canvas.zoom + panel.canvas._offset()
    QTest.mouseClick(panel.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert selection.partition == bracket.partitions[0]


def test_keys_walk_the_layers(shown: Panel) -> None:
    panel, _, selection, run = shown
    names = [layer.name for layer in run.plan.problem.users[0].model]
    selection.select(layer=names[3])
    QTest.keyClick(panel.canvas, Qt.Key.Key_Right)
    assert selection.layer == names[4]
    QTest.keyClick(panel.canvas, Qt.Key.Key_Left)
    QTest.keyClick(panel.canvas, Qt.Key.Key_Left)
    assert selection.layer == names[2]


def test_tool_tip_says_what_is_known(shown: Panel) -> None:
    panel, clock, _, run = shown
    clock.seek(0.0)
    user = run.plan.users[0]
    layer = user.uploading.partitions[-1].layers[0]
    text = panel.describe(layer)
    model = run.plan.problem.users[0].model
    planned_on = run.plan.problem.server_ids[user.places[layer]]
    assert text.startswith(model.layers[layer].name)
    assert "FLOP" in text
    assert "Now on Client 1" in text
    assert f"Planned with P3 #{len(user.uploading.partitions)} on {planned_on}" in text
    clock.seek(run.end_s)
    assert f"Now on {planned_on}" in panel.describe(layer)
    assert "Planned" not in panel.describe(layer)


def test_layers_have_the_colour_of_their_place(shown: Panel) -> None:
    panel, clock, _, run = shown
    theme = panel.look.theme
    model = run.plan.problem.users[0].model
    for t in (0.0, run.end_s):
        clock.seek(t)
        image = drawn_image(panel)
        places = run_state(run).places(0, t)
        for layer in range(1, len(model)):
            box = panel.canvas._painter.drawing.boxes[layer]
            at = (QPointF(box.x + box.width / 2, box.y + 5) * panel.canvas.zoom + panel.canvas._offset()).toPoint()
            if not image.rect().contains(at):
                continue
            expected = theme.tier(run.plan.problem.topology.servers[places[layer]].tier).fill
            assert image.pixelColor(at) == expected


def test_without_a_plan_layers_are_neutral(shown: Panel) -> None:
    panel, _, _, _run = shown
    panel.set_run(None)
    assert panel.picture() is None
    box = panel.canvas._painter.drawing.boxes[1]
    at = (QPointF(box.x + box.width / 2, box.y + 5) * panel.canvas.zoom + panel.canvas._offset()).toPoint()
    assert drawn_image(panel).pixelColor(at) == panel.look.theme.surface_3
    assert "queries" not in panel._caption()
    assert "Now" not in panel.describe(1)


def test_nothing_to_show_says_what_to_do(shown: Panel) -> None:
    panel, *_ = shown
    panel.set_run(None)
    panel.set_scenario(None, {})
    assert panel.canvas._painter is None
    assert panel.canvas._hint.endswith("drop an ONNX file on the window.")
    drawn_image(panel)
    QTest.keyClick(panel.canvas, Qt.Key.Key_Right)
    QTest.mouseClick(panel.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert not panel.legend.isVisible()


def test_pinned_layers_are_marked(qtbot: QtBot) -> None:
    scenario, models, _ = paper()
    name = next(iter(models.values())).layers[1].name
    user = scenario.users[0].model_copy(update={"limits": (PinLimit(limit="pin", layers=(name,), to=("client",)),)})
    panel = DnnPanel(Look("light"), Clock(), Selection())
    qtbot.addWidget(panel)
    panel.set_scenario(scenario.model_copy(update={"users": (user, *scenario.users[1:])}), models)
    assert panel.canvas._painter.marks.pinned == {1}


def test_long_models_scroll_and_fit(qtbot: QtBot) -> None:
    scenario, _, _ = paper()
    panel = DnnPanel(Look("light"), Clock(), Selection())
    panel.resize(1048, 176)
    qtbot.addWidget(panel)
    model = zoo_model("resnet101")
    panel.set_scenario(scenario, {entry.id: model for entry in scenario.models})
    panel.show()
    qtbot.waitExposed(panel)
    assert panel.canvas.zoom >= 0.9, "labels stay legible"
    panel.unfold_all()
    assert panel.canvas.horizontalScrollBar().maximum() > 5000
    assert panel.zoom.isVisible()
    panel._selection.select(layer=model.layers[-1].name)
    assert panel.canvas.viewport().rect().contains(panel.canvas.center_of(len(model) - 1).toPoint())
    panel.canvas.fit()
    assert panel.canvas.horizontalScrollBar().maximum() == 0
    at = QPointF(500, 60)
    panel.canvas.zoom_by(0.0)
    before = (at - panel.canvas._offset()) / panel.canvas.zoom
    panel.canvas.zoom_by(1.5, at)
    after = (at - panel.canvas._offset()) / panel.canvas.zoom
    assert (after - before).manhattanLength() < 2


def test_nothing_is_painted_while_nothing_changes(shown: Panel, qtbot: QtBot) -> None:
    panel, clock, _, run = shown
    clock.seek(run.end_s)
    qtbot.wait(50)
    painted: list[int] = []
    original = panel.canvas._painter.paint
    panel.canvas._painter.paint = lambda *given: (painted.append(1), original(*given))
    clock.seek(run.end_s)
    clock.seek(run.end_s - 1e-9)
    qtbot.wait(100)
    assert painted == []


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_export(shown: Panel, tmp_path: Path, suffix: str) -> None:
    panel, clock, _, run = shown
    clock.seek(run.end_s / 4)
    path = tmp_path / f"model{suffix}"
    panel.export_image(path)
    if suffix == ".png":
        assert QImage(str(path)).width() >= 2 * panel.canvas._painter.drawing.width
    else:
        root = ElementTree.parse(path).getroot()  # noqa: S314 - our own file
        texts = {"".join(element.itertext()).strip() for element in root.iter("{http://www.w3.org/2000/svg}text")}
        assert {"AlexNet", "conv1", "Uploading"} <= texts
        assert not list(root.iter("{http://www.w3.org/2000/svg}image"))


def test_made_up_runs_show_at_any_time(qtbot: QtBot) -> None:
    scenario, models, problem = paper("paper-mixed")
    clock = Clock()
    panel = DnnPanel(Look("dark"), clock, Selection())
    panel.resize(700, 176)
    qtbot.addWidget(panel)
    panel.set_scenario(scenario, models)
    for seed in range(3):
        run = made_up_run(scenario, problem, seed=seed)
        panel.set_run(run)
        clock.set_end(run.end_s)
        for share in np.linspace(0, 1, 9):
            clock.seek(float(share) * run.end_s)
            assert not drawn_image(panel).isNull()
            assert panel.picture().places == tuple(run_state(run).places(0, clock.t))


def test_zoom_and_place_outlive_a_new_plan_and_another_size(shown: Panel) -> None:
    panel, _, selection, run = shown
    selection.follow(1)
    panel.canvas.zoom_by(1.6)
    zoom = panel.canvas.zoom
    panel.canvas.horizontalScrollBar().setValue(500)
    panel.set_run(None)
    panel.set_run(run)
    panel.resize(900, 150)
    QApplication.processEvents()
    assert panel.canvas.zoom == zoom
    assert panel.canvas.horizontalScrollBar().value() == 500


def test_a_model_not_read_yet_says_so(qtbot: QtBot) -> None:
    scenario, models, _ = paper()
    panel = DnnPanel(Look("light"), Clock(), Selection())
    qtbot.addWidget(panel)
    panel.set_scenario(scenario, {})
    assert panel.canvas._hint == "alexnet has not been read."
    panel.set_scenario(scenario, models)
    assert panel.canvas._painter is not None


@pytest.mark.parametrize("name", ["alexnet", "googlenet", "squeezenet", "tiny-yolov2"])
def test_the_first_view_settles_at_any_size(qtbot: QtBot, name: str) -> None:
    """The scroll bar takes height, height makes the zoom, the zoom asks for the bar: this must not go in circles."""
    scenario, _, _ = paper()
    panel = DnnPanel(Look("light"), Clock(), Selection())
    qtbot.addWidget(panel)
    model = zoo_model(name)
    panel.set_scenario(scenario, {entry.id: model for entry in scenario.models})
    panel.show()
    for width in range(300, 3400, 173):
        for height in (130, 150, 176, 240):
            panel.resize(width, height)
            QApplication.processEvents()
            zoom, bar = panel.canvas.zoom, panel.canvas.horizontalScrollBar().isVisible()
            panel.canvas.show_first()
            QApplication.processEvents()
            assert (panel.canvas.zoom, panel.canvas.horizontalScrollBar().isVisible()) == (zoom, bar)
            assert zoom >= min(TALL_ZOOM, panel.canvas._painter.legible_zoom)
            assert panel.canvas.scale_y >= TALL_ZOOM, "letters stay as large as they are"
