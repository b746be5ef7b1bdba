"""The tie-break `fewest-servers`: of plans that are equally good, one without servers it can do without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.contention import contended, users_on_servers
from dnnmig_gui.core.costs.elimination import TooWideError
from dnnmig_gui.core.costs.problem import Places, Problem
from dnnmig_gui.core.offloading.exact import optimum_alone
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.run import Run

TIED = 1e-9
"""Relative difference of objectives that counts as none."""


def with_fewest_servers(problem: Problem, plan: OffloadingPlan, run: Run) -> OffloadingPlan:
    """Return the plan, or one no worse where each user does without servers that it does not need.

    Servers are given up one at a time, those with the fewest layers first, and what lay there goes where it is best
    among those left. No single server of the result can be given up; that it is the least number of all is not proven.
    """
    evaluator = BatchEvaluator(problem)

    def score(places: Places) -> float:
        return float(evaluator.scores(evaluator.flatten(places)[None])[0])

    places = plan.places
    most = score(places) * (1 + TIED)
    for number in range(len(problem.users)):
        while True:
            run.check()
            fewer = next((one for one in _with_one_less(problem, places, number) if score(one) <= most), None)
            if fewer is None:
                break
            places = fewer
    if places is plan.places:
        return plan
    objective = float(evaluator.objectives(evaluator.flatten(places)[None])[0])
    return replace(plan, places=places, objective=objective)


def _with_one_less(problem: Problem, places: Places, number: int) -> list[Places]:
    """Return plans in which a user does without one of its servers, and takes no new one."""
    user = problem.users[number]
    used, layers = np.unique(places[number][user.computes], return_counts=True)
    cost = contended(user.objective, users_on_servers(problem, places)[number])
    found = []
    for server in used[np.argsort(layers, kind="stable")]:
        if server == user.client:
            continue
        barred = np.ones(problem.server_count, dtype=bool)
        barred[used] = False
        barred[server] = True
        barred[user.client] = False
        try:
            value, answer = optimum_alone(user, cost, barred)
        except TooWideError:
            continue
        if np.isfinite(value):
            found.append((*places[:number], answer, *places[number + 1 :]))
    return found
