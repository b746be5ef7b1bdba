"""MobileNetV2, width 1.0, for one 224 x 224 image.

Sandler, Howard, Zhu, Zhmoginov, Chen: MobileNetV2: Inverted Residuals and Linear Bottlenecks (CVPR 2018), tables 1 and
2. A bottleneck of expansion 1 has no expanding convolution.
"""

from __future__ import annotations

from dnnmig_gui.core.dnn.model import DnnModel
from dnnmig_gui.core.dnn.zoo.builder import ModelBuilder, Tensor

# Rows of table 2: expansion t, output channels c, repeats n, stride of the first s.
BOTTLENECK_ROWS = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


def mobilenet_v2() -> DnnModel:
    """Build MobileNetV2."""
    build = ModelBuilder("mobilenet-v2")
    tensor = build.input(3, 224, 224)
    tensor = _activated(build, "conv1/3x3", tensor, 32, 3, stride=2)
    number = 0
    for expansion, channels, repeats, first_stride in BOTTLENECK_ROWS:
        for repeat in range(repeats):
            number += 1
            stride = first_stride if repeat == 0 else 1
            tensor = _bottleneck(build, f"bottleneck_{number}", tensor, channels, expansion=expansion, stride=stride)
    tensor = _activated(build, "conv2/1x1", tensor, 1280, 1)
    tensor = build.global_pooling("pool", tensor)
    tensor = build.fully_connected("fc", tensor, 1000)
    build.softmax("prob", tensor)
    return build.model()


def _bottleneck(
    build: ModelBuilder, block: str, source: Tensor, channels: int, *, expansion: int, stride: int
) -> Tensor:
    tensor = source
    if expansion > 1:
        tensor = _activated(build, f"{block}/1x1_expand", tensor, expansion * source.channels, 1)
    tensor = _activated(build, f"{block}/3x3", tensor, tensor.channels, 3, stride=stride, groups=tensor.channels)
    tensor = build.normalized_convolution(f"{block}/1x1_project", tensor, channels, 1)
    if stride == 1 and source.channels == channels:
        tensor = build.add(f"{block}/add", (source, tensor))
    return tensor


def _activated(
    build: ModelBuilder, name: str, source: Tensor, channels: int, kernel: int, *, stride: int = 1, groups: int = 1
) -> Tensor:
    tensor = build.normalized_convolution(name, source, channels, kernel, stride=stride, groups=groups)
    return build.elementwise("clip", f"{name}_relu6", tensor)
