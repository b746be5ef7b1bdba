"""The area in which a model is shown: scrolls, zooms, says what the pointer is at."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QToolTip

from dnnmig_gui.core.topology import Server
from dnnmig_gui.gui.dnn.painter import Chosen, ModelPainter
from dnnmig_gui.gui.dnn.picture import Picture
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.look import Look

LEAST_ZOOM, MOST_ZOOM = 0.05, 3.0
LEGIBLE_ZOOM = 0.92
"""The first view of a chain is never smaller than this: it scrolls instead."""
TALL_ZOOM = 0.9
"""The same for a model with branches, which is short of height."""
WHEEL_STEP = 1.0015
EDGE = 8.0


class DnnCanvas(QAbstractScrollArea):
    """Shows a model.

    Signals
    -------
    layer_chosen(object), partition_chosen(object)
        Number of what was clicked, None for nothing.
    zoom_changed(float)
        The scale.
    resized()
        There is more or less room now.
    """

    layer_chosen = Signal(object)
    partition_chosen = Signal(object)
    zoom_changed = Signal(float)
    resized = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._painter: ModelPainter | None = None
        self._picture: Picture | None = None
        self._servers: Sequence[Server] = ()
        self._chosen = Chosen()
        self._hint = ""
        self.describe: Callable[[int], str] = lambda _layer: ""
        self.zoom = 1.0
        self._fitted = True
        self._drag_from: QPoint | None = None
        self._dragged = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 80)
        self.setAccessibleName("Layers of the model")
        self.viewport().setMouseTracking(True)

    # What is shown

    def set_drawing(self, painter: ModelPainter | None, servers: Sequence[Server], hint: str) -> None:
        """Show another model; `hint` stands in place of one."""
        self._hint = hint
        self._chosen = Chosen()
        self._fitted = True
        self.replace_drawing(painter, servers)
        self.horizontalScrollBar().setValue(0)

    def replace_drawing(self, painter: ModelPainter | None, servers: Sequence[Server]) -> None:
        """Show the same model drawn in another way; zoom and place stay where the user has set them."""
        self._painter = painter
        self._servers = servers
        self._picture = None
        if self._fitted:
            self.show_first()
        else:
            self._set_ranges()
            self.viewport().update()

    def show_picture(self, picture: Picture | None) -> None:
        """Show how the layers look now."""
        if picture != self._picture:
            self._picture = picture
            self.viewport().update()

    def choose(self, chosen: Chosen) -> None:
        """Mark what is selected, and bring a layer into view."""
        if chosen == self._chosen:
            return
        self._chosen = chosen
        if self._painter is not None and chosen.layer is not None:
            box = self._painter.drawing.boxes[chosen.layer]
            left, right = self._shown()
            if box.x < left or box.x + box.width > right:
                bar = self.horizontalScrollBar()
                bar.setValue(round((box.x + box.width / 2) * self.zoom - self.viewport().width() / 2))
        self.viewport().update()

    # Zoom and scroll

    def fitting_zoom(self) -> float:
        """Return the zoom at which the whole model shows."""
        if self._painter is None:
            return 1.0
        drawing = self._painter.drawing
        return min(self.width() / drawing.width, self.height() / drawing.height, 1.0)

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
        zoom = self.fitting_zoom()
        if zoom < LEGIBLE_ZOOM and self._painter is not None:
            # Room is short in height for models with many rows: those shrink a little more.
            zoom = max(TALL_ZOOM, min(1.0, self.height_beside_bar / self._painter.drawing.height))
        self._set_zoom(zoom)

    def fit(self) -> None:
        """Show the whole model."""
        self._fitted = False
        self._set_zoom(max(LEAST_ZOOM, self.fitting_zoom()))

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a point of the viewport, its middle unless given; a factor of 0 sets 100 %."""
        at = at if at is not None else QRectF(self.viewport().rect()).center()
        before = self._on_drawing(at)
        self._fitted = False
        self._set_zoom(1.0 if factor == 0 else min(MOST_ZOOM, max(LEAST_ZOOM, self.zoom * factor)))
        shift = before * self.zoom + self._offset() - at
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
            width = int(self._painter.drawing.width * self.zoom)
            height = int(self._painter.drawing.height * self.zoom)
        room = self.viewport().size()
        for bar, size, page in (
            (self.horizontalScrollBar(), width, room.width()),
            (self.verticalScrollBar(), height, room.height()),
        ):
            bar.setRange(0, max(0, size - page))
            bar.setPageStep(page)
            bar.setSingleStep(40)

    def _scroll(self, x: float, y: float) -> None:
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + round(x))
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + round(y))

    def _offset(self) -> QPointF:
        """Return where the drawing's corner is in the viewport: centred where there is room to spare."""
        if self._painter is None:
            return QPointF()
        drawing = self._painter.drawing
        x = max(0.0, (self.viewport().width() - drawing.width * self.zoom) / 2)
        y = max(0.0, (self.viewport().height() - drawing.height * self.zoom) / 2)
        return QPointF(x - self.horizontalScrollBar().value(), y - self.verticalScrollBar().value())

    def _on_drawing(self, place: QPointF) -> QPointF:
        return (place - self._offset()) * (1 / self.zoom)

    def _shown(self) -> tuple[float, float]:
        left = -self._offset().x() / self.zoom
        return max(0.0, left), left + self.viewport().width() / self.zoom

    def layer_at(self, place: QPointF) -> int | None:
        """Return the layer at a point of the viewport."""
        if self._painter is None:
            return None
        point = self._on_drawing(place)
        for box in self._painter.drawing.boxes:
            reach = 2.0 if box.slim else 3.0
            if QRectF(box.x - reach, box.y - reach, box.width + 2 * reach, box.height + 2 * reach).contains(point):
                return box.layer
        return None

    def center_of(self, layer: int) -> QPointF:
        """Return the middle of a layer's box in the viewport."""
        if self._painter is None:
            return QPointF()
        box = self._painter.drawing.boxes[layer]
        return QPointF(box.x + box.width / 2, box.y + box.height / 2) * self.zoom + self._offset()

    def _partition_at(self, place: QPointF) -> int | None:
        if self._painter is None or self._picture is None:
            return None
        point = self._on_drawing(place)
        if abs(point.y() - self._painter.drawing.bracket_y) > 10:
            return None
        boxes = self._painter.drawing.boxes
        for bracket in self._picture.brackets:
            if boxes[bracket.first].x <= point.x() <= boxes[bracket.last].x + boxes[bracket.last].width:
                return bracket.partitions[0]
        return None

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

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin to drag the drawing, or choose what is under the pointer when let go."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._drag_from = event.position().toPoint()
            self._dragged = event.button() == Qt.MouseButton.MiddleButton

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Drag the drawing."""
        here = event.position().toPoint()
        if self._drag_from is None:
            over = self.layer_at(event.position()) is not None or self._partition_at(event.position()) is not None
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
            return
        if not self._dragged and (here - self._drag_from).manhattanLength() < QApplication.startDragDistance():
            return
        self._dragged = True
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self._scroll(self._drag_from.x() - here.x(), self._drag_from.y() - here.y())
        self._drag_from = here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose, unless this was a drag."""
        started, self._drag_from = self._drag_from, None
        self.viewport().unsetCursor()
        if started is None or self._dragged:
            return
        partition = self._partition_at(event.position())
        if partition is not None:
            self.partition_chosen.emit(partition)
        else:
            self.layer_chosen.emit(self.layer_at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Left and right choose a layer, plus and minus zoom, 0 fits."""
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._painter is not None:
            step = 1 if key == Qt.Key.Key_Right else -1
            last = len(self._painter.model) - 1
            self.layer_chosen.emit(0 if self._chosen.layer is None else min(last, max(0, self._chosen.layer + step)))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom_by(1 / 1.25 if key == Qt.Key.Key_Minus else 1.25)
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            event.ignore()

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        """Answer a tool tip with what is known of the layer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            layer = self.layer_at(QPointF(event.pos()))
            if layer is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self.describe(layer), self.viewport())
            return True
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint what is shown of the model."""
        theme = self._look.theme
        painter = QPainter(self.viewport())
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.fillRect(self.viewport().rect(), theme.surface)
        if self._painter is None:
            painter.setPen(theme.text_3)
            painter.setFont(font(12))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect(), flags, self._hint)
            return
        painter.translate(self._offset())
        painter.scale(self.zoom, self.zoom)
        self._painter.paint(painter, theme, self._picture, self._servers, self._chosen, self._shown(), self.zoom)

    def draw(self, painter: QPainter) -> None:
        """Draw the whole model at 100 % with another painter."""
        if self._painter is not None:
            whole = (0.0, self._painter.drawing.width)
            self._painter.paint(painter, self._look.theme, self._picture, self._servers, self._chosen, whole)

    @property
    def drawing_size(self) -> tuple[float, float]:
        """Width and height of the whole model at 100 %."""
        if self._painter is None:
            return 1016.0, 136.0
        return self._painter.drawing.width, self._painter.drawing.height
