"""How searches improve plans: by the best set of layers to move to each server, and the best mix of their plans.

Moves at random over runs of layers find where to go; these moves get the most out of where a plan is. A plan of each
user takes the best mix (`costs.mixing`) of its own places with every server and with the other plans that are
improved beside it. Where others share the servers, or the model is too wide to mix, single layers then move as long
as that helps all users together (`costs.incremental`). What then lies beyond a server's memory moves on
(`offloading.relief`).
"""

from __future__ import annotations

import numpy as np

from dnnmig_gui.core.costs.batch import BatchEvaluator, Population
from dnnmig_gui.core.costs.contention import users_on_servers
from dnnmig_gui.core.costs.incremental import IncrementalEvaluator
from dnnmig_gui.core.costs.mixing import Mixing
from dnnmig_gui.core.costs.problem import FloatArray, IntArray
from dnnmig_gui.core.offloading.candidates import on_single_servers
from dnnmig_gui.core.offloading.path_optimum import counts_paths
from dnnmig_gui.core.offloading.progress import Record
from dnnmig_gui.core.offloading.relief import Relief
from dnnmig_gui.core.run import Run

GAIN = 1e-12
"""Relative; what gains less is the same."""

MOST_MIXES = 64
"""Mixes of one plan that are mixed with one another."""


class Improvement:
    """Improves plans of one problem.

    Parameters
    ----------
    evaluator
        Of the problem.
    run
        Asked now and then whether it is cancelled.
    """

    def __init__(self, evaluator: BatchEvaluator, run: Run) -> None:
        self._evaluator, self._run = evaluator, run
        self._problem = evaluator.problem
        self._mixings = tuple(Mixing(user.tensors, len(user.model), user.client) for user in self._problem.users)
        self._single = tuple(
            on_single_servers(user, np.flatnonzero(user.allowed[user.computes].any(axis=0)).tolist())
            for user in self._problem.users
        )
        self._shares = self._problem.shared and len(self._problem.users) > 1
        self._relief = Relief(evaluator)

    def improve(self, plans: Population, record: Record, patchworks: Population | None = None) -> FloatArray:
        """Improve plans, shape (K, N), in place; return their scores, shape (K,).

        Parameters
        ----------
        patchworks
            Plans to mix with besides, shape (R, N).
        """
        scores = record.score(plans)
        for number, columns in enumerate(self._evaluator.columns):
            if not self._mixings[number].possible:
                continue
            self._run.check()
            beside = np.concatenate([self._single[number], *([] if patchworks is None else [patchworks[:, columns]])])
            tried = plans.copy()
            tried[:, columns] = self._mixed(plans, number, beside)
            if self._relief.needed:
                self._relief.relieve(tried, record)
            _take_better(plans, scores, tried, record)
        return scores

    def descend(self, plan: IntArray, record: Record) -> None:
        """Move single layers of a plan, shape (N,), as long as one helps; the record keeps what comes of it."""
        sums = not self._shares and not counts_paths(self._problem)
        if sums and all(mixing.possible for mixing in self._mixings):
            return  # no mix with a server helps, so no single layer does
        walk = IncrementalEvaluator(self._problem, self._evaluator.unflatten(plan))
        improved = True
        while improved:
            improved = False
            for number, user in enumerate(self._problem.users):
                self._run.check()
                for layer in np.flatnonzero(user.computes).tolist():
                    for server in np.flatnonzero(user.allowed[layer]).tolist():
                        if walk.propose(number, layer, server) < walk.value * (1 - GAIN):
                            walk.accept()
                            improved = True
            record.score_plan(walk.places)

    def _mixed(self, plans: Population, number: int, beside: IntArray) -> IntArray:
        """Return each plan's places of one user, mixed with one another and with others `beside`, shape (K, L)."""
        mixing, cost = self._mixings[number], self._problem.users[number].objective
        own = plans[:, self._evaluator.columns[number]]
        count, length = own.shape
        stretch = self._stretch(plans, number)

        def best(first: IntArray, second: IntArray) -> tuple[FloatArray, IntArray]:
            choices = first.shape[1]
            each = None if stretch is None else np.repeat(stretch, choices, axis=0)
            costs, mixed = mixing.best(first.reshape(-1, length), second.reshape(-1, length), cost, each)
            return costs.reshape(count, choices), mixed.reshape(count, choices, length)

        # A plan's mix with itself tells what it costs.
        others = np.concatenate([own, beside])
        shape = (count, len(others), length)
        costs, mixed = best(np.broadcast_to(own[:, None], shape), np.broadcast_to(others, shape))
        before = costs[np.arange(count), np.arange(count)]
        # Only mixes that gained anything are worth mixing with one another, the best with the best.
        gained = int((costs < before[:, None] * (1 - GAIN)).sum(axis=1).max())
        order = np.argsort(costs, axis=1, kind="stable")[:, : max(1, min(gained, MOST_MIXES))]
        mixed = np.take_along_axis(mixed, order[..., None], axis=1)
        while mixed.shape[1] > 1:
            half = mixed.shape[1] // 2
            pairs = best(mixed[:, :half], mixed[:, half : 2 * half])[1]
            mixed = np.concatenate([pairs, mixed[:, 2 * half :]], axis=1)
        return mixed[:, 0]

    def _stretch(self, plans: Population, number: int) -> FloatArray | None:
        """Return by how much others slow a user down on each server in each plan, shape (K, S); None if not at all."""
        if not self._shares:
            return None
        return np.array(
            [users_on_servers(self._problem, self._evaluator.unflatten(plan))[number] for plan in plans], dtype=float
        )


def _take_better(plans: Population, scores: FloatArray, tried: Population, record: Record) -> None:
    found = record.score(tried)
    better = found < scores
    plans[better], scores[better] = tried[better], found[better]
