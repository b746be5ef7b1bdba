"""Tiny YOLOv2 for Pascal VOC and one 416 x 416 image.

Redmon, Farhadi: YOLO9000: Better, Faster, Stronger (CVPR 2017); the paper prints no table of the small network, which
the authors publish as Darknet's ``yolov2-tiny-voc.cfg``: nine convolutions, 125 outputs a cell (5 boxes of 4
coordinates, a confidence and 20 classes).
"""

from __future__ import annotations

from dnnmig_gui.core.dnn.model import DnnModel
from dnnmig_gui.core.dnn.zoo.builder import ModelBuilder

# Channels of each convolution and the stride of the 2 x 2 pooling after it, 0 where none follows.
CONVOLUTIONS = ((16, 2), (32, 2), (64, 2), (128, 2), (256, 2), (512, 1), (1024, 0), (1024, 0))


def tiny_yolo_v2() -> DnnModel:
    """Build Tiny YOLOv2."""
    build = ModelBuilder("tiny-yolov2")
    tensor = build.input(3, 416, 416)
    for number, (channels, pool_stride) in enumerate(CONVOLUTIONS, start=1):
        name = f"conv{number}/3x3"
        tensor = build.normalized_convolution(name, tensor, channels, 3)
        tensor = build.elementwise("leaky-relu", f"{name}_leaky", tensor)
        if pool_stride:
            tensor = build.pooling(f"pool{number}", tensor, 2, stride=pool_stride, padding="same")
    tensor = build.convolution("conv9", tensor, 125, 1)
    build.elementwise("region", "region", tensor)
    return build.model()
