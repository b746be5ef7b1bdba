"""The bars of a chart, and the names under them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPen

from dnnmig_gui.gui.charts.data import Chart, FloatArray, Line
from dnnmig_gui.gui.theme.fonts import font

BAR = 0.72
"""Width of a bar, or of the bars that stand side by side; 1 would leave no gap."""
LONGEST_NAME_PX = 110.0
GAP_PX = 10.0


def slots(chart: Chart) -> list[int]:
    """Return where among the bars of a category each line's stand: lines with a category in common side by side."""
    taken: list[set[float]] = []
    found = []
    for line in chart.lines:
        places = set(line.x.tolist())
        slot = next((number for number, each in enumerate(taken) if not each & places), len(taken))
        if slot == len(taken):
            taken.append(set())
        taken[slot] |= places
        found.append(slot)
    return found


def bar_items(chart: Chart, color: Callable[[Line], QColor], *, log: bool) -> Iterator[pg.BarGraphItem]:
    """Return the bars of each line: on one another, or side by side.

    Parameters
    ----------
    log
        Whether heights are logarithms.
    """
    base = np.zeros(len(chart.categories))
    places = [0] * len(chart.lines) if chart.stacked else slots(chart)
    width = BAR / (max(places, default=0) + 1)
    least = min((float(line.y[line.y > 0].min()) for line in chart.lines if (line.y > 0).any()), default=1.0)
    for slot, line in zip(places, chart.lines, strict=True):
        x = line.x.astype(int)
        height: FloatArray = line.y
        bottom = base[x]
        if log:
            floor = np.log10(least) - 0.3
            bottom = np.full(len(x), floor)
            height = np.log10(np.maximum(line.y, least / 2)) - floor
        yield pg.BarGraphItem(
            x=line.x - BAR / 2 + (slot + 0.5) * width,
            y0=bottom,
            height=height,
            width=width * 0.96,
            brush=color(line),
            pen=QPen(Qt.PenStyle.NoPen),
        )
        if chart.stacked:
            base[x] += line.y


def category_names(names: Sequence[str], room_px: float) -> list[tuple[int, str]]:
    """Return the places and texts of the names to write where each category has some room: long ones are shortened."""
    metrics = QFontMetricsF(font(11))
    widest = min(LONGEST_NAME_PX, max((metrics.horizontalAdvance(name) for name in names), default=0.0))
    step = max(1, int(np.ceil((widest + GAP_PX) / max(1.0, room_px))))
    most = max(widest, step * room_px - GAP_PX)
    return [
        (place, metrics.elidedText(names[place], Qt.TextElideMode.ElideMiddle, most))
        for place in range(0, len(names), step)
    ]
