"""Element type and shape of an ONNX tensor, and the bytes they take."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from dnnmig_gui.core.errors import InputError

if TYPE_CHECKING:
    import onnx

LARGEST_BYTES = 2**53
"""Sizes above are no tensors but mistakes; up to here a float64 holds every number of bytes exactly."""

# By the numbers of TensorProto.DataType; texts (8) and undefined (0) have no size.
_BITS = {
    **dict.fromkeys((22, 21, 23), 4),  # INT4, UINT4, FLOAT4E2M1
    **dict.fromkeys((25, 26), 2),  # UINT2, INT2
    **dict.fromkeys((27, 28), 6),  # FLOAT6...
    **dict.fromkeys((2, 3, 9, 17, 18, 19, 20, 24), 8),  # UINT8, INT8, BOOL, FLOAT8...
    **dict.fromkeys((4, 5, 10, 16), 16),  # UINT16, INT16, FLOAT16, BFLOAT16
    **dict.fromkeys((1, 6, 12), 32),  # FLOAT, INT32, UINT32
    **dict.fromkeys((7, 11, 13, 14), 64),  # INT64, DOUBLE, UINT64, COMPLEX64
    15: 128,  # COMPLEX128
}


class TensorType(NamedTuple):
    """Element type (a number of ``TensorProto.DataType``) and shape of a tensor."""

    element: int
    shape: tuple[int, ...]

    @property
    def elements(self) -> int:
        """Number of elements; 1 for a scalar."""
        return math.prod(self.shape)

    @property
    def size_in_bytes(self) -> int:
        """Bytes of the tensor.

        Raises
        ------
        InputError
            If its elements have no fixed size (texts), a size is negative, or they are too many to be meant.
        """
        if self.element not in _BITS:
            kind = "texts" if self.element == 8 else f"elements of the unknown type {self.element}"
            raise InputError(f"a tensor holds {kind}, whose size is not known", hint="a DNN passes numbers on")
        if min(self.shape, default=1) < 0:
            raise InputError(f"a tensor has the negative size {shown_shape(self.shape)}")
        size = (self.elements * _BITS[self.element] + 7) // 8
        if size > LARGEST_BYTES:
            raise InputError(f"a tensor of {shown_shape(self.shape)} elements is too large to be meant")
        return size


def shown_shape(shape: tuple[int, ...]) -> str:
    """Return a shape as people write it: 1x3x224x224."""
    return "x".join(str(size) for size in shape) if shape else "no"


def type_of_tensor(tensor: onnx.TensorProto) -> TensorType:
    """Return the type of an initialiser or a constant."""
    return TensorType(tensor.data_type, tuple(tensor.dims))


def type_of_value(value: onnx.ValueInfoProto) -> TensorType | None:
    """Return the type of a value, or None where a size is not known or it is no tensor."""
    if not value.type.HasField("tensor_type"):
        return None
    tensor = value.type.tensor_type
    if not tensor.HasField("shape"):
        return None
    shape = []
    for dimension in tensor.shape.dim:
        size = dimension.dim_value
        if size <= 0 and not (size == 0 and dimension.HasField("dim_value")):
            return None
        shape.append(size)
    return TensorType(tensor.elem_type, tuple(shape))
