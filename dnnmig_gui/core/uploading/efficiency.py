"""Efficiency: upload next the run of layers that saves most query delay per second of upload."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.problem import BoolArray, FloatArray, IntArray
from dnnmig_gui.core.registry import Method, NoParameters
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.uploading.direct import shares
from dnnmig_gui.core.uploading.evaluate import SAME, PartitionLayers, UploadTask


@dataclass(frozen=True, eq=False)
class Candidates:
    """The runs that can be uploaded next, as numbers into the user's P1 layers with parameters.

    Parameters
    ----------
    first, last
        Shape (C,): a run's ends, neither uploaded yet.
    new
        Shape (C,): how many of its layers are not uploaded yet.
    efficiency
        Shape (C,): query delay saved per second of upload.
    """

    first: IntArray
    last: IntArray
    new: IntArray
    efficiency: FloatArray

    @property
    def all(self) -> BoolArray:
        """Shape (C,), all true."""
        return np.ones(len(self.first), dtype=bool)

    def best(self, eligible: BoolArray) -> int | None:
        """Return the number of the best eligible candidate that saves anything; None if there is none.

        A tie goes to the shorter, then to the earlier.
        """
        worth = eligible & (self.efficiency > 0)
        if not worth.any():
            return None
        tied = np.flatnonzero(worth & (self.efficiency >= self.efficiency[worth].max() * (1 - SAME)))
        order = np.lexsort((self.first[tied], self.new[tied]))
        return int(tied[order[0]])

    def strictly_inside(self, candidate: int) -> BoolArray:
        """Return which candidates are smaller parts of a candidate."""
        inside = (self.first >= self.first[candidate]) & (self.last <= self.last[candidate])
        smaller: BoolArray = inside & (self.new < self.new[candidate])
        return smaller


def segments(task: UploadTask) -> list[tuple[int, int]]:
    """Return the longest runs: P1 layers on one server, nothing else between them in topological order.

    Returns
    -------
    list
        (first, last), numbers into `task.p1_layers`, for runs that have a layer with parameters.
    """
    number = {layer: place for place, layer in enumerate(task.p1_layers)}
    found: list[tuple[int, int]] = []
    current: list[int] = []
    previous = task.user.client
    for layer, place in enumerate(task.places):
        if place != previous:
            if current:
                found.append((current[0], current[-1]))
            current = []
        if layer in number:
            current.append(number[layer])
        previous = place
    if current:
        found.append((current[0], current[-1]))
    return found


def candidates(task: UploadTask, uploaded: BoolArray, runs: list[tuple[int, int]]) -> Candidates:
    """Return all candidates, given which P1 layers with parameters are uploaded, shape (K,)."""
    layers = task.p1_layers
    delays = task.query_delays(layers)
    now = float(delays.of_sets(uploaded[None])[0])
    after = delays.of_runs(uploaded, runs)
    first, last = np.nonzero(~np.isnan(after) & ~uploaded[:, None] & ~uploaded[None, :])
    seconds = np.concatenate([[0.0], np.cumsum(np.where(uploaded, 0.0, task.layer_upload_s(layers)))])
    count = np.concatenate([[0], np.cumsum(~uploaded)])
    latency = task.upload_latency_s[task.targets[list(layers)]]
    upload_s = latency[first] + seconds[last + 1] - seconds[first]
    saved = now - after[first, last]
    saved[saved <= SAME * now * 1e-3] = 0.0  # rounding, not a gain
    return Candidates(first, last, count[last + 1] - count[first], saved / upload_s)


def solve(task: UploadTask, parameters: NoParameters, run: Run) -> list[PartitionLayers]:  # noqa: ARG001
    """Return the best candidates one after the other; where none saves anything, the rest of a server's share."""
    return order_greedily(task, lambda found: found.best(found.all), run)


def order_greedily(task: UploadTask, choose: Callable[[Candidates], int | None], run: Run) -> list[PartitionLayers]:
    """Return the partitions that `choose` picks one after the other.

    Where it picks none, the rest of one server's share comes next; then candidates count again, as layers on
    several servers may save only together.
    """
    layers = task.p1_layers
    uploaded = np.zeros(len(layers), dtype=bool)
    runs = segments(task)
    partitions: list[PartitionLayers] = []
    while not uploaded.all():
        run.check()
        run.report(float(uploaded.mean()), f"{len(partitions)} partitions")
        found = candidates(task, uploaded, runs)
        chosen = choose(found)
        if chosen is None:
            rest = tuple(layer for layer, there in zip(layers, uploaded, strict=True) if not there)
            partitions.append(shares(task, rest)[0])
        else:
            inside = range(found.first[chosen], found.last[chosen] + 1)
            partitions.append(tuple(layers[number] for number in inside if not uploaded[number]))
        uploaded |= np.isin(layers, partitions[-1])
    return partitions


METHOD = Method(
    kind="uploading",
    name="efficiency",
    title="Efficiency",
    summary=("Uploads next the run of layers that saves most query delay per second of upload, whatever its length."),
    source="K. Y. Shin et al., Enhanced partitioning of DNN layers for uploading from mobile devices, EMDL 2019",
    solve=solve,
)
