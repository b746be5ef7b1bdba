"""`merge-layers`: adjacent layers that only talk to each other become one.

B. Lin et al., IEEE Trans. Ind. Informat. 2020 (the article's reference 1): where a layer's only consumer has no other
producer, no plan need ever look between the two.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dnnmig_gui.core.dnn import DnnModel, Layer
from dnnmig_gui.core.preprocessing.result import Preprocessed
from dnnmig_gui.core.registry import Method, Parameters
from dnnmig_gui.core.run import Run


class MergeParameters(Parameters):
    """Parameters of `merge-layers`."""

    which: Literal["without-parameters", "all"] = Field(
        "without-parameters",
        title="Which layers",
        description="Only followers without parameters join the layer before them, or whole chains become one layer",
    )


def solve(model: DnnModel, parameters: MergeParameters, run: Run) -> Preprocessed:
    """Return the model with chains merged. Work and parameters add up; the tensor is that of the last layer."""
    del run
    leader: list[int] = []  # the first old layer of the group each old layer belongs to
    for position, layer in enumerate(model):
        producers = model.producers[position]
        joins = (
            len(producers) == 1
            and len(model.consumers[producers[0]]) == 1
            and not model.layers[producers[0]].is_input
            and model.layers[producers[0]].name not in model.outputs
            and (parameters.which == "all" or layer.param_bytes == 0)
        )
        leader.append(leader[producers[0]] if joins else position)
    members: dict[int, list[int]] = {}
    for position, first in enumerate(leader):
        members.setdefault(first, []).append(position)
    last_of = {first: group[-1] for first, group in members.items()}
    # The tensor of a group is that of its last layer, so groups stand in the order of their last layers.
    groups = sorted((tuple(group) for group in members.values()), key=lambda group: last_of[group[0]])
    names = {model.layers[position].name: _merged_name(model, group) for group in groups for position in group}
    layers = tuple(_merged(model, group, names) for group in groups)
    outputs = tuple(names[name] for name in model.outputs)
    return Preprocessed(DnnModel(model.name, layers, outputs), tuple(groups))


def _merged_name(model: DnnModel, group: tuple[int, ...]) -> str:
    """Return the name of the group's main layer: people know a block by its layer with parameters."""
    parametric = [position for position in group if model.layers[position].param_bytes]
    return model.layers[parametric[0] if parametric else group[0]].name


def _merged(model: DnnModel, group: tuple[int, ...], names: dict[str, str]) -> Layer:
    layers = [model.layers[position] for position in group]
    main = model.layers[model.index[names[layers[0].name]]]
    return Layer(
        name=main.name,
        kind=main.kind,
        inputs=tuple(dict.fromkeys(names[name] for name in layers[0].inputs)),
        flops=sum(layer.flops for layer in layers),
        param_bytes=sum(layer.param_bytes for layer in layers),
        output_bytes=layers[-1].output_bytes,
    )


METHOD = Method(
    kind="preprocessing",
    name="merge-layers",
    title="Merge layers",
    summary="Adjacent layers with one consumer and one producer become one, so that plans have fewer places to choose.",
    source="Lin et al., IEEE Trans. Ind. Informat. 2020 (article, reference 1)",
    solve=solve,
    parameters=MergeParameters,
)
