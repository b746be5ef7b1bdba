"""Paints the boxes of a model: layers and folded blocks, what is uploading, pins and bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from statistics import median

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.reporting.numbers import bytes_text
from dnnmig_gui.core.topology import Server
from dnnmig_gui.gui.charts.lettering import text_width
from dnnmig_gui.gui.dnn.blocks import Block
from dnnmig_gui.gui.dnn.box_text import LEAST_LETTERS, paint_lines, paint_name, paint_neutral_name
from dnnmig_gui.gui.dnn.layout import Box
from dnnmig_gui.gui.dnn.picture import BlockLook, Outline, Picture
from dnnmig_gui.gui.dnn.shading import Shading, percent_text
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.fonts import plain_text
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.style import mixed
from dnnmig_gui.gui.theme.tokens import Theme, TierColors

HATCH_STEP, HATCH_WIDTH = 5.0, 2.0
TALL = 50.0
"""A box this high has room for lines at their ease."""
MOST_NARROWED = (0.56, 0.92)
"""Names or not, boxes are drawn no narrower than the first at first, and need not be wider than the second."""
DIMMED = 0.4
"""Opacity of what a search leaves out."""


@dataclass(frozen=True)
class Chosen:
    """What is selected of the followed user: a layer and a P3, by number."""

    layer: int | None = None
    partition: int | None = None


@dataclass(frozen=True)
class Marks:
    """What is known of layers beside the run: which are pinned and barred, and which a search has found."""

    pinned: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()
    found: frozenset[int] | None = None


@dataclass(frozen=True)
class Palette:
    """All that decides the colour of a box.

    Parameters
    ----------
    greatest
        The largest share of a box, which has the deepest tone; of no meaning without `shading`.
    """

    theme: Theme
    picture: Picture | None
    servers: Sequence[Server]
    shading: Shading | None = None
    greatest: float = 0.0
    marks: Marks = field(default_factory=Marks)

    def tone(self, box: Box) -> float:
        """Return how deep the colour of a box is under the shading, in [0, 1]."""
        if self.shading is None or self.greatest <= 0:
            return 0.0
        return self.shading.share(box) / self.greatest

    def colors(self, server: int) -> TierColors:
        """Return the colours of a server's tier."""
        return self.theme.tier(self.servers[server].tier)

    def is_dimmed(self, box: Box) -> bool:
        """Return whether a search leaves the box out."""
        found = self.marks.found
        return found is not None and found.isdisjoint(box.layers)


def short_name(name: str) -> str:
    """Return the part of a layer's name that tells it from its neighbours."""
    return name.rstrip("/").rsplit("/", 1)[-1] or name


def legible_zoom(model: DnnModel, boxes: Sequence[Box]) -> float:
    """Return how narrow boxes may be drawn, as a share of their width, so that most of their names stand across."""
    with plain_text():
        needed = [
            (
                text_width(
                    box.block.name if box.block is not None else short_name(model.layers[box.layer].name), 11, 600
                )
                + 6
            )
            / box.width
            for box in boxes
            if not box.slim and box.layer > 0
        ]
    return min(MOST_NARROWED[1], max(MOST_NARROWED[0], median(needed))) if needed else MOST_NARROWED[1]


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


def fills(palette: Palette, model: DnnModel, box: Box) -> list[tuple[float, QColor]]:
    """Return the colours of a box from left to right, each with its share of the width."""
    theme, picture = palette.theme, palette.picture
    if box.block is None and model.layers[box.layer].is_input:
        return [(1.0, theme.surface_2)]
    if palette.shading is not None:
        return [(1.0, mixed(theme.surface_3, theme.accent, palette.tone(box)))]
    if picture is None:
        return [(1.0, theme.surface_3)]
    if box.block is not None:
        look = picture.of_block(box.layers)
        parts = look.parts if picture.fade > 0.5 else look.former
        return [(share, palette.colors(server).fill) for server, share in parts]
    here, former = palette.colors(picture.places[box.layer]), palette.colors(picture.former[box.layer])
    return [(1.0, here.fill if picture.fade >= 1 else mixed(former.fill, here.fill, picture.fade))]


def rim_color(palette: Palette, box: Box) -> QColor:
    """Return the ink of the edge that a box has where the theme asks for contrast: that of where it runs now."""
    if palette.picture is None or palette.shading is not None:
        return palette.theme.text_3
    if box.block is None:
        return palette.colors(palette.picture.places[box.layer]).ink
    parts = palette.picture.of_block(box.layers).parts
    return palette.colors(max(parts, key=lambda part: part[1])[0]).ink


class BoxPainter:
    """Paints the boxes of one model at a size at which they can be read."""

    def __init__(self, model: DnnModel) -> None:
        self.model = model
        self._bytes = [0, *accumulate(layer.param_bytes for layer in model)]

    def paint(self, painter: QPainter, palette: Palette, box: Box, chosen: Chosen) -> None:
        """Paint a box with all that belongs to it."""
        dimmed = palette.is_dimmed(box)
        if dimmed:
            painter.setOpacity(DIMMED)
        rect = rect_of(box)
        if box.block is not None:
            self._paint_block(painter, palette, box, box.block)
        elif self.model.layers[box.layer].is_input:
            paint_neutral(painter, palette.theme, rect, short_name(self.model.layers[box.layer].name))
        else:
            self._paint_layer(painter, palette, box)
        if dimmed:
            painter.setOpacity(1.0)
        elif palette.marks.found is not None:
            outline(painter, rect.adjusted(-2, -2, 2, 2), _radius(box) + 2, QPen(palette.theme.accent_ink, 1.5))
        if chosen.layer is not None and box.layer <= chosen.layer <= box.last:
            reach = 5 if box.height > 25 else 2.5
            around = rect.adjusted(-reach, -reach, reach, reach)
            outline(painter, around, min(12.0, around.height() / 2), QPen(palette.theme.accent, 2))

    def _paint_layer(self, painter: QPainter, palette: Palette, box: Box) -> None:
        picture, rect, radius = palette.picture, rect_of(box), _radius(box)
        layer = self.model.layers[box.layer]
        ((_, fill),) = fills(palette, self.model, box)
        tiered = picture is not None and palette.shading is None
        here = palette.colors(picture.places[box.layer]) if picture is not None and tiered else None
        painter.setPen(palette.theme.outline(here) if here is not None else Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(rect, radius, radius)
        self._paint_rim(painter, palette, box)
        raised = 0.0
        coming = picture.outlines.get(box.layer) if picture is not None and palette.shading is None else None
        if picture is not None and coming is not None:
            target = palette.colors(picture.planned[box.layer])
            raised = self._paint_coming(painter, target, box, coming, picture.share)
        if not box.slim:
            ink = self._ink(palette, box)
            size = bytes_text(layer.param_bytes) if layer.param_bytes > 0 else ""
            if palette.shading is not None:
                size = percent_text(palette.shading.share(box))
            painter.setPen(ink)
            below = size if box.height > 30 else ""
            upper = rect.adjusted(0, 0, 0, -raised)
            paint_name(painter, upper, short_name(layer.name), below, flat=box.height < TALL)

    def _paint_block(self, painter: QPainter, palette: Palette, box: Box, block: Block) -> None:
        """Paint a folded block: its colours by share of places, its name, and how much it holds."""
        theme, picture, rect, radius = palette.theme, palette.picture, rect_of(box), _radius(box)
        # A second edge behind it says that there is more inside.
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.line_strong)
        painter.drawRoundedRect(rect.adjusted(4, -3, -4, -3), radius, radius)
        look = picture.of_block(box.layers) if picture is not None and palette.shading is None else None
        if look is None:
            painter.setBrush(fills(palette, self.model, box)[0][1])
            painter.drawRoundedRect(rect, radius, radius)
        else:
            self._paint_parts(painter, palette, rect, radius, look.former)
            if picture is not None and look.former != look.parts:
                painter.save()
                painter.setOpacity(painter.opacity() * picture.fade)
                self._paint_parts(painter, palette, rect, radius, look.parts)
                painter.restore()
        self._paint_rim(painter, palette, box)
        raised = 0.0
        if picture is not None and palette.shading is None and look is not None and look.outline is not None:
            raised = self._paint_coming(painter, palette.colors(look.target), box, look.outline, picture.share)
        total = self._bytes[box.last + 1] - self._bytes[box.layer]
        count = tr("{count} layers").format(count=len(block))
        if palette.shading is not None:
            texts = [count, percent_text(palette.shading.share(box))]
        else:
            texts = [count, *([bytes_text(total)] if total else [])]
        upper = rect.adjusted(0, 0, 0, -raised)
        for part, ink in self._inks(palette, box, look):
            painter.save()
            painter.setClipRect(part, Qt.ClipOperation.IntersectClip)
            painter.setPen(ink)
            if box.height >= TALL and raised == 0:
                room = rect.width() - 6 - 14 * bool(self._badges(palette, box))
                paint_lines(painter, upper, [block.name, *texts], room)
            else:
                below = texts[-1] if box.height > 30 else ""
                paint_name(painter, upper, block.name, below, flat=box.height < TALL)
            painter.restore()

    def _inks(self, palette: Palette, box: Box, look: BlockLook | None) -> list[tuple[QRectF, QColor]]:
        """Return the parts of a block with the ink of each: a text over two places stands out on both."""
        rect = rect_of(box)
        if look is None:
            return [(rect, self._ink(palette, box))]
        inks = []
        left = rect.left()
        for server, share in look.parts:
            part = QRectF(left, rect.top(), rect.width() * share, rect.height())
            inks.append((part, palette.colors(server).on))
            left += part.width()
        return inks

    def _paint_parts(
        self, painter: QPainter, palette: Palette, rect: QRectF, radius: float, parts: Sequence[tuple[int, float]]
    ) -> None:
        clip = QPainterPath()
        clip.addRoundedRect(rect, radius, radius)
        painter.save()
        painter.setClipPath(clip, Qt.ClipOperation.IntersectClip)
        left = rect.left()
        for server, share in parts:
            painter.fillRect(
                QRectF(left, rect.top(), rect.width() * share + 0.5, rect.height()), palette.colors(server).fill
            )
            left += rect.width() * share
        painter.restore()

    def _paint_rim(self, painter: QPainter, palette: Palette, box: Box) -> None:
        """Give a box an edge that stands out from the surface, where the theme asks for contrast."""
        if palette.theme.outlines:
            pen = QPen(rim_color(palette, box), 1)
            outline(painter, rect_of(box).adjusted(0.5, 0.5, -0.5, -0.5), _radius(box), pen)

    def _ink(self, palette: Palette, box: Box) -> QColor:
        theme, picture = palette.theme, palette.picture
        if palette.shading is not None:
            ground = fills(palette, self.model, box)[0][1]
            return max((theme.text, theme.on_accent), key=lambda ink: _contrast(ink, ground))
        return theme.text if picture is None else palette.colors(picture.places[box.layer]).on

    def _paint_coming(self, painter: QPainter, target: TierColors, box: Box, coming: Outline, share: float) -> float:
        """Paint what is still to come for a box; return the height that it takes from the text."""
        rect, radius = rect_of(box), _radius(box)
        raised = self._paint_upload(painter, target, rect, radius, share) if coming == "uploading" else 0.0
        # Boxes in many rows lie close: their outlines stay between them.
        gap, width = (2.0, 2.0) if rect.height() > 25 else (0.75, 1.5)
        pen = QPen(target.line, width)
        if coming == "planned":
            pen.setDashPattern([2.5, 2.0])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        outline(painter, rect.adjusted(-gap, -gap, gap, gap), radius + gap, pen)
        return raised

    def _paint_upload(self, painter: QPainter, target: TierColors, rect: QRectF, radius: float, share: float) -> float:
        """Paint the strip of an upload at the foot of a box; return the height that it takes from the text."""
        height = min(14.0, rect.height() / 4) if rect.height() > 45 else 6.0 if rect.height() > 25 else 3.0
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
        return height if rect.height() > 25 else 1.0

    def _badges(self, palette: Palette, box: Box) -> list[str]:
        """Return the icons of a box's limits; a slim box leaves them to the one that it dresses."""
        marks = (("pin", palette.marks.pinned), ("bar", palette.marks.barred))
        there = [name for name, layers in marks if not layers.isdisjoint(box.layers)]
        if box.slim:
            before = self.model.producers[box.layer][0]
            there = [name for name, layers in marks if name in there and before not in layers]
        return there

    def paint_badges(self, painter: QPainter, palette: Palette, box: Box) -> None:
        """Paint what limits a box: after all boxes, for a badge reaches over its edge."""
        flat = box.height < 30 or box.width < LEAST_LETTERS
        radius = 6.5 if flat else 9.0
        center = rect_of(box).topRight() + (QPointF(-1, 1) if flat else QPointF(-4, 4))
        for name in self._badges(palette, box):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.theme.surface)
            painter.drawEllipse(center, radius, radius)
            ink = palette.theme.text_2
            if palette.picture is not None and name == "pin":
                ink = palette.colors(palette.picture.planned[box.layer]).ink
            side = radius * 4 / 3
            draw_icon(painter, name, QRectF(center.x() - side / 2, center.y() - side / 2, side, side), ink)
            center = center - QPointF(2 * radius + 2, 0)


def paint_neutral(painter: QPainter, theme: Theme, rect: QRectF, text: str) -> None:
    """Paint a box that runs nothing: where data enter and leave."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.surface_2)
    painter.drawRoundedRect(rect, 8, 8)
    painter.setPen(theme.text_2)
    paint_neutral_name(painter, rect, text)


def rect_of(box: Box) -> QRectF:
    """Return where a box is."""
    return QRectF(box.x, box.y, box.width, box.height)


def outline(painter: QPainter, rect: QRectF, radius: float, pen: QPen) -> None:
    """Draw a rounded outline."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawRoundedRect(rect, radius, radius)


def _contrast(one: QColor, other: QColor) -> float:
    """Return the contrast of two colours as WCAG 2 has it, 1 to 21."""

    def luminance(color: QColor) -> float:
        parts = (color.redF(), color.greenF(), color.blueF())
        linear = [part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4) for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _radius(box: Box) -> float:
    return 3.0 if box.slim else min(8.0, box.height / 3, box.width / 4)
