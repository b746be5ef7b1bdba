"""Optimal: the order of single layers that completes most queries."""

from __future__ import annotations

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.registry import Method, NoParameters
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.uploading.evaluate import PartitionLayers, UploadTask
from dnnmig_gui.core.uploading.orders import best_order

MOST_LAYERS = 20


def solve(task: UploadTask, parameters: NoParameters, run: Run) -> list[PartitionLayers]:  # noqa: ARG001
    """Return the best order of all layers with parameters that may run on a server, P2's included.

    Beyond `MOST_LAYERS` layers P1's alone are ordered.

    Raises
    ------
    InputError
        If P1 alone has more than `MOST_LAYERS` layers with parameters.
    """
    layers = task.all_layers if len(task.all_layers) <= MOST_LAYERS else task.p1_layers
    if not layers:
        return []
    if len(layers) > MOST_LAYERS:
        raise InputError(
            f"user {task.user.id!r}: the uploading method 'optimal' orders up to {MOST_LAYERS} layers with parameters,"
            f" and {len(layers)} run on servers",
            field="uploading.method",
            hint="choose 'recursive-efficiency', or merge layers first",
        )
    run.check()
    delays = task.query_delays(layers).of_subsets()
    upload_s = task.layer_upload_s(layers) + task.upload_latency_s[task.targets[list(layers)]]
    order, _ = best_order(delays, upload_s, run)
    return [(layers[number],) for number in order]


METHOD = Method(
    kind="uploading",
    name="optimal",
    title="Optimal",
    summary=(
        "The order of single layers that completes most queries, by dynamic programming over all sets of up to"
        f" {MOST_LAYERS} layers with parameters."
    ),
    source="Dynamic programming over subsets after R. Bellman (J. ACM, 1962)",
    solve=solve,
)
