"""A bound where a model's DAG is too wide for bucket elimination: the optimum with fewer transfers to pay for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dnnmig_gui.core.costs.elimination import TooWideError
from dnnmig_gui.core.costs.problem import PathCost, Tensors, UserProblem
from dnnmig_gui.core.offloading.exact import optimum_alone


def narrowed_bound(user: UserProblem) -> float | None:
    """Return a lower bound of what a user pays alone, or None where transfers can save something.

    Each layer pays for the largest tensor that it reads and has the others for nothing, so that the model is a forest.
    Where costs of transfers are not negative, leaving some out makes no plan dearer; what is left is solved exactly. A
    forest that is itself too wide, by tensors with many readers, is cut to paths. A critical path is not bounded.
    """
    cost = user.objective
    if isinstance(cost, PathCost) or (cost.per_transfer < 0).any() or (cost.per_byte < 0).any():
        return None
    forest = as_forest(user.tensors, len(user.model))
    try:
        return optimum_alone(replace(user, tensors=forest), cost)[0]
    except TooWideError:
        paths = Tensors(forest.producer, forest.size_bytes, tuple(readers[:1] for readers in forest.consumers))
        return optimum_alone(replace(user, tensors=paths), cost)[0]


def as_forest(tensors: Tensors, layers: int) -> Tensors:
    """Return the tensors with each layer among the readers of the largest one that it reads only.

    The way back of results stays: the client's place is known, so that it widens nothing.
    """
    chosen: dict[int, int] = {}
    for number, readers in enumerate(tensors.consumers):
        for reader in readers:
            if reader not in chosen or tensors.size_bytes[number] > tensors.size_bytes[chosen[reader]]:
                chosen[reader] = number
    kept = [
        tuple(reader for reader in readers if reader == layers or chosen[reader] == number)
        for number, readers in enumerate(tensors.consumers)
    ]
    read = np.array([number for number, readers in enumerate(kept) if readers], dtype=np.int64)
    return Tensors(tensors.producer[read], tensors.size_bytes[read], tuple(kept[number] for number in read.tolist()))
