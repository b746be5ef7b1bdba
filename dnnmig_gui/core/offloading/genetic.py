"""`genetic`: a genetic algorithm with tournaments, two-point crossover, mutation and an elite.

J. Holland, "Adaptation in natural and artificial systems", 1975, on plans as chromosomes; the article names it among
the swarm intelligence methods.
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


class GeneticParameters(PopulationParameters):
    """Parameters of `genetic`."""

    population: int = Field(100, ge=2, le=10_000, title="Population", description="Number of plans")
    generations: int = Field(300, ge=1, le=100_000, title="Generations", description="How often they breed")
    crossover: float = Field(0.8, ge=0, le=1, title="Crossover", description="Chance that a child has two parents")
    mutation: float = Field(0.6, ge=0, le=1, title="Mutation", description="Chance that a child is changed")
    tournament: int = Field(
        3,
        ge=1,
        le=100,
        title="Tournament",
        description="Plans drawn for a parent, of which the best becomes it",
        json_schema_extra={"seldom": True},
    )
    elite: int = Field(
        2,
        ge=0,
        le=1000,
        title="Elite",
        description="Best plans that live on unchanged",
        json_schema_extra={"seldom": True},
    )


def solve(problem: Problem, parameters: GeneticParameters, run: Run) -> OffloadingPlan:
    """Return the best plan that is bred."""

    def steps(moves: Moves, record: Record) -> Iterator[Standing]:
        plans = moves.first(parameters.population)
        scores = record.score(plans)
        elite = min(parameters.elite, len(plans) - 1)
        for generation in range(parameters.generations):
            drawn = (run.rng.random((2, len(plans), parameters.tournament)) * len(plans)).astype(np.int64)
            parents = np.take_along_axis(drawn, scores[drawn].argmin(axis=2)[..., None], axis=2)[..., 0]
            children = plans[parents[0]]
            moves.take_over(children, plans[parents[1]], parameters.crossover)
            best = np.argsort(scores, kind="stable")[:elite]
            survivors, survivor_scores = plans[best], scores[best]
            children, child_scores = record.best_of(
                moves.variants(children, parameters.mutation, parameters.proposals), parameters.proposals
            )
            # The elite takes the places of the worst children.
            worst = np.argsort(-child_scores, kind="stable")[:elite]
            children[worst], child_scores[worst] = survivors, survivor_scores
            plans, scores = children, child_scores
            yield Standing(generation / max(1, parameters.generations - 1), plans, scores)

    return search(problem, parameters, run, steps, improvements=parameters.improvements)


METHOD = Method(
    kind="offloading",
    name="genetic",
    title="Genetic algorithm",
    summary="Plans breed: the better of a few become parents, children mix runs of layers of two and mutate.",
    source="Holland, Adaptation in natural and artificial systems, 1975; article, Swarm Intelligence Optimization",
    solve=solve,
    parameters=GeneticParameters,
)
