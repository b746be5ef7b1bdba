"""Which lanes somebody wants to see: by words, pinned to the top, folded, the idle ones too. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from dnnmig_gui.core.simulation.trace import NONE, Lane, Trace
from dnnmig_gui.core.topology import TIERS, Tier
from dnnmig_gui.gui.charts.lanes import LaneRow, Lanes, place_lanes
from dnnmig_gui.gui.planned_run import PlannedRun


@dataclass(frozen=True)
class LaneName:
    """A lane by names, which outlast another plan of the scenario."""

    role: Literal["uploads", "queries", "server"]
    user: str
    server: str

    @classmethod
    def of(cls, lane: Lane, trace: Trace) -> LaneName:
        """Return the name of a lane of a run."""
        user = trace.user_ids[lane.user] if lane.user != NONE else ""
        return cls(lane.role, user, trace.server_ids[lane.server])


@dataclass(frozen=True)
class LaneChoice:
    """What is chosen; kept for each scenario as long as the window lives.

    Parameters
    ----------
    words
        Each must begin a word of a lane's name, or of its tier, user or model.
    pinned
        Lanes at the top, whatever else is chosen, in the order in which they were pinned.
    folded
        Tiers whose lanes are shown as one.
    reveal_idle
        Whether lanes on which nothing happens are shown.
    """

    words: str = ""
    pinned: tuple[LaneName, ...] = ()
    folded: frozenset[Tier] = frozenset()
    reveal_idle: bool = False

    def pinned_or_not(self, name: LaneName) -> LaneChoice:
        """Return the choice with a lane pinned, or no longer if it is."""
        others = tuple(each for each in self.pinned if each != name)
        return replace(self, pinned=others if name in self.pinned else (*self.pinned, name))

    def folded_or_not(self, tier: Tier) -> LaneChoice:
        """Return the choice with a tier folded, or unfolded if it is."""
        return replace(self, folded=self.folded ^ {tier})

    def all_folded_or_none(self) -> LaneChoice:
        """Return the choice with every tier folded, or none if all are."""
        return replace(self, folded=frozenset() if len(self.folded) == len(TIERS) else frozenset(TIERS))

    def place(self, run: PlannedRun, rows: tuple[LaneRow, ...]) -> Lanes:
        """Return where the lanes of a run stand."""
        named = {LaneName.of(row.lane, run.trace): row for row in rows}
        pinned = [named[name] for name in self.pinned if name in named]
        rest = [row for row in rows if row not in pinned and self._wants(row, run)]
        return place_lanes(rest, reveal_idle=self.reveal_idle, folded=self.folded, pinned=pinned)

    def _wants(self, row: LaneRow, run: PlannedRun) -> bool:
        words = self.words.casefold().split()
        if not words:
            return True
        lane, trace = row.lane, run.trace
        texts = [row.name, row.tier, trace.server_ids[lane.server]]
        if lane.user != NONE:
            texts += [trace.user_ids[lane.user], run.plan.problem.users[lane.user].model.name]
        said = " ".join(texts).casefold().split()
        return all(any(each.startswith(word) for each in said) for word in words)
