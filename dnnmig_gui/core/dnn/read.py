"""Model files of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.dnn.layer_table import read_layer_table
from dnnmig_gui.core.dnn.model import DnnModel
from dnnmig_gui.core.dnn.onnx_import import read_onnx
from dnnmig_gui.core.errors import InputError

MODEL_SUFFIXES = (".onnx", ".csv")


def read_model(
    path: Path | str, dimensions: Mapping[str, int] | None = None
) -> tuple[DnnModel, dict[str, npt.NDArray[np.float64]]]:
    """Read a model: ``.onnx`` is an ONNX model, ``.csv`` a layer table.

    Parameters
    ----------
    path
        The file.
    dimensions
        Sizes of symbolic dimensions by name; only ONNX models have some.

    Returns
    -------
    tuple
        The model, and the times that came with it in seconds: by ``client``, ``server`` or a server's id, shape
        (layers,), NaN where not known.

    Raises
    ------
    InputError
        If it cannot be read or has another suffix.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix == ".onnx":
        return read_onnx(path, dimensions), {}
    if suffix != ".csv":
        raise InputError(
            f"a model file ends in {' or '.join(MODEL_SUFFIXES)}, not in {suffix or 'nothing'!r}",
            source=path.name or str(path),
            hint="export the model to ONNX, or write a layer table",
        )
    if dimensions:
        raise InputError(
            "a layer table has no symbolic dimensions", source=path.name, field="dimensions", hint="leave them out"
        )
    table = read_layer_table(path)
    return table.model, {name: values / 1000.0 for name, values in table.milliseconds.items()}
