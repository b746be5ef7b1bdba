"""Many servers seen from afar: one item paints them all, and names as many as there is room for."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QStaticText
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from dnnmig_gui.core.topology import Tier
from dnnmig_gui.core.topology.server import TIERS
from dnnmig_gui.gui.theme.fonts import font, text_scale
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.topology.items import ServerItem, title_width

MOST_NAMED = 12
"""Of so many servers chosen, each has its name beside it."""
MOST_NODES = 150
"""Beyond this many in view, servers are dots."""
RADIUS = 5.0
"""Of a dot on the screen; less where they stand closer than that."""
SMALL_ZOOM, FEW_NODES = 0.36, 20
"""Names on nodes are too small to read below this zoom; more than a few servers are dots then."""
_CELL = 112.0
_BETWEEN, _LINE = 10.0, 24.0
"""From a name to the next one beside it, and to the next one below, on the screen."""


class CrowdItem(QGraphicsItem):
    """Servers as dots of one size on the screen, whatever the zoom."""

    def __init__(self, look: Look, nodes: Mapping[str, ServerItem]) -> None:
        super().__init__()
        self._look = look
        self._nodes = nodes
        self._radius = RADIUS
        self._bounds = QRectF()
        self._labels: list[tuple[QPointF, QStaticText]] = []
        self._places: dict[Tier, list[QPointF]] = {}
        self._stamps: dict[tuple[str, float, Tier, float], QPixmap] = {}
        self.setZValue(1)
        self.hide()

    def lay(self, zoom: float) -> None:
        """Follow the nodes, and choose the names to show at this zoom."""
        self.prepareGeometryChange()
        self._radius = min(RADIUS, max(1.5, 18 * zoom))
        self._places = {tier: [] for tier in TIERS}
        self._labels = []
        bounds = QRectF()
        taken: dict[tuple[int, int], list[tuple[QPointF, float]]] = {}
        for item in self._nodes.values():
            place = item.pos()
            self._places[item.server.tier].append(place)
            here = place * zoom
            wide = title_width(item.title) * text_scale()
            cell = (int(here.x() // _CELL), int(here.y() // _LINE))
            near = ((cell[0] + across, cell[1] + down) for across in (-2, -1, 0, 1, 2) for down in (-1, 0, 1))
            if not any(_is_near(here, wide, other) for place_near in near for other in taken.get(place_near, ())):
                taken.setdefault(cell, []).append((here, wide))
                text = QStaticText(item.title)
                text.prepare(font=font(11, 500))
                self._labels.append((place, text))
        places = [place for tier in TIERS for place in self._places[tier]]
        if places:
            xs, ys = [place.x() for place in places], [place.y() for place in places]
            bounds = QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
        room = 130 / zoom
        self._bounds = bounds.adjusted(-room, -room, room, room)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Return what dots and names cover."""
        return self._bounds

    def shape(self) -> QPainterPath:
        """Return nothing: the nodes are clicked, not their picture."""
        return QPainterPath()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint dots in the tiers' colours, the chosen ones with a ring, and names under them."""
        theme = self._look.theme
        transform = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        seen = QRectF(painter.viewport()).adjusted(-130, -30, 130, 30)
        for tier in TIERS:
            stamp = self._stamp(tier, painter.device().devicePixelRatioF())
            half = self._radius + 2
            points = (transform.map(place) for place in self._places.get(tier, ()))
            for point in points:
                if seen.contains(point):
                    painter.drawPixmap(QPointF(point.x() - half, point.y() - half), stamp)
        behind = QColor(theme.surface)
        behind.setAlphaF(0.85)
        painter.setFont(font(11, 500))
        painter.setPen(theme.text_2)
        for place, text in self._labels:
            point = transform.map(place)
            if seen.contains(point):
                size = text.size()
                corner = QPointF(point.x() - size.width() / 2, point.y() + self._radius + 1)
                if corner.y() + size.height() > seen.bottom() - 30:
                    continue  # half of a name at the lower edge says nothing
                painter.fillRect(QRectF(corner, size).adjusted(-3, 0, 3, 0), behind)
                painter.drawStaticText(corner, text)
        lit = [item for item in self._nodes.values() if item.chosen or item.awaited or item.hovered]
        for item in lit:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.text_3 if item.hovered and not item.chosen else theme.accent, 2))
            point = transform.map(item.pos())
            painter.drawEllipse(point, self._radius + 4, self._radius + 4)
            if item.hovered or len(lit) <= MOST_NAMED:
                text = QStaticText(item.title)
                text.prepare(font=font(11, 600))
                box = QRectF(QPointF(point.x() - text.size().width() / 2, point.y() + self._radius + 5), text.size())
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.accent_soft)
                painter.drawRoundedRect(box.adjusted(-5, -1, 5, 1), 6, 6)
                painter.setPen(theme.accent_ink)
                painter.setFont(font(11, 600))
                painter.drawStaticText(box.topLeft(), text)
        painter.restore()

    def _stamp(self, tier: Tier, ratio: float) -> QPixmap:
        radius = self._radius
        key = (self._look.theme.name, ratio, tier, radius)
        if key not in self._stamps:
            size = round((radius + 2) * 2 * ratio)
            stamp = QPixmap(size, size)
            stamp.setDevicePixelRatio(ratio)
            stamp.fill(Qt.GlobalColor.transparent)
            painter = QPainter(stamp)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen if radius < RADIUS else QPen(self._look.theme.surface, 1.5))
            painter.setBrush(self._look.theme.tier(tier).fill)
            painter.drawEllipse(QPointF(radius + 2, radius + 2), radius, radius)
            painter.end()
            self._stamps[key] = stamp
        return self._stamps[key]


def _is_near(one: QPointF, wide: float, other: tuple[QPointF, float]) -> bool:
    """Return whether two names have no room beside one another."""
    place, width = other
    return abs(one.x() - place.x()) < (wide + width) / 2 + _BETWEEN and abs(one.y() - place.y()) < _LINE
