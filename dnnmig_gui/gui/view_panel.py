"""The panel around a drawing: surface with round corners, a header with title, caption and tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.fonts import font, scaled, text_scale
from dnnmig_gui.gui.theme.icons import draw_icon

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent, QFocusEvent

    from dnnmig_gui.gui.theme.look import Look

PADDING = 16
HEADER = 40
RADIUS = 10
WIDEST_TEXTS = 240
LARGE_TEXT = 1.5
"""From here on a header keeps no room for its caption: the library and the canvas need it more."""
MOST_GROWTH = 1.4
"""Tools of a header grow no more than this, so that it leaves room for the drawing: icons are read at that size."""


def _grown(px: float) -> int:
    """Return a length in a header that grows with the text, within reason."""
    return round(px * min(MOST_GROWTH, text_scale()))


class ViewPanel(QWidget):
    """A surface with a header; the view goes into `body`, its tools into `tools`."""

    def __init__(self, look: Look, title: str) -> None:
        super().__init__()
        self.look = look
        self._header = _Header(look, title)
        self.tools = self._header.tools
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        self.body = QVBoxLayout()
        self.body.setSpacing(0)
        column.addLayout(self.body, 1)
        look.changed.connect(self._repaint_all)

    def set_heading(self, title: str, caption: str) -> None:
        """Say what the drawing shows."""
        self._header.set_texts(title, caption)

    def set_outdated(self, outdated: bool) -> None:
        """Mark the drawing as that of a plan made for an older scenario."""
        self._header.set_outdated(outdated)

    def paint_heading(self, painter: QPainter, width: float) -> None:
        """Paint title and caption as in the header, for an export."""
        self._header.paint_texts(painter, width - 2 * PADDING)

    def _repaint_all(self) -> None:
        self.update()
        for child in self.findChildren(QWidget):
            child.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the surface."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.theme.surface)
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)


class _Header(QWidget):
    def __init__(self, look: Look, title: str) -> None:
        super().__init__()
        self._look = look
        self._title = title
        self._caption = ""
        self._outdated = False
        self.tools = QHBoxLayout(self)
        self.tools.setContentsMargins(PADDING, 6, PADDING, 6)
        self.tools.setSpacing(12)
        # As wide as the texts, up to a point: the tools give way first.
        self._room = QSpacerItem(0, 0, QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Minimum)
        self.tools.addSpacerItem(self._room)
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """Follow the size of text."""
        self.setFixedHeight(_grown(HEADER))
        self._name()

    def set_texts(self, title: str, caption: str) -> None:
        if (title, caption) != (self._title, self._caption):
            self._title, self._caption = title, caption
            self._name()
            self.update()

    def set_outdated(self, outdated: bool) -> None:
        if outdated != self._outdated:
            self._outdated = outdated
            self._name()
            self.update()

    def _name(self) -> None:
        parts = [self._title, self._caption, tr("out of date") if self._outdated else ""]
        self.setAccessibleName(", ".join(part for part in parts if part))
        if text_scale() >= LARGE_TEXT:
            parts[1] = ""
        width = sum(
            QFontMetricsF(lettering).horizontalAdvance(text) + 11
            for text, lettering in zip(parts, (font(13, 600), font(12), font(12)), strict=True)
            if text
        )
        # In steps, so that a count that grows does not lay out the header with every query.
        room = min(WIDEST_TEXTS, -(-round(width) // 16) * 16)
        if room != self._room.sizeHint().width():
            self._room.changeSize(room, 0, QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Minimum)
            self.tools.invalidate()

    def event(self, event: QEvent) -> bool:
        """Write anew when the tools come, go or grow: they give the texts their room."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        last = self.tools.itemAt(1)
        self.paint_texts(painter, (last.geometry().left() if last is not None else self.width()) - PADDING - 12)

    def paint_texts(self, painter: QPainter, room: float) -> None:
        theme = self._look.theme
        top, height = _grown(8.73), _grown(22)
        x = float(PADDING)
        title_font = font(13, 600)
        title = QFontMetricsF(title_font).elidedText(self._title, Qt.TextElideMode.ElideRight, room)
        painter.setFont(title_font)
        painter.setPen(theme.text)
        painter.drawText(QRectF(x, top, room, height), Qt.AlignmentFlag.AlignVCenter, title)
        x += QFontMetricsF(title_font).horizontalAdvance(title) + 11
        if self._outdated:
            x = self._paint_chip(painter, x)
        left = PADDING + room - x
        if left > 40 and self._caption:
            painter.setFont(font(12))
            painter.setPen(theme.text_3)
            caption = QFontMetricsF(font(12)).elidedText(self._caption, Qt.TextElideMode.ElideRight, left)
            painter.drawText(QRectF(x, top, left, height), Qt.AlignmentFlag.AlignVCenter, caption)

    def _paint_chip(self, painter: QPainter, x: float) -> float:
        theme = self._look.theme
        chip_font = font(11, 500)
        width = QFontMetricsF(chip_font).horizontalAdvance(tr("Out of date")) + 16
        chip = QRectF(x, _grown(10), width, _grown(20))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.accent_soft)
        painter.drawRoundedRect(chip, chip.height() / 2, chip.height() / 2)
        painter.setPen(theme.accent_ink)
        painter.setFont(chip_font)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, tr("Out of date"))
        return chip.right() + 10


class HeaderButton(QAbstractButton):
    """A flat 28 px button with an icon or a short text; it grows with the size of text."""

    def __init__(self, look: Look, name: str, *, icon: str = "", width: int = 28) -> None:
        super().__init__()
        self._look = look
        self._icon = icon
        self._width = width
        self._by_keys = False
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return 28 px by the width given, or more where text is larger."""
        return QSize(_grown(self._width) if self._icon else scaled(self._width), _grown(28))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show the ring where the focus came by the keyboard."""
        self._by_keys = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Show the hover."""
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Let the hover go."""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint icon or text, hover and focus ring."""
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        if self.isChecked() or self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.surface if self.isChecked() and theme.name == "light" else theme.surface_3)
            painter.drawRoundedRect(box, 6, 6)
        if self.hasFocus() and self._by_keys:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.accent, 2))
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 7, 7)
        ink = theme.text_2 if self.isEnabled() else theme.text_3
        if self.isChecked():
            ink = theme.accent
        if self._icon:
            side = _grown(14)
            left, top = (self.width() - side) / 2, (self.height() - side) / 2
            draw_icon(painter, self._icon, QRectF(left, top, side, side), ink)
        else:
            painter.setPen(ink)
            painter.setFont(font(12, 500))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class ZoomControl(QWidget):
    """Minus, per cent (a click sets 100 %), plus, fit.

    Signals
    -------
    zoom_asked(float)
        Factor to multiply the zoom by; 0 for exactly 100 %.
    fit_asked()
        Show everything.
    """

    zoom_asked = Signal(float)
    fit_asked = Signal()

    STEP = 1.25

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(0)
        self.out = HeaderButton(look, tr("Zoom out"), icon="remove")
        self.share = HeaderButton(look, tr("Zoom to 100 %"), width=48)
        self.into = HeaderButton(look, tr("Zoom in"), icon="add")
        self.fit = HeaderButton(look, tr("Fit"), icon="fit")
        row.addWidget(self.out)
        row.addWidget(self.share)
        row.addWidget(self.into)
        row.addSpacing(4)
        row.addWidget(self.fit)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.out.clicked.connect(lambda: self.zoom_asked.emit(1 / self.STEP))
        self.into.clicked.connect(lambda: self.zoom_asked.emit(self.STEP))
        self.share.clicked.connect(lambda: self.zoom_asked.emit(0.0))
        self.fit.clicked.connect(self.fit_asked)
        self.show_zoom(1.0)

    def show_zoom(self, zoom: float) -> None:
        """Show a zoom as per cent."""
        percent = f"{zoom * 100:.0f}" if zoom >= 0.01 else f"{zoom * 100:.1g}"
        self.share.setText(f"{percent}\u202f%")
        self.share.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the bed and the separator before Fit."""
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface_2)
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        painter.setPen(QPen(theme.line_strong, 1))
        x = self.fit.x() - 1.5
        painter.drawLine(int(x), _grown(6), int(x), self.height() - _grown(6))
