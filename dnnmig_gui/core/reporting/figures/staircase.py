"""The query-delay staircase: how the delay of one query falls while partitions are confirmed, method by method."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from dnnmig_gui.core.reporting.figures.canvas import chart, key_above, lettering
from dnnmig_gui.core.reporting.figures.ticks import round_ticks, tick_text
from dnnmig_gui.core.reporting.palette import LIGHT
from dnnmig_gui.core.uploading import UploadingPlan

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEIGHT = 292
Look = tuple[str, Any, float]
"""Colour token, dash and width."""
LOOKS: Mapping[str, Look] = {
    "ionn": ("series-1", (0, (7, 4)), 1.8),
    "direct": ("series-2", (0, (1.5, 2.5)), 2.4),
    "efficiency": ("series-2", (0, (7, 3, 1.5, 3)), 1.8),
    "optimal": ("series-1", "solid", 1.2),
    "recursive-efficiency": ("series-1", (0, (4, 2)), 2.2),
}
"""How methods that are not followed look wherever they are drawn."""
OTHER_LOOKS: tuple[Look, ...] = (
    ("series-2", "solid", 1.4),
    ("series-1", (0, (10, 3)), 1.4),
    ("series-2", (0, (3, 2)), 1.4),
)


def draw_staircase(
    plans: Mapping[str, UploadingPlan],
    followed: str,
    horizon_s: float,
    colors: Mapping[str, str] = LIGHT,
    titles: Mapping[str, str] | None = None,
) -> Figure:
    """Return the staircases of one user's uploading plans, by method name, on a common time axis.

    Parameters
    ----------
    followed
        The method that is drawn in the accent colour, on top.
    horizon_s
        The common horizon; it is marked, unless it lies so far behind this user's uploads that they would vanish.
    titles
        What to call the methods; their names unless given.
    """
    titles = titles or {}
    own_s = _longest_upload_s(plans.values())
    shown_s = horizon_s if horizon_is_shown(plans.values(), horizon_s) else own_s
    end = shown_s * 1.06 if shown_s > 0 else 1.0
    others = [name for name in plans if name != followed]
    lines = []
    with lettering():
        figure, axes = chart(HEIGHT, colors)
        for number, name in enumerate(others):
            token, dash, width = LOOKS.get(name, OTHER_LOOKS[number % len(OTHER_LOOKS)])
            x, y = _steps(plans[name], end)
            label = titles.get(name, name)
            lines += axes.plot(x, y, color=colors[token], linestyle=dash, linewidth=width, label=label, zorder=3)
        if followed in plans:
            x, y = _steps(plans[followed], end)
            axes.fill_between(x, 0, y, color=colors["accent"], alpha=0.10, linewidth=0, zorder=2)
            label = titles.get(followed, followed)
            lines = axes.plot(x, y, color=colors["accent"], linewidth=2.5, label=label, zorder=5) + lines
        if horizon_is_shown(plans.values(), horizon_s):
            axes.axvline(horizon_s, color=colors["text-3"], linewidth=1, linestyle=(0, (2, 3)), zorder=1)
        top = max((stage.query_delay_s for plan in plans.values() for stage in plan.stages), default=1.0)
        scale, unit = (1.0, "s") if top >= 1 else (1e3, "ms")
        axes.set_xlim(0, end)
        axes.set_ylim(0, top * 1.08)
        _label_ticks(axes, end, top * 1.08, scale, unit)
        key_above(axes, lines, colors)
    return figure


def horizon_is_shown(plans: Collection[UploadingPlan], horizon_s: float) -> bool:
    """Return whether the staircases of one user reach to the common horizon."""
    return 0 < horizon_s <= 3 * _longest_upload_s(plans)


def _longest_upload_s(plans: Collection[UploadingPlan]) -> float:
    return max((plan.upload_s for plan in plans), default=0.0)


def _steps(plan: UploadingPlan, end: float) -> tuple[list[float], list[float]]:
    x: list[float] = []
    y: list[float] = []
    for stage in plan.stages:
        if stage.start_s > end:
            break
        x += [stage.start_s, min(stage.end_s, end)]
        y += [stage.query_delay_s, stage.query_delay_s]
    return x, y


def _label_ticks(axes: Any, end: float, top: float, scale: float, unit: str) -> None:
    time_scale, time_unit = (1.0, "s") if end >= 1 else (1e3, "ms")
    across = round_ticks(end * time_scale, 10)
    axes.set_xticks([tick / time_scale for tick in across], [tick_text(tick, time_unit) for tick in across])
    up = round_ticks(top * scale, 5)
    axes.set_yticks([tick / scale for tick in up], [tick_text(tick, unit) for tick in up])
