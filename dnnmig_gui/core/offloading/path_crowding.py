"""A bound for users who share servers where critical paths count: the bound by prices of means of paths.

Each user's delay is at least the best mean of its paths (`path_optimum`), which is a sum; so what `shared_servers`
proves of users with these sums bounds the objective from below.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dnnmig_gui.core.costs.elimination import TooWideError
from dnnmig_gui.core.costs.problem import LinearCost, PathCost, Problem, Tensors, UserProblem
from dnnmig_gui.core.offloading.path_optimum import best_mean
from dnnmig_gui.core.offloading.shared_servers import bound_together
from dnnmig_gui.core.run import Run


def bound_of_crowd(problem: Problem, run: Run) -> float:
    """Return a lower bound of the objective; minus infinity where sums count besides paths, or a model is too wide."""
    try:
        return _bound(problem, run)
    except TooWideError:
        return -np.inf


def _bound(problem: Problem, run: Run) -> float:
    users = []
    for user in problem.users:
        run.check()
        paying = user
        if isinstance(user.objective, PathCost):
            if user.objective.rest is not None:
                return -np.inf
            paying = _summed(user, user.objective)
        users.append(replace(paying, deadline_s=np.inf, energy_budget_j=np.inf, must_use=()))
    roomy = replace(problem, users=tuple(users), memory_bytes=np.full(problem.server_count, np.inf))
    return bound_together(roomy, roomy.local_places(), run)


def _summed(user: UserProblem, cost: PathCost) -> UserProblem:
    """Return a user who pays the best mean of its paths, a tensor for each reader.

    A pair's weight is in its bytes; the latency of links is left out, which only makes the bound less.
    """
    layers, pairs = best_mean(user, cost)
    counts = [len(readers) for readers in user.tensors.consumers]
    tensors = Tensors(
        np.repeat(user.tensors.producer, counts),
        np.repeat(user.tensors.size_bytes, counts) * pairs,
        tuple((reader,) for readers in user.tensors.consumers for reader in readers),
    )
    path = cost.path
    finite = np.isfinite(path.execution)
    mean = LinearCost(
        np.where(finite, np.where(finite, path.execution, 0.0) * layers[:, None], np.inf),
        np.where(np.isfinite(path.per_transfer), 0.0, np.inf),
        path.per_byte,
    )
    return replace(user, tensors=tensors, objective=mean, delay=mean)
