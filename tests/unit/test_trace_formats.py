"""Traces written as tables and as trace events."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from field_plans import field_plan

from dnnmig_gui.core.simulation import SliceKind, Trace
from dnnmig_gui.core.simulation.save import save_in_format_of
from dnnmig_gui.core.simulation.simulate import simulate
from dnnmig_gui.core.simulation.trace_file import open_trace, trace_document


@pytest.fixture(params=[1, 5, 12, 40])
def trace(request: pytest.FixtureRequest) -> Trace:
    return simulate(field_plan(request.param))


def test_json(trace: Trace, tmp_path: Path) -> None:
    save_in_format_of(trace, tmp_path / "run.json")
    assert trace_document(open_trace(tmp_path / "run.json")) == trace_document(trace)


def test_csv(trace: Trace, tmp_path: Path) -> None:
    save_in_format_of(trace, tmp_path / "run.csv")
    with (tmp_path / "run.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == len(trace) > 0
    assert [float(line["start_s"]) for line in lines] == trace.start.tolist()
    assert [int(line["bytes"]) for line in lines] == trace.size_bytes.tolist()
    assert {line["kind"] for line in lines} == {
        SliceKind(kind).name.lower().replace("_", "-") for kind in np.unique(trace.kind)
    }
    assert {line["user"] for line in lines} == {trace.user_ids[user] for user in np.unique(trace.user)}
    assert all((line["query"] == "") == (number < 0) for line, number in zip(lines, trace.query, strict=True))


def test_trace_events(trace: Trace, tmp_path: Path) -> None:
    save_in_format_of(trace, tmp_path / "run.perfetto.json")
    events = json.loads((tmp_path / "run.perfetto.json").read_text("utf-8"))["traceEvents"]
    by_phase = {phase: [event for event in events if event["ph"] == phase] for phase in "MXbei"}
    assert len(by_phase["X"]) + len(by_phase["b"]) + len(by_phase["i"]) == len(trace)
    assert [event["id"] for event in by_phase["b"]] == [event["id"] for event in by_phase["e"]]
    named = {(event["pid"], event["tid"]) for event in by_phase["M"]}
    assert {(event["pid"], event["tid"]) for event in events} <= named
    assert all(event["dur"] >= 0 for event in by_phase["X"])
    confirms = trace.of_kind(SliceKind.CONFIRM)
    times = sorted(event["ts"] for event in by_phase["i"] if event["cat"] == "confirm")
    assert times == pytest.approx((trace.start[confirms] * 1e6).tolist())
    # Complete slices of a lane lie inside one another or apart: what viewers draw.
    for lane in {(event["pid"], event["tid"]) for event in by_phase["X"]}:
        own = [event for event in by_phase["X"] if (event["pid"], event["tid"]) == lane]
        ends: list[float] = []
        for event in sorted(own, key=lambda one: (one["ts"], -one["dur"])):
            while ends and ends[-1] <= event["ts"] + 1e-3:
                ends.pop()
            assert not ends or event["ts"] + event["dur"] <= ends[-1] + 1e-3
            ends.append(event["ts"] + event["dur"])
