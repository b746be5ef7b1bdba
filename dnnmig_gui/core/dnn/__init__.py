"""What migrates: layers, the models they form, and the ways a model comes in."""

from dnnmig_gui.core.dnn.model import DnnModel, Layer

__all__ = ["DnnModel", "Layer"]
