"""What every stroke on a lane needs to know."""

from __future__ import annotations

from dataclasses import dataclass

from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.theme.tokens import Theme


@dataclass(frozen=True)
class Brushwork:
    """What a stroke of slices needs to know.

    Parameters
    ----------
    axis, theme
        Where and in which colours.
    span
        Seconds to draw.
    past
        Whether it is what has been; else it is what is to come.
    share
        Opacity of the lane: lanes of users who are not followed step back.
    """

    axis: TimeAxis
    theme: Theme
    span: tuple[float, float]
    past: bool
    share: float = 1.0
