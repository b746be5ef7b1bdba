"""What a right click on a lane offers."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu

from dnnmig_gui.core.simulation.trace import NONE
from dnnmig_gui.gui.charts.lanes import Placed
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.timeline.shown_lanes import ShownLanes
from dnnmig_gui.gui.timeline.story import Story


def fill_lane_menu(menu: QMenu, story: Story, placed: Placed, lanes: ShownLanes) -> None:
    """Add what can be done with a lane."""
    row = placed.row
    if row in story.rows:
        text = tr("Unpin") if placed.pinned else tr("Pin to the top")
        menu.addAction(text).triggered.connect(lambda: lanes.pin(row))
        lane, trace = row.lane, story.run.trace
        only = trace.user_ids[lane.user] if lane.user != NONE else row.tier
        show = menu.addAction(tr("Show lanes of {name} only").format(name=only))
        show.triggered.connect(lambda: lanes.words_asked.emit(only))
    fold = tr("Unfold this tier") if row.tier in lanes.choice.folded else tr("Fold this tier")
    menu.addAction(fold).triggered.connect(lambda: lanes.fold(row.tier))
    if lanes.choice.words:
        menu.addAction(tr("Show all lanes")).triggered.connect(lambda: lanes.words_asked.emit(""))
