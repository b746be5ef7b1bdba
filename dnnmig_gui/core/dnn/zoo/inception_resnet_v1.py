"""Inception-ResNet-v1 as FaceNet uses it: one 160 x 160 face in, an embedding of 512 values out.

Szegedy, Ioffe, Vanhoucke, Alemi: Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning
(AAAI 2017), figures 10 to 14 and table 1, in the variant of D. Sandberg's FaceNet (``inception_resnet_v1.py``, model
20180402-114759): the last block has no activation, the average is followed by a 512-wide embedding scaled to length
one, and batch normalizations learn an offset but no scale.
"""

from __future__ import annotations

from dnnmig_gui.core.dnn.model import DnnModel
from dnnmig_gui.core.dnn.zoo.builder import Kernel, ModelBuilder, Padding, Tensor

BN_VALUES = 3  # offset, running mean, running variance

# Branches of the residual blocks: (kernel, channels) of each convolution.
Branches = tuple[tuple[tuple[Kernel, int], ...], ...]
BLOCK_35: Branches = (((1, 32),), ((1, 32), (3, 32)), ((1, 32), (3, 32), (3, 32)))
BLOCK_17: Branches = (((1, 128),), ((1, 128), ((1, 7), 128), ((7, 1), 128)))
BLOCK_8: Branches = (((1, 192),), ((1, 192), ((1, 3), 192), ((3, 1), 192)))
# Branches of the reductions: the last convolution halves the image; a pooling runs beside them.
REDUCTION_A: Branches = (((3, 384),), ((1, 192), (3, 192), (3, 256)))
REDUCTION_B: Branches = (((1, 256), (3, 384)), ((1, 256), (3, 256)), ((1, 256), (3, 256), (3, 256)))


def inception_resnet_v1() -> DnnModel:
    """Build Inception-ResNet-v1."""
    build = ModelBuilder("inception-resnet-v1")
    tensor = build.input(3, 160, 160)
    tensor = _activated(build, "stem/conv1_3x3", tensor, 32, 3, stride=2, padding="valid")
    tensor = _activated(build, "stem/conv2_3x3", tensor, 32, 3, padding="valid")
    tensor = _activated(build, "stem/conv3_3x3", tensor, 64, 3)
    tensor = build.pooling("stem/pool", tensor, 3, stride=2)
    tensor = _activated(build, "stem/conv4_1x1", tensor, 80, 1)
    tensor = _activated(build, "stem/conv5_3x3", tensor, 192, 3, padding="valid")
    tensor = _activated(build, "stem/conv6_3x3", tensor, 256, 3, stride=2, padding="valid")
    for number in range(1, 6):
        tensor = _rectified_residual(build, f"block35_{number}", tensor, BLOCK_35)
    tensor = _reduction(build, "reduction_a", tensor, REDUCTION_A)
    for number in range(1, 11):
        tensor = _rectified_residual(build, f"block17_{number}", tensor, BLOCK_17)
    tensor = _reduction(build, "reduction_b", tensor, REDUCTION_B)
    for number in range(1, 6):
        tensor = _rectified_residual(build, f"block8_{number}", tensor, BLOCK_8)
    tensor = _residual(build, "block8_6", tensor, BLOCK_8)
    tensor = build.global_pooling("pool", tensor)
    tensor = build.elementwise("dropout", "drop", tensor)
    tensor = build.fully_connected("embedding/fc", tensor, 512, bias=False)
    tensor = build.batch_normalization("embedding/bn", tensor, values_per_channel=BN_VALUES)
    build.normalization("lp-normalization", "embedding/unit_length", tensor)
    return build.model()


def _rectified_residual(build: ModelBuilder, block: str, source: Tensor, branches: Branches) -> Tensor:
    return build.elementwise("relu", f"{block}/relu", _residual(build, block, source, branches))


def _residual(build: ModelBuilder, block: str, source: Tensor, branches: Branches) -> Tensor:
    ends = []
    for number, convolutions in enumerate(branches):
        tensor = source
        for step, (kernel, channels) in enumerate(convolutions):
            tensor = _activated(build, _part(block, number, step, kernel), tensor, channels, kernel)
        ends.append(tensor)
    tensor = build.concat(f"{block}/concat", ends)
    tensor = build.convolution(f"{block}/1x1_up", tensor, source.channels, 1)
    tensor = build.elementwise("mul", f"{block}/scale", tensor)
    return build.add(f"{block}/add", (source, tensor))


def _reduction(build: ModelBuilder, block: str, source: Tensor, branches: Branches) -> Tensor:
    ends = []
    for number, convolutions in enumerate(branches):
        tensor = source
        *wide, (last_kernel, last_channels) = convolutions
        for step, (kernel, channels) in enumerate(wide):
            tensor = _activated(build, _part(block, number, step, kernel), tensor, channels, kernel)
        name = _part(block, number, len(wide), last_kernel)
        ends.append(_activated(build, name, tensor, last_channels, last_kernel, stride=2, padding="valid"))
    ends.append(build.pooling(f"{block}/pool", source, 3, stride=2))
    return build.concat(f"{block}/concat", ends)


def _part(block: str, branch: int, step: int, kernel: Kernel) -> str:
    tall, wide = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return f"{block}/branch{branch}{'abc'[step]}_{tall}x{wide}"


def _activated(
    build: ModelBuilder,
    name: str,
    source: Tensor,
    channels: int,
    kernel: Kernel,
    *,
    stride: int = 1,
    padding: Padding = "same",
) -> Tensor:
    tensor = build.normalized_convolution(
        name, source, channels, kernel, stride=stride, padding=padding, values_per_channel=BN_VALUES
    )
    return build.elementwise("relu", f"{name}_relu", tensor)
