"""Blocks of a model: which layers belong together, how they fold, and what the folded ones show."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from long_models import long_chain
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from synthetic_run import made_up_run, paper

from dnnmig_gui.core.costs.compile import compile_problem
from dnnmig_gui.core.dnn import DnnModel, Layer
from dnnmig_gui.core.dnn.zoo import zoo_model
from dnnmig_gui.core.profiling import Profile
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.dnn.blocks import Block, every_span, find_blocks, folded_at_first
from dnnmig_gui.gui.dnn.box_painter import Palette, fills
from dnnmig_gui.gui.dnn.layout import HEAD_ROOM, draw_model
from dnnmig_gui.gui.dnn.panel import DnnPanel
from dnnmig_gui.gui.dnn.picture import Pictures
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.run_state import run_state
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.theme.tokens import LIGHT

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@cache
def planned(name: str) -> tuple[DnnModel, PlannedRun]:
    """Return a model of the zoo, or a chain of so many layers, and a made-up run of it."""
    scenario, _, _ = paper()
    model = long_chain(int(name)) if name.isdigit() else zoo_model(name)
    loaded = {entry.id: LoadedModel(model, Profile()) for entry in scenario.models}
    return model, made_up_run(scenario, compile_problem(scenario, loaded), seed=3)


def shown(qtbot: QtBot, name: str) -> tuple[DnnPanel, Clock, Selection, PlannedRun]:
    model, run = planned(name)
    clock, selection = Clock(), Selection()
    panel = DnnPanel(Look("light"), clock, selection)
    panel.resize(1048, 184)
    qtbot.addWidget(panel)
    panel.set_scenario(run.plan.scenario, {entry.id: model for entry in run.plan.scenario.models})
    panel.set_run(run)
    clock.set_end(run.end_s)
    panel.show()
    qtbot.waitExposed(panel)
    return panel, clock, selection, run


def boxes(panel: DnnPanel) -> dict[str, QPoint]:
    """Return the middles of the folded blocks' boxes by name, in the viewport."""
    drawing = panel.canvas._painter.drawing
    return {
        box.block.name: panel.canvas.box_rect(box).center().toPoint() for box in drawing.boxes if box.block is not None
    }


# What belongs together


def check_nested(blocks: tuple[Block, ...], first: int, last: int) -> None:
    at = first
    for block in blocks:
        assert at <= block.first < block.last <= last
        at = block.last + 1
        assert all(inner.span != block.span for inner in block.inner)
        check_nested(block.inner, block.first, block.last)


@pytest.mark.parametrize(
    ("name", "block", "layers"),
    [("googlenet", "inception_3a", 14), ("resnet101", "conv2_2", 10), ("squeezenet", "fire2", 7)],
)
def test_names_make_blocks(name: str, block: str, layers: int) -> None:
    found = {one.name: one for one in find_blocks(zoo_model(name))}
    assert len(found[block]) == layers


def renamed(model: DnnModel) -> DnnModel:
    """Return a model whose names tell nothing."""
    name = {layer.name: f"n{number}" for number, layer in enumerate(model)}
    layers = (
        Layer(name[one.name], one.kind, tuple(map(name.get, one.inputs)), one.flops, one.param_bytes, one.output_bytes)
        for one in model
    )
    return DnnModel(model.name, tuple(layers))


@pytest.mark.parametrize(("name", "count"), [("googlenet", 9), ("resnet50", 16), ("squeezenet", 8)])
def test_branches_that_meet_again_make_blocks(name: str, count: int) -> None:
    model = renamed(zoo_model(name))
    found = find_blocks(model)
    assert len(found) == count
    for block in found:
        inside = range(block.first, block.last + 1)
        outlets = {layer for layer in inside for after in model.consumers[layer] if after > block.last}
        inlets = {before for layer in inside for before in model.producers[layer] if before < block.first}
        assert len(outlets) == len(inlets) == 1


def test_long_chains_make_stretches_and_open_folded() -> None:
    model = long_chain(5000)
    found = find_blocks(model)
    assert 40 < len(found) < 100
    assert [block.first for block in found[1:]] == [block.last + 1 for block in found[:-1]]
    assert len(draw_model(model, blocks=found, folded=folded_at_first(model, found)).boxes) == len(found) + 1
    assert found[0].name == "layer0–86"


def test_short_models_open_unfolded() -> None:
    model = zoo_model("squeezenet")
    assert find_blocks(model)
    assert not folded_at_first(model, find_blocks(model))
    assert find_blocks(zoo_model("alexnet")) == ()


@st.composite
def models(draw: st.DrawFn) -> DnnModel:
    count = draw(st.integers(2, 40))
    layers = []
    for number in range(count):
        near = st.integers(max(0, number - 4), number - 1)
        inputs = draw(st.lists(near, min_size=1, max_size=2, unique=True)) if number else []
        kind = draw(st.sampled_from(["convolution", "relu", "pooling"])) if number else "input"
        folder = draw(st.sampled_from(["", "", f"s{number // 8}/", f"s{number // 8}/t{number // 3}/"]))
        before = tuple(layers[one].name for one in inputs)
        layers.append(Layer(f"{folder}l{number}", kind, before, 1, number % 2, 1))
    return DnnModel("any", tuple(layers))


@given(st.data(), models())
@settings(max_examples=80)
def test_whatever_is_folded_every_layer_is_drawn_once(data: st.DataObject, model: DnnModel) -> None:
    found = find_blocks(model)
    check_nested(found, 0, len(model) - 1)
    spans = sorted(every_span(found))
    folded = frozenset(data.draw(st.lists(st.sampled_from(spans), unique=True)) if spans else ())
    drawing = draw_model(model, blocks=found, folded=folded)
    assert [layer for box in drawing.boxes for layer in box.layers] == list(range(len(model)))
    assert all(layer in drawing.box(layer).layers for layer in range(len(model)))
    for position, producers in enumerate(model.producers):
        for before in producers:
            one, other = drawing.box(before), drawing.box(position)
            assert one is other or one.x + one.width <= other.x
    for edge in drawing.edges:
        assert all(one[0] <= other[0] + 1e-9 for one, other in pairwise(edge.points))
    for number, box in enumerate(drawing.boxes):
        for other in drawing.boxes[number + 1 :]:
            beside = other.x >= box.x + box.width or box.x >= other.x + other.width
            assert beside or other.y >= box.y + box.height - 1e-6 or box.y >= other.y + other.height - 1e-6
    for frame in drawing.frames:
        for layer in (frame.block.first, frame.block.last):
            box = drawing.box(layer)
            assert frame.x <= box.x
            assert box.x + box.width <= frame.x + frame.width
            assert frame.y + HEAD_ROOM <= box.y


# What folded blocks show


@given(data=st.data())
@settings(max_examples=60)
def test_what_is_drawn_is_what_the_trace_says(data: st.DataObject) -> None:
    """At any time and with any blocks folded, each box has the colours of where its layers run."""
    name = data.draw(st.sampled_from(["googlenet", "resnet101", "300"]))
    model, run = planned(name)
    found = find_blocks(model)
    spans = sorted(every_span(found))
    folded = frozenset(data.draw(st.lists(st.sampled_from(spans), unique=True)))
    t = data.draw(st.floats(0, run.end_s))
    state = run_state(run)
    drawing = draw_model(model, blocks=found, folded=folded)
    picture = Pictures(state, 0, drawing).at(t, 0.0)
    places = state.places(0, t)
    servers = run.plan.problem.topology.servers
    palette = Palette(LIGHT, picture, servers)
    for box in drawing.boxes:
        if box.block is None and model.layers[box.layer].is_input:
            continue
        wanted = Counter(LIGHT.tier(servers[places[layer]].tier).fill.name() for layer in box.layers)
        drawn: Counter[str] = Counter()
        for share, color in fills(palette, model, box):
            drawn[color.name()] += share * len(box.layers)
        assert drawn == pytest.approx(wanted)
    uploading = run.plan.users[0].uploading
    upload = state.upload(0, t)
    for box in drawing.boxes:
        if box.block is None:
            continue
        look = picture.of_block(box.layers)
        sending = upload is not None and any(
            layer in uploading.partitions[upload.partition].layers and model.layers[layer].param_bytes
            for layer in box.layers
        )
        assert (look.outline == "uploading") == sending


def test_pixels_of_a_folded_block_are_its_shares(qtbot: QtBot) -> None:
    panel, clock, _, run = shown(qtbot, "googlenet")
    state = run_state(run)
    servers = run.plan.problem.topology.servers
    seen = set()
    for number in range(1, 12):
        clock.seek(run.end_s * number / 12)
        image: QImage = panel.canvas.viewport().grab().toImage()
        places = state.places(0, clock.t)
        for box in panel.canvas._painter.drawing.boxes:
            rect = panel.canvas.box_rect(box)
            if box.block is None or not panel.canvas.viewport().rect().contains(rect.toRect()):
                continue
            counts = Counter(int(places[layer]) for layer in box.layers)
            at = 0.0
            for server, count in sorted(counts.items()):
                share = count / len(box.layers)
                if share * rect.width() > 6:
                    x = rect.left() + rect.width() * (at + share / 2)
                    color = image.pixelColor(round(x), round(rect.top() + 4))
                    if 8 < x - rect.left() < rect.width() - 8:
                        assert color == LIGHT.tier(servers[server].tier).fill
                        seen.add(color.name())
                at += share
    assert len(seen) > 1, "blocks have changed their colour"


# Folding by hand


def test_double_click_unfolds_and_the_name_folds_again(qtbot: QtBot) -> None:
    panel, *_ = shown(qtbot, "googlenet")
    canvas = panel.canvas
    canvas.horizontalScrollBar().setValue(canvas.horizontalScrollBar().maximum() // 2)
    at = boxes(panel)["inception_4c"]
    left = canvas.box_rect(canvas.box_at(QPointF(at))).left()
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert "inception_4c" not in boxes(panel)
    (frame,) = canvas._painter.drawing.frames
    assert frame.block.name == "inception_4c"
    first = canvas._painter.drawing.box(frame.block.first)
    assert abs(canvas.box_rect(first).left() - left) < 12, "what is unfolded stays where it was"
    name = QPointF(frame.x + 20, frame.y + 8) * canvas.zoom + canvas._offset()
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=name.toPoint())
    assert "inception_4c" in boxes(panel)
    assert canvas._painter.drawing.frames == ()


def test_keys_walk_boxes_and_unfold(qtbot: QtBot) -> None:
    panel, _, selection, _ = shown(qtbot, "googlenet")
    model = panel._model
    block = next(one for one in panel._folding.blocks if one.name == "inception_3a")
    selection.select(layer=model.layers[block.first].name)
    QTest.keyClick(panel.canvas, Qt.Key.Key_Right)
    assert selection.layer == model.layers[block.last + 1].name, "a folded block is one step"
    QTest.keyClick(panel.canvas, Qt.Key.Key_Left)
    assert "Block of 14 layers" in panel.canvas.accessibleDescription()
    QTest.keyClick(panel.canvas, Qt.Key.Key_Return)
    assert "inception_3a" not in boxes(panel)
    QTest.keyClick(panel.canvas, Qt.Key.Key_Right)
    assert block.first < model.index[selection.layer] <= block.last
    upper = panel.canvas.center_of(model.index[selection.layer]).y()
    QTest.keyClick(panel.canvas, Qt.Key.Key_Left)
    QTest.keyClick(panel.canvas, Qt.Key.Key_Down)
    assert panel.canvas.center_of(model.index[selection.layer]).y() > upper
    QTest.keyClick(panel.canvas, Qt.Key.Key_Return)
    assert "inception_3a" in boxes(panel)


def test_all_at_once_and_remembered(qtbot: QtBot) -> None:
    panel, _, selection, run = shown(qtbot, "resnet101")
    model = panel._model
    panel.options.unfold.trigger()
    assert len(panel.canvas._painter.drawing.boxes) == len(model)
    assert not panel.options.unfold.isEnabled()
    panel.set_run(None)
    panel.set_run(run)
    assert len(panel.canvas._painter.drawing.boxes) == len(model)
    selection.follow(1)
    panel.options.fold.trigger()
    assert len(boxes(panel)) == 33


def test_the_overview_moves_the_drawing(qtbot: QtBot) -> None:
    panel, *_ = shown(qtbot, "5000")
    bar = panel.canvas.overview
    assert bar.isVisible()
    assert bar.value() == 0
    grip = bar.frame().center().toPoint()
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=grip)
    QTest.mouseMove(bar, QPoint(bar.width() // 2, grip.y()))
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(bar.width() // 2, grip.y()))
    middle = bar.frame().center().x()
    assert middle == pytest.approx(bar.width() / 2, abs=2)
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(bar.width() - 2, grip.y()))
    assert bar.value() == bar.maximum()
    layers = len(panel._model)
    assert panel.canvas.viewport().rect().contains(panel.canvas.center_of(layers - 1).toPoint())


def test_the_overview_has_the_colours_of_the_boxes(qtbot: QtBot) -> None:
    panel, clock, _, run = shown(qtbot, "300")
    servers = run.plan.problem.topology.servers
    for t in (0.0, run.end_s):
        clock.seek(t)
        image = panel.canvas.overview._draw_band().toImage()
        places = run_state(run).places(0, t)
        drawing = panel.canvas._painter.drawing
        scale = panel.canvas.overview.width() / drawing.width
        for box in drawing.boxes[1:]:
            if len({int(places[layer]) for layer in box.layers}) == 1 and box.width * scale > 4:
                color = image.pixelColor(round((box.x + box.width / 2) * scale), 7)
                assert color == LIGHT.tier(servers[places[box.layer]].tier).fill
