"""A tile of the palette: a click adds such a part, a drag carries it to where it is dropped."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QDrag, QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy, QWidget

from dnnmig_gui.gui.theme.fonts import font, scaled, text_scale
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.look import Look

HEIGHT = 60
_DISC = 13.0


class Dragging:
    """Begins a drag once the pointer has left the place of the press.

    Parameters
    ----------
    owner
        The widget that is dragged from.
    pack
        Returns what is carried; None where there is nothing to carry.
    picture
        Returns what follows the pointer.
    held_at
        The point of the picture where the pointer is; its middle unless given.
    """

    def __init__(
        self,
        owner: QWidget,
        pack: Callable[[], QMimeData | None],
        picture: Callable[[], QPixmap],
        held_at: QPoint | None = None,
    ) -> None:
        self._owner = owner
        self._pack = pack
        self._picture = picture
        self._held_at = held_at
        self._start: QPoint | None = None

    def press(self, event: QMouseEvent) -> None:
        """Remember where the press was."""
        self._start = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None

    def move(self, event: QMouseEvent) -> bool:
        """Carry on with a drag; return whether there was one, which is over now."""
        if self._start is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return False
        if (event.position().toPoint() - self._start).manhattanLength() < QApplication.startDragDistance():
            return False
        self._start = None
        data = self._pack()
        if data is None:
            return False
        drag = QDrag(self._owner)
        drag.setMimeData(data)
        picture = self._picture()
        drag.setPixmap(picture)
        size = picture.deviceIndependentSize()
        drag.setHotSpot(self._held_at or QPoint(round(size.width() / 2), round(size.height() / 2)))
        drag.exec(Qt.DropAction.CopyAction)
        return True


class Tile(QAbstractButton):
    """An icon on a disc over a word.

    Parameters
    ----------
    icon
        Name of the icon.
    colors
        Returns disc and ink in the theme in force.
    pack
        Returns what a drag of it carries; None for a tile that cannot be dragged.
    """

    def __init__(
        self,
        look: Look,
        title: str,
        icon: str,
        colors: Callable[[], tuple[QColor, QColor]],
        pack: Callable[[], QMimeData | None] = lambda: None,
    ) -> None:
        super().__init__()
        self._look = look
        self._icon = icon
        self._colors = colors
        self._dragging = Dragging(self, pack, self._picture)
        self.setText(title)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._fit)

    def _fit(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the size of a tile in the mock-up; larger text has higher tiles."""
        return QSize(80, scaled(HEIGHT))

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
        """Return the node that the tile stands for, to follow the pointer."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(112 * ratio), round(40 * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._look.theme
        painter.setPen(QPen(theme.accent, 1.5))
        painter.setBrush(theme.surface)
        painter.drawRoundedRect(QRectF(1, 1, 110, 38), 19, 19)
        self._paint_disc(painter, QPointF(20, 20))
        painter.setPen(theme.text)
        painter.setFont(font(12, 600))
        painter.drawText(QRectF(40, 0, 70, 40), Qt.AlignmentFlag.AlignVCenter, self.text().split()[0])
        painter.end()
        return picture

    def _paint_disc(self, painter: QPainter, center: QPointF, scale: float = 1.0) -> None:
        disc, ink = self._colors()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(disc)
        painter.drawEllipse(center, scale * _DISC, scale * _DISC)
        half = 8 * scale
        draw_icon(painter, self._icon, QRectF(center.x() - half, center.y() - half, 2 * half, 2 * half), ink)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint bed, disc and word."""
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bed = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(
            theme.accent_soft if self.isChecked() else theme.surface_3 if self.underMouse() else theme.surface_2
        )
        painter.drawRoundedRect(bed, 8, 8)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.accent, 2))
            painter.drawRoundedRect(bed.adjusted(1, 1, -1, -1), 7, 7)
        self._paint_disc(painter, QPointF(bed.center().x(), scaled(22)), text_scale())
        painter.setPen(theme.accent_ink if self.isChecked() else theme.text_2)
        painter.setFont(_fitting(self.text(), bed.width() - 4))
        painter.drawText(QRectF(0, scaled(38), bed.width(), scaled(18)), Qt.AlignmentFlag.AlignCenter, self.text())


def _fitting(text: str, width: float) -> QFont:
    """Return the font of a tile's word, set closer where the word is long."""
    made = font(11, 500)
    wanted = QFontMetricsF(made).horizontalAdvance(text)
    if wanted > width:
        made.setStretch(max(80, int(100 * width / wanted)))
        # Letters set too close are harder to read than small ones.
        made.setPixelSize(max(11, min(made.pixelSize(), int(made.pixelSize() * width / wanted / 0.8))))
    return made
