"""The area in which a drawing of a model lies: scrolls and zooms it, knows what is where."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from dnnmig_gui.gui.dnn.box_painter import MOST_NARROWED
from dnnmig_gui.gui.dnn.layout import HEAD_ROOM, Box, Frame
from dnnmig_gui.gui.dnn.overview import OverviewBar
from dnnmig_gui.gui.dnn.painter import ModelPainter
from dnnmig_gui.gui.theme.fonts import text_scale
from dnnmig_gui.gui.theme.look import Look

LEAST_ZOOM, MOST_ZOOM = 0.05, 3.0
TALL_ZOOM = 0.9
"""The first view is never flatter than this, which is how large its letters are. It scrolls instead."""
WHEEL_STEP = 1.0015
SPARE = 4.0
"""Pixels below the texts of the bars that may be out of view."""
LEAST_HEIGHT_ZOOM = 0.45
"""From farther than this boxes grow narrower and not flatter, even where there is no room for their height."""


class _Corner(QWidget):
    """What lies between the two scroll bars: nothing but the surface."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        QPainter(self).fillRect(self.rect(), self._look.theme.surface)


class ModelArea(QAbstractScrollArea):
    """Room for one drawing, with an overview for its scroll bar.

    Signals
    -------
    zoom_changed(float)
        The scale.
    resized()
        There is more or less room now.
    """

    zoom_changed = Signal(float)
    resized = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._painter: ModelPainter | None = None
        self.zoom = 1.0
        self._fitted = True
        self.overview = OverviewBar(look)
        self.setHorizontalScrollBar(self.overview)
        self.setCornerWidget(_Corner(look))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    # Zoom and scroll

    def fitting_zoom(self) -> float:
        """Return the zoom at which the whole model shows."""
        if self._painter is None:
            return 1.0
        drawing, size = self._painter.drawing, text_scale()
        beside = self.width() / (drawing.width * size)
        # From afar the height never is what is short.
        return min(beside, max(LEAST_HEIGHT_ZOOM, self.height() / (drawing.height * size)), 1.0)

    @property
    def scale_x(self) -> float:
        """Pixels of the screen to one of the drawing, sideways: the zoom, and the size of text, grow both alike."""
        return self.zoom * text_scale()

    @property
    def scale_y(self) -> float:
        """Pixels of the screen to one of the drawing, upwards.

        From afar boxes grow narrower and not flatter, as far as there is room: texts stay as large as they are.
        """
        if self.zoom >= 1 or self._painter is None:
            return self.scale_x
        filling = self._room_above() / self._painter.drawing.height
        return max(self.scale_x, min(text_scale(), max(LEAST_HEIGHT_ZOOM * text_scale(), filling)))

    @property
    def height_beside_bar(self) -> int:
        """Height that is left with the scroll bar.

        What is asked of the height never asks whether the bar is there: it comes and goes with the zoom, and the
        zoom must not come and go with it.
        """
        return max(1, self.height() - self.horizontalScrollBar().sizeHint().height())

    def show_first(self) -> None:
        """Zoom as at first: the whole model if its labels stay legible, else as much of it as there is room for."""
        self._fitted = True
        if self._painter is None:
            self._set_zoom(1.0)
            return
        width, height = (side * text_scale() for side in (self._painter.drawing.width, self._painter.drawing.height))
        beside, above = self.width() / width, self.height() / height
        if beside >= MOST_NARROWED[0] and beside >= self._painter.legible_zoom and above >= TALL_ZOOM:
            self._set_zoom(min(beside, above, 1.0))
        else:
            self._set_zoom(self._scrolled_zoom())

    def _scrolled_zoom(self) -> float:
        """Return the zoom at which a model that is wider than the room shows all of its height, if that is legible."""
        assert self._painter is not None
        height = self._painter.drawing.height * text_scale()
        return max(TALL_ZOOM, min(1.0, self.height_beside_bar / height))

    def keep_zoom(self) -> None:
        """Zoom as before, for a drawing of other boxes: as wide as they were, unless their names need more."""
        assert self._painter is not None
        kept = self._painter.legible_zoom <= self.zoom < TALL_ZOOM
        self._set_zoom(self.zoom if kept else self._scrolled_zoom())

    def fit(self) -> None:
        """Show the whole model."""
        self._fitted = False
        self._set_zoom(self.fitting_zoom())

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a point of the viewport, its middle unless given; a factor of 0 sets 100 %."""
        at = at if at is not None else QRectF(self.viewport().rect()).center()
        before = self._on_drawing(at)
        self._fitted = False
        least = min(LEAST_ZOOM, self.fitting_zoom())
        self._set_zoom(1.0 if factor == 0 else min(MOST_ZOOM, max(least, self.zoom * factor)))
        shift = self._on_screen(before) - at
        self._scroll(shift.x(), shift.y())

    def _set_zoom(self, zoom: float) -> None:
        self.zoom = zoom
        self._set_ranges()
        self.zoom_changed.emit(zoom)
        self.viewport().update()

    def _set_ranges(self) -> None:
        if self._painter is None:
            width = height = 0
        else:
            width = int(self._painter.drawing.width * self.scale_x)
            height = int(self._painter.drawing.height * self.scale_y)
            self._show_vertical_bar()
        room = self.viewport().size()
        for bar, size, page in (
            (self.horizontalScrollBar(), width, room.width()),
            (self.verticalScrollBar(), height, room.height()),
        ):
            bar.setRange(0, max(0, size - page))
            bar.setPageStep(page)
            bar.setSingleStep(40)

    def _room_above(self) -> int:
        """Return the height that there is at this zoom: all of it where the whole width shows, for then no bar does."""
        assert self._painter is not None
        scrolls = self._painter.drawing.width * self.scale_x > self.width()
        return self.height_beside_bar if scrolls else self.height()

    def _show_vertical_bar(self) -> None:
        """Show the bar where rows are out of view: asked of the canvas, not of its viewport, so that it settles."""
        assert self._painter is not None
        policy = Qt.ScrollBarPolicy
        needed = self._painter.drawing.height * self.scale_y > self._room_above() + SPARE
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOn if needed else policy.ScrollBarAlwaysOff)

    def _scroll(self, x: float, y: float) -> None:
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + round(x))
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + round(y))

    def _offset(self) -> QPointF:
        """Return where the drawing's corner is in the viewport: centred where there is room to spare."""
        if self._painter is None:
            return QPointF()
        drawing = self._painter.drawing
        x = max(0.0, (self.viewport().width() - drawing.width * self.scale_x) / 2)
        y = max(0.0, (self.viewport().height() - drawing.height * self.scale_y) / 2)
        return QPointF(x - self.horizontalScrollBar().value(), y - self.verticalScrollBar().value())

    def _on_drawing(self, place: QPointF) -> QPointF:
        point = place - self._offset()
        return QPointF(point.x() / self.scale_x, point.y() / self.scale_y)

    def _on_screen(self, point: QPointF) -> QPointF:
        return QPointF(point.x() * self.scale_x, point.y() * self.scale_y) + self._offset()

    def _shown(self) -> tuple[float, float]:
        left = -self._offset().x() / self.scale_x
        return max(0.0, left), left + self.viewport().width() / self.scale_x

    def box_at(self, place: QPointF) -> Box | None:
        """Return the box at a point of the viewport."""
        if self._painter is None:
            return None
        point = self._on_drawing(place)
        for box in self._painter.boxes_in(point.x() - 3, point.x() + 3):
            reach = 2.0 if box.slim else 3.0
            if QRectF(box.x - reach, box.y - reach, box.width + 2 * reach, box.height + 2 * reach).contains(point):
                return box
        return None

    def layer_at(self, place: QPointF) -> int | None:
        """Return the layer at a point of the viewport, the first of a folded block's."""
        box = self.box_at(place)
        return box.layer if box is not None else None

    def frame_at(self, place: QPointF) -> Frame | None:
        """Return the open block whose name is at a point of the viewport."""
        if self._painter is None:
            return None
        point = self._on_drawing(place)
        for frame in self._painter.drawing.frames:
            if QRectF(frame.x, frame.y, frame.width, HEAD_ROOM).contains(point):
                return frame
        return None

    def box_rect(self, box: Box) -> QRectF:
        """Return where a box is in the viewport."""
        corner = self._on_screen(QPointF(box.x, box.y))
        return QRectF(corner.x(), corner.y(), box.width * self.scale_x, box.height * self.scale_y)

    def center_of(self, layer: int) -> QPointF:
        """Return the middle of the box of a layer in the viewport."""
        return self.box_rect(self._painter.drawing.box(layer)).center() if self._painter is not None else QPointF()

    # Events

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the room of a chain."""
        return QSize(1016, 136)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit again, unless the user has zoomed."""
        super().resizeEvent(event)
        self.resized.emit()
        if self._fitted:
            self.show_first()
        else:
            self._set_ranges()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        """Repaint: labels move along with what is shown."""
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom at the cursor; sideways with Shift or a sideways wheel."""
        delta = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(delta.x()) > abs(delta.y()):
            self._scroll(-(delta.x() or delta.y()), 0)
        else:
            self.zoom_by(WHEEL_STEP ** delta.y(), event.position())
        event.accept()
