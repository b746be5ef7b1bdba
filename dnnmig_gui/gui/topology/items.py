"""What stands on the canvas: tier bands, links and server nodes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from dnnmig_gui.core.reporting.numbers import ghz_text
from dnnmig_gui.core.topology import Server
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import COLUMN_TITLES, TIER_TITLES, server_title
from dnnmig_gui.gui.theme.fonts import font, text_scale
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.theme.style import mixed
from dnnmig_gui.gui.topology.layout import NODE_HEIGHT, NODE_WIDTH, Band
from dnnmig_gui.gui.topology.links import HALF_HEIGHT, HALF_WIDTH
from dnnmig_gui.gui.topology.traffic import paint_cross

TEXT_LEFT, TEXT_RIGHT = 44.0, 10.0
MOST_WIDTH = 208.0
"""Of a node: longer names are cut off."""
BAND_SHARE = {"light": 0.4, "dark": 0.15}
LEGIBLE_ZOOM, MOST_ENLARGED = 0.92, 1.45
ALONE_LEFT, ALONE_RIGHT = TEXT_LEFT - 4, TEXT_RIGHT - 6
"""Around a name that stands alone, as in a view that is zoomed out."""
LEAST_SHARE = 0.88
"""A name that stands alone is written smaller by so much before it is cut off."""
ONE_LINE_FROM = 1.08


def legible(painter: QPainter) -> float:
    """Return by how much texts are to be drawn larger, so that they can be read in a view that is zoomed out."""
    zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
    return min(MOST_ENLARGED, max(1.0, LEGIBLE_ZOOM / max(zoom, 0.01)))


@cache
def title_width(title: str) -> float:
    """Return how wide a name is at full size, whatever the size of text."""
    return QFontMetricsF(font(12, 600)).horizontalAdvance(title) / text_scale()


def node_width(titles: Iterable[str]) -> float:
    """Return the width of nodes that are to hold these names, as wide as the longest one needs."""
    longest = max((title_width(title) for title in titles), default=0.0)
    alone, beside = longest * MOST_ENLARGED, ALONE_LEFT + ALONE_RIGHT
    if alone * LEAST_SHARE + beside <= NODE_WIDTH:
        return NODE_WIDTH
    needed = max(longest + TEXT_LEFT + TEXT_RIGHT + 4, alone + beside)
    return min(MOST_WIDTH, max(NODE_WIDTH, math.ceil(needed / 8) * 8))


@dataclass(frozen=True)
class NodeState:
    """How a node looks now: `ring` is the share of its load ring, None for none; one that is `down` is crossed."""

    subtitle: str = ""
    ring: float | None = None
    spoken: str = ""
    down: bool = False


class BandsItem(QGraphicsItem):
    """The faint columns behind the tiers."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._bands: tuple[Band, ...] = ()
        self.setZValue(-3)
        self._bounds = QRectF()

    def show_bands(self, bands: tuple[Band, ...]) -> None:
        """Draw these bands from now on."""
        self.prepareGeometryChange()
        self._bands = bands
        self._bounds = QRectF()
        for band in bands:
            self._bounds |= QRectF(band.left, band.top, band.width, band.height)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Return what the bands cover."""
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint each band with its title."""
        theme = self._look.theme
        zoom = max(0.01, QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform()))
        for band in self._bands:
            colors = theme.tier(band.tier)
            box = QRectF(band.left, band.top, band.width, band.height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mixed(theme.surface, colors.tint, BAND_SHARE[theme.name]))
            painter.drawRoundedRect(box, 8, 8)
            painter.setPen(colors.ink)
            painter.setFont(font(round(max(12 * legible(painter), min(12 / zoom, band.heading * 0.45))), 600))
            painter.drawText(QPointF(band.left + 12, band.top + band.heading * 0.73), tr(COLUMN_TITLES[band.tier]))


class ServerItem(QGraphicsItem):
    """A server's node: a pill with icon disc, name and what it does."""

    def __init__(self, look: Look, server: Server) -> None:
        super().__init__()
        self._look = look
        self.half_width = HALF_WIDTH
        self._stand_for(server)
        self.state = NodeState()
        self.chosen = False
        self.awaited = False
        self.hovered = False
        self._rimmed = False
        self.setZValue(1)

    def show_server(self, server: Server) -> None:
        """Stand for the server as the document has it now."""
        if server is not self.server:
            self._stand_for(server)
            self.update()

    def show_width(self, width: float) -> bool:
        """Be so wide; return whether it was not yet."""
        if width == 2 * self.half_width:
            return False
        self.prepareGeometryChange()
        self.half_width = width / 2
        return True

    def set_rimmed(self, rimmed: bool) -> None:
        """Have a thin rim, where no band sets the node off."""
        if rimmed != self._rimmed:
            self._rimmed = rimmed
            self.update()

    def _stand_for(self, server: Server) -> None:
        self.server = server
        self.title = server_title(server)
        self.setToolTip(f"{self.title}\n{tr(TIER_TITLES[server.tier])} · {ghz_text(server.compute_ghz)}")

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Return the pill with room for the outline of a selected one."""
        return self._pill().adjusted(-5, -5, 5, 5)

    def _pill(self) -> QRectF:
        return QRectF(-self.half_width, -HALF_HEIGHT, 2 * self.half_width, NODE_HEIGHT)

    def shape(self) -> QPainterPath:
        """Return the pill."""
        path = QPainterPath()
        path.addRoundedRect(self._pill(), HALF_HEIGHT, HALF_HEIGHT)
        return path

    def show_state(self, state: NodeState) -> None:
        """Repaint, if it looks different now."""
        if state != self.state:
            self.state = state
            self.update()

    def set_chosen(self, chosen: bool) -> None:
        """Draw or drop the outline of a selected node; it lies over those that are not selected."""
        if chosen != self.chosen:
            self.chosen = chosen
            self.setZValue(2 if chosen else 1)
            self.update()

    def set_awaited(self, awaited: bool) -> None:
        """Outline the node that a link or a model under way would go to."""
        if awaited != self.awaited:
            self.awaited = awaited
            self.update()

    def set_hovered(self, hovered: bool) -> None:
        """Show that a click would choose it."""
        if hovered != self.hovered:
            self.hovered = hovered
            self.update()

    def accessible_text(self) -> str:
        """Return what a screen reader says of it."""
        parts = [self.title, tr(TIER_TITLES[self.server.tier]).lower(), self.state.spoken]
        return ", ".join(part for part in parts if part)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the node."""
        theme = self._look.theme
        colors = theme.tier(self.server.tier)
        pill = self._pill()
        if self.chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.accent, 2))
            painter.drawRoundedRect(pill.adjusted(-3, -3, 3, 3), 23, 23)
        elif self.awaited:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.accent, 2, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(pill.adjusted(-3, -3, 3, 3), 23, 23)
        painter.setPen(QPen(theme.line, 1) if self._rimmed else Qt.PenStyle.NoPen)
        plain = theme.surface if theme.name == "light" else mixed(theme.surface_2, theme.surface_3, 0.4)
        painter.setBrush(mixed(plain, theme.surface_3, 0.6) if self.hovered else plain)
        painter.drawRoundedRect(pill, HALF_HEIGHT, HALF_HEIGHT)
        center = QPointF(-self.half_width + 20, 0)
        busy = self.state.ring is not None
        painter.setBrush(colors.fill if busy else colors.tint)
        painter.setPen(theme.outline(colors))
        painter.drawEllipse(center, 12.5, 12.5)
        icon = QRectF(center.x() - 7.5, -7.5, 15, 15)
        draw_icon(painter, self.server.tier, icon, colors.on if busy else colors.ink)
        if self.state.ring is not None:
            ring = QRectF(center.x() - 16, -16, 32, 32)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colors.tint, 3))
            painter.drawEllipse(ring)
            painter.setPen(QPen(colors.line, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawArc(ring, 90 * 16, -round(self.state.ring * 360 * 16))
        if self.state.down:
            paint_cross(painter, center + QPointF(9, 9), theme)
        self._paint_texts(painter)

    def _paint_texts(self, painter: QPainter) -> None:
        theme = self._look.theme
        pill = self._pill()
        left = pill.left() + TEXT_LEFT
        width = 2 * self.half_width - TEXT_LEFT - TEXT_RIGHT
        enlarged = legible(painter)
        if enlarged * text_scale() > ONE_LINE_FROM:
            # Two lines would be too small to read: the name alone, as large as it fits; the ring says how busy.
            box = pill.adjusted(ALONE_LEFT, 0, -ALONE_RIGHT, 0)
            lettering = _fitting(self.title, font(round(12 * enlarged), 600), box.width(), LEAST_SHARE)
            painter.setFont(lettering)
            painter.setPen(theme.text)
            shown = QFontMetricsF(lettering).elidedText(self.title, Qt.TextElideMode.ElideMiddle, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
            return
        for text, lettering, baseline, color in (
            (self.title, font(12, 600), -2.63, theme.text),
            (self.state.subtitle, font(11), 12.0, theme.text_3 if self.state.ring is None else theme.text_2),
        ):
            fits = _fitting(text, lettering, width)
            shown = QFontMetricsF(fits).elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.setFont(fits)
            painter.setPen(color)
            painter.drawText(QPointF(left, baseline), shown)


def _fitting(text: str, lettering: QFont, width: float, least_share: float = 1.0) -> QFont:
    """Return the font, smaller where the text is wider; no less than a share of it without the setting of text size."""
    wanted = QFontMetricsF(lettering).horizontalAdvance(text)
    if wanted <= width:
        return lettering
    made = QFont(lettering)
    least = math.ceil(lettering.pixelSize() * least_share / text_scale())
    made.setPixelSize(max(least, int(lettering.pixelSize() * width / wanted)))
    return made


def nearest(here: ServerItem, items: Iterable[ServerItem], way: QPointF) -> ServerItem | None:
    """Return the node that comes first in a direction, those straight ahead before those aside."""
    best, least = None, float("inf")
    for item in items:
        gap = item.pos() - here.pos()
        along = QPointF.dotProduct(gap, way)
        aside = abs(gap.x() * way.y()) + abs(gap.y() * way.x())
        if along > 1 and along + 2 * aside < least:
            best, least = item, along + 2 * aside
    return best
