"""`local`: the whole model on the client. The reference that every gain is measured against."""

from __future__ import annotations

from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.offloading.candidates import choose_jointly, on_single_servers
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.registry import Method, NoParameters
from dnnmig_gui.core.run import Run


def solve(problem: Problem, parameters: NoParameters, run: Run) -> OffloadingPlan:
    """Return the plan with every layer on its user's client."""
    del parameters
    return choose_jointly(problem, [on_single_servers(user, [user.client]) for user in problem.users], run)


METHOD = Method(
    kind="offloading",
    name="local",
    title="Local",
    summary="Everything stays on the client: the reference that every gain is measured against.",
    source="Reference",
    solve=solve,
)
