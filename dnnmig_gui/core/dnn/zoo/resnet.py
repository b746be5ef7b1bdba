"""ResNet-50 and ResNet-101 for one 224 x 224 image.

He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition (CVPR 2016), table 1 (50-layer and 101-layer columns)
and figure 5. As in the paper and in Keras, a stage halves the image in the first 1 x 1 convolution of its first block;
as in Keras, convolutions have a bias although a batch normalization follows.
"""

from __future__ import annotations

from dnnmig_gui.core.dnn.model import DnnModel
from dnnmig_gui.core.dnn.zoo.builder import ModelBuilder, Tensor

# Rows conv2_x to conv5_x of table 1: channels inside a block; it puts out four times as many.
STAGE_CHANNELS = (64, 128, 256, 512)
EXPANSION = 4


def resnet50() -> DnnModel:
    """Build the 50-layer column."""
    return _resnet("resnet50", (3, 4, 6, 3))


def resnet101() -> DnnModel:
    """Build the 101-layer column."""
    return _resnet("resnet101", (3, 4, 23, 3))


def _resnet(name: str, stage_blocks: tuple[int, ...]) -> DnnModel:
    build = ModelBuilder(name)
    tensor = build.input(3, 224, 224)
    tensor = build.normalized_convolution("conv1/7x7", tensor, 64, 7, stride=2, padding=3, bias=True)
    tensor = build.elementwise("relu", "conv1/7x7_relu", tensor)
    tensor = build.pooling("pool1", tensor, 3, stride=2, padding=1)
    for stage, (channels, blocks) in enumerate(zip(STAGE_CHANNELS, stage_blocks, strict=True), start=2):
        for number in range(1, blocks + 1):
            stride = 2 if number == 1 and stage > 2 else 1
            tensor = _bottleneck(build, f"conv{stage}_{number}", tensor, channels, stride)
    tensor = build.global_pooling("pool5", tensor)
    tensor = build.fully_connected("fc1000", tensor, 1000)
    build.softmax("prob", tensor)
    return build.model()


def _bottleneck(build: ModelBuilder, block: str, source: Tensor, channels: int, stride: int) -> Tensor:
    wide = EXPANSION * channels
    shortcut = source
    if source.channels != wide:
        shortcut = build.normalized_convolution(f"{block}/shortcut", source, wide, 1, stride=stride, bias=True)
    tensor = build.normalized_convolution(f"{block}/1x1_reduce", source, channels, 1, stride=stride, bias=True)
    tensor = build.elementwise("relu", f"{block}/1x1_reduce_relu", tensor)
    tensor = build.normalized_convolution(f"{block}/3x3", tensor, channels, 3, bias=True)
    tensor = build.elementwise("relu", f"{block}/3x3_relu", tensor)
    tensor = build.normalized_convolution(f"{block}/1x1_expand", tensor, wide, 1, bias=True)
    tensor = build.add(f"{block}/add", (shortcut, tensor))
    return build.elementwise("relu", f"{block}/relu", tensor)
