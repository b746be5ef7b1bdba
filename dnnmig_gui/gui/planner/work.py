"""The planning job: from a scenario to everything that the views show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.gui.planned_run import PlannedRun

COMPARED = ("direct", "ionn", "efficiency", "recursive-efficiency")
"""Uploading methods whose staircases stand beside the chosen one's."""


def plan_run(scenario: Scenario, folder: Path, run: Run, models: Mapping[str, LoadedModel] | None = None) -> PlannedRun:
    """Plan, simulate, and plan the upload again with the other methods.

    Parameters
    ----------
    models
        The models, where they have been read already.

    Raises
    ------
    PlannerError
        As `plan_scenario` does: the scenario is unfinished, a model cannot be read, no plan can run, cancelled.
    """
    from dnnmig_gui.core.planning import plan_scenario, upload_plans
    from dnnmig_gui.core.simulation.simulate import simulate

    plan = plan_scenario(scenario, folder, run.part(0.0, 0.7), models=models)
    others = [method for method in COMPARED if method != plan.uploading_method]
    alternatives = dict(upload_plans(plan, others, run.part(0.7, 0.85)))
    alternatives[plan.uploading_method] = tuple(user.uploading for user in plan.users)
    trace = simulate(plan, run.part(0.85, 1.0))
    in_order = [*COMPARED, *(name for name in alternatives if name not in COMPARED)]
    return PlannedRun(plan, trace, {name: alternatives[name] for name in in_order})
