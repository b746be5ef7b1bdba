"""What a drag on the canvas does, a class a gesture; Esc cancels each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from dnnmig_gui.gui.topology.canvas import TopologyCanvas
    from dnnmig_gui.gui.topology.items import ServerItem

GRID = 8.0


def on_grid(place: QPointF) -> QPointF:
    """Return the point of the grid nearest to a place."""
    return QPointF(round(place.x() / GRID) * GRID, round(place.y() / GRID) * GRID)


class Gesture(Protocol):
    """A drag under way."""

    def move(self, event: QMouseEvent) -> None:
        """Follow the pointer."""

    def finish(self) -> None:
        """Take effect: the button was let go."""

    def cancel(self) -> None:
        """Undo what was shown: nothing happened."""


class Pan:
    """Move the view."""

    def __init__(self, canvas: TopologyCanvas, start: QPoint) -> None:
        self._canvas = canvas
        self._last = start
        self._start = start
        canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def move(self, event: QMouseEvent) -> None:
        """Shift the view by what the pointer moved."""
        here = event.position().toPoint()
        self._canvas.pan(here - self._last)
        self._last = here

    def finish(self) -> None:
        """Leave the view where it is."""

    def cancel(self) -> None:
        """Take the view back."""
        self._canvas.pan(self._start - self._last)
        self.finish()


class Move:
    """Move the chosen servers together; on the 8 px grid unless Alt is held.

    Parameters
    ----------
    clicked
        What is chosen alone where it was a mere click: one of several that were chosen together.
    """

    def __init__(self, canvas: TopologyCanvas, grabbed: ServerItem, start: QPoint, clicked: frozenset[str]) -> None:
        self._canvas = canvas
        self._grabbed = grabbed
        self._start = start
        self._from = {item: item.pos() for item in canvas.chosen_items()}
        self._moved = False
        self._clicked = clicked

    def move(self, event: QMouseEvent) -> None:
        """Carry the servers along once the pointer has left the place of the press."""
        here = event.position().toPoint()
        if not self._moved:
            if (here - self._start).manhattanLength() < QApplication.startDragDistance():
                return
            self._moved = True
            self._canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        shift = self._canvas.mapToScene(here) - self._canvas.mapToScene(self._start)
        if not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            origin = self._from[self._grabbed]
            shift = on_grid(origin + shift) - origin
        for item, origin in self._from.items():
            item.setPos(origin + shift)
        self._canvas.nodes_moved(item.server.id for item in self._from)

    def finish(self) -> None:
        """Report the new places, once."""
        places = {item.server.id: (item.x(), item.y()) for item, origin in self._from.items() if item.pos() != origin}
        if places:
            self._canvas.servers_moved.emit(places)
        elif not self._moved and self._clicked and self._canvas.chosen != self._clicked:
            self._canvas.choose(self._clicked)
            self._canvas.report_choice()

    def cancel(self) -> None:
        """Put the servers back."""
        for item, origin in self._from.items():
            item.setPos(origin)
        self._canvas.nodes_moved(item.server.id for item in self._from)


class RubberBand:
    """Choose what a frame touches; with Shift or Ctrl in addition to what is chosen."""

    def __init__(self, canvas: TopologyCanvas, start: QPoint, keep: frozenset[str]) -> None:
        self._canvas = canvas
        self._start = start
        self._keep = keep
        self._before = canvas.chosen
        self._links_before = canvas.chosen_links
        self._frame = QRect()

    def move(self, event: QMouseEvent) -> None:
        """Draw the frame to the pointer and choose what it touches."""
        self._frame = QRect(self._start, event.position().toPoint()).normalized()
        self._canvas.show_frame(self._frame)
        area = self._canvas.mapToScene(self._frame)
        self._canvas.choose(self._keep | self._canvas.servers_in(area))

    def finish(self) -> None:
        """Let the frame go; a mere click on nothing chooses nothing."""
        self._canvas.show_frame(QRect())
        if self._frame.isNull():
            self._canvas.choose(self._keep)
        self._canvas.report_choice()

    def cancel(self) -> None:
        """Choose what was chosen before."""
        self._canvas.show_frame(QRect())
        self._canvas.choose(self._before, self._links_before)


class DrawLink:
    """Draw a link from a server to another one."""

    def __init__(self, canvas: TopologyCanvas, start: ServerItem) -> None:
        self._canvas = canvas
        self._start = start
        self._end: ServerItem | None = None
        self._keeps = False

    def move(self, event: QMouseEvent) -> None:
        """Draw the line to the pointer, and outline the server that it would end at."""
        self._keeps = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        here = event.position().toPoint()
        found = self._canvas.server_at(here)
        self._aim(found if found is not self._start else None)
        end = self._end.pos() if self._end is not None else self._canvas.mapToScene(here)
        self._canvas.proposed_link.show_line(self._start.pos(), end)

    def finish(self) -> None:
        """Ask for the link; the tool is put down after it, unless Shift is held."""
        end = self._end
        self.cancel()
        if end is not None:
            self._canvas.link_drawn.emit(self._start.server.id, end.server.id)
            if not self._keeps:
                self._canvas.use_tool("select")

    def cancel(self) -> None:
        """Let the line go."""
        self._aim(None)
        self._canvas.proposed_link.hide()

    def _aim(self, item: ServerItem | None) -> None:
        if self._end is not None:
            self._end.set_awaited(False)
        self._end = item
        if item is not None:
            item.set_awaited(True)
        self._canvas.outlines_changed()
