"""`exact`: the proven optimum for one user; for several, a proven bound and the best plan found by best response.

One user (or several who do not meet): min-sum bucket elimination over the model's DAG with all servers
(`dnnmig_gui.core.costs.elimination`). Several users who share servers: `dnnmig_gui.core.offloading.shared_servers`.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.elimination import Elimination
from dnnmig_gui.core.costs.problem import BoolArray, IntArray, LinearCost, Problem, UserProblem
from dnnmig_gui.core.errors import InfeasibleError
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.offloading.progress import Record
from dnnmig_gui.core.offloading.shared_servers import Effort, improve_together
from dnnmig_gui.core.registry import Method, Parameters
from dnnmig_gui.core.run import Run


class ExactParameters(Parameters):
    """Parameters of `exact`."""

    rounds: int = Field(
        20,
        ge=0,
        le=100_000,
        title="Rounds of best response",
        description="With users who share servers: how often some are taken out and answer the others anew",
    )
    branches: int = Field(
        200,
        ge=0,
        le=1_000_000,
        title="Branches",
        description="With users who share servers: how many nodes of the branch and bound are opened at most",
    )
    stop_gap: float = Field(
        1e-4,
        ge=0,
        le=1,
        title="Gap that is enough",
        description="With users who share servers: stop once the plan is proven to be this close to the best, relatively",
    )
    time_limit_s: float | None = Field(
        None,
        gt=0,
        title="Time limit",
        description="Stop rounds and branches after so long; plan and gap then depend on the machine's speed",
        json_schema_extra={"unit": "s"},
    )


def solve(problem: Problem, parameters: ExactParameters, run: Run) -> OffloadingPlan:
    """Return the optimum of one user, or for several the best plan found with a proven bound.

    Raises
    ------
    InfeasibleError
        If a user has no plan at all, or a model is too wide.
    """
    record = Record(BatchEvaluator(problem))
    alone = []
    bound = 0.0
    for number, user in enumerate(problem.users):
        run.check()
        value, places = optimum_alone(user, user.objective)
        if not np.isfinite(value):
            raise InfeasibleError(
                f"user {user.id!r} has no plan: limits or missing links leave some layer no server",
                hint="relax the limits or add a link",
            )
        bound += value
        alone.append(places)
        run.report(0.5 * (number + 1) / len(problem.users), f"optimum of {user.id} alone")
    score = record.score_plan(tuple(alone))
    if score > bound * (1 + 1e-9) and len(problem.users) > 1 and problem.shared:
        limit = np.inf if parameters.time_limit_s is None else parameters.time_limit_s
        effort = Effort(parameters.rounds, parameters.branches, parameters.stop_gap, lambda: record.seconds > limit)
        bound = max(bound, improve_together(problem, tuple(alone), record, effort, run.part(0.5, 1.0)))
    note = ""
    if record.best_score > record.plan().objective:
        note = "Deadlines or memories are not met by the plan that is best without them."
    return record.plan(bound=bound, note=note)


def optimum_alone(user: UserProblem, cost: LinearCost, barred: BoolArray | None = None) -> tuple[float, IntArray]:
    """Return the least cost of one user that has all servers to itself, and places that attain it.

    Parameters
    ----------
    cost
        Usually the user's objective, its executions perhaps stretched by contention.
    barred
        Shape (S,): servers not to use, besides those where the limits forbid it.

    Returns
    -------
    value
        Infinite if there is no plan.
    places : shape (L,)

    Raises
    ------
    TooWideError
        If the model's DAG is too wide.
    """
    execution = cost.execution if barred is None else np.where(barred & user.computes[:, None], np.inf, cost.execution)
    servers = _undominated(user, LinearCost(execution, cost.per_transfer, cost.per_byte))
    domains = []
    for layer in range(len(user.model)):
        usable = servers[np.isfinite(execution[layer, servers])]
        if not len(usable):
            return float("inf"), np.full(len(user.model), user.client, dtype=np.int64)
        domains.append(usable)
    elimination = Elimination(cost, user.tensors, domains, user.client)
    value, places = elimination.cheapest([execution[layer, domain][None] for layer, domain in enumerate(domains)])
    return float(value[0]), places[0]


def _undominated(user: UserProblem, cost: LinearCost) -> IntArray:
    """Return the servers worth looking at, the client first.

    Server a dominates b if every layer costs no more on a, and every transfer to and from a no more than with b:
    moving all that lies on b to a then never costs more, since a tensor travels once a place.
    """
    others = [server for server in range(cost.execution.shape[1]) if server != user.client]
    matrices = (cost.per_transfer, cost.per_byte)
    kept: list[int] = []
    for candidate in others:
        rest = np.array([place for place in range(cost.execution.shape[1]) if place != candidate])

        def dominated(by: int, candidate: int = candidate, rest: IntArray = rest) -> bool:
            if not (cost.execution[:, by] <= cost.execution[:, candidate]).all():
                return False
            return all(
                (matrix[by, rest] <= matrix[candidate, rest]).all()
                and (matrix[rest, by] <= matrix[rest, candidate]).all()
                for matrix in matrices
            )

        def equal(one: int, other: int) -> bool:
            return bool((cost.execution[:, one] == cost.execution[:, other]).all())

        # Of two servers that dominate each other the first stays.
        if any(
            dominated(by) and not (by > candidate and equal(by, candidate))
            for by in [user.client, *others]
            if by != candidate
        ):
            continue
        kept.append(candidate)
    return np.array([user.client, *kept], dtype=np.int64)


METHOD = Method(
    kind="offloading",
    name="exact",
    title="Exact optimum",
    summary="Proves the best plan for one user on all servers. For users who share servers it proves a bound and "
    "closes in on it by exact answers to one another and branch and bound.",
    source="Bucket elimination: Dechter, Artificial Intelligence 113, 1999",
    solve=solve,
    parameters=ExactParameters,
)
