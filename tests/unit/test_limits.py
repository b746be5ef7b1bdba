"""Limits: what breaks them, what searches pay for it, optima under them, and why there is none."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_scenarios import problems

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.feasibility import violations
from dnnmig_gui.core.costs.problem import Places, Problem
from dnnmig_gui.core.offloading.constrained import Limits, limited_optimum
from dnnmig_gui.core.planning import user_figures
from dnnmig_gui.core.run import Run


@st.composite
def limited_problems(draw: st.DrawFn, users: int = 1, most_layers: int = 4, most_servers: int = 4) -> Problem:
    """Return a problem whose users have deadlines, energy budgets and tiers to use, its servers memories."""
    problem = draw(problems(users=users, most_layers=most_layers, most_servers=most_servers))
    share = st.one_of(st.just(np.inf), st.floats(0.02, 1.1))
    limited = []
    for user in problem.users:
        tiers = draw(st.sampled_from([(), (), ("edge",), ("cloud",), ("client",), ("edge", "cloud")]))
        limited.append(
            replace(
                user,
                deadline_s=max(user.local.delay_s * draw(share), 1e-9),
                energy_budget_j=max(user.local.energy_j * draw(share), 1e-9),
                must_use=tuple(tier for tier in tiers if problem.tier_servers[tier]),
            )
        )
    memory = np.array([draw(st.one_of(st.just(np.inf), st.floats(1e5, 8e6))) for _ in range(problem.server_count)])
    return replace(problem, users=tuple(limited), memory_bytes=memory)


def every_plan(problem: Problem) -> np.ndarray:
    choices = [
        np.flatnonzero(user.allowed[layer]).tolist() for user in problem.users for layer in range(len(user.model))
    ]
    return np.array(list(itertools.product(*choices)))


def broken(problem: Problem, places: Places) -> tuple[str, ...]:
    return sum(violations(problem, places, user_figures(problem, places)), ())


@settings(deadline=None, max_examples=60)
@given(limited_problems(users=2, most_layers=4, most_servers=5), st.integers(0, 2**32))
def test_only_plans_that_break_a_limit_pay(problem: Problem, seed: int) -> None:
    evaluator = BatchEvaluator(problem)
    rng = np.random.default_rng(seed)
    allowed = evaluator.allowed
    rows = np.array([[rng.choice(np.flatnonzero(row)) for row in allowed] for _ in range(8)])
    objectives, scores = evaluator.objectives(rows), evaluator.scores(rows)
    for row, objective, score in zip(rows, objectives, scores, strict=True):
        if np.isfinite(objective):
            assert (score > objective) == bool(broken(problem, evaluator.unflatten(row)))
        else:
            assert not np.isfinite(score)


@settings(deadline=None, max_examples=150)
@given(limited_problems())
def test_optimum_under_limits_equals_brute_force(problem: Problem) -> None:
    user = problem.users[0]
    evaluator = BatchEvaluator(problem)
    rows = every_plan(problem)
    objectives = evaluator.objectives(rows)
    kept = [
        objective
        for row, objective in zip(rows, objectives, strict=True)
        if np.isfinite(objective) and not broken(problem, evaluator.unflatten(row))
    ]
    best = min(kept, default=np.inf)
    found = limited_optimum(user, user.objective, Limits.of(problem, 0), Run(), nodes=5000)
    assert found.value == pytest.approx(best, rel=1e-9, abs=1e-12)
    assert found.bound <= best * (1 + 1e-9) + 1e-12
    assert found.proven
    hasty = limited_optimum(user, user.objective, Limits.of(problem, 0), Run(), nodes=1)
    assert hasty.bound <= best * (1 + 1e-9) + 1e-12
    assert hasty.value >= best * (1 - 1e-9)
