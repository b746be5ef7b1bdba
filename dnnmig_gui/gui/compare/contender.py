"""A combination of methods, and what came of it. No Qt."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from dnnmig_gui.core.costs import Problem
from dnnmig_gui.core.offloading import OffloadingPlan
from dnnmig_gui.core.planning import (
    MigrationPlan,
    assemble_plan,
    prepare_problem,
    solve_offloading,
    solve_uploading,
    upload_tasks,
    user_figures,
)
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.registry import Kind, find_method, method_names
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.gui.charts.pace import Pace
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.planned_run import PlannedRun


def short_title(kind: Kind, name: str) -> str:
    """Return what people read for a method in a table: ``PSO`` for "PSO, particle swarm"."""
    if name not in method_names(kind):
        return name
    return re.split("[,，、]", tr(find_method(kind, name).title))[0]


@dataclass(frozen=True)
class Combination:
    """An offloading and an uploading method, each with its parameters."""

    offloading: MethodChoice
    uploading: MethodChoice

    @property
    def title(self) -> str:
        """What people read: ``PSO + IONN``."""
        return f"{self.offloading_title} + {self.uploading_title}"

    @property
    def offloading_title(self) -> str:
        """What people read for the offloading method."""
        return short_title("offloading", self.offloading.method)

    @property
    def uploading_title(self) -> str:
        """What people read for the uploading method."""
        return short_title("uploading", self.uploading.method)

    def applied(self, scenario: Scenario) -> Scenario:
        """Return a scenario that asks for these methods."""
        return scenario.model_copy(update={"offloading": self.offloading, "uploading": self.uploading})


def usual_combinations(scenario: Scenario) -> tuple[Combination, ...]:
    """Return what a comparison begins with: the scenario's offloading with all uploading methods, and the optimum."""
    own = scenario.uploading
    others = [MethodChoice(method=name) for name in method_names("uploading") if name != own.method]
    found = [Combination(scenario.offloading, choice) for choice in (own, *others)]
    if scenario.offloading.method != "exact" and "exact" in method_names("offloading"):
        found.append(Combination(MethodChoice(method="exact"), own))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Contender:
    """A plan of a combination, played.

    Parameters
    ----------
    run
        The plan and its trace.
    seconds
        How long its methods took.
    """

    combination: Combination
    run: PlannedRun
    seconds: float

    @property
    def plan(self) -> MigrationPlan:
        """Its plan."""
        return self.run.plan

    @cached_property
    def _paces(self) -> dict[int, Pace]:
        return {}

    def pace(self, user: int) -> Pace:
        """Return how fast a user's queries get."""
        if user not in self._paces:
            self._paces[user] = Pace.of(self.run, user)
        return self._paces[user]

    @cached_property
    def _energies(self) -> dict[int, list[float]]:
        return {}

    def stage_energies(self, user: int) -> list[float]:
        """Return the energy of a user's query in each stage of its upload, the other users' as planned, in joules."""
        if user not in self._energies:
            whole = [each.places for each in self.plan.users]
            self._energies[user] = [
                user_figures(
                    self.plan.problem,
                    tuple(stage.places if other == user else places for other, places in enumerate(whole)),
                )[user].energy_j
                for stage in self.plan.users[user].uploading.stages
            ]
        return self._energies[user]

    def mean_energy_j(self, user: int, horizon_s: float) -> float:
        """Return the mean energy of a user's queries until a time counted from the start of its upload."""
        stages = self.plan.users[user].uploading.stages
        energies = self.stage_energies(user)
        counts = np.array(
            [max(0.0, min(stage.end_s, horizon_s) - stage.start_s) / stage.query_delay_s for stage in stages]
        )
        return float(counts @ np.array(energies) / counts.sum()) if counts.sum() > 0 else energies[-1]


@dataclass(eq=False)
class Bench:
    """What contenders of one scenario share: the compiled problem and each offloading method's result.

    Parameters
    ----------
    scenario, folder
        What is planned.
    models
        The models, where they have been read already.
    """

    scenario: Scenario
    folder: Path
    models: Mapping[str, LoadedModel] | None
    _problem: Problem | None = None
    _placed: dict[str, tuple[OffloadingPlan, float]] = field(default_factory=dict)

    @property
    def problem(self) -> Problem:
        """The scenario compiled to arrays, once."""
        if self._problem is None:
            self._problem = prepare_problem(self.scenario, self.folder, self.models)
        return self._problem

    def contend(self, combination: Combination, run: Run) -> Contender:
        """Plan and play a combination.

        Raises
        ------
        PlannerError
            If it gives no plan.
        """
        from dnnmig_gui.core.simulation.simulate import simulate

        run.report(0.0, "planning")
        problem = self.problem
        key = combination.offloading.model_dump_json()
        if key not in self._placed:
            started = time.perf_counter()
            placed = solve_offloading(problem, combination.offloading, run.part(0.0, 0.7))
            self._placed[key] = (placed, time.perf_counter() - started)
        placed, placing_s = self._placed[key]
        run.check()
        started = time.perf_counter()
        uploaded = solve_uploading(upload_tasks(problem, placed.places), combination.uploading, run.part(0.7, 0.9))
        seconds = placing_s + time.perf_counter() - started
        plan = assemble_plan(
            combination.applied(self.scenario),
            problem,
            run.seed,
            (combination.offloading.method, placed),
            (combination.uploading.method, uploaded),
        )
        trace = simulate(plan, run.part(0.9, 1.0))
        return Contender(combination, PlannedRun(plan, trace, {plan.uploading_method: uploaded}), seconds)


def prolonged(contender: Contender, end_s: float, run: Run) -> Contender:
    """Return a contender whose run is played until a time, so that two can be laid side by side."""
    from dnnmig_gui.core.simulation.simulate import simulate

    plan = contender.plan
    if contender.run.end_s >= end_s:
        return contender
    running = plan.scenario.running.model_copy(update={"horizon_s": end_s})
    longer = replace(plan, scenario=plan.scenario.model_copy(update={"running": running}))
    return Contender(
        contender.combination,
        PlannedRun(plan, simulate(longer, run), contender.run.alternatives),
        contender.seconds,
    )
