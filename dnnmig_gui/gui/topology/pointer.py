"""The pointer over the canvas while nothing is dragged: it lights what it would take, and has a shape that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent

from dnnmig_gui.gui.topology.gestures import on_grid

if TYPE_CHECKING:
    from dnnmig_gui.gui.topology.canvas import TopologyCanvas


class Pointer:
    """Knows the server that is under the pointer."""

    def __init__(self, canvas: TopologyCanvas) -> None:
        self._canvas = canvas
        self.server: str | None = None
        self._over_link = False

    def move(self, place: QPoint) -> None:
        """Light the server or the link at a point of the viewport."""
        canvas = self._canvas
        item = canvas.server_at(place)
        link = canvas.link_at(place) if item is None and canvas.tool == "select" else None
        self._over_link = link is not None
        canvas.hover_link(link)
        self._light(item.server.id if item is not None else None)
        self.reshape()

    def leave(self) -> None:
        """Light nothing any more."""
        self._over_link = False
        self._canvas.hover_link(None)
        self._light(None)

    def forget(self) -> None:
        """Forget the server: another drawing is shown."""
        self.server = None

    def ask_menu(self, event: QContextMenuEvent) -> None:
        """Choose what is under the pointer and ask for its menu; by key, for that of what is chosen.

        Another tool than the pointer is put down instead.
        """
        canvas = self._canvas
        if canvas.tool != "select":
            canvas.use_tool("select")
            return
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            items = canvas.chosen_items()
            at = canvas.mapFromScene(items[0].pos()) if items else canvas.viewport().rect().center()
            canvas.menu_asked.emit(canvas.viewport().mapToGlobal(at), None)
            return
        place = event.pos()
        item, link = canvas.server_at(place), canvas.link_at(place)
        if item is not None and item.server.id not in canvas.chosen:
            canvas.choose(frozenset({item.server.id}))
        elif item is None and link is not None and link not in canvas.chosen_links:
            canvas.choose(frozenset(), frozenset({link}))
        elif item is None and link is None:
            canvas.choose(frozenset())
        canvas.report_choice()
        empty = on_grid(canvas.mapToScene(place)) if item is None and link is None else None
        canvas.menu_asked.emit(event.globalPos(), empty)

    def _light(self, server: str | None) -> None:
        if server != self.server:
            for name in (self.server, server):
                item = self._canvas.items_by_id.get(name) if name is not None else None
                if item is not None:
                    item.set_hovered(name == server)
            self.server = server
            self._canvas.light()

    def reshape(self) -> None:
        """Give the pointer the shape of what a press would do."""
        port = self._canvas.viewport()
        if self._canvas.tool != "select":
            port.setCursor(Qt.CursorShape.CrossCursor)
        elif self._canvas.pans_with_left():
            port.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self.server is not None or self._over_link:
            port.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            port.unsetCursor()
