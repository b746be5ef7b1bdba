"""How fast queries get: by the CRs of a plan made beforehand, else by what each query took."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dnnmig_gui.core.planning import plan_scenario
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.core.simulation import SliceKind
from dnnmig_gui.core.simulation.simulate import run_phase
from dnnmig_gui.gui.charts.pace import Pace
from dnnmig_gui.gui.planned_run import PlannedRun

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.mark.parametrize("name", ["latecomers", "smart-home"])
def test_a_query_takes_what_its_line_says(name: str) -> None:
    file = open_scenario(SCENARIOS / f"{name}.dnnmig")
    phase = run_phase(plan_scenario(file.scenario, file.path.parent))
    run, trace = PlannedRun(phase.plan, phase.trace, {}), phase.trace
    for user in range(len(run.plan.users)):
        pace = Pace.of(run, user)
        queries = trace.of_kind(SliceKind.QUERY)
        queries = queries[trace.user[queries] == user]
        told = [pace.delay_at(t) for t in trace.start[queries].tolist()]
        assert told == pytest.approx((trace.end[queries] - trace.start[queries]).tolist())
        assert (np.diff(pace.start) >= 0).all()
