"""What an ONNX operator is as a layer: its kind, its FLOPs, and which of its constants are parameters."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from dnnmig_gui.core.dnn import flops
from dnnmig_gui.core.dnn.onnx_graph import Operation
from dnnmig_gui.core.dnn.onnx_types import TensorType
from dnnmig_gui.core.errors import InputError

_KINDS = {
    **dict.fromkeys(("Conv", "ConvInteger", "QLinearConv"), "convolution"),
    "ConvTranspose": "transposed-convolution",
    "DeformConv": "deformable-convolution",
    "Gemm": "fully-connected",
    "Sum": "add",
    "PRelu": "prelu",
    "Col2Im": "col2im",
    "IsNaN": "is-nan",
    "SwiGLU": "swiglu",
}
WINDOWED = frozenset({"convolution", "transposed-convolution", "deformable-convolution", "pooling"})
"""Kinds of layers that slide a window over their input."""

_PRODUCTS = frozenset({"MatMul", "MatMulInteger", "QLinearMatMul"})
_POOLINGS = frozenset(
    {"AveragePool", "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool", "LpPool", "MaxPool", "MaxRoiPool"}
)
_MOVEMENTS = frozenset(
    {
        "BatchToSpace", "BitCast", "CenterCropPad", "Compress", "Concat", "DepthToSpace", "Expand", "EyeLike",
        "Flatten", "Gather", "GatherElements", "GatherND", "Identity", "Pad", "Reshape", "ReverseSequence", "Scatter",
        "ScatterElements", "ScatterND", "Slice", "SpaceToDepth", "Split", "Squeeze", "TensorScatter", "Tile",
        "Transpose", "Trilu", "Unsqueeze",
    }
)  # fmt: skip

# Inputs that say how an operator works. In older opsets most of them are attributes; they are not parameters.
_AFTER_DATA = frozenset(range(1, 8))
_SETTINGS: Mapping[str, frozenset[int]] = {
    **dict.fromkeys(
        ("AffineGrid", "CenterCropPad", "Clip", "Col2Im", "CumSum", "CumProd", "Dropout", "Expand", "OneHot", "Pad",
         "Reshape", "Resize", "Slice", "Split", "Squeeze", "Tile", "TopK", "Trilu", "Unsqueeze", "Upsample"),
        _AFTER_DATA,
    ),
    **dict.fromkeys(("DFT", "STFT"), frozenset({1, 2, 3})),
    **dict.fromkeys(("GRU", "LSTM", "RNN"), frozenset({4})),
    **dict.fromkeys(("Bernoulli", "ConstantOfShape", "Range"), frozenset(range(3))),
    "MaxUnpool": frozenset({2}),
    "NonMaxSuppression": frozenset({2, 3, 4}),
}  # fmt: skip

Types = Sequence[TensorType | None]


class Signature(NamedTuple):
    """A node with the types of what goes in and out; a type is None where an optional tensor is left out."""

    operation: Operation
    inputs: Types
    outputs: Types

    def input(self, position: int) -> TensorType:
        """Return the type of an input that the operator cannot do without."""
        found = self.inputs[position] if position < len(self.inputs) else None
        if found is None:
            raise InputError(f"the shape of its input {position} is not known")
        return found

    @property
    def output_elements(self) -> int:
        """Elements of the first output that has a type."""
        for found in self.outputs:
            if found is not None:
                return found.elements
        return 0

    def number(self, attribute: str, default: int) -> int:
        """Return a whole-number attribute."""
        found = self.operation.attributes.get(attribute)
        return int(found.i) if found is not None else default


def layer_kind(operation: Operation, constants: set[str]) -> str:
    """Return the kind of layer, lower case with hyphens; a product with a constant matrix is fully connected."""
    kind = operation.kind
    if kind in _PRODUCTS:
        return "fully-connected" if any(name in constants for name in operation.inputs) else "matrix-product"
    if kind in _POOLINGS:
        return "pooling"
    return _KINDS.get(kind) or _hyphenated(kind)


@lru_cache(maxsize=512)
def _hyphenated(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def parameter_names(operation: Operation, constants: set[str]) -> tuple[str, ...]:
    """Return the constant tensors that a node uses as parameters, each once."""
    settings = _SETTINGS.get(operation.kind, ())
    found = [name for position, name in enumerate(operation.inputs) if name in constants and position not in settings]
    return tuple(dict.fromkeys(found))


def layer_flops(signature: Signature) -> int:
    """Return the FLOP of a node by the rules of `dnnmig_gui.core.dnn.flops`.

    Raises
    ------
    InputError
        If an input whose shape decides is missing or has the wrong number of axes.
    """
    kind = signature.operation.kind
    if kind in _MOVEMENTS:
        return flops.DATA_MOVEMENT
    if kind in _POOLINGS:
        return flops.pooling_flops(signature.output_elements)
    if kind.startswith("Reduce") or kind in {"ArgMax", "ArgMin"}:
        return flops.reduction_flops(signature.input(0).elements)
    rule = _RULES.get(kind)
    if rule is None:
        return flops.elementwise_flops(signature.output_elements)
    try:
        return rule(signature)
    except (IndexError, ValueError, ZeroDivisionError):
        raise InputError("its inputs have the wrong number of axes") from None


def _convolution(signature: Signature, weights: int = 1) -> int:
    _, channels, *kernel = signature.input(weights).shape
    return flops.convolution_flops(signature.output_elements, channels, math.prod(kernel))


def _quantized_convolution(signature: Signature) -> int:
    return _convolution(signature, weights=3)


def _transposed_convolution(signature: Signature) -> int:
    _, channels, *kernel = signature.input(1).shape
    return flops.transposed_convolution_flops(signature.input(0).elements, channels, math.prod(kernel))


def _gemm(signature: Signature) -> int:
    rows_axis = 1 if signature.number("transA", 0) else 0
    shape = signature.input(0).shape
    rows, summed = shape[rows_axis], shape[1 - rows_axis]
    return flops.fully_connected_flops(summed, signature.output_elements // rows, rows)


def _matrix_product(signature: Signature) -> int:
    return flops.matrix_product_flops(signature.output_elements, signature.input(0).shape[-1])


def _recurrent(signature: Signature) -> int:
    steps, batch, inputs = signature.input(0).shape
    if signature.number("layout", 0):
        steps, batch = batch, steps
    directions, _, hidden = signature.input(2).shape
    gates = flops.RNN_GATES[signature.operation.kind.lower()]
    return flops.recurrent_flops(gates, steps=steps, batch=batch, inputs=inputs, hidden=hidden, directions=directions)


def _attention(signature: Signature) -> int:
    query, key, value = (signature.input(position).shape for position in range(3))
    if len(query) == 4:
        batch, heads, queries, length = query
        keys, value_length = key[2], value[3]
    else:
        heads = signature.number("q_num_heads", 1)
        value_heads = signature.number("kv_num_heads", heads)
        batch, queries, keys = query[0], query[1], key[1]
        length, value_length = query[2] // heads, value[2] // value_heads
    past = signature.inputs[4] if len(signature.inputs) > 4 else None
    keys += past.shape[2] if past is not None else 0
    return flops.attention_flops(batch * heads * queries * keys, length, value_length)


def _einsum(signature: Signature) -> int:
    equation = signature.operation.attributes["equation"].s.decode("ascii", "replace")
    left, _, right = equation.replace(" ", "").partition("->")
    sizes: dict[str, int] = {}
    for position, term in enumerate(left.split(",")):
        shape = signature.input(position).shape
        before, dots, after = term.partition("...")
        tail = shape[len(shape) - len(after) :] if dots else shape[len(before) :]
        sizes.update(zip(before, shape, strict=False))
        sizes.update(zip(after, tail, strict=False))
    kept = right if "->" in equation else "".join(letter for letter in sizes if left.count(letter) == 1)
    summed = math.prod(size for letter, size in sizes.items() if letter not in kept)
    if "," not in left:
        return flops.reduction_flops(signature.input(0).elements)
    return flops.matrix_product_flops(signature.output_elements, summed)


def _normalization(signature: Signature) -> int:
    return flops.normalization_flops(signature.output_elements)


def _softmax(signature: Signature) -> int:
    return flops.softmax_flops(signature.output_elements)


_RULES: Mapping[str, Callable[[Signature], int]] = {
    **dict.fromkeys(("Conv", "ConvInteger", "DeformConv"), _convolution),
    "QLinearConv": _quantized_convolution,
    "ConvTranspose": _transposed_convolution,
    "Gemm": _gemm,
    **dict.fromkeys(_PRODUCTS, _matrix_product),
    **dict.fromkeys(("RNN", "GRU", "LSTM"), _recurrent),
    "Attention": _attention,
    "Einsum": _einsum,
    **dict.fromkeys(("LRN", "BatchNormalization", "InstanceNormalization", "LayerNormalization"), _normalization),
    **dict.fromkeys(("GroupNormalization", "LpNormalization", "RMSNormalization"), _normalization),
    "MeanVarianceNormalization": _normalization,
    **dict.fromkeys(("Softmax", "LogSoftmax", "Hardmax"), _softmax),
}
