"""The column of lane names at the left: how wide it is, and how a name that is too long is shortened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt

from dnnmig_gui.core.simulation.trace import NONE
from dnnmig_gui.gui.charts.lanes import LaneRow, Placed, folded_name
from dnnmig_gui.gui.charts.lettering import MEDIUM, metrics, text_width
from dnnmig_gui.gui.theme.fonts import plain_text
from dnnmig_gui.gui.timeline.view import MARGIN, View

NAMES, MOST_NAMES = 144.0, 220.0
"""Least and greatest width; the time axis begins after the column."""
NAMES_SHARE = 1 / 5
"""Beyond the least width, no more of the picture than this."""
BARS = 26.0
"""Width of the bars of the tiers at the far left: a click there folds the lanes of the tier."""
PIN_LEFT, PIN_PX = 25.0, 12.0
NAME_LEFT = PIN_LEFT + PIN_PX + 2
"""Where a name begins beside its pin."""
NAME_PX = 12


def names_width(rows: Sequence[LaneRow], whole: float) -> float:
    """Return the width that the longest name needs, within bounds; one for a run, whichever lanes are shown.

    Parameters
    ----------
    rows
        All lanes of a run.
    whole
        Width of the picture.
    """
    names = [row.name for row in rows]
    busy = Counter(row.tier for row in rows if not row.idle)
    names += [folded_name(tier, count) for tier, count in busy.items() if count > 1]
    with plain_text():
        longest = max((text_width(name, NAME_PX, MEDIUM) for name in names), default=0.0)
    most = max(NAMES, min(MOST_NAMES, whole * NAMES_SHARE))
    return float(round(min(max(NAMES, NAME_LEFT + longest + 1 + MARGIN), most)))


def lane_name(view: View, placed: Placed, width: float) -> str:
    """Return a lane's name; where it is too long, the user's name in it gives way, not what tells its lanes apart."""
    name, lane = placed.row.name, placed.row.lane
    over = text_width(name, NAME_PX, MEDIUM) - width
    if over > 0 and lane.user != NONE:
        user = view.story.texts.users[lane.user]
        room = text_width(user, NAME_PX, MEDIUM) - over
        short = metrics(NAME_PX, MEDIUM).elidedText(user, Qt.TextElideMode.ElideMiddle, room)
        name = name.replace(user, short, 1)
    return elided(name, width, NAME_PX, MEDIUM)


def elided(text: str, width: float, px: int, weight: int) -> str:
    """Return as much of a text's beginning as has room."""
    return metrics(px, weight).elidedText(text, Qt.TextElideMode.ElideRight, width)
