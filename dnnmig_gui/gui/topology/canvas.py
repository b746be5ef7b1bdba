"""The canvas: servers and links to look at, to choose and to arrange."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView

from dnnmig_gui.core.topology import Server
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.topology.gestures import GRID, Gesture, Move, Pan, RubberBand
from dnnmig_gui.gui.topology.items import BandsItem, LinksItem, NodeState, ServerItem
from dnnmig_gui.gui.topology.layout import arrange
from dnnmig_gui.gui.topology.traffic import ActiveLinksItem, Carried, PacketsItem

LEAST_ZOOM, MOST_ZOOM = 0.1, 4.0
MOST_FIT = 1.4
WHEEL_STEP = 1.0015
ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}


class TopologyCanvas(QGraphicsView):
    """Servers and links.

    Signals
    -------
    servers_moved(dict)
        Server id -> (x, y), once at the end of a drag.
    server_chosen(object)
        Id of the one server chosen by hand, or None for none or several.
    zoom_changed(float)
        The scale.
    nodes_shifted()
        Nodes stand elsewhere, also while they are dragged.
    tapped()
        Space was pressed and let go without a drag.
    """

    servers_moved = Signal(dict)
    server_chosen = Signal(object)
    zoom_changed = Signal(float)
    nodes_shifted = Signal()
    tapped = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.items_by_id: dict[str, ServerItem] = {}
        self.chosen: frozenset[str] = frozenset()
        self.content = QRectF(0, 0, 1016, 316)
        self._links: LinksItem | None = None
        self._hovered: str | None = None
        self._gesture: Gesture | None = None
        self._frame = QRect()
        self._fitted = True
        self._space_held = False
        self._space_used = False
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self._active = ActiveLinksItem(look)
        self._packets = PacketsItem(look)
        self._build_scene((), ())
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.BoundingRectViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(False)  # a file dropped here is the window's to open
        self.setMinimumSize(160, 80)
        self.setAccessibleName("Topology")

    # What is shown

    def set_servers(self, servers: Sequence[Server], pairs: Sequence[tuple[str, str]]) -> None:
        """Show these servers, and a link for each pair of ids."""
        if self._gesture is not None:
            self._gesture.cancel()
            self._gesture = None
        same = [item.server.id for item in self.items_by_id.values()] == [server.id for server in servers]
        self._build_scene(servers, pairs)
        self.choose(self.chosen & self.items_by_id.keys())
        if not same:
            self._fitted = True
        if self._fitted:
            self.fit()

    def _build_scene(self, servers: Sequence[Server], pairs: Sequence[tuple[str, str]]) -> None:
        for traffic in (self._active, self._packets):
            traffic.show_carried(())
            if traffic.scene() is not None:
                self._scene.removeItem(traffic)  # kept: clear() would delete it
        self._hovered = None
        self._links = None
        self.items_by_id = {}
        self._scene.clear()
        arrangement = arrange(servers)
        bands = BandsItem(self.look, arrangement.bands)
        self._scene.addItem(bands)
        for server in servers:
            item = ServerItem(self.look, server)
            item.setPos(*arrangement.positions[server.id])
            self.items_by_id[server.id] = item
            self._scene.addItem(item)
        self._links = LinksItem(self.look, list(pairs), self.items_by_id)
        self._scene.addItem(self._links)
        self._scene.addItem(self._active)
        self._scene.addItem(self._packets)
        self.content = bands.boundingRect()
        for item in self.items_by_id.values():
            self.content |= item.sceneBoundingRect()
        self._make_room()

    def show_states(self, states: Mapping[str, NodeState]) -> None:
        """Show what each server does."""
        for server, item in self.items_by_id.items():
            item.show_state(states.get(server, NodeState()))

    def show_traffic(self, carried: tuple[Carried, ...]) -> None:
        """Show what is on the links."""
        self._active.show_carried(carried)
        self._packets.show_carried(carried)

    def repaint_all(self) -> None:
        """Paint everything anew: the theme changed."""
        self._scene.update()
        self.viewport().update()

    # Choosing

    def choose(self, servers: frozenset[str]) -> None:
        """Outline these servers, and no others."""
        self.chosen = frozenset(servers)
        for server, item in self.items_by_id.items():
            item.set_chosen(server in self.chosen)
        self._light()

    def report_choice(self) -> None:
        """Say which server is chosen now."""
        self.server_chosen.emit(next(iter(self.chosen)) if len(self.chosen) == 1 else None)

    def chosen_items(self) -> list[ServerItem]:
        """Return the chosen servers' nodes."""
        return [self.items_by_id[server] for server in self.chosen]

    def servers_in(self, area: QPolygonF) -> frozenset[str]:
        """Return the ids of the servers that an area of the scene touches."""
        return frozenset(item.server.id for item in self._scene.items(area) if isinstance(item, ServerItem))

    def _light(self) -> None:
        if self._links is not None:
            hovered = {self._hovered} if self._hovered is not None else set()
            self._links.light(self.chosen | hovered)

    def nodes_moved(self) -> None:
        """Let the links follow."""
        if self._links is not None:
            self._links.lay()
        self.nodes_shifted.emit()

    # Zoom and pan

    @property
    def zoom(self) -> float:
        """The scale."""
        return self.transform().m11()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a point of the viewport, its middle unless given; a factor of 0 sets 100 %."""
        at = at if at is not None else QRectF(self.viewport().rect()).center()
        scale = 1.0 if factor == 0 else min(MOST_ZOOM, max(LEAST_ZOOM, self.zoom * factor))
        self._fitted = False
        before = self.mapToScene(at.toPoint())
        self._set_zoom(scale)
        after = self.mapFromScene(before)
        self.pan(at.toPoint() - after)

    def _set_zoom(self, scale: float) -> None:
        self.resetTransform()
        self.scale(scale, scale)
        self._make_room()
        self.zoom_changed.emit(scale)

    def _make_room(self) -> None:
        """Let the view be panned until the drawing has all but left it."""
        width = self.viewport().width() / self.zoom
        height = self.viewport().height() / self.zoom
        self._scene.setSceneRect(self.content.adjusted(-width, -height, width, height))

    def pan(self, by: QPoint) -> None:
        """Shift the view."""
        self._fitted = False
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - by.x())
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() - by.y())

    def fit(self) -> None:
        """Show everything."""
        if self.content.isEmpty():
            return
        room = self.viewport().size()
        scale = min(room.width() / self.content.width(), room.height() / self.content.height(), MOST_FIT)
        self._set_zoom(max(LEAST_ZOOM, scale))
        self.centerOn(self.content.center())
        self._fitted = True

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep everything in view, unless the user has zoomed or panned."""
        super().resizeEvent(event)
        if self._fitted:
            self.fit()
        else:
            self._make_room()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom at the cursor."""
        self.zoom_by(WHEEL_STEP ** (event.angleDelta().y() or event.angleDelta().x()), event.position())
        event.accept()

    def _server_at(self, place: QPoint) -> ServerItem | None:
        item = self.itemAt(place)
        return item if isinstance(item, ServerItem) else None

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin a gesture: pan, move or choose."""
        if self._gesture is not None:
            return
        place = event.position().toPoint()
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space_held):
            self._space_used = True
            self._gesture = Pan(self, place)
        elif left:
            item = self._server_at(place)
            adding = bool(event.modifiers() & ADDING)
            if item is None:
                self._gesture = RubberBand(self, place, self.chosen if adding else frozenset())
                return
            own = frozenset({item.server.id})
            if adding:
                self.choose(self.chosen ^ own)
            elif item.server.id not in self.chosen:
                self.choose(own)
            self.report_choice()
            if item.server.id in self.chosen:
                self._gesture = Move(self, item, place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Follow the gesture; without one, light the links of the server under the pointer."""
        super().mouseMoveEvent(event)
        if self._gesture is not None:
            self._gesture.move(event)
            return
        item = self._server_at(event.position().toPoint())
        hovered = item.server.id if item is not None else None
        if hovered != self._hovered:
            self._hovered = hovered
            self._light()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End the gesture."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.finish()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take the second press of a double click as a press."""
        self.mousePressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep the space bar while the pointer is here: it pans with a drag, and is passed on without one."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            mine = event.key() == Qt.Key.Key_Space or (event.key() == Qt.Key.Key_Escape and self._gesture is not None)
            if mine and not event.modifiers():
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc cancels the gesture, arrows choose, Ctrl and arrows move, plus, minus and 0 zoom."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._gesture is not None:
            self._gesture.cancel()
            self._gesture = None
            self.viewport().unsetCursor()
        elif key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space_held, self._space_used = True, False
        elif key in ARROWS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._nudge(ARROWS[key] * GRID)
        elif key in ARROWS:
            self._step(ARROWS[key])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom_by(1 / 1.25 if key == Qt.Key.Key_Minus else 1.25)
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Pass on a mere tap of the space bar."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            tapped = self._space_held and not self._space_used
            self._space_held = False
            if tapped:
                self.tapped.emit()
            return
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Forget the space bar: its release goes elsewhere."""
        self._space_held = False
        super().focusOutEvent(event)

    def _nudge(self, by: QPointF) -> None:
        places = {}
        for item in self.chosen_items():
            item.setPos(item.pos() + by)
            places[item.server.id] = (item.x(), item.y())
        if places:
            self.nodes_moved()
            self.servers_moved.emit(places)

    def _step(self, way: QPointF) -> None:
        """Choose the nearest server in a direction."""
        items = list(self.items_by_id.values())
        if not items:
            return
        here = self.chosen_items()[0] if self.chosen else None
        best = None
        if here is None:
            best = items[0]
        else:
            least = float("inf")
            for item in items:
                gap = item.pos() - here.pos()
                along = QPointF.dotProduct(gap, way)
                aside = abs(gap.x() * way.y()) + abs(gap.y() * way.x())
                if along > 1 and along + 2 * aside < least:
                    best, least = item, along + 2 * aside
        if best is not None:
            self.choose(frozenset({best.server.id}))
            self.report_choice()

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
