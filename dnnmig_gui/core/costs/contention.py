"""Contention: users on one server divide its rate (DESIGN.md section 4, `shared`)."""

from __future__ import annotations

import numpy as np

from dnnmig_gui.core.costs.problem import BoolArray, IntArray, LinearCost, PathCost, Places, Problem


def servers_used(problem: Problem, places: Places) -> BoolArray:
    """Return whether each user has at least one computing layer on each server, shape (U, S)."""
    used = np.zeros((len(problem.users), problem.server_count), dtype=bool)
    for number, (user, user_places) in enumerate(zip(problem.users, places, strict=True)):
        used[number, user_places[user.computes]] = True
    return used


def users_on_servers(problem: Problem, places: Places) -> IntArray:
    """Return by how much each user's executions on each server are stretched, shape (U, S), at least 1.

    That is the number of users present at the same time with a layer there, the user itself included (as if it
    used the server, where it does not). All ones where contention is `none`.
    """
    if not problem.shared:
        return np.ones((len(problem.users), problem.server_count), dtype=np.int64)
    used = servers_used(problem, places).astype(np.int64)
    together = np.array([user.present_with for user in problem.users], dtype=np.int64)
    np.fill_diagonal(together, 0)
    return 1 + together @ used


def contended(cost: LinearCost, users: IntArray) -> LinearCost:
    """Return the cost with executions stretched by the number of users on each server, shape (S,)."""
    if isinstance(cost, PathCost):
        whole = cost.execution * users
        rest = None if cost.rest is None else contended(cost.rest, users)
        return PathCost(whole, cost.per_transfer, cost.per_byte, contended(cost.path, users), rest)
    return LinearCost(cost.execution * users, cost.per_transfer, cost.per_byte)
