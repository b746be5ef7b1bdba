"""Shapes of all tensors of an ONNX graph.

The onnx package infers most shapes, and follows sizes through common shape arithmetic. Where a shape still depends on a
value it does not follow, that value is computed from constants and known shapes, and inference runs again.
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
_MOST_ROUNDS = 256
_GROWING = frozenset(
    {"ConstantOfShape", "EyeLike", "Expand", "OneHot", "Pad", "Range", "Resize", "Tile", "Upsample", "CenterCropPad"}
)
_SIZED_BY_DATA = frozenset({"Compress", "NonMaxSuppression", "NonZero", "Unique", "StringSplit"})
_NEWEST_IR = 8  # from 4 on initialisers need not be inputs, which is all that inference cares about


class ShapeInference:
    """Shape inference over one graph.

    Parameters
    ----------
    model
        A model whose inputs have fixed sizes; it is changed: what it says of shapes inside is set aside, for it may
        hold symbols that are bound by now.
    operations
        Its nodes in an order that can run.
    constants
        Names of the tensors that do not depend on the values of the graph's inputs.
    """

    def __init__(self, model: onnx.ModelProto, operations: list[Operation], constants: set[str]) -> None:
        graph = model.graph
        self._model = model
        self._operations = operations
        self._constants = constants
        self._opset = {entry.domain: entry.version for entry in model.opset_import}
        self._declared = {value.name: value for value in (*graph.value_info, *graph.output)}
        self._outputs = [value.name for value in graph.output]
        self._values: dict[str, np.ndarray[Any, Any]] = {}
        self._folded: set[str] = set()
        model.ir_version = max(model.ir_version, _NEWEST_IR)
        self._rebuild()
        del graph.value_info[:]

    def _rebuild(self) -> None:
        """Put the nodes in order, without those whose values are initialisers by now; say nothing of outputs."""
        graph = self._model.graph
        nodes = [op.node for op in self._operations if not any(name in self._folded for name in op.outputs)]
        if len(nodes) != len(graph.node) or any(a is not b for a, b in zip(nodes, graph.node, strict=True)):
            copies = [type(node).FromString(node.SerializeToString()) for node in nodes]
            del graph.node[:]
            graph.node.extend(copies)
        del graph.output[:]
        for name in self._outputs:
            graph.output.add(name=name)

    def types(self, needed: Iterable[str]) -> dict[str, TensorType]:
        """Return the types of all tensors that have one.

        Raises
        ------
        InputError
            If one of the `needed` tensors has no known shape; its layer and operator are named.
        """
        wanted = list(needed)
        for _ in range(_MOST_ROUNDS):
            found = self._inferred()
            missing = {name for name in wanted if name not in found}
            if not missing:
                return found
            if not self._fold(found) and not self._believe(found):
                break
        raise self._unknown(missing)

    def _inferred(self) -> dict[str, TensorType]:
        import onnx.shape_inference

        try:
            inferred = onnx.shape_inference.infer_shapes(self._model, data_prop=True)
        except (onnx.shape_inference.InferenceError, RuntimeError, ValueError, TypeError, MemoryError) as error:
            raise InputError(f"its shapes cannot be inferred: {_reason(error)}", hint="check the model") from None
        graph = inferred.graph
        types = {tensor.name: type_of_tensor(tensor) for tensor in graph.initializer}
        for value in (*graph.input, *graph.value_info, *graph.output):
            found = type_of_value(value)
            if found is not None and value.name not in types:
                types[value.name] = found
        return types

    def _fold(self, types: dict[str, TensorType]) -> bool:
        """Make initialisers of values that can be computed; return whether there were any."""
        import onnx.numpy_helper

        graph = self._model.graph
        if not self._values:
            for tensor in graph.initializer:
                self._know(tensor.name, tensor)
        new = []
        for operation in self._operations:
            names = [name for name in operation.outputs if name]
            if not names or names[0] in self._values or names[0] not in self._constants:
                continue
            results = self._evaluated(operation, types)
            if results is not None:
                self._values.update(results)
                new += [onnx.numpy_helper.from_array(value, name) for name, value in results.items()]
        if new:
            self._folded.update(tensor.name for tensor in new)
            graph.initializer.extend(new)
            self._rebuild()
        return bool(new)

    def _know(self, name: str, tensor: onnx.TensorProto) -> None:
        """Remember the value of a small tensor that holds its data."""
        import onnx.numpy_helper

        if type_of_tensor(tensor).elements > _MOST_ELEMENTS or tensor.data_location == 1:
            return
        try:
            self._values[name] = onnx.numpy_helper.to_array(tensor)
        except (ValueError, TypeError, KeyError):
            return  # its data were left out or do not fill its shape: then its value is not known

    def _evaluated(self, operation: Operation, types: dict[str, TensorType]) -> dict[str, Any] | None:
        """Return the values of a node's outputs by name, or None where they cannot be told or are large."""
        attributes = {attribute.name: attribute for attribute in operation.node.attribute}
        if operation.kind in SHAPE_READERS:
            found = types.get(operation.inputs[0]) if operation.inputs else None
            if found is None:
                return None
            if operation.kind == "Size":
                return {operation.outputs[0]: np.array(found.elements, dtype=np.int64)}
            start = attributes["start"].i if "start" in attributes else 0
            end = attributes["end"].i if "end" in attributes else len(found.shape)
            return {operation.outputs[0]: np.array(found.shape[start:end], dtype=np.int64)}
        sizes = [types[name].elements if name in types else None for name in operation.outputs if name]
        if any(size is not None and size > _MOST_ELEMENTS for size in sizes):
            return None
        if operation.kind in _GROWING and None in sizes:
            return None
        given = {name: self._values[name] for name in operation.inputs if name in self._values}
        if any(name and name not in given for name in operation.inputs):
            return None
        return self._computed(operation, given)

    def _computed(self, operation: Operation, given: dict[str, Any]) -> dict[str, Any] | None:
        import onnx
        from onnx.reference import ReferenceEvaluator

        names = [name for name in operation.outputs if name]
        untyped = [onnx.ValueInfoProto(name=name) for name in given]
        graph = onnx.helper.make_graph(
            [operation.node], "value", untyped, [onnx.ValueInfoProto(name=name) for name in names]
        )
        opsets = [onnx.helper.make_opsetid(domain, version) for domain, version in self._opset.items()]
        single = onnx.helper.make_model(graph, opset_imports=opsets, ir_version=_NEWEST_IR)
        try:
            results = ReferenceEvaluator(single).run(None, given)
        except Exception as error:  # numpy and the reference operators raise what they like on bad input
            raise InputError(
                f"{operation.kind} cannot be computed from its constants: {_reason(error)}",
                field=f"node {operation.title!r}",
            ) from error
        arrays = [np.asarray(result) for result in results]
        if any(array.size > _MOST_ELEMENTS or array.dtype.kind not in "biuf" for array in arrays):
            return None
        return dict(zip(names, arrays, strict=True))

    def _believe(self, types: dict[str, TensorType]) -> bool:
        """Let inference read the shapes that the file itself states, where it found none; return whether any."""
        believed = [
            value for name, value in self._declared.items() if name not in types and type_of_value(value) is not None
        ]
        self._declared = {}
        outputs = set(self._outputs)
        self._model.graph.value_info.extend(value for value in believed if value.name not in outputs)
        stated = {value.name: value for value in believed}
        for output in self._model.graph.output:
            if output.name in stated:
                output.CopyFrom(stated[output.name])
        return bool(believed)

    def _unknown(self, missing: set[str]) -> InputError:
        """Return the error for the first node that makes a tensor of unknown shape."""
        operation = next(op for op in self._operations if any(name in missing for name in op.outputs))
        field = operation.place
        if operation.kind in _SIZED_BY_DATA:
            return InputError(
                "the size of its output depends on the data", field=field, hint="cut the model before this layer"
            )
        reason = self._strict_reason()
        return InputError(
            "the shape of its output cannot be inferred" + (f": {reason}" if reason else ""),
            field=field,
            hint="export the model with fixed sizes",
        )

    def _strict_reason(self) -> str:
        import onnx.shape_inference

        try:
            onnx.shape_inference.infer_shapes(self._model, strict_mode=True, data_prop=True)
        except (onnx.shape_inference.InferenceError, RuntimeError, ValueError, TypeError, MemoryError) as error:
            return _reason(error)
        return ""


def _reason(error: BaseException) -> str:
    """Return the heart of an error of the onnx package in one short line."""
    text = " ".join(str(error).split())
    found = re.search(r"\[(?:Shape|Type)InferenceError\] (?!Inference error)(.*)", text)
    text = (found.group(1) if found else text).strip().rstrip(".")
    return text if len(text) <= 160 else text[:157] + "..."
