"""`pso`: discrete particle swarm optimisation, the method of the article's experiment.

`dnnmig_gui.core.offloading.swarm` has the step; here inertia falls in a line and the pulls are constant.
"""

from __future__ import annotations

from pydantic import Field
from pydantic.config import JsonDict

from dnnmig_gui.core.costs.batch import Population
from dnnmig_gui.core.costs.problem import IntArray, Problem
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.offloading.swarm import Forces, SwarmParameters, between, swarm_search
from dnnmig_gui.core.registry import Method
from dnnmig_gui.core.run import Run

_INERTIA: JsonDict = {"beside": "Inertia: first, last"}
_PULL: JsonDict = {"beside": "Pull: own, swarm's"}


class PsoParameters(SwarmParameters):
    """Parameters of `pso`."""

    inertia_start: float = Field(
        0.9,
        ge=0,
        le=1,
        title="Inertia, first",
        description="Chance that a particle mutates, at the start",
        json_schema_extra=_INERTIA,
    )
    inertia_end: float = Field(
        0.4,
        ge=0,
        le=1,
        title="Inertia, last",
        description="The same at the end; it falls in a line between",
        json_schema_extra=_INERTIA,
    )
    own_pull: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Pull of its own best",
        description="Chance to take over a run of layers from it",
        json_schema_extra=_PULL,
    )
    swarm_pull: float = Field(
        0.7,
        ge=0,
        le=1,
        title="Pull of the swarm's best",
        description="Chance to take over a run of layers from it",
        json_schema_extra=_PULL,
    )


def solve(problem: Problem, parameters: PsoParameters, run: Run) -> OffloadingPlan:
    """Return the best plan the swarm finds."""

    def forces(share: float, particles: Population, leader: IntArray) -> Forces:
        del particles, leader
        inertia = between(parameters.inertia_start, parameters.inertia_end, share)
        return Forces(inertia, parameters.own_pull, parameters.swarm_pull)

    return swarm_search(problem, parameters, run, forces)


METHOD = Method(
    kind="offloading",
    name="pso",
    title="PSO, particle swarm",
    summary="A swarm of plans that mutate and take over runs of layers from their own best and the swarm's best.",
    source="Article, Experimental Comparison; Lin et al., IEEE Trans. Ind. Informat. 2020 (article, reference 1)",
    solve=solve,
    parameters=PsoParameters,
)
