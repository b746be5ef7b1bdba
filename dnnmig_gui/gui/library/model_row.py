"""Rows of the library; a model's can be dragged onto a client."""

from __future__ import annotations

import re

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from dnnmig_gui.gui.dragged import MODEL, packed
from dnnmig_gui.gui.library.tile import Dragging
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.look import Look

BESIDE_POINTER = QPoint(-14, -10)
"""A model that is dragged does not cover the client under the pointer."""


class Row(QPushButton):
    """A row of a list; of a title too long for it, what comes after the colon says most."""

    def __init__(self, title: str, beside: int = 0) -> None:
        super().__init__()
        self.title = title
        self._beside = beside
        self.setProperty("kind", "row")
        self.setAccessibleName(title)
        self.setCheckable(True)
        self.setIconSize(QSize(20, 14))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Fit the title."""
        super().resizeEvent(event)
        room = self.width() - 44 - self._beside
        wide = self.fontMetrics().horizontalAdvance(self.title) > room
        title = re.split(": |：", self.title)[-1] if wide else self.title
        self.setText(self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room))


class ModelRow(Row):
    """A model of the scenario."""

    def __init__(self, look: Look, model_id: str, title: str) -> None:
        super().__init__(title, beside=56)
        self._look = look
        self._dragging = Dragging(self, lambda: packed(MODEL, model_id), self._picture, BESIDE_POINTER)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Begin a click or a drag."""
        self._dragging.press(event)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Go over to a drag."""
        if self._dragging.move(event):
            self.setDown(False)
        else:
            super().mouseMoveEvent(event)

    def _picture(self) -> QPixmap:
        lettering = font(12, 600)
        width = min(200.0, QFontMetricsF(lettering).horizontalAdvance(self.title) + 42)
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(width * ratio), round(28 * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        theme = self._look.theme
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.accent_soft)
        painter.drawRoundedRect(QRectF(0, 0, width, 28), 14, 14)
        draw_icon(painter, "model", QRectF(10, 7, 14, 14), theme.accent_ink)
        painter.setPen(theme.accent_ink)
        painter.setFont(lettering)
        painter.drawText(QRectF(30, 0, width - 36, 28), Qt.AlignmentFlag.AlignVCenter, self.title)
        painter.end()
        return picture
