"""What `edge-only` and `cloud-only` do: each user's whole model on a server of one tier, the best for all together."""

from __future__ import annotations

from collections.abc import Callable

from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.errors import InfeasibleError
from dnnmig_gui.core.offloading.candidates import choose_jointly, on_single_servers
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.registry import NoParameters
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.topology import Tier


def tier_only(tier: Tier) -> Callable[[Problem, NoParameters, Run], OffloadingPlan]:
    """Return the method that keeps to the servers of a tier; without one it raises `InfeasibleError`."""

    def solve(problem: Problem, parameters: NoParameters, run: Run) -> OffloadingPlan:
        del parameters
        servers = problem.tier_servers[tier]
        if not servers:
            raise InfeasibleError(f"there is no {tier} server", hint="add one, or choose another offloading method")
        return choose_jointly(problem, [on_single_servers(user, servers) for user in problem.users], run)

    return solve
