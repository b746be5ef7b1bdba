"""Where the time of a query goes: by tier, and on the links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dnnmig_gui.core.costs.contention import contended, users_on_servers
from dnnmig_gui.core.costs.critical_path import critical_pairs
from dnnmig_gui.core.costs.problem import PathCost
from dnnmig_gui.core.topology import TIERS

if TYPE_CHECKING:
    from dnnmig_gui.core.planning import MigrationPlan


def delay_shares(plan: MigrationPlan, user_number: int) -> dict[str, float]:
    """Return the seconds of one query by tier, and on ``links``; they sum to the query's delay.

    Of a parallel delay what lies on the critical path counts.
    """
    problem = plan.problem
    user = problem.users[user_number]
    places = plan.users[user_number].places
    stretch = users_on_servers(problem, tuple(each.places for each in plan.users))[user_number]
    seconds = user.execution_s[np.arange(len(places)), places] * stretch[places]
    if isinstance(user.delay, PathCost):
        pairs = critical_pairs(contended(user.delay.path, stretch), user.tensors, places, user.client)
        seconds = np.where(np.isin(np.arange(len(places)), [producer for producer, _ in pairs]), seconds, 0.0)
    tiers = np.array([TIERS.index(server.tier) for server in problem.topology.servers])[places]
    shares: dict[str, float] = {}
    for number, tier in enumerate(TIERS):
        shares[tier] = float(seconds[user.computes & (tiers == number)].sum())
    shares["links"] = max(0.0, plan.users[user_number].figures.delay_s - sum(shares.values()))
    return shares
