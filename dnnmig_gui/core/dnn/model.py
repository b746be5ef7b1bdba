"""A DNN as the planner sees it: a DAG of layers with their work, parameters and output tensors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from dnnmig_gui.core.errors import InputError

INPUT_KIND = "input"


@dataclass(frozen=True, slots=True)
class Layer:
    """One node of the DNN graph, the article's subtask.

    Parameters
    ----------
    name
        Unique in its model.
    kind
        ``input``, ``convolution``, ``fully-connected``, ``relu``, ``pooling``, ...: lower case, hyphens.
    inputs
        Names of the layers whose output tensors it consumes.
    flops
        FLOP of one query; a multiply-add counts two, element-wise work one an element.
    param_bytes
        Bytes of its parameters: what an upload sends.
    output_bytes
        Bytes of the tensor it hands to the layers after it.
    """

    name: str
    kind: str
    inputs: tuple[str, ...]
    flops: int
    param_bytes: int
    output_bytes: int

    @property
    def is_input(self) -> bool:
        """Whether this is a place where data enter: it runs nothing and stays on the client."""
        return self.kind == INPUT_KIND


@dataclass(frozen=True, eq=True)
class DnnModel:
    """A DAG of layers in topological order.

    Parameters
    ----------
    name
        What people call it.
    layers
        In topological order: every layer comes after those it consumes.
    outputs
        Names of the layers whose tensors are the result; the layers that nobody consumes unless given.

    Raises
    ------
    InputError
        If a name is used twice, an input is unknown, or an order cannot be kept (`sorted_model` sorts first).
    """

    name: str
    layers: tuple[Layer, ...]
    outputs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for layer in self.layers:
            if layer.name in seen:
                raise InputError(f"two layers are named {layer.name!r}", field=layer.name, hint="rename one of them")
            for name in layer.inputs:
                if name not in seen:
                    raise InputError(f"layer {layer.name!r} reads {name!r}, which does not come before it")
            seen.add(layer.name)
        if not self.layers:
            raise InputError("the model has no layers")
        if not self.outputs:
            consumed = {name for layer in self.layers for name in layer.inputs}
            sinks = tuple(layer.name for layer in self.layers if layer.name not in consumed)
            object.__setattr__(self, "outputs", sinks)

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each layer by name."""
        return {layer.name: position for position, layer in enumerate(self.layers)}

    @cached_property
    def consumers(self) -> tuple[tuple[int, ...], ...]:
        """For each layer the positions of the layers that consume its tensor, ascending, each once."""
        found: list[dict[int, None]] = [{} for _ in self.layers]
        for position, layer in enumerate(self.layers):
            for name in layer.inputs:
                found[self.index[name]][position] = None
        return tuple(tuple(positions) for positions in found)

    @cached_property
    def producers(self) -> tuple[tuple[int, ...], ...]:
        """For each layer the positions of the layers it consumes, each once."""
        return tuple(tuple(dict.fromkeys(self.index[name] for name in layer.inputs)) for layer in self.layers)

    @property
    def total_flops(self) -> int:
        """FLOP of one query."""
        return sum(layer.flops for layer in self.layers)

    @property
    def total_param_bytes(self) -> int:
        """Bytes of all parameters."""
        return sum(layer.param_bytes for layer in self.layers)

    @cached_property
    def parametric_layers(self) -> tuple[int, ...]:
        """Positions of the layers that have parameters."""
        return tuple(position for position, layer in enumerate(self.layers) if layer.param_bytes > 0)


def sorted_model(name: str, layers: Iterable[Layer], outputs: tuple[str, ...] = ()) -> DnnModel:
    """Return a model from layers in any order; ties keep the order given.

    Raises
    ------
    InputError
        If a name is used twice, an input is unknown, or the layers form a cycle (its layers are named).
    """
    import networkx as nx

    given = list(layers)
    position = {}
    for place, layer in enumerate(given):
        if layer.name in position:
            raise InputError(f"two layers are named {layer.name!r}", field=layer.name, hint="rename one of them")
        position[layer.name] = place
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(given)))
    for place, layer in enumerate(given):
        for read in layer.inputs:
            if read not in position:
                raise InputError(f"layer {layer.name!r} reads {read!r}, which is not a layer", field=layer.name)
            graph.add_edge(position[read], place)
    try:
        order = list(nx.lexicographical_topological_sort(graph))
    except nx.NetworkXUnfeasible:
        names = [given[place].name for place, _ in nx.find_cycle(graph)]
        raise InputError(
            "the layers form a cycle: " + " -> ".join([*names, names[0]]), hint="a DNN must be acyclic"
        ) from None
    return DnnModel(name, tuple(given[place] for place in order), outputs)
