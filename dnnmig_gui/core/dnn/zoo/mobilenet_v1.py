"""MobileNetV1, width 1.0, for one 224 x 224 image.

Howard and others: MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications (2017), table 1.
The table prints stride 2 for the last depthwise convolution, whose map stays 7 x 7; it has stride 1 here, as in the
authors' code and in Keras. Activations are cut at 6, as there.
"""

from __future__ import annotations

from dnnmig_gui.core.dnn.model import DnnModel
from dnnmig_gui.core.dnn.zoo.builder import ModelBuilder, Tensor

# Rows of table 1: stride of the 3 x 3 depthwise convolution, channels of the 1 x 1 convolution after it.
SEPARABLE_BLOCKS = ((1, 64), (2, 128), (1, 128), (2, 256), (1, 256), (2, 512), *[(1, 512)] * 5, (2, 1024), (1, 1024))


def mobilenet_v1() -> DnnModel:
    """Build MobileNetV1."""
    build = ModelBuilder("mobilenet-v1")
    tensor = build.input(3, 224, 224)
    tensor = _activated(build, "conv1/3x3", tensor, 32, 3, stride=2)
    for number, (stride, channels) in enumerate(SEPARABLE_BLOCKS, start=1):
        block = f"separable_{number}"
        tensor = _activated(build, f"{block}/3x3", tensor, tensor.channels, 3, stride=stride, groups=tensor.channels)
        tensor = _activated(build, f"{block}/1x1", tensor, channels, 1)
    tensor = build.global_pooling("pool", tensor)
    tensor = build.elementwise("dropout", "drop", tensor)
    tensor = build.fully_connected("fc", tensor, 1000)
    build.softmax("prob", tensor)
    return build.model()


def _activated(
    build: ModelBuilder, name: str, source: Tensor, channels: int, kernel: int, *, stride: int = 1, groups: int = 1
) -> Tensor:
    tensor = build.normalized_convolution(name, source, channels, kernel, stride=stride, groups=groups)
    return build.elementwise("clip", f"{name}_relu6", tensor)
