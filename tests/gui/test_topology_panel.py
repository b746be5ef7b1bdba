"""The topology view: what it shows, and what the mouse and the keyboard do to it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFont, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from synthetic_run import made_up_run, paper

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.run_state import run_state
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.topology import items
from dnnmig_gui.gui.topology.layout import NODE_HEIGHT, NODE_WIDTH, arrange
from dnnmig_gui.gui.topology.links import link_path, path_between, point_at, travelled
from dnnmig_gui.gui.topology.panel import TopologyPanel

# The offscreen platform says so of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

Panel = tuple[TopologyPanel, Clock, Selection, Scenario]


@pytest.fixture(params=["light", "dark"])
def shown(qtbot: QtBot, request: pytest.FixtureRequest) -> Panel:
    """The paper's servers with a made-up run, in both themes."""
    scenario, models, problem = paper("paper-mixed")
    clock, selection = Clock(), Selection()
    panel = TopologyPanel(Look(request.param), clock, selection)
    panel.resize(1048, 368)
    qtbot.addWidget(panel)
    panel.set_scenario(scenario, models)
    run = made_up_run(scenario, problem, seed=3)
    panel.set_run(run)
    clock.set_end(run.end_s)
    panel.show()
    qtbot.waitExposed(panel)
    panel.test_run = run  # type: ignore[attr-defined]
    return panel, clock, selection, scenario


def on_screen(panel: TopologyPanel, server: str) -> QPoint:
    return panel.canvas.mapFromScene(panel.canvas.items_by_id[server].pos())


def drag(panel: TopologyPanel, start: QPoint, by: QPoint, *, release: bool = True, alt: bool = False) -> None:
    port = panel.canvas.viewport()
    modifiers = Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier
    QTest.mousePress(port, Qt.MouseButton.LeftButton, modifiers, start)
    for step in range(1, 5):
        move(panel, start + by * step / 4, modifiers)
    if release:
        QTest.mouseRelease(port, Qt.MouseButton.LeftButton, modifiers, start + by)


def move(panel: TopologyPanel, to: QPoint, modifiers: Qt.KeyboardModifier) -> None:
    """Move the pointer with the button down: QTest has no move with modifiers."""
    port = panel.canvas.viewport()
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(to),
        QPointF(port.mapToGlobal(to)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        modifiers,
    )
    QApplication.sendEvent(port, event)


def test_the_mock_up_s_places() -> None:
    scenario, _, _ = paper()
    arrangement = arrange(scenario.servers)
    assert arrangement.positions["Client 1"] == (164, 112)
    assert arrangement.positions["Edge 1"] == (508, 56)
    assert arrangement.positions["Cloud 5"] == (852, 280)
    assert [(band.left, band.width, band.height) for band in arrangement.bands] == [
        (0, 328, 316),
        (344, 328, 316),
        (688, 328, 316),
    ]


@pytest.mark.parametrize("count", [1, 7, 9, 40, 300])
def test_nodes_never_overlap(count: int) -> None:
    scenario, _, _ = paper()
    edge = scenario.servers[2]
    servers = [edge.model_copy(update={"id": f"edge-{number}"}) for number in range(count)]
    places = list(arrange(servers).positions.values())
    for number, (x, y) in enumerate(places):
        for other_x, other_y in places[:number]:
            assert abs(x - other_x) >= NODE_WIDTH or abs(y - other_y) >= NODE_HEIGHT


def test_heading_counts_what_there_is(shown: Panel) -> None:
    panel, _, _, scenario = shown
    names = [child.accessibleName() for child in panel.findChildren(QWidget)]
    assert f"Topology, {len(scenario.servers)} servers · 65 links" in names
    panel.set_outdated(True)
    assert any(child.accessibleName().endswith("out of date") for child in panel.findChildren(QWidget))


def test_a_drag_moves_on_the_grid_and_is_reported_once(shown: Panel, qtbot: QtBot) -> None:
    panel, *_ = shown
    reports: list[dict] = []
    panel.servers_moved.connect(reports.append)
    before = panel.canvas.items_by_id["Edge 2"].pos()
    drag(panel, on_screen(panel, "Edge 2"), QPoint(37, -21))
    assert len(reports) == 1
    x, y = reports[0]["Edge 2"]
    assert (x % 8, y % 8) == (0, 0)
    assert abs(x - before.x() - 37) <= 4
    assert abs(y - before.y() + 21) <= 4


def test_alt_leaves_the_grid(shown: Panel) -> None:
    panel, *_ = shown
    reports: list[dict] = []
    panel.servers_moved.connect(reports.append)
    before = panel.canvas.items_by_id["Edge 2"].pos()
    drag(panel, on_screen(panel, "Edge 2"), QPoint(37, -21), alt=True)
    assert reports == [{"Edge 2": (before.x() + 37, before.y() - 21)}]


def test_several_move_together(shown: Panel) -> None:
    panel, _, selection, _ = shown
    reports: list[dict] = []
    panel.servers_moved.connect(reports.append)
    corner = on_screen(panel, "Edge 1") - QPoint(80, 30)
    drag(panel, corner, on_screen(panel, "Edge 3") + QPoint(80, 24) - corner)
    assert panel.canvas.chosen == {"Edge 1", "Edge 2", "Edge 3"}
    assert selection.server is None
    before = {name: panel.canvas.items_by_id[name].pos() for name in panel.canvas.chosen}
    drag(panel, on_screen(panel, "Edge 2"), QPoint(40, 0))
    assert len(reports) == 1
    shifts = {(x - before[name].x(), y - before[name].y()) for name, (x, y) in reports[0].items()}
    assert len(reports[0]) == 3
    assert len(shifts) == 1


def test_escape_cancels_a_drag(shown: Panel) -> None:
    panel, *_ = shown
    reports: list[dict] = []
    panel.servers_moved.connect(reports.append)
    before = panel.canvas.items_by_id["Cloud 1"].pos()
    start = on_screen(panel, "Cloud 1")
    drag(panel, start, QPoint(-50, 50), release=False)
    assert panel.canvas.items_by_id["Cloud 1"].pos() != before
    QTest.keyClick(panel.canvas, Qt.Key.Key_Escape)
    assert panel.canvas.items_by_id["Cloud 1"].pos() == before
    QTest.mouseRelease(panel.canvas.viewport(), Qt.MouseButton.LeftButton, pos=start)
    assert reports == []


def test_a_click_selects_and_moves_nothing(shown: Panel) -> None:
    panel, _, selection, _ = shown
    reports: list[dict] = []
    panel.servers_moved.connect(reports.append)
    place = on_screen(panel, "Client 2")
    QTest.mouseClick(panel.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert selection.server == "Client 2"
    assert selection.user == 1, "a click on a client follows its user"
    assert reports == []
    QTest.mouseClick(panel.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 290))
    assert selection.server is None
    assert panel.canvas.chosen == frozenset()


def test_the_selection_shows(shown: Panel) -> None:
    panel, _, selection, _ = shown
    selection.select(server="Edge 4")
    assert panel.canvas.chosen == {"Edge 4"}
    assert "Edge 4, edge server" in panel.canvas.accessibleDescription()
    selection.select(layer="conv1")
    assert panel.canvas.chosen == frozenset()


def test_keys_choose_and_move(shown: Panel) -> None:
    panel, _, selection, _ = shown
    reports: list[dict] = []
    panel.servers_moved.connect(reports.append)
    selection.select(server="Edge 2")
    QTest.keyClick(panel.canvas, Qt.Key.Key_Down)
    assert selection.server == "Edge 3"
    QTest.keyClick(panel.canvas, Qt.Key.Key_Right)
    assert selection.server == "Cloud 3"
    x, y = panel.canvas.items_by_id["Cloud 3"].pos().toTuple()
    QTest.keyClick(panel.canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert reports == [{"Cloud 3": (x - 8, y)}]


def test_space_drags_or_plays(shown: Panel) -> None:
    panel, clock, *_ = shown
    port = panel.canvas.viewport()
    QTest.keyPress(panel.canvas, Qt.Key.Key_Space)
    before = panel.canvas.mapToScene(QPoint(0, 0))
    drag(panel, QPoint(300, 200), QPoint(-60, 0))
    QTest.keyRelease(panel.canvas, Qt.Key.Key_Space)
    assert panel.canvas.mapToScene(QPoint(0, 0)).x() == pytest.approx(before.x() + 60, abs=1)
    assert not clock.playing
    QTest.keyClick(panel.canvas, Qt.Key.Key_Space)
    assert clock.playing
    clock.pause()
    assert port.isVisible()


def test_zoom_keeps_the_point_under_the_cursor(shown: Panel) -> None:
    panel, *_ = shown
    at = QPointF(700, 120)
    before = panel.canvas.mapToScene(at.toPoint())
    panel.canvas.zoom_by(1.7, at)
    after = panel.canvas.mapToScene(at.toPoint())
    assert panel.canvas.zoom == pytest.approx(1.7, rel=0.02)
    assert (after - before).manhattanLength() < 2
    panel.canvas.fit()
    assert panel.canvas.zoom == pytest.approx(1.0, abs=0.01)


def test_the_wheel_zooms_and_the_middle_button_pans(shown: Panel) -> None:
    panel, *_ = shown
    port = panel.canvas.viewport()
    at = QPoint(400, 150)
    before = panel.canvas.mapToScene(at)
    wheel = QWheelEvent(
        QPointF(at),
        QPointF(port.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(port, wheel)
    assert panel.canvas.zoom > 1.3
    assert (panel.canvas.mapToScene(at) - before).manhattanLength() < 2
    corner = panel.canvas.mapToScene(QPoint(0, 0))
    QTest.mousePress(port, Qt.MouseButton.MiddleButton, pos=at)
    move(panel, at + QPoint(30, 40), Qt.KeyboardModifier.NoModifier)
    QTest.mouseRelease(port, Qt.MouseButton.MiddleButton, pos=at + QPoint(30, 40))
    shift = (corner - panel.canvas.mapToScene(QPoint(0, 0))) * panel.canvas.zoom
    assert (shift - QPointF(30, 40)).manhattanLength() < 2.5


def test_names_stay_legible_in_a_small_panel(shown: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    panel, *_ = shown
    sizes: set[float] = set()

    def asked(px: int = 12, weight: int = 400, *, display: bool = False) -> QFont:
        sizes.add(px)
        return font(px, weight, display=display)

    monkeypatch.setattr(items, "font", asked)
    panel.resize(700, 250)
    QApplication.processEvents()
    panel.grab()
    assert 0.5 < panel.canvas.zoom < 0.7
    assert min(sizes) * panel.canvas.zoom >= 10.5


def test_packets_are_where_their_bytes_are(shown: Panel) -> None:
    panel, clock, *_ = shown
    run = panel.test_run  # type: ignore[attr-defined]
    clock.seek(run.end_s * 0.3)
    state = run_state(run)
    packets = state.packets(clock.t)
    assert packets
    nodes = panel.canvas.items_by_id
    riding = [one for one in panel.canvas.signs.carried if one.packet is not None]
    assert len(riding) == len(packets)
    for packet, carried in zip(packets, riding, strict=True):
        source, target = (nodes[run.trace.server_ids[number]] for number in (packet.source, packet.target))
        expected = point_at(path_between(source, target), packet.share)
        assert (point_at(carried.path, carried.share) - expected).manhattanLength() < 1e-6
        if packet.what == "partition":
            assert carried.packet == f"P3 #{packet.number + 1}"


def test_a_dragged_server_takes_its_packet_along(shown: Panel) -> None:
    panel, clock, *_ = shown
    run = panel.test_run  # type: ignore[attr-defined]
    clock.seek(run.end_s * 0.3)
    packet = run_state(run).packets(clock.t)[0]
    server = run.trace.server_ids[packet.target]
    drag(panel, on_screen(panel, server), QPoint(-40, 0), release=False)
    riding = next(one for one in panel.canvas.signs.carried if one.packet is not None)
    end = riding.path.pointAtPercent(1.0)
    assert end.y() == pytest.approx(panel.canvas.items_by_id[server].y())
    QTest.keyClick(panel.canvas, Qt.Key.Key_Escape)


def test_texts_say_what_servers_do(shown: Panel) -> None:
    panel, clock, *_ = shown
    run = panel.test_run  # type: ignore[attr-defined]
    for step in range(20):
        clock.seek(run.end_s * step / 20)
        shares = run_state(run).busy_shares(clock.t)
        receiving = {run.trace.server_ids[p.target] for p in run_state(run).packets(clock.t) if p.what == "partition"}
        for number, server in enumerate(run.trace.server_ids):
            item = panel.canvas.items_by_id[server]
            if item.server.tier == "client":
                assert item.state.subtitle in {"AlexNet", "VGG-19", "VGG19"}
            elif server in receiving:
                assert item.state.subtitle in {"Receiving", "Relaying"} or item.state.subtitle.endswith("busy")
            elif shares.get(number, 0.0) > 0:
                assert item.state.subtitle == f"{max(1, round(shares[number] * 100))}\u202f% busy"
            else:
                assert item.state.subtitle == "Idle"
                assert item.state.ring is None


def test_nothing_is_painted_while_nothing_moves(shown: Panel, qtbot: QtBot) -> None:
    panel, *_ = shown
    qtbot.wait(50)
    painted = []
    original = panel.canvas.drawBackground
    panel.canvas.drawBackground = lambda *given: (painted.append(1), original(*given))  # type: ignore[method-assign]
    qtbot.wait(120)
    assert painted == []


def test_a_new_scenario_ends_a_drag(shown: Panel) -> None:
    panel, _, _, scenario = shown
    reports: list[dict] = []
    panel.servers_moved.connect(reports.append)
    drag(panel, on_screen(panel, "Edge 2"), QPoint(40, 40), release=False)
    moved = scenario.model_copy(
        update={
            "servers": tuple(
                s.model_copy(update={"position": (300.0, 100.0)}) if s.id == "Edge 2" else s for s in scenario.servers
            )
        }
    )
    panel.set_scenario(moved, {})
    QTest.mouseRelease(panel.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert reports == []
    assert panel.canvas.items_by_id["Edge 2"].pos().toTuple() == (300.0, 100.0)


def test_a_plan_of_an_older_scenario_still_shows(shown: Panel) -> None:
    panel, clock, _, scenario = shown
    fewer = scenario.model_copy(update={"servers": scenario.servers[:6]})
    panel.set_scenario(fewer, {})
    panel.set_outdated(True)
    clock.seek(clock.end_s / 2)
    assert len(panel.canvas.items_by_id) == 6
    panel.set_scenario(None, {})
    panel.set_run(None)
    assert panel.canvas.items_by_id == {}


@pytest.mark.parametrize("share", [0.0, 0.25, 0.9, 1.0])
@pytest.mark.parametrize("end", [QPointF(400, 60), QPointF(0, 300), QPointF(-300, 10)])
def test_the_travelled_part_has_its_share_of_the_length(share: float, end: QPointF) -> None:
    path = link_path(QPointF(0, 0), end)
    assert travelled(path, share).length() == pytest.approx(path.length() * share, rel=0.02, abs=0.5)


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_export(shown: Panel, tmp_path: Path, suffix: str) -> None:
    panel, clock, *_ = shown
    clock.seek(clock.end_s * 0.3)
    path = tmp_path / f"topology{suffix}"
    panel.export_image(path)
    if suffix == ".png":
        assert QImage(str(path)).width() == 2 * round(panel.canvas.content.width() + 32)
    else:
        root = ElementTree.parse(path).getroot()  # noqa: S314 - our own file
        texts = {"".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text")}
        assert {"Topology", "Edge 2", "Cloud servers"} <= {text.strip() for text in texts}
        assert not list(root.iter("{http://www.w3.org/2000/svg}image")), "vectors, not a picture"


def test_export_names_what_it_cannot_write(shown: Panel, tmp_path: Path) -> None:
    panel, *_ = shown
    with pytest.raises(InputError, match=r"cannot write a drawing as \.txt"):
        panel.export_image(tmp_path / "topology.txt")
    with pytest.raises(InputError, match="could not be written"):
        panel.export_image(tmp_path / "missing" / "topology.png")
