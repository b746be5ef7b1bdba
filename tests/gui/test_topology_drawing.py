"""Drawing on the canvas: links, choosing them, drops, very many servers."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from test_topology_panel import move, on_screen

from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.clipboard import duplicated
from dnnmig_gui.core.scenario.edits import add_link, add_server, move_servers, set_link_default
from dnnmig_gui.core.scenario.schema import FORMAT
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.dragged import MODEL, SERVER, packed
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.topology.crowd import MOST_NODES
from dnnmig_gui.gui.topology.items import (
    ALONE_LEFT,
    ALONE_RIGHT,
    LEAST_SHARE,
    MOST_ENLARGED,
    MOST_WIDTH,
    title_width,
)
from dnnmig_gui.gui.topology.layout import NODE_HEIGHT, NODE_WIDTH, arrange
from dnnmig_gui.gui.topology.panel import TopologyPanel

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
LEFT, NONE, COPY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
SHIFT = Qt.KeyboardModifier.ShiftModifier


def small() -> Scenario:
    scenario = Scenario(format=FORMAT, version=1)
    for tier in ("client", "edge", "edge", "cloud"):
        scenario, _ = add_server(scenario, tier)
    return add_link(scenario, "client-1", "edge-1")


@pytest.fixture
def panel(qtbot: QtBot) -> TopologyPanel:
    made = TopologyPanel(Look("light"), Clock(), Selection())
    made.resize(1048, 368)
    qtbot.addWidget(made)
    made.set_scenario(small(), {})
    made.show()
    qtbot.waitExposed(made)
    return made


def draw(panel: TopologyPanel, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    port = panel.canvas.viewport()
    QTest.mousePress(port, LEFT, modifiers, start)
    for step in range(1, 5):
        move(panel, start + (end - start) * step / 4, modifiers)
    QTest.mouseRelease(port, LEFT, modifiers, end)


def drawn_links(panel: TopologyPanel) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    panel.link_drawn.connect(lambda one, other: found.append((one, other)))
    return found


def test_a_link_is_drawn_from_server_to_server(panel: TopologyPanel) -> None:
    found = drawn_links(panel)
    panel.use_tool("link")
    assert panel.tool_switch.buttons["link"].isChecked()
    draw(panel, on_screen(panel, "client-1"), on_screen(panel, "edge-2"))
    assert found == [("client-1", "edge-2")]
    assert panel.canvas.tool == "select", "the tool is put down after one link"
    assert not panel.canvas.proposed_link.isVisible()


def test_shift_keeps_the_tool(panel: TopologyPanel) -> None:
    found = drawn_links(panel)
    panel.use_tool("link")
    for end in ("edge-1", "edge-2"):
        draw(panel, on_screen(panel, "client-1"), on_screen(panel, end), SHIFT)
    assert found == [("client-1", "edge-1"), ("client-1", "edge-2")]
    assert panel.canvas.tool == "link"
    QTest.keyClick(panel.canvas, Qt.Key.Key_Escape)
    assert panel.canvas.tool == "select"


def test_a_link_that_ends_nowhere_is_none(panel: TopologyPanel) -> None:
    found = drawn_links(panel)
    panel.use_tool("link")
    draw(panel, on_screen(panel, "client-1"), QPoint(20, 20))
    draw(panel, on_screen(panel, "client-1"), on_screen(panel, "client-1") + QPoint(6, 0))
    assert found == []
    assert panel.canvas.tool == "link"


def test_escape_lets_a_link_go(panel: TopologyPanel) -> None:
    found = drawn_links(panel)
    panel.use_tool("link")
    QTest.mousePress(panel.canvas.viewport(), LEFT, NONE, on_screen(panel, "client-1"))
    move(panel, on_screen(panel, "edge-2"), NONE)
    assert panel.canvas.items_by_id["edge-2"].awaited
    QTest.keyClick(panel.canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(panel.canvas.viewport(), LEFT, NONE, on_screen(panel, "edge-2"))
    assert found == []
    assert not panel.canvas.items_by_id["edge-2"].awaited


def middle(panel: TopologyPanel, one: str, other: str) -> QPoint:
    return (on_screen(panel, one) + on_screen(panel, other)) / 2


def test_a_click_on_a_line_selects_the_link(panel: TopologyPanel) -> None:
    selection = panel._selection
    QTest.mouseClick(panel.canvas.viewport(), LEFT, NONE, middle(panel, "client-1", "edge-1"))
    assert selection.links == {("client-1", "edge-1")}
    assert selection.server is None
    QTest.mouseClick(panel.canvas.viewport(), LEFT, SHIFT, on_screen(panel, "edge-2"))
    assert (selection.links, selection.servers) == ({("client-1", "edge-1")}, {"edge-2"})
    QTest.mouseClick(panel.canvas.viewport(), LEFT, NONE, QPoint(20, 20))
    assert selection.is_empty


def test_many_links_can_be_clicked_as_well(panel: TopologyPanel) -> None:
    scenario = set_link_default(small(), "client-edge", {"bandwidth_mb_per_s": 5.0})
    scenario, _ = duplicated(scenario, ["client-1"], 40)
    scenario, _ = duplicated(scenario, ["edge-1"], 4)
    panel.set_scenario(scenario, {})
    one, other = on_screen(panel, "client-1"), on_screen(panel, "edge-1")
    found = panel.canvas.link_at(one + (other - one) * 0.5)
    assert found is not None
    assert found[0].startswith("client")


def events(panel: TopologyPanel, data: QMimeData, place: QPoint) -> tuple[QDragEnterEvent, QDragMoveEvent, QDropEvent]:
    """Drag over the canvas to a place and drop there."""
    enter = QDragEnterEvent(QPoint(2, 2), COPY, data, LEFT, NONE)
    over = QDragMoveEvent(place, COPY, data, LEFT, NONE)
    drop = QDropEvent(QPointF(place), COPY, data, LEFT, NONE)
    panel.canvas.dragEnterEvent(enter)
    if enter.isAccepted():
        panel.canvas.dragMoveEvent(over)
        panel.canvas.dropEvent(drop)
    return enter, over, drop


def test_a_server_is_dropped_on_the_grid(panel: TopologyPanel) -> None:
    found = []
    panel.server_dropped.connect(lambda tier, place: found.append((tier, place)))
    events(panel, packed(SERVER, "cloud"), QPoint(611, 93))
    ((tier, place),) = found
    assert tier == "cloud"
    assert all(value % 8 == 0 for value in place)
    assert abs(place[0] - panel.canvas.mapToScene(QPoint(611, 93)).x()) <= 4


def test_a_model_goes_to_a_client_or_nowhere(panel: TopologyPanel) -> None:
    found = []
    panel.model_dropped.connect(lambda model, client: found.append((model, client)))
    data = packed(MODEL, "alexnet")
    _, over, _ = events(panel, data, on_screen(panel, "edge-1"))
    assert not over.isAccepted()
    found.clear()
    enter = QDragEnterEvent(QPoint(2, 2), COPY, data, LEFT, NONE)
    panel.canvas.dragEnterEvent(enter)
    over = QDragMoveEvent(on_screen(panel, "client-1"), COPY, data, LEFT, NONE)
    panel.canvas.dragMoveEvent(over)
    assert over.isAccepted()
    assert panel.canvas.items_by_id["client-1"].awaited
    panel.canvas.dragLeaveEvent(QDragLeaveEvent())
    assert not panel.canvas.items_by_id["client-1"].awaited
    events(panel, data, on_screen(panel, "client-1"))
    assert found == [("alexnet", "client-1")]


def test_a_model_s_file_is_dropped_and_other_files_are_left_to_the_window(panel: TopologyPanel, tmp_path: Path) -> None:
    found = []
    panel.file_dropped.connect(lambda path, client: found.append((path.name, client)))
    for name in ("net.onnx", "table.CSV", "scenario.dnnmig"):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
        enter, *_ = events(panel, data, on_screen(panel, "client-1"))
        assert enter.isAccepted() == (not name.endswith("dnnmig"))
    assert found == [("net.onnx", "client-1"), ("table.CSV", "client-1")]


@pytest.mark.parametrize("count", [5, 12, 30, 300])
def test_nodes_never_overlap(count: int) -> None:
    scenario = small()
    scenario, _ = duplicated(scenario, ["client-1", "edge-1", "cloud-1"], count // 3)
    places = arrange(scenario.servers).positions.values()
    for one, other in combinations(places, 2):
        assert abs(one[0] - other[0]) >= NODE_WIDTH or abs(one[1] - other[1]) >= NODE_HEIGHT


def test_a_server_put_where_another_would_stand_makes_it_give_way() -> None:
    scenario = small()
    before = arrange(scenario.servers).positions
    moved = move_servers(scenario, {"edge-1": before["edge-2"]})
    after = arrange(moved.servers).positions
    assert after["edge-1"] == before["edge-2"]
    assert abs(after["edge-2"][1] - after["edge-1"][1]) >= NODE_HEIGHT
    assert {name: after[name] for name in ("client-1", "cloud-1")} == {
        name: before[name] for name in ("client-1", "cloud-1")
    }


@pytest.fixture
def crowd(panel: TopologyPanel) -> TopologyPanel:
    scenario, _ = duplicated(small(), ["client-1", "edge-1"], MOST_NODES)
    panel.set_scenario(scenario, {})
    QApplication.processEvents()
    return panel


def test_very_many_servers_are_dots_from_afar_and_nodes_from_near(crowd: TopologyPanel) -> None:
    canvas = crowd.canvas
    assert canvas._nodes.crowd.isVisible()
    labels = canvas._nodes.crowd._labels
    assert 3 < len(labels) < len(canvas.items_by_id)
    boxes = [(place.x() * canvas.zoom, place.y() * canvas.zoom, text.size().width()) for place, text in labels]
    for one, other in combinations(boxes, 2):
        assert abs(one[0] - other[0]) >= min(one[2], other[2]) or abs(one[1] - other[1]) >= 11, "names do not collide"
    canvas.zoom_by(0)
    assert not canvas._nodes.crowd.isVisible()


def test_a_dot_can_be_clicked(crowd: TopologyPanel) -> None:
    QTest.mouseClick(crowd.canvas.viewport(), LEFT, NONE, on_screen(crowd, "edge-7"))
    assert crowd._selection.server == "edge-7"


def test_the_minimap_shows_while_a_part_of_very_many_is_in_view(crowd: TopologyPanel) -> None:
    assert not crowd.minimap.isVisible()
    crowd.canvas.zoom_by(0)
    assert crowd.minimap.isVisible()
    before = crowd.canvas.mapToScene(QPoint(0, 0))
    QTest.mouseClick(crowd.minimap, LEFT, NONE, QPoint(20, 80))
    after = crowd.canvas.mapToScene(crowd.canvas.viewport().rect().center())
    assert crowd.canvas.mapToScene(QPoint(0, 0)) != before
    assert after.x() < crowd.canvas.content.center().x()
    crowd.canvas.fit()
    assert not crowd.minimap.isVisible()


def test_esc_takes_a_drag_in_the_minimap_back(crowd: TopologyPanel) -> None:
    crowd.canvas.zoom_by(0)
    before = crowd.canvas.mapToScene(crowd.canvas.viewport().rect().center())
    QTest.mousePress(crowd.minimap, LEFT, NONE, QPoint(20, 80))
    assert crowd.minimap.hasFocus()
    QTest.keyClick(crowd.minimap, Qt.Key.Key_Escape)
    after = crowd.canvas.mapToScene(crowd.canvas.viewport().rect().center())
    assert (after - before).manhattanLength() < 3 / crowd.canvas.zoom
    QTest.mouseMove(crowd.minimap, QPoint(100, 20))
    QTest.mouseRelease(crowd.minimap, LEFT, NONE, QPoint(100, 20))
    assert crowd.canvas.mapToScene(crowd.canvas.viewport().rect().center()) == after
    assert crowd.canvas.hasFocus()


def test_the_empty_canvas_says_what_to_do(panel: TopologyPanel) -> None:
    panel.set_scenario(Scenario(format=FORMAT, version=1), {})
    assert panel._empty.isVisible()
    for word in ("Drag", "press 1", "K"):
        assert word in panel._empty.text()


def test_a_drawing_of_thousands_of_links_is_painted_once(crowd: TopologyPanel) -> None:
    scenario = set_link_default(crowd._scenario, "client-edge", {"bandwidth_mb_per_s": 5.0})  # type: ignore[arg-type]
    crowd.set_scenario(scenario, {})
    crowd.grab()
    crowd.canvas.pan(QPoint(3, 2))
    crowd.grab()  # painted with a rim around the view
    painted: list[int] = []
    original = crowd.canvas._links._draw_resting
    crowd.canvas._links._draw_resting = lambda *given: (painted.append(1), original(*given))[1]  # type: ignore[method-assign]
    for _ in range(5):
        crowd.canvas.pan(QPoint(3, 2))
        crowd.grab()
    assert painted == []
    crowd.canvas.zoom_by(1.5)
    crowd.grab()
    assert painted == [1]


def at_place(panel: TopologyPanel, x: float, y: float) -> QPoint:
    return panel.canvas.mapFromScene(QPointF(x, y))


def hover(panel: TopologyPanel, at: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    port = panel.canvas.viewport()
    place = QPointF(at), QPointF(port.mapToGlobal(at))
    event = QMouseEvent(QEvent.Type.MouseMove, *place, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, modifiers)
    QApplication.sendEvent(port, event)


def ask_menu(panel: TopologyPanel, at: QPoint, reason: QContextMenuEvent.Reason) -> None:
    port = panel.canvas.viewport()
    QApplication.sendEvent(port, QContextMenuEvent(reason, at, port.mapToGlobal(at)))


def test_the_pointer_says_what_a_press_would_take(panel: TopologyPanel) -> None:
    port, items = panel.canvas.viewport(), panel.canvas.items_by_id
    hover(panel, on_screen(panel, "edge-1"))
    assert items["edge-1"].hovered
    assert port.cursor().shape() == Qt.CursorShape.PointingHandCursor
    middle = (items["client-1"].pos() + items["edge-1"].pos()) / 2
    hover(panel, panel.canvas.mapFromScene(middle))
    assert not items["edge-1"].hovered
    assert port.cursor().shape() == Qt.CursorShape.PointingHandCursor, "a link can be clicked as well"
    hover(panel, QPoint(6, 6))
    assert port.cursor().shape() == Qt.CursorShape.ArrowCursor
    panel.use_tool("link")
    hover(panel, on_screen(panel, "edge-1"))
    assert port.cursor().shape() == Qt.CursorShape.CrossCursor
    QTest.mousePress(port, Qt.MouseButton.MiddleButton, NONE, QPoint(30, 30))
    assert port.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    QTest.mouseRelease(port, Qt.MouseButton.MiddleButton, NONE, QPoint(60, 30))
    assert port.cursor().shape() == Qt.CursorShape.CrossCursor, "the tool is still in hand"


def test_what_is_under_the_pointer_after_a_drag_is_lit(panel: TopologyPanel) -> None:
    start = on_screen(panel, "edge-1")
    hover(panel, start)
    draw(panel, start, start + QPoint(0, 4), NONE)
    assert panel.canvas.items_by_id["edge-1"].hovered
    QTest.mousePress(panel.canvas.viewport(), LEFT, NONE, QPoint(6, 6))
    move(panel, QPoint(60, 60), NONE)
    QTest.mouseRelease(panel.canvas.viewport(), LEFT, NONE, QPoint(60, 60))
    assert not panel.canvas.items_by_id["edge-1"].hovered


def test_shift_and_a_drop_puts_several(panel: TopologyPanel) -> None:
    put: list[tuple[str, tuple[float, float]]] = []
    panel.server_dropped.connect(lambda tier, place: put.append((tier, place)))
    data = packed(SERVER, "edge")
    drop = QDropEvent(QPointF(400, 150), COPY, data, LEFT, SHIFT)
    panel.canvas.dropEvent(drop)
    assert panel.canvas.tool == "edge"
    at = at_place(panel, 483, 95)
    hover(panel, at, SHIFT)
    assert panel.canvas.viewport().cursor().shape() == Qt.CursorShape.CrossCursor
    QTest.mouseClick(panel.canvas.viewport(), LEFT, SHIFT, at)
    assert put[-1] == ("edge", (480.0, 96.0)), "on the grid"
    QTest.mouseClick(panel.canvas.viewport(), LEFT, SHIFT | Qt.KeyboardModifier.AltModifier, at)
    assert put[-1][1] == panel.canvas.mapToScene(at).toTuple(), "Alt: freely"
    assert panel.canvas.tool == "edge"
    QTest.mouseClick(panel.canvas.viewport(), LEFT, NONE, at_place(panel, 480, 200))
    assert len(put) == 4
    assert panel.canvas.tool == "select", "the last one is put without Shift"


def test_esc_puts_the_placing_tool_down(panel: TopologyPanel) -> None:
    put: list[str] = []
    panel.server_dropped.connect(lambda tier, _: put.append(tier))
    before = len(panel.canvas.scene().items())
    panel.use_tool("cloud")
    hover(panel, QPoint(300, 100))
    assert len(panel.canvas.scene().items()) == before + 1
    QTest.keyClick(panel.canvas, Qt.Key.Key_Escape)
    assert panel.canvas.tool == "select"
    assert len(panel.canvas.scene().items()) == before
    QTest.mouseClick(panel.canvas.viewport(), LEFT, NONE, QPoint(300, 100))
    assert put == []


def test_the_menu_is_about_what_is_under_the_pointer(panel: TopologyPanel) -> None:
    asked: list[object] = []
    panel.menu_asked.connect(lambda _, place: asked.append(place))
    mouse, items = QContextMenuEvent.Reason.Mouse, panel.canvas.items_by_id
    panel.canvas.choose(frozenset({"edge-1", "edge-2"}))
    ask_menu(panel, on_screen(panel, "edge-2"), mouse)
    assert panel.canvas.chosen == {"edge-1", "edge-2"}, "of several chosen, all stay"
    ask_menu(panel, on_screen(panel, "cloud-1"), mouse)
    assert panel.canvas.chosen == {"cloud-1"}
    middle = (items["client-1"].pos() + items["edge-1"].pos()) / 2
    ask_menu(panel, panel.canvas.mapFromScene(middle), mouse)
    assert panel.canvas.chosen_links == {("client-1", "edge-1")}
    assert asked == [None, None, None]
    ask_menu(panel, at_place(panel, 40, 260), mouse)
    assert panel.canvas.chosen == frozenset()
    assert asked[-1] == QPointF(40, 264) or asked[-1] == QPointF(40, 256)
    panel.canvas.choose(frozenset({"edge-1"}))
    ask_menu(panel, QPoint(0, 0), QContextMenuEvent.Reason.Keyboard)
    assert asked[-1] is None
    panel.use_tool("link")
    ask_menu(panel, QPoint(300, 100), mouse)
    assert len(asked) == 5, "another tool is put down first"
    assert panel.canvas.tool == "select"


def test_a_click_on_one_of_several_chooses_it_alone(panel: TopologyPanel) -> None:
    panel.canvas.choose(frozenset({"edge-1", "edge-2"}))
    QTest.mouseClick(panel.canvas.viewport(), LEFT, NONE, on_screen(panel, "edge-2"))
    assert panel.canvas.chosen == {"edge-2"}


def test_a_double_click_asks_for_another_name(panel: TopologyPanel) -> None:
    asked: list[int] = []
    panel.rename_asked.connect(lambda: asked.append(1))
    QTest.mouseClick(panel.canvas.viewport(), LEFT, NONE, on_screen(panel, "edge-2"))
    QTest.mouseDClick(panel.canvas.viewport(), LEFT, NONE, on_screen(panel, "edge-2"))
    assert asked == [1]


def test_a_zoomed_view_stays_when_servers_are_added(panel: TopologyPanel) -> None:
    panel.canvas.zoom_by(3.0, QPointF(on_screen(panel, "client-1")))
    corner, zoom = panel.canvas.mapToScene(QPoint(0, 0)), panel.canvas.zoom
    more, _ = add_server(small(), "client", (160.0, 200.0))
    panel.set_scenario(more, {})
    assert panel.canvas.zoom == zoom
    assert (panel.canvas.mapToScene(QPoint(0, 0)) - corner).manhattanLength() < 2
    seen = panel.canvas.mapToScene(panel.canvas.viewport().rect()).boundingRect()
    assert not seen.contains(panel.canvas.items_by_id["cloud-1"].pos())
    panel._selection.select(server="cloud-1")
    seen = panel.canvas.mapToScene(panel.canvas.viewport().rect()).boundingRect()
    assert seen.contains(panel.canvas.items_by_id["cloud-1"].pos()), "what is chosen elsewhere comes into view"


def test_bandwidths_of_chosen_links_do_not_collide(panel: TopologyPanel) -> None:
    scenario = small()
    for pair in ("client-edge", "edge-edge", "edge-cloud", "client-cloud"):
        scenario = set_link_default(scenario, pair, {"bandwidth_mb_per_s": 12.5})
    panel.set_scenario(scenario, {})
    names = sorted(panel.canvas.items_by_id)
    panel.canvas.choose(frozenset(), frozenset((one, other) for one, other in combinations(names, 2)))
    boxes = [sign.box for sign in panel.canvas.signs.signs()]
    assert len(boxes) > 2
    for one, other in combinations(boxes, 2):
        assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]


NAMES = ("Strasbourg", "Frankfurt am Main", "Saint-Étienne", "Clermont-Ferrand", "Luxembourg", "Geneva", "Oslo")


def on_a_map() -> Scenario:
    """Return forty servers with long names, no tier in a column of its own."""
    scenario = Scenario(format="dnnmig-scenario", version=1, name="Map")
    for number in range(40):
        tier = ("edge", "client", "edge", "cloud")[number % 4]
        name = f"{NAMES[number % len(NAMES)]} {number}"
        place = (number * 7 % 40 // 5 * 230.0, number * 7 % 5 * 60.0)
        scenario, _ = add_server(scenario, tier, place, id=name)  # type: ignore[arg-type]
    return scenario


def test_a_map_has_no_bands_and_each_server_the_width_of_its_own_name(panel: TopologyPanel) -> None:
    scenario = on_a_map()
    panel.set_scenario(scenario, {})
    assert arrange(scenario.servers).bands == ()
    widths = {item.title: 2 * item.half_width for item in panel.canvas.items_by_id.values()}
    assert widths["Oslo 6"] < widths["Strasbourg 0"] < widths["Frankfurt am Main 1"]
    for item in panel.canvas.items_by_id.values():
        room = 2 * item.half_width - ALONE_LEFT - ALONE_RIGHT
        assert title_width(item.title) * MOST_ENLARGED * LEAST_SHARE <= room or 2 * item.half_width == MOST_WIDTH


def test_names_that_would_be_too_small_to_read_stand_beside_dots(panel: TopologyPanel) -> None:
    panel.set_scenario(on_a_map(), {})
    canvas = panel.canvas
    canvas.zoom_by(0.3 / canvas.zoom)
    assert canvas._nodes.crowd.isVisible()
    assert len(canvas._nodes.crowd._labels) >= 8
    canvas.zoom_by(0.5 / canvas.zoom)
    assert not canvas._nodes.crowd.isVisible()


def test_the_view_stays_still_while_servers_are_moved_within_it(panel: TopologyPanel) -> None:
    canvas, scenario = panel.canvas, small()
    zoom, place = canvas.zoom, canvas.mapFromScene(QPointF(0, 0))
    x, y = canvas.places()["edge-1"]
    panel.set_scenario(move_servers(scenario, {"edge-1": (x + 60, y - 24)}), {})
    assert (canvas.zoom, canvas.mapFromScene(QPointF(0, 0))) == (zoom, place)
    panel.set_scenario(move_servers(scenario, {"edge-1": (x, 900.0)}), {})
    assert canvas.zoom < zoom, "what went out of view is shown again"
    panel.set_scenario(scenario, {})
    assert canvas.zoom == zoom
