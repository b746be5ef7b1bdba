"""`min-cut`: the client against one server, exact on any DAG, each tensor sent once.

C. Hu et al., "Dynamic adaptive DNN surgery for inference acceleration on the edge", INFOCOM 2019, give the
construction: cutting an arc is paying its cost, and an auxiliary node a tensor makes it pay once for many consumers.
"""

from __future__ import annotations

import numpy as np

from dnnmig_gui.core.costs.contention import contended
from dnnmig_gui.core.costs.problem import IntArray, LinearCost, Problem, UserProblem
from dnnmig_gui.core.offloading.candidates import choose_jointly, on_single_servers
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.registry import Method, NoParameters
from dnnmig_gui.core.run import Run

RESOLUTION = 2**30
"""scipy's maximum flow takes 32-bit whole capacities; costs are scaled so that the cheaper side alone costs half."""

MOST_SHARERS = 4
"""Cuts are also made for servers shared by up to so many users."""


def solve(problem: Problem, parameters: NoParameters, run: Run) -> OffloadingPlan:
    """Return the best plan in which each user's layers lie on the client and at most one server."""
    del parameters
    candidates = []
    sharers = min(len(problem.users), MOST_SHARERS) if problem.shared else 1
    for number, user in enumerate(problem.users):
        choices = [on_single_servers(user, [user.client])[0]]
        for server in range(problem.server_count):
            if server == user.client or not np.isfinite(problem.topology.latency_s[user.client, server]):
                continue
            run.check()
            for count in range(1, sharers + 1):
                stretch = np.ones(problem.server_count, dtype=np.int64)
                stretch[server] = count
                cut = cheapest_cut(user, contended(user.objective, stretch), server)
                if cut is not None:
                    choices.append(cut)
        candidates.append(np.unique(np.array(choices), axis=0))
        run.report((number + 1) / len(problem.users), f"cuts of {user.id}")
    return choose_jointly(problem, candidates, run)


def cheapest_cut(user: UserProblem, cost: LinearCost, server: int) -> IntArray | None:
    """Return the cheapest places on the client and one server, shape (L,), or None if there are none.

    Exact up to the rounding of costs to 2^-30 of the cheaper of "all on the client" and "all on the server".
    """
    from scipy.sparse import coo_array, csr_array
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    length, client = len(user.model), user.client
    there, back = cost.transfer(0.0)[client, server], cost.transfer(0.0)[server, client]
    ceiling = _cheaper_side(user, cost, server)
    if not np.isfinite(ceiling) or not np.isfinite(there + back):
        return None
    scale = RESOLUTION / 2 / ceiling if ceiling > 0 else 1e30  # with a free plan, whatever costs is dear
    unpayable = RESOLUTION  # dearer than the cheaper side alone: never cut

    def capacity(value: float) -> int:
        return unpayable if value * scale >= unpayable else round(value * scale)

    source, sink, nodes = length, length + 1, length + 2
    arcs: dict[tuple[int, int], int] = {}

    def arc(start: int, end: int, value: int) -> None:
        arcs[start, end] = min(unpayable, arcs.get((start, end), 0) + value)

    for layer in range(length):
        arc(source, layer, capacity(float(cost.execution[layer, server])))  # paid when the layer is on the server
        arc(layer, sink, capacity(float(cost.execution[layer, client])))
    for producer, size, consumers in zip(
        user.tensors.producer.tolist(), user.tensors.size_bytes.tolist(), user.tensors.consumers, strict=True
    ):
        transfer = cost.transfer(size)
        readers = [source if layer == length else layer for layer in consumers]  # results are read on the client
        for price, towards_server in ((transfer[client, server], True), (transfer[server, client], False)):
            joint = nodes
            nodes += 1
            if towards_server:
                arc(producer, joint, capacity(float(price)))
                for reader in readers:
                    if reader != source:
                        arc(joint, reader, unpayable)
            else:
                arc(joint, producer, capacity(float(price)))
                for reader in readers:
                    arc(reader, joint, unpayable)
    ends = np.array(list(arcs), dtype=np.int32)
    graph = coo_array(
        (np.array(list(arcs.values()), dtype=np.int32), (ends[:, 0], ends[:, 1])), shape=(nodes, nodes)
    ).tocsr()
    residual = csr_array(graph - maximum_flow(graph, source, sink).flow)
    residual.data[residual.data < 0] = 0
    residual.eliminate_zeros()
    on_client = np.zeros(nodes, dtype=bool)
    on_client[breadth_first_order(residual, source, return_predecessors=False)] = True
    places = np.where(on_client[:length], client, server).astype(np.int64)
    return places if np.isfinite(cost.execution[np.arange(length), places]).all() else None


def _cheaper_side(user: UserProblem, cost: LinearCost, server: int) -> float:
    """Return the cost of the cheaper of two plans: all on the client, or all that may be on the server."""
    local = float(cost.execution[:, user.client].sum())
    allowed = np.isfinite(cost.execution[:, server])
    on_client = ~allowed | ~user.computes
    remote = float(np.where(on_client, cost.execution[:, user.client], cost.execution[:, server]).sum())
    for producer, size, consumers in zip(
        user.tensors.producer, user.tensors.size_bytes, user.tensors.consumers, strict=True
    ):
        transfer = cost.transfer(float(size))
        readers = [layer == len(user.model) or bool(on_client[layer]) for layer in consumers]
        if on_client[producer] and not all(readers):
            remote += float(transfer[user.client, server])
        elif not on_client[producer] and any(readers):
            remote += float(transfer[server, user.client])
    return min(local, remote)


METHOD = Method(
    kind="offloading",
    name="min-cut",
    title="Minimum cut",
    summary="Splits the model between the client and one server by a maximum flow: the best such split of any DAG.",
    source="Hu et al., Dynamic adaptive DNN surgery, INFOCOM 2019; Tian et al., Sensors 2021 (article, reference 3)",
    solve=solve,
)
