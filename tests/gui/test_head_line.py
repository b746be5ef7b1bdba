"""The head of a page cuts nothing: what has no room in its line goes to the next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dnnmig_gui.gui.head_line import HeadLine

TEXT = "Twelve phones · AlexNet on Ada's phone · 7 combinations"
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def made(qtbot: QtBot) -> tuple[QWidget, HeadLine, QLabel, list[QPushButton]]:
    parts = [QPushButton(name) for name in ("Title", "Columns", "Add a combination", "Hidden")]
    parts[1].setFixedWidth(140)
    parts[3].hide()
    text = QLabel(TEXT)
    head = HeadLine(parts[:1], text, parts[1:])
    page = QWidget()
    qtbot.addWidget(page)
    box = QVBoxLayout(page)
    box.addWidget(head)
    box.addWidget(QWidget(), 1)
    page.resize(900, 300)
    page.show()
    return page, head, text, parts


@pytest.mark.parametrize("width", [1000, 600, 420, 260])
def test_no_part_is_cut_or_covered(qtbot: QtBot, width: int) -> None:
    page, head, text, parts = made(qtbot)
    page.resize(width, 300)
    QApplication.processEvents()
    shown = [*parts[:3], text]
    assert not parts[3].isVisible()
    for number, part in enumerate(shown):
        assert head.rect().contains(part.geometry())
        assert all(not part.geometry().intersects(other.geometry()) for other in shown[number + 1 :])
        assert part.width() >= min(part.sizeHint().width(), part.maximumWidth(), head.width()) or part is text
    assert text.height() >= text.heightForWidth(text.width())


def test_the_text_stands_beside_the_parts_where_it_fits(qtbot: QtBot) -> None:
    page, _, text, parts = made(qtbot)
    page.resize(1000, 300)
    QApplication.processEvents()
    assert text.x() > parts[0].geometry().right()
    assert text.geometry().right() < parts[1].x()
    page.resize(500, 300)
    QApplication.processEvents()
    assert text.y() > parts[0].geometry().bottom()


@given(width=st.integers(60, 1600))
def test_the_height_is_that_of_the_lines(width: int) -> None:
    assert QApplication.instance() is not None
    head = HeadLine([QPushButton("Title")], QLabel(TEXT), [QPushButton("One"), QPushButton("Two")])
    wide = head.heightForWidth(4000)
    assert head.heightForWidth(width) >= wide
    head.deleteLater()
