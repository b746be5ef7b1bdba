"""The focus ring: 2 px accent with a 2 px gap around whatever the keyboard has reached."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLineEdit,
    QPushButton,
    QSlider,
    QToolButton,
    QWidget,
)

from dnnmig_gui.gui.theme.look import Look

_GAP = 2
_LINE = 2


class FocusRing(QWidget):
    """Lies over the window and lets every click through.

    Shown around the widget that has the focus if a key led there, or if it is a field to type into.

    Parameters
    ----------
    canvases
        Drawings, which have no ring of their own.
    """

    def __init__(self, look: Look, window: QWidget, canvases: Collection[QWidget] = ()) -> None:
        super().__init__(window)
        self._look = look
        self._around: QWidget | None = None
        self._by_keyboard = False
        self._canvases = frozenset(canvases)
        for canvas in canvases:
            canvas.installEventFilter(self)
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
            if self._around not in self._canvases:
                self._around.removeEventFilter(self)
            self._around = None
        mine = new is not None and new.window() is self.window() and new is not self.window()
        if new is not None and mine and (isinstance(new, QLineEdit) or (self._by_keyboard and self._rings(new))):
            self._around = new
            new.installEventFilter(self)
        if old is not None or new is not None:
            self._by_keyboard = False
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Follow the widget that has the focus; note when a shortcut takes it to a canvas."""
        if isinstance(event, QFocusEvent) and event.gotFocus():
            self._by_keyboard |= event.reason() == Qt.FocusReason.ShortcutFocusReason
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Hide, QEvent.Type.Paint):
            self._place()
        return False

    def _place(self) -> None:
        around = self._around
        shown = around.viewport() if isinstance(around, QAbstractScrollArea) else around
        if around is None or shown is None or shown.visibleRegion().isEmpty():
            self.hide()
            return
        rim = _GAP + _LINE
        inside = shown.visibleRegion().boundingRect() if around in self._canvases else shown.rect()
        place = QRect(shown.mapTo(self.window(), inside.topLeft()), inside.size())
        place.adjust(-rim, -rim, rim, rim)
        place &= self.window().rect()
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

    def _rings(self, widget: QWidget) -> bool:
        """Return whether a widget leaves its focus ring to the window; others that paint themselves have their own."""
        return widget in self._canvases or isinstance(widget, QPushButton | QToolButton | QComboBox | QSlider)
