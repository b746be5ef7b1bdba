"""SqueezeNet 1.0 for one 227 x 227 image.

Iandola and others: SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size (2016), table 1.
The table prints an input of 224 x 224; its 111 x 111 map after the first layer needs the 227 of the authors' Caffe
file, whose layer names are kept here. That file also pads the last 1 x 1 convolution by one pixel (15 x 15 maps);
the table's 13 x 13 maps are built here.
"""

from __future__ import annotations

from dnnmig_gui.core.dnn.model import DnnModel
from dnnmig_gui.core.dnn.zoo.builder import ModelBuilder, Tensor
from dnnmig_gui.core.dnn.zoo.caffe import rectified_convolution

# Columns of table 1: s1x1, e1x1, e3x3.
FIRE_CHANNELS = {
    "fire2": (16, 64, 64),
    "fire3": (16, 64, 64),
    "fire4": (32, 128, 128),
    "fire5": (32, 128, 128),
    "fire6": (48, 192, 192),
    "fire7": (48, 192, 192),
    "fire8": (64, 256, 256),
    "fire9": (64, 256, 256),
}
POOLED_AFTER = {"fire4": "pool4", "fire8": "pool8"}


def squeezenet() -> DnnModel:
    """Build SqueezeNet 1.0."""
    build = ModelBuilder("squeezenet")
    tensor = build.input(3, 227, 227)
    tensor = build.convolution("conv1", tensor, 96, 7, stride=2, padding="valid")
    tensor = build.elementwise("relu", "relu_conv1", tensor)
    tensor = build.pooling("pool1", tensor, 3, stride=2, rounding="up")
    for block, channels in FIRE_CHANNELS.items():
        tensor = _fire(build, block, tensor, channels)
        if block in POOLED_AFTER:
            tensor = build.pooling(POOLED_AFTER[block], tensor, 3, stride=2, rounding="up")
    tensor = build.elementwise("dropout", "drop9", tensor)
    tensor = build.convolution("conv10", tensor, 1000, 1)
    tensor = build.elementwise("relu", "relu_conv10", tensor)
    tensor = build.global_pooling("pool10", tensor)
    build.softmax("prob", tensor)
    return build.model()


def _fire(build: ModelBuilder, block: str, source: Tensor, channels: tuple[int, int, int]) -> Tensor:
    squeeze, expand_1, expand_3 = channels
    narrow = rectified_convolution(build, f"{block}/squeeze1x1", source, squeeze, 1)
    return build.concat(
        f"{block}/concat",
        (
            rectified_convolution(build, f"{block}/expand1x1", narrow, expand_1, 1),
            rectified_convolution(build, f"{block}/expand3x3", narrow, expand_3, 3),
        ),
    )
