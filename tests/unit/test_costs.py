"""The fast evaluators against the plain one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_scenarios import problems

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.plain import plain_figures, plain_objective
from dnnmig_gui.core.costs.problem import Problem


def random_population(problem: Problem, seed: int, count: int = 6) -> np.ndarray:
    rng = np.random.default_rng(seed)
    population = rng.integers(problem.server_count, size=(count, sum(len(user.model) for user in problem.users)))
    start = 0
    for user in problem.users:
        population[:, start : start + len(user.model)][:, ~user.computes] = user.client
        start += len(user.model)
    return population


@settings(deadline=None, max_examples=60)
@given(problems(users=1), st.integers(0, 2**32))
def test_batch_equals_plain_for_one_user(problem: Problem, seed: int) -> None:
    check_batch(problem, seed)


@settings(deadline=None, max_examples=60)
@given(problems(users=3, most_servers=6), st.integers(0, 2**32))
def test_batch_equals_plain_for_users_who_share(problem: Problem, seed: int) -> None:
    check_batch(problem, seed)


def check_batch(problem: Problem, seed: int) -> None:
    evaluator = BatchEvaluator(problem)
    population = random_population(problem, seed)
    objectives = evaluator.objectives(population)
    delays = evaluator.costs(population, [user.delay for user in problem.users])
    energies = evaluator.costs(population, [user.energy for user in problem.users])
    money = evaluator.costs(population, [user.money for user in problem.users])
    for row, plan in enumerate(population):
        places = evaluator.unflatten(plan)
        assert objectives[row] == pytest.approx(plain_objective(problem, places), rel=1e-9, abs=1e-12)
        for number in range(len(problem.users)):
            figures = plain_figures(problem, number, places)
            assert delays[row, number] == pytest.approx(figures.delay_s, rel=1e-9, abs=1e-12)
            assert energies[row, number] == pytest.approx(figures.energy_j, rel=1e-9, abs=1e-12)
            assert money[row, number] == pytest.approx(figures.money, rel=1e-9, abs=1e-15)
