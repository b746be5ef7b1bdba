"""One user's best plan where a critical path counts (`costs.delay`: parallel): proven, or with a proven bound.

Delay alone, on models whose branches do not cross too much: the optimum (`costs.series_parallel`). Else, where energy
or money count besides or too many branches cross: the delay of a plan is at least any mean of the lengths of some
paths, and such a mean is a sum, of which bucket elimination finds the least. The best mean is that of a game between
plans and paths: a linear program over the plans and paths met so far gives the weights of the paths, elimination the
best plan against them, and its critical path joins the others, until neither side gains (the double oracle method:
McMahan, Gordon and Blum, "Planning in the presence of cost functions controlled by an adversary", ICML 2003). What the
game is worth is a bound; of the plans met the best is returned. Both meet unless the best plan against all paths at
once is none of a single plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.critical_path import critical_pairs
from dnnmig_gui.core.costs.elimination import Elimination, TooWideError
from dnnmig_gui.core.costs.problem import BoolArray, FloatArray, IntArray, LinearCost, PathCost, Problem, UserProblem
from dnnmig_gui.core.costs.series_parallel import SeriesParallel
from dnnmig_gui.core.costs.single import cost_of

MOST_ROUNDS = 60
"""Eliminations of the game between plans and paths."""

CLOSE = 1e-9
"""Relative distance at which value and bound count as equal."""


@dataclass(frozen=True, eq=False)
class PathOptimum:
    """What is known of a user's best plan.

    Parameters
    ----------
    bound
        No plan costs less; infinite if there is no plan.
    value, places
        The best plan found.
    """

    bound: float
    value: float
    places: IntArray


def counts_paths(problem: Problem) -> bool:
    """Return whether a critical path counts in some user's objective or deadline."""
    return any(
        isinstance(user.objective, PathCost) or (isinstance(user.delay, PathCost) and np.isfinite(user.deadline_s))
        for user in problem.users
    )


def path_optimum(user: UserProblem, cost: PathCost, barred: BoolArray | None = None) -> PathOptimum:
    """Return the best plan of one user that has all servers to itself.

    Parameters
    ----------
    cost
        Usually the user's objective, its executions perhaps stretched by contention.
    barred
        Shape (S,): servers not to use, besides those where the limits forbid it.

    Raises
    ------
    TooWideError
        If the model is too wide even for elimination.
    """
    usable = np.isfinite(cost.execution)
    if barred is not None:
        usable &= ~(barred & user.computes[:, None])
    domains = [np.flatnonzero(row) for row in usable]
    nowhere = np.full(len(user.model), user.client, dtype=np.int64)
    if not all(len(domain) for domain in domains):
        return PathOptimum(float("inf"), float("inf"), nowhere)
    # The client first: a tie goes to it.
    domains = [np.array(sorted(domain, key=lambda place: place != user.client), dtype=np.int64) for domain in domains]
    if cost.rest is None:
        try:
            structure = SeriesParallel(cost.path, user.tensors, domains, user.client)
        except TooWideError:
            pass
        else:
            execution = [cost.path.execution[layer, domain][None] for layer, domain in enumerate(domains)]
            value, places = structure.cheapest(execution)
            return PathOptimum(float(value[0]), float(value[0]), places[0])
    return _Game(user, cost, domains).played(nowhere)


def best_mean(user: UserProblem, cost: PathCost) -> tuple[FloatArray, FloatArray]:
    """Return the weights of layers and of pairs in the mean of paths that bounds the cost best.

    Pairs are (tensor, reader), in the tensors' order.
    """
    domains = [np.flatnonzero(row) for row in np.isfinite(cost.execution)]
    game = _Game(user, cost, domains)
    game.played(np.full(len(user.model), user.client, dtype=np.int64))
    return game.best_layers, game.best_pairs


class _Game:
    """Plans against paths."""

    def __init__(self, user: UserProblem, cost: PathCost, domains: list[IntArray]) -> None:
        self._user, self._cost, self._domains = user, cost, domains
        self._pairs = [
            (producer, size, reader)
            for producer, size, readers in zip(
                user.tensors.producer.tolist(), user.tensors.size_bytes.tolist(), user.tensors.consumers, strict=True
            )
            for reader in readers
        ]
        self._plans: list[IntArray] = []
        self._rests: list[float] = []
        self._paths: list[tuple[BoolArray, BoolArray]] = []  # its layers, shape (L,); its pairs
        self._lengths: dict[tuple[int, int], float] = {}  # of each path under each plan
        self.best_layers, self.best_pairs = np.zeros(len(domains)), np.zeros(len(self._pairs))

    def played(self, nowhere: IntArray) -> PathOptimum:
        bound, best_value, best = -np.inf, np.inf, nowhere
        layers, pairs = np.ones(len(self._domains)), np.ones(len(self._pairs))
        serial = True  # the first plan is the best of the serial delay, which the bound says nothing of
        for _ in range(MOST_ROUNDS):
            found, places = self._answer(layers, pairs)
            if not np.isfinite(found):
                return PathOptimum(float("inf"), float("inf"), nowhere)
            if not serial and found > bound:
                bound, self.best_layers, self.best_pairs = found, layers, pairs
            value = cost_of(self._user, self._cost, places)
            if value < best_value:
                best_value, best = value, places
            if bound >= best_value * (1 - CLOSE):
                break
            if not self._met(places) and not serial:
                break  # neither a new plan nor a new path: the game is over
            serial = False
            weights = self._path_weights()
            layers = np.einsum("p,pl->l", weights, np.array([path[0] for path in self._paths], dtype=float))
            pairs = np.einsum("p,pl->l", weights, np.array([path[1] for path in self._paths], dtype=float))
        return PathOptimum(float(min(bound, best_value)), float(best_value), best)

    def _answer(self, layers: FloatArray, pairs: FloatArray) -> tuple[float, IntArray]:
        """Return the least sum where layers and pairs weigh so much, and its plan."""
        path, rest = self._cost.path, self._cost.rest
        execution = _weighed(path.execution, layers[:, None])
        summed = rest
        if summed is None:
            nothing = np.zeros_like(path.per_transfer)
            summed = LinearCost(np.zeros_like(path.execution), nothing, nothing)
        execution = execution + summed.execution
        unrouted = not np.isfinite(path.per_transfer).all()
        weighed = [
            (producer, _weighed(path.transfer(size), weight), reader)
            for (producer, size, reader), weight in zip(self._pairs, pairs.tolist(), strict=True)
            if weight > 0 or unrouted
        ]
        elimination = Elimination(summed, self._user.tensors, self._domains, self._user.client, weighed)
        value, places = elimination.cheapest(
            [execution[layer, domain][None] for layer, domain in enumerate(self._domains)]
        )
        return float(value[0]), places[0]

    def _met(self, places: IntArray) -> bool:
        """Add a plan and its critical path; return whether either is new."""
        new_plan = not any((places == plan).all() for plan in self._plans)
        if new_plan:
            self._plans.append(places)
            rest = self._cost.rest
            self._rests.append(0.0 if rest is None else cost_of(self._user, rest, places))
        path = self._critical(places)
        new_path = not any((path[1] == other[1]).all() for other in self._paths)
        if new_path:
            self._paths.append(path)
        return new_plan or new_path

    def _critical(self, places: IntArray) -> tuple[BoolArray, BoolArray]:
        """Return the layers and pairs of a plan's critical path."""
        on_it = set(critical_pairs(self._cost.path, self._user.tensors, places, self._user.client))
        layers = np.zeros(len(places), dtype=bool)
        layers[[producer for producer, _ in on_it]] = True
        return layers, np.array([(producer, reader) in on_it for producer, _, reader in self._pairs])

    def _carried(self, size: float, start: int, end: int) -> float:
        return float(self._cost.path.per_transfer[start, end] + size * self._cost.path.per_byte[start, end])

    def _length(self, plan: int, path: int) -> float:
        key = plan, path
        if key not in self._lengths:
            places, (layers, pairs) = self._plans[plan], self._paths[path]
            arrived = np.append(places, self._user.client)
            there = np.flatnonzero(layers)
            total = float(self._cost.path.execution[there, places[there]].sum())
            for number in np.flatnonzero(pairs):
                producer, size, reader = self._pairs[number]
                total += self._carried(size, arrived[producer], arrived[reader])
            self._lengths[key] = total
        return self._lengths[key]

    def _path_weights(self) -> FloatArray:
        """Return the weights of the paths under which the best plan met so far costs most."""
        from scipy.optimize import linprog

        count = len(self._paths)
        lengths = np.array([[self._length(plan, path) for path in range(count)] for plan in range(len(self._plans))])
        scale = max(float(np.abs(lengths).max()), 1e-300)
        # Most z with z <= rest + weights . lengths for each plan.
        found = linprog(
            np.append(np.zeros(count), -1.0),
            A_ub=np.hstack([-lengths / scale, np.ones((len(lengths), 1))]),
            b_ub=np.array(self._rests) / scale,
            A_eq=np.append(np.ones(count), 0.0)[None],
            b_eq=[1.0],
            bounds=[(0, None)] * count + [(None, None)],
            method="highs",
        )
        if found.x is None:  # numbers too far apart for the solver: any weights give a bound
            return np.full(count, 1.0 / count)
        weights = np.maximum(found.x[:count], 0.0)
        total: FloatArray = weights / weights.sum()
        return total


def _weighed(values: FloatArray, weight: FloatArray | float) -> FloatArray:
    """Return values times a weight; what is infinite stays so, whatever it weighs."""
    finite = np.where(np.isfinite(values), values, 0.0)
    return np.where(np.isfinite(values), finite * weight, np.inf)
