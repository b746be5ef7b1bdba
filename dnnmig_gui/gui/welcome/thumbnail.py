"""A scenario's topology as a small picture: discs in the colours of the tiers, faint links, the uploads' routes."""

from __future__ import annotations

import math
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from dnnmig_gui.core.topology import Tier
from dnnmig_gui.core.topology.server import TIERS
from dnnmig_gui.gui.theme.tokens import Theme
from dnnmig_gui.gui.welcome.figures import Way
from dnnmig_gui.gui.welcome.glimpse import Glimpse

MOST_IN_A_COLUMN = 7
LARGEST_PX, SMALLEST_PX = 10.0, 3.2
MOST_LINKS = 400
"""More lines than this are a grey sheet."""


def server_places(tiers: dict[str, Tier], box: QRectF) -> tuple[dict[str, QPointF], dict[Tier, float]]:
    """Return where each server stands in a box, and the radius of each tier's discs.

    A column a tier, as in the window; many servers of a tier stand in a grid.
    """
    places: dict[str, QPointF] = {}
    radii: dict[Tier, float] = {}
    groups = [(tier, [name for name, of in tiers.items() if of == tier]) for tier in TIERS]
    groups = [(tier, names) for tier, names in groups if names]
    shares = [2.0 if len(names) > MOST_IN_A_COLUMN else 1.0 for _, names in groups]
    left = box.left()
    for (tier, names), share in zip(groups, shares, strict=True):
        width = box.width() * share / sum(shares)
        rows, columns = _grid(len(names), box.height() / width)
        step_y = box.height() / rows
        step_x = min(width / columns, step_y * 1.1) if columns > 1 else width
        radii[tier] = max(SMALLEST_PX, min(LARGEST_PX, min(step_x, step_y) * 0.3))
        start_x = left + (width - step_x * columns) / 2
        step_y = min(step_y, box.height() * 0.3)
        for number, name in enumerate(names):
            column, place = divmod(number, rows)
            in_column = min(rows, len(names) - column * rows)
            top = box.center().y() - in_column * step_y / 2
            places[name] = QPointF(start_x + (column + 0.5) * step_x, top + (place + 0.5) * step_y)
        left += width
    return places, radii


def _grid(count: int, ratio: float) -> tuple[int, int]:
    """Return rows and columns for so many discs; `ratio` is the box's height by its width."""
    if count <= MOST_IN_A_COLUMN:
        return count, 1
    rows = max(1, math.ceil(math.sqrt(count * ratio)))
    return rows, math.ceil(count / rows)


def paint_topology(painter: QPainter, glimpse: Glimpse, ways: tuple[Way, ...], box: QRectF, theme: Theme) -> None:
    """Paint a scenario's topology into a box."""
    places, radii = server_places(glimpse.tiers, box)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    faint = QColor(theme.line_strong)
    faint.setAlphaF(max(0.25, min(1.0, 14 / max(1, len(glimpse.links)))))
    painter.setPen(QPen(faint, 1.2))
    for one, other in glimpse.links[:MOST_LINKS]:
        painter.drawPath(_link(places[one], places[other]))
    for way in reversed(ways):
        _paint_way(painter, [places[name] for name in way.route], theme.tier(glimpse.tiers[way.route[-1]]).line)
    for name, place in places.items():
        tier = glimpse.tiers[name]
        colors = theme.tier(tier)
        painter.setPen(theme.outline(colors))
        painter.setBrush(colors.fill)
        painter.drawEllipse(place, radii[tier], radii[tier])
    painter.restore()


def _link(one: QPointF, other: QPointF) -> QPainterPath:
    """Return a straight line, or a bow between servers above one another that would hide each other's links."""
    path = QPainterPath(one)
    if abs(one.x() - other.x()) < 1:
        bow = QPointF(one.x() + min(26.0, abs(one.y() - other.y()) * 0.35), (one.y() + other.y()) / 2)
        path.quadTo(bow, other)
    else:
        path.lineTo(other)
    return path


def _paint_way(painter: QPainter, points: list[QPointF], color: QColor) -> None:
    painter.setPen(QPen(color, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for one, other in pairwise(points):
        painter.drawPath(_link(one, other))


def paint_stairs(painter: QPainter, stairs: tuple[tuple[float, float], ...], box: QRectF, color: QColor) -> None:
    """Paint a falling staircase into a box."""
    line = QPolygonF()
    lowest = min((delay for _, delay in stairs), default=0.0)
    span = (1 - lowest) or 1.0
    height = 0.0
    for start, delay in stairs:
        x = box.left() + min(start, 0.86) * box.width()
        line.append(QPointF(x, box.top() + height))
        height = (1 - delay) / span * box.height()
        line.append(QPointF(x, box.top() + height))
    line.append(QPointF(box.right(), box.top() + height))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPolyline(line)
    painter.restore()
