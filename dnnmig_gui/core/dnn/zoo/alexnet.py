"""AlexNet with its two groups, for one 227 x 227 image.

Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep Convolutional Neural Networks (NIPS 2012), section
3.5 and figure 2. The paper prints an input of 224 x 224; its own 55 x 55 map after the first layer needs the 227 of
Caffe's BVLC reference file, whose layer names are kept here. In 2012 the network ran on two graphics cards: the
second, fourth and fifth convolutions see only the half of the channels on their own card, hence two groups.
"""

from __future__ import annotations

from dnnmig_gui.core.dnn.model import DnnModel
from dnnmig_gui.core.dnn.zoo.builder import ModelBuilder, Tensor
from dnnmig_gui.core.dnn.zoo.caffe import classifier


def alexnet() -> DnnModel:
    """Build AlexNet."""
    build = ModelBuilder("alexnet")
    tensor = build.input(3, 227, 227)
    tensor = build.convolution("conv1", tensor, 96, 11, stride=4, padding="valid")
    tensor = _normalized_pool(build, 1, tensor)
    tensor = build.convolution("conv2", tensor, 256, 5, groups=2)
    tensor = _normalized_pool(build, 2, tensor)
    for number, channels, groups in ((3, 384, 1), (4, 384, 2), (5, 256, 2)):
        tensor = build.convolution(f"conv{number}", tensor, channels, 3, groups=groups)
        tensor = build.elementwise("relu", f"relu{number}", tensor)
    tensor = build.pooling("pool5", tensor, 3, stride=2)
    classifier(build, tensor)
    return build.model()


def _normalized_pool(build: ModelBuilder, number: int, tensor: Tensor) -> Tensor:
    tensor = build.elementwise("relu", f"relu{number}", tensor)
    tensor = build.normalization("lrn", f"norm{number}", tensor)
    return build.pooling(f"pool{number}", tensor, 3, stride=2)
