"""The language: switched live in the real window, nothing lost; catalogues that are complete and fit the texts."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dnnmig_gui.gui.language import spoken
from dnnmig_gui.gui.speech import code_of, speak, stored_language
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.view_actions import dress
from dnnmig_gui.gui.window import MainWindow
from tests.gui.real_window import copied, let_go, plan, settings_in


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """A window that may be replaced by others; all go at the end, and English is spoken again."""
    look = Look("light")
    dress(look)
    made = MainWindow(look, settings_in(tmp_path))
    with qtbot.waitExposed(made):
        made.show()
    yield made
    for each in open_windows():
        let_go(each)
        each.close()
        each.deleteLater()
    speak("en")
    QApplication.processEvents()
    gc.collect()


def open_windows() -> list[MainWindow]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow) and each.isVisible()]


def switch(qtbot: QtBot, window: MainWindow, choice: str) -> MainWindow:
    """Choose a language in the menu and return the window that is there then."""
    window.named_actions[f"language-{choice}"].trigger()
    qtbot.waitUntil(lambda: open_windows() != [window] and len(open_windows()) == 1)
    return open_windows()[0]


def test_switching_keeps_document_history_plan_selection_and_time(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    assert window.files.open_path(copied(tmp_path))
    qtbot.waitUntil(lambda: bool(window.loading.models))
    window.drawing.add_edge()
    window.drawing.add_cloud()
    window.document.undo_stack.undo()
    plan(qtbot, window)
    window.selection.follow(1)
    server = window.document.scenario.servers[3].id
    window.selection.select(server=server)
    window.clock.seek(window.clock.end_s / 3)
    before = window.document.scenario
    path, run, t = window.document.path, window.planning.run, window.clock.t
    texts = [window.document.undo_stack.text(place) for place in range(window.document.undo_stack.count())]

    other = switch(qtbot, window, "zh_CN")

    assert spoken() == "zh_CN"
    assert stored_language(other.settings) == "zh_CN"
    assert other.named_actions["save"].text() == "保存"
    assert other.top_bar.menus["View"].title() == "视图"
    assert other.inspector.tabs["Plan"].text() == "规划"
    assert other.document.scenario == before
    assert other.document.path == path
    assert (other.selection.user, other.selection.server) == (1, server)
    assert not other.document.is_clean
    stack = other.document.undo_stack
    assert [stack.text(place) for place in range(stack.count())] == texts
    assert stack.canRedo()
    stack.redo()
    assert len(other.document.scenario.servers) == len(before.servers) + 1
    stack.undo()
    stack.undo()
    assert other.document.is_clean
    stack.redo()
    assert other.planning.run is run
    assert not other.planning.outdated
    assert other.clock.t == pytest.approx(t)

    last = switch(qtbot, other, "en")
    assert last.named_actions["save"].text() == "Save"
    assert last.document.scenario == before


def test_every_window_speaks_the_new_language(qtbot: QtBot, window: MainWindow) -> None:
    second = window.open_another()
    window.document.new()
    window.named_actions["language-ja"].trigger()
    qtbot.waitUntil(lambda: len(open_windows()) == 2 and all(each not in (window, second) for each in open_windows()))
    assert {each.named_actions["undo"].text() for each in open_windows()} == {"元に戻す"}


def test_the_menu_ticks_the_language_that_was_chosen(window: MainWindow) -> None:
    window.language.mark(window.named_actions)
    ticked = [
        name for name, action in window.named_actions.items() if name.startswith("language") and action.isChecked()
    ]
    assert ticked == ["language-system"]


@pytest.mark.parametrize(
    ("locale", "code"),
    [("zh_CN", "zh_CN"), ("zh_SG", "zh_CN"), ("zh_TW", "en"), ("ja_JP", "ja"), ("de_DE", "en"), ("C", "en")],
)
def test_the_system_s_language_is_spoken_where_it_is_known(locale: str, code: str) -> None:
    assert code_of("system", QLocale(locale)) == code
