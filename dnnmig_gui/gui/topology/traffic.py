"""What moves over the links: uploads with their route, tensors of queries and the way they came; the lines under it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from dnnmig_gui.core.topology import Tier
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.theme.tokens import Theme
from dnnmig_gui.gui.topology.links import point_at, travelled

CROSS_PX = 8.0
"""Radius of the mark on a link or a server that does not work."""


@dataclass(frozen=True)
class Carried:
    """Bytes on one link.

    Parameters
    ----------
    path
        The link's line in the direction of travel.
    share
        How far they are: 0 not yet on it, 1 over it.
    tier
        The tier whose colour it has.
    packet
        Text of the packet that rides on it, such as "P3 #4"; empty for a tensor's dot; None for a hop not under way.
    label
        Bandwidth to write on the link; empty for none.
    upload
        Whether it is part of an upload, else of a query.
    size_bytes
        How much it is; 0 for a hop not under way.
    """

    path: QPainterPath
    share: float
    tier: Tier
    packet: str | None
    label: str
    upload: bool
    size_bytes: int = 0


class ActiveLinksItem(QGraphicsItem):
    """Links in use, under the nodes."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._carried: tuple[Carried, ...] = ()
        self._down: tuple[QPainterPath, ...] = ()
        self._bounds = QRectF()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(-1)

    def shape(self) -> QPainterPath:
        """Return nothing: a click goes through to what is behind."""
        return QPainterPath()

    def show_carried(self, carried: tuple[Carried, ...], down: tuple[QPainterPath, ...]) -> None:
        """Draw this from now on, and cross out the links that are `down`."""
        if not any((carried, down, self._carried, self._down)):
            return
        self.prepareGeometryChange()
        self._carried, self._down = carried, down
        bounds = QRectF()
        for path in (*(one.path for one in carried), *down):
            bounds |= path.boundingRect().adjusted(-CROSS_PX, -CROSS_PX, CROSS_PX, CROSS_PX)
        self._bounds = bounds
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Return what is drawn."""
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint what is still to go in the tint, the travelled part in full; a query's line is the thinner one."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for carried in self._carried:
            colors = self._look.theme.tier(carried.tier)
            pen = QPen(colors.line, 3 if carried.upload else 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            ahead = QColor(colors.tint if carried.upload else colors.line)
            ahead.setAlphaF(1.0 if carried.upload else 0.35)
            if carried.share < 1:
                painter.setPen(QPen(ahead, pen.widthF(), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawPath(carried.path)
            if carried.share > 0:
                painter.setPen(pen)
                painter.drawPath(travelled(carried.path, carried.share))
        for path in self._down:
            self._paint_down(painter, path)

    def _paint_down(self, painter: QPainter, path: QPainterPath) -> None:
        colors = self._look.theme.failure
        for pen in (QPen(colors.tint, 4), QPen(colors.line, 2, Qt.PenStyle.DashLine)):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen)
            painter.drawPath(path)
        paint_cross(painter, point_at(path, 0.5), self._look.theme)


def paint_cross(painter: QPainter, center: QPointF, theme: Theme) -> None:
    """Paint the mark of what does not work: a cross in a disc."""
    colors = theme.failure
    painter.setPen(QPen(theme.surface, 2))
    painter.setBrush(colors.fill)
    painter.drawEllipse(center, CROSS_PX, CROSS_PX)
    half = CROSS_PX - 3
    draw_icon(painter, "cross", QRectF(center.x() - half, center.y() - half, 2 * half, 2 * half), colors.on)
