"""`edge-only`: each user's whole model on an edge server, the best one for all together."""

from __future__ import annotations

from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.errors import InfeasibleError
from dnnmig_gui.core.offloading.candidates import choose_jointly, on_single_servers
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.registry import Method, NoParameters
from dnnmig_gui.core.run import Run


def solve(problem: Problem, parameters: NoParameters, run: Run) -> OffloadingPlan:
    """Return the best plan with each user's model on one edge server.

    Raises
    ------
    InfeasibleError
        If there is no edge server.
    """
    del parameters
    servers = problem.tier_servers["edge"]
    if not servers:
        raise InfeasibleError("there is no edge server", hint="add one, or choose another offloading method")
    return choose_jointly(problem, [on_single_servers(user, servers) for user in problem.users], run)


METHOD = Method(
    kind="offloading",
    name="edge-only",
    title="Edge only",
    summary="The whole model of each user on an edge server, chosen for all users together.",
    source="Reference",
    solve=solve,
)
