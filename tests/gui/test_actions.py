"""Actions: every one once, with keys of its own, and an effect."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot
from real_window import paper, plan, window  # noqa: F401  fixtures

from dnnmig_gui.gui.actions import ACTIONS, MENUS, SUBMENUS
from dnnmig_gui.gui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_ids_and_keys_are_unique() -> None:
    assert max(Counter(spec.id for spec in ACTIONS).values()) == 1
    keys = Counter(QKeySequence(key).toString() for spec in ACTIONS for key in spec.keys)
    assert [key for key, count in keys.items() if count > 1] == []
    assert {spec.menu for spec in ACTIONS} == {*MENUS, *SUBMENUS}


def test_no_action_has_a_key_twice() -> None:
    """Beside ``Shift+.``, the sign printed above the point would be the same press: Qt would do neither."""
    for spec in ACTIONS:
        shifted = [key for key in spec.keys if key.startswith("Shift+")]
        assert not shifted or len(spec.keys) == 1, spec.id


@pytest.mark.parametrize(
    ("key", "action"),
    [
        ("Ctrl+N", "new"),
        ("Ctrl+O", "open"),
        ("Ctrl+S", "save"),
        ("Ctrl+Shift+S", "save-as"),
        ("Ctrl+Z", "undo"),
        ("Ctrl+Shift+Z", "redo"),
        ("Ctrl+Return", "plan"),
        ("Esc", "cancel-plan"),
        ("Space", "play"),
        (".", "next-event"),
        (",", "previous-event"),
        ("Home", "to-start"),
        ("End", "to-end"),
        ("[", "slower"),
        ("]", "faster"),
        ("L", "loop"),
        ("F", "fit"),
        ("Ctrl+E", "export-report"),
        ("Ctrl+Q", "quit"),
    ],
)
def test_the_keyboard_map(key: str, action: str) -> None:
    spec = next(spec for spec in ACTIONS if spec.id == action)
    assert key in spec.keys


def test_every_handler_is_there_and_in_a_menu(window: MainWindow) -> None:  # noqa: F811
    for spec in ACTIONS:
        assert callable(attrgetter(spec.handler)(window)), spec.id
        assert window.named_actions[spec.id] in window.top_bar.menus[spec.menu].actions()


def test_bare_keys_steer_the_clock_but_not_while_typing(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    plan(qtbot, paper)
    paper.activateWindow()
    paper.timeline.canvas.setFocus()
    qtbot.keyClick(paper.timeline.canvas, Qt.Key.Key_End)
    assert paper.clock.t == paper.clock.end_s
    qtbot.keyClick(paper.timeline.canvas, Qt.Key.Key_Home)
    assert paper.clock.t == 0
    qtbot.keyClick(paper.timeline.canvas, Qt.Key.Key_Period)
    assert paper.clock.t > 0
    qtbot.keyClick(paper.timeline.canvas, Qt.Key.Key_L)
    assert paper.clock.loops

    field = paper.plan_panel.seed.editor
    field.setFocus()
    before, looped = paper.clock.t, paper.clock.loops
    for key in (Qt.Key.Key_L, Qt.Key.Key_Period, Qt.Key.Key_Space, Qt.Key.Key_Home):
        qtbot.keyClick(field, key)
    assert paper.clock.loops == looped
    assert paper.clock.t == before
    assert not paper.clock.playing


def test_space_presses_the_button_that_has_the_focus(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    plan(qtbot, paper)
    tab = paper.inspector.tabs["Run"]
    tab.setFocus()
    qtbot.keyClick(tab, Qt.Key.Key_Space)
    assert tab.isChecked()
    assert not paper.clock.playing


def test_speed_keys(qtbot: QtBot, paper: MainWindow) -> None:  # noqa: F811
    plan(qtbot, paper)
    before = paper.clock.speed
    paper.named_actions["faster"].trigger()
    assert paper.clock.speed > before
    paper.named_actions["slower"].trigger()
    assert paper.clock.speed == before


def test_what_has_nothing_to_do_is_grey(qtbot: QtBot, window: MainWindow) -> None:  # noqa: F811
    actions = window.named_actions
    for name in ("undo", "redo", "revert", "cancel-plan", "play", "export-report", "export-plan"):
        assert not actions[name].isEnabled(), name
    window.document.edit("Rename", window.document.scenario.model_copy(update={"name": "Other"}))
    assert actions["undo"].isEnabled()
    assert actions["undo"].text() == "Undo: Rename"
    actions["undo"].trigger()
    assert actions["redo"].isEnabled()
    assert window.document.scenario.name == "Untitled"


def test_every_menu_fits_on_a_small_screen_in_one_column(window: MainWindow) -> None:  # noqa: F811
    for title, menu in window.top_bar.menus.items():
        assert menu.sizeHint().height() < 740, title
