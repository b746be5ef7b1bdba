"""IONN: plans under a falling price of uploading; each plan's new layers are the next P3."""

from __future__ import annotations

import numpy as np

from dnnmig_gui.core.registry import Method, NoParameters
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.uploading.direct import shares
from dnnmig_gui.core.uploading.evaluate import PartitionLayers, UploadTask

FACTORS = (1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.016, 0.0)
"""Penalty factors: seconds of delay that a second of upload is charged."""


def solve(task: UploadTask, parameters: NoParameters, run: Run) -> list[PartitionLayers]:  # noqa: ARG001
    """Return what each factor's best places add, one partition a server; at last what no factor chose.

    The best places minimise delay + factor x seconds of the bytes uploaded. A route's latency, paid once a P3,
    does not tell layers apart and is left out. Of a parallel delay the penalty of a layer counts where the longest
    path goes through it, as its execution does.
    """
    layers = task.p1_layers
    if not layers:
        return []
    choices, elimination = task.elimination(layers)
    execution = choices.execution(np.ones((len(FACTORS), len(layers)), dtype=bool))
    factors = np.array(FACTORS)[:, None]
    for layer, upload_s in zip(layers, task.layer_upload_s(layers), strict=True):
        remote = choices.domains()[layer] != task.user.client
        execution[layer] = execution[layer] + factors * upload_s * remote
    _, places = elimination.cheapest(execution)
    partitions: list[PartitionLayers] = []
    left = layers
    for chosen in places:
        partitions += shares(task, tuple(layer for layer in left if chosen[layer] != task.user.client))
        left = tuple(layer for layer in left if chosen[layer] == task.user.client)
    return partitions + shares(task, left)


METHOD = Method(
    kind="uploading",
    name="ionn",
    title="IONN",
    summary=(
        "Finds the fastest plans while a second of upload costs 1, 1/2, 1/4, ... 0 seconds of delay. What each plan"
        " adds is the next partition."
    ),
    source="H.-J. Jeong et al., IONN: Incremental offloading of neural network computations, SoCC 2018",
    solve=solve,
)
