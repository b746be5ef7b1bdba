"""Colours and pens of the lines of a chart, in a theme."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtGui import QColor, QPen

from dnnmig_gui.core.topology import TIERS
from dnnmig_gui.gui.charts.data import Line
from dnnmig_gui.gui.theme.tokens import Theme


def line_ink(line: Line, theme: Theme) -> QColor:
    """Return the colour of a line's name; the lighter grey is too pale for text."""
    if line.token in TIERS:
        return theme.tier(line.token).ink
    return {"accent": theme.accent_ink, "series_1": theme.series_1}.get(line.token, theme.text_3)


def line_color(line: Line, theme: Theme) -> QColor:
    """Return the colour of a line."""
    if line.token in TIERS:
        return theme.tier(line.token).fill
    return getattr(theme, line.token)  # type: ignore[no-any-return]


def line_pen(line: Line, theme: Theme) -> QPen:
    """Return what draws a line, in the plot and beside its name."""
    pen: QPen = pg.mkPen(line_color(line, theme), width=2.5 if line.token == "accent" else 2)
    if line.dash:
        pen.setDashPattern(list(line.dash))
    return pen
