"""Walks through plans with the incremental evaluator and holds each step to the plain one."""

from __future__ import annotations

import numpy as np
import pytest

from dnnmig_gui.core.costs.incremental import IncrementalEvaluator, Kind
from dnnmig_gui.core.costs.plain import plain_figures, plain_objective
from dnnmig_gui.core.costs.problem import Places, Problem

KINDS: tuple[Kind, ...] = ("objective", "delay", "energy", "money")


def plain_sum(problem: Problem, places: Places, kind: Kind) -> float:
    """Return what is minimised, or the users' sum of a figure, by the plain evaluator."""
    if kind == "objective":
        return plain_objective(problem, places)
    field = {"delay": "delay_s", "energy": "energy_j", "money": "money"}[kind]
    return sum(float(getattr(plain_figures(problem, number, places), field)) for number in range(len(places)))


def walk(problem: Problem, kind: Kind, seed: int, steps: int = 30) -> None:
    """Propose changes at random, accept some, and assert that every value is the plain evaluator's."""
    rng = np.random.default_rng(seed)
    evaluator = IncrementalEvaluator(problem, problem.local_places(), kind)
    places = [own.copy() for own in problem.local_places()]
    assert evaluator.value == pytest.approx(plain_sum(problem, tuple(places), kind), rel=1e-9, abs=1e-12)
    for _ in range(steps):
        number = int(rng.integers(len(problem.users)))
        user = problem.users[number]
        layer = int(rng.choice(np.flatnonzero(user.computes)))
        server = int(rng.choice(np.flatnonzero(user.allowed[layer])))
        proposed = [own.copy() for own in places]
        proposed[number][layer] = server
        found = evaluator.propose(number, layer, server)
        assert found == pytest.approx(plain_sum(problem, tuple(proposed), kind), rel=1e-9, abs=1e-12)
        if rng.random() < 0.6:
            evaluator.accept()
            places = proposed
            assert evaluator.value == pytest.approx(found)
        assert all((own == mine).all() for own, mine in zip(evaluator.places, places, strict=True))
