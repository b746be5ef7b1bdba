"""Opening or dropping another program's topology: the preview, the tiers, the scenario it becomes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QComboBox, QLabel, QMessageBox, QTableView
from pytestqt.qtbot import QtBot
from real_window import window  # noqa: F401  (fixture)

from dnnmig_gui.core.topology import TIERS
from dnnmig_gui.gui.import_actions import is_topology
from dnnmig_gui.gui.importing.dialog import TITLE_BAR_PX, ImportDialog
from dnnmig_gui.gui.importing.server_table import TIER_COLUMN
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "plugin does not support")

SAMPLES = Path(__file__).parents[1] / "data" / "topologies"


def preview(qtbot: QtBot, window: MainWindow, path: Path) -> ImportDialog:  # noqa: F811
    assert window.files.open_path(path)
    qtbot.waitUntil(lambda: window.importing.dialog is not None and window.importing.dialog.isVisible(), timeout=10_000)
    assert window.importing.dialog is not None
    return window.importing.dialog


def texts(dialog: ImportDialog) -> str:
    return "\n".join(each.text() for each in dialog.findChildren(QLabel))


def test_what_was_understood_is_shown_and_confirmed_tiers_are_taken(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    dialog = preview(qtbot, window, SAMPLES / "street.json")
    assert "4 devices with MIPS and RAM" in texts(dialog)
    assert "1 node of type SENSOR" in texts(dialog)
    assert dialog.tiers == {"level 0": "cloud", "level 1": "edge", "level 2": "client"}
    dialog.rows[1].combo.setCurrentIndex(2)
    assert "2 clients, 0 edge servers, 2 cloud servers" in dialog.lacks.text()
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    scenario = window.document.scenario
    assert {server.id: server.tier for server in scenario.servers}["proxy"] == "cloud"
    assert window.document.path is None
    assert not window.document.is_clean
    window.named_actions["undo"].trigger()
    assert window.document.scenario.servers == ()


def choose_tier(qtbot: QtBot, dialog: ImportDialog, line: int, key: Qt.Key) -> None:
    """Open a cell's field by Enter, step with a key, and take it."""
    view = dialog.servers.view
    view.setCurrentIndex(view.model().index(line, TIER_COLUMN))
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    field = view.findChildren(QComboBox)[-1]  # the one before is deleted with the next events
    qtbot.waitUntil(field.view().isVisible)
    qtbot.keyClick(field.view(), key)
    qtbot.keyClick(field.view(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.state() == QTableView.State.NoState)
    assert dialog.isVisible(), "Enter chooses a tier and does not import"


def test_a_server_gets_a_tier_of_its_own(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    dialog = preview(qtbot, window, SAMPLES / "street.json")
    table = dialog.servers
    assert len(table.shown()) == 4
    table.search.setText("PROXY")
    assert table.shown() == ["proxy"]
    qtbot.keyClick(table.search, Qt.Key.Key_Return)
    assert dialog.isVisible(), "Enter does not import"
    assert table.view.currentIndex().row() == 0, "it goes to what was found"
    choose_tier(qtbot, dialog, 0, Qt.Key.Key_Up)
    assert dialog.tiers["proxy"] == "client"
    dialog.rows[1].combo.setCurrentIndex(TIERS.index("cloud"))
    assert dialog.tiers["proxy"] == "client", "a server's own tier beats its group's"
    dialog.rows[1].combo.setCurrentIndex(TIERS.index("edge"))
    choose_tier(qtbot, dialog, 0, Qt.Key.Key_Down)
    assert "proxy" not in dialog.tiers, "the group's tier is none of its own"
    choose_tier(qtbot, dialog, 0, Qt.Key.Key_Up)
    dialog.accept()
    assert {server.id: server.tier for server in window.document.scenario.servers}["proxy"] == "client"


def test_selected_servers_get_a_tier_together(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    dialog = preview(qtbot, window, SAMPLES / "ring-of-cities.graphml")
    table = dialog.servers
    table.view.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    names = table.shown()
    assert names == sorted(names, key=str.lower, reverse=True)
    table.view.selectAll()
    index = table.view.model().index(0, TIER_COLUMN)
    table._choose(index, "cloud")
    assert {dialog.imported.tiers(dialog.tiers)[name] for name in names} == {"cloud"}
    assert "Without a client nobody asks" in dialog.lacks.text()
    dialog.reject()


def test_cancelling_leaves_the_open_scenario(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    before = window.document.scenario
    dialog = preview(qtbot, window, SAMPLES / "ring-of-cities.graphml")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.document.scenario == before
    assert window.document.is_clean


def test_the_buttons_are_on_a_small_screen(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    dialog = preview(qtbot, window, SAMPLES / "street.json")
    assert dialog.height() <= dialog.screen().availableSize().height() - TITLE_BAR_PX
    dialog.reject()


def test_no_client_is_told(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    dialog = preview(qtbot, window, SAMPLES / "edge_devices.xml")
    assert "Without a client nobody asks" in dialog.lacks.text()
    dialog.reject()


def test_a_file_that_cannot_be_imported_is_told_in_the_banner(
    qtbot: QtBot,
    window: MainWindow,  # noqa: F811
    tmp_path: Path,
) -> None:
    path = tmp_path / "bomb.graphml"
    path.write_text('<!DOCTYPE g [<!ENTITY a "b">]><graphml>&a;</graphml>')
    window.files.open_path(path)
    qtbot.waitUntil(lambda: "bomb.graphml: declares XML entities" in window.banner.text, timeout=10_000)
    assert window.document.is_clean


def test_a_topology_can_be_dropped_on_the_window(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(SAMPLES / "street.json"))])
    window.dropEvent(
        QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0))
    )
    qtbot.waitUntil(lambda: window.importing.dialog is not None, timeout=10_000)
    assert window.importing.dialog is not None
    window.importing.dialog.accept()
    assert len(window.document.scenario.servers) == 4


def test_a_scenario_called_json_is_opened_and_not_imported(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "mine.json"
    path.write_text('{"format": "dnnmig-scenario", "version": 1, "name": "Mine"}')
    assert window.files.open_path(path)
    assert window.document.scenario.name == "Mine"


def test_what_the_file_holds_decides_not_its_name(tmp_path: Path) -> None:
    topology = (SAMPLES / "street.json").read_bytes()
    cases = {
        "vr_game_topo": (topology, True),  # so iFogSim's editor names its files
        "devices.txt": ((SAMPLES / "edge_devices.xml").read_bytes(), True),
        "mine.dnnmig": (topology, False),
        "picture.png": (b"\x89PNG", False),
        "mine.json": (b'{"format": "dnnmig-scenario"}', False),
        "folder.graphml": (None, False),
    }
    for name, (content, expected) in cases.items():
        path = tmp_path / name
        if content is None:
            path.mkdir()
        else:
            path.write_bytes(content)
        assert is_topology(path) == expected, name


def test_unsaved_changes_are_asked_about_when_the_import_is_confirmed(
    qtbot: QtBot,
    window: MainWindow,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard]
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answers.pop(0))
    window.document.edit("Rename", window.document.scenario.model_copy(update={"name": "Mine"}))
    dialog = preview(qtbot, window, SAMPLES / "street.json")
    assert len(answers) == 2, "looking at a preview costs nothing"
    dialog.accept()
    assert window.document.scenario.name == "Mine"
    window.importing.dialog = None
    preview(qtbot, window, SAMPLES / "street.json").accept()
    assert len(window.document.scenario.servers) == 4
