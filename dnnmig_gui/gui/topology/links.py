"""The line that a link is drawn as, and points along it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from dnnmig_gui.gui.topology.layout import NODE_HEIGHT, NODE_WIDTH

if TYPE_CHECKING:
    from dnnmig_gui.gui.topology.items import ServerItem

HALF_WIDTH, HALF_HEIGHT = NODE_WIDTH / 2, NODE_HEIGHT / 2


def link_path(
    start: QPointF, end: QPointF, start_half: float = HALF_WIDTH, end_half: float = HALF_WIDTH
) -> QPainterPath:
    """Return the line between two nodes, given by their centres and half their widths.

    Nodes side by side are joined straight, end to end; nodes above one another by an arc on their right, so that
    it does not run through the nodes between them.
    """
    across, down = end.x() - start.x(), end.y() - start.y()
    path = QPainterPath()
    if abs(across) >= start_half + end_half + 8:
        side = 1 if across > 0 else -1
        path.moveTo(start.x() + side * start_half, start.y())
        path.lineTo(end.x() - side * end_half, end.y())
        return path
    bulge = min(96.0, 24.0 + abs(down) * 0.2)
    right = max(start.x() + start_half, end.x() + end_half) + bulge
    path.moveTo(start.x() + start_half, start.y())
    path.cubicTo(QPointF(right, start.y()), QPointF(right, end.y()), QPointF(end.x() + end_half, end.y()))
    return path


def path_between(one: ServerItem, other: ServerItem) -> QPainterPath:
    """Return the line that joins two nodes."""
    return link_path(one.pos(), other.pos(), one.half_width, other.half_width)


def point_at(path: QPainterPath, share: float) -> QPointF:
    """Return the point at a share of the line's length."""
    share = min(1.0, max(0.0, share))
    if path.elementCount() == 2:  # straight: many are asked for in a frame
        start, end = path.elementAt(0), path.elementAt(1)
        return QPointF(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)
    return path.pointAtPercent(path.percentAtLength(path.length() * share))


def travelled(path: QPainterPath, share: float) -> QPainterPath:
    """Return the first part of the line, up to a share of its length."""
    if path.elementCount() == 2:
        part = QPainterPath(path.pointAtPercent(0.0))
        part.lineTo(point_at(path, share))
        return part
    if share >= 1:
        return path
    length = path.length() * share
    # Where it ends is searched for, which takes Qt long; the points before may stand at any distance.
    end, steps = path.percentAtLength(length), max(2, int(length / 6))
    part = QPainterPath(path.pointAtPercent(0.0))
    for step in range(1, steps + 1):
        part.lineTo(path.pointAtPercent(end * step / steps))
    return part
