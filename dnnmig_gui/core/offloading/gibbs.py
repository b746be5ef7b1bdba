"""`gibbs`: Gibbs sampling over the users' decisions with a cooling temperature.

J. Yan, S. Bi, Y. J. Zhang and M. Tao, "Optimal task offloading and resource allocation in mobile-edge computing with
inter-user task dependency", IEEE Trans. Wireless Commun. 2020 (the article's reference 8). A decision of a user is a
single cut and the server that runs what comes after it. In each sweep every user draws its decision anew, with a
probability that falls exponentially with the objective that it leads to, the others' decisions given.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pydantic import Field

from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.offloading.cooling import temperature
from dnnmig_gui.core.offloading.moves import Moves
from dnnmig_gui.core.offloading.one_step import one_cut_candidates
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.offloading.progress import Record
from dnnmig_gui.core.offloading.search import SearchParameters, Standing, search
from dnnmig_gui.core.registry import Method
from dnnmig_gui.core.run import Run


class GibbsParameters(SearchParameters):
    """Parameters of `gibbs`."""

    sweeps: int = Field(60, ge=1, le=100_000, title="Sweeps", description="How often every user decides anew")
    temperature_start: float = Field(
        0.2,
        gt=0,
        le=10,
        title="Temperature, first",
        description="How freely users choose, as a share of the best objective",
    )
    temperature_end: float = Field(
        0.001, gt=0, le=10, title="Temperature, last", description="The same at the end; it falls geometrically"
    )


def solve(problem: Problem, parameters: GibbsParameters, run: Run) -> OffloadingPlan:
    """Return the best plan of single cuts that is sampled."""
    candidates = [one_cut_candidates(user, problem) for user in problem.users]

    def steps(moves: Moves, record: Record) -> Iterator[Standing]:
        current = moves.first(1)[0]
        nobody = np.empty((0, len(current)), dtype=np.int64)  # one plan is no population
        record.score(current[None])
        total = parameters.sweeps * len(candidates)
        for sweep in range(parameters.sweeps):
            share = sweep / max(1, parameters.sweeps - 1)
            for number, choices in enumerate(candidates):
                plans = np.repeat(current[None], len(choices), axis=0)
                plans[:, record.evaluator.columns[number]] = choices
                scores = record.score(plans)
                if np.isfinite(scores).any():
                    heat = temperature(
                        parameters.temperature_start, parameters.temperature_end, share, record.best_score
                    )
                    likelihood = np.exp((scores.min() - scores) / heat)
                    current = plans[run.rng.choice(len(choices), p=likelihood / likelihood.sum())]
                yield Standing((sweep * len(candidates) + number) / total, nobody, np.empty(0))

    return search(problem, parameters, run, steps)


METHOD = Method(
    kind="offloading",
    name="gibbs",
    title="Gibbs sampling",
    summary="Users decide in turn on their cut and server, the likelier the better it is for all, while it cools.",
    source="Yan et al., IEEE Trans. Wireless Commun. 2020 (article, reference 8)",
    solve=solve,
    parameters=GibbsParameters,
)
