"""Efficiency: upload next the run of layers that saves most query delay per second of upload."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.problem import BoolArray, FloatArray, IntArray
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.registry import Method, NoParameters
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.uploading.direct import shares
from dnnmig_gui.core.uploading.evaluate import SAME, PartitionLayers, UploadTask
from dnnmig_gui.core.uploading.query_delays import QueryDelays

MOST_LAYERS = 4000
"""Layers with parameters beyond which the table of all runs would not fit into memory."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """The runs that can be uploaded next, as numbers into the layers that are left.

    Parameters
    ----------
    first, last
        Shape (C,): a run's ends, both included.
    efficiency
        Shape (C,): query delay saved per second of upload.
    """

    first: IntArray
    last: IntArray
    efficiency: FloatArray

    @property
    def length(self) -> IntArray:
        """Shape (C,): how many layers a run has."""
        return self.last - self.first + 1

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
        order = np.lexsort((self.first[tied], self.length[tied]))
        return int(tied[order[0]])

    def strictly_inside(self, candidate: int) -> BoolArray:
        """Return which candidates are smaller parts of a candidate."""
        inside = (self.first >= self.first[candidate]) & (self.last <= self.last[candidate])
        smaller: BoolArray = inside & (self.length < self.length[candidate])
        return smaller


def stretches(task: UploadTask) -> dict[int, int]:
    """Return for each P1 layer with parameters the number of its stretch.

    A stretch is a longest run of layers on one server with nothing else between them in topological order.
    """
    starts = np.diff(task.places, prepend=task.places[:1]) != 0
    numbers = np.cumsum(starts)
    return {layer: int(numbers[layer]) for layer in task.p1_layers}


def candidates(task: UploadTask, delays: QueryDelays, left: list[int], stretch: dict[int, int]) -> Candidates:
    """Return all candidates.

    Parameters
    ----------
    delays
        q over sets of the layers in `left`, given those uploaded.
    left
        Positions of the layers that are not uploaded yet, ascending.
    stretch
        See `stretches`; uploaded layers do not break a run.
    """
    ends = [number for number in range(1, len(left)) if stretch[left[number]] != stretch[left[number - 1]]]
    segments = [(start, end - 1) for start, end in zip([0, *ends], [*ends, len(left)], strict=True)]
    now, after = delays.of_runs(segments)
    first, last = np.nonzero(~np.isnan(after))
    seconds = np.concatenate([[0.0], np.cumsum(task.layer_upload_s(left))])
    latency = task.upload_latency_s[task.targets[left]]
    upload_s = latency[first] + seconds[last + 1] - seconds[first]
    saved = now - after[first, last]
    saved[saved <= SAME * 1e-3 * now] = 0.0  # rounding, not a gain
    return Candidates(first, last, saved / upload_s)


def solve(task: UploadTask, parameters: NoParameters, run: Run) -> list[PartitionLayers]:  # noqa: ARG001
    """Return the best candidates one after the other; where none saves anything, the rest of a server's share."""
    return order_greedily(task, lambda found: found.best(found.all), run)


def order_greedily(task: UploadTask, choose: Callable[[Candidates], int | None], run: Run) -> list[PartitionLayers]:
    """Return the partitions that `choose` picks one after the other.

    Where it picks none, the rest of one server's share comes next; then candidates count again, as layers on
    several servers may save only together.

    Raises
    ------
    InputError
        If P1 has more than `MOST_LAYERS` layers with parameters.
    """
    left = list(task.p1_layers)
    if len(left) > MOST_LAYERS:
        raise InputError(
            f"user {task.user.id!r}: {len(left)} layers with parameters run on servers, more than the {MOST_LAYERS}"
            " whose runs can be compared",
            field="uploading.method",
            hint="merge layers first, or choose 'ionn'",
        )
    delays = task.query_delays(task.p1_layers)
    stretch = stretches(task)
    partitions: list[PartitionLayers] = []
    while left:
        run.check()
        run.report(1 - len(left) / len(task.p1_layers), f"{len(partitions)} partitions")
        found = candidates(task, delays, left, stretch)
        chosen = choose(found)
        if chosen is None:
            partitions.append(shares(task, tuple(left))[0])
        else:
            partitions.append(tuple(left[found.first[chosen] : found.last[chosen] + 1]))
        for layer in partitions[-1]:
            number = left.index(layer)
            delays = delays.given(number)
            del left[number]
    return partitions


METHOD = Method(
    kind="uploading",
    name="efficiency",
    title="Efficiency",
    summary=("Uploads next the run of layers that saves most query delay per second of upload, whatever its length."),
    source="K. Y. Shin et al., Enhanced partitioning of DNN layers for uploading from mobile devices, EMDL 2019",
    solve=solve,
)
