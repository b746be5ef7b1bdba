"""The incremental evaluator against the plain one, and the best mix of two plans against all mixes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from incremental_walk import KINDS, walk
from random_scenarios import problems

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.incremental import IncrementalEvaluator, Kind
from dnnmig_gui.core.costs.mixing import Mixing
from dnnmig_gui.core.costs.problem import Problem


@settings(deadline=None, max_examples=60)
@given(st.data(), st.integers(1, 3), st.sampled_from(["shared", "none"]), st.sampled_from(KINDS))
def test_every_proposal_is_what_the_plain_evaluator_says(
    data: st.DataObject, users: int, contention: str, kind: Kind
) -> None:
    problem = data.draw(problems(users=users, most_layers=5, most_servers=6, contention=contention))
    walk(problem, kind, data.draw(st.integers(0, 2**32 - 1)))


@settings(deadline=None, max_examples=10)
@given(problems())
def test_nothing_is_accepted_twice(problem: Problem) -> None:
    evaluator = IncrementalEvaluator(problem, problem.local_places())
    evaluator.propose(0, 1, problem.users[0].client)
    evaluator.accept()
    with pytest.raises(RuntimeError, match="no proposal"):
        evaluator.accept()


@settings(deadline=None, max_examples=60)
@given(problems(most_layers=6, most_servers=5), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_the_best_mix_is_the_best_of_all_mixes(problem: Problem, batch: int, seed: int) -> None:
    user = problem.users[0]
    length = len(user.model)
    rng = np.random.default_rng(seed)
    pair = np.where(user.computes, rng.integers(problem.server_count, size=(2, batch, length)), user.client)
    mixing = Mixing(user.tensors, length, user.client)
    assert mixing.possible
    costs, mixed = mixing.best(pair[0], pair[1], user.objective)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dnnmig_gui.core.costs.mixing.CHUNK_VALUES", 1)
        one_by_one = Mixing(user.tensors, length, user.client).best(pair[0], pair[1], user.objective)
    assert (one_by_one[0] == costs).all()
    assert (one_by_one[1] == mixed).all()
    evaluator = BatchEvaluator(problem)
    masks = np.array(list(itertools.product([False, True], repeat=length)))
    for row in range(batch):
        best = evaluator.objectives(np.where(masks, pair[0, row], pair[1, row])).min()
        assert evaluator.objectives(mixed[row][None])[0] == pytest.approx(best, rel=1e-9, abs=1e-12)
        assert costs[row] == pytest.approx(best, rel=1e-9, abs=1e-12)
        assert ((mixed[row] == pair[0, row]) | (mixed[row] == pair[1, row])).all()
