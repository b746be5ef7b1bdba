"""The line that a link is drawn as, and points along it."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from dnnmig_gui.gui.topology.layout import NODE_HEIGHT, NODE_WIDTH

HALF_WIDTH, HALF_HEIGHT = NODE_WIDTH / 2, NODE_HEIGHT / 2


def link_path(start: QPointF, end: QPointF) -> QPainterPath:
    """Return the line between two nodes, given by their centres.

    Nodes side by side are joined straight, end to end; nodes above one another by an arc on their right, so that
    it does not run through the nodes between them.
    """
    across, down = end.x() - start.x(), end.y() - start.y()
    path = QPainterPath()
    if abs(across) >= NODE_WIDTH + 8:
        side = HALF_WIDTH if across > 0 else -HALF_WIDTH
        path.moveTo(start.x() + side, start.y())
        path.lineTo(end.x() - side, end.y())
        return path
    bulge = min(96.0, 24.0 + abs(down) * 0.2)
    right = max(start.x(), end.x()) + HALF_WIDTH + bulge
    path.moveTo(start.x() + HALF_WIDTH, start.y())
    path.cubicTo(QPointF(right, start.y()), QPointF(right, end.y()), QPointF(end.x() + HALF_WIDTH, end.y()))
    return path


def point_at(path: QPainterPath, share: float) -> QPointF:
    """Return the point at a share of the line's length."""
    return path.pointAtPercent(path.percentAtLength(path.length() * min(1.0, max(0.0, share))))


def travelled(path: QPainterPath, share: float) -> QPainterPath:
    """Return the first part of the line, up to a share of its length."""
    if path.elementCount() == 2:
        part = QPainterPath(path.pointAtPercent(0.0))
        part.lineTo(point_at(path, share))
        return part
    length = path.length()
    steps = max(2, int(length * share / 6))
    part = QPainterPath(path.pointAtPercent(0.0))
    for step in range(1, steps + 1):
        part.lineTo(path.pointAtPercent(path.percentAtLength(length * share * step / steps)))
    return part
