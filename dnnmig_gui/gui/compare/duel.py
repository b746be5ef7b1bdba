"""Two plans side by side: what is different at a time. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.reporting.numbers import count_text, seconds_text
from dnnmig_gui.gui.charts.pace import Pace
from dnnmig_gui.gui.charts.texts import clock_text
from dnnmig_gui.gui.compare.contender import Contender
from dnnmig_gui.gui.language import tr

FloatArray = npt.NDArray[np.float64]
SAME_S = 5e-5
"""Delays that differ by less count as the same."""


@dataclass(frozen=True, eq=False)
class Duel:
    """One user's queries under two plans.

    Parameters
    ----------
    one, other
        A and B.
    user
        Number of the user.
    end_s
        End of the longer run.
    """

    one: Contender
    other: Contender
    user: int

    @property
    def end_s(self) -> float:
        """End of the longer run."""
        return max(self.one.run.end_s, self.other.run.end_s)

    @property
    def paces(self) -> tuple[Pace, Pace]:
        """How fast queries get under A and under B."""
        return self.one.pace(self.user), self.other.pace(self.user)

    def lead(self) -> tuple[FloatArray, npt.NDArray[np.int64]]:
        """Return by how many finished queries B is ahead: times, and the lead from each on; it begins at 0."""
        a, b = (pace.ended for pace in self.paces)
        times = np.concatenate((a, b))
        steps = np.concatenate((np.full(len(a), -1), np.full(len(b), 1)))
        order = np.argsort(times, kind="stable")
        times, lead = times[order], np.cumsum(steps[order])
        last = np.append(np.diff(times) > 0, True) if len(times) else np.zeros(0, dtype=bool)
        return np.concatenate(([0.0], times[last])), np.concatenate(([0], lead[last]))

    def lead_at(self, t: float) -> int:
        """Return by how many finished queries B is ahead at a time."""
        a, b = self.paces
        return b.done(t) - a.done(t)

    def sooner_s(self, t: float) -> float:
        """Return by how much a query that starts at a time is answered sooner under B."""
        a, b = self.paces
        return a.delay_at(t) - b.delay_at(t)

    def sentence(self, t: float) -> str:
        """Say what is different at a time."""
        a, b = self.paces
        now = tr("At {time}").format(time=clock_text(t, self.end_s))
        done = {"A": a.done(t), "B": b.done(t)}
        sooner = self.sooner_s(t)
        if abs(sooner) < SAME_S:
            first = tr("{now}, A and B answer equally fast").format(now=now)
            if done["A"] == done["B"]:
                return tr("{first} and have finished {count} queries each").format(
                    first=first, count=count_text(done["A"])
                )
            who, whom = ("A", "B") if done["A"] > done["B"] else ("B", "A")
            return tr("{first}; {who} has finished {count} queries to {other}").format(
                first=first, who=who, count=count_text(done[who]), other=count_text(done[whom])
            )
        who, whom = ("B", "A") if sooner > 0 else ("A", "B")
        told = tr("{now}, {who} answers {time} sooner").format(now=now, who=who, time=seconds_text(abs(sooner)))
        return tr("{told} and has finished {count} queries to {other}").format(
            told=told, count=count_text(done[who]), other=count_text(done[whom])
        )

    def widest(self) -> tuple[float, float, float] | None:
        """Return the stretch of time in which the delays differ most by area: start, end, seconds B is sooner."""
        corners = np.unique(np.concatenate([np.concatenate((pace.start, [0.0, self.end_s])) for pace in self.paces]))
        corners = corners[(corners >= 0) & (corners <= self.end_s)]
        best: tuple[float, float, float] | None = None
        for start, end in zip(corners[:-1].tolist(), corners[1:].tolist(), strict=True):
            sooner = self.sooner_s(start)
            if abs(sooner) >= SAME_S and (
                best is None or abs(sooner) * (end - start) > abs(best[2]) * (best[1] - best[0])
            ):
                best = (start, end, sooner)
        return best
