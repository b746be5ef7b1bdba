"""A sheet over the window: goes with Esc and with a click beside it; the keyboard goes back to where it was."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from dnnmig_gui.gui.theme.look import Look

SHADE = 0.32


class Overlay(QWidget):
    """Shades the window and holds one sheet.

    Signals
    -------
    closed()
        It went away.
    """

    closed = Signal()

    def __init__(self, look: Look, window: QWidget, sheet: QFrame) -> None:
        super().__init__(window)
        self.look = look
        self.sheet = sheet
        self._around = window
        self._before: QWidget | None = None
        sheet.setParent(self)
        sheet.setProperty("role", "sheet")
        self.hide()
        window.installEventFilter(self)

    def open(self) -> None:
        """Show the sheet and give it the keyboard."""
        if not self.isVisible():
            self._before = self.window().focusWidget()
        self.setGeometry(self._around.rect())
        self.sheet.setGeometry(self.place())
        self.raise_()
        self.show()
        self.take_focus()

    def close_sheet(self) -> None:
        """Put the sheet away and give the keyboard back."""
        if self.isVisible():
            self.hide()
            if self._before is not None and self._before.isVisible():
                self._before.setFocus()
            self._before = None
            self.closed.emit()

    def place(self) -> QRect:
        """Return where the sheet lies in the window."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """Give the keyboard to the part of the sheet that wants it."""
        raise NotImplementedError

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Keep to the window's size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._around.rect())
            self.sheet.setGeometry(self.place())
        return False

    def event(self, event: QEvent) -> bool:
        """Keep the window's shortcuts asleep while the sheet is open."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_sheet()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Go with a click beside the sheet."""
        if not self.sheet.geometry().contains(event.position().toPoint()):
            self.close_sheet()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Shade what lies below."""
        painter = QPainter(self)
        shade = QColor(self.look.theme.text if self.look.theme.name == "light" else self.look.theme.bg)
        shade.setAlphaF(SHADE if self.look.theme.name == "light" else 2 * SHADE)
        painter.fillRect(self.rect(), shade)
        painter.end()
