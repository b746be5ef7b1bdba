"""The whole model in one line below its drawing: shows what part of it is in view, and goes elsewhere by a drag."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QScrollBar

from dnnmig_gui.core.topology import Server
from dnnmig_gui.gui.dnn.box_painter import fills
from dnnmig_gui.gui.dnn.painter import ModelPainter
from dnnmig_gui.gui.dnn.picture import Picture
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.look import Look

HEIGHT = 14
BAND = 8.0


class OverviewBar(QScrollBar):
    """A scroll bar in whose bed the model lies: all keys and wheels of a scroll bar work as ever."""

    def __init__(self, look: Look) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._look = look
        self._painter: ModelPainter | None = None
        self._picture: Picture | None = None
        self._servers: Sequence[Server] = ()
        self._band: tuple[object, QPixmap] | None = None
        self._grip: float | None = None
        self.setAccessibleName(tr("Overview of the model"))
        self.setToolTip(tr("The whole model: drag the frame to move along it"))

    def show_model(self, painter: ModelPainter | None, picture: Picture | None, servers: Sequence[Server]) -> None:
        """Show a drawing as it looks now."""
        self._painter, self._picture, self._servers = painter, picture, servers
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the height of the band with room for its frame."""
        return QSize(80, HEIGHT)

    minimumSizeHint = sizeHint  # noqa: N815  Qt's name

    def frame(self) -> QRectF:
        """Return where the part in view lies."""
        whole = self.maximum() - self.minimum() + self.pageStep()
        if whole <= 0:
            return QRectF(self.rect())
        left = self.width() * (self.value() - self.minimum()) / whole
        width = max(10.0, self.width() * self.pageStep() / whole)
        return QRectF(min(left, self.width() - width), 1.0, width, HEIGHT - 2.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take hold of the frame; beside it, bring it here first."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        frame, x = self.frame(), event.position().x()
        self._grip = x - frame.left() if frame.left() <= x <= frame.right() else frame.width() / 2
        self._drag(x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Drag the frame."""
        if self._grip is not None:
            self._drag(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Let go."""
        self._grip = None

    def _drag(self, x: float) -> None:
        room = self.width() - self.frame().width()
        if room > 0 and self._grip is not None:
            share = min(1.0, max(0.0, (x - self._grip) / room))
            self.setValue(self.minimum() + round(share * (self.maximum() - self.minimum())))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the band, and the frame around what is in view."""
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._drawn_band())
        frame = self.frame().adjusted(0.75, 0.75, -0.75, -0.75)
        ground = QColor(theme.accent)
        ground.setAlphaF(0.12)
        painter.setBrush(ground)
        painter.setPen(QPen(theme.accent, 1.5))
        painter.drawRoundedRect(frame, 3, 3)

    def _drawn_band(self) -> QPixmap:
        """Return the picture of all boxes; drawn again only when their colours change, not while they fade."""
        picture, model = self._picture, self._painter
        looks = (picture.places, picture.former if picture.fade <= 0.5 else ()) if picture is not None else None
        shading, marks = (model.shading, model.marks) if model is not None else (None, None)
        key = (model, looks, shading, marks, self.size(), self._look.theme.name, self.devicePixelRatioF())
        if self._band is None or self._band[0] != key:
            self._band = (key, self._draw_band())
        return self._band[1]

    def _draw_band(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        band = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        band.setDevicePixelRatio(ratio)
        band.fill(Qt.GlobalColor.transparent)
        if self._painter is None:
            return band
        theme = self._look.theme
        painter = QPainter(band)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(QRectF(0, (HEIGHT - BAND) / 2, self.width(), BAND), theme.surface_2)
        palette = self._painter.palette(theme, self._picture, self._servers)
        drawing = self._painter.drawing
        scale = self.width() / drawing.width
        rows = max(1, drawing.rows)
        upper = min(box.y for box in drawing.boxes)
        tall = max(box.y + box.height for box in drawing.boxes) - upper
        drawn = -1.0
        for box in drawing.boxes:
            left, width = box.x * scale, max(1.0, box.width * scale)
            if rows == 1 and left + width - drawn < 1 and not palette.marks.found:
                continue  # nothing of it would show
            drawn = max(drawn, left + width)
            top = 0.0 if rows == 1 else (box.y - upper) / tall
            height = BAND if rows == 1 else max(1.0, box.height / tall * BAND)
            painter.setOpacity(0.25 if palette.is_dimmed(box) else 1.0)
            for share, color in fills(palette, self._painter.model, box):
                painter.fillRect(QRectF(left, (HEIGHT - BAND) / 2 + top * BAND, width * share, height), color)
                left += width * share
        painter.end()
        return band
