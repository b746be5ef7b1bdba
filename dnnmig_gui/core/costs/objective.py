"""The objective: delay, energy and money, each by what it is measured against, weighted and summed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dnnmig_gui.core.costs.problem import NEGLIGIBLE, BoolArray, Figures, LinearCost, PathCost, Problem
from dnnmig_gui.core.scenario import Weights


def weighted_objective(
    share: float,
    weights: Weights,
    costs: tuple[LinearCost, LinearCost, LinearCost],
    references: tuple[Figures, float],
    allowed: BoolArray,
) -> LinearCost:
    """Return share x (w_delay D/D_local + w_energy E/E_local + w_money M/M_ref) as one cost (DESIGN.md section 4).

    A cost whose reference is nothing does not count. Where a parallel delay counts, the objective is a `PathCost`.

    Parameters
    ----------
    costs
        Delay, energy and money of a query.
    references
        Figures of the whole model on the client, and the money reference.
    allowed
        Shape (L, S): the objective is infinite where a layer may not run.
    """
    local, money_reference = references
    terms = [
        (share * weight / reference, cost)
        for weight, cost, reference in zip(
            (weights.delay, weights.energy, weights.money),
            costs,
            (local.delay_s, local.energy_j, money_reference),
            strict=True,
        )
        if weight > 0 and reference > NEGLIGIBLE
    ]
    whole = _summed(terms, costs[0], allowed)
    paths = [(factor, cost) for factor, cost in terms if isinstance(cost, PathCost)]
    if not paths:
        return whole
    others = [(factor, cost) for factor, cost in terms if not isinstance(cost, PathCost)]
    return PathCost(
        whole.execution,
        whole.per_transfer,
        whole.per_byte,
        _summed(paths, costs[0], allowed),
        _summed(others, costs[0], allowed) if others else None,
    )


def _summed(terms: Sequence[tuple[float, LinearCost]], routes: LinearCost, allowed: BoolArray) -> LinearCost:
    """Return the sum of factor x cost, infinite where a layer may not run or `routes` has no way."""
    unreachable = ~np.isfinite(routes.per_transfer)
    execution = np.zeros(allowed.shape)
    fixed = np.zeros(unreachable.shape)
    per_byte = np.zeros(unreachable.shape)
    for factor, cost in terms:
        execution += factor * cost.execution
        fixed += factor * np.where(unreachable, 0.0, cost.per_transfer)
        per_byte += factor * cost.per_byte
    execution[~allowed] = np.inf
    fixed[unreachable] = np.inf
    return LinearCost(execution, fixed, per_byte)


def restricted(cost: LinearCost, allowed: BoolArray) -> LinearCost:
    """Return a cost that is infinite where a layer may not run, shape (L, S)."""
    execution = np.where(allowed, cost.execution, np.inf)
    if isinstance(cost, PathCost):
        rest = None if cost.rest is None else restricted(cost.rest, allowed)
        return PathCost(execution, cost.per_transfer, cost.per_byte, restricted(cost.path, allowed), rest)
    return LinearCost(execution, cost.per_transfer, cost.per_byte)


def reweighted(problem: Problem, weights: Weights) -> Problem:
    """Return the problem with every user weighing delay, energy and money like this."""
    users = tuple(
        replace(
            user,
            weights=weights,
            objective=weighted_objective(
                user.share,
                weights,
                (user.delay, user.energy, user.money),
                (user.local, user.money_reference),
                user.allowed,
            ),
        )
        for user in problem.users
    )
    return replace(problem, users=users)
