"""The canvas: servers and links to look at, to choose and to arrange."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QCursor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)

from dnnmig_gui.core.scenario.joined import Joined, Pair
from dnnmig_gui.core.topology import Server
from dnnmig_gui.core.topology.server import TIERS
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.topology.drops import Drops
from dnnmig_gui.gui.topology.gestures import DrawLink, Gesture, Move, Pan, RubberBand
from dnnmig_gui.gui.topology.items import NodeState, ServerItem
from dnnmig_gui.gui.topology.keys import Keys
from dnnmig_gui.gui.topology.layout import COLUMN_GAP, NODE_WIDTH, ROW
from dnnmig_gui.gui.topology.links_item import LinksItem, ProposedLinkItem
from dnnmig_gui.gui.topology.nodes import Nodes
from dnnmig_gui.gui.topology.placing import Placing
from dnnmig_gui.gui.topology.pointer import Pointer
from dnnmig_gui.gui.topology.signs import SignsItem
from dnnmig_gui.gui.topology.traffic import ActiveLinksItem, Carried
from dnnmig_gui.gui.topology.zoomed_view import ZoomedView

ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
Tool = Literal["select", "link", "client", "edge", "cloud"]
"""The pointer, the tool that draws links, or the one that puts servers of a tier, a click each."""
NEAR_PX = 6.0
"""A click this near to a link means it."""


class TopologyCanvas(ZoomedView):
    """Servers and links.

    Signals
    -------
    servers_moved(dict)
        Server id -> (x, y), once at the end of a drag.
    choice_changed()
        Servers or links were chosen by hand, or none.
    link_drawn(str, str)
        A line was drawn from one server to another.
    server_dropped(str, object)
        A server of a tier was dropped, with the place of its node's centre.
    model_dropped(str, object)
        A model was dropped, with the id of the client under it (or None).
    file_dropped(object, object)
        A model's file was dropped, with the id of the client under it (or None).
    tool_changed(str)
        Another tool is in hand, one of `Tool`.
    menu_asked(object, object)
        The menu of what is chosen is asked for: a point of the screen, and the place on the drawing where nothing is
        (None: it is about what is chosen).
    rename_asked()
        The one server chosen is to get another name.
    nodes_shifted()
        Nodes stand elsewhere, also while they are dragged.
    tapped()
        Space was pressed and let go without a drag.
    """

    servers_moved = Signal(dict)
    choice_changed = Signal()
    link_drawn = Signal(str, str)
    server_dropped = Signal(str, object)
    model_dropped = Signal(str, object)
    file_dropped = Signal(object, object)
    tool_changed = Signal(str)
    menu_asked = Signal(object, object)
    rename_asked = Signal()
    nodes_shifted = Signal()
    tapped = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._nodes = Nodes(look, self._scene)
        self.items_by_id = self._nodes.items_by_id
        self.chosen: frozenset[str] = frozenset()
        self.chosen_links: frozenset[Pair] = frozenset()
        self.tool: Tool = "select"
        self._pointer = Pointer(self)
        self._placing: Placing | None = None
        self._gesture: Gesture | None = None
        self._frame = QRect()
        self._keys = Keys(self)
        self._servers: Sequence[Server] | None = None
        self._drops = Drops(self)
        self._links = LinksItem(look, self.items_by_id)
        self._active = ActiveLinksItem(look)
        self.signs = SignsItem(look, self.items_by_id)
        self.proposed_link = ProposedLinkItem(look)
        for item in (self._links, self._active, self.signs, self.proposed_link):
            self._scene.addItem(item)
        self.set_servers((), None)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.viewport().setAcceptDrops(True)
        self.setMinimumSize(160, 80)
        self.setAccessibleName(tr("Topology"))

    # What is shown

    def set_servers(self, servers: Sequence[Server], joined: Joined | None) -> None:
        """Show these servers and how they are joined."""
        if self._gesture is not None:
            self._gesture.cancel()
            self._gesture = None
        before = set(self.items_by_id)
        shifted: set[str] = set()
        if servers is not self._servers:
            self._servers = servers
            self._pointer.forget()
            shifted = self._nodes.show_servers(servers)
            self.content = self._nodes.content
        links = frozenset(
            pair for pair in self.chosen_links if joined and pair[0] in self.items_by_id and pair[1] in self.items_by_id
        )
        self._links.show_links(joined, shifted)
        self.choose(self.chosen & self.items_by_id.keys(), links)
        if not before & self.items_by_id.keys():  # another drawing; of one that is drawn on, the view stays
            self._fitted = True
        if self._fitted and not self.content.isEmpty():
            if before == self.items_by_id.keys():
                self.refit()
            else:
                self.fit()
        self._make_room()
        self.zoom_shifted()

    def zoom_shifted(self) -> None:
        """Draw dots instead of nodes where very many are in view."""
        self._nodes.zoomed(self.zoom, self.viewport().size().toTuple())
        self.signs.zoomed(self.zoom, far=self._nodes.far)

    def show_states(self, states: Mapping[str, NodeState]) -> None:
        """Show what each server does."""
        self._nodes.show_states(states)

    def show_traffic(self, carried: tuple[Carried, ...], down: tuple[QPainterPath, ...] = ()) -> None:
        """Show what is on the links, and which are `down`."""
        self._active.show_carried(carried, down)
        self.signs.show_carried(carried)

    def repaint_all(self) -> None:
        """Paint everything anew: the theme changed."""
        self._scene.update()
        self.viewport().update()

    def places(self) -> dict[str, tuple[float, float]]:
        """Return where each server stands, as it is shown."""
        return {name: (item.x(), item.y()) for name, item in self.items_by_id.items()}

    def room(self) -> tuple[float, float]:
        """Return what a server takes across and down, with a gap to the next one."""
        widest = max((2 * item.half_width for item in self.items_by_id.values()), default=NODE_WIDTH)
        return widest + COLUMN_GAP, ROW

    def use_tool(self, tool: Tool) -> None:
        """Take another tool in hand."""
        if tool != self.tool:
            self.tool = tool
            if self._placing is not None:
                self._placing.end()
            self._placing = Placing(self, tool) if tool in TIERS else None
            self._pointer.reshape()
            self.tool_changed.emit(tool)

    # Choosing

    def choose(self, servers: frozenset[str], links: frozenset[Pair] = frozenset()) -> None:
        """Outline these servers and links, and no others."""
        self.chosen, self.chosen_links = frozenset(servers), frozenset(links)
        self._nodes.outline(self.chosen)
        self._links.choose(self.chosen_links)
        self.light()
        self.signs.show_notes(self._links.notes())

    def outlines_changed(self) -> None:
        """Paint the dots anew: others are outlined."""
        self._nodes.outlines_changed()

    def report_choice(self) -> None:
        """Say that something was chosen by hand."""
        self.choice_changed.emit()

    def chosen_items(self) -> list[ServerItem]:
        """Return the chosen servers' nodes."""
        return [self.items_by_id[server] for server in self.chosen]

    def servers_in(self, area: QPolygonF) -> frozenset[str]:
        """Return the ids of the servers that an area of the scene touches."""
        return self._nodes.within(area.boundingRect())

    def server_at(self, place: QPoint) -> ServerItem | None:
        """Return the server at a point of the viewport."""
        return self._nodes.at(self.mapToScene(place), self.zoom)

    def link_at(self, place: QPoint) -> Pair | None:
        """Return the link at a point of the viewport."""
        return self._links.at(self.mapToScene(place), NEAR_PX / self.zoom)

    def light(self) -> None:
        """Show the links of what is chosen and of what is under the pointer plainly."""
        hovered = {self._pointer.server} if self._pointer.server is not None else set()
        self._links.light(self.chosen | hovered)
        self.outlines_changed()

    def hover_link(self, pair: Pair | None) -> None:
        """Show which link a click would choose."""
        if self._links.hover(pair):
            self.signs.show_notes(self._links.notes())

    def reveal(self) -> None:
        """Bring what is chosen into view, if none of it is."""
        items = self.chosen_items() or [self.items_by_id[end] for pair in self.chosen_links for end in pair]
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        if items and not any(seen.contains(item.pos()) for item in items):
            self.reveal_item(items[0])

    def reveal_item(self, item: ServerItem) -> None:
        """Bring a server into view; a view of everything stays as it is."""
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        if not self._fitted and not seen.contains(item.pos()):
            self.show_place(item.pos())

    def pans_with_left(self) -> bool:
        """Return whether a drag with the left button pans."""
        return self._keys.space_held

    def nodes_moved(self, moved: Iterable[str]) -> None:
        """Let the links follow."""
        self._links.lay(moved)
        self.signs.show_notes(self._links.notes())
        self._nodes.follow(self.zoom)
        self.nodes_shifted.emit()

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin a gesture: pan, move, choose or draw a link."""
        if self._gesture is not None:
            return
        place = event.position().toPoint()
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._keys.space_held):
            self._keys.space_used()
            self._gesture = Pan(self, place)
        elif left:
            if self._placing is not None:
                self._placing.put(event)
                return
            item = self.server_at(place)
            if self.tool == "link":
                if item is not None:
                    self._gesture = DrawLink(self, item)
                return
            adding = bool(event.modifiers() & ADDING)
            if item is not None:
                self._press_server(item, place, adding=adding)
            elif (link := self.link_at(place)) is not None:
                own = frozenset({link})
                if adding:
                    self.choose(self.chosen, self.chosen_links ^ own)
                else:
                    self.choose(frozenset(), own)
                self.report_choice()
            else:
                self._gesture = RubberBand(self, place, self.chosen if adding else frozenset())

    def _press_server(self, item: ServerItem, place: QPoint, *, adding: bool) -> None:
        own = frozenset({item.server.id})
        if adding:
            self.choose(self.chosen ^ own, self.chosen_links)
        elif item.server.id not in self.chosen:
            self.choose(own)
        self.report_choice()
        if item.server.id in self.chosen:
            self._gesture = Move(self, item, place, frozenset() if adding else own)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Follow the gesture; without one, light what is under the pointer."""
        super().mouseMoveEvent(event)
        if self._gesture is not None:
            self._gesture.move(event)
        elif self._placing is not None:
            self._placing.follow(event)
        else:
            self._pointer.move(event.position().toPoint())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Light nothing any more."""
        super().leaveEvent(event)
        self._pointer.leave()
        if self._placing is not None:
            self._placing.hide()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End the gesture."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.finish()
        if self._placing is None:
            self._pointer.move(event.position().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Rename a server; elsewhere, take the second press as a press."""
        plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers() and self.tool == "select"
        if plain and self.server_at(event.position().toPoint()) is not None and len(self.chosen) == 1:
            self.rename_asked.emit()
        else:
            self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Choose what is under the pointer and ask for its menu; by key, for that of what is chosen."""
        if self._gesture is None:
            self._pointer.ask_menu(event)

    def event(self, event: QEvent) -> bool:
        """Keep the space bar while the pointer is here: it pans with a drag, and is passed on without one."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            leaves = self._gesture is not None or self.tool != "select"
            mine = event.key() == Qt.Key.Key_Space or (event.key() == Qt.Key.Key_Escape and leaves)
            if mine and not event.modifiers():
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc cancels the gesture, or puts the tool down; what other keys do is said by `Keys`."""
        key = event.key()
        if key == Qt.Key.Key_Escape and self._gesture is not None:
            self._gesture.cancel()
            self._gesture = None
            self._pointer.move(self.viewport().mapFromGlobal(QCursor.pos()))
        elif key == Qt.Key.Key_Escape and self.tool != "select":
            self.use_tool("select")
        elif not self._keys.press(event):
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Space:
            self._pointer.reshape()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Pass on a mere tap of the space bar."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            if self._keys.release_space():
                self.tapped.emit()
            self._pointer.reshape()
            return
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Forget the space bar: its release goes elsewhere."""
        self._keys.forget()
        super().focusOutEvent(event)

    # What is dropped

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take servers, models and their files."""
        self._drops.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        """Outline the client that a model would go to."""
        self._drops.weigh(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        """Outline nothing any more."""
        self._drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Say what was dropped, and where."""
        self._drops.drop(event)

    # Painting

    def show_frame(self, frame: QRect) -> None:
        """Draw the frame of a rubber band; an empty one hides it."""
        self._frame = frame
        self.viewport().update()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802
        """Fill with the panel's surface."""
        painter.fillRect(rect, self.look.theme.surface)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802
        """Paint the rubber band and the focus ring."""
        painter.resetTransform()
        theme = self.look.theme
        if not self._frame.isNull():
            fill = QColor(theme.accent)
            fill.setAlphaF(0.1)
            painter.setBrush(fill)
            painter.setPen(QPen(theme.accent, 1))
            painter.drawRect(self._frame)

    def draw(self, painter: QPainter, target: QRectF) -> None:
        """Draw the whole canvas into a rectangle of another painter."""
        self._scene.render(painter, target, self.content)
