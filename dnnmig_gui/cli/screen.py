"""What a command shows: tables and lines for people, JSON for programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from dnnmig_gui.core.reporting.numbers import SPACE

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

WIDTH_OF_FILES = 110
"""Columns of a line where the output is no terminal and ``COLUMNS`` is not set."""

LEAST_OF_WIDE = 10
"""Columns that a table's wrapping column keeps, however narrow the terminal."""


class _PlainSpaces:
    """A stream that writes plain spaces for narrow ones, which terminals and grep do not expect."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(text.replace(SPACE, " "))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def console() -> Console:
    """Return a console on standard output; colours and width follow the terminal, NO_COLOR and COLUMNS."""
    from rich.console import Console

    to_file = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(
        file=_PlainSpaces(sys.stdout),  # type: ignore[arg-type]
        width=WIDTH_OF_FILES if to_file else None,
        highlight=False,
        markup=False,
        emoji=False,
    )


def show(*parts: RenderableType) -> None:
    """Print tables and lines."""
    out = console()
    for part in parts:
        out.print(part)


def show_json(document: Any) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def clean(value: object, style: str = "") -> Text:
    """Return a text in which nothing is markup and no control character reaches the terminal."""
    from rich.text import Text

    text = str(value)
    return Text(
        "".join(letter if letter.isprintable() or letter == SPACE else "\ufffd" for letter in text), style=style
    )


def heading(title: str, remark: str = "") -> Text:
    """Return a line that heads what follows."""
    from rich.text import Text

    return Text.assemble(clean(title, "bold"), clean(f"  {remark}" if remark else "", "dim"))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], right: str = "", wide: str = "") -> Table:
    """Return a table.

    Parameters
    ----------
    columns
        Its heads.
    right
        One letter a column: ``r`` aligns right, anything else left; columns beyond it align left.
    wide
        The column that takes the room left over and wraps; the others keep their words on one line.
    """
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    for place, name in enumerate(columns):
        made.add_column(
            clean(name),
            justify="right" if right[place : place + 1] == "r" else "left",
            no_wrap=name != wide,
            min_width=LEAST_OF_WIDE if name == wide else None,
            overflow="fold" if name == wide else "ellipsis",
        )
    for row in rows:
        made.add_row(*(clean(cell) if isinstance(cell, (str, int, float)) else cell for cell in row))  # type: ignore[arg-type]
    return made
