"""Few candidates a user, chosen jointly: how the simple methods handle several users who share servers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.problem import IntArray, Problem, UserProblem
from dnnmig_gui.core.errors import InfeasibleError
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.offloading.progress import Record
from dnnmig_gui.core.run import Run

MOST_COMBINATIONS = 20_000
"""Up to so many combinations of candidates are all tried; beyond, users improve one after the other."""


def whole_model_on(user: UserProblem, server: int) -> IntArray:
    """Return the places with everything but the inputs on one server, shape (L,)."""
    return np.where(user.computes, server, user.client).astype(np.int64)


def on_single_servers(user: UserProblem, servers: Sequence[int]) -> IntArray:
    """Return one candidate a server: the whole model on it, shape (len(servers), L)."""
    return np.array([whole_model_on(user, server) for server in servers], dtype=np.int64).reshape(-1, len(user.model))


def choose_jointly(problem: Problem, candidates: Sequence[IntArray], run: Run, *, note: str = "") -> OffloadingPlan:
    """Return the best plan that takes one candidate a user.

    All combinations are tried where they are few; else each user in turn takes what is best given the others
    until nobody gains.

    Parameters
    ----------
    candidates
        For each user an array of shape (C, L).

    Raises
    ------
    InfeasibleError
        If a user has no candidate, or none may be used.
    """
    record = Record(BatchEvaluator(problem))
    for user, choices in zip(problem.users, candidates, strict=True):
        if not len(choices):
            raise InfeasibleError(f"user {user.id!r} has no server for this method", hint="choose another method")
    candidates = [_possible(record.evaluator, number, choices) for number, choices in enumerate(candidates)]
    combinations = math.prod(len(choices) for choices in candidates)
    if combinations <= MOST_COMBINATIONS:
        # One user after the other, since numpy has no grid of as many axes as there may be users.
        picks = np.zeros((0, 1), dtype=np.int64)
        for choices in candidates:
            count = picks.shape[1]
            mine = np.tile(np.arange(len(choices)), count)
            picks = np.concatenate([np.repeat(picks, len(choices), axis=1), mine[None]])
        record.score(np.concatenate([choices[pick] for choices, pick in zip(candidates, picks, strict=True)], axis=1))
        return record.plan(note=note)
    _improve_in_turn(record, candidates, run)
    return record.plan(note=note)


def _possible(evaluator: BatchEvaluator, number: int, choices: IntArray) -> IntArray:
    """Return a user's candidates that can run at all, the best alone first; all of them if none can."""
    rows = np.repeat(evaluator.flatten(evaluator.problem.local_places())[None], len(choices), axis=0)
    rows[:, evaluator.columns[number]] = choices
    alone = evaluator.costs(rows, [user.objective for user in evaluator.problem.users])[:, number]
    order = np.argsort(alone, kind="stable")
    finite = order[np.isfinite(alone[order])]
    return choices[finite] if len(finite) else choices


def _improve_in_turn(record: Record, candidates: Sequence[IntArray], run: Run) -> None:
    columns = record.evaluator.columns
    current = np.concatenate([choices[0] for choices in candidates])
    best = np.inf
    for _ in range(100):  # every round but the last improves, so few are needed
        before = best
        for number, choices in enumerate(candidates):
            run.check()
            population = np.repeat(current[None], len(choices), axis=0)
            population[:, columns[number]] = choices
            scores = record.score(population)
            if scores.min() < best or not np.isfinite(best):
                best = float(scores.min())
                current = population[int(scores.argmin())]
        if best >= before:
            return
