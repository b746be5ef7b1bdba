"""`one-climb`: binary search for the one cut, where the objective along the cuts falls and then rises.

J. Yan et al., IEEE Trans. Wireless Commun. 2020 (the article's reference 8): if a user's objective along the cuts has
a single valley, comparing two neighbouring cuts tells on which side the best one lies. Real models often have more
than one valley; the method checks, and says so where the property fails.
"""

from __future__ import annotations

import numpy as np

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.problem import FloatArray, IntArray, Problem, UserProblem
from dnnmig_gui.core.dnn.cuts import single_tensor_cuts
from dnnmig_gui.core.offloading.candidates import choose_jointly
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.registry import Method, NoParameters
from dnnmig_gui.core.run import Run


def solve(problem: Problem, parameters: NoParameters, run: Run) -> OffloadingPlan:
    """Return the best plan that binary searches along the cuts find, one search a user and server.

    Each user is searched as if alone; the users' results are then chosen jointly. The plan's note names the users
    for whom the objective is not falling and then rising, so that the search may have missed a better cut.
    """
    del parameters
    evaluator = BatchEvaluator(problem)
    base = evaluator.flatten(problem.local_places())
    candidates, doubtful = [], []
    for number, user in enumerate(problem.users):
        run.check()
        choices = [np.full(len(user.model), user.client, dtype=np.int64)]
        valid = True
        for server in range(problem.server_count):
            if server == user.client or not np.isfinite(problem.topology.latency_s[user.client, server]):
                continue
            line = cuts_along(user, server)
            plans = np.repeat(base[None], len(line), axis=0)
            plans[:, evaluator.columns[number]] = line
            # The whole line is evaluated for the test of the property; the search itself looks at few of its points.
            objectives = evaluator.objectives(plans)
            valid = valid and falls_then_rises(objectives)
            choices += [line[0], line[valley(objectives)]]  # the ends cost nothing to look at
        candidates.append(np.array(choices))
        if not valid:
            doubtful.append(user.id)
        run.report((number + 1) / len(problem.users), f"cuts of {user.id}")
    note = ""
    if doubtful:
        note = (
            f"The objective along the cuts has more than one valley for {', '.join(doubtful)}: the binary search may"
            " have missed a better cut. Use one-step, which looks at all."
        )
    return choose_jointly(problem, candidates, run, note=note)


def cuts_along(user: UserProblem, server: int) -> IntArray:
    """Return the plans with everything on the server, then each later cut, then all on the client, shape (C, L)."""
    length = len(user.model)
    starts = [0, *(cut + 1 for cut in single_tensor_cuts(user.model)), length]
    rows = [np.where((np.arange(length) < start) | ~user.computes, user.client, server) for start in starts]
    line = np.array(rows, dtype=np.int64)
    different = np.ones(len(line), dtype=bool)  # a cut after the input is the same plan as everything on the server
    different[1:] = (line[1:] != line[:-1]).any(axis=1)
    return line[different]


def falls_then_rises(values: FloatArray) -> bool:
    """Return whether the values fall (or stay) to a least one and rise (or stay) from there."""
    least = int(values.argmin())
    falling, rising = values[: least + 1], values[least:]
    return bool((falling[1:] <= falling[:-1]).all() and (rising[1:] >= rising[:-1]).all())


def valley(values: FloatArray) -> int:
    """Return the position that binary search on the slope ends at: the least value if there is one valley."""
    low, high = 0, len(values) - 1
    while low < high:
        middle = (low + high) // 2
        if values[middle] <= values[middle + 1]:
            high = middle
        else:
            low = middle + 1
    return low


METHOD = Method(
    kind="offloading",
    name="one-climb",
    title="One-climb search",
    summary="Binary search for the single cut, valid where the objective along the cuts falls and then rises; "
    "it checks, and says where that fails.",
    source="Yan et al., IEEE Trans. Wireless Commun. 2020 (article, reference 8)",
    solve=solve,
)
