"""Which lanes are shown now, and what changes that: words, pins, folds, the idle ones."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from dnnmig_gui.core.topology import Tier
from dnnmig_gui.gui.charts.lanes import LaneRow
from dnnmig_gui.gui.timeline.lane_choice import LaneChoice, LaneName
from dnnmig_gui.gui.timeline.story import Story


class ShownLanes(QObject):
    """The choice of lanes in force.

    Signals
    -------
    changed(reordered)
        Other lanes are shown; True where they stand in another order or are others altogether.
    words_asked(str)
        Show the lanes with these words alone.
    """

    changed = Signal(bool)
    words_asked = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.choice = LaneChoice()
        self._story: Story | None = None

    def set_story(self, story: Story | None) -> None:
        """Choose among the lanes of another run, or of none."""
        self._story = story
        self.changed.emit(True)

    def choose(self, choice: LaneChoice) -> None:
        """Show other lanes."""
        if choice != self.choice:
            before, self.choice = self.choice, choice
            self.changed.emit((choice.words, choice.pinned) != (before.words, before.pinned))

    def filter(self, words: str) -> None:
        """Show the lanes in whose name, tier, user or model each word begins one."""
        self.choose(replace(self.choice, words=words))

    def set_reveal_idle(self, shown: bool) -> None:
        """Show or hide lanes on which nothing happens."""
        self.choose(replace(self.choice, reveal_idle=shown))

    def fold(self, tier: Tier) -> None:
        """Show the lanes of a tier as one, or again each for itself."""
        self.choose(self.choice.folded_or_not(tier))

    def fold_all(self) -> None:
        """Fold every tier, or unfold them all if they are."""
        self.choose(self.choice.all_folded_or_none())

    def pin(self, row: LaneRow) -> None:
        """Keep a lane at the top, or let it go back to its place; a folded tier stays where it is."""
        if self._story is not None and row in self._story.rows:
            self.choose(self.choice.pinned_or_not(LaneName.of(row.lane, self._story.run.trace)))
