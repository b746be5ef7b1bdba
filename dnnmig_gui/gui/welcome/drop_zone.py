"""The place to drop files on; the whole screen takes them, this says so."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.look import Look

TITLE = mark("Drop a scenario or an ONNX model here")
KINDS = mark(".dnnmig, .onnx, .csv, also several at once")


class DropZone(QWidget):
    """A dashed box; it lights up while files are held over the window."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._lit = False
        self.setAccessibleName(f"{tr(TITLE)}: {tr(KINDS)}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(84)
        self.setMaximumHeight(168)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the size of the mock-up."""
        return QSize(432, 168)

    def light(self, on: bool) -> None:
        """Show that a drop would be taken."""
        if on != self._lit:
            self._lit = on
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the box, the sign where there is room for it, and the two lines."""
        look, theme = self._look, self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        pen = QPen(theme.accent if self._lit else theme.line_strong, 1.5)
        pen.setDashPattern([4, 3.4])
        painter.setPen(pen)
        painter.setBrush(theme.accent_soft if self._lit else theme.surface_2)
        painter.drawRoundedRect(box, 16, 16)
        texts = look.px(48)
        sign = box.height() >= texts + 48 + 40
        top = box.center().y() - (texts + (60 if sign else 0)) / 2
        if sign:
            disc = QRectF(box.center().x() - 24, top, 48, 48)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.accent_soft)
            painter.drawEllipse(disc)
            draw_icon(painter, "drop", disc.adjusted(13, 13, -13, -13), theme.accent_ink)
            top += 60
        for text, font, ink, height in (
            (tr(TITLE), look.font(15, 600), theme.text, 26),
            (tr(KINDS), look.font(13), theme.text_3, 22),
        ):
            line = QRectF(box.left() + 8, top, box.width() - 16, look.px(height))
            painter.setFont(font)
            painter.setPen(ink)
            shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, shown)
            top += line.height()
        painter.end()
