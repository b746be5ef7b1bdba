"""GoogLeNet (Inception v1) for one 224 x 224 image, without the two classifiers that only training uses.

Szegedy and others: Going Deeper with Convolutions (CVPR 2015), table 1. Layer names and the rounding of the poolings
follow Caffe's BVLC file.
"""

from __future__ import annotations

from dnnmig_gui.core.dnn.model import DnnModel
from dnnmig_gui.core.dnn.zoo.builder import ModelBuilder, Tensor
from dnnmig_gui.core.dnn.zoo.caffe import rectified_convolution

# Columns of table 1: #1x1, #3x3 reduce, #3x3, #5x5 reduce, #5x5, pool proj.
INCEPTION_CHANNELS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
POOLED_AFTER = {"3b": "pool3/3x3_s2", "4e": "pool4/3x3_s2"}


def googlenet() -> DnnModel:
    """Build GoogLeNet."""
    build = ModelBuilder("googlenet")
    tensor = build.input(3, 224, 224)
    tensor = build.convolution("conv1/7x7_s2", tensor, 64, 7, stride=2, padding=3)
    tensor = build.elementwise("relu", "conv1/relu_7x7", tensor)
    tensor = build.pooling("pool1/3x3_s2", tensor, 3, stride=2, rounding="up")
    tensor = build.normalization("lrn", "pool1/norm1", tensor)
    tensor = rectified_convolution(build, "conv2/3x3_reduce", tensor, 64, 1)
    tensor = rectified_convolution(build, "conv2/3x3", tensor, 192, 3)
    tensor = build.normalization("lrn", "conv2/norm2", tensor)
    tensor = build.pooling("pool2/3x3_s2", tensor, 3, stride=2, rounding="up")
    for number, channels in INCEPTION_CHANNELS.items():
        tensor = _inception(build, f"inception_{number}", tensor, channels)
        if number in POOLED_AFTER:
            tensor = build.pooling(POOLED_AFTER[number], tensor, 3, stride=2, rounding="up")
    tensor = build.pooling("pool5/7x7_s1", tensor, 7, stride=1)
    tensor = build.elementwise("dropout", "pool5/drop_7x7_s1", tensor)
    tensor = build.fully_connected("loss3/classifier", tensor, 1000)
    build.softmax("prob", tensor)
    return build.model()


def _inception(build: ModelBuilder, block: str, source: Tensor, channels: tuple[int, ...]) -> Tensor:
    one, three_reduce, three, five_reduce, five, pool_proj = channels
    branch_1 = rectified_convolution(build, f"{block}/1x1", source, one, 1)
    branch_3 = rectified_convolution(build, f"{block}/3x3_reduce", source, three_reduce, 1)
    branch_3 = rectified_convolution(build, f"{block}/3x3", branch_3, three, 3)
    branch_5 = rectified_convolution(build, f"{block}/5x5_reduce", source, five_reduce, 1)
    branch_5 = rectified_convolution(build, f"{block}/5x5", branch_5, five, 5)
    branch_pool = build.pooling(f"{block}/pool", source, 3, stride=1, padding=1)
    branch_pool = rectified_convolution(build, f"{block}/pool_proj", branch_pool, pool_proj, 1)
    return build.concat(f"{block}/output", (branch_1, branch_3, branch_5, branch_pool))
