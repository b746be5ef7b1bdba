"""Traces as CSV files: one line a slice, with names instead of numbers."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from dnnmig_gui.core.scenario.file import write_atomically
from dnnmig_gui.core.simulation.trace import NONE, SliceKind, Trace

HEADER = (
    "kind",
    "start_s",
    "end_s",
    "lane",
    "user",
    "query",
    "partition",
    "first_layer",
    "last_layer",
    "source",
    "target",
    "bytes",
)


def save_trace_csv(trace: Trace, path: Path | str) -> None:
    """Write a trace atomically.

    Queries and partitions count from 1, layers from 0 in topological order; what does not apply is empty.

    Raises
    ------
    InputError
        If the file cannot be written; an old file is then untouched.
    """
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(HEADER)
    kinds = {int(kind): kind.name.lower().replace("_", "-") for kind in SliceKind}
    lanes = {NONE: "", **{number: lane_name(trace, number) for number in range(len(trace.lanes))}}
    servers = {NONE: "", **dict(enumerate(trace.server_ids))}
    plain = {NONE: ""}
    columns = (
        (kinds[kind] for kind in trace.kind.tolist()),
        map(repr, trace.start.tolist()),
        map(repr, trace.end.tolist()),
        (lanes[lane] for lane in trace.lane.tolist()),
        (trace.user_ids[user] for user in trace.user.tolist()),
        *(
            (str(number) if number > 0 else "" for number in (column + 1).tolist())
            for column in (trace.query, trace.partition)
        ),
        *(
            (plain.get(number, number) for number in column.tolist())
            for column in (trace.first_layer, trace.last_layer)
        ),
        *((servers[server] for server in column.tolist()) for column in (trace.source, trace.target)),
        np.where(trace.size_bytes > 0, trace.size_bytes, 0).tolist(),
    )
    lines.writerows(zip(*columns, strict=True))
    write_atomically(Path(path), text.getvalue().encode())


def lane_name(trace: Trace, number: int) -> str:
    """Return what people call a lane."""
    lane = trace.lanes[number]
    return trace.server_ids[lane.server] if lane.role == "server" else f"{trace.user_ids[lane.user]} {lane.role}"
