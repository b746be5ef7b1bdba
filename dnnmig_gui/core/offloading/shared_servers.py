"""Several users who share servers: exact answers of each user to the others, and a proven bound by branch and bound.

`dnnmig_gui.core.offloading.answers` says what one user does best, and has the bound by prices that all starts from.
Users settle where nobody gains by answering the others; some are taken out and put back in another order.

**Branch and bound.** A node says of some pairs (user, server) that the server counts as used, or is not used. Users
are optimal alone given the counts that are certain; where two of them meet uncounted, the node branches. A node
without such a meeting is solved. The search is best first, so the least open bound is proven whenever it stops.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.problem import Places, Problem
from dnnmig_gui.core.offloading.answers import SAME, Decisions, SharedServers
from dnnmig_gui.core.offloading.progress import Record
from dnnmig_gui.core.run import Run

STALLED, STALLED_SHARE = 40, 0.02
"""Branch and bound gives up where so many branches close less than this share of the gap."""


@dataclass(frozen=True)
class Effort:
    """How hard `improve_together` tries.

    Parameters
    ----------
    rounds
        Restarts of the local search, each after some users were taken out and put back.
    branches
        Nodes of the branch and bound.
    gap
        Relative gap at which the plan is good enough.
    is_over
        Asked now and then whether the time is up.
    """

    rounds: int
    branches: int
    gap: float
    is_over: Callable[[], bool]


def improve_together(problem: Problem, start: Places, record: Record, effort: Effort, run: Run) -> float:
    """Improve the record's plan of several users, and return a proven lower bound of the objective.

    Parameters
    ----------
    start
        Any plan, such as everyone's optimum alone.
    record
        Receives every plan tried.
    """
    shared = SharedServers(problem)
    current = settled(shared, start, record, run)
    current = settled(shared, _one_after_the_other(shared, start, range(len(problem.users))), record, run, current)
    if effort.is_over():
        return -np.inf  # no time to prove anything
    best = record.evaluator.unflatten(record.best) if record.best is not None else current
    shared.price_like(best)
    bound, relaxed = shared.raise_prices(record.best_score, run, effort.gap)
    run.report(0.2, "bound by prices")
    for places in relaxed[-3:]:
        settled(shared, places, record, run)
    if record.best_score > bound * (1 + max(effort.gap, SAME)):
        _shake(shared, record, effort, run)
    if record.best_score <= bound * (1 + max(effort.gap, SAME)):
        return bound
    return max(bound, _branch(shared, record, effort, run))


def bound_together(problem: Problem, alone: Places, run: Run) -> float:
    """Return the bound by prices, aimed at where users settle who start from their optima alone."""
    shared = SharedServers(problem)
    record = Record(BatchEvaluator(problem))
    shared.price_like(settled(shared, alone, record, run))
    return shared.raise_prices(record.best_score, run)[0]


def settled(shared: SharedServers, start: Places, record: Record, run: Run, otherwise: Places | None = None) -> Places:
    """Return where users end that answer one after the other while the whole gets better; `otherwise` if better."""
    current, value = start, record.score_plan(start)
    for _ in range(100):  # every round but the last improves, so few are needed
        before = value
        for number in range(len(shared.answers)):
            run.check()
            if run.is_enough():
                return current
            for answer in shared.answers_of(number, current, run):
                if (answer == current[number]).all():
                    continue
                proposal = (*current[:number], answer, *current[number + 1 :])
                score = record.score_plan(proposal)
                if score < value * (1 - 1e-12):
                    current, value = proposal, score
        if not value < before * (1 - 1e-12):
            break
    if otherwise is not None and not value < record.score_plan(otherwise):
        return otherwise
    return current


def _one_after_the_other(shared: SharedServers, start: Places, order: Sequence[int]) -> Places:
    """Return the plan where these users come in this order, each answering those already there."""
    current = list(start)
    absent = set(order)
    for number in order:
        absent.discard(number)
        # Those still to come count as being on their clients, where they harm nobody else's servers.
        seen = tuple(
            np.full(len(mine), shared.problem.users[user].client, dtype=np.int64) if user in absent else mine
            for user, mine in enumerate(current)
        )
        answer = shared.answer(number, seen)
        if answer is not None:
            current[number] = answer
    return tuple(current)


def _shake(shared: SharedServers, record: Record, effort: Effort, run: Run) -> None:
    """Take a few users out, put them back in another order, let all settle; keep what is better."""
    count = len(shared.answers)
    for turn in range(effort.rounds):
        if effort.is_over() or record.best is None:
            return
        run.check()
        taken = run.rng.permutation(count)[: int(run.rng.integers(2, max(3, min(count, 6)) + 1))]
        places = record.evaluator.unflatten(record.best)
        settled(shared, _one_after_the_other(shared, places, [int(one) for one in taken]), record, run)
        run.report(0.2 + 0.3 * (turn + 1) / effort.rounds, f"round {turn + 1}")


def _branch(shared: SharedServers, record: Record, effort: Effort, run: Run) -> float:
    """Return the bound that branch and bound proves."""
    root = Decisions.none(len(shared.answers), shared.problem.server_count)
    value, places = shared.node(root)
    heap: list[tuple[float, int, Decisions, Places]] = [(value, 0, root, places)]
    enough = 1 / (1 + max(effort.gap, SAME))
    earlier = [value]
    closed = np.inf  # the least bound of nodes whose relaxed plan breaks a limit: they cannot be solved here
    for number in range(effort.branches):
        if not heap or effort.is_over() or min(heap[0][0], closed) >= record.best_score * enough:
            break
        run.check()
        earlier.append(min(heap[0][0], closed))
        if len(earlier) > STALLED:
            before = earlier[-STALLED]
            if earlier[-1] - before < STALLED_SHARE * (record.best_score - before):
                break
        value, _, decided, places = heapq.heappop(heap)
        pair = shared.meeting(decided, places)
        if pair is None:
            closed = min(closed, value)
            continue
        for child in decided.children(*pair):
            child_value, child_places = shared.node(child)
            child_value = max(child_value, value)
            if not child_value < record.best_score * (1 - SAME):
                continue
            record.score_plan(child_places)
            heapq.heappush(
                heap, (child_value, 2 * number + (1 if child.used is decided.used else 2), child, child_places)
            )
        run.report(0.5 + 0.5 * (number + 1) / effort.branches, f"{number + 1} branches")
    least = min(heap[0][0] if heap else np.inf, closed)
    return float(min(least, record.best_score))
