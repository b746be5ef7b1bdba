"""Layer tables: a model as a csv file, one row a layer, with times where they are known.

``name,kind,inputs,flops,param_bytes,output_bytes[,client_ms,server_ms | ,<server id>_ms ...]``; `inputs` are names with
blanks between them, rows may stand in any order, an empty time is not known. An optional column ``result`` says ``yes``
at the layers whose tensors are the result, where these are not simply the layers that nobody reads.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.dnn.csv_rows import MILLISECONDS, Row, read_rows
from dnnmig_gui.core.dnn.model import INPUT_KIND, DnnModel, Layer, sorted_model
from dnnmig_gui.core.errors import InputError, unknown_name

FloatArray = npt.NDArray[np.float64]

COLUMNS = ("name", "kind", "inputs", "flops", "param_bytes", "output_bytes")
RESULT = "result"


@dataclass(frozen=True, eq=False)
class LayerTable:
    """A model and its times.

    Parameters
    ----------
    model
        The layers in topological order.
    milliseconds
        By ``client``, ``server`` or a server's id: shape (layers,), in the order of the model; NaN where not known.
    """

    model: DnnModel
    milliseconds: dict[str, FloatArray] = field(default_factory=dict)


def read_layer_table(path: Path | str) -> LayerTable:
    """Read a layer table.

    Raises
    ------
    InputError
        If it cannot be read or is no proper table; file and row are named.
    """
    path = Path(path)
    try:
        return _table_of(path)
    except InputError as error:
        raise error.within(path.name or str(path)) from None


def _table_of(path: Path) -> LayerTable:
    rows, time_columns = read_rows(path, COLUMNS, (RESULT,))
    layers: dict[str, Layer] = {}
    by_name: dict[str, Row] = {}
    for row in rows:
        layer = _layer(row)
        if layer.name in layers:
            raise InputError(
                f"the name {layer.name!r} is already that of {by_name[layer.name].place}",
                field=row.place,
                hint="rename one of the layers",
            )
        layers[layer.name] = layer
        by_name[layer.name] = row
    for name, layer in layers.items():
        for read in layer.inputs:
            if read not in layers:
                message, hint = unknown_name("layer", read, layers)
                raise InputError(f"inputs: {message}", field=by_name[name].place, hint=hint)
    if not any(layer.is_input for layer in layers.values()):
        raise InputError("no layer is of the kind 'input'", hint="add a row input,input,,0,0,<bytes of the input>")
    results = tuple(name for name, row in by_name.items() if _is_result(row))
    model = _model(path.stem, list(layers.values()), results)
    times = {
        column.removesuffix(MILLISECONDS): np.array([by_name[layer.name].milliseconds(column) for layer in model])
        for column in time_columns
    }
    return LayerTable(model, times)


def _layer(row: Row) -> Layer:
    kind = row.text("kind")
    inputs = tuple(dict.fromkeys(row.cells["inputs"].split()))
    layer = Layer(row.name(), kind, inputs, row.count("flops"), row.count("param_bytes"), row.count("output_bytes"))
    if layer.is_input and (inputs or layer.flops or layer.param_bytes):
        raise InputError("an input reads nothing, computes nothing and has no parameters", field=row.place)
    if not layer.is_input and not inputs:
        raise InputError(
            f"the layer {layer.name!r} reads nothing",
            field=row.place,
            hint=f"name its inputs, or give it the kind {INPUT_KIND!r}",
        )
    return layer


def _is_result(row: Row) -> bool:
    said = row.cells.get(RESULT, "")
    if said not in {"", "yes"}:
        raise InputError(f"{RESULT} must be 'yes' or empty, not {said[:60]!r}", field=row.place)
    return bool(said)


def _model(name: str, layers: list[Layer], results: tuple[str, ...]) -> DnnModel:
    seen: set[str] = set()
    for layer in layers:
        if not seen.issuperset(layer.inputs):
            return sorted_model(name, layers, results)
        seen.add(layer.name)
    return DnnModel(name, tuple(layers), results)


def write_layer_table(model: DnnModel, milliseconds: Mapping[str, FloatArray] | None = None) -> str:
    """Return a model as a layer table that `read_layer_table` reads back the same.

    Parameters
    ----------
    model
        The layers.
    milliseconds
        By ``client``, ``server`` or a server's id: shape (layers,); NaN where not known.

    Raises
    ------
    InputError
        If a layer's name is empty or holds a blank, which the table cannot tell from two names.
    """
    times = {f"{name}{MILLISECONDS}": values for name, values in (milliseconds or {}).items()}
    read = {name for layer in model for name in layer.inputs}
    sinks = tuple(layer.name for layer in model if layer.name not in read)
    results = set() if set(model.outputs) == set(sinks) else set(model.outputs)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *([RESULT] if results else []), *times])
    for position, layer in enumerate(model):
        if len(layer.name.split()) != 1:
            raise InputError(f"the name {layer.name!r} cannot stand in a layer table", hint="rename the layer")
        cells = [layer.name, layer.kind, " ".join(layer.inputs), layer.flops, layer.param_bytes, layer.output_bytes]
        if results:
            cells.append("yes" if layer.name in results else "")
        writer.writerow([*cells, *(_shown(values[position]) for values in times.values())])
    return text.getvalue()


def _shown(milliseconds: float) -> str:
    value = float(milliseconds)
    return "" if math.isnan(value) else repr(value).removesuffix(".0")
