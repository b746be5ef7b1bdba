"""The focus ring: 2 px accent with a 2 px gap around whatever the keyboard has reached."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QSlider, QToolButton, QWidget

from dnnmig_gui.gui.theme.look import Look

_GAP = 2
_LINE = 2


class FocusRing(QWidget):
    """Lies over the window and lets every click through.

    Shown around the widget that has the focus if Tab led there, or if it is a field to type into.
    """

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self._around: QWidget | None = None
        self._by_keyboard = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        look.changed.connect(self.update)
        cast("QApplication", QApplication.instance()).focusChanged.connect(self._move_focus)

    def expect_keyboard(self) -> None:
        """Told by the window when Tab is about to move the focus."""
        self._by_keyboard = True

    def _move_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        if self._around is not None:
            self._around.removeEventFilter(self)
            self._around = None
        mine = new is not None and new.window() is self.window() and new is not self.window()
        if new is not None and mine and (isinstance(new, QLineEdit) or (self._by_keyboard and _is_plain(new))):
            self._around = new
            new.installEventFilter(self)
        if old is not None or new is not None:
            self._by_keyboard = False
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Follow the widget that has the focus."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Hide, QEvent.Type.Paint):
            self._place()
        return False

    def _place(self) -> None:
        if self._around is None or not self._around.isVisible() or self._around.visibleRegion().isEmpty():
            self.hide()
            return
        rim = _GAP + _LINE
        place = QRect(self._around.mapTo(self.window(), QPoint(0, 0)), self._around.size())
        place.adjust(-rim, -rim, rim, rim)
        if place != self.geometry():
            self.setGeometry(place)
        if not self.isVisible():
            self.raise_()
            self.show()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.theme.accent, _LINE))
        half = _LINE / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 9, 9)
        painter.end()


def _is_plain(widget: QWidget) -> bool:
    """Return whether a widget leaves its focus ring to the window; those that paint themselves have their own."""
    return isinstance(widget, QPushButton | QToolButton | QComboBox | QSlider)
