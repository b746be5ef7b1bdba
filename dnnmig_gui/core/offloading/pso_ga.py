"""`pso-ga`: particle swarm with genetic operators and a self-adaptive inertia.

B. Lin et al., "Cost-driven off-loading for DNN-based applications over cloud, edge, and end devices", IEEE Trans. Ind.
Informat. 2020 (the article's reference 1): the more a particle differs from the swarm's best, the likelier it mutates;
the pull to its own best falls and the pull to the swarm's best grows in a line.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pydantic import Field

from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.offloading.moves import Moves
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.offloading.progress import Record
from dnnmig_gui.core.offloading.search import PopulationParameters, Standing, search
from dnnmig_gui.core.registry import Method
from dnnmig_gui.core.run import Run


class PsoGaParameters(PopulationParameters):
    """Parameters of `pso-ga`."""

    particles: int = Field(100, ge=2, le=10_000, title="Swarm size", description="Number of particles")
    iterations: int = Field(300, ge=1, le=100_000, title="Iterations", description="Moves of the whole swarm")
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

    def steps(moves: Moves, record: Record) -> Iterator[Standing]:
        particles = moves.first(parameters.particles)
        own_best = particles.copy()
        own_score = record.score(particles)
        for iteration in range(parameters.iterations):
            share = iteration / max(1, parameters.iterations - 1)
            leader = own_best[int(own_score.argmin())]
            differing = (particles != leader).mean(axis=1)
            # Equation of the inertia in Lin et al.: near the best d is small and the exponent near 0.
            inertia = parameters.inertia_most - (parameters.inertia_most - parameters.inertia_least) * np.exp(
                differing / (differing - 1.01)
            )
            moves.mutate(particles, inertia)
            own = parameters.own_pull_start + (parameters.own_pull_end - parameters.own_pull_start) * share
            swarm = parameters.swarm_pull_start + (parameters.swarm_pull_end - parameters.swarm_pull_start) * share
            moves.take_over(particles, own_best, own)
            moves.take_over(particles, np.broadcast_to(leader, particles.shape), swarm)
            scores = record.score(particles)
            better = scores < own_score
            own_best[better] = particles[better]
            own_score[better] = scores[better]
            yield Standing(share, own_best, own_score)

    return search(problem, parameters, run, steps, improvements=parameters.improvements)


METHOD = Method(
    kind="offloading",
    name="pso-ga",
    title="PSO-GA, self-adaptive",
    summary="A particle swarm whose particles mutate the more, the more they differ from the swarm's best.",
    source="Lin et al., IEEE Trans. Ind. Informat. 2020 (article, reference 1)",
    solve=solve,
    parameters=PsoGaParameters,
)
