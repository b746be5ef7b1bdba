"""What the zoo holds: names, titles, sources, published figures, and the models themselves, built when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from dnnmig_gui.core.dnn.model import DnnModel
from dnnmig_gui.core.dnn.zoo.alexnet import alexnet
from dnnmig_gui.core.dnn.zoo.googlenet import googlenet
from dnnmig_gui.core.dnn.zoo.inception_resnet_v1 import inception_resnet_v1
from dnnmig_gui.core.dnn.zoo.mobilenet_v1 import mobilenet_v1
from dnnmig_gui.core.dnn.zoo.mobilenet_v2 import mobilenet_v2
from dnnmig_gui.core.dnn.zoo.resnet import resnet50, resnet101
from dnnmig_gui.core.dnn.zoo.squeezenet import squeezenet
from dnnmig_gui.core.dnn.zoo.tiny_yolo_v2 import tiny_yolo_v2
from dnnmig_gui.core.dnn.zoo.vgg import vgg16, vgg19
from dnnmig_gui.core.errors import InputError, unknown_name


@dataclass(frozen=True, slots=True)
class Published:
    """Figures that others print for an architecture.

    Parameters
    ----------
    parameters
        Number of parameters, running means and variances of batch normalizations included.
    parameters_source
        Where that number stands.
    trainable
        Those of them that training changes: all but the running means and variances.
    multiply_adds
        Multiply-adds of one query, as far as the source prints digits.
    multiply_adds_source
        Where that number stands.
    """

    parameters: int
    parameters_source: str
    trainable: int
    multiply_adds: int
    multiply_adds_source: str


@dataclass(frozen=True, slots=True)
class _Entry:
    title: str
    source: str
    build: Callable[[], DnnModel]
    published: Published


_KERAS = "Keras Applications, table of models"
_TORCHVISION = "torchvision, table of models"

_ENTRIES = {
    "alexnet": _Entry(
        "AlexNet",
        "A. Krizhevsky, I. Sutskever, G. E. Hinton: ImageNet Classification with Deep Convolutional Neural Networks, "
        "NIPS 2012, section 3.5 and figure 2",
        alexnet,
        Published(
            parameters=60_965_224,
            parameters_source="HPE Deep Learning Cookbook, table of models (counted by Netscope)",
            trainable=60_965_224,
            multiply_adds=724_000_000,
            multiply_adds_source="V. Sze and others: Efficient Processing of Deep Neural Networks, 2017, table II",
        ),
    ),
    "vgg16": _Entry(
        "VGG16",
        "K. Simonyan, A. Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition, ICLR 2015, "
        "table 1, configuration D",
        vgg16,
        Published(
            parameters=138_357_544,
            parameters_source=_KERAS,
            trainable=138_357_544,
            multiply_adds=15_470_000_000,
            multiply_adds_source=_TORCHVISION,
        ),
    ),
    "vgg19": _Entry(
        "VGG19",
        "K. Simonyan, A. Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition, ICLR 2015, "
        "table 1, configuration E",
        vgg19,
        Published(
            parameters=143_667_240,
            parameters_source=_KERAS,
            trainable=143_667_240,
            multiply_adds=19_632_000_000,
            multiply_adds_source=_TORCHVISION,
        ),
    ),
    "googlenet": _Entry(
        "GoogLeNet",
        "C. Szegedy and others: Going Deeper with Convolutions, CVPR 2015, table 1",
        googlenet,
        Published(
            parameters=6_998_552,
            parameters_source="HPE Deep Learning Cookbook, table of models (counted by Netscope)",
            trainable=6_998_552,
            multiply_adds=1_502_000_000,
            multiply_adds_source="the paper, sum of table 1",
        ),
    ),
    "resnet50": _Entry(
        "ResNet-50",
        "K. He, X. Zhang, S. Ren, J. Sun: Deep Residual Learning for Image Recognition, CVPR 2016, table 1, 50 layers",
        resnet50,
        Published(
            parameters=25_636_712,
            parameters_source=_KERAS,
            trainable=25_583_592,
            multiply_adds=3_800_000_000,
            multiply_adds_source="the paper, table 1",
        ),
    ),
    "resnet101": _Entry(
        "ResNet-101",
        "K. He, X. Zhang, S. Ren, J. Sun: Deep Residual Learning for Image Recognition, CVPR 2016, table 1, 101 layers",
        resnet101,
        Published(
            parameters=44_707_176,
            parameters_source=_KERAS,
            trainable=44_601_832,
            multiply_adds=7_600_000_000,
            multiply_adds_source="the paper, table 1",
        ),
    ),
    "mobilenet-v1": _Entry(
        "MobileNetV1",
        "A. G. Howard and others: MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications, "
        "arXiv:1704.04861, 2017, table 1",
        mobilenet_v1,
        Published(
            parameters=4_253_864,
            parameters_source=_KERAS,
            trainable=4_231_976,
            multiply_adds=569_000_000,
            multiply_adds_source="the paper, table 4",
        ),
    ),
    "mobilenet-v2": _Entry(
        "MobileNetV2",
        "M. Sandler, A. Howard, M. Zhu, A. Zhmoginov, L.-C. Chen: MobileNetV2: Inverted Residuals and Linear "
        "Bottlenecks, CVPR 2018, table 2",
        mobilenet_v2,
        Published(
            parameters=3_538_984,
            parameters_source=_KERAS,
            trainable=3_504_872,
            multiply_adds=300_000_000,
            multiply_adds_source="the paper, table 4",
        ),
    ),
    "squeezenet": _Entry(
        "SqueezeNet 1.0",
        "F. N. Iandola and others: SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model "
        "size, arXiv:1602.07360, 2016, table 1",
        squeezenet,
        Published(
            parameters=1_248_424,
            parameters_source="the paper, table 1",
            trainable=1_248_424,
            multiply_adds=819_000_000,
            multiply_adds_source=_TORCHVISION + " (for 224 x 224)",
        ),
    ),
    "tiny-yolov2": _Entry(
        "Tiny YOLOv2",
        "J. Redmon, A. Farhadi: YOLO9000: Better, Faster, Stronger, CVPR 2017; Darknet's yolov2-tiny-voc.cfg",
        tiny_yolo_v2,
        Published(
            parameters=15_867_885,
            parameters_source="Darknet's yolov2-tiny-voc.weights: 63,471,556 bytes, 16 of them its header",
            trainable=15_861_773,
            multiply_adds=3_485_000_000,
            multiply_adds_source="Darknet, table of models: 6.97 GFLOP",
        ),
    ),
    "inception-resnet-v1": _Entry(
        "Inception-ResNet-v1",
        "C. Szegedy, S. Ioffe, V. Vanhoucke, A. Alemi: Inception-v4, Inception-ResNet and the Impact of Residual "
        "Connections on Learning, AAAI 2017, figures 10 to 14; D. Sandberg's FaceNet, inception_resnet_v1.py",
        inception_resnet_v1,
        Published(
            parameters=23_497_424,
            parameters_source="NXP eIQ model zoo, FaceNet512 (DeepFace's Keras copy of FaceNet 20180402-114759)",
            trainable=23_467_824,
            multiply_adds=1_420_000_000,
            multiply_adds_source="NXP eIQ model zoo, FaceNet512: 2.84 GOP",
        ),
    ),
}

PUBLISHED = MappingProxyType({name: entry.published for name, entry in _ENTRIES.items()})
"""Published figures of each model by its zoo name."""


def zoo_names() -> tuple[str, ...]:
    """Return the names that a scenario gives to the zoo's models, in the order in which to show them."""
    return tuple(_ENTRIES)


@cache
def zoo_model(name: str) -> DnnModel:
    """Return a model of the zoo; it is built once.

    Raises
    ------
    InputError
        If the zoo has no such model.
    """
    return _entry(name).build()


def zoo_title(name: str) -> str:
    """Return what people call a model of the zoo, such as ``ResNet-50``.

    Raises
    ------
    InputError
        If the zoo has no such model.
    """
    return _entry(name).title


def zoo_source(name: str) -> str:
    """Return the publication and the table that a model of the zoo is built from.

    Raises
    ------
    InputError
        If the zoo has no such model.
    """
    return _entry(name).source


def _entry(name: str) -> _Entry:
    found = _ENTRIES.get(name)
    if found is None:
        message, hint = unknown_name("zoo model", name, _ENTRIES)
        raise InputError(message, hint=hint)
    return found
