"""By how much plans break limits: what searches pay for it, so that they feel their way back to feasible plans."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from dnnmig_gui.core.costs.problem import FloatArray, IntArray, LinearCost, Problem

PENALTY = 100.0
"""Added to the score per unit of relative violation."""


class Penalties:
    """The limits of a problem that are not settled by where layers may run.

    Parameters
    ----------
    problem
        Whose limits count: deadlines, energy budgets, memories, tiers that must take part.
    """

    def __init__(self, problem: Problem) -> None:
        users = problem.users
        self._users = users
        self._deadlines = np.array([user.deadline_s for user in users])
        self._budgets = np.array([user.energy_budget_j for user in users])
        self._memory = problem.memory_bytes
        self._sizes = np.concatenate([user.param_bytes for user in users])
        ends = np.cumsum([len(user.model) for user in users])
        self._must_use = [
            (np.arange(end - len(user.model), end)[user.computes], list(problem.tier_servers[tier]))
            for user, end in zip(users, ends.tolist(), strict=True)
            for tier in user.must_use
        ]

    def of(self, population: IntArray, costs: Callable[[Sequence[LinearCost]], FloatArray]) -> FloatArray | float:
        """Return what each plan of a population (P, N) pays, shape (P,); 0.0 where nothing is limited.

        Parameters
        ----------
        costs
            Returns a cost of each user's query, shape (P, U).
        """
        total: FloatArray | float = 0.0
        for most, kind in ((self._deadlines, "delay"), (self._budgets, "energy")):
            if np.isfinite(most).any():
                found = costs([getattr(user, kind) for user in self._users])
                total = total + _over(np.where(np.isfinite(found), found, 0.0), most)
        if np.isfinite(self._memory).any():
            total = total + _over(hosted_bytes(population, self._sizes, len(self._memory)), self._memory)
        for columns, servers in self._must_use:
            missing = ~np.isin(population[:, columns], servers).any(axis=1)
            total = total + PENALTY * missing.astype(np.float64)
        return total


def hosted_bytes(population: IntArray, sizes: FloatArray, servers: int) -> FloatArray:
    """Return the bytes of parameters on each server, shape (P, S), of layers with `sizes`, shape (N,)."""
    rows = np.arange(len(population))[:, None] * servers
    weights = np.broadcast_to(sizes, population.shape).ravel()
    flat = np.bincount((population + rows).ravel(), weights=weights, minlength=len(population) * servers)
    return flat.astype(np.float64).reshape(len(population), servers)


def _over(found: FloatArray, most: FloatArray) -> FloatArray:
    """Return the penalty of exceeding limits by more than rounding, summed over axis 1."""
    over = np.maximum(found / most - 1, 0.0)
    total: FloatArray = PENALTY * np.where(over > 1e-12, over, 0.0).sum(axis=1)
    return total
