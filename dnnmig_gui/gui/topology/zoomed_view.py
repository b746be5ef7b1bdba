"""A view that zooms at the pointer, pans, and fits its content until someone does either."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView

LEAST_ZOOM, MOST_ZOOM = 0.04, 4.0
MOST_FIT = 1.4
WHEEL_STEP = 1.0015
NEARLY = 1.12
"""A view that could be larger by less than this is large enough."""
_SLACK = 8.0
"""So much of the drawing's rim may be out of view, for the sake of a view that stays still."""


class ZoomedView(QGraphicsView):
    """Shows `content`, an area of its scene.

    Signals
    -------
    zoom_changed(float)
        The scale.
    view_moved()
        Another part of the drawing is in view.
    """

    zoom_changed = Signal(float)
    view_moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.content = QRectF(0, 0, 1016, 316)
        self._fitted = True
        self._scene = QGraphicsScene(self)
        self._scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)  # thousands that move: no index to keep
        self.setScene(self._scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.BoundingRectViewportUpdate)

    def zoom_shifted(self) -> None:
        """Follow another zoom or another size of the view; for the classes that draw."""

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
        self.zoom_shifted()
        self.zoom_changed.emit(scale)
        self.view_moved.emit()

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
        self.view_moved.emit()

    def show_place(self, place: QPointF) -> None:
        """Bring a point of the drawing into the middle."""
        self._fitted = False
        self.centerOn(place)
        self.view_moved.emit()

    def fit(self) -> None:
        """Show everything."""
        if self.content.isEmpty():
            return
        self._set_zoom(self._fitting_zoom())
        self.centerOn(self.content.center())
        self._fitted = True
        self.view_moved.emit()

    def _fitting_zoom(self) -> float:
        room = self.viewport().size()
        scale = min(room.width() / self.content.width(), room.height() / self.content.height(), MOST_FIT)
        return max(LEAST_ZOOM, scale)

    def refit(self) -> None:
        """Show everything; where all is in view nearly as large as it can be, the view stays still."""
        seen = self.mapToScene(self.viewport().rect()).boundingRect().adjusted(-_SLACK, -_SLACK, _SLACK, _SLACK)
        if not seen.contains(self.content) or self._fitting_zoom() > NEARLY * self.zoom:
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep everything in view, unless the user has zoomed or panned."""
        super().resizeEvent(event)
        if self._fitted:
            self.fit()
        else:
            self._make_room()
            self.zoom_shifted()
        self.view_moved.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom at the cursor."""
        self.zoom_by(WHEEL_STEP ** (event.angleDelta().y() or event.angleDelta().x()), event.position())
        event.accept()
