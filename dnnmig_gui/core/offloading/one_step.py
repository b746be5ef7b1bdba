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
    on_client = np.full((1, length), user.client, dtype=np.int64)
    starts = np.array([0, *(cut + 1 for cut in single_tensor_cuts(user.model) if cut + 1 < length)])
    # Cuts with the same layers that compute behind them are the same plan; with none, it is that of the client.
    computed = np.concatenate([[0], np.cumsum(user.computes)])
    different = np.unique(computed[starts], return_index=True)[1]
    starts = starts[different[computed[starts[different]] < computed[-1]]]
    behind = (np.arange(length) >= starts[:, None]) & user.computes
    servers = np.flatnonzero(np.isfinite(problem.topology.latency_s[user.client]))
    servers = servers[servers != user.client]
    plans = np.where(behind, servers[:, None, None], user.client)
    return np.concatenate([on_client, plans.reshape(-1, length)])


METHOD = Method(
    kind="offloading",
    name="one-step",
    title="One-step segmentation",
    summary="Tries every cut of the model into a client part and a part on one server, and keeps the best.",
    source="Kang et al., Neurosurgeon, ASPLOS 2017; Ding et al., IEEE Trans. Cloud Comput. 2020 (article, reference 7)",
    solve=solve,
)
