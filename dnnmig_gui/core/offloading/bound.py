"""A lower bound of any plan's objective: each user at its optimum with all servers to itself."""

from __future__ import annotations

from dnnmig_gui.core.costs.elimination import TooWideError
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.offloading.exact import optimum_alone


def lower_bound(problem: Problem) -> float | None:
    """Return a proven lower bound of the objective, or None where a model is too wide to prove one.

    Others only slow a user down (contention) or forbid it places (memory), so the sum of the optima alone is a bound.
    """
    try:
        return sum(optimum_alone(user, user.objective)[0] for user in problem.users)
    except TooWideError:
        return None
