"""Weights of an ONNX model that lie in files beside it.

They are never read: sizes and shapes are in the model. But a model whose weights are missing cannot be migrated, and
one that points out of its own folder is not to be trusted, so both are errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from dnnmig_gui.core.dnn.onnx_types import type_of_tensor
from dnnmig_gui.core.errors import InputError

if TYPE_CHECKING:
    import onnx

_EXTERNAL = 1  # TensorProto.EXTERNAL


def check_external_data(model: onnx.ModelProto, folder: Path) -> None:
    """Check that every external tensor lies whole in a file inside `folder`.

    Raises
    ------
    InputError
        If a file is missing, too short, or outside the folder: by an absolute path, by ``..`` or by a symbolic link.
    """
    sizes: dict[str, int] = {}
    for tensor in _tensors(model.graph):
        if tensor.data_location == _EXTERNAL:
            _check_tensor(tensor, folder, sizes)


def _tensors(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
            if attribute.HasField("sparse_tensor"):
                yield from (attribute.sparse_tensor.values, attribute.sparse_tensor.indices)


def _check_tensor(tensor: onnx.TensorProto, folder: Path, sizes: dict[str, int]) -> None:
    field = f"tensor {tensor.name!r}"
    entries = {entry.key: entry.value for entry in tensor.external_data}
    location = entries.get("location", "")
    if location not in sizes:
        sizes[location] = _size_inside(location, folder, field)
    try:
        offset = int(entries.get("offset") or 0)
        length = int(entries.get("length") or sizes[location] - offset)
    except ValueError:
        raise InputError("the offset or length of its external data is no whole number", field=field) from None
    try:
        needed = type_of_tensor(tensor).size_in_bytes
    except InputError as error:
        error.field = field
        raise
    if offset < 0 or length < needed or offset + length > sizes[location]:
        raise InputError(
            f"its {needed} bytes do not lie in {location!r}, which has {sizes[location]}",
            field=field,
            hint="copy the whole file beside the model",
        )


def _size_inside(location: str, folder: Path, field: str) -> int:
    """Return the size of a file named by a model, once it is sure that it lies in the model's folder."""
    hint = "external data must lie in the model's own folder"
    if not isinstance(location, str) or not location or "\0" in location:
        raise InputError("its external data names no file", field=field, hint=hint)
    windows = PureWindowsPath(location)
    if PurePosixPath(location).is_absolute() or windows.drive or windows.root:
        raise InputError(f"its external data has the absolute path {location!r}", field=field, hint=hint)
    if ".." in windows.parts:  # splits at both kinds of slash
        raise InputError(f"its external data {location!r} leads out of the model's folder", field=field, hint=hint)
    path = folder / location
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise InputError(f"its external data {location!r} is a link that leads out", field=field, hint=hint)
        if not path.is_file():
            raise InputError(
                f"its external data {location!r} is missing", field=field, hint="copy that file beside the model"
            )
        return path.stat().st_size
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, on Python before 3.13
        raise InputError(f"its external data {location!r} cannot be read: {error}", field=field) from None
