"""Recursive efficiency: as efficiency, but each chosen run is split into ever smaller parts that still help."""

from __future__ import annotations

from dnnmig_gui.core.registry import Method, NoParameters
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.uploading.efficiency import Candidates, order_greedily
from dnnmig_gui.core.uploading.evaluate import PartitionLayers, UploadTask


def solve(task: UploadTask, parameters: NoParameters, run: Run) -> list[PartitionLayers]:  # noqa: ARG001
    """Return the partitions; each is the last part that still saved something when its run was split."""
    return order_greedily(task, last_part, run)


def last_part(found: Candidates) -> int | None:
    """Return what is left when the best candidate gives way again and again to its best smaller part."""
    chosen = None
    part = found.best(found.all)
    while part is not None:
        chosen = part
        part = found.best(found.strictly_inside(part))
    return chosen


METHOD = Method(
    kind="uploading",
    name="recursive-efficiency",
    title="Recursive efficiency",
    summary=(
        "Finds the most efficient run of layers, then its most efficient smaller part, again and again while the"
        " part still saves query delay. Small partitions let queries speed up early."
    ),
    source="K. Y. Shin et al., Enhanced partitioning of DNN layers for uploading from mobile devices, EMDL 2019",
    solve=solve,
)
