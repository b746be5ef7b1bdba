"""The run as lanes: uploads with their CRs, queries, and what each server works on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from dnnmig_gui.core.costs.problem import FloatArray
from dnnmig_gui.core.reporting.figures.canvas import WIDTH_PX, box, fitted, lettering, sheet, text_width, write
from dnnmig_gui.core.reporting.figures.ticks import round_ticks, tick_text
from dnnmig_gui.core.reporting.palette import LIGHT, tier_token
from dnnmig_gui.core.simulation import Lane, SliceKind, Trace
from dnnmig_gui.core.topology import Tier

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, RIGHT, TOP, LANE, SLICE = 132, 12, 26, 28, 20
MOST_SERVERS = 24
CLOSER_PX = 0.75
"""Slices of one kind that lie closer together than this become one: the eye cannot tell them apart."""
WIDE_PX = 3.0
"""Slices at least this wide are drawn one by one."""


def draw_gantt(trace: Trace, tiers: Mapping[str, Tier], colors: Mapping[str, str] = LIGHT) -> Figure:
    """Return the figure of a run; idle servers have no lane.

    Parameters
    ----------
    tiers
        Tier of each server by its id.
    """
    busy = set(np.unique(trace.lane).tolist())
    lanes = [number for number, lane in enumerate(trace.lanes) if number in busy or lane.role != "server"]
    lanes = lanes[: sum(trace.lanes[number].role != "server" for number in lanes) + MOST_SERVERS]
    rows = {number: row for row, number in enumerate(lanes)}
    end = trace.end_s if trace.end_s > 0 else 1.0
    height = TOP + len(lanes) * LANE + 8
    with lettering():
        figure, axes = sheet(height)
        _draw_axis(axes, end, height, colors)
        for number in lanes:
            _draw_lane(axes, trace, number, rows[number], end, tiers, colors)
    return figure


def _x(seconds: FloatArray | float, end: float) -> Any:
    return LEFT + np.asarray(seconds) * ((WIDTH_PX - LEFT - RIGHT) / end)


def _draw_axis(axes: Axes, end: float, height: float, colors: Mapping[str, str]) -> None:
    scale, unit = (1.0, "s") if end >= 1 else (1e3, "ms")
    for tick in round_ticks(end * scale, 10):
        x = float(_x(tick / scale, end))
        axes.plot([x, x], [TOP - 4, height - 8], color=colors["line"], linewidth=1, zorder=1)
        write(axes, x, 10, tick_text(tick, unit), colors["text-3"], align="center")


def _draw_lane(
    axes: Axes,
    trace: Trace,
    number: int,
    row: int,
    end: float,
    tiers: Mapping[str, Tier],
    colors: Mapping[str, str],
) -> None:
    lane = trace.lanes[number]
    tier = tiers[trace.server_ids[lane.server]]
    top = TOP + row * LANE
    box(axes, LEFT, top + 2, WIDTH_PX - LEFT - RIGHT, LANE - 4, colors["surface-2"], radius=3, zorder=0)
    axes.plot([1.5, 1.5], [top + 2, top + LANE - 2], color=colors[tier_token(tier, "line")], linewidth=3)
    name = _lane_name(trace, lane)
    write(axes, LEFT - 10, top + LANE / 2, fitted(name, LEFT - 26, 12), colors["text-2"], size=12, align="right")
    mine = trace.lane == number
    y = top + (LANE - SLICE) / 2
    if lane.role == "uploads":
        _draw_uploads(axes, trace, mine, y, end, tiers, colors)
        return
    opened, uploading, running = (
        mine & (trace.kind == kind) for kind in (SliceKind.QUERY, SliceKind.UPLOAD_HOP, SliceKind.EXECUTE)
    )
    start, stop, _ = _merged(_x(trace.start[opened], end), _x(trace.end[opened], end))
    _draw_slices(axes, start, stop, y, colors[tier_token("client", "tint")])
    start, stop, _ = _merged(_x(trace.start[uploading], end), _x(trace.end[uploading], end))
    _draw_slices(axes, start, stop, y, colors[tier_token(tier, "tint")])  # unhatched: what runs shall stand out
    start, stop, share = _merged(_x(trace.start[running], end), _x(trace.end[running], end))
    _draw_slices(axes, start, stop, y, colors[tier_token(tier)], share=share)


def _lane_name(trace: Trace, lane: Lane) -> str:
    if lane.role == "server":
        return trace.server_ids[lane.server]
    return f"{trace.user_ids[lane.user]} {lane.role}"


def _merged(start: FloatArray, stop: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return first and last pixel of the slices to draw, and the share of them that is covered.

    Slices closer than `CLOSER_PX` become one, unless one of the two is at least `WIDE_PX` wide: back-to-back queries
    stay single boxes as long as they can be told apart.

    Parameters
    ----------
    start, stop
        Pixels, shape (N,), ascending.
    """
    if len(start) == 0:
        return start, stop, stop
    reach = np.maximum.accumulate(stop)
    wide = stop - start >= WIDE_PX
    begins = np.concatenate(([True], (start[1:] - reach[:-1] > CLOSER_PX) | wide[1:] | wide[:-1]))
    first = np.flatnonzero(begins)
    last = np.concatenate((first[1:], [len(start)])) - 1
    left, right = start[first], reach[last]
    covered = np.add.reduceat(np.maximum(0.0, stop - start), first)
    return left, right, np.clip(covered / np.maximum(right - left, 1e-9), 0.0, 1.0)


def _draw_slices(
    axes: Axes,
    start: FloatArray,
    stop: FloatArray,
    y: float,
    fill: str,
    *,
    share: FloatArray | None = None,
    hatch: str | None = None,
    edge: str = "none",
) -> None:
    """Draw boxes from `start` to `stop`; the smaller the `share` that is covered, the paler."""
    from matplotlib.collections import PolyCollection

    if len(start) == 0:
        return
    wide = np.maximum(stop - start, 0.8)
    inset = np.where(wide > 3, 0.5, 0.0)  # neighbours keep a seam between them
    left, right = start + inset, start + wide - inset
    low, high = np.full(len(start), y), np.full(len(start), y + SLICE)
    corners = np.stack(
        [np.stack(pair, axis=1) for pair in ((left, low), (right, low), (right, high), (left, high))], axis=1
    )
    axes.add_collection(
        PolyCollection(
            list(corners),
            facecolors=fill,
            edgecolors=edge,
            hatch=hatch,
            linewidths=0.8 if hatch else 0,
            alpha=None if share is None else np.round(0.3 + 0.7 * share, 2),
            zorder=3,
        )
    )


def _draw_uploads(
    axes: Axes,
    trace: Trace,
    mine: np.ndarray[Any, np.dtype[np.bool_]],
    y: float,
    end: float,
    tiers: Mapping[str, Tier],
    colors: Mapping[str, str],
) -> None:
    for row in np.flatnonzero(mine & (trace.kind == SliceKind.UPLOAD)):
        tier = tiers[trace.server_ids[trace.target[row]]]
        left, right = float(_x(trace.start[row], end)), float(_x(trace.end[row], end))
        _draw_slices(
            axes,
            np.array([left]),
            np.array([right]),
            y,
            colors[tier_token(tier, "tint")],
            hatch="////",
            edge=colors[tier_token(tier, "line")],
        )
        label = f"P3 #{int(trace.partition[row]) + 1}"
        room = right - left - 10
        if text_width(label) + 8 <= room:
            box(axes, left + 4, y + 3, text_width(label) + 6, SLICE - 6, colors[tier_token(tier, "tint")], zorder=4)
            write(axes, left + 7, y + SLICE / 2, label, colors[tier_token(tier, "ink")], weight=600)
    confirmed = trace.end[mine & (trace.kind == SliceKind.CONFIRM)]
    x = np.asarray(_x(confirmed, end))
    axes.scatter(x, np.full(len(x), y + SLICE / 2), s=46, marker="D", color=colors["text"], linewidths=0, zorder=6)
