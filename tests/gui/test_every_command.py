"""Every command of the palette, given in the open window in any order: each does its work, and none fails."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot
from real_window import paper, plan, window  # noqa: F401  fixtures

from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|does not support raise")
ENDS = ("quit", "close-window", "new-window", "language-")
"""What ends this window or puts another in its place; other tests do both."""


@pytest.fixture
def answered(qtbot: QtBot) -> Iterator[list[str]]:
    """Close whatever asks something, and tell what asked."""
    asked: list[str] = []

    def close() -> None:
        for shown in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
            if isinstance(shown, QWidget):
                asked.append(shown.windowTitle() or type(shown).__name__)
                if isinstance(shown, QDialog):
                    shown.reject()
                else:
                    shown.close()

    timer = QTimer()
    timer.timeout.connect(close)
    timer.start(20)
    yield asked
    timer.stop()


@pytest.mark.parametrize("seed", range(3))
def test_every_command_in_any_order(qtbot: QtBot, paper: MainWindow, answered: list[str], seed: int) -> None:  # noqa: F811
    plan(qtbot, paper)
    names = sorted(name for name in paper.named_actions if not name.startswith(ENDS))
    random.Random(seed).shuffle(names)
    given = 0
    for name in names:
        if not paper.document.scenario.users:
            paper.document.undo_stack.setIndex(0)
        paper.selection.select(servers=[server.id for server in paper.document.scenario.servers[:2]])
        QApplication.processEvents()
        action = paper.named_actions[name]
        if action.isEnabled():
            action.trigger()
            given += 1
        qtbot.wait(30)
        paper.named_actions["cancel-plan"].trigger()
        assert paper.isVisible(), name
    assert given > len(names) / 2
    assert answered
    QGuiApplication.clipboard().clear()  # the offscreen platform does not outlive what Python put there
