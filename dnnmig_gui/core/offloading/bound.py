"""A lower bound of any plan's objective, for methods that prove none of their own."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from dnnmig_gui.core.costs.elimination import TooWideError
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.offloading.exact import optimum_alone
from dnnmig_gui.core.offloading.shared_servers import bound_together
from dnnmig_gui.core.run import Run

_KNOWN: WeakKeyDictionary[Problem, float | None] = WeakKeyDictionary()


def lower_bound(problem: Problem) -> float | None:
    """Return a proven lower bound of the objective, or None where a model is too wide to prove one.

    Limits only forbid plans, so users without them are a bound: each at its optimum alone, and where they share
    servers the bound by prices (`shared_servers`). Methods that are compared on one problem share it.
    """
    if problem not in _KNOWN:
        try:
            alone = [optimum_alone(user, user.objective) for user in problem.users]
            bound = sum(value for value, _ in alone)
            if problem.shared and len(problem.users) > 1 and bound < float("inf"):
                bound = max(bound, bound_together(problem, tuple(places for _, places in alone), Run()))
            _KNOWN[problem] = bound
        except TooWideError:
            _KNOWN[problem] = None
    return _KNOWN[problem]
