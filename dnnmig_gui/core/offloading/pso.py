"""`pso`: discrete particle swarm optimisation, the method of the article's experiment.

A particle is a plan. As in B. Lin et al., "Cost-driven off-loading for DNN-based applications over cloud, edge, and
end devices", IEEE Trans. Ind. Informat. 2020, inertia is mutation, and the pulls to its own best and to the swarm's
best are two-point crossovers.
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


class PsoParameters(PopulationParameters):
    """Parameters of `pso`."""

    particles: int = Field(100, ge=2, le=10_000, title="Swarm size", description="Number of particles")
    iterations: int = Field(300, ge=1, le=100_000, title="Iterations", description="Moves of the whole swarm")
    inertia_start: float = Field(
        0.9, ge=0, le=1, title="Inertia, first", description="Chance that a particle mutates, at the start"
    )
    inertia_end: float = Field(
        0.4, ge=0, le=1, title="Inertia, last", description="The same at the end; it falls in a line between"
    )
    own_pull: float = Field(
        0.5, ge=0, le=1, title="Pull of its own best", description="Chance to take over a run of layers from it"
    )
    swarm_pull: float = Field(
        0.7, ge=0, le=1, title="Pull of the swarm's best", description="Chance to take over a run of layers from it"
    )


def solve(problem: Problem, parameters: PsoParameters, run: Run) -> OffloadingPlan:
    """Return the best plan the swarm finds."""

    def steps(moves: Moves, record: Record) -> Iterator[Standing]:
        particles = moves.first(parameters.particles)
        own_best = particles.copy()
        own_score = record.score(particles)
        for iteration in range(parameters.iterations):
            share = iteration / max(1, parameters.iterations - 1)
            inertia = parameters.inertia_start + (parameters.inertia_end - parameters.inertia_start) * share
            moves.mutate(particles, np.full(len(particles), inertia))
            moves.take_over(particles, own_best, parameters.own_pull)
            leader = own_best[int(own_score.argmin())]
            moves.take_over(particles, np.broadcast_to(leader, particles.shape), parameters.swarm_pull)
            scores = record.score(particles)
            better = scores < own_score
            own_best[better] = particles[better]
            own_score[better] = scores[better]
            yield Standing(share, own_best, own_score)

    return search(problem, parameters, run, steps, improvements=parameters.improvements)


METHOD = Method(
    kind="offloading",
    name="pso",
    title="PSO, particle swarm",
    summary="A swarm of plans that mutate and take over runs of layers from their own best and the swarm's best.",
    source="Article, Experimental Comparison; Lin et al., IEEE Trans. Ind. Informat. 2020 (article, reference 1)",
    solve=solve,
    parameters=PsoParameters,
)
