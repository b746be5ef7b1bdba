"""Who plans when users come and go: all beforehand, each on arrival with what is left, or all at every change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from dnnmig_gui.core.costs.contention import contended, users_on_servers
from dnnmig_gui.core.costs.objective import restricted
from dnnmig_gui.core.costs.problem import FloatArray, IntArray, Places, Problem, UserProblem
from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.errors import InfeasibleError
from dnnmig_gui.core.planning import MigrationPlan, solve_offloading, solve_uploading, user_figures
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.simulation.assignment import Assignment
from dnnmig_gui.core.simulation.contenders import everything_live, live_of
from dnnmig_gui.core.simulation.outages import Outages
from dnnmig_gui.core.simulation.programs import Live
from dnnmig_gui.core.uploading.evaluate import UploadTask


class Policy(Protocol):
    """Hands out assignments as users come and go. Users are numbered as in the scenario."""

    def arrive(self, number: int) -> dict[int, Assignment]:
        """Return the assignments that change when a user arrives, its own included."""
        ...

    def depart(self, number: int) -> dict[int, Assignment]:
        """Return the assignments that change when a user leaves."""
        ...

    def confirm(self, number: int, layers: Sequence[int], server: int) -> None:
        """Take note that layers of a user are stored on a server."""
        ...


def policy_of(plan: MigrationPlan, outages: Outages, run: Run) -> Policy:
    """Return the policy that the scenario asks for."""
    if plan.scenario.running.policy == "first-come":
        return FirstCome(plan, outages, run)
    if plan.scenario.running.policy == "fair":
        return Fair(plan, outages, run)
    return PlannedBeforehand(plan, outages)


class PlannedBeforehand:
    """Everybody follows the migration plan, which knew from the start who comes when."""

    def __init__(self, plan: MigrationPlan, outages: Outages) -> None:
        problem, running = plan.problem, plan.scenario.running
        self._problem = problem
        self._plan = plan
        self._places: Places = tuple(user.places for user in plan.users)
        self._execution = execution_times(problem, self._places, running.servers == "fifo")
        self._live = live_of(problem, [(user.places, user.uploading) for user in plan.users], running, outages)

    def arrive(self, number: int) -> dict[int, Assignment]:
        """Return the user's part of the plan."""

        def task() -> UploadTask:
            return UploadTask.of(self._problem, number, self._places)

        user = self._plan.users[number]
        return {number: Assignment(task, user.places, user.uploading, self._execution[number], *self._live[number])}

    def depart(self, number: int) -> dict[int, Assignment]:  # noqa: ARG002
        """Change nothing."""
        return {}

    def confirm(self, number: int, layers: Sequence[int], server: int) -> None:
        """Need not know."""


@dataclass(eq=False)
class _Present:
    """A user that is there: where its layers run, what it has stored where."""

    user: UserProblem
    assignment: Assignment
    places: IntArray
    stored: dict[int, set[int]] = field(default_factory=dict)


class FirstCome:
    """Whoever arrives plans for itself, on the servers that no user who is there has layers on, and keeps its plan.

    This is the article's greedy occupation: who comes first has the pick of the servers, who comes later gets what is
    left, and nobody moves when a server becomes free.
    """

    def __init__(self, plan: MigrationPlan, outages: Outages, run: Run) -> None:
        self._plan = plan
        self._run = run
        self._live = _live_for_all(plan, outages)
        self._taken: dict[int, frozenset[int]] = {}

    def arrive(self, number: int) -> dict[int, Assignment]:
        """Return the newcomer's plan for itself."""
        user = self._plan.problem.users[number]
        taken = frozenset[int]().union(*self._taken.values()) - {user.client}
        problem = _with_users(self._plan.problem, [_barred(user, taken)])
        try:
            places = solve_offloading(problem, self._plan.scenario.offloading, _quiet(self._run)).places[0]
        except InfeasibleError:
            places = problem.local_places()[0]  # nothing is left for this method: the client works alone
        self._taken[number] = frozenset(
            int(place) for place in np.unique(places[user.computes]) if place != user.client
        )
        return {number: _assigned(self._plan, problem, 0, (places,), self._live, self._run)}

    def depart(self, number: int) -> dict[int, Assignment]:
        """Free the servers of who leaves; nobody moves there."""
        self._taken.pop(number, None)
        return {}

    def confirm(self, number: int, layers: Sequence[int], server: int) -> None:
        """Need not know."""


class Fair:
    """All users that are there are planned anew whenever one comes or goes, so that the worst-off is best off.

    Layers that lie on another server than the new plan wants are uploaded again, at their cost; until they are
    there, queries may use the old copy.
    """

    def __init__(self, plan: MigrationPlan, outages: Outages, run: Run) -> None:
        self._plan = plan
        self._run = run
        self._live = _live_for_all(plan, outages)
        self._present: dict[int, _Present] = {}
        self._partitions: dict[int, int] = {}

    def arrive(self, number: int) -> dict[int, Assignment]:
        """Plan everybody anew, the newcomer included."""
        return self._planned_anew([*self._present, number])

    def depart(self, number: int) -> dict[int, Assignment]:
        """Plan everybody else anew."""
        self._present.pop(number, None)
        return self._planned_anew(list(self._present))

    def confirm(self, number: int, layers: Sequence[int], server: int) -> None:
        """Remember what need not be uploaded again."""
        for layer in layers:
            self._present[number].stored.setdefault(layer, set()).add(server)

    def _planned_anew(self, numbers: list[int]) -> dict[int, Assignment]:
        numbers.sort()
        if not numbers:
            return {}
        problem = _with_users(self._plan.problem, [self._plan.problem.users[number] for number in numbers])
        places = fairest_places(problem, self._plan, self._run)
        execution = execution_times(problem, places, self._plan.scenario.running.servers == "fifo")
        found = {}
        for position, number in enumerate(numbers):
            before = self._present.get(number)
            if before is not None and (before.places == places[position]).all():
                assignment = replace(before.assignment, execution_s=execution[position])
                before.assignment = assignment
            else:
                stored = before.stored if before is not None else {}
                first = self._partitions.get(number, 0)
                assignment = _assigned(
                    self._plan, problem, position, places, self._live, self._run, stored=stored, first=first
                )
                self._partitions[number] = first + len(assignment.uploading.partitions)
                self._present[number] = _Present(problem.users[position], assignment, places[position], stored)
            found[number] = assignment
        return found


def fairest_places(problem: Problem, plan: MigrationPlan, run: Run) -> Places:
    """Return places under which the worst-off user is as well off as was found, by local over planned delay.

    The scenario's method plans all users jointly; then, beginning with the worst-off, each user in turn takes what
    the method finds best for it given the others, as long as that helps the worst-off, or all of them and not at its
    cost.
    """
    choice = plan.scenario.offloading
    best = solve_offloading(problem, choice, _quiet(run)).places
    score = _worst_first(problem, best)
    improved = True
    rounds = 0
    while improved and rounds < 4:
        improved = False
        rounds += 1
        run.check()
        gains = _gains(problem, best)
        for number in np.argsort(gains, kind="stable").tolist():
            stretch = users_on_servers(problem, best)[number]
            alone = _with_users(problem, [_slowed(problem.users[number], stretch)])
            try:
                own = solve_offloading(alone, choice, _quiet(run)).places[0]
            except InfeasibleError:
                continue
            for candidate in (own, problem.local_places()[number]):
                tried = (*best[:number], candidate, *best[number + 1 :])
                found = _worst_first(problem, tried)
                if found > score:
                    best, score, improved = tried, found, True
    return best


def _gains(problem: Problem, places: Places) -> FloatArray:
    """Return for each user its local delay over its delay, 0 where a place is not allowed."""
    figures = user_figures(problem, places)
    return np.array(
        [
            user.local.delay_s / one.delay_s
            if one.delay_s > 0 and all(user.allowed[np.arange(len(mine)), mine])
            else 0.0
            for user, one, mine in zip(problem.users, figures, places, strict=True)
        ]
    )


def _worst_first(problem: Problem, places: Places) -> tuple[float, ...]:
    """Return what makes one plan fairer than another: the gain of the worst-off, of the next, and so on."""
    return tuple(round(float(gain), 9) for gain in np.sort(_gains(problem, places)))


def execution_times(problem: Problem, places: Places, queued: bool) -> list[FloatArray]:
    """Return the seconds of each user's layers on each server, (L, S) each: alone there where jobs queue."""
    if queued:
        return [user.execution_s for user in problem.users]
    stretch = users_on_servers(problem, places)
    return [contended(user.delay, stretch[number]).execution for number, user in enumerate(problem.users)]


def _assigned(
    plan: MigrationPlan,
    problem: Problem,
    position: int,
    places: Places,
    live: Live,
    run: Run,
    *,
    stored: dict[int, set[int]] | None = None,
    first: int = 0,
) -> Assignment:
    """Return what a user follows: its places, and the upload of what it has not stored there yet."""
    stored = stored or {}
    user = problem.users[position]
    here = {layer for layer, servers in stored.items() if int(places[position][layer]) in servers}
    users = list(problem.users)
    users[position] = _without_parameters(user, here)
    task = UploadTask.of(replace(problem, users=tuple(users)), position, places)
    task = replace(
        task, stored={layer: tuple(sorted(servers)) for layer, servers in stored.items() if layer not in here}
    )
    uploading = solve_uploading([task], plan.scenario.uploading, _quiet(run))[0]
    seconds = execution_times(problem, places, plan.scenario.running.servers == "fifo")[position]
    return Assignment(lambda: task, places[position], uploading, seconds, live, live, first)


def _without_parameters(user: UserProblem, layers: set[int]) -> UserProblem:
    """Return the user with some layers that need no upload."""
    if not layers:
        return user
    model = user.model
    kept = tuple(
        replace(layer, param_bytes=0) if number in layers else layer for number, layer in enumerate(model.layers)
    )
    sizes = user.param_bytes.copy()
    sizes[sorted(layers)] = 0.0
    return replace(user, model=DnnModel(model.name, kept, model.outputs), param_bytes=sizes)


def _with_users(problem: Problem, users: Sequence[UserProblem]) -> Problem:
    """Return the problem of some users that are all there at once."""
    together = np.ones(len(users), dtype=bool)
    return replace(problem, users=tuple(replace(user, present_with=together) for user in users))


def _barred(user: UserProblem, servers: frozenset[int]) -> UserProblem:
    """Return the user without some servers."""
    allowed = user.allowed.copy()
    allowed[:, sorted(servers)] = False
    return replace(user, allowed=allowed, objective=restricted(user.objective, allowed))


def _slowed(user: UserProblem, stretch: IntArray) -> UserProblem:
    """Return the user with executions as slow as other users make them."""
    return replace(
        user,
        execution_s=user.execution_s * stretch,
        delay=contended(user.delay, stretch),
        energy=contended(user.energy, stretch),
        money=contended(user.money, stretch),
        objective=contended(user.objective, stretch),
    )


def _live_for_all(plan: MigrationPlan, outages: Outages) -> Live:
    return everything_live(plan.problem.topology, plan.scenario.running, outages)


def _quiet(run: Run) -> Run:
    """Return a run that can be cancelled but does not tell how far it is."""
    return Run(run.seed, is_cancelled=run.is_cancelled)
