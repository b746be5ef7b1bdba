"""A model as a document: what ``dnnmig inspect --json`` prints."""

from __future__ import annotations

from typing import Any

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.dnn.cuts import open_tensor, single_tensor_cuts


def model_document(model: DnnModel) -> dict[str, Any]:
    """Return the layers of a model with its totals and cut points.

    A cut point names the layer after which (in the order of `layers`) the model may be cut, the layer whose
    tensor then crosses, and that tensor's bytes.
    """
    return {
        "name": model.name,
        "total_flops": model.total_flops,
        "total_param_bytes": model.total_param_bytes,
        "layers": [
            {
                "name": layer.name,
                "kind": layer.kind,
                "inputs": list(layer.inputs),
                "flops": layer.flops,
                "param_bytes": layer.param_bytes,
                "output_bytes": layer.output_bytes,
            }
            for layer in model
        ],
        "cut_points": [
            {"after": model.layers[cut].name, "tensor": tensor.name, "bytes": tensor.output_bytes}
            for cut in single_tensor_cuts(model)
            for tensor in (model.layers[open_tensor(model, cut)],)
        ],
    }
