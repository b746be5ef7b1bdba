"""Robust: the order of uploads that completes most queries on average where links fail."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from dnnmig_gui.core.costs.problem import FloatArray
from dnnmig_gui.core.registry import Method, Parameters
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.uploading.evaluate import PartitionLayers, UploadTask
from dnnmig_gui.core.uploading.optimal import layers_to_order, order_of


class RobustParameters(Parameters):
    """What a failed upload costs beyond its own time, and how wide to search."""

    pause_s: float = Field(
        0.0,
        ge=0,
        le=3600,
        description="Mean pause before a failed upload is sent again",
        json_schema_extra={"unit": "s"},
    )
    beam_width: int = Field(16, ge=1, le=1000, description="Sets of layers kept at a time where layers are many")


def solve(task: UploadTask, parameters: RobustParameters, run: Run) -> list[PartitionLayers]:
    """Return the order with most expected queries, neighbours put together where fewer attempts are worth it."""
    layers = layers_to_order(task)
    singles: list[PartitionLayers] = [(layer,) for layer in layers]
    seconds = np.array([expected_upload_s(task, part, parameters.pause_s) for part in singles])
    order = order_of(task, layers, seconds, parameters.beam_width, run)
    return _put_together(task, [(layer,) for layer in order], parameters.pause_s, run)


def expected_upload_s(task: UploadTask, part: Sequence[int], pause_s: float) -> float:
    """Return the mean seconds until a partition's CR arrives when each attempt fails with the route's rate p.

    The number of attempts is geometric with mean 1 / (1 - p), and there is a pause between any two.
    """
    rate = task.upload_failure_rate.get(int(task.targets[part[0]]), 0.0)
    return (task.upload_s(part) + rate * pause_s) / (1.0 - rate)


def expected_queries(
    task: UploadTask, partitions: Sequence[PartitionLayers], pause_s: float, horizon_s: float
) -> float:
    """Return the mean queries by a horizon at which everything is uploaded.

    That is the sum over partitions of E[seconds of the partition] / q(what is there before it), and the rest of the
    time on everything: the seconds of a partition do not depend on what came before, so the mean of the sum is the sum
    of the means.
    """
    delays = _delays_between(task, partitions)
    seconds = np.array([expected_upload_s(task, part, pause_s) for part in partitions])
    return float((seconds / delays[:-1]).sum() + (horizon_s - seconds.sum()) / delays[-1])


def _delays_between(task: UploadTask, partitions: Sequence[PartitionLayers]) -> FloatArray:
    """Return the query delay before each partition is there, and at the end."""
    layers = tuple(sorted(layer for part in partitions for layer in part))
    column = {layer: number for number, layer in enumerate(layers)}
    uploaded = np.zeros((len(partitions) + 1, len(layers)), dtype=bool)
    for number, part in enumerate(partitions):
        uploaded[number + 1 :, [column[layer] for layer in part]] = True
    return task.query_delays(layers).of_sets(uploaded)


def _put_together(
    task: UploadTask, partitions: list[PartitionLayers], pause_s: float, run: Run
) -> list[PartitionLayers]:
    """Return the partitions with neighbours for one server joined wherever that completes more queries.

    Joining two saves an attempt's fixed costs, time that counts at the final delay, but the first one's gain comes
    later. Nothing changes before or behind them.
    """
    if not partitions:
        return []
    run.check()
    *delays, last = _delays_between(task, partitions).tolist()
    joined: list[tuple[PartitionLayers, float]] = []
    for part, delay in zip(partitions, delays, strict=True):
        joined.append((part, delay))
        while len(joined) > 1:
            (one, before), (other, between) = joined[-2:]
            if task.targets[one[0]] != task.targets[other[0]]:
                break
            both = tuple(sorted((*one, *other)))
            apart_s, later_s, both_s = (expected_upload_s(task, layers, pause_s) for layers in (one, other, both))
            gain = (both_s - apart_s) / before + (apart_s + later_s - both_s) / last - later_s / between
            if gain <= 1e-12 * later_s / between:
                break
            joined[-2:] = [(both, before)]
    return [part for part, _ in joined]


METHOD = Method(
    kind="uploading",
    name="robust",
    title="Robust",
    summary=(
        "The order that completes most queries on average where uploads fail at the links' rates and are sent again;"
        " layers travel together where fewer attempts are worth more than early gains."
    ),
    source="Expected values of geometric resends over the orders of 'optimal'",
    solve=solve,
    parameters=RobustParameters,
)
