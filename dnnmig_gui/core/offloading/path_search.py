"""Good plans where a critical path counts and the optimum is not proven: answers to one another, then annealing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dnnmig_gui.core.costs.contention import contended, users_on_servers
from dnnmig_gui.core.costs.elimination import TooWideError
from dnnmig_gui.core.costs.problem import PathCost, Places, Problem
from dnnmig_gui.core.offloading.constrained import Limits, limited_optimum
from dnnmig_gui.core.offloading.path_crowding import bound_of_crowd
from dnnmig_gui.core.offloading.path_optimum import path_optimum
from dnnmig_gui.core.offloading.progress import Record
from dnnmig_gui.core.offloading.simulated_annealing import AnnealingParameters, solve
from dnnmig_gui.core.run import Run

if TYPE_CHECKING:
    from dnnmig_gui.core.offloading.exact import ExactParameters

SETTLING = 10
"""Rounds in which every user answers the others, at most."""

SAME = 1e-9
"""Relative gap below which a plan counts as proven."""

STEPS_A_ROUND = 25
"""Steps of annealing for each round of best response that is asked for."""


def search_paths(
    problem: Problem, start: Places, bound: float, record: Record, parameters: ExactParameters, run: Run
) -> float:
    """Improve the record's plan, and return a lower bound of the objective.

    Parameters
    ----------
    start
        Everyone's best plan alone.
    bound
        Known already.
    parameters
        `rounds` says how long to anneal, `time_limit_s` when to stop.
    """
    limit = float("inf") if parameters.time_limit_s is None else parameters.time_limit_s
    if len(problem.users) > 1:
        _settle(problem, start, record, run)
        if problem.shared and parameters.rounds and record.seconds < limit:
            bound = max(bound, bound_of_crowd(problem, run))
    left = limit - record.seconds
    run.check()
    if not parameters.rounds or left <= 0 or record.best_score <= bound * (1 + max(parameters.stop_gap, SAME)):
        return bound
    annealing = AnnealingParameters(
        steps=max(1, STEPS_A_ROUND * parameters.rounds), time_limit_s=None if left == float("inf") else left
    )
    found = solve(problem, annealing, run)
    record.score_plan(found.places)
    return bound


def _settle(problem: Problem, start: Places, record: Record, run: Run) -> None:
    """Let users answer one after the other as long as the whole gets better."""
    current, value = start, record.score_plan(start)
    for _ in range(SETTLING):
        before = value
        for number, user in enumerate(problem.users):
            run.check()
            stretch = users_on_servers(problem, current)[number]
            cost = contended(user.objective, stretch)
            limits = Limits.of(problem, number, current)
            try:
                if limits:
                    answer = limited_optimum(user, cost, limits, run, 1).places
                else:
                    answer = path_optimum(user, cost).places if isinstance(cost, PathCost) else None
            except TooWideError:
                continue
            if answer is None or (answer == current[number]).all():
                continue
            proposal = (*current[:number], answer, *current[number + 1 :])
            score = record.score_plan(proposal)
            if score < value * (1 - 1e-12):
                current, value = proposal, score
        if not value < before * (1 - 1e-12):
            return
