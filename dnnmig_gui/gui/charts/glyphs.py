"""The controls of the transport row, painted from the tokens: glyphs, speed segments, chips."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from dnnmig_gui.gui.charts.enlarged import enlarged, pixels
from dnnmig_gui.gui.charts.lettering import BOLD, MEDIUM, draw_text, metrics, text_width
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.fonts import plain_text, scaled
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.theme.tokens import Theme

Glyph = Literal["start", "previous", "play", "next", "loop"]


class LookButton(QAbstractButton):
    """A button that paints itself from the tokens, with a focus ring; it grows with the size of text.

    Parameters
    ----------
    look
        The theme in force.
    name, tip
        Accessible name, and the tool tip, which should name the key.
    """

    RADIUS = 8.0
    """Of the focus ring."""

    def __init__(self, look: Look, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._ringed = False
        look.changed.connect(self._resize)

    @property
    def theme(self) -> Theme:
        """The colours in force."""
        return self.look.theme

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the button, and a focus ring where the keyboard put the focus."""
        with enlarged(self) as (painter, area):
            if not self.isEnabled():
                painter.setOpacity(0.4)
            self.paint(painter, area)
            if self._ringed and self.hasFocus():
                painter.setPen(QPen(self.theme.accent, 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                radius = min(self.RADIUS, area.height() / 2)
                painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), radius, radius)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint what the button is, in units."""
        raise NotImplementedError

    def extent(self) -> QSizeF:
        """Return the size that it needs, in units."""
        raise NotImplementedError

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size that it needs, in pixels."""
        with plain_text():
            extent = self.extent()
        return pixels(extent.width(), extent.height())

    def _resize(self) -> None:
        self.updateGeometry()
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show the ring if the keyboard brought the focus, not a click or a new window."""
        self._ringed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()
        super().focusInEvent(event)


class GlyphButton(LookButton):
    """A round button with a glyph of the transport; `play` is the accent disc, and turns to pause while checked."""

    RADIUS = 20.0

    def __init__(self, look: Look, glyph: Glyph, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(look, name, tip, parent)
        self._glyph = glyph

    def extent(self) -> QSizeF:
        """Return the size of the disc, or of a small button."""
        return QSizeF(40, 40) if self._glyph == "play" else QSizeF(28, 28)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the disc and the glyph."""
        theme = self.theme
        center = area.center()
        ink = theme.text_2
        painter.setPen(Qt.PenStyle.NoPen)
        if self._glyph == "play":
            disc = theme.accent.darker(112) if self.underMouse() and self.isEnabled() else theme.accent
            painter.setBrush(disc)
            painter.drawEllipse(center, 18.0, 18.0)
            ink = theme.on_accent
        elif self.isChecked():
            painter.setBrush(theme.accent_soft)
            painter.drawRoundedRect(area, 8, 8)
            ink = theme.accent_ink
        elif self.underMouse() and self.isEnabled():
            painter.setBrush(theme.surface_2)
            painter.drawRoundedRect(area, 8, 8)
        painter.translate(center)
        self._paint_glyph(painter, ink)
        painter.translate(-center)

    def _paint_glyph(self, painter: QPainter, ink: QColor) -> None:
        painter.setBrush(ink)
        if self._glyph == "loop":
            draw_icon(painter, "loop", QRectF(-8, -8, 16, 16), ink)
            return
        if self._glyph == "play" and self.isChecked():
            for left in (-5.5, 1.5):
                painter.drawRoundedRect(QRectF(left, -6, 4, 12), 1, 1)
            return
        painter.setPen(QPen(ink, 1.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        if self._glyph == "play":
            painter.drawPolygon(QPolygonF([QPointF(-4, -6.2), QPointF(7, 0), QPointF(-4, 6.2)]))
            return
        way = 1 if self._glyph == "next" else -1
        # The stroke stands behind the arrow for "next event", before it for "to the start".
        bar = -6.0 if self._glyph == "start" else -4.5 * way if self._glyph == "next" else 4.5
        painter.drawPolygon(QPolygonF([QPointF(-2 * way, -5.6), QPointF(7 * way, 0), QPointF(-2 * way, 5.6)]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(bar - 1 - (1.5 if self._glyph == "start" else 0), -6, 2, 12), 1, 1)


class Segment(LookButton):
    """One of several choices side by side on a track; the chosen one is raised."""

    RADIUS = 7.0

    def __init__(self, look: Look, text: str, tip: str, parent: QWidget) -> None:
        super().__init__(look, text, tip, parent)
        self.setText(text)
        self.setCheckable(True)

    def extent(self) -> QSizeF:
        """Return the size of a segment that holds its text."""
        return QSizeF(max(38.0, text_width(self.text(), 12, BOLD) + 16), 28)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the segment."""
        theme = self.theme
        raised = area.adjusted(2, 2, -2, -2)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(theme.surface if theme.name == "light" else theme.surface_3)
            painter.drawRoundedRect(raised, 6, 6)
        elif self.underMouse() and self.isEnabled():
            painter.setBrush(theme.surface_3)
            painter.drawRoundedRect(raised, 6, 6)
        color, weight = (theme.text, BOLD) if self.isChecked() else (theme.text_2, MEDIUM)
        draw_text(painter, area, self.text(), color, px=12, weight=weight, align=Qt.AlignmentFlag.AlignHCenter)


class Track(QWidget):
    """What segments lie on."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(scaled(28))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the track."""
        with enlarged(self) as (painter, area):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.theme.surface_2)
            painter.drawRoundedRect(area, 8, 8)


class Chip(LookButton):
    """A pill with a text: a choice (with a dot of the client tier) or a notice (in accent)."""

    def __init__(self, look: Look, text: str, tip: str, parent: QWidget, *, notice: str = "") -> None:
        super().__init__(look, text, tip, parent)
        self._notice = notice
        self.setText(text)

    RADIUS = 14.0

    def extent(self) -> QSizeF:
        """Return the size that holds dot or icon and text."""
        return QSizeF(text_width(self.text(), 12, MEDIUM) + 44, 28)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the pill."""
        theme = self.theme
        hover = self.underMouse() and self.isEnabled()
        bed = theme.accent_soft if self._notice else theme.surface_3 if hover else theme.surface_2
        ink = theme.accent_ink if self._notice else theme.text_2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(bed)
        painter.drawRoundedRect(area, 14, 14)
        if self._notice:
            draw_icon(painter, self._notice, QRectF(10, 7, 14, 14), ink)
        else:
            painter.setBrush(theme.client.fill)
            painter.drawEllipse(QPointF(16, 14), 5, 5)
        room = area.adjusted(28, 0, -8, 0)
        text = metrics(12, MEDIUM).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        draw_text(painter, room, text, ink, px=12, weight=MEDIUM)


class IdleToggle(LookButton):
    """Shows or hides the idle lanes."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, tr("Idle lanes"), tr("Show or hide lanes on which nothing happens"), parent)
        self.setCheckable(True)

    RADIUS = 6.0

    def extent(self) -> QSizeF:
        """Return the size that holds chevron and text."""
        return QSizeF(text_width(self.text(), 11, MEDIUM) + 24, 24)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint chevron and text."""
        theme = self.theme
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.surface_2)
            painter.drawRoundedRect(area, 6, 6)
        icon = "chevron-down" if self.isChecked() else "chevron-right"
        draw_icon(painter, icon, QRectF(4, 6, 12, 12), theme.text_3)
        draw_text(painter, area.adjusted(19, 0, 0, 0), self.text(), theme.text_3, weight=MEDIUM)
