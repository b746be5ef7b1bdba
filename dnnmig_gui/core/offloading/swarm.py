"""The step that particle swarms share: pulls to a particle's own best and to the swarm's best, then changes.

As in B. Lin et al., "Cost-driven off-loading for DNN-based applications over cloud, edge, and end devices", IEEE Trans.
Ind. Informat. 2020 (the article's reference 1), a particle is a plan, inertia is mutation, and the pulls are two-point
crossovers. Here a pulled particle tries several changed copies at once, which costs little more than one, and becomes
the best of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from dnnmig_gui.core.costs.batch import Population
from dnnmig_gui.core.costs.problem import FloatArray, IntArray, Problem
from dnnmig_gui.core.offloading.moves import Moves
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.offloading.progress import Record
from dnnmig_gui.core.offloading.search import PopulationParameters, Standing, search
from dnnmig_gui.core.run import Run


class SwarmParameters(PopulationParameters):
    """Parameters of every particle swarm."""

    particles: int = Field(100, ge=2, le=10_000, title="Swarm size", description="Number of particles")
    iterations: int = Field(300, ge=1, le=100_000, title="Iterations", description="Moves of the whole swarm")


@dataclass(frozen=True, eq=False)
class Forces:
    """What moves particles in an iteration.

    Parameters
    ----------
    inertia
        Chance that a particle mutates, a number or of shape (P,).
    own_pull, swarm_pull
        Chances to take over a run of layers from its own best, and from the swarm's best.
    """

    inertia: float | FloatArray
    own_pull: float
    swarm_pull: float


def swarm_search(
    problem: Problem,
    parameters: SwarmParameters,
    run: Run,
    forces: Callable[[float, Population, IntArray], Forces],
) -> OffloadingPlan:
    """Return the best plan that a swarm finds.

    Parameters
    ----------
    forces
        Called in each iteration with the share done, the particles (P, N) and the swarm's best plan (N,).
    """

    def steps(moves: Moves, record: Record) -> Iterator[Standing]:
        particles = moves.first(parameters.particles)
        own_best = particles.copy()
        own_score = record.score(particles)
        for iteration in range(parameters.iterations):
            share = iteration / max(1, parameters.iterations - 1)
            leader = own_best[int(own_score.argmin())]
            force = forces(share, particles, leader)
            moves.take_over(particles, own_best, force.own_pull)
            moves.take_over(particles, np.broadcast_to(leader, particles.shape), force.swarm_pull)
            particles, scores = record.best_of(
                moves.variants(particles, force.inertia, parameters.proposals), parameters.proposals
            )
            better = scores < own_score
            own_best[better] = particles[better]
            own_score[better] = scores[better]
            yield Standing(share, own_best, own_score)

    return search(problem, parameters, run, steps, improvements=parameters.improvements)


def between(start: float, end: float, share: float) -> float:
    """Return the value that goes from start to end in a line."""
    return start + (end - start) * share
