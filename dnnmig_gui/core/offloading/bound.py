"""A lower bound of any plan's objective, for methods that prove none of their own."""

from __future__ import annotations

from weakref import WeakKeyDictionary, WeakSet

import numpy as np

from dnnmig_gui.core.costs.elimination import TooWideError
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.offloading.constrained import Limits, limited_optimum
from dnnmig_gui.core.offloading.exact import optimum_alone
from dnnmig_gui.core.offloading.narrowed import narrowed_bound
from dnnmig_gui.core.offloading.path_crowding import bound_of_crowd
from dnnmig_gui.core.offloading.path_optimum import counts_paths
from dnnmig_gui.core.offloading.shared_servers import bound_together
from dnnmig_gui.core.run import Run

NODES = 1
"""Nodes of the branch and bound of a user within its limits: the best prices of its root."""

_KNOWN: WeakKeyDictionary[Problem, float | None] = WeakKeyDictionary()
_TOO_WIDE: WeakSet[Problem] = WeakSet()

TOO_WIDE = (
    "A model is too wide for exact elimination: the bound leaves some transfers out, so the true gap may be smaller."
)
UNBOUNDED = "A model is too wide for exact elimination, and nothing else bounds it."


def lower_bound(problem: Problem, run: Run | None = None) -> float | None:
    """Return a proven lower bound of the objective, or None where a model is too wide and nothing else bounds it.

    Each user alone within its own limits, and where users share servers the bound by prices (`shared_servers`), which
    knows no limits: they only forbid plans (`path_crowding` where critical paths count). A model that is too wide for
    elimination is bounded with fewer transfers (`narrowed`), as `note_of_bound` then says. Methods that are compared
    on one problem share it. Of plans that break limits it says nothing.

    Parameters
    ----------
    run
        Where it is enough, the bound is what is proven quickly.

    Raises
    ------
    CancelledError
        If the run is cancelled.
    """
    run = run or Run()
    if problem not in _KNOWN:
        try:
            alone = [optimum_alone(user, user.objective) for user in problem.users]
            bound = sum(max(value, _within_limits(problem, number, run)) for number, (value, _) in enumerate(alone))
            shares = problem.shared and len(problem.users) > 1 and bound < float("inf")
            if shares and counts_paths(problem):
                bound = max(bound, bound_of_crowd(problem, run))
            elif shares:
                bound = max(bound, bound_together(problem, tuple(places for _, places in alone), run))
            if run.is_enough():
                return bound  # less than could be proven
            _KNOWN[problem] = bound
        except TooWideError:
            _TOO_WIDE.add(problem)
            narrowed = [narrowed_bound(user) for user in problem.users]
            known = [value for value in narrowed if value is not None]
            _KNOWN[problem] = sum(known) if len(known) == len(narrowed) else None
    return _KNOWN[problem]


def note_of_bound(problem: Problem) -> str:
    """Return what is to be said of the bound that `lower_bound` gave, empty for nothing."""
    if problem not in _TOO_WIDE:
        return ""
    return UNBOUNDED if _KNOWN.get(problem) is None else TOO_WIDE


def _within_limits(problem: Problem, number: int, run: Run) -> float:
    """Return a bound of what a user pays within its limits; minus infinity where it has none, or none can be kept."""
    limits = Limits.of(problem, number)
    if not limits:
        return -np.inf
    user = problem.users[number]
    bound = limited_optimum(user, user.objective, limits, run, NODES).bound
    return bound if np.isfinite(bound) else -np.inf
