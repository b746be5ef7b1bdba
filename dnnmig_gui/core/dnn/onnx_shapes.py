"""Shapes of all tensors of an ONNX graph.

The onnx package infers the shapes of a whole graph in one go where they follow from shapes. Where one follows from a
value (a Reshape to a computed shape), the nodes are gone through once more, one at a time: values that follow from
constants and shapes are computed as far as they are short, and each node is inferred with the values it reads. (The
package can follow values by itself, but then takes the memory of every vector it sees, however long a file says it is.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from dnnmig_gui.core.dnn.onnx_graph import Operation
from dnnmig_gui.core.dnn.onnx_types import TensorType, type_of_tensor, type_of_value
from dnnmig_gui.core.errors import InputError

if TYPE_CHECKING:
    import onnx

SHAPE_READERS = frozenset({"Shape", "Size"})
"""Operators whose output follows from the shape of their input alone."""

_MOST_ELEMENTS = 1024  # of a computed value: shapes, axes and indices are short
_GROWING = frozenset(
    {"ConstantOfShape", "EyeLike", "Expand", "OneHot", "Pad", "Range", "Resize", "Tile", "Upsample", "CenterCropPad"}
)
_SIZED_BY_DATA = frozenset({"Compress", "NonMaxSuppression", "NonZero", "Unique", "StringSplit"})
_IR_VERSION = 8  # from 4 on initialisers need not be inputs, which is all that inference cares about


def infer_types(
    model: onnx.ModelProto, operations: list[Operation], constants: set[str], needed: Iterable[str]
) -> dict[str, TensorType]:
    """Return the types of all tensors that have one.

    Parameters
    ----------
    model
        A model whose inputs have fixed sizes; what it says of shapes inside is taken out of it, for it may hold symbols
        that are bound by now.
    operations
        Its nodes in an order that can run.
    constants
        Names of the tensors that do not depend on the values of the graph's inputs.
    needed
        Names of the tensors whose shapes must be known.

    Raises
    ------
    InputError
        If one of them has no known shape; its layer and operator are named.
    """
    graph = model.graph
    declared = [value for value in (*graph.value_info, *graph.output) if type_of_value(value) is not None]
    stated = {value.name: found for value in declared if (found := type_of_value(value)) is not None}
    outputs = [value.name for value in graph.output]
    del graph.value_info[:]
    del graph.output[:]
    for name in outputs:
        graph.output.add(name=name)
    model.ir_version = max(model.ir_version, _IR_VERSION)
    types = _types_of(_inferred(model))
    wanted = list(needed)
    missing = {name for name in wanted if name not in types}
    if not missing:
        return types
    steps = _StepByStep(model, constants, types)
    steps.go(operations)
    missing = {name for name in wanted if name not in types}
    if missing and (believed := {name: found for name, found in stated.items() if name not in types}):
        types.update(believed)  # better what the file says than nothing
        steps.go(operations)
        missing = {name for name in wanted if name not in types}
    if missing:
        raise steps.unknown(next(op for op in operations if not missing.isdisjoint(op.outputs)))
    return types


def _inferred(model: onnx.ModelProto, *, strict: bool = False) -> onnx.GraphProto:
    import onnx.shape_inference

    try:
        return onnx.shape_inference.infer_shapes(model, strict_mode=strict).graph
    except (onnx.shape_inference.InferenceError, RuntimeError, ValueError, TypeError, MemoryError) as error:
        raise InputError(f"its shapes cannot be inferred: {_reason(error)}", hint="check the model") from None


def _types_of(graph: onnx.GraphProto) -> dict[str, TensorType]:
    types = {tensor.name: type_of_tensor(tensor) for tensor in graph.initializer}
    for value in (*graph.input, *graph.value_info, *graph.output):
        if value.name not in types and (found := type_of_value(value)) is not None:
            types[value.name] = found
    return types


class _StepByStep:
    """Goes through nodes in order, with the values that are known; fills in `types`."""

    def __init__(self, model: onnx.ModelProto, constants: set[str], types: dict[str, TensorType]) -> None:
        self._opsets = list(model.opset_import)
        self._constants = constants
        self._types = types
        self._values: dict[str, np.ndarray[Any, Any]] = {}
        for tensor in model.graph.initializer:
            self._know(tensor)

    def _know(self, tensor: onnx.TensorProto) -> None:
        """Remember the value of a short tensor that holds its data."""
        import onnx.numpy_helper

        if type_of_tensor(tensor).elements > _MOST_ELEMENTS or tensor.data_location == 1:
            return
        try:
            self._values[tensor.name] = onnx.numpy_helper.to_array(tensor)
        except (ValueError, TypeError, KeyError):
            return  # its data were left out or do not fill its shape: then its value is not known

    def go(self, operations: Iterable[Operation]) -> None:
        """Infer and compute what is not known yet."""
        for operation in operations:
            names = [name for name in operation.outputs if name]
            if any(name not in self._types for name in names):
                self._infer(operation)
            if names and names[0] in self._constants and names[0] not in self._values:
                self._evaluate(operation, names)

    def _infer(self, operation: Operation) -> None:
        try:
            graph = _inferred(self._single(operation))
        except InputError:
            return  # `unknown` gives the reason if it matters
        for name, found in _types_of(graph).items():
            self._types.setdefault(name, found)

    def _single(self, operation: Operation) -> onnx.ModelProto:
        """Return a model of one node, with the types and the values of what it reads."""
        import onnx
        import onnx.numpy_helper

        model = onnx.ModelProto(ir_version=_IR_VERSION, opset_import=self._opsets)
        graph = model.graph
        graph.node.append(operation.node)
        for name in dict.fromkeys(operation.inputs):
            if name in self._values:
                graph.initializer.append(onnx.numpy_helper.from_array(self._values[name], name))
            elif name in self._types:
                found = self._types[name]
                graph.input.append(onnx.helper.make_tensor_value_info(name, found.element, found.shape))
        for name in operation.outputs:
            if name:
                graph.output.add(name=name)
        return model

    def _evaluate(self, operation: Operation, names: list[str]) -> None:
        """Compute the values of a node's outputs where they follow from what is known and are short."""
        import onnx

        if operation.kind in SHAPE_READERS:
            results = self._shape_read(operation)
        else:
            sizes = [self._types[name].elements if name in self._types else None for name in names]
            if any(size is not None and size > _MOST_ELEMENTS for size in sizes):
                return
            if operation.kind in _GROWING and None in sizes:
                return
            if any(name and name not in self._values for name in operation.inputs):
                return
            results = self._computed(operation)
        for name, value in zip(names, results, strict=False):
            if value.size <= _MOST_ELEMENTS and value.dtype.kind in "biuf":
                self._values[name] = value
                element = onnx.helper.np_dtype_to_tensor_dtype(value.dtype)
                self._types.setdefault(name, TensorType(element, value.shape))

    def _shape_read(self, operation: Operation) -> list[np.ndarray[Any, Any]]:
        found = self._types.get(operation.inputs[0]) if operation.inputs else None
        if found is None:
            return []
        if operation.kind == "Size":
            return [np.array(found.elements, dtype=np.int64)]
        given = operation.attributes
        start = given["start"].i if "start" in given else 0
        end = given["end"].i if "end" in given else len(found.shape)
        return [np.array(found.shape[start:end], dtype=np.int64)]

    def _computed(self, operation: Operation) -> list[np.ndarray[Any, Any]]:
        import onnx
        from onnx.reference import ReferenceEvaluator

        model = onnx.ModelProto(ir_version=_IR_VERSION, opset_import=self._opsets)
        model.graph.node.append(operation.node)
        given = {name: self._values[name] for name in operation.inputs if name}
        for name in given:
            model.graph.input.add(name=name)
        for name in operation.outputs:
            if name:
                model.graph.output.add(name=name)
        try:
            results = ReferenceEvaluator(model).run(None, given)
        except Exception as error:  # numpy and the reference operators raise what they like on bad input
            raise InputError(
                f"cannot be computed from its constants: {_reason(error)}", field=operation.place
            ) from error
        return [np.asarray(result) for result in results]

    def unknown(self, operation: Operation) -> InputError:
        """Return the error for a node that makes a tensor of unknown shape."""
        if operation.kind in _SIZED_BY_DATA:
            message, hint = "the size of its output depends on the data", "cut the model before this layer"
        elif "Sequence" in operation.kind or "Optional" in operation.kind:
            message, hint = "passes on a list of tensors", "a layer must pass on tensors"
        else:
            message, hint = "the shape of its output cannot be inferred", "export the model with fixed sizes"
            try:
                _inferred(self._single(operation), strict=True)
            except InputError as error:
                message += ": " + error.message.removeprefix("its shapes cannot be inferred: ")
        return InputError(message, field=operation.place, hint=hint)


def _reason(error: BaseException) -> str:
    """Return the heart of an error of the onnx package in one short line."""
    text = " ".join(str(error).split())
    found = re.search(r"\[(?:Shape|Type)InferenceError\] (?!Inference error)(.*)", text)
    text = (found.group(1) if found else text).strip().rstrip(".")
    return text if len(text) <= 160 else text[:157] + "..."
