"""What is written and what rides over the links: packets, the dots of queries, bandwidths; nothing hides another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from dnnmig_gui.core.topology import Tier
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.topology.items import LEGIBLE_ZOOM, MOST_WIDTH, ServerItem
from dnnmig_gui.gui.topology.layout import NODE_HEIGHT
from dnnmig_gui.gui.topology.links import point_at
from dnnmig_gui.gui.topology.traffic import Carried

LABEL_HEIGHT = 20.0
LABEL_PLACES = (0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2)
"""Where on a link its bandwidth may stand, the best place first."""
_STEP = 6.0
_GAP = 3.0
_RIM = 110.0
_OVER_A_NAME = 0.4
"""How opaque a dot is where its link runs behind a server, so that the server's name can still be read."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True)
class Note:
    """A link's bandwidth, written because the link is chosen or under the pointer.

    Parameters
    ----------
    insists
        Whether it is written even where it hides something: the link is under the pointer.
    """

    path: QPainterPath
    text: str
    chosen: bool
    insists: bool


@dataclass(frozen=True)
class Sign:
    """A text in its place.

    Parameters
    ----------
    tier
        The tier whose colour it has; None for a link that is chosen or under the pointer.
    packet
        Whether it is a packet's name, else a bandwidth.
    """

    box: Box
    text: str
    tier: Tier | None = None
    packet: bool = False
    chosen: bool = False


def packet_height(size_bytes: int) -> float:
    """Return how high a packet's pill is: 20 px for 10 kB, 3 more for a hundred times as much."""
    return min(28.0, max(18.0, 14 + 1.5 * math.log10(max(1, size_bytes))))


def dot_radius(carried: Carried) -> float:
    """Return the radius of the dot where the bytes are: a packet's is as large as its pill allows."""
    if carried.upload:
        return packet_height(carried.size_bytes) / 2 - 6
    return min(6.5, max(3.0, 1.9 + 0.45 * math.log10(max(1, carried.size_bytes))))


class Places:
    """Finds room for what is to be written, where nothing else is.

    Parameters
    ----------
    taken
        Boxes that must stay in view: nodes and dots.
    scale
        By how much all is larger than at full size.
    """

    def __init__(self, taken: Iterable[Box], scale: float) -> None:
        self._taken = list(taken)
        self._scale = scale

    def packet(self, carried: Carried) -> Sign | None:
        """Return where a packet's name stands: on its bytes or beside them; its number alone where room is scarce."""
        here = point_at(carried.path, carried.share)
        hidden = not self.is_free(_box(here, 1, packet_height(carried.size_bytes) * self._scale))
        for text in (carried.packet or "", (carried.packet or "").partition(" ")[2]):
            width, height = (size * self._scale for size in pill_size(text, carried.size_bytes))
            for center in _around_bytes(carried, width, height, dot_radius(carried) * self._scale, hidden=hidden):
                box = _box(center, width, height)
                if self.is_free(box):
                    self._taken.append(box)
                    return Sign(box, text, carried.tier, packet=True)
        return None

    def label(self, path: QPainterPath, text: str, *, insists: bool = False) -> Box | None:
        """Return where a bandwidth stands on its link; None where it would hide something."""
        width = (QFontMetricsF(font(11, 500)).horizontalAdvance(text) + 14) * self._scale
        boxes = [_box(point_at(path, share), width, LABEL_HEIGHT * self._scale) for share in LABEL_PLACES]
        found = next((box for box in boxes if self.is_free(box)), boxes[0] if insists else None)
        if found is not None:
            self._taken.append(found)
        return found

    def is_free(self, box: Box) -> bool:
        """Return whether nothing stands there yet."""
        left, top, right, bottom = box
        return not any(
            left < other[2] and other[0] < right and top < other[3] and other[1] < bottom for other in self._taken
        )


def pill_size(text: str, size_bytes: int) -> tuple[float, float]:
    """Return width and height of a packet's pill at full size; a number alone has no arrow before it."""
    extra = 34 if " " in text else 12
    return QFontMetricsF(font(11, 600)).horizontalAdvance(text) + extra, packet_height(size_bytes)


def _around_bytes(carried: Carried, width: float, height: float, radius: float, *, hidden: bool) -> Iterator[QPointF]:
    """Yield where a pill's middle may be: on the bytes, along the link, above and below.

    Bytes that are `hidden`, on a node that the link runs behind, may have it farther along the link as well.
    """
    length = carried.path.length()
    at = carried.share * length

    def along(low: float, high: float) -> Iterator[QPointF]:
        for step in range(int(low / _STEP), int(high / _STEP) + 2):
            for shifted in {at + step * _STEP, at - step * _STEP}:
                if 0 <= shifted <= length:
                    yield point_at(carried.path, shifted / max(length, 1e-9))

    near = 0.75 * width + radius
    yield from along(0, near)
    here = point_at(carried.path, carried.share)
    rise = height / 2 + radius + _GAP
    for across, down in ((0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1)):
        yield here + QPointF(across * width / 2, down * rise)
    if hidden:
        yield from along(near, near + MOST_WIDTH)


def _box(center: QPointF, width: float, height: float) -> Box:
    return center.x() - width / 2, center.y() - height / 2, center.x() + width / 2, center.y() + height / 2


class SignsItem(QGraphicsItem):
    """Packets, dots and bandwidths, over everything."""

    def __init__(self, look: Look, nodes: Mapping[str, ServerItem]) -> None:
        super().__init__()
        self._look = look
        self._nodes = nodes
        self.carried: tuple[Carried, ...] = ()
        self._notes: tuple[Note, ...] = ()
        self._scale = 1.0
        self._far = False
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(3)

    def shape(self) -> QPainterPath:
        """Return nothing: a click goes through to what is behind."""
        return QPainterPath()

    def show_carried(self, carried: tuple[Carried, ...]) -> None:
        """Draw these packets and dots from now on."""
        if carried or self.carried:
            self.prepareGeometryChange()
            self.carried = carried
            self.update()

    def show_notes(self, notes: tuple[Note, ...]) -> None:
        """Write these bandwidths of links that are chosen or under the pointer."""
        if notes or self._notes:
            self.prepareGeometryChange()
            self._notes = notes
            self.update()

    def zoomed(self, zoom: float, *, far: bool) -> None:
        """Draw larger in a view that is zoomed out, so that it can be read; servers `far` away are dots."""
        self._far = far
        scale = max(1.0, LEGIBLE_ZOOM / max(zoom, 0.01))
        if scale != self._scale:
            self.prepareGeometryChange()
            self._scale = scale

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Return what is drawn."""
        bounds = QRectF()
        for path in (*(one.path for one in self.carried), *(one.path for one in self._notes)):
            bounds |= path.boundingRect()
        rim = _RIM * self._scale
        return bounds.adjusted(-rim, -rim, rim, rim) if self.carried or self._notes else bounds

    def signs(self) -> list[Sign]:
        """Return what is written now, and where: packets first, then what is chosen, then all other bandwidths."""
        taken = self._node_boxes()
        for carried in self.carried:
            if carried.packet is not None and not carried.upload:
                taken.append(self._dot_box(carried))
        places = Places(taken, self._scale)
        found = [places.packet(carried) for carried in self.carried if carried.packet]
        for note in sorted(self._notes, key=lambda note: not note.insists):
            box = places.label(note.path, note.text, insists=note.insists)
            found.append(Sign(box, note.text, chosen=note.chosen) if box is not None else None)
        for carried in self.carried:
            if carried.label:
                box = places.label(carried.path, carried.label)
                found.append(Sign(box, carried.label, carried.tier) if box is not None else None)
        return [sign for sign in found if sign is not None]

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint bandwidths, then the dots where bytes are, then the packets' pills."""
        signs = self.signs()
        for sign in signs:
            if not sign.packet:
                self._paint_label(painter, sign)
        nodes = Places(self._node_boxes(), self._scale)
        for carried in self.carried:
            if carried.packet is not None:
                here = _box(point_at(carried.path, carried.share), 0, 0)
                painter.setOpacity(1.0 if nodes.is_free(here) else _OVER_A_NAME)
                self._paint_dot(painter, carried)
        painter.setOpacity(1.0)
        for sign in signs:
            if sign.packet:
                self._paint_packet(painter, sign)

    def _node_boxes(self) -> list[Box]:
        """Return where servers stand that are drawn with their names on them."""
        bounds = self.boundingRect()
        return [] if self._far else [_node_box(item) for item in self._nodes.values() if bounds.contains(item.pos())]

    def _dot_box(self, carried: Carried) -> Box:
        size = 2 * dot_radius(carried) * self._scale
        return _box(point_at(carried.path, carried.share), size, size)

    def _paint_label(self, painter: QPainter, sign: Sign) -> None:
        theme = self._look.theme
        with _Scaled(painter, sign.box, self._scale) as box:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.accent_soft if sign.chosen else theme.surface)
            painter.drawRoundedRect(box, 10, 10)
            plain = theme.tier(sign.tier).ink if sign.tier is not None else theme.text_2
            painter.setPen(theme.accent_ink if sign.chosen else plain)
            painter.setFont(font(11, 500))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign.text)

    def _paint_dot(self, painter: QPainter, carried: Carried) -> None:
        theme = self._look.theme
        center = point_at(carried.path, carried.share)
        radius = dot_radius(carried) * self._scale
        colors = theme.tier(carried.tier) if carried.upload else theme.client
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface)
        painter.drawEllipse(center, radius + 1.5 * self._scale, radius + 1.5 * self._scale)
        painter.setBrush(colors.fill)
        painter.setPen(theme.outline(colors))
        painter.drawEllipse(center, radius, radius)

    def _paint_packet(self, painter: QPainter, sign: Sign) -> None:
        assert sign.tier is not None
        theme = self._look.theme
        colors = theme.tier(sign.tier)
        with _Scaled(painter, sign.box, self._scale) as box:
            radius = box.height() / 2
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.surface)
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), radius + 2, radius + 2)
            painter.setBrush(colors.fill)
            painter.drawRoundedRect(box, radius, radius)
            painter.setPen(colors.on)
            painter.setFont(font(11, 600))
            if " " not in sign.text:
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign.text)
                return
            draw_icon(painter, "up", QRectF(box.left() + 8, -6, 12, 12), colors.on)
            painter.drawText(box.adjusted(24, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, sign.text)


class _Scaled:
    """Paints into a box about the origin that is as large as at full size."""

    def __init__(self, painter: QPainter, box: Box, scale: float) -> None:
        self._painter, self._box, self._scale = painter, box, scale

    def __enter__(self) -> QRectF:
        left, top, right, bottom = self._box
        self._painter.save()
        self._painter.translate((left + right) / 2, (top + bottom) / 2)
        self._painter.scale(self._scale, self._scale)
        width, height = (right - left) / self._scale, (bottom - top) / self._scale
        return QRectF(-width / 2, -height / 2, width, height)

    def __exit__(self, *_: object) -> None:
        self._painter.restore()


def _node_box(item: ServerItem) -> Box:
    return _box(item.pos(), 2 * item.half_width, NODE_HEIGHT)
