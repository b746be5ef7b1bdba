"""`simulated-annealing`: chains of plans that accept a worse one the more rarely, the cooler it gets.

S. Kirkpatrick, C. Gelatt and M. Vecchi, "Optimization by simulated annealing", Science 220, 1983. Several chains run
side by side, so that numpy evaluates them together.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pydantic import Field

from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.offloading.cooling import temperature
from dnnmig_gui.core.offloading.moves import Moves
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.offloading.progress import Record
from dnnmig_gui.core.offloading.search import PopulationParameters, Standing, search
from dnnmig_gui.core.registry import Method
from dnnmig_gui.core.run import Run


class AnnealingParameters(PopulationParameters):
    """Parameters of `simulated-annealing`."""

    chains: int = Field(32, ge=1, le=10_000, title="Chains", description="Plans that walk side by side")
    steps: int = Field(400, ge=1, le=1_000_000, title="Steps", description="Of each chain")
    proposals: int = Field(
        8,
        ge=1,
        le=1000,
        title="Proposals",
        description="Changed copies that each chain looks at in a step, of which the best is accepted or not",
        json_schema_extra={"seldom": True},
    )
    temperature_start: float = Field(
        0.05,
        gt=0,
        le=10,
        title="Temperature, first",
        description="How much worse a plan may be to be accepted now and then, as a share of the best objective",
    )
    temperature_end: float = Field(
        0.0001, gt=0, le=10, title="Temperature, last", description="The same at the end; it falls geometrically"
    )


def solve(problem: Problem, parameters: AnnealingParameters, run: Run) -> OffloadingPlan:
    """Return the best plan that any chain meets."""

    def steps(moves: Moves, record: Record) -> Iterator[Standing]:
        plans = moves.first(parameters.chains)
        scores = record.score(plans)
        for step in range(parameters.steps):
            share = step / max(1, parameters.steps - 1)
            proposals, proposed = record.best_of(moves.variants(plans, 1.0, parameters.proposals), parameters.proposals)
            # Metropolis: better plans always, worse ones with probability exp(-rise / temperature).
            rise = np.full(len(plans), np.inf)
            np.subtract(proposed, scores, out=rise, where=np.isfinite(proposed) & np.isfinite(scores))
            heat = temperature(parameters.temperature_start, parameters.temperature_end, share, record.best_score)
            likelihood = np.exp(-np.maximum(rise, 0.0) / heat)
            accepted = (proposed < scores) | (run.rng.random(len(plans)) < likelihood)
            plans[accepted], scores[accepted] = proposals[accepted], proposed[accepted]
            yield Standing(share, plans, scores)

    return search(problem, parameters, run, steps, improvements=parameters.improvements)


METHOD = Method(
    kind="offloading",
    name="simulated-annealing",
    title="Simulated annealing",
    summary="Plans change at random; worse ones are accepted the more rarely, the cooler it gets.",
    source="Kirkpatrick, Gelatt and Vecchi, Science 220, 1983; article, Swarm Intelligence Optimization",
    solve=solve,
    parameters=AnnealingParameters,
)
