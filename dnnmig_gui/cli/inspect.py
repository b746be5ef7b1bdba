"""``dnnmig inspect``: the layers of a model, what they cost, and where it can be cut."""

from __future__ import annotations

from pathlib import Path

from dnnmig_gui.cli.screen import heading, show, show_json, table
from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.dnn.cuts import open_tensor, single_tensor_cuts
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.reporting.model_document import model_document
from dnnmig_gui.core.reporting.numbers import bytes_text, count_text, flops_text


def run_inspect(source: str, dimensions: list[str], as_json: bool) -> int:
    """Print a model's layers and cut points."""
    model = _find_model(source, _read_dimensions(dimensions))
    if as_json:
        show_json(model_document(model))
        return 0
    cuts = set(single_tensor_cuts(model))
    parameters = model.total_param_bytes
    show(
        heading(model.name),
        f"{count_text(len(model))} layers, {flops_text(model.total_flops)} a query,"
        f" {bytes_text(parameters)} of parameters, {count_text(len(cuts))} cut points",
        "",
        table(
            ("#", "Layer", "Kind", "FLOPs", "Parameters", "Output", "Cut after sends"),
            (
                (
                    str(position + 1),
                    layer.name,
                    layer.kind,
                    flops_text(layer.flops) if layer.flops else "",
                    bytes_text(layer.param_bytes) if layer.param_bytes else "",
                    bytes_text(layer.output_bytes),
                    bytes_text(model.layers[open_tensor(model, position)].output_bytes) if position in cuts else "",
                )
                for position, layer in enumerate(model)
            ),
            right="rllrrrr",
            wide="Layer",
        ),
    )
    return 0


def _read_dimensions(dimensions: list[str]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for dimension in dimensions:
        name, equals, size = dimension.rpartition("=")
        if not (equals and name and size.isascii() and size.isdigit() and int(size[:19]) > 0 and len(size) < 19):
            raise InputError(
                f"must be NAME=SIZE with a whole number above 0, not {dimension!r}",
                field="--dimension",
                hint="for example --dimension batch=1",
            )
        if name in sizes:
            raise InputError(f"the dimension {name!r} is given twice", field="--dimension")
        sizes[name] = int(size)
    return sizes


def _find_model(source: str, dimensions: dict[str, int]) -> DnnModel:
    from dnnmig_gui.core.dnn.zoo import zoo_model, zoo_names

    path = Path(source)
    if source in zoo_names() and not path.is_file():
        if dimensions:
            raise InputError(f"the zoo model {source!r} has no dimensions to set", field="--dimension")
        return zoo_model(source)
    if len(path.parts) == 1 and not path.suffix and not path.exists():
        return zoo_model(source)  # names the nearest model of the zoo
    from dnnmig_gui.core.dnn.read import read_model

    model, _ = read_model(path, dimensions)
    return model
