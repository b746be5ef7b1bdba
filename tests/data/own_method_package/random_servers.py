"""An offloading method in a package of its own: whole models on servers drawn at random, the best draw wins."""

from time import perf_counter

import numpy as np
from pydantic import Field

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.offloading import OffloadingPlan
from dnnmig_gui.core.registry import Method, Parameters
from dnnmig_gui.core.run import Run


class Draws(Parameters):
    """What the window draws a form from, and the scenario file keeps."""

    draws: int = Field(200, ge=1, le=100_000, title="Draws", description="Plans that are tried")


def solve(problem: Problem, parameters: Draws, run: Run) -> OffloadingPlan:
    """Return the best of so many random plans; never worse than everything on the clients."""
    start = perf_counter()
    evaluator = BatchEvaluator(problem)
    population = np.tile(evaluator.flatten(problem.local_places()), (parameters.draws + 1, 1))
    for user, columns in zip(problem.users, evaluator.columns, strict=True):
        servers = run.rng.integers(problem.server_count, size=(parameters.draws, 1))
        population[1:, columns] = np.where(user.computes, servers, user.client)
    run.check()  # the user may have pressed Cancel
    scores = evaluator.scores(population)
    best = int(np.argmin(scores))
    run.report(1.0, f"{parameters.draws} draws")
    seconds = perf_counter() - start
    return OffloadingPlan(
        places=evaluator.unflatten(population[best]),
        objective=float(evaluator.objectives(population[[best]])[0]),
        evaluations=len(population),
        seconds=seconds,
        history=((len(population), seconds, float(scores[best])),),
    )


METHOD = Method(
    kind="offloading",
    name="random-servers",
    title="Random servers",
    summary="Puts each user's whole model on a server drawn at random; the best of many draws wins.",
    source="An example of docs/own-method.md",
    solve=solve,
    parameters=Draws,
)
