"""``dnnmig pareto``: plans that no other beats in delay, energy and money at once, to pick from."""

from __future__ import annotations

from dataclasses import replace

from dnnmig_gui.cli.line import tell
from dnnmig_gui.cli.output import output_path, write_output
from dnnmig_gui.cli.plan import INFEASIBLE, tell_violation
from dnnmig_gui.cli.progress import watched_run
from dnnmig_gui.cli.screen import heading, show, show_json, table
from dnnmig_gui.core.costs import Problem
from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.errors import InputError, PlannerError
from dnnmig_gui.core.offloading.bound import lower_bound
from dnnmig_gui.core.offloading.pareto import FrontPoint, pareto_front
from dnnmig_gui.core.planning import MigrationPlan, assemble_plan, prepare_problem, solve_uploading, upload_tasks
from dnnmig_gui.core.reporting.front_document import front_csv, front_document, where_text
from dnnmig_gui.core.reporting.numbers import energy_text, money_text, number_text, seconds_text
from dnnmig_gui.core.reporting.plan_document import plan_document, plan_text
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario, open_scenario


def run_pareto(scenario: str, divisions: int, pick: int | None, output: str | None, as_json: bool) -> int:
    """Show the front, or write one of its plans; 1 if the plan picked breaks a limit."""
    opened = open_scenario(scenario)
    if pick is not None and output is None:
        raise InputError("needs --output, the file for the plan", field="--pick")
    target = output_path(output, (".csv",) if pick is None else (".json",))
    try:
        with watched_run(opened.scenario.seed) as run:
            problem = prepare_problem(opened.scenario, opened.path.parent)
            front = pareto_front(problem, divisions, run)
            if pick is not None and pick > len(front):
                raise InputError(f"the front ends with point {len(front)}, there is no point {pick}", field="--pick")
            plan = None if pick is None else _picked(opened.scenario, problem, front[pick - 1], pick, run)
    except PlannerError as error:
        raise error.within(opened.path.name) from None
    if target is not None:
        text = front_csv(problem, front) if plan is None else plan_text(plan_document(plan, opened.text))
        write_output(target, text)
    if as_json:
        show_json(front_document(problem, front))
    else:
        _show_front(opened.scenario, problem, front)
    if plan is not None and not plan.feasible:
        tell_violation(opened, plan)
        return INFEASIBLE
    if any(_breaks_limits(problem, point) for point in front):
        tell(
            InputError("a point of the front breaks limits: no plan that keeps them was found", source=opened.path.name)
        )
        return INFEASIBLE
    return 0


def _breaks_limits(problem: Problem, point: FrontPoint) -> bool:
    evaluator = BatchEvaluator(problem)
    row = evaluator.flatten(point.plan.places)[None]
    return bool(evaluator.scores(row)[0] > evaluator.objectives(row)[0])


def _picked(scenario: Scenario, problem: Problem, point: FrontPoint, number: int, run: Run) -> MigrationPlan:
    """Return the migration plan of a point, its objective that of the scenario's own weights."""
    evaluator = BatchEvaluator(problem)
    objective = float(evaluator.objectives(evaluator.flatten(point.plan.places)[None])[0])
    weights = point.weights
    note = (
        f"Point {number} of the Pareto front, best for weights of {weights.delay:.3g} for delay,"
        f" {weights.energy:.3g} for energy and {weights.money:.3g} for money."
    )
    placed = replace(point.plan, objective=objective, bound=lower_bound(problem), history=(), note=note)
    uploads = solve_uploading(upload_tasks(problem, placed.places), scenario.uploading, run)
    return assemble_plan(scenario, problem, run.seed, ("exact", placed), (scenario.uploading.method, uploads))


def _show_front(scenario: Scenario, problem: Problem, front: tuple[FrontPoint, ...]) -> None:
    several = len(problem.users) > 1
    show(
        heading(scenario.name, f"Pareto front, {len(front)} points"),
        "",
        table(
            ("Point", "Delay", "Energy", "Money", "Weights", *(("User",) if several else ()), "Where the layers run"),
            (
                (
                    str(number) if user == 0 else "",
                    seconds_text(point.figures.delay_s) if user == 0 else "",
                    energy_text(point.figures.energy_j) if user == 0 else "",
                    money_text(point.figures.money) if user == 0 else "",
                    _weights_text(point) if user == 0 else "",
                    *((problem.users[user].id,) if several else ()),
                    where_text(problem, point, user),
                )
                for number, point in enumerate(front, 1)
                for user in range(len(problem.users))
            ),
            right="rrrrl" + "l" * (1 + several),
            wide="Where the layers run",
        ),
        "",
        "Delay, energy and money of one query, summed over users by their shares; weights of delay, energy, money.",
    )


def _weights_text(point: FrontPoint) -> str:
    weights = (point.weights.delay, point.weights.energy, point.weights.money)
    return " ".join(number_text(round(weight, 3)) for weight in weights)
