"""The Pareto front of a run's scenario, and the run of one of its points. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.objective import reweighted
from dnnmig_gui.core.offloading.pareto import FrontPoint, pareto_front
from dnnmig_gui.core.planning import assemble_plan, solve_uploading, upload_tasks
from dnnmig_gui.core.reporting.numbers import number_text
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.gui.charts.data import Chart, Line, Quantity
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.planned_run import PlannedRun

DIVISIONS = 8
"""Steps of a weight from 0 to 1: 45 mixes."""
FIRST = mark("Find the front: the best plans for many mixes of delay, energy and money")


@dataclass(frozen=True, eq=False)
class Front:
    """The front of a run's scenario.

    Parameters
    ----------
    run
        The run whose scenario it belongs to.
    points
        By rising delay.
    """

    run: PlannedRun
    points: tuple[FrontPoint, ...]

    @property
    def priced(self) -> bool:
        """Whether plans differ in price, so that the front is told by delay and money too."""
        money = [point.figures.money for point in self.points]
        return bool(money) and max(money) > min(money)


def find_front(run: PlannedRun, work: Run) -> Front:
    """Return the front over delay, energy and money."""
    problem = run.plan.problem
    return Front(run, pareto_front(problem, DIVISIONS, work))


def front_chart(front: Front | None, run: PlannedRun) -> Chart:
    """Return the front as points, with the plan of a run of its scenario; without a front, an empty chart."""
    users = run.plan.users
    delay = Quantity(tr("Query delay") if len(users) == 1 else tr("System delay"), "s")
    energy = Quantity(tr("Energy a query"), "J")
    story = tr("Plans that no other plan beats in delay, energy and money at once. Click a point to load its plan.")
    if front is None:
        return Chart("pareto", tr("Pareto front"), story, "points", delay, energy, (), nothing=FIRST)
    if len(front.points) == 1:
        story = tr("One plan is the best in delay, energy and money alike, whatever matters more. Click it to load it.")
    x = np.array([point.figures.delay_s for point in front.points])
    y = np.array([point.figures.energy_j for point in front.points])
    price = tr("Price of 1,000 queries")
    prices = tuple(f"{price} {number_text(1000 * point.figures.money)}" for point in front.points)
    lines = [Line(tr("Best plans"), x, y, "accent", details=prices if front.priced else ())]
    shares = [user.share for user in run.plan.problem.users]
    now = [
        np.array([sum(share * value for share, value in zip(shares, values, strict=True))])
        for values in ([user.figures.delay_s for user in users], [user.figures.energy_j for user in users])
    ]
    lines.append(Line(tr("This plan"), now[0], now[1], "series_1"))
    return Chart("pareto", tr("Pareto front"), story, "points", delay, energy, tuple(lines))


def weighted_scenario(scenario: Scenario, point: FrontPoint) -> Scenario:
    """Return the scenario whose best plan is a point of the front: every user weighs as it says."""
    users = tuple(user.model_copy(update={"weights": point.weights}) for user in scenario.users)
    return scenario.model_copy(update={"users": users, "offloading": MethodChoice(method="exact")})


def point_run(front: Front, number: int, work: Run) -> PlannedRun:
    """Return the run of a point: its plan, uploaded as the scenario says, and played.

    Raises
    ------
    PlannerError
        If its uploads cannot be planned.
    """
    from dnnmig_gui.core.simulation.simulate import simulate

    point, plan = front.points[number], front.run.plan
    scenario = weighted_scenario(plan.scenario, point)
    problem = reweighted(plan.problem, point.weights)
    tasks = upload_tasks(problem, point.plan.places)
    alternatives = {}
    for place, method in enumerate(front.run.alternatives):
        own = method == plan.uploading_method
        choice = plan.scenario.uploading if own else MethodChoice(method=method)
        part = work.part(0.8 * place / len(front.run.alternatives), 0.8 * (place + 1) / len(front.run.alternatives))
        alternatives[method] = solve_uploading(tasks, choice, part)
    followed = (plan.uploading_method, alternatives[plan.uploading_method])
    made = assemble_plan(scenario, problem, plan.seed, ("exact", point.plan), followed)
    return PlannedRun(made, simulate(made, work.part(0.8, 1.0)), alternatives)
