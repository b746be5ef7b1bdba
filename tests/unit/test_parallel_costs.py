"""The parallel delay: every evaluator against the plain one, and against the serial delay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from incremental_walk import KINDS, walk
from random_scenarios import problems

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.critical_path import schedule
from dnnmig_gui.core.costs.incremental import Kind
from dnnmig_gui.core.costs.objective import reweighted
from dnnmig_gui.core.costs.plain import plain_figures, plain_objective
from dnnmig_gui.core.costs.problem import PathCost, Places, Problem
from dnnmig_gui.core.scenario import Weights


def random_plan(problem: Problem, rng: np.random.Generator) -> Places:
    return tuple(
        np.where(user.computes, rng.integers(problem.server_count, size=len(user.model)), user.client)
        for user in problem.users
    )


@settings(deadline=None, max_examples=100)
@given(st.data(), st.integers(1, 3), st.sampled_from(["shared", "none"]), st.integers(0, 2**32 - 1))
def test_batch_equals_plain(data: st.DataObject, users: int, contention: str, seed: int) -> None:
    problem = data.draw(problems(users=users, most_servers=6, contention=contention, delay="parallel"))
    evaluator = BatchEvaluator(problem)
    rng = np.random.default_rng(seed)
    plans = [random_plan(problem, rng) for _ in range(6)]
    population = np.array([evaluator.flatten(plan) for plan in plans])
    objectives = evaluator.objectives(population)
    delays = evaluator.costs(population, [user.delay for user in problem.users])
    energies = evaluator.costs(population, [user.energy for user in problem.users])
    for row, plan in enumerate(plans):
        assert objectives[row] == pytest.approx(plain_objective(problem, plan), rel=1e-9, abs=1e-12)
        for number in range(users):
            figures = plain_figures(problem, number, plan)
            assert delays[row, number] == pytest.approx(figures.delay_s, rel=1e-9, abs=1e-12)
            assert energies[row, number] == pytest.approx(figures.energy_j, rel=1e-9, abs=1e-12)


@settings(deadline=None, max_examples=60)
@given(st.data(), st.integers(1, 3), st.sampled_from(["shared", "none"]), st.sampled_from(KINDS))
def test_incremental_equals_plain(data: st.DataObject, users: int, contention: str, kind: Kind) -> None:
    problem = data.draw(problems(users=users, most_servers=6, contention=contention, delay="parallel"))
    walk(problem, kind, data.draw(st.integers(0, 2**32 - 1)))


@settings(deadline=None, max_examples=60)
@given(problems(delay="parallel"), st.integers(0, 2**32 - 1))
def test_parallel_is_never_longer_than_serial_and_costs_the_same_energy(problem: Problem, seed: int) -> None:
    serial = replace(problem, delay="serial")
    plan = random_plan(problem, np.random.default_rng(seed))
    here, there = plain_figures(problem, 0, plan), plain_figures(serial, 0, plan)
    assert here.delay_s <= there.delay_s * (1 + 1e-12)
    assert (here.energy_j, here.money) == (there.energy_j, there.money)
    if problem.users[0].tensors.is_chain:
        assert here.delay_s == pytest.approx(there.delay_s)
        assert not isinstance(problem.users[0].delay, PathCost)


@settings(deadline=None, max_examples=60)
@given(problems(delay="parallel"), st.integers(0, 2**32 - 1))
def test_the_schedule_ends_when_the_query_does(problem: Problem, seed: int) -> None:
    user = problem.users[0]
    plan = random_plan(problem, np.random.default_rng(seed))
    delay = user.delay.path if isinstance(user.delay, PathCost) else user.delay
    times = schedule(delay, user.tensors, plan[0], user.client)
    assert times.length == pytest.approx(plain_figures(problem, 0, plan).delay_s)
    for layer, producers in enumerate(user.model.producers):
        assert all(times.start[layer] >= times.end[producer] for producer in producers)


@settings(deadline=None, max_examples=30)
@given(problems(delay="parallel"), st.integers(0, 2**32 - 1))
def test_other_weights_keep_the_critical_path(problem: Problem, seed: int) -> None:
    other = reweighted(problem, Weights(delay=0.5, energy=0.5, money=0))
    plan = random_plan(other, np.random.default_rng(seed))
    evaluator = BatchEvaluator(other)
    assert evaluator.objectives(evaluator.flatten(plan)[None])[0] == pytest.approx(plain_objective(other, plan))


@settings(deadline=None, max_examples=30)
@given(problems(delay="parallel", users=2), st.floats(0.01, 2))
def test_deadlines_are_those_of_the_parallel_delay(problem: Problem, deadline_s: float) -> None:
    users = tuple(replace(user, deadline_s=deadline_s) for user in problem.users)
    limited = replace(problem, users=users)
    evaluator = BatchEvaluator(limited)
    plan = problem.local_places()
    late = any(plain_figures(problem, number, plan).delay_s > deadline_s * (1 + 1e-9) for number in range(2))
    row = evaluator.flatten(plan)[None]
    assert (evaluator.scores(row)[0] > evaluator.objectives(row)[0]) == late
