"""Right clicks on the drawing, several servers from the palette, names of edits, and drags of stays taken back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot
from real_window import window  # noqa: F401  a fixture

from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.edits import add_link, add_model, add_server, add_user, set_link_default
from dnnmig_gui.core.scenario.schema import FORMAT
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("plugin does not support")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def drawn(window: MainWindow) -> MainWindow:  # noqa: F811
    """A window with a client who asks AlexNet, an edge and a cloud server."""
    scenario = Scenario(format=FORMAT, version=1)
    for tier in ("client", "edge", "cloud"):
        scenario, _ = add_server(scenario, tier)
    scenario, _ = add_model(scenario, zoo="alexnet")
    scenario, _ = add_model(scenario, zoo="vgg19")
    scenario, _ = add_user(scenario, "client-1", "alexnet")
    window.document._begin(None, add_link(scenario, "client-1", "edge-1"))
    window.start.leave()
    return window


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def named(menu: QMenu, text: str) -> QMenu:
    return next(child for child in menu.findChildren(QMenu) if child.title() == text)


def test_the_menu_of_a_client_offers_models(drawn: MainWindow) -> None:
    drawn.selection.select(server="client-1")
    menu = drawn.drawing_menu.menu()
    assert {"Cut", "Copy", "Duplicate", "Rename", "Delete"} <= set(texts(menu))
    models = named(menu, "Model")
    assert [action.isChecked() for action in models.actions()] == [True, False]
    models.actions()[1].trigger()
    assert drawn.document.scenario.users[0].model == "vgg19"
    drawn.selection.select(server="edge-1")
    assert "Model" not in texts(drawn.drawing_menu.menu())


def test_the_menu_of_several_servers_puts_them_in_order(drawn: MainWindow) -> None:
    drawn.selection.select(servers=("edge-1", "cloud-1"))
    menu = drawn.drawing_menu.menu()
    assert "Rename" not in texts(menu)
    next(action for action in named(menu, "Align").actions() if action.text() == "Align left").trigger()
    places = [drawn.document.scenario.server(name).position for name in ("edge-1", "cloud-1")]
    assert places[0][0] == places[1][0]  # type: ignore[index]


def test_the_menu_of_a_link_takes_it_back_to_its_default(drawn: MainWindow) -> None:
    drawn.selection.select(links=[("client-1", "edge-1")])
    assert texts(drawn.drawing_menu.menu()) == ["Delete"]
    made = set_link_default(drawn.document.scenario, "client-edge", {"bandwidth_mb_per_s": 3.0})
    drawn.document.edit("Default", made)
    drawn.selection.select(links=[("client-1", "edge-1")])
    menu = drawn.drawing_menu.menu()
    next(action for action in menu.actions() if action.text() == "Back to default").trigger()
    assert drawn.document.scenario.links == ()


def test_the_menu_of_an_empty_place_adds_a_server_there(drawn: MainWindow) -> None:
    drawn.selection.select()
    menu = drawn.drawing_menu.menu(QPointF(400, 96))
    next(action for action in menu.actions() if action.text() == "Add an edge server").trigger()
    assert drawn.document.scenario.servers[-1].position == (400, 96)
    assert drawn.selection.server == "edge-2"


def test_a_right_click_pops_the_menu_up(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.show()
    qtbot.waitExposed(drawn)
    drawn.selection.select(server="edge-1")
    drawn.topology.canvas.menu_asked.emit(drawn.mapToGlobal(QPoint(300, 300)), None)
    menus = [menu for menu in drawn.findChildren(QMenu) if menu.isVisible()]
    assert len(menus) == 1
    QTest.keyClick(menus[0], Qt.Key.Key_Escape)
    assert not menus[0].isVisible()


def test_f2_edits_the_name(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.show()
    qtbot.waitExposed(drawn)
    drawn.activateWindow()
    drawn.selection.select(server="edge-1")
    drawn.named_actions["rename"].trigger()
    field = drawn.details.server_form.name.editor
    qtbot.waitUntil(field.hasFocus)
    assert field.selectedText() == "edge-1"
    qtbot.keyClicks(field, "Hall")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert drawn.document.scenario.server("Hall").tier == "edge"
    drawn.selection.select()
    assert not drawn.named_actions["rename"].isEnabled()


def test_shift_and_a_click_on_a_tile_takes_its_tool(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.show()
    qtbot.waitExposed(drawn)
    tile = drawn.library.tiles["edge"]
    qtbot.mouseClick(tile, LEFT, Qt.KeyboardModifier.ShiftModifier)
    assert drawn.topology.canvas.tool == "edge"
    assert tile.isChecked()
    port = drawn.topology.canvas.viewport()
    for number in range(3):
        QTest.mouseClick(port, LEFT, Qt.KeyboardModifier.ShiftModifier, QPoint(200, 60 + 60 * number))
    assert len(drawn.document.scenario.of_tier("edge")) == 4
    QTest.keyClick(drawn.topology.canvas, Qt.Key.Key_Escape)
    assert drawn.topology.canvas.tool == "select"
    assert not tile.isChecked()
    qtbot.mouseClick(tile, LEFT)
    assert len(drawn.document.scenario.of_tier("edge")) == 5
    assert not tile.isChecked()


def test_edits_have_names_to_find_them_by(drawn: MainWindow) -> None:
    undo = drawn.document.undo_stack
    drawn.drawing.add_client()
    assert undo.undoText() == "Add Client 2"
    drawn.drawing.duplicate()
    assert undo.undoText() == "Duplicate Client 2"
    drawn.drawing.give_model("vgg19", "client-2")
    assert undo.undoText() == "Give VGG19 to Client 2"
    drawn.drawing.select_all()
    drawn.drawing.copy()
    drawn.drawing.paste()
    assert undo.undoText() == "Paste 5 servers"
    drawn.drawing._duplicate(3)
    assert undo.undoText() == "Add 3 like 5 servers"
    QGuiApplication.clipboard().clear()  # the offscreen platform does not outlive what Python put there


def test_esc_takes_the_drag_of_a_stay_back(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.show()
    qtbot.waitExposed(drawn)
    drawn.selection.select(server="client-1")
    before, bar = drawn.document.scenario, drawn.details.users.forms[0].stay
    qtbot.waitUntil(bar.isVisible)
    QTest.mousePress(bar, Qt.MouseButton.RightButton, pos=QPoint(8, 10))
    QTest.mouseMove(bar, QPoint(90, 10))
    assert drawn.document.scenario == before, "the right button drags nothing"
    QTest.mouseRelease(bar, Qt.MouseButton.RightButton, pos=QPoint(90, 10))
    QTest.mousePress(bar, LEFT, pos=QPoint(8, 10))
    QTest.mouseMove(bar, QPoint(90, 10))
    assert drawn.document.scenario != before
    QTest.keyClick(bar, Qt.Key.Key_Escape)
    assert drawn.document.scenario == before
    assert not drawn.document.undo_stack.canUndo()
    QTest.mouseRelease(bar, LEFT, pos=QPoint(90, 10))
    assert isinstance(drawn.details.users.forms[0].rows["arrival_s"].editor, QLineEdit)


def test_a_server_renamed_with_keys_leaves_them_on_the_canvas(qtbot: QtBot, drawn: MainWindow) -> None:
    drawn.show()
    qtbot.waitExposed(drawn)
    drawn.selection.select(server="client-1")
    drawn.topology.canvas.setFocus()
    drawn.named_actions["rename"].trigger()
    editor = drawn.details.server_form.name.editor
    assert editor.hasFocus()
    qtbot.keyClicks(editor, "Phone")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert drawn.selection.server == "Phone"
    assert drawn.topology.canvas.hasFocus()
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, "Tablet")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert drawn.selection.server == "Tablet"
    assert editor.hasFocus()


def test_the_palette_adds_models_of_the_zoo(drawn: MainWindow) -> None:
    command = next(command for command in drawn._commands() if command.id == "zoo/resnet50")
    command.run()
    assert drawn.document.scenario.models[-1].zoo == "resnet50"
