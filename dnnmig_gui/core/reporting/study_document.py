"""A study as a document: JSON for programs, CSV and Parquet for tables."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.study.results import Row, Study

MEASURES = tuple(field.name for field in fields(Row) if field.name != "values")


def study_rows(study: Study) -> list[dict[str, Any]]:
    """Return a flat record a row: the axes by their paths, then what planning gave."""
    paths = [axis.path for axis in study.axes]
    return [
        dict(zip(paths, row.values, strict=True)) | {name: getattr(row, name) for name in MEASURES}
        for row in study.rows
    ]


def study_document(study: Study) -> dict[str, Any]:
    """Return what ``dnnmig study --json`` prints."""
    return {
        "axes": [{"path": axis.path, "values": list(axis.values)} for axis in study.axes],
        "planned": study.planned,
        "kept": study.kept,
        "rows": study_rows(study),
    }


def study_csv(study: Study) -> str:
    """Return the rows as CSV text; an unknown number is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*(axis.path for axis in study.axes), *MEASURES])
    for row in study_rows(study):
        writer.writerow([_cell(value) for value in row.values()])
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value) if isinstance(value, list | dict) else value


def require_parquet() -> None:
    """Raise an `InputError` unless Parquet files can be written."""
    if importlib.util.find_spec("pyarrow") is None:
        raise InputError(
            "needs the package pyarrow, which is not installed",
            field="--parquet",
            hint="pip install pyarrow, or take the CSV file, which is written anyway",
        )


def write_parquet(study: Study, path: Path) -> None:
    """Write the rows as a Parquet file."""
    require_parquet()
    import pyarrow
    import pyarrow.parquet

    rows = study_rows(study)
    columns = {
        name: [json.dumps(row[name]) if isinstance(row[name], list | dict) else row[name] for row in rows]
        for name in (rows[0] if rows else {})
    }
    try:
        pyarrow.parquet.write_table(pyarrow.table(columns), path)
    except (OSError, pyarrow.ArrowInvalid, pyarrow.ArrowTypeError) as error:
        raise InputError(f"cannot be written as Parquet: {error}", source=str(path)) from None
