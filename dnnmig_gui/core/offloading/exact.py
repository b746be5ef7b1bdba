"""`exact`: the proven optimum for one user; for several, a proven bound and the best plan found by best response.

One user (or several who do not meet): min-sum bucket elimination over the model's DAG with all servers
(`dnnmig_gui.core.costs.elimination`). Several users who share servers: each user alone is a lower bound, since others
only slow it down; from there each user in turn answers the others exactly, also without one of the servers it shares,
as long as the objective of all gets better.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.contention import contended, servers_used, users_on_servers
from dnnmig_gui.core.costs.elimination import Elimination
from dnnmig_gui.core.costs.problem import BoolArray, IntArray, LinearCost, Places, Problem, UserProblem
from dnnmig_gui.core.errors import InfeasibleError
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.offloading.progress import Record
from dnnmig_gui.core.registry import Method, Parameters
from dnnmig_gui.core.run import Run


class ExactParameters(Parameters):
    """Parameters of `exact`."""

    rounds: int = Field(
        20,
        ge=1,
        le=1000,
        title="Rounds of best response",
        description="With several users who share servers: how often each user answers the others at most",
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
        _answer_in_turn(problem, tuple(alone), record, parameters.rounds, run)
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


def _answer_in_turn(problem: Problem, start: Places, record: Record, rounds: int, run: Run) -> None:
    """Improve the record's plan by best responses, started from everyone's optimum alone."""
    current, value = start, record.best_score
    for turn in range(rounds):
        before = value
        for number, user in enumerate(problem.users):
            run.check()
            for barred in _worth_barring(problem, current, number):
                counts = users_on_servers(problem, current)[number]
                cost = contended(user.objective, counts)
                answer, places = optimum_alone(user, cost, barred)
                if not np.isfinite(answer):
                    continue
                proposal = (*current[:number], places, *current[number + 1 :])
                score = record.score_plan(proposal)
                if score < value * (1 - 1e-12):
                    current, value = proposal, score
        run.report(0.5 + 0.5 * (turn + 1) / rounds, f"round {turn + 1}")
        if value >= before:
            return


def _worth_barring(problem: Problem, places: Places, number: int) -> list[BoolArray]:
    """Return sets of servers to do without: none, each server that others use too, and all of those."""
    used = servers_used(problem, places)
    taken: BoolArray = np.logical_or.reduce(np.delete(used, number, axis=0), axis=0)
    taken[problem.users[number].client] = False
    none = np.zeros(problem.server_count, dtype=bool)
    sets = [none]
    for server in np.flatnonzero(taken):
        one = none.copy()
        one[server] = True
        sets.append(one)
    if taken.sum() > 1:
        sets.append(taken)
    return sets


METHOD = Method(
    kind="offloading",
    name="exact",
    title="Exact optimum",
    summary="Proves the best plan for one user on all servers. For users who share servers it proves a bound and "
    "improves a plan until no user can better it.",
    source="Bucket elimination: Dechter, Artificial Intelligence 113, 1999",
    solve=solve,
    parameters=ExactParameters,
)
