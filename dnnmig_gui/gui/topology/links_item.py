"""The links at rest: all of them in one item, so that thousands cost one painting."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from dnnmig_gui.core.reporting.numbers import rate_text
from dnnmig_gui.core.scenario.joined import Joined, Pair
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.theme.style import mixed
from dnnmig_gui.gui.topology.links import path_between
from dnnmig_gui.gui.topology.signs import Note

if TYPE_CHECKING:
    from dnnmig_gui.gui.topology.items import ServerItem

MANY_LINKS = 120
"""Beyond this, idle links are straight hairlines from node to node, and fainter."""
MANY_LIT = 60
"""Beyond this, the links of what is chosen are fainter: plain ones would be one dark patch."""
MOST_LINKS = 20_000
"""Beyond this, only links with figures of their own are drawn, and all those of selected and hovered servers."""
_STEPS = 24


class LinksItem(QGraphicsItem):
    """All links; those inside a tier show only for a selected or hovered end, unless there is room for them."""

    def __init__(self, look: Look, nodes: Mapping[str, ServerItem]) -> None:
        super().__init__()
        self._look = look
        self._nodes = nodes
        self._joined: Joined | None = None
        self._many = False
        self._pairs: list[Pair] = []
        self._ends: dict[str, list[int]] = {}
        self._paths: list[QPainterPath] = []
        self._lines: npt.NDArray[np.float64] = np.empty((0, 4))
        self._drawn: list[QLineF] = []
        self._loose: frozenset[int] = frozenset()
        """Lines that move with a node that is dragged: not in the picture of all others, which can stay."""
        self._lit: frozenset[str] = frozenset()
        self._lit_pairs: list[Pair] = []
        self._chosen: frozenset[Pair] = frozenset()
        self._hovered: Pair | None = None
        self._bounds = QRectF()
        self._picture = _Picture()
        self.setZValue(-2)

    def show_links(self, joined: Joined | None, moved: Collection[str] = ()) -> None:
        """Draw the links of another scenario; its servers have their nodes already, and `moved` elsewhere."""
        self._joined = joined
        count = joined.count if joined is not None else 0
        pairs = list(islice(joined.pairs(), MOST_LINKS)) if joined is not None else []
        if count > MOST_LINKS and joined is not None:
            pairs = [pair for pair in pairs if joined.own(*pair) is not None]
        same = pairs == self._pairs
        if not same:
            self._many = count > MANY_LINKS
            self._pairs = pairs
            self._ends = {}
            for number, (one, other) in enumerate(pairs):
                self._ends.setdefault(one, []).append(number)
                self._ends.setdefault(other, []).append(number)
            self._hovered = None
        self._follow_lit()
        if self._loose:
            self._loose = frozenset()
            self._picture.forget()
        self.lay(moved if same else None)

    def lay(self, moved: Iterable[str] | None = None) -> None:
        """Follow the nodes, all of them or those that moved."""
        self.prepareGeometryChange()
        if moved is None:
            numbers: Collection[int] = range(len(self._pairs))
            places = {name: item.pos().toTuple() for name, item in self._nodes.items()}
            ends = [(*places[one], *places[other]) for one, other in self._pairs]
            self._lines = np.array(ends, dtype=float).reshape(-1, 4)
            self._drawn = [QLineF(*end) for end in ends] if self._many else []
            self._paths = [] if self._many else [self._path(pair) for pair in self._pairs]
        else:
            numbers = {number for name in moved for number in self._ends.get(name, ())}
            for number in numbers:
                one, other = self._pairs[number]
                start, end = self._nodes[one].pos(), self._nodes[other].pos()
                self._lines[number] = start.x(), start.y(), end.x(), end.y()
                if self._many:
                    self._drawn[number] = QLineF(start, end)
                else:
                    self._paths[number] = self._path((one, other))
        bounds = QRectF()
        if self._many and len(self._lines):
            low, high = self._lines.min(axis=0), self._lines.max(axis=0)
            left, top = float(min(low[0], low[2])), float(min(low[1], low[3]))
            bounds = QRectF(left, top, float(max(high[0], high[2])) - left, float(max(high[1], high[3])) - top)
        for path in self._paths:
            bounds |= path.boundingRect()
        for pair in (*self._lit_pairs, *self._chosen):
            bounds |= self._path(pair).boundingRect()
        self._bounds = bounds.adjusted(-50, -14, 50, 14)
        if self._many and moved is not None and numbers:
            if not self._loose.issuperset(numbers):
                self._loose = self._loose.union(numbers)
                self._picture.forget()
        elif numbers:
            self._picture.forget()
        self.update()

    def _path(self, pair: Pair) -> QPainterPath:
        one, other = (self._nodes.get(end) for end in pair)
        return path_between(one, other) if one is not None and other is not None else QPainterPath()

    # Lighting and choosing

    def light(self, servers: frozenset[str]) -> None:
        """Show every link of these servers plainly."""
        if servers != self._lit:
            self._lit = servers
            self._follow_lit()
            self.lay(())

    def _follow_lit(self) -> None:
        self._lit_pairs = []
        if self._joined is not None:
            known = [name for name in self._lit if name in self._nodes]
            if len(known) * len(self._nodes) <= 4 * MOST_LINKS:
                found = {self._joined.ordered(name, other) for name in known for other in self._joined.of(name)}
                self._lit_pairs = sorted(found)

    def choose(self, pairs: frozenset[Pair]) -> None:
        """Outline these links, and no others."""
        if pairs != self._chosen:
            self._chosen = pairs
            self.lay(())

    def hover(self, pair: Pair | None) -> bool:
        """Show which link a click would choose; return whether it is another one than before."""
        if pair == self._hovered:
            return False
        self._hovered = pair
        self.update()
        return True

    def at(self, place: QPointF, reach: float) -> Pair | None:
        """Return the link drawn nearest to a point, if it is within reach."""
        best: tuple[float, Pair | None] = (reach, None)
        if self._many and len(self._lines):
            distances = _distances(self._lines, place)
            number = int(np.argmin(distances))
            best = min(best, (float(distances[number]), self._pairs[number]), key=lambda one: one[0])
        shown = [] if self._many else [pair for pair in self._pairs if self._opacity(pair) > 0]
        for pair in {*shown, *self._lit_pairs, *self._chosen}:
            path = self._path(pair)
            if path.isEmpty() or not path.boundingRect().adjusted(-reach, -reach, reach, reach).contains(place):
                continue
            points = [path.pointAtPercent(step / _STEPS) for step in range(_STEPS + 1)]
            corners = np.array([point.toTuple() for point in points])
            distance = float(_distances(np.hstack((corners[:-1], corners[1:])), place).min())
            if distance < best[0]:
                best = (distance, pair)
        return best[1]

    # Painting

    def _opacity(self, pair: Pair) -> float:
        one, other = (self._nodes[end].server.tier for end in pair)
        if one == other:
            own = self._joined is not None and self._joined.own(*pair) is not None
            return 0.45 if own else 0.0
        if {one, other} == {"client", "cloud"}:
            return 0.25  # long lines behind the edge servers: there, but out of the way
        return 0.75 if "client" in (one, other) else 0.45

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Return what the lines cover."""
        return self._bounds

    def shape(self) -> QPainterPath:
        """Return nothing: links are found by `at`."""
        return QPainterPath()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the lines."""
        theme = self._look.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        color = QColor(theme.line_strong)
        if self._many:
            self._paint_many(painter, widget)
        for pair, path in zip(self._pairs, self._paths, strict=False):
            opacity = self._opacity(pair)
            if opacity > 0:
                color.setAlphaF(opacity)
                painter.setPen(QPen(color, 1))
                painter.drawPath(path)
        crowded = len(self._lit_pairs) > MANY_LIT
        painter.setPen(QPen(mixed(theme.surface, theme.text_3, 0.5) if crowded else theme.text_3, 1))
        for pair in self._lit_pairs:
            painter.drawPath(self._path(pair))
        if self._hovered is not None:
            painter.setPen(QPen(theme.text_3, 2))
            painter.drawPath(self._path(self._hovered))
        painter.setPen(QPen(theme.accent, 2))
        for pair in self._chosen:
            painter.drawPath(self._path(pair))

    def _paint_many(self, painter: QPainter, widget: QWidget | None) -> None:
        theme = self._look.theme
        # Opaque: thousands of lines that shine through one another cost ten times as much.
        color = mixed(theme.surface, theme.line_strong, 0.2 if len(self._pairs) > 1000 else 0.4)
        if widget is None:
            self._draw_many(painter, color)
        else:
            self._picture.show(painter, color, self._draw_resting)
            self._draw_lines(painter, color, [self._drawn[number] for number in self._loose])

    def _draw_many(self, painter: QPainter, color: QColor) -> None:
        self._draw_lines(painter, color, self._drawn)

    def _draw_resting(self, painter: QPainter, color: QColor) -> None:
        lines = self._drawn
        if self._loose:
            lines = [line for number, line in enumerate(lines) if number not in self._loose]
        self._draw_lines(painter, color, lines)

    def _draw_lines(self, painter: QPainter, color: QColor, lines: Sequence[QLineF]) -> None:
        pen = QPen(color, 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        smooth = painter.testRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawLines(lines)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)

    def notes(self) -> tuple[Note, ...]:
        """Return the bandwidths to write: of the links chosen, where they are few, and of the one under the pointer."""
        if self._joined is None:
            return ()
        pairs = {self._hovered} if self._hovered is not None else set()
        if len(self._chosen) <= MANY_LINKS:
            pairs |= self._chosen
        found = []
        for pair in sorted(pairs):
            figures, path = self._joined.figures(*pair), self._path(pair)
            if figures is not None and not path.isEmpty():
                there, back = figures.bandwidth_mb_per_s, figures.bandwidth_back_mb_per_s
                text = rate_text(there) if there == back else f"{rate_text(there)} / {rate_text(back)}"
                found.append(Note(path, text, chosen=pair in self._chosen, insists=pair == self._hovered))
        return tuple(found)


class _Picture:
    """What was painted of the lines last, with a rim around the view, so that panning paints no line anew."""

    RIM = 0.4
    """Of the view's width and height, on each side."""

    def __init__(self) -> None:
        self._pixmap = QPixmap()
        self._key: tuple[object, ...] = ()
        self._origin = QPointF()

    def forget(self) -> None:
        """Paint anew the next time."""
        self._key = ()

    def show(self, painter: QPainter, color: QColor, draw: Callable[[QPainter, QColor], None]) -> None:
        """Put the picture where it belongs; paint it first if the view has left it or has another scale."""
        transform, view = painter.worldTransform(), QRectF(painter.viewport())
        ratio = painter.device().devicePixelRatioF()
        key = (transform.m11(), color.name(), ratio, view.size().toTuple())
        shift = QPointF(transform.dx(), transform.dy()) - self._origin
        place = QRectF(shift, self._pixmap.deviceIndependentSize())
        if key != self._key or not place.contains(view):
            rim = self.RIM if key == self._key else 0.0  # another zoom is rarely the last one: no more than is seen
            across, down = round(view.width() * rim), round(view.height() * rim)
            size = view.size().toSize() + QSize(2 * across, 2 * down)
            self._key = key
            self._pixmap = QPixmap(size * ratio)
            self._pixmap.setDevicePixelRatio(ratio)
            self._pixmap.fill(Qt.GlobalColor.transparent)
            self._origin = QPointF(transform.dx() + across, transform.dy() + down)
            inner = QPainter(self._pixmap)
            inner.setTransform(QTransform(transform.m11(), 0, 0, transform.m22(), self._origin.x(), self._origin.y()))
            draw(inner, color)
            inner.end()
            place = QRectF(QPointF(-across, -down), self._pixmap.deviceIndependentSize())
        painter.save()
        painter.resetTransform()
        painter.drawPixmap(place.topLeft(), self._pixmap)
        painter.restore()


class ProposedLinkItem(QGraphicsItem):
    """The line from a server to the pointer while a link is drawn."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._line = QPolygonF()
        self.setZValue(0)  # behind the nodes it joins
        self.hide()

    def show_line(self, start: QPointF, end: QPointF) -> None:
        """Draw it between two points."""
        self.prepareGeometryChange()
        self._line = QPolygonF([start, end])
        self.show()
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Return what the line covers."""
        return self._line.boundingRect().adjusted(-4, -4, 4, 4)

    def shape(self) -> QPainterPath:
        """Return nothing: the pointer looks for servers below it."""
        return QPainterPath()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the line, and a disc at its end."""
        theme = self._look.theme
        painter.setPen(QPen(theme.accent, 2, Qt.PenStyle.DashLine))
        painter.drawPolyline(self._line)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.accent)
        if self._line.count() == 2:
            painter.drawEllipse(self._line.at(1), 3, 3)


def _distances(lines: npt.NDArray[np.float64], place: QPointF) -> npt.NDArray[np.float64]:
    """Return how far a point is from each stretch, shape (n,); `lines` are x, y, x, y, shape (n, 4)."""
    start, along = lines[:, :2], lines[:, 2:] - lines[:, :2]
    away = np.array(place.toTuple()) - start
    length = (along**2).sum(axis=1)
    share = np.clip((away * along).sum(axis=1) / np.maximum(length, 1e-12), 0, 1)
    rest: npt.NDArray[np.float64] = away - share[:, None] * along
    distances: npt.NDArray[np.float64] = np.hypot(rest[:, 0], rest[:, 1])
    return distances
