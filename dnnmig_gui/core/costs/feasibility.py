"""Which limits a plan breaks, in sentences."""

from __future__ import annotations

import numpy as np

from dnnmig_gui.core.costs.problem import Figures, Places, Problem

ROUNDING = 1e-12
"""A limit exceeded by less than this share of it is kept."""


def violations(problem: Problem, places: Places, figures: tuple[Figures, ...]) -> tuple[tuple[str, ...], ...]:
    """Return for each user the limits that the plan breaks; empty tuples if it is feasible.

    Parameters
    ----------
    figures
        What a query of each user costs under the plan.
    """
    hosted = np.zeros(problem.server_count)
    for user, user_places in zip(problem.users, places, strict=True):
        np.add.at(hosted, user_places, user.param_bytes)
    full = hosted > problem.memory_bytes * (1 + ROUNDING)
    found = []
    for user, user_places, costs in zip(problem.users, places, figures, strict=True):
        misplaced = np.flatnonzero(~user.allowed[np.arange(len(user_places)), user_places])
        broken = [
            f"layer {user.model.layers[layer].name!r} must not run on {problem.server_ids[user_places[layer]]}"
            for layer in misplaced
        ]
        if not np.isfinite(costs.delay_s):
            broken.append("a tensor has no route between two of the servers")
        elif costs.delay_s > user.deadline_s * (1 + ROUNDING):
            broken.append(f"a query takes {costs.delay_s:.4g} s, longer than the deadline of {user.deadline_s:.4g} s")
        if np.isfinite(costs.energy_j) and costs.energy_j > user.energy_budget_j * (1 + ROUNDING):
            broken.append(
                f"a query takes {costs.energy_j:.4g} J, more than the energy budget of {user.energy_budget_j:.4g} J"
            )
        computing = set(user_places[user.computes].tolist())
        broken.extend(
            f"no layer runs on a server of tier {tier}, which must be used"
            for tier in user.must_use
            if not computing.intersection(problem.tier_servers[tier])
        )
        broken.extend(
            f"{problem.server_ids[server]} would hold {hosted[server] / 1e6:.4g} MB of parameters"
            f" and has room for {problem.memory_bytes[server] / 1e6:.4g} MB"
            for server in sorted({int(place) for place in user_places[user.param_bytes > 0]})
            if full[server]
        )
        found.append(tuple(broken))
    return tuple(found)
