"""The bars of a chart, and the names under them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPen

from dnnmig_gui.gui.charts.data import Chart, FloatArray, Line
from dnnmig_gui.gui.theme.fonts import font, scaled

BAR = 0.72
"""Width of a bar, or of the bars that stand side by side; 1 would leave no gap."""
SHORTEST_NAME_PX = 44.0
"""Names are rather shortened to this than left out."""
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
    """Return the places and texts of the names to write where each category has some room.

    A name may take two lines; one that is too long even then is shortened, and where there is no room for a few letters
    each, names are left out.
    """
    metrics = QFontMetricsF(font(11))
    parts = [_in_two(name, metrics, room_px - GAP_PX) for name in names]
    widest = max((metrics.horizontalAdvance(line) for lines in parts for line in lines), default=0.0)
    least = min(widest, scaled(SHORTEST_NAME_PX))
    step = max(1, int(np.ceil((least + GAP_PX) / max(1.0, room_px))))
    most = step * room_px - GAP_PX
    return [
        (
            place,
            "\n".join(metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, most) for line in parts[place]),
        )
        for place in range(0, len(names), step)
    ]


def _in_two(name: str, metrics: QFontMetricsF, room: float) -> tuple[str, ...]:
    """Return a name on the two lines that are the narrowest; on one where it fits."""
    words = name.split(" ")
    if len(words) < 2 or metrics.horizontalAdvance(name) <= max(room, scaled(SHORTEST_NAME_PX)):
        return (name,)
    ways = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    return min(ways, key=lambda lines: max(map(metrics.horizontalAdvance, lines)))
