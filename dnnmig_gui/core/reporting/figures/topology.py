"""Where the layers run: the servers by tier, the links between them, and the routes that the users take."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from dnnmig_gui.core.planning import MigrationPlan
from dnnmig_gui.core.reporting.figures.canvas import WIDTH_PX, box, fitted, lettering, sheet, write
from dnnmig_gui.core.reporting.numbers import SPACE, count_text, ghz_text
from dnnmig_gui.core.reporting.palette import LIGHT, tier_token
from dnnmig_gui.core.topology import TIERS, Tier

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GUTTER, TOP, ROW, PILL_WIDTH, PILL_HEIGHT, MARGIN = 8, 44, 52, 156, 40, 16
MOST_IN_COLUMN = 10
HEADS: Mapping[Tier, str] = {"client": "Clients", "edge": "Edge servers", "cloud": "Cloud servers"}


def draw_topology(plan: MigrationPlan, colors: Mapping[str, str] = LIGHT) -> Figure:
    """Return the figure of a plan's topology.

    Servers that run something have a solid disc; routes from clients to them are drawn strong. Where a tier has
    more than `MOST_IN_COLUMN` servers, the busy ones come first and the rest is counted.
    """
    problem = plan.problem
    used = {int(server) for user in plan.users for server in np.unique(user.places)}
    used |= {user.client for user in problem.users}
    columns = {tier: _shown(problem.tier_servers[tier], used) for tier in TIERS}
    tallest = max((len(shown) + (hidden > 0) for shown, hidden in columns.values()), default=1)
    height = TOP + max(2, tallest) * ROW + MARGIN
    with lettering():
        figure, axes = sheet(height)
        centres = _place(axes, plan, columns, height, colors)
        _draw_links(axes, plan, centres, colors)
        for tier in TIERS:
            for server in columns[tier][0]:
                _draw_pill(axes, plan, server, centres[server], server in used, colors)
    return figure


def _shown(servers: tuple[int, ...], used: set[int]) -> tuple[list[int], int]:
    """Return the servers that get a pill, and how many do not."""
    if len(servers) <= MOST_IN_COLUMN:
        return list(servers), 0
    first = sorted(servers, key=lambda server: (server not in used, server))[: MOST_IN_COLUMN - 1]
    return sorted(first), len(servers) - len(first)


def _place(
    axes: Axes,
    plan: MigrationPlan,
    columns: Mapping[Tier, tuple[list[int], int]],
    height: float,
    colors: Mapping[str, str],
) -> dict[int, tuple[float, float]]:
    centres = {}
    width = (WIDTH_PX - 2 * GUTTER) / 3
    for number, tier in enumerate(TIERS):
        left = number * (width + GUTTER)
        box(axes, left, 0, width, height, colors[tier_token(tier, "tint")], radius=8, alpha=0.55, zorder=0)
        shown, hidden = columns[tier]
        total = len(plan.problem.tier_servers[tier])
        head = f"{HEADS[tier]}{SPACE} {count_text(total)}"
        write(axes, left + 14, 22, head, colors[tier_token(tier, "ink")], size=12, weight=600)
        rows = len(shown) + (hidden > 0)
        start = TOP + (height - TOP - MARGIN - rows * ROW) / 2 + ROW / 2
        for row, server in enumerate(shown):
            centres[server] = (left + width / 2, start + row * ROW)
        if hidden:
            write(
                axes,
                left + width / 2,
                start + len(shown) * ROW,
                f"and {count_text(hidden)} more",
                colors["text-3"],
                align="center",
            )
    return centres


def _draw_links(
    axes: Axes,
    plan: MigrationPlan,
    centres: Mapping[int, tuple[float, float]],
    colors: Mapping[str, str],
) -> None:
    from matplotlib.collections import LineCollection

    topology = plan.problem.topology
    idle = [
        (centres[one], centres[other])
        for one, other in topology.links()
        if one in centres and other in centres and centres[one][0] != centres[other][0]
    ]
    axes.add_collection(LineCollection(idle, colors=colors["line-strong"], linewidths=0.8, alpha=0.55, zorder=1))
    strong: dict[tuple[int, int], str] = {}
    for user, planned in zip(plan.problem.users, plan.users, strict=True):
        for server in np.unique(planned.places).tolist():
            color = colors[tier_token(topology.servers[server].tier, "line")]
            for hop in pairwise(topology.route(user.client, server)):
                strong.setdefault(hop, color)
    for (one, other), color in strong.items():
        if one in centres and other in centres:
            (x0, y0), (x1, y1) = centres[one], centres[other]
            bend = 0.0 if x0 != x1 else PILL_WIDTH * 0.75
            if bend:
                _draw_arc(axes, (x0, y0), (x1, y1), bend, color)
            else:
                axes.plot([x0, x1], [y0, y1], color=color, linewidth=2.5, solid_capstyle="round", zorder=2)


def _draw_arc(axes: Axes, start: tuple[float, float], end: tuple[float, float], bend: float, color: str) -> None:
    """Draw a link between two servers of one column beside their pills."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    (x0, y0), (x1, y1) = start, end
    path = Path(
        [(x0, y0), (x0 + bend * 1.5, y0), (x1 + bend * 1.5, y1), (x1, y1)],
        [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
    )
    axes.add_patch(PathPatch(path, facecolor="none", edgecolor=color, linewidth=2.5, zorder=2))


def _draw_pill(
    axes: Axes,
    plan: MigrationPlan,
    server: int,
    centre: tuple[float, float],
    busy: bool,
    colors: Mapping[str, str],
) -> None:
    from matplotlib.patches import Circle

    told = plan.problem.topology.servers[server]
    x, y = centre[0] - PILL_WIDTH / 2, centre[1] - PILL_HEIGHT / 2
    box(axes, x, y, PILL_WIDTH, PILL_HEIGHT, colors["surface"], radius=PILL_HEIGHT / 2, zorder=3)
    disc = colors[tier_token(told.tier)] if busy else colors[tier_token(told.tier, "tint")]
    ink = colors[tier_token(told.tier, "on")] if busy else colors[tier_token(told.tier, "ink")]
    axes.add_patch(Circle((x + 20, centre[1]), 14, facecolor=disc, edgecolor="none", zorder=4))
    _draw_icon(axes, told.tier, x + 20, centre[1], ink)
    room = PILL_WIDTH - 52
    write(axes, x + 42, centre[1] - 7, fitted(told.id, room, 12), colors["text"], size=12, weight=600)
    write(axes, x + 42, centre[1] + 8, ghz_text(float(f"{told.compute_ghz:.3g}")), colors["text-2"])


def _draw_icon(axes: Axes, tier: Tier, x: float, y: float, ink: str) -> None:
    """Draw what tells the tiers apart without colour: a phone, a rack, a cloud."""
    from matplotlib.patches import Circle, Rectangle

    style: Any = {"facecolor": "none", "edgecolor": ink, "linewidth": 1.4, "zorder": 5}
    if tier == "client":
        box(axes, x - 4, y - 7, 8, 14, "none", radius=2, edgecolor=ink, linewidth=1.4, zorder=5)
        axes.plot([x - 1.2, x + 1.2], [y + 4.2, y + 4.2], color=ink, linewidth=1.4, zorder=5)
    elif tier == "edge":
        for top in (y - 6, y + 1):
            axes.add_patch(Rectangle((x - 6, top), 12, 5, **style))
            axes.add_patch(Circle((x - 3.2, top + 2.5), 0.7, facecolor=ink, edgecolor="none", zorder=5))
    else:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        points = [(-5, 4), (-9, 4), (-9, -1.5), (-4.5, -1.5), (-4, -7.5), (4, -7.5), (4.5, -2), (9, -2), (9, 4), (5, 4)]
        path = Path(
            [(x + dx, y + dy + 1) for dx, dy in [*points, points[0]]],
            [Path.MOVETO, *[Path.CURVE4] * 9, Path.LINETO],
        )
        axes.add_patch(PathPatch(path, **style))
