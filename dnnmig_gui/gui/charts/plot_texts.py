"""The numbers of a chart at a place, in words."""

from __future__ import annotations

import numpy as np

from dnnmig_gui.core.reporting.numbers import number_text
from dnnmig_gui.gui.charts.data import Chart
from dnnmig_gui.gui.charts.texts import SPACE

MOST_READ = 200
"""So many categories are looked through for the longest text."""


def text_at(chart: Chart | None, x: float) -> str:
    """Return the values of all lines at a place."""
    if chart is None or chart.empty:
        return ""
    if chart.categories:
        place = round(x)
        if not 0 <= place < len(chart.categories):
            return ""
        found = [
            f"{line.name} {with_unit(float(line.y[list(line.x).index(place)]), chart.y.unit)}"
            for line in chart.lines
            if place in line.x
        ]
        return f"{chart.categories[place]}:  " + ",  ".join(found)
    values = []
    for line in reversed(chart.lines):  # the one that is followed lies on top, and is told first
        value = line.value(x)
        if chart.shape == "line" and len(line.x) and line.x[0] <= x <= line.x[-1]:
            value = float(np.interp(x, line.x, line.y))
        if value is not None:
            values.append(f"{line.name} {with_unit(value, chart.y.unit)}")
    return f"{with_unit(max(0.0, x), chart.x.unit)}:  " + ",  ".join(values) if values else ""


def longest_text(chart: Chart | None) -> str:
    """Return about the longest text that a place of the chart has."""
    if chart is None or chart.empty or chart.shape == "points":
        return ""
    if chart.categories:
        return max((text_at(chart, place) for place in range(min(len(chart.categories), MOST_READ))), key=len)
    return text_at(chart, max(float(line.x[-1]) for line in chart.lines if len(line.x)))


def with_unit(value: float, unit: str) -> str:
    """Return a number with its unit; seconds below one as milliseconds."""
    if unit == "s" and 0 < abs(value) < 1:
        return f"{number_text(1e3 * value)}{SPACE}ms"
    return f"{number_text(value)}{SPACE}{unit}" if unit else number_text(value)
