"""Paints what goes wrong or waits: failed uploads, pauses, shared links, queries that wait, are cut or fall back."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dnnmig_gui.gui.charts.brushwork import Brushwork
from dnnmig_gui.gui.charts.lanes import SLICE
from dnnmig_gui.gui.charts.lettering import faded
from dnnmig_gui.gui.charts.series import Drawn, Texture
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.tokens import TierColors

TROUBLES: frozenset[Texture] = frozenset({"failed", "pause", "cut", "wait", "pending", "fallback", "shared"})
FUTURE = 0.5
CROSS_PX = 14.0
ARROW_PX = 11.0
SHARED_PX = 5.0


def paint_trouble(painter: QPainter, texture: Texture, drawn: Drawn, top: float, work: Brushwork) -> None:
    """Draw slices of one of `TROUBLES`."""
    strength = work.share * (1.0 if work.past else FUTURE)
    spans = list(zip(drawn.left.tolist(), drawn.right.tolist(), strict=True))
    strips = [(left, right) for left, right, _ in drawn.strips]
    if texture == "failed":
        _failed(painter, [*spans, *strips], top, work, strength)
    elif texture == "pause":
        _pauses(painter, [*spans, *strips], top, faded(work.theme.failure.line, strength))
    elif texture == "fallback":
        _outlines(painter, [*spans, *strips], top, faded(work.theme.failure.line, strength))
    elif texture == "cut":
        _cut(painter, [*spans, *strips], top, work, strength)
    elif texture == "shared":
        _shares(painter, [*spans, *strips], top, work, strength)
    elif texture == "wait":
        _waits(painter, [*spans, *strips], top, faded(work.theme.text_3, 0.8 * strength))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(work.theme.text_3, 0.7 * strength))
        painter.drawRects([QRectF(left, top + SLICE - 3, max(1.0, right - left), 3) for left, right in spans])


def _failed(painter: QPainter, spans: list[tuple[float, float]], top: float, work: Brushwork, strength: float) -> None:
    """Draw attempts whose bytes were lost: a tint, and a cross in a disc where it broke off."""
    colors = work.theme.failure
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(colors.tint, strength))
    for left, right in spans:
        painter.drawRoundedRect(QRectF(left, top, max(2.0, right - left), SLICE), 3, 3)
    last = float("-inf")
    for _, right in spans:
        # Crosses that would lie on one another tell no more than one of them.
        if right - last < CROSS_PX:
            continue
        last = right
        paint_cross(painter, QPointF(right - CROSS_PX / 2, top + SLICE / 2), colors, strength)


def paint_cross(painter: QPainter, center: QPointF, colors: TierColors, strength: float = 1.0) -> None:
    """Draw the cross in a disc of what has failed."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(colors.fill, strength))
    painter.drawEllipse(center, CROSS_PX / 2 - 1, CROSS_PX / 2 - 1)
    painter.setPen(QPen(colors.on, 1.6))
    arm = 2.6
    painter.drawLine(center + QPointF(-arm, -arm), center + QPointF(arm, arm))
    painter.drawLine(center + QPointF(-arm, arm), center + QPointF(arm, -arm))


def _pauses(painter: QPainter, spans: list[tuple[float, float]], top: float, color: QColor) -> None:
    """Draw the wait before a P3 is sent again: a dotted line with an arrow that turns back."""
    middle = top + SLICE / 2
    pen = QPen(color, 1.6)
    pen.setDashPattern((1.6, 1.8))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    for left, right in spans:
        wide = right - left >= ARROW_PX + 8
        gap = (ARROW_PX + 4) / 2 if wide else 0.0
        center = (left + right) / 2
        painter.setPen(pen)
        painter.drawLine(QPointF(left, middle), QPointF(center - gap, middle))
        painter.drawLine(QPointF(center + gap, middle), QPointF(right, middle))
        if wide:
            draw_icon(painter, "reset", QRectF(center - ARROW_PX / 2, middle - ARROW_PX / 2, ARROW_PX, ARROW_PX), color)


def _outlines(painter: QPainter, spans: list[tuple[float, float]], top: float, color: QColor) -> None:
    painter.setPen(QPen(color, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for left, right in spans:
        painter.drawRoundedRect(QRectF(left + 0.75, top + 0.75, max(1.5, right - left - 1.5), SLICE - 1.5), 3, 3)


def _cut(painter: QPainter, spans: list[tuple[float, float]], top: float, work: Brushwork, strength: float) -> None:
    """Draw queries that never end: open to the right."""
    colors = work.theme.client
    for left, right in spans:
        painter.fillRect(QRectF(left, top, right - left, SLICE), faded(colors.tint, strength))
        pen = QPen(faded(colors.line, strength), 1.2)
        pen.setDashPattern((2.5, 2.0))
        painter.setPen(pen)
        painter.drawLine(QPointF(left, top + 0.6), QPointF(right, top + 0.6))
        painter.drawLine(QPointF(left, top + SLICE - 0.6), QPointF(right, top + SLICE - 0.6))


def _shares(painter: QPainter, spans: list[tuple[float, float]], top: float, work: Brushwork, strength: float) -> None:
    """Draw waiting for a share of a link: the rules of waiting, low, for the transfer goes on above them."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(work.theme.surface, 0.85 * strength))
    low = top + SLICE - SHARED_PX
    painter.drawRects([QRectF(left, low, max(1.0, right - left), SHARED_PX) for left, right in spans])
    _rule(painter, spans, low + 1, top + SLICE, faded(work.theme.text_2, strength))


def _waits(painter: QPainter, spans: list[tuple[float, float]], top: float, color: QColor) -> None:
    """Draw waiting for a turn: upright rules."""
    _rule(painter, spans, top + 3, top + SLICE - 3, color)


def _rule(painter: QPainter, spans: list[tuple[float, float]], top: float, bottom: float, color: QColor) -> None:
    lines: list[QLineF] = []
    for left, right in spans:
        x = left + 1.0
        while x < right and len(lines) < 4000:
            lines.append(QLineF(x, top, x, bottom))
            x += 4.0
    if lines:
        painter.setPen(QPen(color, 1.0))
        painter.drawLines(lines)
