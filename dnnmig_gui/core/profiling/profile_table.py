"""Profiles from files: ``index,name,<server id>_ms ...``, one row a layer."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dnnmig_gui.core.dnn.csv_rows import MILLISECONDS, Row, read_rows
from dnnmig_gui.core.dnn.model import DnnModel
from dnnmig_gui.core.errors import InputError, unknown_name
from dnnmig_gui.core.profiling.profile import Profile

COLUMNS = ("index", "name")
_LONGEST_HEADER = 2**20


def is_profile(path: Path | str) -> bool:
    """Return whether a table begins as a profile does; what cannot be read is none."""
    try:
        with Path(path).open(encoding="utf-8-sig", errors="replace") as file:
            cells = [cell.strip() for cell in file.readline(_LONGEST_HEADER).split(",")]
    except (OSError, ValueError):
        return False
    return set(COLUMNS) <= set(cells)


def read_profile(path: Path | str, model: DnnModel) -> Profile:
    """Read the times of a model's layers.

    The name says which layer a row is about; the index numbers the rows and must be different in each. A layer without
    a row, or with an empty cell, has no known time.

    Parameters
    ----------
    path
        The file.
    model
        The model it was measured on.

    Returns
    -------
    Profile
        Times in seconds, in the order of the model's layers.

    Raises
    ------
    InputError
        If it cannot be read, names a layer that the model does not have or names one twice, or holds no times; file
        and row are named.
    """
    path = Path(path)
    try:
        return _profile_of(path, model)
    except InputError as error:
        raise error.within(path.name or str(path)) from None


def _profile_of(path: Path, model: DnnModel) -> Profile:
    rows, columns = read_rows(path, COLUMNS)
    if not columns:
        raise InputError("has no column of times", field="row 1", hint="add a column such as client_ms")
    _check(rows, model)
    seconds = {}
    for column in columns:
        times = np.full(len(model), np.nan)
        for row in rows:
            times[model.index[row.name()]] = row.milliseconds(column) / 1000.0
        seconds[column.removesuffix(MILLISECONDS)] = times
    return Profile(seconds)


def _check(rows: list[Row], model: DnnModel) -> None:
    names: dict[str, Row] = {}
    indices: dict[int, Row] = {}
    for row in rows:
        name, index = row.name(), row.count("index")
        if name not in model.index:
            message, hint = unknown_name("layer", name, model.index)
            raise InputError(f"{message} in the model {model.name!r}", field=row.place, hint=hint)
        if name in names:
            raise InputError(f"the layer {name!r} is already in {names[name].place}", field=row.place)
        if index in indices:
            raise InputError(f"the index {index} is already in {indices[index].place}", field=row.place)
        names[name] = indices[index] = row
