"""What moves over the links: uploads with their route and packet, tensors of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from dnnmig_gui.core.topology import Tier
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.topology.items import ServerItem, legible
from dnnmig_gui.gui.topology.layout import NODE_HEIGHT, NODE_WIDTH
from dnnmig_gui.gui.topology.links import point_at, travelled

PACKET_HEIGHT = 24.0
LABEL_HEIGHT = 20.0
LABEL_PLACES = (0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2)
"""Where on a link its bandwidth may stand, the best place first."""


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
        Text of the packet that rides on it; empty for a tensor's dot; None for no packet (a hop not under way).
    label
        Bandwidth to write on the link; empty for none.
    upload
        Whether it is part of an upload, else of a query.
    """

    path: QPainterPath
    share: float
    tier: Tier
    packet: str | None
    label: str
    upload: bool


class _TrafficItem(QGraphicsItem):
    margin = 0.0

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._carried: tuple[Carried, ...] = ()
        self._bounds = QRectF()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def shape(self) -> QPainterPath:
        """Return nothing: a click goes through to what is behind."""
        return QPainterPath()

    def show_carried(self, carried: tuple[Carried, ...]) -> None:
        """Draw this from now on."""
        if not carried and not self._carried:
            return
        self.prepareGeometryChange()
        self._carried = carried
        bounds = QRectF()
        for one in carried:
            bounds |= self._extent(one)
        self._bounds = bounds
        self.update()

    def _extent(self, carried: Carried) -> QRectF:
        raise NotImplementedError

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Return what is drawn."""
        return self._bounds


class ActiveLinksItem(_TrafficItem):
    """Links in use, under the nodes."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setZValue(-1)

    def _extent(self, carried: Carried) -> QRectF:
        return carried.path.boundingRect().adjusted(-3, -3, 3, 3)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the rest in the tint, the travelled part in full."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        cap = Qt.PenCapStyle.RoundCap
        for carried in self._carried:
            colors = self._look.theme.tier(carried.tier)
            if not carried.upload:
                color = QColor(colors.line)
                color.setAlphaF(0.6)
                painter.setPen(QPen(color, 2))
                painter.drawPath(carried.path)
                continue
            if carried.share < 1:
                painter.setPen(QPen(colors.tint, 3, Qt.PenStyle.SolidLine, cap))
                painter.drawPath(carried.path)
            if carried.share > 0:
                painter.setPen(QPen(colors.line, 3, Qt.PenStyle.SolidLine, cap))
                painter.drawPath(travelled(carried.path, carried.share))


class PacketsItem(_TrafficItem):
    """Packets, dots and bandwidths, over everything."""

    def __init__(self, look: Look, nodes: Mapping[str, ServerItem]) -> None:
        super().__init__(look)
        self._nodes = nodes
        self.setZValue(3)

    def _extent(self, carried: Carried) -> QRectF:
        return carried.path.boundingRect().adjusted(-80, -30, 80, 30)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint labels where no node, no packet and no other label is, then dots and packets."""
        enlarged = legible(painter)
        pills = [(carried, self._packet_box(carried, enlarged)) for carried in self._carried if carried.packet]
        taken = [box for _, box in pills]
        if any(carried.label for carried in self._carried):
            taken += [_around(item.pos(), NODE_WIDTH, NODE_HEIGHT) for item in self._nodes.values()]
        for carried in self._carried:
            if carried.label:
                self._paint_label(painter, carried, enlarged, taken)
        for carried in self._carried:
            self._paint_dot(painter, carried)
        for carried, box in pills:
            self._paint_packet(painter, carried, box, enlarged)

    def _packet_box(self, carried: Carried, enlarged: float) -> QRectF:
        """Return where a packet's pill lies: over its bytes, but clear of the nodes at both ends."""
        width = (QFontMetricsF(font(11, 600)).horizontalAdvance(carried.packet or "") + 34) * enlarged
        length = carried.path.length()
        clear = min(length / 2, width / 2 + 4)
        center = point_at(carried.path, min(max(carried.share * length, clear), length - clear) / max(length, 1e-9))
        return _around(center, width, PACKET_HEIGHT * enlarged)

    def _paint_label(self, painter: QPainter, carried: Carried, enlarged: float, taken: list[QRectF]) -> None:
        theme = self._look.theme
        lettering = font(11, 500)
        width = (QFontMetricsF(lettering).horizontalAdvance(carried.label) + 14) * enlarged
        for place in LABEL_PLACES:
            box = _around(point_at(carried.path, place), width, LABEL_HEIGHT * enlarged)
            if not any(box.intersects(other) for other in taken):
                break
        else:
            return  # a bandwidth that would hide something is not shown
        taken.append(box)
        painter.save()
        painter.translate(box.center())
        painter.scale(enlarged, enlarged)
        inner = _around(QPointF(), box.width() / enlarged, LABEL_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface)
        painter.drawRoundedRect(inner, 10, 10)
        painter.setPen(theme.tier(carried.tier).ink)
        painter.setFont(lettering)
        painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, carried.label)
        painter.restore()

    def _paint_dot(self, painter: QPainter, carried: Carried) -> None:
        if carried.packet != "":
            return
        theme = self._look.theme
        center = point_at(carried.path, carried.share)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface)
        painter.drawEllipse(center, 6, 6)
        painter.setBrush(theme.client.fill)
        painter.setPen(theme.outline(theme.client))
        painter.drawEllipse(center, 4.5, 4.5)

    def _paint_packet(self, painter: QPainter, carried: Carried, place: QRectF, enlarged: float) -> None:
        theme = self._look.theme
        colors = theme.tier(carried.tier)
        painter.save()
        painter.translate(place.center())
        painter.scale(enlarged, enlarged)
        box = _around(QPointF(), place.width() / enlarged, PACKET_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface)
        painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), 14, 14)
        painter.setBrush(colors.fill)
        painter.drawRoundedRect(box, 12, 12)
        draw_icon(painter, "up", QRectF(box.left() + 8, box.top() + 6, 12, 12), colors.on)
        painter.setPen(colors.on)
        painter.setFont(font(11, 600))
        painter.drawText(box.adjusted(24, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, carried.packet or "")
        painter.restore()


def _around(center: QPointF, width: float, height: float) -> QRectF:
    return QRectF(center.x() - width / 2, center.y() - height / 2, width, height)
