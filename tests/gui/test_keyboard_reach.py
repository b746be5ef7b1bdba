"""With keys alone all that can be operated is reached and named, nothing holds the focus, and work can be done."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from pytestqt.qtbot import QtBot
from real_window import copied, open_window, plan
from test_dnn_tools import choose

from dnnmig_gui.gui.application import make_application
from dnnmig_gui.gui.document import empty_scenario
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "plugin does not support")
MOST = 300


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    make_application()
    made = open_window(qtbot, tmp_path)
    made.resize(1600, 1000)
    made.activateWindow()
    assert made.files.open_path(copied(tmp_path))
    qtbot.waitUntil(lambda: bool(made.loading.models), timeout=20_000)
    plan(qtbot, made)  # what plays a run is grey before there is one
    return made


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def walked(window: MainWindow, key: Qt.Key = Qt.Key.Key_Tab) -> list[QWidget]:
    """Return what Tab leads to, once around the window."""
    window.timeline.setFocus()
    start = focused()
    found = [start]
    for _ in range(MOST):
        QTest.keyClick(focused(), key)
        if focused() is start:
            return found
        assert focused() not in found, f"{focused()} is come to twice: what lies before it is a trap"
        found.append(focused())
    raise AssertionError("Tab does not come around")


def operable(window: MainWindow) -> list[QWidget]:
    """Return all that shows and takes the keyboard; the viewport of a canvas is the canvas."""
    widgets = window.findChildren(QWidget)
    return [
        widget
        for widget in widgets
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (isinstance(widget.parent(), QAbstractScrollArea) and widget.parent().viewport() is widget)
    ]


def name_of(widget: QWidget) -> str:
    told = QAccessible.queryAccessibleInterface(widget)
    return told.text(QAccessible.Text.Name)


def check(window: MainWindow) -> list[QWidget]:
    QApplication.processEvents()
    found = walked(window)
    missed = [f"{type(widget).__name__} {name_of(widget)!r}" for widget in operable(window) if widget not in found]
    assert missed == []
    assert [type(widget).__name__ for widget in found if not name_of(widget)] == []
    return found


@pytest.mark.parametrize("what", ["nothing", "server", "link", "model", "layer"])
def test_all_is_reached_by_tab_whatever_is_selected(window: MainWindow, what: str) -> None:
    scenario = window.document.scenario
    client, edge = scenario.of_tier("client")[0].id, scenario.of_tier("edge")[0].id
    chosen = {
        "nothing": {},
        "server": {"server": client},
        "link": {"links": [(client, edge)]},
        "model": {"model": scenario.models[0].id},
        "layer": {"layer": "conv1"},
    }[what]
    if chosen:
        window.selection.select(**chosen)
    found = check(window)
    front = next(tab for tab in window.inspector.tabs.values() if tab.isChecked())
    assert front in found
    assert window.timeline.transport.isAncestorOf(next(one for one in found if name_of(one) == "To the start"))


def test_tab_and_shift_tab_are_one_way_and_back(window: MainWindow) -> None:
    there = walked(window)
    back = walked(window, Qt.Key.Key_Backtab)
    assert there[1:] == back[:0:-1]


def test_a_tab_of_the_inspector_is_reached_and_switched_by_keys(window: MainWindow) -> None:
    window.inspector.show_tab("Selection")
    tab = window.inspector.tabs["Selection"]
    assert tab in walked(window)
    tab.setFocus()
    QTest.keyClick(tab, Qt.Key.Key_Left)
    assert window.inspector.tabs["Plan"].isChecked()
    assert window.inspector.stack.currentWidget() is window.plan_panel


def tab_to(window: MainWindow, wanted: str) -> QWidget:
    """Press Tab until what has this name has the focus; a list box goes by the name of its label."""
    for _ in range(MOST):
        widget = focused()
        if wanted in (name_of(widget), widget.accessibleName()):
            return widget
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not lead to {wanted!r}")


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(focused(), key, modifier)


def menu_shown() -> QWidget:
    menu = QApplication.activePopupWidget()
    assert menu is not None
    return menu


def test_a_scenario_is_drawn_planned_and_looked_at_without_a_mouse(qtbot: QtBot, window: MainWindow) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    key = Qt.Key
    press(key.Key_N, control)
    document = window.document
    tab_to(window, "Topology")
    for number in (key.Key_1, key.Key_2, key.Key_2, key.Key_3):
        press(number)
    assert [server.tier for server in document.scenario.servers] == ["client", "edge", "edge", "cloud"]
    window.topology.canvas.setFocus()
    press(key.Key_A, control)
    press(key.Key_K, control)
    assert len(document.scenario.links) == 6

    tab_to(window, "Add a model")
    QTimer.singleShot(100, lambda: [QTest.keyClick(menu_shown(), one) for one in (key.Key_Down, key.Key_Return)])
    press(key.Key_Space)  # comes back when the menu is gone
    qtbot.waitUntil(lambda: bool(document.scenario.models), timeout=5000)
    assert len(document.scenario.models) == 1
    qtbot.waitUntil(lambda: bool(window.loading.models), timeout=20_000)

    tab_to(window, "Topology")
    for _ in range(8):
        if window.selection.server == document.scenario.servers[0].id:
            break
        press(key.Key_Left)
    assert window.selection.server == document.scenario.servers[0].id
    tab_to(window, "New user")
    press(key.Key_Down)
    assert [user.client for user in document.scenario.users] == [document.scenario.servers[0].id]

    press(key.Key_Return, control)
    qtbot.waitUntil(lambda: window.planning.run is not None, timeout=60_000)
    tab_to(window, "Layers of the model")
    press(key.Key_Right)
    press(key.Key_Right)
    assert window.selection.layer is not None
    chosen = document.scenario.users[0].limits
    QApplication.sendEvent(
        window.dnn.canvas.viewport(),
        QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1)),
    )
    choose(menu_shown(), "Pin to", "Client 1")
    assert document.scenario.users[0].limits != chosen

    tab_to(window, "Timeline")
    press(key.Key_Space)
    assert window.clock.playing
    press(key.Key_Space)
    assert not window.clock.playing
    count = document.undo_stack.count()
    for _ in range(count):
        press(key.Key_Z, control)
    assert document.scenario == empty_scenario()


def test_tab_follows_the_eye_and_every_canvas_has_a_ring(window: MainWindow) -> None:
    found = walked(window)
    places = [window.library.search, *window.library.model_rows.values(), *window.library.example_rows.values()]
    assert [widget for widget in found if widget in places] == places
    canvases = window.topology.canvas, window.dnn.canvas, window.timeline.canvas
    for canvas, action in zip(canvases, ("go-topology", "go-dnn", "go-timeline"), strict=True):
        window.library.search.setFocus()
        window.named_actions[action].trigger()
        assert focused() is canvas
        assert window.ring.isVisible()
        middle = canvas.mapTo(window, canvas.rect().center())
        assert window.ring.geometry().contains(middle)
        assert window.rect().contains(window.ring.geometry())
