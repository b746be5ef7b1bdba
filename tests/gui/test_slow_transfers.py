"""Tool tips of transfers: what of its link an upload had while queries went over the same link."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from dnnmig_gui.core.planning import plan_scenario
from dnnmig_gui.core.scenario.file import open_scenario
from dnnmig_gui.core.simulation.simulate import simulate
from dnnmig_gui.core.simulation.trace import SliceKind
from dnnmig_gui.gui.charts.lanes import lane_rows
from dnnmig_gui.gui.charts.texts import RunTexts
from dnnmig_gui.gui.planned_run import PlannedRun

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def test_a_tip_tells_what_queries_left_of_the_link() -> None:
    plan = plan_scenario(open_scenario(SCENARIOS / "intermittent-link.dnnmig").scenario, SCENARIOS)
    trace = simulate(plan)
    texts, slowed = RunTexts(PlannedRun(plan, trace, {})), 0
    tensors = trace.of_kind(SliceKind.TRANSFER)
    for row in trace.of_kind(SliceKind.UPLOAD_HOP):
        found = re.search(r"Slowed: ([\d.]+)\W+MB/s of the link's ([\d.]+)", texts.tip(int(row)))
        start, end = trace.start[row], trace.end[row]
        beside = tensors[(trace.source[tensors] == trace.source[row]) & (trace.target[tensors] == trace.target[row])]
        beside = beside[(trace.start[beside] < end) & (trace.end[beside] > start)]
        if found is None or end - start < 5:
            continue
        slowed += 1
        queries = float(trace.size_bytes[beside].sum()) / 1e6 / (end - start)
        assert float(found[1]) + queries == pytest.approx(float(found[2]), rel=0.05)
    assert slowed > 0


def test_a_transfer_is_marked_while_it_waits_for_its_share_of_a_link() -> None:
    plan = plan_scenario(open_scenario(SCENARIOS / "intermittent-link.dnnmig").scenario, SCENARIOS)
    trace = simulate(plan)
    run = PlannedRun(plan, trace, {})
    texts = RunTexts(run)
    shared = {row.lane.role: part for row in lane_rows(run) for part in row.series if part.texture == "shared"}
    assert {int(trace.kind[row]) for row in shared["uploads"].rows} == {SliceKind.UPLOAD_HOP}
    assert {int(trace.kind[row]) for row in shared["queries"].rows} == {SliceKind.TRANSFER}
    moving = np.isin(trace.kind, (SliceKind.UPLOAD_HOP, SliceKind.TRANSFER))
    for part in shared.values():
        assert (np.diff(part.start) >= 0).all()
        for row, start, end in zip(part.rows.tolist(), part.start.tolist(), part.end.tolist(), strict=True):
            assert trace.start[row] <= start < end <= trace.end[row]
            middle = (start + end) / 2
            same = (trace.source == trace.source[row]) & (trace.target == trace.target[row]) & moving
            assert (same & (trace.start <= middle) & (trace.end > middle)).sum() > 1
            assert "Slowed" in texts.tip(row)


def test_nothing_is_marked_where_links_are_wide() -> None:
    plan = plan_scenario(open_scenario(SCENARIOS / "smart-home.dnnmig").scenario, SCENARIOS)
    run = PlannedRun(plan, simulate(plan), {})
    assert all(part.texture != "shared" for row in lane_rows(run) for part in row.series)
