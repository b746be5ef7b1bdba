"""Paints a model: arrows, boxes, open blocks, cut points, P3 brackets above, places and times below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.reporting.numbers import bytes_text
from dnnmig_gui.core.topology import Server
from dnnmig_gui.gui.charts.lettering import text_width
from dnnmig_gui.gui.dnn.box_painter import BoxPainter, Chosen, Marks, Palette, legible_zoom, paint_neutral, rect_of
from dnnmig_gui.gui.dnn.box_text import LEAST_UPRIGHT, elided
from dnnmig_gui.gui.dnn.cut_marks import CutMark
from dnnmig_gui.gui.dnn.far_painter import paint_far
from dnnmig_gui.gui.dnn.layout import HEAD_ROOM, Box, Drawing, Frame
from dnnmig_gui.gui.dnn.picture import Bar, Bracket, Picture
from dnnmig_gui.gui.dnn.shading import Shading
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.tokens import Theme

NEAR = 0.2
"""Narrower than this, as a share of their full width, boxes show their colours alone."""
LEAST_TEXT_SCALE = 0.4
"""Smaller than this no text could be read, so none is painted."""
LEAST_NAMED = 26.0
"""Width of an open block in which something of its name can be read."""
LEAST_SIGNED = 80.0
"""In a narrower one the sign that it folds gives its place to the name."""
LEAST_EDGE = 4.0
"""Pixels sideways below which an arrow seen from afar would not show."""
CROWD = 400
"""Seen from afar, more boxes than this share pixels."""


@dataclass(frozen=True)
class View:
    """How a drawing is looked at: what part of it, and how narrow; letters stay as wide as they are.

    Parameters
    ----------
    shown
        The part, between two x of what is painted.
    narrow
        Painted width of what is 1 wide in the drawing, at most 1.
    scale
        Pixels of the screen to one that is painted.
    near
        Whether boxes are wide enough for more than their colours.
    legible
        Whether text can be read.
    """

    theme: Theme
    shown: tuple[float, float]
    narrow: float
    scale: float
    near: bool
    legible: bool

    @classmethod
    def of(cls, theme: Theme, shown: tuple[float, float], scales: tuple[float, float]) -> View:
        """Return the view of what lies between two x of the drawing, at scales sideways and upwards."""
        narrow, scale = min(1.0, scales[0] / scales[1]), scales[1]
        legible = scale >= LEAST_TEXT_SCALE
        return cls(theme, (shown[0] * narrow, shown[1] * narrow), narrow, scale, narrow >= NEAR and legible, legible)

    def shows(self, left: float, right: float) -> bool:
        """Return whether a stretch of what is painted is in the part shown."""
        return right >= self.shown[0] and left <= self.shown[1]

    def box(self, box: Box) -> Box:
        """Return a box as narrow as it is painted."""
        return box if self.narrow == 1 else replace(box, x=box.x * self.narrow, width=box.width * self.narrow)


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

    @cached_property
    def legible_zoom(self) -> float:
        """How narrow it may be drawn at first."""
        return legible_zoom(self.model, self.drawing.boxes)

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
            Pixels of the screen to one of the drawing, sideways and upwards. The painter is scaled by the latter in
            both directions: where the former is less, the drawing grows narrower, not its letters.
        """
        view = View.of(theme, shown, scales)
        palette = self.palette(theme, picture, servers)
        for frame in self.drawing.frames:
            self._paint_frame(painter, view, frame)
        if view.near:
            self._paint_near(painter, view, palette, chosen)
        else:
            self._paint_far(painter, view, palette, chosen, scales)
        x, y, width, height = self.drawing.out
        out = QRectF(x * view.narrow, y, width * view.narrow, height)
        if view.shows(out.left(), out.right()):
            paint_neutral(painter, theme, out, "out" if view.near else "")
        if view.near:
            for mark in self._cuts:
                self._paint_cut(painter, view, mark)
        if picture is None:
            return
        for bracket in picture.brackets:
            self._paint_bracket(painter, view, bracket, chosen.partition in bracket.partitions)
        for bar in picture.bars:
            self._paint_bar(painter, view, bar)

    def _paint_near(self, painter: QPainter, view: View, palette: Palette, chosen: Chosen) -> None:
        left, right = (x / view.narrow for x in view.shown)
        edges = np.flatnonzero((self._edge_right >= left) & (self._edge_left <= right))
        path = QPainterPath()
        for number in edges:
            _add_edge(path, tuple((x * view.narrow, y) for x, y in self.drawing.edges[number].points))
        painter.setPen(_edge_pen(view.theme))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        boxes = [view.box(box) for box in self.boxes_in(left - 8, right + 8)]
        for box in boxes:
            self._boxes.paint(painter, palette, box, chosen)
        for box in boxes if self.marks.pinned or self.marks.barred else ():
            self._boxes.paint_badges(painter, palette, box)

    def _paint_far(
        self, painter: QPainter, view: View, palette: Palette, chosen: Chosen, scales: tuple[float, float]
    ) -> None:
        """Paint boxes and arrows that are too narrow for anything but their colours: all at once, squeezed."""
        left, right = (x / view.narrow for x in view.shown)
        edges = (self._edge_right >= left) & (self._edge_left <= right)
        edges &= (self._edge_right - self._edge_left) * scales[0] >= LEAST_EDGE
        pairs = (pair for number in np.flatnonzero(edges) for pair in pairwise(self.drawing.edges[number].points))
        painter.setPen(_edge_pen(view.theme))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawLines([QLineF(one[0] * view.narrow, one[1], to[0] * view.narrow, to[1]) for one, to in pairs])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        painter.scale(view.narrow, 1.0)
        paint_far(painter, palette, self.model, self._boxes_afar(left - 8, right + 8, scales[0]), scales)
        painter.restore()
        if chosen.layer is not None:
            # Where it is must show, however small it is drawn.
            reach = 3 / view.scale
            pen = QPen(view.theme.accent, 2)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect_of(view.box(self.drawing.box(chosen.layer))).adjusted(-reach, -reach, reach, reach))

    def _paint_frame(self, painter: QPainter, view: View, frame: Frame) -> None:
        theme = view.theme
        rect = QRectF(frame.x * view.narrow, frame.y, frame.width * view.narrow, frame.height)
        if not view.shows(rect.left(), rect.right()) or (not view.near and rect.width() < LEAST_EDGE):
            return  # so narrow a ground hides behind its boxes
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface_2)
        painter.drawRoundedRect(rect, *(2 * (min(6.0, rect.width() / 4),)))
        left = max(rect.left(), view.shown[0]) + 5
        name, room = frame.block.name, rect.right() - left - 2
        if not view.legible or room < LEAST_NAMED:
            return
        sign = 14.0 if room > min(LEAST_SIGNED, text_width(name, 11, 600) + 14) else 0.0
        if sign:
            draw_icon(painter, "chevron-down", QRectF(left, rect.top() + 3, 10, 10), theme.text_3)
        painter.setPen(theme.text_3)
        painter.setFont(font(11, 600))
        name = elided(name, 11, 600, room - sign)
        line = QRectF(left + sign, rect.top(), room - sign, HEAD_ROOM)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_cut(self, painter: QPainter, view: View, mark: CutMark) -> None:
        """Paint a cut point: a broken line across the arrow, the bytes of its tensor above it where there is room."""
        theme, x = view.theme, mark.x * view.narrow
        if not view.shows(x - 40, x + 40):
            return
        ink = theme.text if mark.shrinks else theme.text_3
        pen = QPen(ink, 1)
        pen.setDashPattern([2.0, 2.0])
        painter.setPen(pen)
        reach = 14.0
        text = bytes_text(mark.size_bytes)
        width, room = text_width(text, 11, 500), mark.room * view.narrow
        painter.setFont(font(11, 500))
        ground = QColor(theme.surface)
        ground.setAlphaF(0.8)
        if width <= room:
            painter.drawLine(QPointF(x, mark.y - 4), QPointF(x, mark.y + reach))
            painter.fillRect(QRectF(x - width / 2 - 1, mark.y - 18, width + 2, 13), ground)
            painter.drawText(QPointF(x - width / 2, mark.y - 8), text)
        elif room >= LEAST_UPRIGHT:
            # Too narrow a gap for the line and the bytes: the bytes stand in it upwards.
            painter.save()
            painter.translate(x, mark.y)
            painter.rotate(-90)
            painter.fillRect(QRectF(-width / 2 - 1, -6.5, width + 2, 13), ground)
            painter.drawText(QPointF(-width / 2, 4), text)
            painter.restore()
        else:
            painter.drawLine(QPointF(x, mark.y - reach), QPointF(x, mark.y + reach))

    def _stretch(self, view: View, layers: tuple[int, int]) -> tuple[float, float]:
        """Return where boxes begin and end, from that of one layer to that of another."""
        first, last = (view.box(self.drawing.box(layer)) for layer in layers)
        return min(first.x, last.x), max(first.x + first.width, last.x + last.width)

    def _paint_bracket(self, painter: QPainter, view: View, bracket: Bracket, chosen: bool) -> None:
        theme = view.theme
        left, right = self._stretch(view, (bracket.first, bracket.last))
        left, right = left + 2, max(left + 3, right - 2)
        if not view.shows(left, right):
            return
        y = self.drawing.bracket_y
        ink = theme.tier(bracket.tier).ink
        mark = 16 if bracket.confirmed else 0
        numbers = ", ".join(f"#{number + 1}" for number in bracket.partitions)
        room = min(right, view.shown[1]) - max(left, view.shown[0]) + 4 if view.legible else 0.0
        texts = (f"P3 {numbers}", numbers, f"{len(bracket.partitions)} P3")
        text = next((text for text in texts if text_width(text, 11, 600) + mark <= room), "")
        line = QColor(ink)
        line.setAlphaF(0.55)
        if not text:
            painter.fillRect(QRectF(left, y - 0.75, right - left, 1.5), theme.accent if chosen else line)
            return
        width = text_width(text, 11, 600) + mark
        middle = _middle_of_shown(left, right, view.shown)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.accent_soft)
            painter.drawRoundedRect(QRectF(middle - width / 2 - 6, y - 9, width + 12, 18), 9, 9)
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

    def _paint_bar(self, painter: QPainter, view: View, bar: Bar) -> None:
        theme = view.theme
        left, right = self._stretch(view, (bar.first, bar.last))
        if not view.shows(left, right):
            return
        y = self.drawing.bar_y
        painter.setPen(Qt.PenStyle.NoPen)
        at = left
        for tier, share in bar.parts:
            painter.setBrush(theme.tier(tier).line)
            painter.drawRoundedRect(QRectF(at, y, (right - left) * share, 3), 1.5, 1.5)
            at += (right - left) * share
        room = min(right, view.shown[1]) - max(left, view.shown[0]) + 4 if view.legible else 0.0
        text = next((text for text in bar.texts if text_width(text, 11, 500) <= room), "")
        width = text_width(text, 11, 500)
        painter.setPen(theme.text_2)
        painter.setFont(font(11, 500))
        start = _middle_of_shown(left, right, view.shown) - width / 2
        painter.drawText(QPointF(max(view.shown[0], min(start, view.shown[1] - width)), y + 18), text)


def _edge_pen(theme: Theme) -> QPen:
    return QPen(theme.line_strong, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _middle_of_shown(left: float, right: float, shown: tuple[float, float]) -> float:
    """Return the middle of what is shown of a stretch: there its label stands."""
    return (max(left, shown[0]) + min(right, shown[1])) / 2


def _add_edge(path: QPainterPath, points: tuple[tuple[float, float], ...]) -> None:
    path.moveTo(*points[0])
    for (x1, y1), (x2, y2) in pairwise(points):
        if abs(y1 - y2) < 0.5:
            path.lineTo(x2, y2)
        else:
            middle = (x1 + x2) / 2
            path.cubicTo(middle, y1, middle, y2, x2, y2)
    x, y = points[-1]
    path.moveTo(x - 3, y - 3)
    path.lineTo(x, y)
    path.lineTo(x - 3, y + 3)
