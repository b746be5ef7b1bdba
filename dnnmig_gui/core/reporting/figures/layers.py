"""The strip of a model's layers, each in the colour of where it runs, with its P3 above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dnnmig_gui.core.planning import MigrationPlan
from dnnmig_gui.core.reporting.figures.canvas import WIDTH_PX, box, fitted, lettering, sheet, text_width, write
from dnnmig_gui.core.reporting.numbers import bytes_text
from dnnmig_gui.core.reporting.palette import LIGHT, tier_token
from dnnmig_gui.core.reporting.stretches import stretches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BRACKET_Y, BLOCK_Y, BLOCK_HEIGHT, BAR_Y, HEIGHT = 14, 30, 64, 104, 132
MOST_WITH_GAPS = 120
NAMED_FROM_PX = 15
"""Blocks at least this wide carry their layer's name, upright or turned."""


def draw_layers(plan: MigrationPlan, number: int, colors: Mapping[str, str] = LIGHT) -> Figure:
    """Return the strip of user `number`'s model: layers in topological order, wider where they have parameters."""
    user, problem = plan.users[number], plan.problem.users[number]
    servers = plan.problem.topology.servers
    weights = [2.0 if layer.param_bytes else 1.0 for layer in problem.model]
    gap = 3.0 if len(weights) <= MOST_WITH_GAPS else 0.0
    unit = (WIDTH_PX - gap * (len(weights) - 1)) / sum(weights)
    lefts, widths, x = [], [], 0.0
    for weight in weights:
        lefts.append(x)
        widths.append(weight * unit)
        x += weight * unit + gap
    with lettering():
        figure, axes = sheet(HEIGHT)
        for place, layer in enumerate(problem.model):
            tier = servers[int(user.places[place])].tier
            fill, on = colors[tier_token(tier)], colors[tier_token(tier, "on")]
            if layer.is_input:
                fill, on = colors["surface-3"], colors["text-2"]
            box(axes, lefts[place], BLOCK_Y, widths[place], BLOCK_HEIGHT, fill, radius=min(5, widths[place] / 4))
            _name_block(axes, lefts[place], widths[place], layer.name, layer.param_bytes, on)
        for stretch in stretches(user.places):
            server = servers[stretch.server]
            left, right = lefts[stretch.first], lefts[stretch.last] + widths[stretch.last]
            axes.plot(
                [left, right],
                [BAR_Y, BAR_Y],
                color=colors[tier_token(server.tier, "line")],
                linewidth=2.5,
                solid_capstyle="butt",
            )
            size = float(problem.param_bytes[stretch.first : stretch.last + 1].sum())
            label = f"{server.id} \u00b7 {bytes_text(size)}" if size else server.id
            if text_width(label) > right - left:
                label = fitted(server.id, right - left)
            if label == server.id or len(label) > 6:  # a stump of a name tells nothing
                write(axes, (left + right) / 2, BAR_Y + 14, label, colors["text-2"], align="center")
        _draw_brackets(axes, plan, number, lefts, widths, colors)
    return figure


def _name_block(axes: Axes, left: float, width: float, name: str, param_bytes: int, color: str) -> None:
    middle = left + width / 2
    if text_width(name) + 6 <= width:
        size = bytes_text(param_bytes)
        if param_bytes and text_width(size) + 4 <= width:
            write(axes, middle, BLOCK_Y + BLOCK_HEIGHT / 2 - 8, name, color, weight=600, align="center")
            write(axes, middle, BLOCK_Y + BLOCK_HEIGHT / 2 + 8, size, color, align="center")
        else:
            write(axes, middle, BLOCK_Y + BLOCK_HEIGHT / 2, name, color, weight=600, align="center")
    elif width >= NAMED_FROM_PX:
        axes.text(
            middle,
            BLOCK_Y + BLOCK_HEIGHT / 2,
            fitted(name, BLOCK_HEIGHT - 6),
            color=color,
            fontsize=11,
            ha="center",
            va="center",
            rotation=90,
        )


def _draw_brackets(
    axes: Axes,
    plan: MigrationPlan,
    number: int,
    lefts: list[float],
    widths: list[float],
    colors: Mapping[str, str],
) -> None:
    servers = plan.problem.topology.servers
    for partition in plan.users[number].uploading.partitions:
        color = colors[tier_token(servers[partition.server].tier, "line")]
        ink = colors[tier_token(servers[partition.server].tier, "ink")]
        for first, last in _runs(partition.layers):
            left, right = lefts[first] + 1, lefts[last] + widths[last] - 1
            label = next(
                (
                    text
                    for text in (f"P3 #{partition.index}", f"#{partition.index}")
                    if text_width(text) + 4 <= right - left
                ),
                "",
            )
            half = text_width(label) / 2 + 3 if label else 0
            middle = (left + right) / 2
            for start, end in ((left, middle - half), (middle + half, right)):
                if end - start > 2:
                    axes.plot([start, end], [BRACKET_Y, BRACKET_Y], color=color, linewidth=1.5, solid_capstyle="butt")
            if label:
                write(axes, middle, BRACKET_Y, label, ink, weight=600, align="center")


def _runs(layers: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return the first and last of each run of neighbouring positions."""
    runs: list[tuple[int, int]] = []
    for layer in layers:
        if runs and layer == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], layer)
        else:
            runs.append((layer, layer))
    return runs
