"""Groups of layers that several architectures published as Caffe files share, with the names those files give them."""

from __future__ import annotations

from dnnmig_gui.core.dnn.zoo.builder import ModelBuilder, Tensor


def rectified_convolution(build: ModelBuilder, name: str, source: Tensor, channels: int, kernel: int) -> Tensor:
    """Add a convolution ``block/part`` and its activation ``block/relu_part``."""
    tensor = build.convolution(name, source, channels, kernel)
    block, part = name.split("/")
    return build.elementwise("relu", f"{block}/relu_{part}", tensor)


def classifier(build: ModelBuilder, source: Tensor) -> Tensor:
    """Add the three fully connected layers that end AlexNet and VGG, from ``fc6`` to ``prob``."""
    tensor = source
    for number in (6, 7):
        tensor = build.fully_connected(f"fc{number}", tensor, 4096)
        tensor = build.elementwise("relu", f"relu{number}", tensor)
        tensor = build.elementwise("dropout", f"drop{number}", tensor)
    tensor = build.fully_connected("fc8", tensor, 1000)
    return build.softmax("prob", tensor)
