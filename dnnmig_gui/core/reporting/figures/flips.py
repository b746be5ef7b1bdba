"""Where the best plan flips: a map of a study's grid, a colour a plan, with the system delay in each cell."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dnnmig_gui.core.reporting.figures.canvas import WIDTH_PX, fitted, lettering, sheet, text_width, write
from dnnmig_gui.core.reporting.numbers import seconds_text
from dnnmig_gui.core.reporting.palette import LIGHT
from dnnmig_gui.core.study.results import Row, Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FILLS = ("#5B45E0", "#009E73", "#E69F00", "#0072B2", "#D55E00", "#CC79A7", "#56B4E9", "#8A7A2B", "#3F4854", "#8A94A3")
"""Colours of plans, told apart by colour-blind people as well; a letter in the cell says the same."""

CELL_HEIGHT, LINE, TOP = 44, 22, 84


def draw_flips(study: Study, colors: Mapping[str, str] = LIGHT) -> Iterator[tuple[str, Figure]]:
    """Yield a title and a figure for each slice of the grid along its first two axes.

    The title names the values of the other axes; it is empty where there are none.
    """
    best = study.best()
    others = study.axes[2:]
    for fixed in itertools.product(*(axis.values for axis in others)):
        title = ", ".join(f"{axis.path} = {_text(value)}" for axis, value in zip(others, fixed, strict=True))
        yield title, _slice(study, best, tuple(json.dumps(value) for value in fixed), title, colors)


def _slice(
    study: Study, best: Mapping[tuple[str, ...], Row], fixed: tuple[str, ...], title: str, colors: Mapping[str, str]
) -> Figure:
    from matplotlib.patches import Rectangle

    across = study.axes[0]
    down = study.axes[1] if len(study.axes) > 1 else None
    lines = [(json.dumps(value),) for value in down.values] if down is not None else [()]
    cells = [[best[(json.dumps(value), *line, *fixed)] for value in across.values] for line in lines]
    legend = list(dict.fromkeys(row.plan for line in cells for row in line))
    told = {row.plan: row for line in reversed(cells) for row in reversed(line)}
    labels = [_text(value) for value in down.values] if down is not None else [""]
    left = 28 + max(text_width(label) for label in labels)
    width = (WIDTH_PX - left - 12) / len(across.values)
    height = TOP + CELL_HEIGHT * len(cells) + 56 + LINE * len(legend)
    with lettering():
        figure, axes = sheet(height)
        heading = "The best plan of each point, with its system delay"
        write(axes, 12, 18, heading if not title else f"{heading}: {title}", colors["text"], size=13, weight=600)
        write(axes, WIDTH_PX - 12, 42, f"columns: {across.path}", colors["text-2"], align="right")
        if down is not None:
            write(axes, 12, 42, f"rows: {down.path}", colors["text-2"])
        for number, (line, label) in enumerate(zip(cells, labels, strict=True)):
            y = TOP + CELL_HEIGHT * number
            write(axes, left - 8, y + CELL_HEIGHT / 2, label, colors["text-2"], align="right")
            for column, row in enumerate(line):
                x = left + width * column
                place = legend.index(row.plan)
                fill = FILLS[place % len(FILLS)] if row.plan else colors["surface-3"]
                axes.add_patch(
                    Rectangle((x + 1, y + 1), width - 2, CELL_HEIGHT - 2, facecolor=fill, alpha=0.9, linewidth=0)
                )
                axes.add_patch(Rectangle((x + 6, y + 12), width - 12, 20, facecolor=colors["surface"], linewidth=0))
                delay = "no plan" if row.system_delay_s is None else seconds_text(row.system_delay_s)
                shown = f"{_letter(place)}  {delay}{'' if row.feasible or not row.plan else ' !'}"
                middle = (x + width / 2, y + CELL_HEIGHT / 2)
                write(axes, *middle, fitted(shown, width - 12), colors["text"], align="center")
        for column, value in enumerate(across.values):
            x = left + width * (column + 0.5)
            write(axes, x, TOP - 12, fitted(_text(value), width), colors["text-2"], align="center")
        y = TOP + CELL_HEIGHT * len(cells) + 24
        write(axes, 12, y, "Where the layers run, with their number; ! breaks a limit", colors["text-2"], weight=500)
        for place, plan in enumerate(legend):
            y += LINE
            fill = FILLS[place % len(FILLS)] if plan else colors["surface-3"]
            axes.add_patch(Rectangle((12, y - 6), 12, 12, facecolor=fill, linewidth=0))
            row = told[plan]
            text = f"{_letter(place)}  {row.servers or row.reason}"
            write(axes, 32, y, fitted(text, WIDTH_PX - 44), colors["text"])
    return figure


def _letter(place: int) -> str:
    """Return a, b, ..., z, aa, ab, ... as capitals."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
