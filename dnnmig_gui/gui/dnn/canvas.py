"""Shows a model: says what the pointer is at, hears mouse and keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip

from dnnmig_gui.core.topology import Server
from dnnmig_gui.gui.dnn.area import ModelArea
from dnnmig_gui.gui.dnn.blocks import Block
from dnnmig_gui.gui.dnn.box_painter import Chosen
from dnnmig_gui.gui.dnn.layout import HEAD_ROOM, Box
from dnnmig_gui.gui.dnn.painter import ModelPainter
from dnnmig_gui.gui.dnn.picture import Picture
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.fonts import font, plain_text
from dnnmig_gui.gui.theme.look import Look


class DnnCanvas(ModelArea):
    """Shows a model.

    Signals
    -------
    layer_chosen(object), partition_chosen(object)
        Number of what was clicked, None for nothing.
    fold_asked(object)
        The block to fold or unfold.
    menu_asked(object, QPoint)
        The box under the pointer or chosen, None for none, and where on the screen.
    """

    layer_chosen = Signal(object)
    partition_chosen = Signal(object)
    fold_asked = Signal(object)
    menu_asked = Signal(object, QPoint)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._picture: Picture | None = None
        self._servers: Sequence[Server] = ()
        self._chosen = Chosen()
        self._hint = ""
        self.describe: Callable[[Box], str] = lambda _box: ""
        self._drag_from: QPoint | None = None
        self._dragged = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 80)
        self.setAccessibleName(tr("Layers of the model"))
        self.viewport().setMouseTracking(True)

    # What is shown

    def set_drawing(self, painter: ModelPainter | None, servers: Sequence[Server], hint: str) -> None:
        """Show another model; `hint` stands in place of one."""
        self._hint = hint
        self._chosen = Chosen()
        self._fitted = True
        self.replace_drawing(painter, servers)
        self.horizontalScrollBar().setValue(0)

    def replace_drawing(self, painter: ModelPainter | None, servers: Sequence[Server], keep: int | None = None) -> None:
        """Show the same model drawn in another way; zoom and place stay where the user has set them.

        Parameters
        ----------
        keep
            A layer that stays where it is on the screen: that of the block folded or unfolded.
        """
        stood = self.box_rect(self._painter.drawing.box(keep)).left() if self._painter and keep is not None else None
        self._painter = painter
        self._servers = servers
        self._picture = None
        self.overview.show_model(painter, None, servers)
        if self._fitted and stood is None:
            self.show_first()
        elif self._fitted:
            self.keep_zoom()
        else:
            self._set_ranges()
            self.viewport().update()
        if stood is not None and painter is not None and keep is not None:
            self._scroll(self.box_rect(painter.drawing.box(keep)).left() - stood, 0)

    def show_picture(self, picture: Picture | None) -> None:
        """Show how the layers look now."""
        if picture != self._picture:
            self._picture = picture
            self.overview.show_model(self._painter, picture, self._servers)
            self.viewport().update()

    def choose(self, chosen: Chosen) -> None:
        """Mark what is selected, and bring a layer into view."""
        if chosen == self._chosen:
            return
        self._chosen = chosen
        if self._painter is not None and chosen.layer is not None:
            self.bring_into_view(chosen.layer)
        self.viewport().update()

    def bring_into_view(self, layer: int) -> None:
        """Scroll to the box that a layer is in, unless it shows."""
        if self._painter is None:
            return
        box = self._painter.drawing.box(layer)
        left, right = self._shown()
        if box.x < left or box.x + box.width > right:
            bar = self.horizontalScrollBar()
            bar.setValue(round((box.x + box.width / 2) * self.scale_x - self.viewport().width() / 2))

    def look_again(self) -> None:
        """Repaint: marks or shading have changed."""
        self.overview.show_model(self._painter, self._picture, self._servers)
        self.viewport().update()

    def _partition_at(self, place: QPointF) -> int | None:
        if self._painter is None or self._picture is None:
            return None
        point = self._on_drawing(place)
        if abs(point.y() - self._painter.drawing.bracket_y) > 10:
            return None
        drawing = self._painter.drawing
        for bracket in self._picture.brackets:
            last = drawing.box(bracket.last)
            if drawing.box(bracket.first).x <= point.x() <= last.x + last.width:
                return bracket.partitions[0]
        return None

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin to drag the drawing, or choose what is under the pointer when let go."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._drag_from = event.position().toPoint()
            self._dragged = event.button() == Qt.MouseButton.MiddleButton

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Drag the drawing."""
        here = event.position().toPoint()
        if self._drag_from is None:
            there = (self.box_at, self._partition_at, self.frame_at)
            over = any(look(event.position()) is not None for look in there)
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
        partition, frame = self._partition_at(event.position()), self.frame_at(event.position())
        if partition is not None:
            self.partition_chosen.emit(partition)
        elif frame is not None:
            self.fold_asked.emit(frame.block)
        else:
            self.layer_chosen.emit(self.layer_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Unfold a folded block."""
        box = self.box_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and box is not None and box.block is not None:
            self.fold_asked.emit(box.block)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Ask for the menu of what is under the pointer; by key, of what is chosen."""
        if self._painter is None:
            return
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            box = self._chosen_box()
            at = self.center_of(box.layer).toPoint() if box is not None else self.viewport().rect().center()
        else:
            at = event.pos()
            box = self.box_at(QPointF(at))
            frame = self.frame_at(QPointF(at))
            if box is None and frame is not None:
                block = frame.block
                box = Box(block.first, frame.x, frame.y, frame.width, HEAD_ROOM, slim=False, block=block)
        self.menu_asked.emit(box, self.viewport().mapToGlobal(at))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows choose a layer, Enter folds and unfolds, plus and minus zoom, 0 fits."""
        key = event.key()
        if self._painter is not None and key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.layer_chosen.emit(self._neighbour(Qt.Key(key)).layer)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen_block() is not None:
            self.fold_asked.emit(self._chosen_block())
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom_by(1 / 1.25 if key == Qt.Key.Key_Minus else 1.25)
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            event.ignore()

    def _chosen_box(self) -> Box | None:
        if self._painter is None or self._chosen.layer is None:
            return None
        return self._painter.drawing.box(self._chosen.layer)

    def _chosen_block(self) -> Block | None:
        """Return the folded block that is chosen, or the innermost open one around the layer chosen."""
        box = self._chosen_box()
        if box is None or self._painter is None:
            return None
        frames = self._painter.drawing.frames
        opened = [frame.block for frame in frames if frame.block.first <= box.layer <= frame.block.last]
        return box.block or (opened[-1] if opened else None)

    def _neighbour(self, key: Qt.Key) -> Box:
        """Return the box that an arrow key leads to: left and right in the model's order, up and down in a column."""
        assert self._painter is not None
        drawing = self._painter.drawing
        here = self._chosen_box()
        if here is None:
            return drawing.boxes[0]
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if key == Qt.Key.Key_Right else -1
            number = drawing.box_of[here.layer] + step
            return drawing.boxes[min(len(drawing.boxes) - 1, max(0, number))]
        above = key == Qt.Key.Key_Up
        column = [
            box
            for box in self._painter.boxes_in(here.x, here.x + here.width)
            if (box.y + box.height <= here.y if above else box.y >= here.y + here.height)
        ]
        return min(column, key=lambda box: abs(box.y - here.y), default=here)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        """Answer a tool tip with what is known of the layer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            box = self.box_at(QPointF(event.pos()))
            if box is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self.describe(box), self.viewport())
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
        scales, shown = (self.scale_x, self.scale_y), self._shown()
        painter.scale(scales[1], scales[1])
        with plain_text():  # the drawing grows with the text as a whole
            self._painter.paint(painter, theme, self._picture, self._servers, self._chosen, shown, scales)

    def draw(self, painter: QPainter) -> None:
        """Draw the whole model at 100 % with another painter."""
        if self._painter is not None:
            whole = (0.0, self._painter.drawing.width)
            with plain_text():
                self._painter.paint(painter, self._look.theme, self._picture, self._servers, self._chosen, whole)

    @property
    def drawing_size(self) -> tuple[float, float]:
        """Width and height of the whole model at 100 %."""
        if self._painter is None:
            return 1016.0, 136.0
        return self._painter.drawing.width, self._painter.drawing.height
