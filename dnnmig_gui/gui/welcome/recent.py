"""A row of the recent files: its staircase, its name, what is in it, and when it was used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from dnnmig_gui.gui.language import tr_n
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.welcome.figures import Figures
from dnnmig_gui.gui.welcome.glimpse import Glimpse
from dnnmig_gui.gui.welcome.thumbnail import paint_stairs
from dnnmig_gui.gui.welcome.when import relative_text

HEIGHT = 64
INDENT = 0


class RecentRow(QAbstractButton):
    """Opens a recent file with a click."""

    def __init__(self, look: Look, glimpse: Glimpse, figures: Figures | None, used: datetime, now: datetime) -> None:
        super().__init__()
        self._look = look
        self.glimpse = glimpse
        self._figures = figures
        self._when = relative_text(used, now)
        count = len(glimpse.tiers)
        self._line = " · ".join(
            (
                tr_n("{count} server", "{count} servers", count).format(count=count),
                glimpse.models,
                glimpse.methods,
            )
        )
        self._hovered = False
        self.setAccessibleName(f"{glimpse.title}. {self._line}. {self._when}")
        self.setToolTip(str(glimpse.path))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the height of a row."""
        return QSize(300, self._look.px(HEIGHT))

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802  Qt's name
        """Mark it."""
        self._hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Unmark it."""
        self._hovered = False
        self.update()

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
        """Open by Enter as well as by Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the row."""
        look, theme = self._look, self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        if self._hovered or self.hasFocus():
            painter.setPen(QPen(theme.accent, 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.surface_2)
            painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), 10, 10)
        tile = QRectF(INDENT, (whole.height() - 40) / 2, 48, 40)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.accent_soft if self._hovered else theme.surface_2)
        painter.drawRoundedRect(tile, 8, 8)
        color = theme.accent if self._hovered else theme.series_2
        if self._figures is not None and len(self._figures.stairs) > 1:
            paint_stairs(painter, self._figures.stairs, tile.adjusted(8, 9, -8, -9), color)
        else:
            draw_icon(painter, "plan", QRectF(tile.center().x() - 9, tile.center().y() - 9, 18, 18), color)
        left, right = tile.right() + 16, whole.right() - 16
        small = look.font(12)
        when_width = QFontMetricsF(small).horizontalAdvance(self._when)
        middle = whole.center().y()
        title = QRectF(left, middle - look.px(22), right - left - when_width - 12, look.px(22))
        for text, box, font, ink in (
            (self.glimpse.title, title, look.font(13, 600), theme.text),
            (self._line, QRectF(left, middle, right - left, look.px(20)), small, theme.text_3),
        ):
            painter.setFont(font)
            painter.setPen(ink)
            shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.setFont(small)
        painter.setPen(theme.text_3)
        box = QRectF(right - when_width - 2, title.top(), when_width + 2, title.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._when)
        painter.end()
