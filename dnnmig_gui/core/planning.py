"""The installation phase in one readable function: scenario -> MigrationPlan (article, Figure 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dnnmig_gui.core.costs import Figures, Problem
from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.compile import compile_problem
from dnnmig_gui.core.costs.contention import users_on_servers
from dnnmig_gui.core.costs.feasibility import violations
from dnnmig_gui.core.costs.problem import IntArray, Places
from dnnmig_gui.core.offloading import OffloadingPlan
from dnnmig_gui.core.offloading.bound import lower_bound, note_of_bound
from dnnmig_gui.core.offloading.fewest_servers import with_fewest_servers
from dnnmig_gui.core.offloading.infeasibility import explanation
from dnnmig_gui.core.profiling.combine import LoadedModel, load_models
from dnnmig_gui.core.registry import find_method
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.references import check_choice
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.core.uploading import UploadingPlan
from dnnmig_gui.core.uploading.evaluate import UploadTask, make_uploading_plan


@dataclass(frozen=True, eq=False)
class UserPlan:
    """What a migration plan says of one user.

    Parameters
    ----------
    places
        Shape (L,): server number of each layer once everything is uploaded.
    figures, local
        One query under the plan, and with the whole model on the client.
    violations
        The limits that the plan breaks, each in a sentence, then the sentences of `way_out`; empty if it is feasible.
    way_out
        Why the limits are not kept, and the least relaxation that would help.
    uploading
        The ordered P3.
    """

    id: str
    places: IntArray
    figures: Figures
    local: Figures
    violations: tuple[str, ...]
    uploading: UploadingPlan
    way_out: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class MigrationPlan:
    """The result of the installation phase.

    Parameters
    ----------
    scenario
        What was planned.
    problem
        The arrays it was compiled to; `problem.users[k].model` is user k's model after preprocessing.
    seed
        Seed of the run.
    offloading_method, uploading_method
        Names of the methods used.
    offloading
        Where every layer runs, with objective, bound and history.
    users
        In the scenario's order.
    """

    scenario: Scenario
    problem: Problem
    seed: int
    offloading_method: str
    uploading_method: str
    offloading: OffloadingPlan
    users: tuple[UserPlan, ...]

    @property
    def system_delay_s(self) -> float:
        """Sum over users of share x query delay."""
        shares = (user.share for user in self.problem.users)
        return sum(share * user.figures.delay_s for share, user in zip(shares, self.users, strict=True))

    @property
    def feasible(self) -> bool:
        """Whether no user's limits are broken."""
        return not any(user.violations for user in self.users)


def prepare_problem(scenario: Scenario, folder: Path, models: Mapping[str, LoadedModel] | None = None) -> Problem:
    """Read the models, preprocess them and compile everything to arrays.

    Parameters
    ----------
    folder
        Where the scenario's relative paths begin.
    models
        The models, where they have been read already (`load_models`).

    Raises
    ------
    InputError
        If a model cannot be read, or the scenario lacks something.
    """
    loaded = load_models(scenario, folder) if models is None else models
    return compile_problem(scenario, {name: preprocess(one, scenario.preprocessing) for name, one in loaded.items()})


def preprocess(loaded: LoadedModel, choices: Sequence[MethodChoice]) -> LoadedModel:
    """Return a model after the scenario's preprocessing methods, one after the other; known times add up."""
    for choice in choices:
        method = find_method("preprocessing", choice.method)
        result = method.solve(loaded.model, method.read_parameters(choice.parameters), Run())
        loaded = LoadedModel(result.model, loaded.profile.merged(result.groups))
    return loaded


def plan_scenario(
    scenario: Scenario,
    folder: Path,
    run: Run | None = None,
    *,
    offloading: MethodChoice | None = None,
    uploading: MethodChoice | None = None,
    models: Mapping[str, LoadedModel] | None = None,
) -> MigrationPlan:
    """Plan a scenario: where each layer runs, and what is uploaded first.

    Parameters
    ----------
    run
        Its seed is used for all random choices; a run with the scenario's seed unless given.
    offloading, uploading
        Methods to use instead of the scenario's.
    models
        The models, where they have been read already.

    Raises
    ------
    InputError
        If the scenario cannot be planned as it is.
    InfeasibleError
        If no plan exists, or a method cannot answer for this scenario.
    CancelledError
        If the run is cancelled.
    """
    run = run or Run(scenario.seed)
    run.report(0.0, "reading models")
    problem = prepare_problem(scenario, folder, models)
    placed = solve_offloading(problem, offloading or scenario.offloading, run.part(0.05, 0.8))
    tasks = upload_tasks(problem, placed.places)
    uploaded = solve_uploading(tasks, uploading or scenario.uploading, run.part(0.8, 1.0))
    return assemble_plan(
        scenario,
        problem,
        run.seed,
        ((offloading or scenario.offloading).method, placed),
        ((uploading or scenario.uploading).method, uploaded),
    )


def solve_offloading(problem: Problem, choice: MethodChoice, run: Run) -> OffloadingPlan:
    """Return the offloading plan of a method, with a lower bound wherever one can be proven."""
    check_choice("offloading", choice, "offloading")
    method = find_method("offloading", choice.method)
    plan: OffloadingPlan = method.solve(problem, method.read_parameters(choice.parameters), run)
    if problem.ties == "fewest-servers":
        plan = with_fewest_servers(problem, plan, run)
    if plan.bound is not None:
        return plan
    bound = lower_bound(problem, run)
    proven = bound is not None and plan.objective <= bound * (1 + 1e-9)
    told = "" if proven else note_of_bound(problem)
    return replace(plan, bound=bound, note=" ".join(filter(None, (plan.note, told))))


def upload_tasks(problem: Problem, places: Places) -> tuple[UploadTask, ...]:
    """Return each user's uploading problem under an offloading plan; methods that share them share their work."""
    stretches = users_on_servers(problem, places)
    return tuple(UploadTask.of(problem, number, places, stretch) for number, stretch in enumerate(stretches))


def solve_uploading(tasks: Sequence[UploadTask], choice: MethodChoice, run: Run) -> tuple[UploadingPlan, ...]:
    """Return the uploading plan that a method makes for each user."""
    check_choice("uploading", choice, "uploading")
    method = find_method("uploading", choice.method)
    parameters = method.read_parameters(choice.parameters)
    found = []
    for number, task in enumerate(tasks):
        run.check()
        found.append(make_uploading_plan(task, choice.method, method.solve(task, parameters, run)))
        run.report((number + 1) / len(tasks), f"uploads of {task.user.id}")
    return tuple(found)


def upload_plans(plan: MigrationPlan, methods: Sequence[str], run: Run) -> dict[str, tuple[UploadingPlan, ...]]:
    """Return the uploading plans that other methods make of the same offloading plan, by method.

    A method named in the plan keeps the plan's own result and parameters; others use their defaults.
    """
    found = {}
    tasks = upload_tasks(plan.problem, plan.offloading.places)
    for number, method in enumerate(methods):
        part = run.part(number / len(methods), (number + 1) / len(methods))
        if method == plan.uploading_method:
            found[method] = tuple(user.uploading for user in plan.users)
        else:
            found[method] = solve_uploading(tasks, MethodChoice(method=method), part)
    return found


def assemble_plan(
    scenario: Scenario,
    problem: Problem,
    seed: int,
    offloading: tuple[str, OffloadingPlan],
    uploading: tuple[str, tuple[UploadingPlan, ...]],
) -> MigrationPlan:
    """Put an offloading plan and the users' uploading plans together, with the figures of every user.

    Parameters
    ----------
    offloading, uploading
        The method's name and what it returned.
    """
    places = offloading[1].places
    figures = user_figures(problem, places)
    broken = violations(problem, places, figures)
    ways_out = tuple(
        explanation(problem, number, places, Run()) if faults else () for number, faults in enumerate(broken)
    )
    users = tuple(
        UserPlan(user.id, user_places, costs, user.local, (*faults, *way_out), uploads, way_out)
        for user, user_places, costs, faults, way_out, uploads in zip(
            problem.users, places, figures, broken, ways_out, uploading[1], strict=True
        )
    )
    return MigrationPlan(scenario, problem, seed, offloading[0], uploading[0], offloading[1], users)


def user_figures(problem: Problem, places: Places) -> tuple[Figures, ...]:
    """Return what a query of each user costs under an offloading plan."""
    evaluator = BatchEvaluator(problem)
    row = evaluator.flatten(places)[None]
    columns = [
        evaluator.costs(row, [getattr(user, quantity) for user in problem.users])[0]
        for quantity in ("delay", "energy", "money")
    ]
    return tuple(
        Figures(float(delay), float(energy), float(money)) for delay, energy, money in zip(*columns, strict=True)
    )
