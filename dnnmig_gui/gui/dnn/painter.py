"""Paints a model: arrows, boxes, open blocks, cut points, P3 brackets above, places and times below."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.reporting.numbers import bytes_text
from dnnmig_gui.core.topology import Server
from dnnmig_gui.gui.charts.lettering import text_width
from dnnmig_gui.gui.dnn.box_painter import BoxPainter, Chosen, Marks, Palette, elided, paint_neutral
from dnnmig_gui.gui.dnn.cut_marks import CutMark
from dnnmig_gui.gui.dnn.far_painter import paint_far
from dnnmig_gui.gui.dnn.layout import HEAD_ROOM, Box, Drawing, Frame
from dnnmig_gui.gui.dnn.picture import Bar, Bracket, Picture
from dnnmig_gui.gui.dnn.shading import Shading
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.tokens import Theme

LEAST_TEXT_ZOOM = 0.45
"""Below this zoom no text could be read, so none is painted, and boxes show their colours alone."""
LEAST_EDGE = 4.0
"""Pixels sideways below which an arrow seen from afar would not show."""
CROWD = 400
"""Seen from afar, more boxes than this share pixels."""


class ModelPainter:
    """Paints one drawing; only what lies in the part shown."""

    def __init__(self, model: DnnModel, drawing: Drawing, cuts: Sequence[CutMark] = ()) -> None:
        self.model = model
        self.drawing = drawing
        self.marks = Marks()
        self.shading: Shading | None = None
        self._cuts = cuts
        self._greatest = 0.0
        self._boxes = BoxPainter(model)
        boxes = drawing.boxes
        self._left = np.array([box.x for box in boxes])
        self._right = np.array([box.x + box.width for box in boxes])
        self._middle = np.array([round(box.y + box.height / 2) for box in boxes])
        self._edge_left = np.array([min(x for x, _ in edge.points) for edge in drawing.edges])
        self._edge_right = np.array([max(x for x, _ in edge.points) for edge in drawing.edges])

    def set_shading(self, shading: Shading | None) -> None:
        """Colour by a figure instead of by place."""
        self.shading = shading
        self._greatest = shading.greatest(self.drawing.boxes) if shading is not None else 0.0

    def mark(self, **marks: frozenset[int] | None) -> None:
        """Mark layers: pinned, barred, found."""
        self.marks = replace(self.marks, **marks)  # type: ignore[arg-type]

    def palette(self, theme: Theme, picture: Picture | None, servers: Sequence[Server]) -> Palette:
        """Return what decides the colour of the boxes now."""
        return Palette(theme, picture, servers, self.shading, self._greatest, self.marks)

    def boxes_in(self, left: float, right: float) -> list[Box]:
        """Return the boxes that reach between two x of the drawing."""
        return [self.drawing.boxes[number] for number in np.flatnonzero((self._right >= left) & (self._left <= right))]

    def _boxes_afar(self, left: float, right: float, scale: float) -> list[Box]:
        """Return the boxes to paint between two x: of those in one row that begin in the same pixel, the widest."""
        there = np.flatnonzero((self._right >= left) & (self._left <= right))
        widths = self._right[there] - self._left[there]
        if len(there) < CROWD or self.marks.found is not None:
            return [self.drawing.boxes[number] for number in there]
        by_width = np.argsort(-widths, kind="stable")
        pixels = np.stack(((self._left[there] * scale).astype(np.int64), self._middle[there]), axis=1)[by_width]
        _, first = np.unique(pixels, axis=0, return_index=True)
        return [self.drawing.boxes[number] for number in there[by_width[first]]]

    def paint(
        self,
        painter: QPainter,
        theme: Theme,
        picture: Picture | None,
        servers: Sequence[Server],
        chosen: Chosen,
        shown: tuple[float, float],
        scales: tuple[float, float] = (1.0, 1.0),
    ) -> None:
        """Paint what lies between two x of the drawing; without a picture, a model that has no plan.

        Parameters
        ----------
        scales
            Pixels of the screen to one of the drawing, sideways and upwards.
        """
        left, right = shown
        near = scales[0] >= LEAST_TEXT_ZOOM
        palette = self.palette(theme, picture, servers)
        for frame in self.drawing.frames:
            if frame.x <= right and frame.x + frame.width >= left:
                self._paint_frame(painter, theme, frame, shown, near)
        edges = (self._edge_right >= left) & (self._edge_left <= right)
        if not near:
            edges &= (self._edge_right - self._edge_left) * scales[0] >= LEAST_EDGE
        self._paint_edges(painter, theme, np.flatnonzero(edges), near)
        if near:
            boxes = self.boxes_in(left - 8, right + 8)
            for box in boxes:
                self._boxes.paint(painter, palette, box, chosen)
            for box in boxes if self.marks.pinned or self.marks.barred else ():
                self._boxes.paint_badges(painter, palette, box)
        else:
            paint_far(painter, palette, self.model, self._boxes_afar(left - 8, right + 8, scales[0]), scales)
            self._paint_chosen(painter, theme, chosen, scales)
        x, y, width, height = self.drawing.out
        if x <= right and x + width >= left:
            paint_neutral(painter, theme, QRectF(x, y, width, height), "out" if near else "")
        if near:
            for mark in self._cuts:
                if left - 40 <= mark.x <= right + 40:
                    self._paint_cut(painter, theme, mark)
        if picture is None:
            return
        for bracket in picture.brackets:
            self._paint_bracket(painter, theme, bracket, shown, near, chosen.partition in bracket.partitions)
        for bar in picture.bars:
            self._paint_bar(painter, theme, bar, shown, near)

    def _paint_chosen(self, painter: QPainter, theme: Theme, chosen: Chosen, scales: tuple[float, float]) -> None:
        """Show where the layer chosen is, however small it is drawn."""
        if chosen.layer is None:
            return
        box = self.drawing.box(chosen.layer)
        beside, above = 3 / scales[0], 3 / scales[1]
        around = QRectF(box.x, box.y, box.width, box.height).adjusted(-beside, -above, beside, above)
        pen = QPen(theme.accent, 2)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(around)

    def _paint_frame(
        self, painter: QPainter, theme: Theme, frame: Frame, shown: tuple[float, float], near: bool
    ) -> None:
        rect = QRectF(frame.x, frame.y, frame.width, frame.height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface_2)
        painter.drawRoundedRect(rect, 6, 6)
        if not near:
            return
        left = max(rect.left(), min(shown[0], rect.right() - 60)) + 5
        draw_icon(painter, "chevron-down", QRectF(left, rect.top() + 3, 10, 10), theme.text_3)
        painter.setPen(theme.text_3)
        painter.setFont(font(11, 600))
        name = elided(frame.block.name, 11, 600, rect.right() - left - 18)
        line = QRectF(left + 14, rect.top(), max(0.0, rect.right() - left - 16), HEAD_ROOM)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_edges(self, painter: QPainter, theme: Theme, numbers: np.ndarray, near: bool) -> None:
        pen = QPen(theme.line_strong, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        edges = self.drawing.edges
        if not near:
            pairs = (pair for number in numbers for pair in itertools.pairwise(edges[number].points))
            painter.drawLines([QLineF(*one, *other) for one, other in pairs])
            return
        path = QPainterPath()
        for number in numbers:
            _add_edge(path, edges[number].points)
        painter.drawPath(path)

    def _paint_cut(self, painter: QPainter, theme: Theme, mark: CutMark) -> None:
        """Paint a cut point: a broken line across the arrow, the bytes of its tensor above it."""
        ink = theme.text if mark.shrinks else theme.text_3
        pen = QPen(ink, 1)
        pen.setDashPattern([2.0, 2.0])
        painter.setPen(pen)
        reach = 14.0
        painter.drawLine(QPointF(mark.x, mark.y - 4), QPointF(mark.x, mark.y + reach))
        text = bytes_text(mark.size_bytes)
        width = text_width(text, 11, 500)
        ground = QColor(theme.surface)
        ground.setAlphaF(0.8)
        painter.fillRect(QRectF(mark.x - width / 2 - 1, mark.y - 18, width + 2, 13), ground)
        painter.setFont(font(11, 500))
        painter.drawText(QPointF(mark.x - width / 2, mark.y - 8), text)

    def _paint_bracket(
        self, painter: QPainter, theme: Theme, bracket: Bracket, shown: tuple[float, float], near: bool, chosen: bool
    ) -> None:
        first, last = self.drawing.box(bracket.first), self.drawing.box(bracket.last)
        left, right = min(first.x, last.x) + 2, max(first.x + first.width, last.x + last.width) - 2
        if right < shown[0] or left > shown[1]:
            return
        y = self.drawing.bracket_y
        ink = theme.tier(bracket.tier).ink
        if not near:
            painter.fillRect(QRectF(left, y - 2, right - left, 4), theme.accent if chosen else ink)
            return
        mark = 16 if bracket.confirmed else 0
        numbers = ", ".join(f"#{number + 1}" for number in bracket.partitions)
        text = next(
            (
                text
                for text in (f"P3 {numbers}", numbers, f"{len(bracket.partitions)} P3")
                if text_width(text, 11, 600) + mark <= right - left + 4
            ),
            "",
        )
        width = text_width(text, 11, 600) + mark
        middle = _middle_of_shown(left, right, shown)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.accent_soft)
            painter.drawRoundedRect(QRectF(middle - width / 2 - 6, y - 9, width + 12, 18), 9, 9)
        line = QColor(ink)
        line.setAlphaF(0.55)
        painter.setPen(QPen(line, 1.5))
        for x1, x2 in ((left, middle - width / 2 - 6), (middle + width / 2 + 6, right)):
            if x2 - x1 > 2:
                painter.drawLine(QPointF(x1, y), QPointF(x2, y))
        painter.setPen(theme.accent_ink if chosen else ink)
        painter.setFont(font(11, 600))
        start = middle - width / 2
        painter.drawText(QPointF(start, y + 4), text)
        if bracket.confirmed:
            draw_icon(painter, "check", QRectF(middle + width / 2 - 12, y - 6, 12, 12), ink)

    def _paint_bar(self, painter: QPainter, theme: Theme, bar: Bar, shown: tuple[float, float], near: bool) -> None:
        first, last = self.drawing.box(bar.first), self.drawing.box(bar.last)
        left, right = min(first.x, last.x), max(first.x + first.width, last.x + last.width)
        if right < shown[0] or left > shown[1]:
            return
        y = self.drawing.bar_y
        painter.setPen(Qt.PenStyle.NoPen)
        at = left
        for tier, share in bar.parts:
            painter.setBrush(theme.tier(tier).line)
            painter.drawRoundedRect(QRectF(at, y, (right - left) * share, 3), 1.5, 1.5)
            at += (right - left) * share
        if not near:
            return
        room = min(right, shown[1]) - max(left, shown[0]) + 4
        text = next((text for text in bar.texts if text_width(text, 11, 500) <= room), "")
        width = text_width(text, 11, 500)
        painter.setPen(theme.text_2)
        painter.setFont(font(11, 500))
        painter.drawText(QPointF(_middle_of_shown(left, right, shown) - width / 2, y + 18), text)


def _middle_of_shown(left: float, right: float, shown: tuple[float, float]) -> float:
    """Return the middle of what is shown of a stretch: there its label stands."""
    return (max(left, shown[0]) + min(right, shown[1])) / 2


def _add_edge(path: QPainterPath, points: tuple[tuple[float, float], ...]) -> None:
    path.moveTo(*points[0])
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        if abs(y1 - y2) < 0.5:
            path.lineTo(x2, y2)
        else:
            middle = (x1 + x2) / 2
            path.cubicTo(middle, y1, middle, y2, x2, y2)
    x, y = points[-1]
    path.moveTo(x - 3, y - 3)
    path.lineTo(x, y)
    path.lineTo(x - 3, y + 3)
