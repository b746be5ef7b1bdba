"""`pso-ga`: particle swarm with genetic operators and a self-adaptive inertia.

B. Lin et al., "Cost-driven off-loading for DNN-based applications over cloud, edge, and end devices", IEEE Trans. Ind.
Informat. 2020 (the article's reference 1): the more a particle differs from the swarm's best, the likelier it mutates;
the pull to its own best falls and the pull to the swarm's best grows in a line.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from dnnmig_gui.core.costs.batch import Population
from dnnmig_gui.core.costs.problem import IntArray, Problem
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.offloading.swarm import Forces, SwarmParameters, between, swarm_search
from dnnmig_gui.core.registry import Method
from dnnmig_gui.core.run import Run


class PsoGaParameters(SwarmParameters):
    """Parameters of `pso-ga`."""

    inertia_most: float = Field(
        0.9, ge=0, le=1, title="Inertia, most", description="Chance that a particle far from the swarm's best mutates"
    )
    inertia_least: float = Field(
        0.4, ge=0, le=1, title="Inertia, least", description="Chance that a particle near the swarm's best mutates"
    )
    own_pull_start: float = Field(0.9, ge=0, le=1, title="Pull of its own best, first", description="At the start")
    own_pull_end: float = Field(0.2, ge=0, le=1, title="Pull of its own best, last", description="At the end")
    swarm_pull_start: float = Field(
        0.4, ge=0, le=1, title="Pull of the swarm's best, first", description="At the start"
    )
    swarm_pull_end: float = Field(0.9, ge=0, le=1, title="Pull of the swarm's best, last", description="At the end")


def solve(problem: Problem, parameters: PsoGaParameters, run: Run) -> OffloadingPlan:
    """Return the best plan the swarm finds."""

    def forces(share: float, particles: Population, leader: IntArray) -> Forces:
        differing = np.count_nonzero(particles != leader, axis=1) / len(leader)
        # Equation of the inertia in Lin et al.: near the best d is small and the exponent near 0.
        inertia = parameters.inertia_most - (parameters.inertia_most - parameters.inertia_least) * np.exp(
            differing / (differing - 1.01)
        )
        own = between(parameters.own_pull_start, parameters.own_pull_end, share)
        return Forces(inertia, own, between(parameters.swarm_pull_start, parameters.swarm_pull_end, share))

    return swarm_search(problem, parameters, run, forces)


METHOD = Method(
    kind="offloading",
    name="pso-ga",
    title="PSO-GA, self-adaptive",
    summary="A particle swarm whose particles mutate the more, the more they differ from the swarm's best.",
    source="Lin et al., IEEE Trans. Ind. Informat. 2020 (article, reference 1)",
    solve=solve,
    parameters=PsoGaParameters,
)
