"""VGG16 and VGG19 for one 224 x 224 image.

Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition (ICLR 2015), table 1,
configurations D (16 weight layers) and E (19). Layer names follow the authors' Caffe files.
"""

from __future__ import annotations

from dnnmig_gui.core.dnn.model import DnnModel
from dnnmig_gui.core.dnn.zoo.builder import ModelBuilder
from dnnmig_gui.core.dnn.zoo.caffe import classifier

STAGE_CHANNELS = (64, 128, 256, 512, 512)


def vgg16() -> DnnModel:
    """Build configuration D."""
    return _vgg("vgg16", (2, 2, 3, 3, 3))


def vgg19() -> DnnModel:
    """Build configuration E."""
    return _vgg("vgg19", (2, 2, 4, 4, 4))


def _vgg(name: str, stage_convolutions: tuple[int, ...]) -> DnnModel:
    build = ModelBuilder(name)
    tensor = build.input(3, 224, 224)
    for stage, (channels, convolutions) in enumerate(zip(STAGE_CHANNELS, stage_convolutions, strict=True), start=1):
        for number in range(1, convolutions + 1):
            tensor = build.convolution(f"conv{stage}_{number}", tensor, channels, 3)
            tensor = build.elementwise("relu", f"relu{stage}_{number}", tensor)
        tensor = build.pooling(f"pool{stage}", tensor, 2, stride=2)
    classifier(build, tensor)
    return build.model()
