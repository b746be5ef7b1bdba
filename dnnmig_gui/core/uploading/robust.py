"""Robust: the order of uploads that completes most queries on average where links fail."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from dnnmig_gui.core.costs.problem import BoolArray, FloatArray
from dnnmig_gui.core.registry import Method, Parameters
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.uploading.evaluate import PartitionLayers, UploadTask
from dnnmig_gui.core.uploading.optimal import layers_to_order, order_of

MOST_PARTS = 12
"""Partitions that may be given up of which all sets are looked at."""


class RobustParameters(Parameters):
    """What a failed upload costs beyond its own time, and how wide to search."""

    pause_s: float = Field(
        0.0,
        ge=0,
        le=3600,
        description="Mean pause before a failed upload is sent again",
        json_schema_extra={"unit": "s"},
    )
    most_tries: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="Tries after which a partition is given up, as in the running phase; never unless given",
    )
    beam_width: int = Field(16, ge=1, le=1000, description="Sets of layers kept at a time where layers are many")


def solve(task: UploadTask, parameters: RobustParameters, run: Run) -> list[PartitionLayers]:
    """Return the order with most expected queries, neighbours put together where fewer attempts are worth it.

    Where partitions may be given up, the order of up to `optimal.MOST_LAYERS` layers counts on what is likely to be
    there; longer ones count giving up in the seconds alone.
    """
    layers = layers_to_order(task)
    singles: list[PartitionLayers] = [(layer,) for layer in layers]
    seconds = np.array([expected_upload_s(task, part, parameters) for part in singles])
    lost = np.array([lost_share(task, part, parameters) for part in singles])
    order = order_of(task, layers, seconds, parameters.beam_width, run, lost)
    parts: list[PartitionLayers] = [(layer,) for layer in order]
    if not lost.any():
        return _put_together(task, parts, parameters, run)
    return _put_together_if_lost(task, parts, parameters, run) if len(parts) <= MOST_PARTS else parts


def expected_upload_s(task: UploadTask, part: Sequence[int], parameters: RobustParameters) -> float:
    """Return the mean seconds until a partition's CR arrives, or until it is given up.

    Each attempt fails with the route's rate p. The number of attempts is geometric, cut off at the most tries n: its
    mean is (1 - p^n) / (1 - p). There is a pause between any two.
    """
    rate = _rate(task, part)
    attempts = (1.0 - lost_share(task, part, parameters)) / (1.0 - rate)
    return attempts * task.upload_s(part) + (attempts - 1.0) * parameters.pause_s


def lost_share(task: UploadTask, part: Sequence[int], parameters: RobustParameters) -> float:
    """Return how probable it is that a partition is given up."""
    return 0.0 if parameters.most_tries is None else _rate(task, part) ** parameters.most_tries


def longest_upload_s(task: UploadTask, part: Sequence[int], parameters: RobustParameters) -> float:
    """Return the seconds after which a partition is given up; infinite where it never is."""
    if parameters.most_tries is None:
        return np.inf
    return parameters.most_tries * task.upload_s(part) + (parameters.most_tries - 1) * parameters.pause_s


def expected_queries(
    task: UploadTask, partitions: Sequence[PartitionLayers], parameters: RobustParameters, horizon_s: float
) -> float:
    """Return the mean queries by a horizon at which every partition is there or given up.

    That is the sum over partitions of E[seconds of the partition] * E[1 / q(what is there before it)], and the rest of
    the time on what is there in the end: the seconds of a partition do not depend on what came before. Of a partition
    that may be given up, the seconds depend on whether it is, and so on what is there in the end. Exact, over all
    sets of what arrives: for `MOST_PARTS` partitions that may be given up at most.
    """
    seconds = np.array([expected_upload_s(task, part, parameters) for part in partitions])
    lost = np.array([lost_share(task, part, parameters) for part in partitions])
    if not lost.any():
        delays = _delays_between(task, partitions)
        return float((seconds / delays[:-1]).sum() + (horizon_s - seconds.sum()) / delays[-1])
    count = len(partitions)
    arrived = (np.arange(2**count)[:, None] >> np.arange(count) & 1).astype(bool)
    probability = np.where(arrived, 1.0 - lost, lost).prod(axis=1)
    rates = 1.0 / _delays_of(task, partitions, arrived)
    longest = np.array([longest_upload_s(task, part, parameters) for part in partitions])
    in_time = (seconds - lost * longest) / np.maximum(1.0 - lost, 1e-300)
    took = np.where(arrived, in_time, longest).sum(axis=1)
    total = float((probability * (horizon_s - took) * rates).sum())
    for number in range(count):
        # What is there before a partition: of each set that may arrive, the part sent before it.
        before = np.arange(2**count) & ((1 << number) - 1)
        total += float(seconds[number] * (probability * rates[before]).sum())
    return total


def _rate(task: UploadTask, part: Sequence[int]) -> float:
    return task.upload_failure_rate.get(int(task.targets[part[0]]), 0.0)


def _delays_between(task: UploadTask, partitions: Sequence[PartitionLayers]) -> FloatArray:
    """Return the query delay before each partition is there, and at the end."""
    return _delays_of(task, partitions, np.tri(len(partitions) + 1, len(partitions), -1, dtype=bool))


def _delays_of(task: UploadTask, partitions: Sequence[PartitionLayers], there: BoolArray) -> FloatArray:
    """Return the query delay for sets of partitions, shape (B, K), shape (B,)."""
    layers = tuple(sorted(layer for part in partitions for layer in part))
    column = {layer: number for number, layer in enumerate(layers)}
    uploaded = np.zeros((len(there), len(layers)), dtype=bool)
    for number, part in enumerate(partitions):
        uploaded[:, [column[layer] for layer in part]] = there[:, number, None]
    return task.query_delays(layers).of_sets(uploaded)


def _put_together_if_lost(
    task: UploadTask, partitions: list[PartitionLayers], parameters: RobustParameters, run: Run
) -> list[PartitionLayers]:
    """Return the partitions with neighbours for one server joined wherever that completes more queries on average."""
    horizon_s = sum(longest_upload_s(task, part, parameters) for part in partitions)
    best = expected_queries(task, partitions, parameters, horizon_s)
    at = 1
    while at < len(partitions):
        run.check()
        one, other = partitions[at - 1 : at + 1]
        tried = [*partitions[: at - 1], tuple(sorted((*one, *other))), *partitions[at + 1 :]]
        if task.targets[one[0]] == task.targets[other[0]]:
            found = expected_queries(task, tried, parameters, horizon_s)
            if found > best * (1 + 1e-12):
                partitions, best = tried, found
                continue
        at += 1
    return partitions


def _put_together(
    task: UploadTask, partitions: list[PartitionLayers], parameters: RobustParameters, run: Run
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
            apart_s, later_s, both_s = (expected_upload_s(task, layers, parameters) for layers in (one, other, both))
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
