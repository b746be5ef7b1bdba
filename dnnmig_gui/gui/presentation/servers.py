"""The topology for a hall: a disc a server, what is busy, what is on the links."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from dnnmig_gui.core.topology import TIERS, Tier
from dnnmig_gui.gui.charts.lettering import BOLD, draw_text, faded, text_width
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.presentation.scene import Scene
from dnnmig_gui.gui.run_state import Packet
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.tokens import Theme

MOST_A_TIER = 6
MOST_PILLS = 3
"""With more clients at work only the pill of the one that is followed has its name."""
PITCH_MOST = 108.0
COLUMNS: dict[Tier, float] = {"client": 0.085, "edge": 0.56, "cloud": 0.93}
"""Where the tiers stand, as shares of the width."""


@dataclass(frozen=True)
class Spot:
    """A server's place: its centre, and the radius of its disc."""

    center: QPointF
    radius: float
    tier: Tier


@dataclass(frozen=True)
class Choice:
    """The servers of a tier that there is room for.

    Parameters
    ----------
    shown
        In the order of the scenario.
    hidden
        How many are left out.
    all_idle
        Whether none of those takes part.
    """

    shown: list[int]
    hidden: int
    all_idle: bool


def chosen_servers(scene: Scene) -> dict[Tier, Choice]:
    """Return for each tier the servers to show: first those of the scene's user, then others that take part."""
    plan = scene.run.plan
    own = {int(place) for place in plan.users[scene.user].places} | {plan.problem.users[scene.user].client}
    used = {int(place) for user in plan.users for place in user.places} | {user.client for user in plan.problem.users}
    found: dict[Tier, Choice] = {}
    for tier in TIERS:
        servers = list(plan.problem.tier_servers[tier])
        ranked = sorted(servers, key=lambda server: (server not in own, server not in used))
        shown, hidden = ranked[:MOST_A_TIER], ranked[MOST_A_TIER:]
        if servers:
            found[tier] = Choice(sorted(shown, key=servers.index), len(hidden), used.isdisjoint(hidden))
    return found


def spots(scene: Scene, rect: QRectF) -> dict[int, Spot]:
    """Return where each shown server stands."""
    found = {}
    chosen = chosen_servers(scene)
    most = max((len(choice.shown) for choice in chosen.values()), default=1)
    pitch = min(PITCH_MOST, rect.height() / max(1, most))
    for tier, choice in chosen.items():
        servers = choice.shown
        x = rect.left() + COLUMNS[tier] * rect.width()
        # Few servers stand wider apart, as if each were the head of a group.
        step = pitch * (1.6 if len(servers) * 1.6 <= most else 1.0)
        top = rect.center().y() - step * (len(servers) - 1) / 2
        for place, server in enumerate(servers):
            found[server] = Spot(QPointF(x, top + place * step), 0.26 * pitch, tier)
    return found


class Stand:
    """The servers of a scene, each in its place.

    Parameters
    ----------
    rect
        Where on the page.
    px
        Size of the smallest text.
    """

    def __init__(self, scene: Scene, rect: QRectF, px: int, theme: Theme) -> None:
        self._scene, self._rect, self._px, self._theme = scene, rect, px, theme
        self._chosen = chosen_servers(scene)
        self._crowded = "client" in self._chosen and len(self._chosen["client"].shown) > MOST_PILLS
        self.placed = spots(scene, rect.adjusted(0, px * 2.2, 0, -px * 1.4))

    def paint_ground(self, painter: QPainter) -> None:
        """Draw tiers, links, and every server as if it were idle."""
        rect, px, theme = self._rect, self._px, self._theme
        right = rect.left()
        for tier, choice in self._chosen.items():
            x = rect.left() + COLUMNS[tier] * rect.width()
            width = text_width(tr(tier.capitalize()), px, BOLD)
            left = max(min(max(rect.left(), x - width / 2), rect.right() - width), right)
            right = left + width + 12
            box = QRectF(left, rect.top(), width + 8, px * 1.5)
            draw_text(painter, box, tr(tier.capitalize()), theme.tier(tier).ink, px=px, weight=BOLD)
            if choice.hidden:
                text = tr("+{hidden} idle").format(hidden=choice.hidden) if choice.all_idle else f"+{choice.hidden}"
                half = text_width(text, px, BOLD) / 2 + 4
                center = max(rect.left() + half, min(x, rect.right() - half))
                box = QRectF(center - half, rect.bottom() - px * 1.3, 2 * half, px * 1.3)
                draw_text(painter, box, text, theme.text_3, px=px, weight=BOLD, align=Qt.AlignmentFlag.AlignHCenter)
        _paint_links(painter, self._scene, self.placed, theme)
        for spot in self.placed.values():
            _paint_server(painter, spot, theme, 0.0, active=False)

    def paint_moment(self, painter: QPainter, t: float) -> None:
        """Draw packets and the servers that take part in what happens at a time."""
        scene, placed, theme = self._scene, self.placed, self._theme
        packets = [one for one in scene.state.packets(t) if one.source in placed and one.target in placed]
        for packet in packets:
            _paint_way(painter, scene, placed, packet, theme)
        busy = scene.state.busy_shares(t)
        receiving = {packet.destination for packet in packets if packet.what == "partition"}
        clients = {scene.run.plan.problem.users[packet.user].client for packet in packets}
        ends = {end for packet in packets for end in (packet.source, packet.target)}
        for server, spot in placed.items():
            share = busy.get(server, 0.0)
            active = share > 0 or server in receiving or server in clients
            if active or server in ends:
                _paint_server(painter, spot, theme, share, active=active)
        for packet in sorted(packets, key=lambda one: (one.what == "partition", one.user == scene.user)):
            here = _place(placed, packet)
            if packet.what == "partition" and (packet.user == scene.user or not self._crowded):
                _paint_pill(painter, scene, here, packet, theme, self._px)
            else:
                _paint_dot(painter, scene, here, packet, theme)


def _paint_links(painter: QPainter, scene: Scene, placed: dict[int, Spot], theme: Theme) -> None:
    painter.setPen(QPen(theme.line_strong, 2))
    for one, other in scene.run.plan.problem.topology.links():
        if one in placed and other in placed and placed[one].tier != placed[other].tier:
            direct = abs(TIERS.index(placed[one].tier) - TIERS.index(placed[other].tier)) == 1
            if direct:
                painter.setPen(QPen(faded(theme.line_strong, 0.6), 2))
                painter.drawLine(placed[one].center, placed[other].center)


def _way(placed: dict[int, Spot], packet: Packet) -> tuple[QPointF, QPointF]:
    """Return the part of a link that discs leave free: that is the way of a packet."""
    one, other = placed[packet.source], placed[packet.target]
    way = other.center - one.center
    length = max(1.0, math.hypot(way.x(), way.y()))
    # Half of a pill must find room beside a disc.
    margins = (min(0.3, (one.radius * 1.6 + 44) / length), min(0.3, (other.radius * 1.6 + 44) / length))
    return one.center + way * margins[0], other.center - way * margins[1]


def _paint_way(painter: QPainter, scene: Scene, placed: dict[int, Spot], packet: Packet, theme: Theme) -> None:
    """Draw the link under a packet: what lies behind it in full, the rest as a tint."""
    if packet.what != "partition":
        return
    one, other = placed[packet.source].center, placed[packet.target].center
    start, end = _way(placed, packet)
    tier = scene.run.plan.problem.topology.servers[packet.destination].tier
    here = start + (end - start) * packet.share
    for first, second, color in ((one, here, theme.tier(tier).line), (here, other, theme.tier(tier).tint)):
        painter.setPen(QPen(color, 8))
        painter.drawLine(first, second)


def _paint_server(painter: QPainter, spot: Spot, theme: Theme, share: float, *, active: bool) -> None:
    colors, radius = theme.tier(spot.tier), spot.radius * (1.12 if active else 1.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.bg)
    painter.drawEllipse(spot.center, spot.radius * 1.6, spot.radius * 1.6)
    painter.setBrush(colors.fill if active else colors.tint)
    painter.drawEllipse(spot.center, radius, radius)
    side = radius * 1.0
    icon = QRectF(spot.center.x() - side / 2, spot.center.y() - side / 2, side, side)
    draw_icon(painter, spot.tier, icon, colors.on if active else colors.ink)
    if share > 0:
        ring = QRectF(0, 0, 2 * spot.radius * 1.4, 2 * spot.radius * 1.4)
        ring.moveCenter(spot.center)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.tint, 6))
        painter.drawEllipse(ring)
        pen = QPen(colors.line, 6)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(ring, 90 * 16, -round(share * 360 * 16))


def _place(placed: dict[int, Spot], packet: Packet) -> QPointF:
    start, end = _way(placed, packet)
    return start + (end - start) * packet.share


def _paint_dot(painter: QPainter, scene: Scene, here: QPointF, packet: Packet, theme: Theme) -> None:
    """Draw a query's tensor; or a P3 of somebody else where pills would hide one another."""
    destination = scene.run.plan.problem.topology.servers[packet.destination].tier
    painter.setPen(QPen(theme.bg, 4))
    painter.setBrush(theme.client.fill if packet.what == "tensor" else theme.tier(destination).fill)
    radius = 11.0 if packet.what == "tensor" else 15.0
    painter.drawEllipse(here, radius, radius)


def _paint_pill(painter: QPainter, scene: Scene, here: QPointF, packet: Packet, theme: Theme, px: int) -> None:
    colors = theme.tier(scene.run.plan.problem.topology.servers[packet.destination].tier)
    text = f"P3 #{packet.number + 1}"
    width, height = text_width(text, px, BOLD) + 28, px * 1.7
    pill = QRectF(here.x() - width / 2, here.y() - height / 2, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.bg)
    painter.drawRoundedRect(pill.adjusted(-5, -5, 5, 5), height / 2 + 5, height / 2 + 5)
    painter.setBrush(colors.fill)
    painter.drawRoundedRect(pill, height / 2, height / 2)
    draw_text(painter, pill, text, colors.on, px=px, weight=BOLD, align=Qt.AlignmentFlag.AlignHCenter)
