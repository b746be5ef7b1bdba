"""A whole window with settings of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.view_actions import dress
from dnnmig_gui.gui.window import MainWindow

SCENARIOS = Path(__file__).parents[2] / "scenarios"
PLANNING_MS = 60_000


def copied(folder: Path, name: str = "paper-alexnet") -> Path:
    """Return a copy of an example that a test may change."""
    return Path(shutil.copy(SCENARIOS / f"{name}.dnnmig", folder / f"{name}.dnnmig"))


def settings_in(folder: Path) -> QSettings:
    return QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)


def open_window(qtbot: QtBot, folder: Path) -> MainWindow:
    look = Look("light")
    dress(look)
    window = MainWindow(look, settings_in(folder))
    qtbot.addWidget(window, before_close_func=let_go)
    with qtbot.waitExposed(window):
        window.show()
    return window


def let_go(window: MainWindow) -> None:
    """Close without a question."""
    window.document.undo_stack.setClean()
    window.checking.stop()
    window.jobs.close()


def plan(qtbot: QtBot, window: MainWindow) -> None:
    """Plan the open scenario and wait for it."""
    with qtbot.waitSignal(window.planning.settled, timeout=PLANNING_MS):
        window.planning.start()
    assert window.planning.error is None, str(window.planning.error)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """An empty window."""
    return open_window(qtbot, tmp_path)


@pytest.fixture
def paper(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    """A window with a copy of the paper's scenario, its models read."""
    assert window.files.open_path(copied(tmp_path))
    qtbot.waitUntil(lambda: bool(window.loading.models), timeout=PLANNING_MS)
    return window


def style_sheet_is_set() -> bool:
    application = QApplication.instance()
    return isinstance(application, QApplication) and bool(application.styleSheet())
