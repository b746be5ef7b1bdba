"""The servers on the canvas: a node each, or dots from afar; where they stand and which of them is where."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from dnnmig_gui.core.topology import Server
from dnnmig_gui.core.topology.server import TIERS
from dnnmig_gui.gui.names import server_title
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.topology.crowd import FEW_NODES, MOST_NODES, RADIUS, SMALL_ZOOM, CrowdItem
from dnnmig_gui.gui.topology.items import BandsItem, NodeState, ServerItem, node_width
from dnnmig_gui.gui.topology.layout import NODE_HEIGHT, Position, arrange

_RIM = 5.0
"""Around a node: its outline when it is selected."""


class Nodes:
    """The items of the servers, by id, in a scene."""

    def __init__(self, look: Look, scene: QGraphicsScene) -> None:
        self._look = look
        self._scene = scene
        self.items_by_id: dict[str, ServerItem] = {}
        self.content = QRectF()
        """What bands and nodes cover."""
        self.far = False
        """Whether the servers are dots."""
        self.bands = BandsItem(look)
        self.crowd = CrowdItem(look, self.items_by_id)
        for item in (self.bands, self.crowd):
            scene.addItem(item)

    def show_servers(self, servers: Sequence[Server]) -> set[str]:
        """Keep the nodes that there are, make those that there are not; return the ids of those that were shifted."""
        widths = {tier: node_width(server_title(server) for server in servers if server.tier == tier) for tier in TIERS}
        arrangement = arrange(servers, widths)
        self.bands.show_bands(arrangement.bands)
        in_columns = bool(arrangement.bands)
        before = dict(self.items_by_id)
        self.items_by_id.clear()
        shifted = set()
        for server in servers:
            item = before.pop(server.id, None)
            if item is None:
                item = ServerItem(self._look, server)
                item.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents, self.far)
                self._scene.addItem(item)
                shifted.add(server.id)
            item.show_server(server)
            if item.show_width(widths[server.tier] if in_columns else node_width([item.title])):
                shifted.add(server.id)
            item.set_rimmed(not in_columns)
            item.set_awaited(False)
            place = arrangement.positions[server.id]
            if (item.x(), item.y()) != place:
                item.setPos(*place)
                shifted.add(server.id)
            self.items_by_id[server.id] = item
        for item in before.values():
            self._scene.removeItem(item)
        self._measure(arrangement.positions.values(), max(widths.values()))
        return shifted

    def _measure(self, places: Collection[Position], widest: float) -> None:
        self.content = self.bands.boundingRect()
        if places:
            xs, ys = zip(*places, strict=True)
            width, height = widest + 2 * _RIM, NODE_HEIGHT + 2 * _RIM
            box = QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
            self.content |= box.adjusted(-width / 2, -height / 2, width / 2, height / 2)

    def zoomed(self, zoom: float, view: tuple[float, float]) -> None:
        """Draw dots instead of nodes where very many are in view, or where their names are too small to read.

        Parameters
        ----------
        view
            Width and height of the view in pixels.
        """
        area = self.content.width() * self.content.height()
        seen = view[0] * view[1] / zoom**2
        count = len(self.items_by_id)
        far = count * min(1.0, seen / max(area, 1.0)) > MOST_NODES or (zoom < SMALL_ZOOM and count > FEW_NODES)
        if far != self.far:
            self.far = far
            for item in self.items_by_id.values():
                item.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents, far)
            self.crowd.setVisible(far)
        self.follow(zoom)

    def follow(self, zoom: float) -> None:
        """Let the dots follow the nodes."""
        if self.far:
            self.crowd.lay(zoom)

    def show_states(self, states: Mapping[str, NodeState]) -> None:
        """Show what each server does."""
        nothing = NodeState()
        for server, item in self.items_by_id.items():
            item.show_state(states.get(server, nothing))

    def outline(self, chosen: frozenset[str]) -> None:
        """Outline these, and no others."""
        for server, item in self.items_by_id.items():
            item.set_chosen(server in chosen)

    def outlines_changed(self) -> None:
        """Paint the dots anew: others are outlined."""
        if self.far:
            self.crowd.update()

    def within(self, box: QRectF) -> frozenset[str]:
        """Return the ids of the servers that an area of the scene touches."""
        return frozenset(name for name, item in self.items_by_id.items() if item.sceneBoundingRect().intersects(box))

    def at(self, place: QPointF, zoom: float) -> ServerItem | None:
        """Return the server at a point of the scene."""
        reach = RADIUS + 3
        if self.far:  # a dot is as large as it is, not as the node that it stands for
            near = [item for item in self.items_by_id.values() if _gap(item, place) * zoom <= reach]
            return min(near, key=lambda item: _gap(item, place), default=None)
        hit = None
        for item in self.items_by_id.values():
            if abs(item.x() - place.x()) <= item.half_width and item.contains(item.mapFromScene(place)):
                hit = item if hit is None or item.zValue() >= hit.zValue() else hit
        return hit


def _gap(item: ServerItem, at: QPointF) -> float:
    gap = item.pos() - at
    return max(abs(gap.x()), abs(gap.y()))
