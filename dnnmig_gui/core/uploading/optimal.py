"""Optimal: the order of single layers that completes most queries."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from dnnmig_gui.core.costs.problem import FloatArray
from dnnmig_gui.core.registry import Method, Parameters
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.uploading.beam import search_order
from dnnmig_gui.core.uploading.efficiency import MOST_LAYERS as MOST_GREEDY_LAYERS
from dnnmig_gui.core.uploading.efficiency import order_greedily
from dnnmig_gui.core.uploading.evaluate import PartitionLayers, UploadTask
from dnnmig_gui.core.uploading.orders import best_order, of_what_arrives
from dnnmig_gui.core.uploading.recursive_efficiency import last_part

MOST_LAYERS = 20


class OptimalParameters(Parameters):
    """How wide to search where trying everything is out of reach."""

    beam_width: int = Field(
        16, ge=1, le=1000, description=f"Sets of layers kept at a time beyond {MOST_LAYERS} layers with parameters"
    )


def solve(task: UploadTask, parameters: OptimalParameters, run: Run) -> list[PartitionLayers]:
    """Return the best order of all layers with parameters that may run on a server, P2's included.

    Beyond `MOST_LAYERS` layers P1's alone are ordered; if those are too many as well, by a search that need not
    find the best: the plan's bound tells how far it may be from it.
    """
    layers = layers_to_order(task)
    upload_s = task.layer_upload_s(layers) + task.upload_latency_s[task.targets[list(layers)]]
    return [(layer,) for layer in order_of(task, layers, upload_s, parameters.beam_width, run)]


def layers_to_order(task: UploadTask) -> tuple[int, ...]:
    """Return the layers with parameters that are uploaded: P2's too where all orders can be compared."""
    return task.all_layers if len(task.all_layers) <= MOST_LAYERS else task.p1_layers


def order_of(
    task: UploadTask,
    layers: Sequence[int],
    upload_s: FloatArray,
    beam_width: int,
    run: Run,
    lost: FloatArray | None = None,
) -> list[int]:
    """Return layers in an order that completes as many queries as can be found.

    Parameters
    ----------
    upload_s
        Shape (K,): seconds that each layer takes by itself.
    lost
        Shape (K,): how probable it is that a layer never arrives; counted for up to `MOST_LAYERS` layers.
    """
    if not layers:
        return []
    run.check()
    delays = task.query_delays(tuple(layers))
    if len(layers) <= MOST_LAYERS:
        table = delays.of_subsets()
        if lost is not None and lost.any():
            table = 1.0 / of_what_arrives(1.0 / table, lost)
        order, _ = best_order(table, upload_s, run)
    else:
        number = {layer: place for place, layer in enumerate(layers)}
        starts = []
        if len(layers) <= MOST_GREEDY_LAYERS:
            parts = order_greedily(task, last_part, Run(run.seed, is_cancelled=run.is_cancelled))
            starts.append([number[layer] for part in parts for layer in part])
        order = search_order(delays, upload_s, starts, beam_width, run)
    return [layers[place] for place in order]


METHOD = Method(
    kind="uploading",
    name="optimal",
    title="Optimal",
    summary=(
        "The order of single layers that completes most queries: by dynamic programming over all sets of up to"
        f" {MOST_LAYERS} layers with parameters; beyond, by beam search, with a proven bound of what is possible."
    ),
    source="Dynamic programming over subsets after R. Bellman (J. ACM, 1962); beam search after B. Lowerre (1976)",
    solve=solve,
    parameters=OptimalParameters,
)
