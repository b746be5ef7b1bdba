"""One user's plan under limits where a critical path counts, in the objective or against a deadline.

A plan that keeps its limits with the serial delay keeps them with the parallel one, which is never longer: so the
serial optimum under limits is a plan. The bound is that of the plan without limits (`path_optimum`), or with the one
limit that it breaks at the price that gives the best bound, found by halving. That no plan keeps the limits is proven
where the sums among them cannot be kept, or the shortest critical path is too long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from dnnmig_gui.core.costs.feasibility import ROUNDING
from dnnmig_gui.core.costs.problem import IntArray, LinearCost, PathCost, UserProblem
from dnnmig_gui.core.costs.single import cost_of
from dnnmig_gui.core.offloading.constrained import LimitedOptimum, Limits, Resource
from dnnmig_gui.core.offloading.path_optimum import path_optimum

HALVINGS = 12
"""Prices tried of a limit."""

Serially = Callable[[LinearCost, Limits], LimitedOptimum]


@dataclass(eq=False)
class _Best:
    """The best plan met that keeps the limits."""

    user: UserProblem
    cost: LinearCost
    limits: Limits
    value: float = float("inf")
    places: IntArray | None = None

    def meet(self, places: IntArray | None) -> None:
        if places is None or not self._keeps(places):
            return
        value = cost_of(self.user, self.cost, places)
        if value < self.value:
            self.value, self.places = value, places

    def broken(self, places: IntArray) -> list[Resource]:
        return [
            resource
            for resource in self.limits.resources
            if cost_of(self.user, resource.cost, places) > resource.most * (1 + ROUNDING)
        ]

    def _keeps(self, places: IntArray) -> bool:
        computing = places[self.user.computes]
        used = all(np.isin(computing, servers).any() for servers in self.limits.must_use)
        return used and not self.broken(places)


def limited_path_optimum(user: UserProblem, cost: LinearCost, limits: Limits, serially: Serially) -> LimitedOptimum:
    """Return what is known of one user's least cost under limits.

    Parameters
    ----------
    cost
        What to minimise.
    serially
        Solves the same for sums.

    Raises
    ------
    TooWideError
        If the user's model is too wide.
    """
    impossible = LimitedOptimum(float("inf"), float("inf"), None)
    sums = Limits(tuple(one for one in limits.resources if not isinstance(one.cost, PathCost)), limits.must_use)
    best = _Best(user, cost, limits)
    summed = serially(_as_sum(cost), sums)
    if np.isinf(summed.bound):
        return impossible
    best.meet(summed.places)
    usable = np.isfinite(user.objective.execution)
    for resource in limits.paths:
        fastest = path_optimum(user, _where(resource.cost, usable))
        if fastest.bound > resource.most * (1 + ROUNDING):
            return impossible
        best.meet(fastest.places)
    bound = -np.inf if isinstance(cost, PathCost) else summed.bound
    free = path_optimum(user, _where(cost, usable))
    bound = max(bound, free.bound)
    best.meet(free.places)
    best.meet(serially(_as_sum(cost), _in_sums(limits)).places)
    broken = best.broken(free.places)
    if best.value > bound * (1 + ROUNDING) and len(broken) == 1:
        bound = max(bound, _priced(user, _where(cost, usable), broken[0], free.value, best))
    return LimitedOptimum(float(min(bound, best.value)), best.value, best.places)


def _in_sums(limits: Limits) -> Limits:
    """Return limits that count sums instead of paths, which are harder to keep."""
    return Limits(
        tuple(replace(resource, cost=_as_sum(resource.cost)) for resource in limits.resources), limits.must_use
    )


def _priced(user: UserProblem, cost: PathCost, resource: Resource, value: float, best: _Best) -> float:
    """Return the best bound of a price on one limit found by halving, from plans that it makes keep the limit."""
    bound = -np.inf
    most = max(resource.most, 1e-300)
    low, high = 0.0, 100.0 * value / most
    for step in range(HALVINGS):
        price = high if step == 0 else 0.5 * (low + high) if low > 0.0 else high * 0.1
        found = path_optimum(user, _added(cost, resource.cost, price))
        bound = max(bound, found.bound - price * resource.most)
        best.meet(found.places)
        if bound >= best.value * (1 - ROUNDING):
            break
        if cost_of(user, resource.cost, found.places) > most * (1 + ROUNDING):
            if step == 0:
                break
            low = price
        else:
            high = price
    return float(bound)


def _added(cost: PathCost, other: LinearCost, price: float) -> PathCost:
    """Return cost + price x other."""
    if isinstance(other, PathCost):
        path = _sum(cost.path, other.path, price)
        rest = cost.rest
    else:
        path = cost.path
        nothing = LinearCost(*(np.zeros_like(part) for part in (other.execution, other.per_transfer, other.per_byte)))
        rest = _sum(cost.rest or nothing, other, price)
    whole = _sum(cost, other, price)
    return PathCost(whole.execution, whole.per_transfer, whole.per_byte, path, rest)


def _sum(one: LinearCost, other: LinearCost, price: float) -> LinearCost:
    return LinearCost(
        one.execution + price * other.execution,
        one.per_transfer + price * other.per_transfer,
        one.per_byte + price * other.per_byte,
    )


def _as_sum(cost: LinearCost) -> LinearCost:
    return LinearCost(cost.execution, cost.per_transfer, cost.per_byte)


def _where(cost: LinearCost, usable: np.ndarray) -> PathCost:
    """Return a cost as one of paths, infinite where layers may not run."""
    whole = LinearCost(np.where(usable, cost.execution, np.inf), cost.per_transfer, cost.per_byte)
    if isinstance(cost, PathCost):
        path = LinearCost(np.where(usable, cost.path.execution, np.inf), cost.path.per_transfer, cost.path.per_byte)
        return PathCost(whole.execution, whole.per_transfer, whole.per_byte, path, cost.rest)
    nothing = LinearCost(
        np.where(usable, 0.0, np.inf),
        np.where(np.isfinite(cost.per_transfer), 0.0, np.inf),
        np.zeros_like(cost.per_byte),
    )
    return PathCost(whole.execution, whole.per_transfer, whole.per_byte, nothing, whole)
