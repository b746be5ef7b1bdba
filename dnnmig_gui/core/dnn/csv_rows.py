"""Tables as people make them in a spreadsheet: strict where it matters, with the row and column in every error."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dnnmig_gui.core.errors import InputError, unknown_name

LARGEST_BYTES = 256 * 2**20
MILLISECONDS = "_ms"
_NUMBER = re.compile(r"[+]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_LARGEST_COUNT = 2**63 - 1


@dataclass(frozen=True)
class Row:
    """A row of a table: `number` counts as spreadsheets do, so that the header is row 1."""

    number: int
    cells: dict[str, str]

    @property
    def place(self) -> str:
        """What an error calls it."""
        return f"row {self.number}"

    def text(self, column: str) -> str:
        """Return a cell that may not be empty."""
        found = self.cells[column]
        if not found:
            raise InputError(f"{column} is empty", field=self.place)
        return found

    def name(self) -> str:
        """Return the layer's name, which may hold no blank: `inputs` parts names by blanks."""
        found = self.text("name")
        if len(found.split()) > 1:
            raise InputError(f"the name {found!r} holds a blank", field=self.place, hint="write '_' instead")
        return found

    def count(self, column: str) -> int:
        """Return a cell as a whole number from 0 on; 1e6 and 1000000.0 are whole too."""
        value = self._number(column, self.text(column))
        if not value.is_integer():
            raise InputError(f"{column} must be a whole number, not {self.cells[column]!r}", field=self.place)
        whole = int(self.cells[column]) if self.cells[column].isdecimal() else int(value)
        if whole > _LARGEST_COUNT:
            raise InputError(f"{column} is too large: {self.cells[column]!r}", field=self.place)
        return whole

    def milliseconds(self, column: str) -> float:
        """Return a cell as a time; an empty one is not known: NaN."""
        text = self.cells[column]
        return self._number(column, text) if text else math.nan

    def _number(self, column: str, text: str) -> float:
        value = float(text) if _NUMBER.fullmatch(text) and len(text) <= 64 else math.inf
        if not math.isfinite(value):
            raise InputError(
                f"{column} must be a number from 0 on, not {text[:60]!r}",
                field=self.place,
                hint="write 1234.5, without thousands separators or units",
            )
        return value


def read_rows(path: Path, required: Iterable[str], optional: Iterable[str] = ()) -> tuple[list[Row], list[str]]:
    """Read a table.

    Parameters
    ----------
    path
        A file in UTF-8, its columns parted by commas, the first row naming them.
    required, optional
        Columns besides those of times, which end in ``_ms``; they may stand in any order.

    Returns
    -------
    tuple
        The rows that are not blank, and the names of the columns of times.

    Raises
    ------
    InputError
        If it cannot be read or a column is missing, unknown or twice; the file is not named yet.
    """
    records = _records(_text(path))
    _, header = next(records, (1, []))
    columns = [cell.strip() for cell in header]
    _check_columns(columns, list(required), list(optional))
    rows = []
    for number, record in records:
        cells = [cell.strip() for cell in record]
        if not any(cells):
            continue
        if len(cells) != len(columns):
            raise InputError(
                f"has {len(cells)} cells, the header has {len(columns)}", field=f"row {number}", hint="check its commas"
            )
        rows.append(Row(number, dict(zip(columns, cells, strict=True))))
    if not rows:
        raise InputError("has no rows below its header")
    return rows, [column for column in columns if column.endswith(MILLISECONDS)]


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            raise InputError("is a folder, not a table", hint="name a file")
        if not path.is_file():
            raise InputError("there is no such file" if not path.exists() else "is not a regular file")
        if path.stat().st_size > LARGEST_BYTES:
            raise InputError("is larger than 256 MB", hint="is this a table?")
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("is not a table: it holds bytes that are no UTF-8 text") from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}") from None
    if not text.strip():
        raise InputError("is empty")
    if "\0" in text:
        raise InputError("is not a table: it holds a zero byte")
    return text


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    try:
        for record in reader:
            number += 1
            yield number, record
    except csv.Error as error:
        raise InputError(f"is no table row: {error}", field=f"row {number + 1}") from None


def _check_columns(columns: list[str], required: list[str], optional: list[str]) -> None:
    place = "row 1"
    for column in required:
        if column not in columns:
            hint = "the first row must name " + ", ".join(required)
            if len(columns) == 1 and ";" in columns[0]:
                hint = "part its columns by commas, not semicolons"
            raise InputError(f"the column {column!r} is missing", field=place, hint=hint)
    seen: set[str] = set()
    for column in columns:
        if column in seen:
            raise InputError(f"the column {column!r} is there twice", field=place)
        seen.add(column)
        known = column in required or column in optional
        if not known and (not column.endswith(MILLISECONDS) or column == MILLISECONDS):
            message, near = unknown_name("column", column[:60], [*required, *optional])
            raise InputError(message, field=place, hint=near or "columns of times are called client_ms, edge-1_ms, ...")
