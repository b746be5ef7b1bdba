"""One cost of one plan of one user, counted directly: for single plans outside populations."""

from __future__ import annotations

import numpy as np

from dnnmig_gui.core.costs.critical_path import longest_path
from dnnmig_gui.core.costs.problem import IntArray, LinearCost, PathCost, UserProblem


def cost_of(user: UserProblem, cost: LinearCost, places: IntArray) -> float:
    """Return a cost of one query of a user that has the servers to itself."""
    if isinstance(cost, PathCost):
        length = longest_path(cost.path, user.tensors, places, user.client)
        return length if cost.rest is None else length + cost_of(user, cost.rest, places)
    total = float(cost.execution[np.arange(len(places)), places].sum())
    arrived = np.append(places, user.client)
    for producer, size, consumers in zip(
        user.tensors.producer.tolist(), user.tensors.size_bytes.tolist(), user.tensors.consumers, strict=True
    ):
        start = places[producer]
        for end in {int(arrived[consumer]) for consumer in consumers} - {int(start)}:
            total += float(cost.per_transfer[start, end] + size * cost.per_byte[start, end])
    return total
