"""A model written layer by layer: the builder follows the shapes and counts parameters, FLOP and bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dnnmig_gui.core.dnn.flops import (
    DATA_MOVEMENT,
    convolution_flops,
    elementwise_flops,
    fully_connected_flops,
    normalization_flops,
    pooling_flops,
    softmax_flops,
)
from dnnmig_gui.core.dnn.model import INPUT_KIND, DnnModel, Layer

FLOAT_BYTES = 4

Kernel = int | tuple[int, int]
Padding = int | Literal["same", "valid"]
Rounding = Literal["down", "up"]


@dataclass(frozen=True, slots=True)
class Tensor:
    """What a layer hands to the layers after it.

    Parameters
    ----------
    layer
        Name of the layer that makes it.
    channels, height, width
        Its shape for one image.
    """

    layer: str
    channels: int
    height: int
    width: int

    @property
    def elements(self) -> int:
        """Number of values."""
        return self.channels * self.height * self.width


def window_count(length: int, kernel: int, stride: int, padding: Padding, rounding: Rounding = "down") -> int:
    """Return how many windows fit along one axis.

    Parameters
    ----------
    length
        Length of the axis.
    kernel, stride
        Length of a window and the step between two.
    padding
        Values added at each end; ``valid`` adds none, ``same`` as many as give ``ceil(length / stride)`` windows.
    rounding
        ``up`` also counts a last window that reaches over the end, as Caffe's pooling does, if it starts before
        the padding at that end.

    Raises
    ------
    ValueError
        If not even one window fits.
    """
    if padding == "same":
        return -(-length // stride)
    border = 0 if padding == "valid" else padding
    room = length + 2 * border - kernel
    if room < 0:
        raise ValueError(f"a window of {kernel} does not fit into {length} values with a padding of {border}")
    if rounding == "down":
        return room // stride + 1
    count = -(-room // stride) + 1
    if (count - 1) * stride >= length + border:
        count -= 1
    return count


class ModelBuilder:
    """Collects layers in topological order.

    Every method that adds a layer takes its name and its input tensors and returns its output tensor. Weights and
    tensors are 32-bit floats; kinds of layers are named as the ONNX import names them.

    Parameters
    ----------
    name
        The model's name.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._layers: list[Layer] = []

    def model(self) -> DnnModel:
        """Return the model; the tensor that nobody consumes is its output."""
        return DnnModel(self._name, tuple(self._layers))

    def input(self, channels: int, height: int, width: int) -> Tensor:
        """Add the place where the image enters."""
        return self._add(INPUT_KIND, (), Tensor("input", channels, height, width), flops=DATA_MOVEMENT)

    def convolution(
        self,
        name: str,
        source: Tensor,
        channels: int,
        kernel: Kernel,
        *,
        stride: int = 1,
        padding: Padding = "same",
        groups: int = 1,
        bias: bool = True,
    ) -> Tensor:
        """Add a convolution; `groups` equal to the channels of `source` makes it depthwise.

        Raises
        ------
        ValueError
            If `groups` does not divide both numbers of channels.
        """
        if source.channels % groups or channels % groups:
            raise ValueError(f"{name}: {groups} groups do not divide {source.channels} and {channels} channels")
        tall, wide = _pair(kernel)
        output = Tensor(
            name,
            channels,
            window_count(source.height, tall, stride, padding),
            window_count(source.width, wide, stride, padding),
        )
        seen_channels = source.channels // groups
        parameters = channels * (seen_channels * tall * wide + bias)
        flops = convolution_flops(output.elements, seen_channels, tall * wide)
        return self._add("convolution", (source,), output, flops=flops, parameters=parameters)

    def fully_connected(self, name: str, source: Tensor, features: int, *, bias: bool = True) -> Tensor:
        """Add a fully connected layer over all values of `source`."""
        parameters = features * (source.elements + bias)
        flops = fully_connected_flops(source.elements, features)
        return self._add("fully-connected", (source,), Tensor(name, features, 1, 1), flops=flops, parameters=parameters)

    def batch_normalization(self, name: str, source: Tensor, *, values_per_channel: int = 4) -> Tensor:
        """Add a batch normalization.

        An upload sends its learned scale and offset and its running mean and variance, four values a channel;
        three where a model goes without the scale.
        """
        flops = normalization_flops(source.elements)
        parameters = values_per_channel * source.channels
        return self._add("batch-normalization", (source,), _like(name, source), flops=flops, parameters=parameters)

    def normalized_convolution(
        self,
        name: str,
        source: Tensor,
        channels: int,
        kernel: Kernel,
        *,
        stride: int = 1,
        padding: Padding = "same",
        groups: int = 1,
        bias: bool = False,
        values_per_channel: int = 4,
    ) -> Tensor:
        """Add a convolution and its batch normalization, which is named after it: ``<name>_bn``."""
        tensor = self.convolution(
            name, source, channels, kernel, stride=stride, padding=padding, groups=groups, bias=bias
        )
        return self.batch_normalization(f"{name}_bn", tensor, values_per_channel=values_per_channel)

    def normalization(self, kind: str, name: str, source: Tensor) -> Tensor:
        """Add a normalization without parameters: ``lrn``, ``lp-normalization``."""
        return self._add(kind, (source,), _like(name, source), flops=normalization_flops(source.elements))

    def pooling(
        self,
        name: str,
        source: Tensor,
        kernel: int,
        *,
        stride: int,
        padding: Padding = "valid",
        rounding: Rounding = "down",
    ) -> Tensor:
        """Add a maximum or average pooling; the two cost the same here."""
        height, width = (
            window_count(length, kernel, stride, padding, rounding) for length in (source.height, source.width)
        )
        output = Tensor(name, source.channels, height, width)
        return self._add("pooling", (source,), output, flops=pooling_flops(output.elements))

    def global_pooling(self, name: str, source: Tensor) -> Tensor:
        """Add a pooling of each channel to one value."""
        output = Tensor(name, source.channels, 1, 1)
        return self._add("pooling", (source,), output, flops=pooling_flops(output.elements))

    def elementwise(self, kind: str, name: str, source: Tensor) -> Tensor:
        """Add a layer that treats each value alone and has no parameters: ``relu``, ``dropout``, ..."""
        return self._add(kind, (source,), _like(name, source), flops=elementwise_flops(source.elements))

    def softmax(self, name: str, source: Tensor) -> Tensor:
        """Add a softmax over all values."""
        return self._add("softmax", (source,), _like(name, source), flops=softmax_flops(source.elements))

    def add(self, name: str, sources: Sequence[Tensor]) -> Tensor:
        """Add the sum of tensors of one shape.

        Raises
        ------
        ValueError
            If the shapes differ.
        """
        if len({(tensor.channels, tensor.height, tensor.width) for tensor in sources}) != 1:
            raise ValueError(f"{name}: only tensors of one shape can be added")
        output = _like(name, sources[0])
        return self._add("add", sources, output, flops=elementwise_flops(output.elements))

    def concat(self, name: str, sources: Sequence[Tensor]) -> Tensor:
        """Add the concatenation along the channels.

        Raises
        ------
        ValueError
            If heights or widths differ.
        """
        if len({(tensor.height, tensor.width) for tensor in sources}) != 1:
            raise ValueError(f"{name}: only tensors of one height and width can be concatenated")
        first = sources[0]
        output = Tensor(name, sum(tensor.channels for tensor in sources), first.height, first.width)
        return self._add("concat", sources, output, flops=DATA_MOVEMENT)

    def _add(self, kind: str, sources: Sequence[Tensor], output: Tensor, *, flops: int, parameters: int = 0) -> Tensor:
        self._layers.append(
            Layer(
                name=output.layer,
                kind=kind,
                inputs=tuple(tensor.layer for tensor in sources),
                flops=flops,
                param_bytes=FLOAT_BYTES * parameters,
                output_bytes=FLOAT_BYTES * output.elements,
            )
        )
        return output


def _like(name: str, tensor: Tensor) -> Tensor:
    return Tensor(name, tensor.channels, tensor.height, tensor.width)


def _pair(kernel: Kernel) -> tuple[int, int]:
    return kernel if isinstance(kernel, tuple) else (kernel, kernel)
