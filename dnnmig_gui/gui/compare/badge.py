"""The badge of a side of the comparison."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from dnnmig_gui.gui.charts.lettering import BOLD, draw_text
from dnnmig_gui.gui.theme.tokens import Theme


def paint_badge(painter: QPainter, rect: QRectF, side: str, theme: Theme) -> None:
    """Draw the badge of a side: A is dark, B is accent."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.accent if side == "B" else theme.series_1)
    painter.drawRoundedRect(rect, 6, 6)
    ink = theme.on_accent if side == "B" else theme.surface
    draw_text(painter, rect, side, ink, px=12, weight=BOLD, align=Qt.AlignmentFlag.AlignHCenter)
