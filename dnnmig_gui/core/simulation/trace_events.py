"""Traces in the Chrome trace-event format, which Perfetto (ui.perfetto.dev) and chrome://tracing open.

The format: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU. Each lane is a thread;
users, servers and links are processes. Times are microseconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dnnmig_gui.core.scenario.file import write_atomically
from dnnmig_gui.core.simulation.trace import NONE, SliceKind, Trace
from dnnmig_gui.core.simulation.trace_csv import lane_name

USERS, SERVERS, LINKS = 1, 2, 3
"""Numbers of the processes."""

_MOMENTS = (SliceKind.CONFIRM, SliceKind.GIVEN_UP)


def trace_events(trace: Trace) -> dict[str, Any]:
    """Return a trace as the values of its trace-event file."""
    links: dict[tuple[int, int], int] = {}
    events = list(_slices(trace, links))
    return {"traceEvents": [*_names(trace, links), *events], "displayTimeUnit": "ms"}


def save_trace_events(trace: Trace, path: Path | str) -> None:
    """Write a trace atomically.

    Raises
    ------
    InputError
        If the file cannot be written; an old file is then untouched.
    """
    text = json.dumps(trace_events(trace), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    write_atomically(Path(path), (text + "\n").encode())


def _names(trace: Trace, links: dict[tuple[int, int], int]) -> Iterator[dict[str, Any]]:
    def named(what: str, process: int, thread: int, name: str) -> dict[str, Any]:
        return {"ph": "M", "name": what, "pid": process, "tid": thread, "args": {"name": name}}

    for process, name in ((USERS, "Users"), (SERVERS, "Servers"), (LINKS, "Links")):
        yield named("process_name", process, 0, name)
    for number, lane in enumerate(trace.lanes):
        yield named("thread_name", SERVERS if lane.role == "server" else USERS, number, lane_name(trace, number))
    for (source, target), thread in links.items():
        yield named("thread_name", LINKS, thread, f"{trace.server_ids[source]} to {trace.server_ids[target]}")


def _slices(trace: Trace, links: dict[tuple[int, int], int]) -> Iterator[dict[str, Any]]:
    """Yield every slice; transfers and uploads on a link, which may overlap, as asynchronous slices."""
    columns = (
        trace.kind,
        trace.start,
        trace.end,
        trace.lane,
        trace.user,
        trace.query,
        trace.partition,
        trace.source,
        trace.target,
        trace.size_bytes,
    )
    for number, (kind, start, end, lane, user, query, partition, source, target, size) in enumerate(
        zip(*(column.tolist() for column in columns), strict=True)
    ):
        what = SliceKind(kind)
        name = what.name.lower().replace("_", " ")
        if query != NONE:
            name += f" of query {query + 1}" if what not in (SliceKind.QUERY, SliceKind.OPEN_QUERY) else f" {query + 1}"
        elif partition != NONE:
            name += f" #{partition + 1}"
        arguments: dict[str, Any] = {"user": trace.user_ids[user]}
        if NONE not in (source, target):
            arguments |= {"from": trace.server_ids[source], "to": trace.server_ids[target]}
        if size:
            arguments["bytes"] = size
        event: dict[str, Any] = {"name": name, "cat": what.name.lower(), "ts": start * 1e6, "args": arguments}
        if what in (SliceKind.TRANSFER, SliceKind.UPLOAD_HOP):
            thread = links.setdefault((source, target), len(links))
            place = {"pid": LINKS, "tid": thread, "id": number}
            yield {**event, **place, "ph": "b"}
            yield {"name": name, "cat": what.name.lower(), "ts": end * 1e6, **place, "ph": "e"}
            continue
        process = SERVERS if lane != NONE and trace.lanes[lane].role == "server" else USERS
        place = {"pid": process, "tid": max(lane, 0)}
        if what in _MOMENTS:
            yield {**event, **place, "ph": "i", "s": "t"}
        elif what in (SliceKind.PENDING, SliceKind.EXECUTE) and (what == SliceKind.PENDING or process == SERVERS):
            # These may lie beside one another in their lane.
            yield {**event, **place, "id": number, "ph": "b"}
            yield {"name": name, "cat": what.name.lower(), "ts": end * 1e6, **place, "id": number, "ph": "e"}
        else:
            yield {**event, **place, "ph": "X", "dur": (end - start) * 1e6}
