"""Search, colours by figure, cut points and the menu of the model's view."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from synthetic_run import paper
from test_dnn_blocks import boxes, planned, shown

from dnnmig_gui.core.dnn.cuts import open_tensor, single_tensor_cuts
from dnnmig_gui.core.dnn.zoo import zoo_model
from dnnmig_gui.core.reporting.numbers import bytes_text
from dnnmig_gui.core.scenario.completeness import findings
from dnnmig_gui.core.scenario.layer_limits import bars_on, pins_on
from dnnmig_gui.core.scenario.schema import BarLimit, PinLimit
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.dnn.cut_marks import cut_marks
from dnnmig_gui.gui.dnn.find import find_layers
from dnnmig_gui.gui.dnn.layout import COMFORTABLE, draw_model
from dnnmig_gui.gui.dnn.panel import DnnPanel
from dnnmig_gui.gui.dnn.shading import Shading
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.run_state import run_state
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.look import Look

# The offscreen platform says so of every window and menu that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "plugin does not support")
DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


def menu_of(panel: DnnPanel, at: QPoint) -> QMenu:
    """Click a place of the drawing with the right button, as the platform tells it, and return the menu shown."""
    viewport = panel.canvas.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.RightButton, pos=at)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at))
    QApplication.sendEvent(viewport, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def submenu(menu: QMenu, title: str) -> QMenu:
    return next(one for one in menu.findChildren(QMenu, options=DIRECT) if one.title() == title)


def entry(menu: QMenu, *path: str) -> QAction:
    """Return an entry of a menu by its texts."""
    for text in path[:-1]:
        menu = submenu(menu, text)
    return next(action for action in menu.actions() if action.text() == path[-1])


def choose(menu: QMenu, *path: str) -> None:
    """Choose an entry with the keyboard, as people do in a menu that is open."""
    for depth, text in enumerate(path):
        action = entry(menu, text)
        menu.setActiveAction(action)
        QTest.keyClick(menu, Qt.Key.Key_Right if depth < len(path) - 1 else Qt.Key.Key_Return)
        if depth < len(path) - 1:
            menu = submenu(menu, text)


# Search


def test_words_find_names_and_kinds() -> None:
    model = zoo_model("googlenet")
    found = find_layers(model, "INCEPTION_3A relu")
    assert len(found) == 6
    assert all(model.layers[layer].kind == "relu" for layer in found)
    assert len(find_layers(model, "concat")) == 9
    assert find_layers(model, " ") == find_layers(model, "no such") == ()


def test_typing_finds_and_enter_goes_from_one_to_the_next(qtbot: QtBot) -> None:
    panel, _, selection, _ = shown(qtbot, "googlenet")
    model = panel._model
    panel.canvas.setFocus()
    QTest.keyClick(panel.canvas, Qt.Key.Key_Slash)
    assert panel.search.field.isVisible()
    QTest.keyClicks(panel.search.field, "inception_5b pool")
    found = find_layers(model, "inception_5b pool")
    assert panel.canvas._painter.marks.found == set(found)
    assert panel.search.count.text() == f"{len(found)} found"
    here = boxes(panel)["inception_5b"]
    assert panel.canvas.viewport().rect().contains(here), "what is found comes into view, folded as it is"
    assert selection.layer is None, "typing selects nothing"
    for layer in (*found, found[0]):
        QTest.keyClick(panel.search.field, Qt.Key.Key_Return)
        assert selection.layer == model.layers[layer].name
        assert panel.canvas.viewport().rect().contains(panel.canvas.center_of(layer).toPoint())
        assert panel.canvas._painter.drawing.box(layer).block is None
    QTest.keyClick(panel.search.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert selection.layer == model.layers[found[-1]].name
    assert panel.search.count.text() == f"{len(found)} of {len(found)}"
    QTest.keyClick(panel.search.field, Qt.Key.Key_Escape)
    assert panel.canvas._painter.marks.found is None
    assert not panel.search.field.isVisible()


def test_what_is_not_found_steps_back(qtbot: QtBot) -> None:
    panel, *_ = shown(qtbot, "googlenet")

    def colors() -> dict[str, str]:
        image = panel.canvas.viewport().grab().toImage()
        inside = {name: at for name, at in boxes(panel).items() if image.rect().contains(at)}
        return {name: image.pixelColor(at - QPoint(30, 24)).name() for name, at in inside.items()}

    before = colors()
    panel.search.open()
    QTest.keyClicks(panel.search.field, "3a/")
    after = colors()
    assert after["inception_3a"] == before["inception_3a"]
    assert after["conv2"] != before["conv2"]


# Colours by figure


def test_shades_are_shares(qtbot: QtBot) -> None:
    panel, clock, _, run = shown(qtbot, "googlenet")
    clock.seek(run.end_s / 2)
    problem = run.plan.problem.users[0]
    places = run_state(run).places(0, clock.t)
    panel.options.colors["time"].trigger()
    shading = panel.canvas._painter.shading
    seconds = panel._pictures.layer_seconds(places)
    assert shading.shares == pytest.approx(seconds / seconds.sum())
    panel.options.colors["bytes"].trigger()
    shading = panel.canvas._painter.shading
    assert shading.shares == pytest.approx(problem.param_bytes / problem.param_bytes.sum())
    drawing = panel.canvas._painter.drawing
    assert sum(shading.share(box) for box in drawing.boxes) == pytest.approx(1)
    most = max(drawing.boxes, key=shading.share)
    panel.canvas.bring_into_view(most.layer)
    at = panel.canvas.box_rect(most).topLeft().toPoint() + QPoint(3, 28)
    image = panel.canvas.viewport().grab().toImage()
    assert image.pixelColor(at) == panel.look.theme.accent, "the greatest share has the full tone"
    assert "Share of bytes" in panel.legend.accessibleName()
    panel.options.colors["place"].trigger()
    assert panel.canvas._painter.shading is None
    assert "Edge" in panel.legend.accessibleName()


def test_time_follows_the_clock_and_needs_no_plan(qtbot: QtBot) -> None:
    panel, clock, _, run = shown(qtbot, "300")
    panel.color_by("time")
    before = panel.canvas._painter.shading.shares.copy()
    clock.seek(run.end_s)
    assert not np.allclose(before, panel.canvas._painter.shading.shares), "the layers have moved"
    panel.set_run(None)
    flops = np.array([layer.flops for layer in panel._model], dtype=float)
    assert panel.canvas._painter.shading.shares == pytest.approx(flops / flops.sum())
    assert "Share of work" in panel.legend.accessibleName()


def test_nothing_has_a_share_of_nothing() -> None:
    assert Shading.of("Share of bytes", [0, 0]).shares.tolist() == [0, 0]


# Cut points


@pytest.mark.parametrize("name", ["alexnet", "googlenet", "resnet50", "squeezenet"])
def test_cuts_stand_between_boxes_with_their_bytes(name: str) -> None:
    model = zoo_model(name)
    drawing = draw_model(model)
    marks = cut_marks(model, drawing, COMFORTABLE.gap)
    assert {mark.after for mark in marks} <= set(single_tensor_cuts(model))
    for mark in marks:
        assert mark.size_bytes == model.layers[open_tensor(model, mark.after)].output_bytes
        assert not any(box.x < mark.x < box.x + box.width for box in drawing.boxes)
        before = [box.layer for box in drawing.boxes if box.x < mark.x]
        assert max(before) == mark.after


def test_cut_points_are_switched_on_in_the_menu(qtbot: QtBot) -> None:
    panel, *_ = shown(qtbot, "alexnet")
    assert not panel.canvas._painter._cuts
    QTest.mouseClick(panel.options, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert menu is panel.options.menu
    choose(menu, "Cut points")
    marks = panel.canvas._painter._cuts
    first = panel._model.layers[0]
    assert bytes_text(marks[0].size_bytes) == bytes_text(first.output_bytes)
    gaps = np.diff([box.x for box in panel.canvas._painter.drawing.boxes])
    assert gaps.max() > 90, "there is room for the figures"
    panel.options.cuts.trigger()
    assert not panel.canvas._painter._cuts


# Pins and bars


@pytest.fixture
def edited(qtbot: QtBot) -> tuple[DnnPanel, Document, Selection]:
    """A panel whose edits go to a document, as in the window."""
    panel, _, selection, run = shown(qtbot, "googlenet")
    document = Document(QSettings())
    document._begin(None, run.plan.scenario)
    model, _ = planned("googlenet")
    models = {one.id: model for one in run.plan.scenario.models}
    document.scenario_changed.connect(lambda: panel.set_scenario(document.scenario, models))
    panel.edited.connect(document.edit)
    return panel, document, selection


def limits_of(document: Document) -> tuple[object, ...]:
    return document.scenario.users[0].limits


def test_a_layer_is_pinned_by_the_menu_and_undone(edited: tuple[DnnPanel, Document, Selection]) -> None:
    panel, document, _ = edited
    before = document.scenario
    layer = 1
    name = panel._model.layers[layer].name
    choose(menu_of(panel, panel.canvas.center_of(layer).toPoint()), "Pin to", "Client 1")
    assert limits_of(document) == (PinLimit(limit="pin", layers=(name,), to=("Client 1",)),)
    assert panel.canvas._painter.marks.pinned == {layer}, "marked at once, whatever the plan was made for"
    menu = menu_of(panel, panel.canvas.center_of(layer).toPoint())
    assert entry(menu, "Pin to", "Client 1").isChecked()
    menu.close()
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.scenario == before
    assert not panel.canvas._painter.marks.pinned
    document.undo_stack.redo()
    choose(menu_of(panel, panel.canvas.center_of(layer).toPoint()), "Remove limits")
    assert limits_of(document) == ()


def test_a_block_is_pinned_to_a_tier_and_barred_from_a_server(edited: tuple[DnnPanel, Document, Selection]) -> None:
    panel, document, _ = edited
    block = next(one for one in panel._folding.blocks if one.name == "inception_3a")
    names = tuple(layer.name for layer in panel._model.layers[block.first : block.last + 1])
    at = boxes(panel)["inception_3a"]
    choose(menu_of(panel, at), "Pin to", "Edge servers", "Any edge server")
    choose(menu_of(panel, at), "Bar from", "Edge servers", "Edge 4")
    choose(menu_of(panel, at), "Bar from", "Cloud servers", "Any cloud server")
    assert all(pins_on(limits_of(document), name) == {"edge"} for name in names)
    assert all(bars_on(limits_of(document), name) == {"Edge 4", "cloud"} for name in names)
    assert [type(limit) for limit in limits_of(document)] == [PinLimit, BarLimit]
    assert panel.canvas._painter.marks.barred == set(range(block.first, block.last + 1))
    choose(menu_of(panel, at), "Bar from", "Edge servers", "Edge 4")
    assert all(bars_on(limits_of(document), name) == {"cloud"} for name in names)
    assert "Pinned to edge servers" in panel.describe_box(panel.canvas._painter.drawing.box(block.first))
    assert "Barred from cloud servers" in panel.describe(block.first)
    assert document.undo_stack.undoText() == "Let inception_3a run on Edge 4"
    assert not [one for one in findings(document.scenario) if re.search("limit|layer", one.message)]


def test_the_menu_key_opens_the_menu_of_what_is_chosen(edited: tuple[DnnPanel, Document, Selection]) -> None:
    panel, _, selection = edited
    block = next(one for one in panel._folding.blocks if one.name == "inception_3a")
    selection.select(layer=panel._model.layers[block.first].name)
    canvas = panel.canvas
    at = canvas.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, canvas.mapToGlobal(at))
    QApplication.sendEvent(canvas.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    choose(menu, "Unfold inception_3a")
    assert "inception_3a" not in boxes(panel)


def test_inputs_and_the_ground_have_no_limits(edited: tuple[DnnPanel, Document, Selection]) -> None:
    panel, *_ = edited
    for at in (panel.canvas.center_of(0).toPoint(), QPoint(4, 4)):
        menu = menu_of(panel, at)
        texts = [action.text() for action in menu.actions()]
        menu.close()
        assert "Pin to" not in texts
        assert "Unfold all blocks" in texts


def test_beside_all_boxes_the_menu_offers_how_the_model_is_drawn(qtbot: QtBot) -> None:
    panel, *_ = shown(qtbot, "alexnet")
    menu = panel.menu_for(None)
    titles = [action.text() for action in menu.actions()]
    assert "Cut points" in titles
    assert "Colours by share of bytes" in titles
    panel.options.colors["bytes"].trigger()
    assert panel.canvas._painter.shading is not None


def test_a_model_without_a_user_is_shown_by_itself(qtbot: QtBot) -> None:
    scenario, models, _ = paper("paper-mixed")
    selection = Selection()
    panel = DnnPanel(Look("light"), Clock(), selection)
    qtbot.addWidget(panel)
    one_user = scenario.model_copy(update={"users": scenario.users[:1]})
    panel.set_scenario(one_user, models)
    assert panel._title == "AlexNet"
    selection.select(model="vgg19")
    assert panel._title == "VGG19"
    assert "no user yet" in panel._caption()
    assert panel.menu_for(panel._painter.drawing.boxes[1]).isEmpty(), "there is nobody to pin a layer for"
    assert panel.legend.isHidden(), "and no place that a colour could tell"
    panel._choose_layer(3)
    assert (panel._title, selection.model) == ("VGG19", "vgg19"), "its layers can be looked at"
    selection.select(server="client-1")
    assert panel._title == "AlexNet", "something else is selected: the followed user's model comes back"
    panel.set_scenario(scenario.model_copy(update={"users": ()}), models)
    assert panel._title == "AlexNet", "without users any model is better than none"
    assert "no user yet" in panel._caption()
    panel.set_scenario(scenario.model_copy(update={"users": (), "models": ()}), models)
    assert panel._model is None
