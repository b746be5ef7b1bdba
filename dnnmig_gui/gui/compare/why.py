"""Why this plan: what costs most in it, what comes next, and what its limits cost. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.contention import contended, users_on_servers
from dnnmig_gui.core.costs.critical_path import critical_pairs
from dnnmig_gui.core.costs.problem import PathCost
from dnnmig_gui.core.errors import InfeasibleError, InputError
from dnnmig_gui.core.planning import MigrationPlan, solve_offloading
from dnnmig_gui.core.reporting.numbers import energy_text, seconds_text
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.schema import BarLimit, EnergyLimit, Limit, MethodChoice, PinLimit, UseLimit
from dnnmig_gui.gui.compare.contender import Bench
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import id_title

MOST_COSTS = 5
LEAST_GAIN = 1e-9
"""Relative change of the objective below which two plans count as equally good."""


@dataclass(frozen=True)
class Cost:
    """A layer or a tensor of a query, and its part of the delay.

    Parameters
    ----------
    what, where
        In words.
    layer
        Name of the layer that runs, or that makes the tensor.
    """

    what: str
    where: str
    seconds: float
    share: float
    layer: str
    on_link: bool


@dataclass(frozen=True)
class Alternative:
    """A change of the plan and what it does.

    Parameters
    ----------
    change
        In words.
    objective_change
        Relative change of the objective: above 0 is worse.
    delay_s
        The followed user's query delay then.
    """

    change: str
    objective_change: float
    delay_s: float


@dataclass(frozen=True)
class LimitCost:
    """A limit, and how much better the optimum would be without it; None where no plan could be found."""

    limit: str
    objective_change: float | None


@dataclass(frozen=True)
class Why:
    """The whole answer."""

    costs: tuple[Cost, ...]
    alternative: Alternative | None
    limits: tuple[LimitCost, ...]


def explain(plan: MigrationPlan, user: int, bench: Bench, run: Run) -> Why:
    """Return why a plan is as it is.

    Raises
    ------
    CancelledError
        If the run is cancelled.
    """
    costs = dearest(plan, user)
    run.report(0.2, "alternatives")
    run.check()
    alternative = next_best(plan, user)
    return Why(costs, alternative, limit_costs(plan, bench, run.part(0.4, 1.0)))


def dearest(plan: MigrationPlan, user_number: int) -> tuple[Cost, ...]:
    """Return the executions and transfers that take most of a user's query, the dearest first."""
    return tuple(sorted(all_costs(plan, user_number), key=lambda cost: -cost.seconds)[:MOST_COSTS])


def all_costs(plan: MigrationPlan, user_number: int) -> tuple[Cost, ...]:
    """Return every execution and transfer that a user's query waits for; their seconds sum to its delay.

    Of a parallel delay those on the critical path.
    """
    problem = plan.problem
    user, places = problem.users[user_number], plan.users[user_number].places
    stretch = users_on_servers(problem, tuple(each.places for each in plan.users))[user_number]
    whole = plan.users[user_number].figures.delay_s
    on_path = None
    if isinstance(user.delay, PathCost):
        on_path = set(critical_pairs(contended(user.delay.path, stretch), user.tensors, places, user.client))
    found = []
    names = [id_title(name) for name in problem.server_ids]
    for number, layer in enumerate(user.model.layers):
        seconds = float(user.delay.execution[number, places[number]] * stretch[places[number]])
        if seconds > 0 and (on_path is None or any(producer == number for producer, _ in on_path)):
            found.append(
                Cost(
                    layer.name,
                    tr("on {server}").format(server=names[places[number]]),
                    seconds,
                    seconds / whole,
                    layer.name,
                    False,
                )
            )
    arrived = np.append(places, user.client)
    tensors = user.tensors
    for producer, size, readers in zip(tensors.producer, tensors.size_bytes, tensors.consumers, strict=True):
        start, name = int(arrived[producer]), user.model.layers[int(producer)].name
        waited_for = [reader for reader in readers if on_path is None or (int(producer), reader) in on_path]
        for end in dict.fromkeys(int(arrived[reader]) for reader in waited_for):
            seconds = float(user.delay.per_transfer[start, end] + size * user.delay.per_byte[start, end])
            if end != start and seconds > 0:
                way = f"{names[start]} → {names[end]}"
                found.append(Cost(tr("output of {name}").format(name=name), way, seconds, seconds / whole, name, True))
    return tuple(found)


def next_best(plan: MigrationPlan, user_number: int) -> Alternative | None:
    """Return the best plan that differs in one layer, or in one server, of a user; None where there is no other."""
    problem = plan.problem
    evaluator = BatchEvaluator(problem)
    base = evaluator.flatten(plan.offloading.places)
    own = evaluator.columns[user_number]
    user, names = problem.users[user_number], [id_title(name) for name in problem.server_ids]
    rows, changes = [], []
    places = base[own]
    for number in range(len(places)):
        if not user.computes[number]:
            continue
        for server in np.flatnonzero(user.allowed[number]).tolist():
            if server != places[number]:
                row = base.copy()
                row[own.start + number] = server
                rows.append(row)
                changes.append(
                    tr("{layer} on {server}").format(layer=user.model.layers[number].name, server=names[server])
                )
    for used in np.unique(places[user.computes]).tolist():
        mine = np.flatnonzero((places == used) & user.computes)
        for server in range(problem.server_count):
            if server != used and user.allowed[mine, server].all():
                row = base.copy()
                row[own.start + mine] = server
                rows.append(row)
                changes.append(tr("all of {server} on {other}").format(server=names[used], other=names[server]))
    if not rows:
        return None
    population = np.array(rows)
    scores = evaluator.scores(population)
    place = int(scores.argmin())
    if not np.isfinite(scores[place]):
        return None
    before = float(evaluator.scores(base[None])[0])
    delay = float(evaluator.costs(population[place][None], [each.delay for each in problem.users])[0, user_number])
    change = (float(scores[place]) - before) / before if before > 0 else 0.0
    return Alternative(changes[place], change, delay)


def without_limits(scenario: Scenario) -> list[tuple[str, Scenario]]:
    """Return each limit in words with a scenario that lacks it."""
    found = []
    for number, user in enumerate(scenario.users):

        def changed(place: int = number, **values: object) -> Scenario:
            users = [
                each.model_copy(update=values) if other == place else each for other, each in enumerate(scenario.users)
            ]
            return scenario.model_copy(update={"users": tuple(users)})

        who = id_title(user.id)
        if user.deadline_s is not None:
            found.append(
                (
                    tr("{who}: deadline of {time}").format(who=who, time=seconds_text(user.deadline_s)),
                    changed(deadline_s=None),
                )
            )
        for place, limit in enumerate(user.limits):
            rest = user.limits[:place] + user.limits[place + 1 :]
            found.append((f"{who}: {_in_words(limit)}", changed(limits=rest)))
    for number, server in enumerate(scenario.servers):
        if server.memory_mb is not None:
            servers = list(scenario.servers)
            servers[number] = server.model_copy(update={"memory_mb": None})
            freed = scenario.model_copy(update={"servers": tuple(servers)})
            found.append(
                (
                    tr("{server}: room for {memory:g} MB").format(server=id_title(server.id), memory=server.memory_mb),
                    freed,
                )
            )
    return found


def _in_words(limit: Limit) -> str:
    """Return a limit as a sentence's end."""
    if isinstance(limit, PinLimit | BarLimit):
        layers = tr("all layers") if "*" in limit.layers else ", ".join(limit.layers)
        if isinstance(limit, PinLimit):
            return tr("{layers} only on {servers}").format(layers=layers, servers=", ".join(map(id_title, limit.to)))
        return tr("{layers} never on {servers}").format(layers=layers, servers=", ".join(map(id_title, limit.from_)))
    if isinstance(limit, UseLimit):
        return tr("some layer in the {tier} tier").format(tier=tr(limit.tier.capitalize()).lower())
    if isinstance(limit, EnergyLimit):
        return tr("energy budget of {energy}").format(energy=energy_text(limit.budget_j))
    return str(limit)


def limit_costs(plan: MigrationPlan, bench: Bench, run: Run) -> tuple[LimitCost, ...]:
    """Return what each limit costs: the optimum without it against the optimum with it; the dearest first."""
    ways = without_limits(plan.scenario)
    if not ways:
        return ()
    exact = MethodChoice(method="exact")

    def best(scenario: Scenario, part: Run) -> float | None:
        try:
            problem = Bench(scenario, bench.folder, bench.models).problem
            return solve_offloading(problem, exact, part).objective
        except (InputError, InfeasibleError):
            return None

    kept = best(plan.scenario, run.part(0.0, 0.2))
    found = []
    for number, (words, scenario) in enumerate(ways):
        run.check()
        freed = best(scenario, run.part(0.2 + 0.8 * number / len(ways), 0.2 + 0.8 * (number + 1) / len(ways)))
        change = None if kept is None or freed is None or kept <= 0 else min(0.0, (freed - kept) / kept)
        if change is not None and abs(change) < LEAST_GAIN:
            change = 0.0
        found.append(LimitCost(words, change))
    return tuple(sorted(found, key=lambda cost: 0.0 if cost.objective_change is None else cost.objective_change))
