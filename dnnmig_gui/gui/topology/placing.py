"""The tool that puts servers of one tier on the canvas, a click each; their outline goes with the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from dnnmig_gui.core.topology import Server, Tier
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import TIER_TITLES
from dnnmig_gui.gui.topology.gestures import on_grid
from dnnmig_gui.gui.topology.items import ServerItem, node_width

if TYPE_CHECKING:
    from dnnmig_gui.gui.topology.canvas import TopologyCanvas


class Placing:
    """Puts one server with a click; with Shift held, the tool stays in hand."""

    def __init__(self, canvas: TopologyCanvas, tier: Tier) -> None:
        self._canvas = canvas
        self._tier = tier
        title = tr(TIER_TITLES[tier])
        self._ghost = ServerItem(canvas.look, Server(id=title, tier=tier, compute_ghz=1.0))
        self._ghost.show_width(node_width([title]))
        self._ghost.setOpacity(0.6)
        self._ghost.setZValue(4)
        self._ghost.set_awaited(True)
        self._ghost.hide()
        canvas.scene().addItem(self._ghost)

    def follow(self, event: QMouseEvent) -> None:
        """Show where a click would put it."""
        self._ghost.setPos(self._place(event))
        self._ghost.show()

    def put(self, event: QMouseEvent) -> None:
        """Put it there."""
        place = self._place(event)
        if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._canvas.use_tool("select")
        self._canvas.server_dropped.emit(self._tier, place.toTuple())

    def hide(self) -> None:
        """Show nothing: the pointer is elsewhere."""
        self._ghost.hide()

    def end(self) -> None:
        """Take the outline away."""
        self._canvas.scene().removeItem(self._ghost)

    def _place(self, event: QMouseEvent) -> QPointF:
        return snapped(self._canvas, event.position().toPoint(), event.modifiers())


def snapped(canvas: TopologyCanvas, at: QPoint, modifiers: Qt.KeyboardModifier) -> QPointF:
    """Return the place on the drawing that a point of the viewport means: on the grid, unless Alt is held."""
    place = canvas.mapToScene(at)
    return place if modifiers & Qt.KeyboardModifier.AltModifier else on_grid(place)
