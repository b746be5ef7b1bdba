"""How searches come to their plans: the mean over seeds, with the band from the best to the worst of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from dnnmig_gui.core.reporting.convergence import Curve
from dnnmig_gui.core.reporting.figures.canvas import chart, key_above, lettering
from dnnmig_gui.core.reporting.numbers import count_text, number_text
from dnnmig_gui.core.reporting.palette import LIGHT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEIGHT = 300
LINES = (
    ("accent", "solid", 2.4),
    ("series-1", (0, (7, 4)), 1.8),
    ("series-2", (0, (1.5, 2.5)), 2.2),
    ("series-1", "solid", 1.3),
    ("series-2", (0, (7, 3, 1.5, 3)), 1.8),
)
"""Colour token, dash and width of one method after the other; a sixth looks like the first again."""


def draw_convergence(
    curves: Mapping[str, Curve], bound: float | None = None, colors: Mapping[str, str] = LIGHT
) -> Figure:
    """Return a figure of objectives against evaluations.

    Parameters
    ----------
    curves
        By what the method is called.
    bound
        A proven lower bound, drawn as a dotted line where it is near.
    """
    from matplotlib.ticker import FuncFormatter, NullFormatter

    told = {name: curve for name, curve in curves.items() if len(curve.evaluations)}
    last = max((float(curve.evaluations[-1]) for curve in told.values()), default=1.0)
    first = min((float(curve.evaluations[0]) for curve in told.values()), default=1.0)
    with lettering():
        figure, axes = chart(HEIGHT, colors, left=64, bottom=48)
        lines = []
        for number, (name, curve) in enumerate(told.items()):
            token, dash, width = LINES[number % len(LINES)]
            x = np.append(curve.evaluations, last)  # what has ended keeps its best
            best, worst = (np.append(values, values[-1]) for values in (curve.best, curve.worst))
            if curve.seeds > 1:
                axes.fill_between(x, best, worst, step="post", color=colors[token], alpha=0.14, linewidth=0, zorder=2)
            lines += axes.step(
                x,
                np.append(curve.mean, curve.mean[-1]),
                where="post",
                color=colors[token],
                linestyle=dash,
                linewidth=width,
                label=name,
                zorder=4,
            )
        low = min((float(curve.best[-1]) for curve in told.values()), default=0.0)
        high = max((float(curve.worst[0]) for curve in told.values()), default=1.0)
        room = max(high - low, abs(high) * 1e-3, 1e-12)
        if bound is not None and low - bound <= 2 * room:
            low = min(low, bound)
            room = max(high - low, room)
            lines.append(
                axes.axhline(bound, color=colors["text-3"], linewidth=1.2, linestyle=(0, (2, 3)), label="Proven bound")
            )
        axes.set_xscale("log")
        axes.set_xlim(max(1.0, first), max(last, first + 1) * 1.02)
        axes.set_ylim(low - 0.06 * room, high + 0.08 * room)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: count_text(round(value))))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number_text(value)))
        seeds = max((curve.seeds for curve in told.values()), default=1)
        said = f"; mean of {seeds} seeds, band from the best to the worst" if seeds > 1 else ""
        axes.set_xlabel(f"Plans evaluated{said}", color=colors["text-3"], fontsize=11, loc="right", labelpad=4)
        key_above(axes, lines, colors)
    return figure
