"""Direct uploading: each server's share of P1 as one P3."""

from __future__ import annotations

from dnnmig_gui.core.registry import Method, NoParameters
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.uploading.evaluate import PartitionLayers, UploadTask


def solve(task: UploadTask, parameters: NoParameters, run: Run) -> list[PartitionLayers]:  # noqa: ARG001
    """Return one partition a server, in the order of the servers' first layers."""
    return shares(task, task.p1_layers)


def shares(task: UploadTask, layers: tuple[int, ...]) -> list[PartitionLayers]:
    """Return `layers` by server, the server of the first layer first."""
    return [
        share for server in task.servers if (share := tuple(layer for layer in layers if task.targets[layer] == server))
    ]


METHOD = Method(
    kind="uploading",
    name="direct",
    title="Direct",
    summary="Uploads each server's whole share of the model as one partition. Queries gain nothing until it is there.",
    source="The reference of the DNN migration framework's Figure 5",
    solve=solve,
)
