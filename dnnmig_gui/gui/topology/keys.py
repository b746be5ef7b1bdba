"""The canvas without a mouse: arrows choose servers and move them, plus, minus and 0 zoom, Space pans or plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from dnnmig_gui.gui.topology.gestures import GRID
from dnnmig_gui.gui.topology.items import nearest

if TYPE_CHECKING:
    from dnnmig_gui.gui.topology.canvas import TopologyCanvas

ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}


class Keys:
    """What the canvas does for a key."""

    def __init__(self, canvas: TopologyCanvas) -> None:
        self._canvas = canvas
        self._last = ""
        """The server that an arrow key chose last."""
        self.space_held = False
        """Whether a drag pans."""
        self._space_used = False

    def press(self, event: QKeyEvent) -> bool:
        """Take a key; return whether it has a meaning here."""
        canvas, key = self._canvas, Qt.Key(event.key())
        if key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.space_held, self._space_used = True, False
        elif key in ARROWS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._shift(ARROWS[key] * GRID)
        elif key in ARROWS:
            self._step(ARROWS[key], adding=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            canvas.zoom_by(1 / 1.25 if key == Qt.Key.Key_Minus else 1.25)
        elif key == Qt.Key.Key_0:
            canvas.fit()
        else:
            return False
        return True

    def space_used(self) -> None:
        """Take note that a drag with the space bar began: its release is no tap."""
        self._space_used = True

    def release_space(self) -> bool:
        """Let the space bar go; return whether that was a mere tap."""
        tapped = self.space_held and not self._space_used
        self.space_held = False
        return tapped

    def forget(self) -> None:
        """Forget the space bar: its release goes elsewhere."""
        self.space_held = False

    def _shift(self, by: QPointF) -> None:
        """Move the chosen servers, in pixels of the drawing."""
        canvas, places = self._canvas, {}
        for item in canvas.chosen_items():
            item.setPos(item.pos() + by)
            places[item.server.id] = (item.x(), item.y())
        if places:
            canvas.nodes_moved(places)
            canvas.servers_moved.emit(places)

    def _step(self, way: QPointF, *, adding: bool) -> None:
        """Choose the nearest server in a direction, in addition to those chosen or instead of them."""
        canvas = self._canvas
        items = list(canvas.items_by_id.values())
        if not items:
            return
        here = canvas.items_by_id.get(self._last) if self._last in canvas.chosen else None
        if here is None and canvas.chosen:
            here = canvas.chosen_items()[0]
        best = items[0] if here is None else nearest(here, items, way)
        if best is not None:
            self._last = best.server.id
            canvas.choose((canvas.chosen if adding else frozenset()) | {self._last})
            canvas.report_choice()
            canvas.reveal_item(best)
