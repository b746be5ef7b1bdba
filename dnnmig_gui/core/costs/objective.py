"""The objective: delay, energy and money, each by what it is measured against, weighted and summed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dnnmig_gui.core.costs.problem import NEGLIGIBLE, BoolArray, Figures, LinearCost, Problem
from dnnmig_gui.core.scenario import Weights


def weighted_objective(
    share: float,
    weights: Weights,
    costs: tuple[LinearCost, LinearCost, LinearCost],
    references: tuple[Figures, float],
    allowed: BoolArray,
) -> LinearCost:
    """Return share x (w_delay D/D_local + w_energy E/E_local + w_money M/M_ref) as one cost (DESIGN.md section 4).

    A cost whose reference is nothing does not count.

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
    unreachable = ~np.isfinite(costs[0].per_transfer)
    execution = np.zeros(allowed.shape)
    fixed = np.zeros(unreachable.shape)
    per_byte = np.zeros(unreachable.shape)
    for weight, cost, reference in zip(
        (weights.delay, weights.energy, weights.money),
        costs,
        (local.delay_s, local.energy_j, money_reference),
        strict=True,
    ):
        if weight > 0 and reference > NEGLIGIBLE:
            factor = share * weight / reference
            execution += factor * cost.execution
            fixed += factor * np.where(unreachable, 0.0, cost.per_transfer)
            per_byte += factor * cost.per_byte
    execution[~allowed] = np.inf
    fixed[unreachable] = np.inf
    return LinearCost(execution, fixed, per_byte)


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
