"""Plans that fill a server beyond its memory are relieved: a first or last part of what lies there moves elsewhere.

What mixes and moves like best may not fit. Rather than give such a plan up, all cuts of a user's layers on the full
server are tried, with either side of the cut moved to each other server, and the best of these plans goes on until
everything fits or nothing helps.
"""

from __future__ import annotations

import numpy as np

from dnnmig_gui.core.costs.batch import BatchEvaluator, Population
from dnnmig_gui.core.costs.feasibility import ROUNDING
from dnnmig_gui.core.costs.penalties import hosted_bytes
from dnnmig_gui.core.costs.problem import FloatArray, IntArray
from dnnmig_gui.core.offloading.progress import Record

MOST_CUTS = 128
"""Cuts tried of a user's layers on a server; of more, so many evenly spaced ones."""

MOST_USERS = 3
"""Users whose layers are moved off a server: those with most on it."""


class Relief:
    """Makes plans of one problem fit into the servers' memories.

    Parameters
    ----------
    evaluator
        Of the problem.
    """

    def __init__(self, evaluator: BatchEvaluator) -> None:
        self._evaluator = evaluator
        self._memory = evaluator.problem.memory_bytes
        users = evaluator.problem.users
        self._sizes = np.concatenate([user.param_bytes for user in users])
        self._computes = np.concatenate([user.computes for user in users])
        self._known: dict[bytes, IntArray] = {}
        self.needed = bool(np.isfinite(self._memory).any())
        """Whether there is a memory to fill at all."""

    def relieve(self, plans: Population, record: Record) -> None:
        """Relieve each plan, shape (P, N), in place, as far as that goes."""
        for number in np.flatnonzero(self._excess(plans).any(axis=1)):
            key = plans[number].tobytes()
            if key not in self._known:
                self._known[key] = self._relieved(plans[number], record)
            plans[number] = self._known[key]

    def _excess(self, plans: Population) -> FloatArray:
        """Return by what share each server is too full in each plan, shape (P, S)."""
        over = hosted_bytes(plans, self._sizes, len(self._memory)) / self._memory - 1
        found: FloatArray = np.where(over > ROUNDING, over, 0.0)
        return found

    def _relieved(self, plan: IntArray, record: Record) -> IntArray:
        best = float(record.score(plan[None])[0])
        for _ in range(2 * len(self._memory)):  # a server that was filled meanwhile may need relief as well
            excess = self._excess(plan[None])[0]
            if not excess.any():
                break
            tried = self._with_less_on(plan, int(excess.argmax()))
            scores = record.score(tried)
            if not len(scores) or not scores.min() < best:
                break
            best = float(scores.min())
            plan = tried[int(scores.argmin())]
        return plan

    def _with_less_on(self, plan: IntArray, server: int) -> Population:
        """Return the plans in which a part of one user's layers has left a server, shape (P, N)."""
        heaviest = sorted(
            (columns for columns in self._evaluator.columns),
            key=lambda columns: -float(self._sizes[columns][plan[columns] == server].sum()),
        )
        found = [np.empty((0, len(plan)), dtype=np.int64)]
        for columns in heaviest[:MOST_USERS]:
            inside = np.zeros(len(plan), dtype=bool)
            inside[columns] = True
            there = np.flatnonzero(inside & (plan == server) & self._computes)
            if not len(there):
                continue
            count = len(there)
            cuts = np.unique(np.linspace(0, count - 1, min(count, MOST_CUTS)).astype(np.int64))
            before = np.arange(count) <= cuts[:, None]
            parts = np.concatenate([before, ~before[:-1]])
            for target in np.flatnonzero(self._evaluator.allowed[there].any(axis=0)):
                if target != server:
                    moved = parts & self._evaluator.allowed[there, target]
                    tried = np.repeat(plan[None], len(parts), axis=0)
                    tried[:, there] = np.where(moved, target, server)
                    found.append(tried)
        return np.concatenate(found)
