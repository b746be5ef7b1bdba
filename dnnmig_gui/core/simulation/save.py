"""A trace in the format that its file's name asks for."""

from __future__ import annotations

from pathlib import Path

from dnnmig_gui.core.simulation.trace import Trace
from dnnmig_gui.core.simulation.trace_csv import save_trace_csv
from dnnmig_gui.core.simulation.trace_events import save_trace_events
from dnnmig_gui.core.simulation.trace_file import save_trace

EVENTS_SUFFIX = ".perfetto.json"


def save_in_format_of(trace: Trace, path: Path) -> None:
    """Write a trace: ``.csv`` a table, ``.perfetto.json`` trace events for Perfetto and Chrome, else the JSON file.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    name = path.name.lower()
    if name.endswith(".csv"):
        save_trace_csv(trace, path)
    elif name.endswith(EVENTS_SUFFIX):
        save_trace_events(trace, path)
    else:
        save_trace(trace, path)
