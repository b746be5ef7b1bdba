"""Paints a model: boxes in the colour of where they run, P3 brackets above, places and times below."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.reporting.numbers import bytes_text
from dnnmig_gui.core.topology import Server
from dnnmig_gui.gui.dnn.layout import Box, Drawing
from dnnmig_gui.gui.dnn.picture import Bar, Bracket, Picture
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.style import mixed
from dnnmig_gui.gui.theme.tokens import Theme, TierColors

HATCH_STEP, HATCH_WIDTH = 5.0, 2.0
LEAST_TEXT_ZOOM = 0.45
"""Below this zoom no text could be read, so none is painted."""


@dataclass(frozen=True)
class Chosen:
    """What is selected of the followed user: a layer and a P3, by number."""

    layer: int | None = None
    partition: int | None = None


def short_name(name: str) -> str:
    """Return the part of a layer's name that tells it from its neighbours."""
    return name.rstrip("/").rsplit("/", 1)[-1] or name


def hatch(box: QRectF, step: float = HATCH_STEP) -> list[QLineF]:
    """Return diagonal lines that fill a box, cut at its sides."""
    lines = []
    offset = step
    while offset < box.width() + box.height():
        x1, y1 = box.left() + offset - box.height(), box.bottom()
        x2, y2 = box.left() + offset, box.top()
        if x1 < box.left():
            y1, x1 = box.top() + offset, box.left()
        if x2 > box.right():
            y2, x2 = box.top() + (x2 - box.right()), box.right()
        lines.append(QLineF(x1, y1, x2, y2))
        offset += step
    return lines


class ModelPainter:
    """Paints one drawing; only what lies in the part shown."""

    def __init__(self, model: DnnModel, drawing: Drawing, pinned: frozenset[int]) -> None:
        self.model = model
        self.drawing = drawing
        self._pinned = pinned
        self._left = np.array([box.x for box in drawing.boxes])
        self._right = np.array([box.x + box.width for box in drawing.boxes])
        self._edge_left = np.array([min(x for x, _ in edge.points) for edge in drawing.edges])
        self._edge_right = np.array([max(x for x, _ in edge.points) for edge in drawing.edges])

    def paint(
        self,
        painter: QPainter,
        theme: Theme,
        picture: Picture | None,
        servers: Sequence[Server],
        chosen: Chosen,
        shown: tuple[float, float],
        zoom: float = 1.0,
    ) -> None:
        """Paint what lies between two x of the drawing; without a picture, a model that has no plan."""
        left, right = shown
        for number in np.flatnonzero((self._edge_right >= left) & (self._edge_left <= right)):
            self._paint_edge(painter, theme, self.drawing.edges[number].points)
        with_text = zoom >= LEAST_TEXT_ZOOM
        for number in np.flatnonzero((self._right >= left - 8) & (self._left <= right + 8)):
            box = self.drawing.boxes[number]
            self._paint_box(painter, theme, box, picture, servers, with_text)
            if chosen.layer == box.layer:
                reach = 5 if box.height > 25 else 2.5
                around = _rect(box).adjusted(-reach, -reach, reach, reach)
                _outline(painter, around, min(12.0, around.height() / 2), QPen(theme.accent, 2))
        x, y, width, height = self.drawing.out
        if x <= right and x + width >= left:
            self._paint_neutral(painter, theme, QRectF(x, y, width, height), "out" if with_text else "")
        if picture is None:
            return
        for bracket in picture.brackets:
            self._paint_bracket(painter, theme, bracket, shown, chosen.partition in bracket.partitions)
        for bar in picture.bars:
            self._paint_bar(painter, theme, bar, shown)

    def _paint_edge(self, painter: QPainter, theme: Theme, points: tuple[tuple[float, float], ...]) -> None:
        path = QPainterPath(QPointF(*points[0]))
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
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(
            QPen(theme.line_strong, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        painter.drawPath(path)

    def _paint_neutral(self, painter: QPainter, theme: Theme, rect: QRectF, text: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface_2)
        painter.drawRoundedRect(rect, 8, 8)
        painter.setPen(theme.text_2)
        painter.setFont(font(11, 500))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, _elided(text, font(11, 500), rect.width() - 4))

    def _paint_box(
        self,
        painter: QPainter,
        theme: Theme,
        box: Box,
        picture: Picture | None,
        servers: Sequence[Server],
        with_text: bool,
    ) -> None:
        layer = self.model.layers[box.layer]
        rect = _rect(box)
        if layer.is_input:
            self._paint_neutral(painter, theme, rect, short_name(layer.name) if with_text else "")
            return
        radius = 3.0 if box.slim else min(8.0, box.height / 3)
        fill, ink = theme.surface_3, theme.text
        if picture is not None:
            colors = theme.tier(servers[picture.places[box.layer]].tier)
            former = theme.tier(servers[picture.former[box.layer]].tier)
            fill, ink = mixed(former.fill, colors.fill, picture.fade), colors.on
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(rect, radius, radius)
        raised = 0.0
        outline = picture.outlines.get(box.layer) if picture is not None else None
        if picture is not None and outline is not None:
            target = theme.tier(servers[picture.planned[box.layer]].tier)
            if outline == "uploading":
                raised = self._paint_upload(painter, target, rect, radius, picture.share)
            # Boxes in many rows lie close: their outlines stay between them.
            gap, width = (2.0, 2.0) if rect.height() > 25 else (0.75, 1.5)
            pen = QPen(target.line, width)
            if outline == "planned":
                pen.setDashPattern([2.5, 2.0])
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            _outline(painter, rect.adjusted(-gap, -gap, gap, gap), radius + gap, pen)
        if with_text and not box.slim:
            self._paint_texts(painter, box, rect.adjusted(0, 0, 0, -raised), ink)
        if box.layer in self._pinned:
            self._paint_pin(painter, theme, rect, servers, picture, box.layer)

    def _paint_upload(self, painter: QPainter, target: TierColors, rect: QRectF, radius: float, share: float) -> float:
        """Paint the strip of an upload at the foot of a box; return the height that it takes from the text."""
        height = min(14.0, rect.height() / 4)
        strip = QRectF(rect.left(), rect.bottom() - height, rect.width(), height)
        clip = QPainterPath()
        clip.addRoundedRect(rect, radius, radius)
        part = QPainterPath()
        part.addRect(strip)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillPath(part.intersected(clip), target.tint)
        sent = QRectF(strip.left(), strip.top(), strip.width() * share, strip.height())
        if sent.width() > 0.5:
            done = QPainterPath()
            done.addRect(sent)
            color = QColor(target.fill)
            color.setAlphaF(0.35)
            painter.fillPath(done.intersected(clip), color)
            painter.setPen(QPen(target.line, HATCH_WIDTH, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLines(hatch(sent.adjusted(1, 0.5, 0, -0.5)))
        return height if rect.height() > 40 else 0.0

    def _paint_texts(self, painter: QPainter, box: Box, rect: QRectF, ink: QColor) -> None:
        layer = self.model.layers[box.layer]
        big = rect.width() >= 56 and box.height > 30
        name_font = font(12 if box.height >= 50 and box.width >= 56 else 11, 600)
        painter.setPen(ink)
        painter.setFont(name_font)
        name = _elided(short_name(layer.name), name_font, rect.width() - 6)
        if not (big and layer.param_bytes > 0):
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, name)
            return
        middle = rect.center().y()
        gap = 15.6 if box.height >= 50 else 13.0
        upper = QRectF(rect.left(), middle - gap - 1, rect.width(), gap + 2)
        painter.drawText(upper, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(font(11, 500))
        lower = QRectF(rect.left(), middle - 1, rect.width(), gap + 2)
        size = _elided(bytes_text(layer.param_bytes), font(11, 500), rect.width() - 2)
        painter.drawText(lower, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, size)

    def _paint_pin(
        self,
        painter: QPainter,
        theme: Theme,
        rect: QRectF,
        servers: Sequence[Server],
        picture: Picture | None,
        layer: int,
    ) -> None:
        center = rect.topRight() + QPointF(-4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface)
        painter.drawEllipse(center, 9, 9)
        ink = theme.text_2 if picture is None else theme.tier(servers[picture.planned[layer]].tier).ink
        draw_icon(painter, "pin", QRectF(center.x() - 6, center.y() - 6, 12, 12), ink)

    def _paint_bracket(
        self, painter: QPainter, theme: Theme, bracket: Bracket, shown: tuple[float, float], chosen: bool
    ) -> None:
        first, last = self.drawing.boxes[bracket.first], self.drawing.boxes[bracket.last]
        left, right = min(first.x, last.x) + 2, max(first.x + first.width, last.x + last.width) - 2
        if right < shown[0] or left > shown[1]:
            return
        y = self.drawing.bracket_y
        ink = theme.tier(bracket.tier).ink
        lettering = font(11, 600)
        mark = 16 if bracket.confirmed else 0
        numbers = ", ".join(f"#{number + 1}" for number in bracket.partitions)
        text = next(
            (
                text
                for text in (f"P3 {numbers}", numbers, f"{len(bracket.partitions)} P3")
                if QFontMetricsF(lettering).horizontalAdvance(text) + mark <= right - left + 4
            ),
            "",
        )
        width = QFontMetricsF(lettering).horizontalAdvance(text) + mark
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
        painter.setFont(lettering)
        start = middle - width / 2
        painter.drawText(QPointF(start, y + 4), text)
        if bracket.confirmed:
            draw_icon(painter, "check", QRectF(middle + width / 2 - 12, y - 6, 12, 12), ink)

    def _paint_bar(self, painter: QPainter, theme: Theme, bar: Bar, shown: tuple[float, float]) -> None:
        first, last = self.drawing.boxes[bar.first], self.drawing.boxes[bar.last]
        left, right = min(first.x, last.x), max(first.x + first.width, last.x + last.width)
        if right < shown[0] or left > shown[1]:
            return
        y = self.drawing.bar_y
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.tier(bar.tier).line)
        painter.drawRoundedRect(QRectF(left, y, right - left, 3), 1.5, 1.5)
        lettering = font(11, 500)
        metrics = QFontMetricsF(lettering)
        room = min(right, shown[1]) - max(left, shown[0]) + 4
        text = next((text for text in bar.texts if metrics.horizontalAdvance(text) <= room), "")
        width = metrics.horizontalAdvance(text)
        painter.setPen(theme.text_2)
        painter.setFont(lettering)
        painter.drawText(QPointF(_middle_of_shown(left, right, shown) - width / 2, y + 18), text)


def _middle_of_shown(left: float, right: float, shown: tuple[float, float]) -> float:
    """Return the middle of what is shown of a stretch: there its label stands."""
    return (max(left, shown[0]) + min(right, shown[1])) / 2


def _rect(box: Box) -> QRectF:
    return QRectF(box.x, box.y, box.width, box.height)


def _outline(painter: QPainter, rect: QRectF, radius: float, pen: QPen) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawRoundedRect(rect, radius, radius)


def _elided(text: str, lettering: QFont, width: float) -> str:
    return QFontMetricsF(lettering).elidedText(text, Qt.TextElideMode.ElideMiddle, width)
