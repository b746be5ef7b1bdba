"""`exact`: the proven optimum for one user; for several, a proven bound and the best plan found by best response.

One user (or several who do not meet): min-sum bucket elimination over the model's DAG with all servers
(`dnnmig_gui.core.costs.elimination`). Several users who share servers: `dnnmig_gui.core.offloading.shared_servers`.
Deadlines, energy budgets, memories and tiers to use: `dnnmig_gui.core.offloading.constrained`. Parallel delay:
`dnnmig_gui.core.offloading.path_optimum` proves the optimum or a bound, `path_search` closes in on it from above.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.elimination import Elimination
from dnnmig_gui.core.costs.problem import BoolArray, IntArray, LinearCost, PathCost, Problem, UserProblem
from dnnmig_gui.core.errors import InfeasibleError
from dnnmig_gui.core.offloading.constrained import DEFAULT_NODES, Limits, limited_optimum
from dnnmig_gui.core.offloading.path_optimum import counts_paths, path_optimum
from dnnmig_gui.core.offloading.path_search import search_paths
from dnnmig_gui.core.offloading.plan import SO_FAR, OffloadingPlan
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
        json_schema_extra={"seldom": True},
    )
    stop_gap: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Gap that is enough",
        description="With users who share servers: stop once the plan is proven to be so close to the best",
    )
    nodes: int = Field(
        DEFAULT_NODES,
        ge=1,
        le=1_000_000,
        title="Nodes under limits",
        description="Of the branch and bound of each user's optimum under its limits, at most",
        json_schema_extra={"seldom": True},
    )
    time_limit_s: float | None = Field(
        None,
        gt=0,
        title="Time limit",
        description="Stop rounds and branches after so long; plan and gap then depend on the machine's speed",
        json_schema_extra={"unit": "s", "seldom": True},
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
    bound = without_limits = 0.0
    notes = []
    for number, user in enumerate(problem.users):
        run.check()
        value, places = optimum_alone(user, user.objective)
        if not np.isfinite(value):
            raise InfeasibleError(
                f"user {user.id!r} has no plan: limits or missing links leave some layer no server",
                hint="relax the limits or add a link",
            )
        without_limits += value
        limits = Limits.of(problem, number)
        if limits:
            limited = limited_optimum(user, user.objective, limits, run, parameters.nodes)
            value = max(value, limited.bound) if np.isfinite(limited.bound) else value
            places = places if limited.places is None else limited.places
            if np.isinf(limited.bound):
                notes.append(f"It is proven that no plan keeps the limits of {user.id}.")
            elif limited.places is None:
                notes.append(f"No plan that keeps the limits of {user.id} was found, and none was ruled out.")
        bound += value
        alone.append(places)
        run.report(0.5 * (number + 1) / len(problem.users), f"optimum of {user.id} alone")
    score = record.score_plan(tuple(alone))
    coupled = len(problem.users) > 1 and (problem.shared or bool(np.isfinite(problem.memory_bytes).any()))
    if counts_paths(problem):
        if score > bound * (1 + 1e-9):
            bound = max(bound, search_paths(problem, tuple(alone), bound, record, parameters, run.part(0.5, 1.0)))
    elif coupled and score > bound * (1 + 1e-9):
        limit = np.inf if parameters.time_limit_s is None else parameters.time_limit_s
        effort = Effort(
            parameters.rounds,
            parameters.branches,
            parameters.stop_gap,
            lambda: record.seconds > limit or run.is_enough(),
        )
        bound = max(bound, improve_together(problem, tuple(alone), record, effort, run.part(0.5, 1.0)))
    if run.is_enough():
        notes.append(SO_FAR)
    if record.best_score > record.plan().objective * (1 + 1e-12):
        # The bound of plans that keep the limits says nothing of one that breaks them.
        return record.plan(bound=without_limits, note=" ".join(notes))
    return record.plan(bound=bound, note=" ".join(notes))


def optimum_alone(user: UserProblem, cost: LinearCost, barred: BoolArray | None = None) -> tuple[float, IntArray]:
    """Return the least cost of one user that has all servers to itself, and places that attain it.

    Of a cost that counts a critical path it is a proven bound of the least cost, and the best places found: they attain
    it wherever the delay alone counts and branches do not cross too much.

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
    if isinstance(cost, PathCost):
        found = path_optimum(user, cost, barred)
        return found.bound, found.places
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
    servers = np.arange(cost.execution.shape[1])
    matrices = (cost.per_transfer, cost.per_byte)

    def no_dearer(those: IntArray, candidate: int, to: IntArray) -> IntArray:
        """Return those of `those` whose transfers with `to` cost no more than the candidate's."""
        for matrix in matrices:
            those = those[(matrix[np.ix_(those, to)] <= matrix[candidate, to]).all(axis=1)]
            those = those[(matrix[np.ix_(to, those)] <= matrix[to, candidate][:, None]).all(axis=0)]
        return those

    def dominated(candidate: int) -> bool:
        rivals = servers != candidate
        rivals &= (cost.execution <= cost.execution[:, candidate, None]).all(axis=0)
        # Of two servers that dominate each other the first stays.
        rivals &= (servers < candidate) | (cost.execution != cost.execution[:, candidate, None]).any(axis=0)
        left = no_dearer(servers[rivals], candidate, np.array([user.client]))
        rest = servers[servers != candidate]
        # One is enough, and where many servers are alike it is among the first: 1, 2, 4, 8 ... of them at a time.
        starts = 2 ** np.arange(len(left).bit_length()) - 1
        return any(len(no_dearer(left[start : 2 * start + 1], candidate, rest)) for start in starts)

    kept = [server for server in servers.tolist() if server != user.client and not dominated(server)]
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
