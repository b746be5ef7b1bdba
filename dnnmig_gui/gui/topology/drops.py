"""What can be dropped on the canvas: servers, models and their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from dnnmig_gui.gui.dragged import dragged_model, dragged_model_file, dragged_tier
from dnnmig_gui.gui.topology.placing import snapped

if TYPE_CHECKING:
    from dnnmig_gui.gui.topology.canvas import TopologyCanvas
    from dnnmig_gui.gui.topology.items import ServerItem


class Drops:
    """Weighs what is dragged over the canvas, and says what was dropped on it."""

    def __init__(self, canvas: TopologyCanvas) -> None:
        self._canvas = canvas
        self._awaited: ServerItem | None = None

    def enter(self, event: QDragMoveEvent) -> None:
        """Take servers, models and their files; leave all else to the window."""
        data = event.mimeData()
        known = dragged_tier(data) or dragged_model(data) or dragged_model_file(data)
        if known is None:
            event.ignore()
        else:
            event.acceptProposedAction()

    def weigh(self, event: QDragMoveEvent) -> None:
        """Outline the client that a model would go to."""
        data = event.mimeData()
        client = self._client_at(event)
        tier, model = dragged_tier(data), dragged_model(data)
        self.leave()
        if client is not None and tier is None:
            self._awaited = client
            client.set_awaited(True)
            self._canvas.outlines_changed()
        if model is not None and client is None:
            event.ignore()  # a model of the library goes to a client or nowhere
        else:
            event.acceptProposedAction()

    def leave(self) -> None:
        """Outline nothing any more."""
        if self._awaited is not None:
            self._awaited.set_awaited(False)
            self._awaited = None
            self._canvas.outlines_changed()

    def drop(self, event: QDropEvent) -> None:
        """Say what was dropped, and where."""
        self.leave()
        data = event.mimeData()
        client = self._client_at(event)
        named = client.server.id if client is not None else None
        if (tier := dragged_tier(data)) is not None:
            at = snapped(self._canvas, event.position().toPoint(), event.modifiers())
            self._canvas.server_dropped.emit(tier, at.toTuple())
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._canvas.use_tool(tier)
                self._canvas.setFocus()  # Esc puts the tool down
        elif (model := dragged_model(data)) is not None:
            self._canvas.model_dropped.emit(model, named)
        elif (path := dragged_model_file(data)) is not None:
            self._canvas.file_dropped.emit(path, named)
        else:
            event.ignore()
            return
        event.acceptProposedAction()

    def _client_at(self, event: QDropEvent) -> ServerItem | None:
        item = self._canvas.server_at(event.position().toPoint())
        return item if item is not None and item.server.tier == "client" else None
