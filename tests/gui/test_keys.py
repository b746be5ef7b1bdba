"""The `?` sheet keeps its word: every key on it does something where it says so, and none is missing from it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from real_window import paper, plan, window  # noqa: F401  fixtures

from dnnmig_gui.gui.actions import ACTIONS
from dnnmig_gui.gui.compare.duel_canvas import DuelCanvas
from dnnmig_gui.gui.help.shortcuts import VIEW_KEYS
from dnnmig_gui.gui.planner.stays import Stays
from dnnmig_gui.gui.presentation.page import PresentationPage
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

SIGNS = {"↑": "Up", "↓": "Down", "←": "Left", "→": "Right", "Enter": "Return"}
ALIASES = {"Return", "=", ":", ";", "Space", ">", "<"}
"""Other ways to type a key that is listed; Space is listed with the actions."""


def key_event(sign: str) -> QKeyEvent:
    asked = QKeySequence(SIGNS.get(sign, sign))[0]
    modifiers = asked.keyboardModifiers()
    plain = asked.key()
    text = chr(plain).lower() if plain < 128 else ""
    return QKeyEvent(QEvent.Type.KeyPress, plain, modifiers, text)


def taken(widget: QWidget, signs: Iterable[str]) -> set[str]:
    """Return the keys that a view takes for itself."""
    found = set()
    for sign in signs:
        event = key_event(sign)
        event.accept()
        widget.keyPressEvent(event)
        if event.isAccepted():
            found.add(sign)
    return found


def listed(*views: str) -> set[str]:
    """Return the single keys that the sheet has for some views."""
    words = {"Arrows": ("↑", "↓", "←", "→"), "Shift+Arrows": (), "Ctrl+Arrows": ()}
    signs = [sign for view in views for _, keys in VIEW_KEYS[view] for key in keys for sign in words.get(key, (key,))]
    return {sign for sign in signs if not sign.endswith(("click", "Click", "drag", "Drag", "Wheel", "Menu"))}


def of_actions() -> set[str]:
    return {key for spec in ACTIONS for key in spec.keys}


ALL_SIGNS = [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/.,[]+-", *SIGNS, "Home", "End", "Del", "F5"]


def test_every_key_of_an_action_works_wherever_the_focus_is(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    plan(qtbot, paper)
    heard: list[str] = []
    for name, action in paper.named_actions.items():
        action.triggered.disconnect()
        action.triggered.connect(lambda *_, name=name: heard.append(name))
        action.setEnabled(True)
    paper.activateWindow()
    qtbot.waitUntil(paper.isActiveWindow)
    for canvas in (paper.timeline.canvas, paper.topology.canvas, paper.dnn.canvas):
        for spec in ACTIONS:
            for sign in spec.keys:
                if sign == "Space":  # held, it pans
                    continue
                heard.clear()
                canvas.setFocus()
                key = QKeySequence(sign)[0]
                QTest.keyClick(QApplication.focusWidget(), key.key(), key.keyboardModifiers())
                assert heard == [spec.id], (sign, canvas)


def test_a_tap_on_space_plays_wherever_the_focus_is(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    plan(qtbot, paper)
    paper.activateWindow()
    qtbot.waitUntil(paper.isActiveWindow)
    for canvas in (paper.timeline.canvas, paper.topology.canvas, paper.dnn.canvas):
        canvas.setFocus()
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
        assert paper.clock.playing, canvas
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
        assert not paper.clock.playing, canvas


def test_the_keys_of_the_views_are_those_of_the_sheet(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    plan(qtbot, paper)
    paper.selection.select(server="Client 1")
    views = {
        ("Timeline",): paper.timeline,
        ("Topology", "Topology and DNN"): paper.topology.canvas,
        ("DNN", "Topology and DNN"): paper.dnn.canvas,
        ("Users in the Run tab",): paper.run_panel.findChild(Stays),
    }
    for names, widget in views.items():
        known = listed(*names)
        found = taken(widget, ALL_SIGNS)
        assert found - of_actions() <= known | ALIASES, names
        gesture_or_panel = {"Esc", "/", "Enter", "Shift+←", "Shift+→"}
        assert known - gesture_or_panel <= found, names


def test_the_keys_of_comparison_and_presentation_are_those_of_the_sheet(
    qtbot: QtBot,
    paper: MainWindow,  # noqa: F811
    tmp_path: Path,
) -> None:
    plan(qtbot, paper)
    paper.pages.show_page("compare")
    canvas = paper.findChild(DuelCanvas)
    assert canvas is not None
    assert taken(canvas, ALL_SIGNS) == listed("Timelines of a comparison")
    paper.pages.show_page("plan")
    paper.named_actions["present"].trigger()
    page = next(each for each in QApplication.topLevelWidgets() if isinstance(each, PresentationPage))
    signs = {QKeySequence(key).toString() for _, keys, _ in page._commands() for key in keys}
    assert signs == {SIGNS.get(sign, sign) for sign in listed("Presentation")}
    page.leave()
