"""What stands on the playhead: dots on lines, the line itself, its time in a pill among those of the ruler."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dnnmig_gui.gui.charts.axis import Tick, TimeAxis
from dnnmig_gui.gui.charts.lettering import BOLD, draw_text, text_width
from dnnmig_gui.gui.charts.texts import clock_text
from dnnmig_gui.gui.theme.tokens import Theme

EDGE_PX = 0.5
"""The playhead still counts as in view this far beyond the axis."""
PILL_PX = 20.0


def in_view(axis: TimeAxis, t: float) -> bool:
    """Return whether the playhead is in view."""
    return axis.left - EDGE_PX <= axis.x(t) <= axis.right + EDGE_PX


def paint_dots(
    painter: QPainter, x: float, dots: Iterable[tuple[QColor, float]], ground: QColor, radius: float = 3.8
) -> None:
    """Draw a dot, set off from what lies under it, where each line meets the playhead: its colour and its height."""
    painter.setPen(Qt.PenStyle.NoPen)
    for color, y in dots:
        for brush, size in ((ground, 1.42 * radius), (color, radius)):
            painter.setBrush(brush)
            painter.drawEllipse(QPointF(x, y), size, size)


def paint_playhead(
    painter: QPainter, axis: TimeAxis, ticks: Sequence[Tick], t: float, bottom: float, right: float, theme: Theme
) -> None:
    """Draw the times of the ruler, and the playhead with its own time where it is in view.

    Parameters
    ----------
    bottom
        Lower end of the line.
    right
        Right edge of the picture, which the pill does not cross.
    """
    text = clock_text(t, axis.span)
    width = text_width(text, 11, BOLD) + 20
    x, inside = axis.x(t), in_view(axis, t)
    pill = QRectF(min(x - width / 2, right - width), 2, width, PILL_PX)
    for tick in ticks:
        half = text_width(tick.label) / 2
        center = min(axis.x(tick.value), axis.right - half + 4)
        if inside and center + half + 6 > pill.left() and center - half - 6 < pill.right():
            continue
        rect = QRectF(center - half - 1, 2, 2 * half + 2, PILL_PX)
        draw_text(painter, rect, tick.label, theme.text_3, align=Qt.AlignmentFlag.AlignHCenter)
    if inside:
        painter.setPen(QPen(theme.accent, 1.5))
        painter.drawLine(QPointF(x, 2 + PILL_PX), QPointF(x, bottom))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.accent)
        painter.drawRoundedRect(pill, PILL_PX / 2, PILL_PX / 2)
        draw_text(painter, pill, text, theme.on_accent, weight=BOLD, align=Qt.AlignmentFlag.AlignHCenter)
