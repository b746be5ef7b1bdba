"""ONNX models in: a file becomes layers with their FLOPs, parameter bytes and output bytes."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dnnmig_gui.core.dnn.model import INPUT_KIND, DnnModel, Layer
from dnnmig_gui.core.dnn.onnx_dimensions import fix_input_sizes
from dnnmig_gui.core.dnn.onnx_external import check_external_data
from dnnmig_gui.core.dnn.onnx_graph import Operation, check_names, inlined, operations_of, opset_of
from dnnmig_gui.core.dnn.onnx_layers import WINDOWED, Signature, layer_flops, layer_kind, parameter_names
from dnnmig_gui.core.dnn.onnx_shapes import SHAPE_READERS, infer_types
from dnnmig_gui.core.dnn.onnx_structure import read_structure
from dnnmig_gui.core.dnn.onnx_types import TensorType, shown_shape, type_of_tensor
from dnnmig_gui.core.errors import InputError

if TYPE_CHECKING:
    import onnx

_RANDOM = frozenset(
    {"Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"}
)
_WIDENING = frozenset({"Cast", "CastLike", "DequantizeLinear"})
"""Operators that make a stored constant wider; what is stored is what an upload sends."""


def read_onnx(path: Path | str, dimensions: Mapping[str, int] | None = None) -> DnnModel:
    """Read an ONNX model without its weights.

    Every node that works on data becomes a layer, batch normalisations and activations too. What is computed from
    constants alone (and from the shapes of tensors) is folded out: it counts as parameters of the layers that use it.
    A parameter that two layers share counts for both, since each place that runs one of them needs it. What only says
    how an operator works (the shape of a Reshape, the axes of a Slice) is no parameter. Nodes that no output of the
    graph depends on are left out.

    Parameters
    ----------
    path
        The file.
    dimensions
        Sizes of symbolic dimensions by name; a batch is 1 unless given.

    Returns
    -------
    DnnModel
        Named after the file; one ``input`` layer for each input of the graph.

    Raises
    ------
    InputError
        If it cannot be read or planned; the message names the file, the place and the way out.
    """
    path = Path(path)
    try:
        return _model_of(read_structure(path), path, dimensions or {})
    except InputError as error:
        raise error.within(path.name or str(path)) from None


def _model_of(model: onnx.ModelProto, path: Path, dimensions: Mapping[str, int]) -> DnnModel:
    check_names(model)
    check_external_data(model, path.parent)
    opset = opset_of(model)
    model = inlined(model)
    graph = model.graph
    sparse_bytes = _with_dense_inputs(graph)
    initializers = [tensor.name for tensor in graph.initializer]
    inputs = _own_inputs(graph, {*initializers, *sparse_bytes})
    fix_input_sizes(inputs, dimensions)
    given = [value.name for value in inputs]
    operations = operations_of(graph, opset, [*given, *initializers, *sparse_bytes])
    outputs = tuple(dict.fromkeys(value.name for value in graph.output if value.name))
    if not outputs:
        raise InputError("the graph has no outputs", field="graph.output", hint="export the model again")
    constants = _constants(operations, {*initializers, *sparse_bytes})
    live = _live(operations, outputs, constants)
    if not live:
        raise InputError("no output depends on an input, so there is nothing to run", field="graph.output")
    used = _used(live, outputs, constants)
    types = infer_types(model, operations, constants, used)
    parameters = _Parameters(operations, constants, types, sparse_bytes)
    return _layers(path.stem, given, live, outputs, used, types, parameters)


def _with_dense_inputs(graph: onnx.GraphProto) -> dict[str, int]:
    """Let sparse initialisers pass for inputs, whose shapes inference knows; return their bytes by name."""
    found = {}
    listed = {value.name for value in graph.input}
    for sparse in graph.sparse_initializer:
        name = sparse.values.name
        try:
            found[name] = sum(type_of_tensor(part).size_in_bytes for part in (sparse.values, sparse.indices))
        except InputError as error:
            error.field = f"tensor {name!r}"
            raise
        if name not in listed:
            tensor = graph.input.add(name=name).type.tensor_type
            tensor.elem_type = sparse.values.data_type
            for size in sparse.dims:
                tensor.shape.dim.add(dim_value=size)
    del graph.sparse_initializer[:]
    return found


def _own_inputs(graph: onnx.GraphProto, initialized: set[str]) -> list[onnx.ValueInfoProto]:
    """Return the inputs that data enter by: old models list their initialisers as inputs too."""
    own = [value for value in graph.input if value.name not in initialized]
    seen: set[str] = set()
    for value in own:
        if not value.name or value.name in seen:
            what = f"two inputs are named {value.name!r}" if value.name else "an input has no name"
            raise InputError(what, field="graph.input")
        seen.add(value.name)
    if not own:
        raise InputError("the graph has no inputs", field="graph.input", hint="export the model again")
    return own


def _constants(operations: Iterable[Operation], initialized: set[str]) -> set[str]:
    """Return the names of all tensors that are the same whatever data enter."""
    constants = set(initialized)
    for operation in operations:
        if operation.kind in _RANDOM:
            continue
        read = [name for name in operation.inputs if name]
        if operation.kind in SHAPE_READERS | {"Constant"} or (read and constants.issuperset(read)):
            constants.update(name for name in operation.outputs if name)
    return constants


def _live(operations: list[Operation], outputs: Iterable[str], constants: set[str]) -> list[Operation]:
    """Return the nodes that run for an output, in order."""
    wanted = {name for name in outputs if name not in constants}
    live = []
    for operation in reversed(operations):
        if not wanted.isdisjoint(operation.outputs):
            live.append(operation)
            wanted.update(name for name in operation.inputs if name and name not in constants)
    live.reverse()
    return live


def _used(live: Iterable[Operation], outputs: Iterable[str], constants: set[str]) -> set[str]:
    """Return the tensors whose sizes matter: what passes between layers, results and parameters."""
    used = {name for name in outputs if name not in constants}
    for operation in live:
        used.update(name for name in operation.inputs if name and name not in constants)
        used.update(parameter_names(operation, constants))
    return used


class _Parameters:
    """Bytes that the parameters of a layer take where they are stored."""

    def __init__(
        self,
        operations: Iterable[Operation],
        constants: set[str],
        types: Mapping[str, TensorType],
        sparse_bytes: Mapping[str, int],
    ) -> None:
        self.constants = constants
        self._types = types
        self._sparse_bytes = sparse_bytes
        self._widened = {
            name: operation for operation in operations if operation.kind in _WIDENING for name in operation.outputs
        }

    def of(self, operation: Operation) -> int:
        """Return the bytes of all parameters of a node."""
        return sum([self._stored_bytes(name) for name in parameter_names(operation, self.constants)])

    def _stored_bytes(self, name: str, steps: int = 4) -> int:
        if name in self._sparse_bytes:
            return self._sparse_bytes[name]
        size = self._types[name].size_in_bytes
        widening = self._widened.get(name)
        if widening is None or steps == 0 or any(read not in self._types for read in widening.inputs if read):
            return size
        return min(size, sum(self._stored_bytes(read, steps - 1) for read in widening.inputs if read))


def _layers(
    name: str,
    given: Iterable[str],
    live: Iterable[Operation],
    outputs: tuple[str, ...],
    used: set[str],
    types: Mapping[str, TensorType],
    parameters: _Parameters,
) -> DnnModel:
    names = _UniqueNames()
    maker: dict[str, str] = {}
    layers = []
    for tensor in given:
        if tensor in used:
            maker[tensor] = names.take(tensor, INPUT_KIND)
            try:
                entering = _output_bytes((tensor,), types)
            except InputError as error:
                error.field = f"input {tensor!r}"
                raise
            layers.append(Layer(maker[tensor], INPUT_KIND, (), 0, 0, entering))
    for operation in live:
        title = names.take(operation.title, operation.kind)
        passed = [tensor for tensor in operation.outputs if tensor in used]
        read = tuple(dict.fromkeys([maker[tensor] for tensor in operation.inputs if tensor in maker]))
        signature = Signature(
            operation,
            [types.get(tensor) for tensor in operation.inputs],
            [types.get(tensor) for tensor in operation.outputs],
        )
        kind = layer_kind(operation, parameters.constants)
        try:
            _refuse_empty(kind, passed, outputs, types)
            sizes = (layer_flops(signature), parameters.of(operation), _output_bytes(passed, types))
        except InputError as error:
            error.field = error.field or operation.place
            raise
        layers.append(Layer(title, kind, read, *sizes))
        for tensor in passed:
            maker[tensor] = title
    return DnnModel(name, tuple(layers), tuple(dict.fromkeys(maker[tensor] for tensor in outputs if tensor in maker)))


def _output_bytes(passed: Iterable[str], types: Mapping[str, TensorType]) -> int:
    """Return the bytes of those outputs of a layer that somebody reads."""
    return sum([types[tensor].size_in_bytes for tensor in passed])


def _refuse_empty(kind: str, passed: Iterable[str], outputs: Container[str], types: Mapping[str, TensorType]) -> None:
    """Refuse a window that does not fit its input, and an empty result; a split may leave an empty rest."""
    for tensor in passed:
        if types[tensor].elements == 0 and (kind in WINDOWED or tensor in outputs):
            raise InputError(
                f"its output of {shown_shape(types[tensor].shape)} elements is empty",
                hint="the input of the model is too small for it",
            )


class _UniqueNames:
    """Names for layers: without blanks, which part names in a layer table, and each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def take(self, wished: str, otherwise: str) -> str:
        """Return the wished name, with a number where it is taken."""
        base = name = "_".join(wished.split()) or otherwise
        number = self._next.get(base, 1)
        while name in self._taken:
            number += 1
            name = f"{base}-{number}"
        self._next[base] = number
        self._taken.add(name)
        return name
