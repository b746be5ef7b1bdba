"""Why a user's limits cannot be kept: which of them clash, and the least relaxation that would help."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from dnnmig_gui.core.costs.elimination import TooWideError
from dnnmig_gui.core.costs.problem import Places, Problem
from dnnmig_gui.core.offloading.constrained import Limits, Resource, limited_optimum
from dnnmig_gui.core.run import Run

NODES = 60
"""Nodes of the branch and bound of each question."""


def explanation(problem: Problem, number: int, places: Places, run: Run) -> tuple[str, ...]:
    """Return in sentences why a plan breaks the limits of a user, and what would help.

    Parameters
    ----------
    places
        The plan. Where the user could keep its limits alone, the others stay where it puts them.
    """
    try:
        alone = Limits.of(problem, number)
        if not alone:
            return ()
        user = problem.users[number]
        found = limited_optimum(user, user.objective, alone, run, NODES, np.inf)
        if np.isinf(found.bound):
            return _clash(problem, number, alone, run, "")
        if len(problem.users) == 1:
            if found.places is None:
                return ("whether any plan keeps all limits is open: none was found, none was ruled out",)
            return ("a plan that keeps all limits exists; the method exact finds it",)
        among = Limits.of(problem, number, places)
        found_among = limited_optimum(user, user.objective, among, run, NODES, np.inf)
        if np.isinf(found_among.bound):
            return _clash(problem, number, among, run, "with the other users where they are, ")
        if found_among.places is not None:
            return ("with the other users where they are, a plan that keeps this user's limits exists",)
        return (f"alone {user.id} may keep its limits; with the others no plan was found and none ruled out",)
    except TooWideError:
        return ()


def _clash(problem: Problem, number: int, limits: Limits, run: Run, when: str) -> tuple[str, ...]:
    user = problem.users[number]

    def impossible(some: Limits) -> bool:
        return bool(np.isinf(limited_optimum(user, user.objective, some, run, NODES, np.inf).bound))

    clashing = _smallest(limits, impossible)
    names = [_named(resource) for resource in clashing.resources]
    tiers = dict(zip((id(servers) for servers in limits.must_use), user.must_use, strict=True))
    names += [f"the use of a server of tier {tiers[id(servers)]}" for servers in clashing.must_use]
    if not names:
        return ()
    if len(names) == 1:
        told = [f"{when}no plan keeps {names[0]}"]
    else:
        told = [f"{when}no plan keeps {', '.join(names[:-1])} and {names[-1]} together"]
    told += [
        sentence for resource in clashing.resources if (sentence := _relaxation(problem, number, limits, resource, run))
    ]
    return tuple(told)


def _smallest(limits: Limits, impossible: Callable[[Limits], bool]) -> Limits:
    """Return limits that cannot be kept, though any of them dropped they could be: a smallest clash."""
    for resource in limits.resources:
        fewer = limits.without(resource.name)
        if impossible(fewer):
            limits = fewer
    for servers in limits.must_use:
        fewer = Limits(limits.resources, tuple(other for other in limits.must_use if other is not servers))
        if impossible(fewer):
            limits = fewer
    return limits


def _relaxation(problem: Problem, number: int, limits: Limits, resource: Resource, run: Run) -> str:
    """Return the sentence on the least that a resource must allow, all other limits kept; empty if nothing helps."""
    user = problem.users[number]
    least = limited_optimum(user, resource.cost, limits.without(resource.name), run, NODES)
    if not np.isfinite(least.value):
        return ""
    what, amount = _quantity(resource)
    enough = amount(_rounded_up(least.value))
    proof = "" if least.proven else f" (found; {amount(least.bound)} is the proven minimum)"
    others = "with the other limits" if len(limits.resources) + len(limits.must_use) > 1 else "possible"
    return f"the least {what} {others} is {enough}{proof}: raise {_named(resource)} to {enough}"


def _quantity(resource: Resource) -> tuple[str, Callable[[float], str]]:
    if resource.name == "deadline":
        return "delay", lambda value: f"{value:.4g} s"
    if resource.name == "energy":
        return "energy", lambda value: f"{value:.4g} J"
    return f"memory taken on {resource.name}", lambda value: f"{value / 1e6:.4g} MB"


def _named(resource: Resource) -> str:
    _, amount = _quantity(resource)
    if resource.name == "deadline":
        return f"the deadline of {amount(resource.most)}"
    if resource.name == "energy":
        return f"the energy budget of {amount(resource.most)}"
    return f"the {amount(resource.most)} left on {resource.name}"


def _rounded_up(value: float) -> float:
    """Return a value with four digits that is no less."""
    if value <= 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(value)) - 3)
    return math.ceil(value / step - 1e-9) * step
