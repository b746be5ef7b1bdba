"""What a user follows for a while: where its layers run, what it uploads, what it has to wait for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dnnmig_gui.core.costs.problem import FloatArray, IntArray
from dnnmig_gui.core.simulation.programs import Live
from dnnmig_gui.core.uploading import UploadingPlan
from dnnmig_gui.core.uploading.evaluate import UploadTask


@dataclass(frozen=True, eq=False)
class Assignment:
    """What a user follows from a time on: until its end, or until a policy hands it another.

    Parameters
    ----------
    task
        Returns the user's uploading problem, with what it had stored on servers by then.
    places
        Shape (L,): server number of each layer once everything is uploaded.
    uploading
        The ordered P3.
    execution_s
        Shape (L, S): seconds of each layer on each server in the running phase.
    live_uploading, live
        What is played event by event while the user uploads, and when it has nothing to upload any more.
    first_partition
        Number in the trace of the first partition.
    """

    task: Callable[[], UploadTask]
    places: IntArray
    uploading: UploadingPlan
    execution_s: FloatArray
    live_uploading: Live
    live: Live
    first_partition: int = 0
