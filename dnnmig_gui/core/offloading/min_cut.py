"""`min-cut`: the client against one server, exact on any DAG, each tensor sent once.

C. Hu et al., "Dynamic adaptive DNN surgery for inference acceleration on the edge", INFOCOM 2019, give the
construction: cutting an arc is paying its cost, and an auxiliary node a tensor makes it pay once for many consumers.
"""

from __future__ import annotations

from itertools import chain

import numpy as np

from dnnmig_gui.core.costs.contention import contended
from dnnmig_gui.core.costs.problem import FloatArray, IntArray, LinearCost, Problem, UserProblem
from dnnmig_gui.core.offloading.candidates import choose_jointly, on_single_servers
from dnnmig_gui.core.offloading.path_optimum import counts_paths
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.registry import Method, NoParameters
from dnnmig_gui.core.run import Run

RESOLUTION = 2**30
"""scipy's maximum flow takes 32-bit whole capacities; costs are scaled so that the cheaper side alone costs half."""

UNPAYABLE = 2**30 - 1
"""Capacity of arcs that are never cut: two of them still fit 32 bits."""

SUMMED = (
    "A cut adds up what it separates: cuts are the best for the serial delay, and the best of them for the parallel"
    " delay is taken."
)

MOST_SHARERS = 4
"""Cuts are also made for servers shared by up to so many users."""


def solve(problem: Problem, parameters: NoParameters, run: Run) -> OffloadingPlan:
    """Return the best plan in which each user's layers lie on the client and at most one server."""
    del parameters
    candidates = []
    sharers = min(len(problem.users), MOST_SHARERS) if problem.shared else 1
    for number, user in enumerate(problem.users):
        choices = [on_single_servers(user, [user.client])[0]]
        graph = CutGraph(user)
        for server in range(problem.server_count):
            if server == user.client or not np.isfinite(problem.topology.latency_s[user.client, server]):
                continue
            run.check()
            for count in range(1, sharers + 1):
                stretch = np.ones(problem.server_count, dtype=np.int64)
                stretch[server] = count
                cut = graph.cheapest(contended(user.objective, stretch), server)
                if cut is not None:
                    choices.append(cut)
        candidates.append(np.unique(np.array(choices), axis=0))
        run.report((number + 1) / len(problem.users), f"cuts of {user.id}")
    return choose_jointly(problem, candidates, run, note=SUMMED if counts_paths(problem) else "")


class CutGraph:
    """The flow network of one user's model: the same for every server but for the capacities.

    A layer on the source's side of the cut runs on the client, one on the sink's side on the server. A tensor with
    one consumer is an arc each way; one with several has an auxiliary node each way that makes it pay once.

    Parameters
    ----------
    user
        Whose model it is.
    """

    def __init__(self, user: UserProblem) -> None:
        self._user = user
        length = len(user.model)
        source, sink, nodes = length, length + 1, length + 2
        layers = np.arange(length)
        starts, ends = [np.full(length, source), layers], [layers, np.full(length, sink)]
        priced: list[tuple[int, int]] = []  # arcs that cost a transfer: there and back of each tensor in turn
        free: list[tuple[int, int]] = []  # arcs that must not be cut
        for producer, consumers in zip(user.tensors.producer.tolist(), user.tensors.consumers, strict=True):
            readers = [source if layer == length else layer for layer in consumers]  # results are read on the client
            if len(readers) == 1:
                # Towards a result nothing is ever carried to the server: a loop, which no cut crosses.
                there = (producer, readers[0]) if readers[0] != source else (source, source)
                priced += [there, (readers[0], producer)]
                continue
            priced += [(producer, nodes), (nodes + 1, producer)]
            free += [(nodes, reader) for reader in readers if reader != source]
            free += [(reader, nodes + 1) for reader in readers]
            nodes += 2
        for arcs in (priced, free):
            pairs = np.array(arcs, dtype=np.int64).reshape(-1, 2)
            starts.append(pairs[:, 0])
            ends.append(pairs[:, 1])
        self._nodes, self._free = nodes, len(free)
        # Compressed rows, in which arcs between the same two nodes are one.
        keys, self._slot = np.unique(np.concatenate(starts) * nodes + np.concatenate(ends), return_inverse=True)
        self._indices = (keys % nodes).astype(np.int32)
        self._indptr = np.searchsorted(keys, np.arange(nodes + 1) * nodes).astype(np.int32)
        self._readers = np.fromiter(chain.from_iterable(user.tensors.consumers), dtype=np.int64)
        counts = [len(consumers) for consumers in user.tensors.consumers]
        self._first_reader = np.cumsum([0, *counts[:-1]])

    def cheapest(self, cost: LinearCost, server: int) -> IntArray | None:
        """Return the cheapest places on the client and one server, shape (L,), or None if there are none.

        Exact up to the rounding of costs to 2^-30 of the cheaper of "all on the client" and "all on the server".
        """
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import breadth_first_order, maximum_flow

        client, length = self._user.client, len(self._user.model)
        sizes = self._user.tensors.size_bytes
        there = cost.per_transfer[client, server] + sizes * cost.per_byte[client, server]
        back = cost.per_transfer[server, client] + sizes * cost.per_byte[server, client]
        local, remote = cost.execution[:, client], cost.execution[:, server]
        ceiling = self._cheaper_side(local, remote, there, back)
        if not np.isfinite(ceiling) or not np.isfinite(there + back).all():
            return None
        scale = RESOLUTION / 2 / ceiling if ceiling > 0 else 1e30  # with a free plan, whatever costs is dear
        prices = np.concatenate([remote, local, np.stack([there, back], axis=1).ravel(), np.full(self._free, np.inf)])
        # Dearer than the cheaper side alone is never cut, however much dearer.
        whole = np.rint(np.minimum(prices * scale, UNPAYABLE))
        capacities = np.minimum(np.bincount(self._slot, whole, len(self._indices)), UNPAYABLE).astype(np.int32)
        shape = (self._nodes, self._nodes)
        graph = csr_array((capacities, self._indices, self._indptr), shape=shape)
        residual = csr_array(graph - maximum_flow(graph, length, length + 1).flow)
        residual.data[residual.data < 0] = 0
        residual.eliminate_zeros()
        on_client = np.zeros(self._nodes, dtype=bool)
        on_client[breadth_first_order(residual, length, return_predecessors=False)] = True
        places = np.where(on_client[:length], client, server).astype(np.int64)
        return places if np.isfinite(cost.execution[np.arange(length), places]).all() else None

    def _cheaper_side(self, local: FloatArray, remote: FloatArray, there: FloatArray, back: FloatArray) -> float:
        """Return the cost of the cheaper of two plans: all on the client, or all that may be on the server."""
        on_client = np.append(~np.isfinite(remote) | ~self._user.computes, True)  # a result is read on the client
        outside = on_client[:-1]
        made_outside = on_client[self._user.tensors.producer]
        read_outside = on_client[self._readers]
        carried_there = made_outside & ~np.logical_and.reduceat(read_outside, self._first_reader)
        carried_back = ~made_outside & np.logical_or.reduceat(read_outside, self._first_reader)
        split = np.where(outside, local, remote).sum() + there[carried_there].sum() + back[carried_back].sum()
        return float(min(local.sum(), split))


METHOD = Method(
    kind="offloading",
    name="min-cut",
    title="Minimum cut",
    summary="Splits the model between the client and one server by a maximum flow: the best such split of any DAG.",
    source="Hu et al., Dynamic adaptive DNN surgery, INFOCOM 2019; Tian et al., Sensors 2021 (article, reference 3)",
    solve=solve,
)
