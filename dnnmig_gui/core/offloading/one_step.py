"""`one-step`: the best single cut into a client part and a part on one server.

Y. Kang et al., "Neurosurgeon: Collaborative intelligence between the cloud and mobile edge", ASPLOS 2017, looks at
every cut of a chain; C. Ding et al., "A cloud-edge collaboration framework for cognitive service", 2020, at every
candidate point of a DAG. Here a cut is a point in the topological order at which a single tensor is open.
"""

from __future__ import annotations

import numpy as np

from dnnmig_gui.core.costs.problem import IntArray, Problem, UserProblem
from dnnmig_gui.core.dnn.cuts import single_tensor_cuts
from dnnmig_gui.core.offloading.candidates import choose_jointly
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.registry import Method, NoParameters
from dnnmig_gui.core.run import Run


def solve(problem: Problem, parameters: NoParameters, run: Run) -> OffloadingPlan:
    """Return the best plan in which each user's model is cut at most once, all cuts and servers tried."""
    del parameters
    return choose_jointly(problem, [one_cut_candidates(user, problem) for user in problem.users], run)


def one_cut_candidates(user: UserProblem, problem: Problem) -> IntArray:
    """Return everything on the client, and every (cut, server) with the layers after the cut on the server."""
    length = len(user.model)
    choices = [np.full(length, user.client, dtype=np.int64)]
    starts = [0, *(cut + 1 for cut in single_tensor_cuts(user.model) if cut + 1 < length)]
    for server in range(problem.server_count):
        if server == user.client or not np.isfinite(problem.topology.latency_s[user.client, server]):
            continue
        for start in starts:
            places = np.where(np.arange(length) < start, user.client, server)
            choices.append(np.where(user.computes, places, user.client))
    return np.unique(np.array(choices, dtype=np.int64), axis=0)


METHOD = Method(
    kind="offloading",
    name="one-step",
    title="One-step segmentation",
    summary="Tries every cut of the model into a client part and a part on one server, and keeps the best.",
    source="Kang et al., Neurosurgeon, ASPLOS 2017; Ding et al., IEEE Trans. Cloud Comput. 2020 (article, reference 7)",
    solve=solve,
)
