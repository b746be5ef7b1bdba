"""Traces as JSON files: the columns of `Trace` with what their numbers stand for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.file import write_atomically
from dnnmig_gui.core.scenario.saved_document import open_document, parse_document
from dnnmig_gui.core.simulation.told import COLUMNS
from dnnmig_gui.core.simulation.trace import Lane, SliceKind, Trace

FORMAT = "dnnmig-trace"
VERSION = 1
LARGEST_BYTES = 1_000_000_000
FIRST_KINDS = 7
"""Kinds of slices that the first traces knew."""

_PART = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class SavedLane(BaseModel):
    """One line of the timeline; numbers are -1 where they do not apply."""

    model_config = _PART

    role: Literal["uploads", "queries", "server"]
    user: int
    server: int


class SavedColumns(BaseModel):
    """One list a column, of equal length."""

    model_config = _PART

    kind: list[int]
    start: list[float]
    end: list[float]
    lane: list[int]
    user: list[int]
    query: list[int]
    partition: list[int]
    first_layer: list[int]
    last_layer: list[int]
    source: list[int]
    target: list[int]
    size_bytes: list[int]


class SavedTrace(BaseModel):
    """The file: `kinds[k]` names the slices whose `kind` is k."""

    model_config = _PART

    format: Literal["dnnmig-trace"]
    version: Literal[1]
    end_s: float
    servers: tuple[str, ...]
    users: tuple[str, ...]
    lanes: tuple[SavedLane, ...]
    kinds: tuple[str, ...]
    columns: SavedColumns


def trace_document(trace: Trace) -> dict[str, Any]:
    """Return a trace as the values of its JSON file."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "end_s": trace.end_s,
        "servers": list(trace.server_ids),
        "users": list(trace.user_ids),
        "lanes": [{"role": lane.role, "user": lane.user, "server": lane.server} for lane in trace.lanes],
        "kinds": _kinds(),
        "columns": {name: getattr(trace, name).tolist() for name in COLUMNS},
    }


def save_trace(trace: Trace, path: Path | str) -> None:
    """Write a trace atomically.

    Raises
    ------
    InputError
        If the file cannot be written; an old file is then untouched.
    """
    text = json.dumps(trace_document(trace), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    write_atomically(Path(path), (text + "\n").encode())


def open_trace(path: Path | str) -> Trace:
    """Read and check a trace file.

    Raises
    ------
    InputError
        If the file cannot be read, is no JSON, or breaks the format; the message names the field.
    """
    return open_document(path, LARGEST_BYTES, "a trace", parse_trace)


def parse_trace(text: str) -> Trace:
    """Return the checked trace of a text; errors carry no file name."""
    saved = parse_document(text, SavedTrace)
    columns: dict[str, Any] = {}
    for name, dtype in COLUMNS.items():
        values = getattr(saved.columns, name)
        try:
            columns[name] = np.array(values, dtype=dtype)
        except OverflowError:
            raise InputError("holds a number that is too large", field=f"columns.{name}") from None
    _check(saved, columns)
    return Trace(
        server_ids=saved.servers,
        user_ids=saved.users,
        lanes=tuple(Lane(lane.role, lane.user, lane.server) for lane in saved.lanes),
        end_s=saved.end_s,
        **columns,
    )


def _kinds() -> list[str]:
    return [kind.name.lower().replace("_", "-") for kind in SliceKind]


def _check(saved: SavedTrace, columns: dict[str, Any]) -> None:
    """Refuse columns whose numbers stand for nothing."""
    known = _kinds()
    # Files of older versions know fewer kinds; those keep their numbers.
    if len(saved.kinds) < FIRST_KINDS or list(saved.kinds) != known[: len(saved.kinds)]:
        raise InputError(f"must be {', '.join(known)}", field="kinds")
    length = len(columns["kind"])
    for name, column in columns.items():
        if len(column) != length:
            raise InputError(f"has {len(column)} entries where 'kind' has {length}", field=f"columns.{name}")
    limits = {
        "kind": (0, len(saved.kinds)),
        "lane": (-1, len(saved.lanes)),
        "user": (0, len(saved.users)),
        "source": (-1, len(saved.servers)),
        "target": (-1, len(saved.servers)),
        **dict.fromkeys(("query", "partition", "first_layer", "last_layer"), (-1, None)),
        "size_bytes": (0, None),
    }
    for name, (least, limit) in limits.items():
        wrong = columns[name] < least
        if limit is not None:
            wrong |= columns[name] >= limit
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise InputError(f"stands for nothing: {columns[name][row]}", field=f"columns.{name}[{row}]")
    for number, lane in enumerate(saved.lanes):
        if not (-1 <= lane.user < len(saved.users) and -1 <= lane.server < len(saved.servers)):
            raise InputError("names a user or a server that is not there", field=f"lanes[{number}]")
    start, end = columns["start"], columns["end"]
    if (np.diff(start) < 0).any():
        raise InputError("must not fall", field="columns.start")
    if (end < start).any() or (end > saved.end_s).any() or (start < 0).any():
        raise InputError("must lie between the slice's start and end_s", field="columns.end")
