"""The whole topology in small, with a frame around what is in view; shown when the view holds but a part of it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.topology.canvas import TopologyCanvas

WIDTH, HEIGHT = 168, 104
MANY_SERVERS = 40
_RIM = 6.0


class Minimap(QWidget):
    """A click or a drag in it brings that part into view."""

    def __init__(self, look: Look, canvas: TopologyCanvas) -> None:
        super().__init__(canvas)
        self._look = look
        self._canvas = canvas
        self._dots: QPixmap | None = None
        self._before: QPointF | None = None
        """The middle of the view before the drag under way."""
        self.setFixedSize(WIDTH, HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # for Esc while it is dragged
        self.setAccessibleName(tr("Overview of the topology"))
        self.setToolTip(tr("Overview: click or drag to move the view"))
        canvas.view_moved.connect(self.follow)
        canvas.nodes_shifted.connect(self.renew)
        look.changed.connect(self.renew)
        self.hide()

    def renew(self) -> None:
        """Draw the servers anew."""
        self._dots = None
        self.follow()

    def follow(self) -> None:
        """Show itself where the view holds but a part of very many servers."""
        seen = self._in_view()
        whole = seen.adjusted(-2, -2, 2, 2).contains(self._canvas.content)
        self.setVisible(len(self._canvas.items_by_id) > MANY_SERVERS and not whole)
        self.move(self._canvas.width() - WIDTH - 8, self._canvas.height() - HEIGHT - 8)
        self.update()

    def _in_view(self) -> QRectF:
        return self._canvas.mapToScene(self._canvas.viewport().rect()).boundingRect()

    def _scale(self) -> float:
        content = self._canvas.content
        return min((WIDTH - 2 * _RIM) / max(content.width(), 1), (HEIGHT - 2 * _RIM) / max(content.height(), 1))

    def _shown(self, place: QPointF) -> QPointF:
        content = self._canvas.content
        offset = (place - content.center()) * self._scale()
        return QPointF(WIDTH / 2, HEIGHT / 2) + offset

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the dots and the frame."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        seen = self._in_view()
        frame = QRectF(self._shown(seen.topLeft()), self._shown(seen.bottomRight())) & QRectF(
            1, 1, WIDTH - 2, HEIGHT - 2
        )
        fill = QColor(self._look.theme.accent)
        fill.setAlphaF(0.12)
        painter.setBrush(fill)
        painter.setPen(QPen(self._look.theme.accent, 1.5))
        painter.drawRoundedRect(frame, 3, 3)

    def _picture(self) -> QPixmap:
        if self._dots is None:
            theme, ratio = self._look.theme, self.devicePixelRatioF()
            picture = QPixmap(round(WIDTH * ratio), round(HEIGHT * ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.line_strong, 1))
            painter.setBrush(theme.surface_2)
            painter.drawRoundedRect(QRectF(0.5, 0.5, WIDTH - 1, HEIGHT - 1), 8, 8)
            painter.setPen(Qt.PenStyle.NoPen)
            for item in self._canvas.items_by_id.values():
                painter.setBrush(theme.tier(item.server.tier).fill)
                painter.drawEllipse(self._shown(item.pos()), 1.3, 1.3)
            painter.end()
            self._dots = picture
        return self._dots

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Bring the place under the pointer into view; until the button is let go, Esc takes the view back."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._before = self._in_view().center()
            self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go on with it."""
        if self._before is not None:
            self._go(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Leave the view where it is, and the keyboard to the canvas."""
        self._before = None
        self._canvas.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Take the view back with Esc."""
        if event.key() == Qt.Key.Key_Escape and self._before is not None:
            self._canvas.show_place(self._before)
            self._before = None

    def _go(self, event: QMouseEvent) -> None:
        offset = event.position() - QPointF(WIDTH / 2, HEIGHT / 2)
        self._canvas.show_place(self._canvas.content.center() + offset * (1 / self._scale()))
