"""A splitter whose border is drawn with the mouse, or with the arrow keys once Tab has come to it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

GUTTER = 8
STEP, LARGE_STEP = 16, 96
"""Pixels that an arrow key moves a border by; the large step with Shift."""


class Borders(QSplitter):
    """Two parts and the border between them.

    Parameters
    ----------
    name
        Under which its sizes are remembered.
    title
        What its border does, for screen readers and as a tool tip.
    """

    def __init__(self, orientation: Qt.Orientation, name: str, first: QWidget, second: QWidget, title: str) -> None:
        super().__init__(orientation)
        self.setObjectName(name)
        self.setHandleWidth(GUTTER)
        self.setChildrenCollapsible(True)
        self.addWidget(first)
        self.addWidget(second)
        self.handle(1).setAccessibleName(title)
        self.handle(1).setToolTip(title)

    def createHandle(self) -> QSplitterHandle:  # noqa: N802 (Qt's name)
        """Return a border that takes the keyboard."""
        return _Border(self.orientation(), self)


class _Border(QSplitterHandle):
    def __init__(self, orientation: Qt.Orientation, parent: QSplitter) -> None:
        super().__init__(orientation, parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Move the border; one that hides a part opens it again."""
        key, across = Qt.Key, self.orientation() == Qt.Orientation.Horizontal
        ways = {key.Key_Left: -1, key.Key_Right: 1} if across else {key.Key_Up: -1, key.Key_Down: 1}
        way = ways.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
            return
        step = LARGE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        self.moveSplitter((self.x() if across else self.y()) + way * step)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Show where the keyboard is."""
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().highlight())
            across = self.orientation() == Qt.Orientation.Horizontal
            inset = (2.0, 12.0) if across else (12.0, 2.0)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(*inset, -inset[0], -inset[1]), 2, 2)
            painter.end()

    def focusInEvent(self, event: object) -> None:  # noqa: N802 (Qt's name)
        """Paint the border."""
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.update()

    def focusOutEvent(self, event: object) -> None:  # noqa: N802 (Qt's name)
        """Paint it no longer."""
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.update()
