"""One user's optimum under limits: deadline, energy budget, memories, tiers that must take part.

Limits on sums are priced (Lagrangian relaxation): for prices of at least zero the optimum of objective + price x
(excess of each limit) is one elimination and a lower bound. The best prices are those of a small linear program over
the plans met so far (Dantzig and Wolfe, "Decomposition principle for linear programs", 1960), which grows by the
optimum under its prices until nothing is gained. What the prices leave open is settled by branch and bound, best node
first: a layer lies on a server or it does not; or, for a tier that must take part, this is the first layer on it.
A proof of infeasibility is the same bound for the excess itself: above zero, no plan keeps the limits. Critical paths
are no sums: `limited_paths` does what can be done for them.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.contention import contended, users_on_servers
from dnnmig_gui.core.costs.elimination import Elimination
from dnnmig_gui.core.costs.feasibility import ROUNDING
from dnnmig_gui.core.costs.problem import (
    BoolArray,
    FloatArray,
    IntArray,
    LinearCost,
    PathCost,
    Places,
    Problem,
    UserProblem,
)
from dnnmig_gui.core.costs.single import cost_of
from dnnmig_gui.core.run import Run

SAME = 1e-9
"""Relative difference below which values count as equal."""

CLOSE = 1e-7
"""Relative distance to the best bound by prices at which looking for better prices ends."""

MOST_PRICINGS = 40
"""Eliminations in search of the best prices of a node."""

DEAR = 100.0
"""Price of exceeding a limit by its whole size, in objectives of the plan without limits."""

MOST_ELIMINATIONS = 8
"""Kept at a time of what is built to price the plans within a mask."""

DEFAULT_NODES = 200


@dataclass(frozen=True, eq=False)
class Resource:
    """A sum that must not exceed `most`: seconds, joules, or bytes on a server.

    Parameters
    ----------
    name
        ``deadline``, ``energy`` or the id of the server whose memory it is.
    """

    name: str
    cost: LinearCost
    most: float


@dataclass(frozen=True, eq=False)
class LimitedOptimum:
    """What is known of the optimum under limits.

    Parameters
    ----------
    bound
        No plan that keeps the limits costs less; infinite if it is proven that there is none.
    value, places
        The best plan found that keeps them; infinite and None if none was found.
    """

    bound: float
    value: float
    places: IntArray | None

    @property
    def proven(self) -> bool:
        """Whether the plan is the optimum, or there is none."""
        return self.bound >= self.value * (1 - SAME) - 1e-15


@dataclass(frozen=True, eq=False)
class Limits:
    """What one user must keep.

    Parameters
    ----------
    resources
        Sums with their limits.
    must_use
        Sets of servers; a computing layer must lie in each.
    """

    resources: tuple[Resource, ...]
    must_use: tuple[IntArray, ...]

    def __bool__(self) -> bool:
        return bool(self.resources or self.must_use)

    @classmethod
    def of(cls, problem: Problem, number: int, others: Places | None = None) -> Limits:
        """Return a user's limits, with all servers to itself or with the other users placed like this."""
        user = problem.users[number]
        counts = np.ones(problem.server_count, dtype=np.int64)
        room = problem.memory_bytes.copy()
        if others is not None:
            counts = users_on_servers(problem, others)[number]
            for other, places in enumerate(others):
                if other != number:
                    np.subtract.at(room, places, problem.users[other].param_bytes)
        resources = []
        if np.isfinite(user.deadline_s):
            resources.append(Resource("deadline", contended(user.delay, counts), user.deadline_s))
        if np.isfinite(user.energy_budget_j):
            resources.append(Resource("energy", contended(user.energy, counts), user.energy_budget_j))
        nothing = np.broadcast_to(0.0, user.delay.per_transfer.shape)
        for server in np.flatnonzero(room < user.param_bytes.sum()):
            held = np.zeros_like(user.execution_s)
            held[:, server] = user.param_bytes
            memory = Resource(
                problem.server_ids[server], LinearCost(held, nothing, nothing), max(float(room[server]), 0.0)
            )
            resources.append(memory)
        return cls(tuple(resources), tuple(np.array(problem.tier_servers[tier]) for tier in user.must_use))

    @property
    def paths(self) -> tuple[Resource, ...]:
        """The limits on critical paths rather than sums."""
        return tuple(resource for resource in self.resources if isinstance(resource.cost, PathCost))

    def without(self, name: str) -> Limits:
        """Return the limits without one of the resources."""
        return Limits(tuple(resource for resource in self.resources if resource.name != name), self.must_use)


def limited_optimum(
    user: UserProblem,
    cost: LinearCost,
    limits: Limits,
    run: Run,
    nodes: int = DEFAULT_NODES,
    good_enough: float = -np.inf,
) -> LimitedOptimum:
    """Return the least cost of one user under limits, as far as `nodes` nodes of branch and bound prove it.

    Parameters
    ----------
    cost
        What to minimise. Layers lie where `user.objective.execution` is finite.
    good_enough
        A plan that costs no more ends the search; infinity where the question is whether there is any.

    Raises
    ------
    TooWideError
        If the user's model is too wide.
    """
    if not isinstance(cost, PathCost) and not limits.paths:
        return _Search(user, cost, limits, run).solve(nodes, good_enough)
    from dnnmig_gui.core.offloading.limited_paths import limited_path_optimum

    return limited_path_optimum(
        user, cost, limits, lambda summed, some: _Search(user, summed, some, run).solve(nodes, good_enough)
    )


@dataclass(frozen=True, eq=False)
class _Plan:
    places: IntArray
    value: float
    used: FloatArray  # of each resource, as a share of its limit


@dataclass(frozen=True, eq=False)
class _Bounded:
    """A node's bound, the plans of its linear program that weigh something, and their weights."""

    bound: float
    plans: tuple[_Plan, ...]
    weights: FloatArray


class _Search:
    def __init__(self, user: UserProblem, cost: LinearCost, limits: Limits, run: Run) -> None:
        self._user = user
        # Whatever is minimised, no tensor travels without a route.
        routed = np.where(np.isfinite(user.objective.per_transfer), cost.per_transfer, np.inf)
        self._cost = LinearCost(cost.execution, routed, cost.per_byte)
        self._limits = limits
        self._run = run
        self._most = np.array([max(resource.most, 1e-300) for resource in limits.resources])
        self._plans: dict[bytes, _Plan] = {}
        self._best: _Plan | None = None
        self._eliminations: dict[bytes, Elimination] = {}

    def solve(self, nodes: int, good_enough: float) -> LimitedOptimum:
        allowed = np.isfinite(self._user.objective.execution) & np.isfinite(self._cost.execution)
        for resource in self._limits.resources:
            allowed &= resource.cost.execution <= resource.most * (1 + ROUNDING)
        heap: list[tuple[float, int, BoolArray]] = [(-np.inf, 0, allowed)]
        pushed = 0
        lost = np.inf  # nodes that could be neither solved nor split
        for _ in range(nodes):
            if not heap or heap[0][0] >= self._best_value * (1 - SAME):
                break
            if self._run.is_enough() or (self._best is not None and self._best_value <= good_enough):
                break
            self._run.check()
            above, _, mask = heapq.heappop(heap)
            node = self._bounded(mask)
            bound = max(above, node.bound)
            if self._best is not None and self._best_value <= good_enough:
                lost = min(lost, bound)
                break
            if bound >= self._best_value * (1 - SAME):
                continue
            if not node.plans or (len(node.plans) == 1 and self._keeps(node.plans[0])):
                continue  # empty, or solved
            servers = self._unused(node)
            children = list(self._split(mask, node) if servers is None else self._first_on(mask, servers))
            if not children and servers is None and self._excess(mask) <= 0:
                lost = min(lost, bound)
            for child in children:
                pushed += 1
                heapq.heappush(heap, (bound, pushed, child))
        least = min(heap[0][0] if heap else np.inf, lost, self._best_value)
        best = self._best
        return LimitedOptimum(float(least), self._best_value, None if best is None else best.places)

    @property
    def _best_value(self) -> float:
        return np.inf if self._best is None else self._best.value

    def _keeps(self, plan: _Plan) -> bool:
        if (plan.used > 1 + ROUNDING).any():
            return False
        computing = plan.places[self._user.computes]
        return all(np.isin(computing, servers).any() for servers in self._limits.must_use)

    def _met(self, places: IntArray) -> _Plan:
        """Return a plan's figures, and remember it."""
        key = places.tobytes()
        if key not in self._plans:
            value = cost_of(self._user, self._cost, places)
            used = [cost_of(self._user, resource.cost, places) for resource in self._limits.resources]
            plan = _Plan(places, value, np.array(used) / self._most)
            self._plans[key] = plan
            if value < self._best_value and self._keeps(plan):
                self._best = plan
        return self._plans[key]

    def _bounded(self, mask: BoolArray, *, excess: bool = False) -> _Bounded:
        """Return the best bound by prices of the plans within a mask; of their excess alone if so asked."""
        first = self._priced(mask, np.zeros(len(self._most)), 0.0 if excess else 1.0)
        if first is None:
            return _Bounded(np.inf, (), np.empty(0))
        bound, plan = first
        if not len(self._most):
            return _Bounded(bound, (plan,), np.ones(1))
        dear = 1.0 if excess else DEAR * max(abs(plan.value), 1e-300)
        layers = np.arange(len(plan.places))
        plans = [met for met in self._plans.values() if mask[layers, met.places].all()]
        weights = np.ones(1)
        for _ in range(MOST_PRICINGS):
            self._run.check()
            if self._run.is_enough():
                break
            prices, weights, most = _best_prices(plans, dear, 0.0 if excess else 1.0)
            if most - bound <= CLOSE * abs(most):
                break
            priced = self._priced(mask, prices, 0.0 if excess else 1.0)
            if priced is None:
                break
            value, plan = priced
            bound = max(bound, value)
            if any(plan is other for other in plans):
                break
            plans.append(plan)
        if len(weights) < len(plans):
            _, weights, _ = _best_prices(plans, dear, 0.0 if excess else 1.0)
        some = [number for number in np.argsort(-weights) if weights[number] > 1e-7]
        return _Bounded(bound, tuple(plans[number] for number in some), weights[some])

    def _excess(self, mask: BoolArray) -> float:
        """Return a lower bound of the shares by which plans within a mask exceed their limits, summed."""
        return self._bounded(mask, excess=True).bound - SAME

    def _priced(self, mask: BoolArray, prices: FloatArray, factor: float) -> tuple[float, _Plan] | None:
        """Return the least factor x cost + price x (share of the limit - 1), and its plan; None if there is none."""
        execution, per_transfer, per_byte = (
            factor * getattr(self._cost, part) if factor else _zero_where_finite(getattr(self._cost, part))
            for part in ("execution", "per_transfer", "per_byte")
        )
        for price, most, resource in zip(prices, self._most, self._limits.resources, strict=True):
            if price > 0:
                execution = execution + price / most * resource.cost.execution
                per_transfer = per_transfer + price / most * resource.cost.per_transfer
                per_byte = per_byte + price / most * resource.cost.per_byte
        if not mask.any(axis=1).all():
            return None
        # Prices of memories change executions alone: what is built for the transfers serves them all.
        key = mask.tobytes() + per_transfer.tobytes() + per_byte.tobytes()
        if key not in self._eliminations:
            if len(self._eliminations) >= MOST_ELIMINATIONS:
                self._eliminations.pop(next(iter(self._eliminations)))
            cost = LinearCost(execution, per_transfer, per_byte)
            domains = [np.flatnonzero(row) for row in mask]
            self._eliminations[key] = Elimination(cost, self._user.tensors, domains, self._user.client)
        elimination = self._eliminations[key]
        value, places = elimination.cheapest(
            [execution[layer, domain][None] for layer, domain in enumerate(elimination.domains)]
        )
        if not np.isfinite(value[0]):
            return None
        return float(value[0] - prices.sum()), self._met(places[0])

    def _unused(self, node: _Bounded) -> IntArray | None:
        """Return servers of a tier that must take part and does not in one of the node's plans."""
        for servers in self._limits.must_use:
            for plan in node.plans:
                if not np.isin(plan.places[self._user.computes], servers).any():
                    return servers
        return None

    def _split(self, mask: BoolArray, node: _Bounded) -> Iterator[BoolArray]:
        """Yield two nodes: a layer on a server, and not on it; none where no plan keeps the limits."""
        if len(node.plans) == 1:
            open_layers = np.flatnonzero(mask.sum(axis=1) > 1)
            if self._excess(mask) > 0 or not len(open_layers):
                return
            layer, place = int(open_layers[0]), int(node.plans[0].places[open_layers[0]])
        else:
            layer, place = _most_divided(node)
        here, elsewhere = mask.copy(), mask.copy()
        here[layer] = False
        here[layer, place] = True
        elsewhere[layer, place] = False
        yield here
        yield elsewhere

    def _first_on(self, mask: BoolArray, servers: IntArray) -> Iterator[BoolArray]:
        """Yield a node a layer: the first computing layer on these servers."""
        inside = np.zeros(mask.shape[1], dtype=bool)
        inside[servers] = True
        before = mask.copy()
        for layer in np.flatnonzero(self._user.computes):
            if (before[layer] & inside).any():
                child = before.copy()
                child[layer] &= inside
                yield child
            before[layer] &= ~inside
            if not before[layer].any():
                return


def _best_prices(plans: Sequence[_Plan], dear: float, factor: float) -> tuple[FloatArray, FloatArray, float]:
    """Return the prices of the linear program over some plans, the plans' weights, and a limit of the best bound."""
    from scipy.optimize import linprog

    used = np.array([plan.used for plan in plans]).T  # (limits, plans)
    limits, count = used.shape
    costs = np.concatenate([[factor * plan.value for plan in plans], np.full(limits, dear)])
    scale = max(float(np.abs(costs[:count]).max(initial=0.0)), 1e-300) if factor else 1.0
    found = linprog(
        costs / scale,
        A_ub=np.hstack([used, -np.eye(limits)]),
        b_ub=np.ones(limits),
        A_eq=np.concatenate([np.ones(count), np.zeros(limits)])[None],
        b_eq=[1.0],
        method="highs",
    )
    if (
        found.x is None or found.fun is None
    ):  # numbers too far apart for the solver: no prices, the bound stays what it is
        return np.zeros(limits), np.eye(1, count)[0], np.inf
    prices = np.maximum(-found.ineqlin.marginals, 0.0) * scale
    return prices, np.asarray(found.x[:count]), float(found.fun) * scale


def _most_divided(node: _Bounded) -> tuple[int, int]:
    """Return the layer on whose place the plans of a node agree least, and its heaviest place."""
    places = np.array([plan.places for plan in node.plans])
    best = (np.inf, 0, 0)
    for layer in range(places.shape[1]):
        weight = np.bincount(places[:, layer], weights=node.weights)
        best = min(best, (float(weight.max()), layer, int(weight.argmax())))
    return best[1], best[2]


def _zero_where_finite(values: FloatArray) -> FloatArray:
    return np.where(np.isfinite(values), 0.0, np.inf)
