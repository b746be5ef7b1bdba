"""The users of the scenario in the Run tab: stays that are dragged, users that come and go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from synthetic_run import paper

from dnnmig_gui.core.scenario.edits import remove
from dnnmig_gui.gui.document import Document, empty_scenario
from dnnmig_gui.gui.planner.stays import ROW, round_step
from dnnmig_gui.gui.planner.users_section import UsersSection
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.look import Look

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

Section = tuple[UsersSection, Document, Selection]


@pytest.fixture
def section(qtbot: QtBot) -> Section:
    document, selection = Document(QSettings()), Selection()
    document._begin(None, paper("paper-mixed")[0])
    made = UsersSection(Look("light"), document, selection)
    qtbot.addWidget(made)
    made.resize(290, 200)
    made.show()
    qtbot.waitExposed(made)
    return made, document, selection


def drag(section: UsersSection, row: int, start: float | None, end_x: float) -> None:
    """Drag from where a time lies to an x, over some points between."""
    stays = section.stays
    y = round((row + 0.5) * ROW)
    here = QPoint(round(stays.x_of(start)), y)
    there = QPoint(round(end_x), y)
    QTest.mousePress(stays, Qt.MouseButton.LeftButton, pos=here)
    for step in range(1, 6):
        QTest.mouseMove(stays, here + (there - here) * step / 5)
    QTest.mouseRelease(stays, Qt.MouseButton.LeftButton, pos=there)


def test_a_drag_of_an_end_is_one_edit(section: Section) -> None:
    made, document, selection = section
    before = document.scenario
    drag(made, 1, 0.0, made.stays.x_of(5.0))
    assert document.scenario.users[1].arrival_s == pytest.approx(5, abs=0.2)
    assert selection.user == 1, "the user that is dragged is followed"
    drag(made, 1, None, made.stays.x_of(12.0))
    assert document.scenario.users[1].departure_s == pytest.approx(12, abs=0.2)
    assert document.undo_stack.count() == 2, "two drags are two edits"
    drag(made, 1, document.scenario.users[1].departure_s, made.width() + 40)
    assert document.scenario.users[1].departure_s is None
    for _ in range(3):
        document.undo_stack.undo()
    assert document.scenario == before


def test_esc_gives_a_drag_back(section: Section) -> None:
    made, document, _ = section
    before, stays = document.scenario, made.stays
    here, there = QPoint(round(stays.x_of(0.0)), ROW // 2), QPoint(round(stays.x_of(9.0)), ROW // 2)
    QTest.mousePress(stays, Qt.MouseButton.LeftButton, pos=here)
    QTest.mouseMove(stays, there)
    assert document.scenario != before
    QTest.keyClick(stays, Qt.Key.Key_Escape)
    assert document.scenario == before
    assert not document.undo_stack.canUndo()
    QTest.mouseMove(stays, here)
    QTest.mouseRelease(stays, Qt.MouseButton.LeftButton, pos=here)
    assert document.scenario == before


def test_the_middle_moves_the_whole_stay(section: Section) -> None:
    made, document, _ = section
    drag(made, 0, None, made.stays.x_of(8.0))
    length = document.scenario.users[0].departure_s
    drag(made, 0, 4.0, made.stays.x_of(10.0))
    user = document.scenario.users[0]
    assert user.arrival_s == pytest.approx(6, abs=0.3)
    assert user.departure_s - user.arrival_s == pytest.approx(length)
    drag(made, 0, user.arrival_s + 3, -50)
    assert document.scenario.users[0].arrival_s == 0
    assert document.scenario.users[0].departure_s == pytest.approx(length)


def test_who_comes_stays_a_while(section: Section) -> None:
    made, document, _ = section
    drag(made, 0, None, made.stays.x_of(8.0))
    drag(made, 0, 0.0, made.width())
    user = document.scenario.users[0]
    assert 0 < user.departure_s - user.arrival_s <= 0.5
    drag(made, 0, user.departure_s, -80)
    assert document.scenario.users[0].arrival_s < document.scenario.users[0].departure_s


def test_keys_do_what_the_mouse_does(section: Section) -> None:
    made, document, selection = section
    made.stays.setFocus()
    QTest.keyClick(made.stays, Qt.Key.Key_Down)
    assert selection.user == 1
    QTest.keyClick(made.stays, Qt.Key.Key_Right)
    assert document.scenario.users[1].arrival_s == pytest.approx(round_step(20))
    QTest.keyClick(made.stays, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert document.scenario.users[1].departure_s is not None
    assert "User 2 comes at" in made.stays.accessibleDescription()
    QTest.keyClick(made.stays, Qt.Key.Key_Return)
    assert selection.server == document.scenario.users[1].client
    QTest.keyClick(made.stays, Qt.Key.Key_Delete)
    assert [user.id for user in document.scenario.users] == [paper("paper-mixed")[0].users[0].id]


def test_a_user_more_and_a_user_less(section: Section) -> None:
    made, document, selection = section
    before = document.scenario
    QTest.mouseClick(made.add, Qt.MouseButton.LeftButton)
    assert len(document.scenario.users) == len(before.users) + 1
    assert selection.user == len(before.users)
    assert document.scenario.users[-1].model == before.users[0].model
    QTest.mouseClick(made.remove, Qt.MouseButton.LeftButton)
    assert document.scenario == before
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.scenario == before


def test_a_new_user_asks_from_a_client_that_is_free(section: Section) -> None:
    made, document, _ = section
    freed = document.scenario.users[1].client
    document.edit("Remove", remove(document.scenario, users=(document.scenario.users[1].id,)))
    QTest.mouseClick(made.add, Qt.MouseButton.LeftButton)
    assert document.scenario.users[-1].client == freed


def test_without_a_client_there_is_nobody_to_add(section: Section) -> None:
    made, document, _ = section
    document._begin(None, empty_scenario())
    assert not made.add.isEnabled()
    assert not made.remove.isEnabled()
    assert not made.stays.isVisible()
    assert "need a client" in made._none.text()


@given(st.floats(1e-3, 1e7))
def test_steps_are_round_and_fine(end_s: float) -> None:
    step = round_step(end_s)
    assert 1 / 200 < step / end_s < 1 / 40
    assert f"{step:.3e}".startswith(("1.000", "2.000", "5.000"))
