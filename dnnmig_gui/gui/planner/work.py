"""The planning job: from a scenario to everything that the views show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.gui.planned_run import PlannedRun

if TYPE_CHECKING:
    from dnnmig_gui.core.planning import MigrationPlan

EXACT = MethodChoice(method="exact")
QUICK = MethodChoice(method="exact", parameters={"rounds": 0, "branches": 0, "time_limit_s": 1e-3})
"""One user's optimum; users who share servers answer one another until nobody gains, and nothing is proven."""
QUICK_UPLOADING = MethodChoice(method="recursive-efficiency")
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
    from dnnmig_gui.core.planning import plan_scenario

    return _compared(plan_scenario(scenario, folder, run.part(0.0, 0.7), models=models), run)


def plan_exactly(
    scenario: Scenario, folder: Path, run: Run, models: Mapping[str, LoadedModel] | None = None
) -> PlannedRun:
    """Do as `plan_run`, with the exact method in place of the scenario's."""
    from dnnmig_gui.core.planning import plan_scenario

    choice = scenario.offloading if scenario.offloading.method == EXACT.method else EXACT
    return _compared(plan_scenario(scenario, folder, run.part(0.0, 0.7), offloading=choice, models=models), run)


def plan_quickly(
    scenario: Scenario, folder: Path, run: Run, models: Mapping[str, LoadedModel] | None = None
) -> PlannedRun:
    """Plan with the exact method, without proof where users share servers, and simulate; no other uploading methods."""
    from dnnmig_gui.core.planning import plan_scenario
    from dnnmig_gui.core.simulation.simulate import run_phase

    uploading = scenario.uploading if scenario.uploading.method in COMPARED else QUICK_UPLOADING
    plan = plan_scenario(scenario, folder, run.part(0.0, 0.9), offloading=QUICK, uploading=uploading, models=models)
    played = run_phase(plan, run.part(0.9, 1.0))
    return PlannedRun(played.plan, played.trace, {plan.uploading_method: tuple(user.uploading for user in plan.users)})


def _compared(plan: MigrationPlan, run: Run) -> PlannedRun:
    """Return a plan with its trace, beside what the other uploading methods make of it."""
    from dnnmig_gui.core.planning import upload_plans
    from dnnmig_gui.core.simulation.simulate import run_phase

    others = [method for method in COMPARED if method != plan.uploading_method]
    alternatives = dict(upload_plans(plan, others, run.part(0.7, 0.85)))
    alternatives[plan.uploading_method] = tuple(user.uploading for user in plan.users)
    played = run_phase(plan, run.part(0.85, 1.0))
    in_order = [*COMPARED, *(name for name in alternatives if name not in COMPARED)]
    return PlannedRun(played.plan, played.trace, {name: alternatives[name] for name in in_order})
