"""Moves over populations of plans that know the problem: runs of layers, cut points, servers, reference plans.

A start or a step at random over layers x servers is hopeless: neighbours want to lie together, and a plan with every
other layer elsewhere pays for a transfer at each. So plans move in runs of layers.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.costs.batch import BatchEvaluator, Population
from dnnmig_gui.core.costs.problem import FloatArray, IntArray
from dnnmig_gui.core.errors import InfeasibleError
from dnnmig_gui.core.offloading.candidates import choose_jointly, on_single_servers
from dnnmig_gui.core.offloading.one_step import one_cut_candidates
from dnnmig_gui.core.run import Run

Mask = npt.NDArray[np.bool_]

SHARE_OF_RUNS, SHARE_OF_CUTS = 0.4, 0.4
"""Of all mutations; the rest swaps servers."""

SHARE_OF_LONE = 0.25
"""Of all runs of layers: one layer alone."""


class Moves:
    """Random moves over plans of one problem.

    Parameters
    ----------
    evaluator
        Tells the shape of populations and where layers may run.
    run
        Its generator is drawn from.
    """

    def __init__(self, evaluator: BatchEvaluator, run: Run) -> None:
        self.evaluator = evaluator
        self._problem = evaluator.problem
        self._run = run
        self._rng = run.rng
        lengths = [columns.stop - columns.start for columns in evaluator.columns]
        self._user_of = np.repeat(np.arange(len(lengths)), lengths)
        self._first = np.array([columns.start for columns in evaluator.columns])
        self._length = np.array(lengths)
        self._column = np.arange(evaluator.layer_count, dtype=np.uint32)
        allowed = evaluator.allowed
        choices = allowed.sum(axis=1)
        self._pinned = np.flatnonzero(choices == 1)
        self._limited = np.flatnonzero((choices > 1) & (choices < allowed.shape[1]))  # may not lie everywhere
        # Moves take a user's layers only where some layer of the user may lie: most need no repair after them.
        reach = np.concatenate(
            [np.broadcast_to(allowed[one].any(axis=0), allowed[one].shape) for one in evaluator.columns]
        )
        self._misled = np.intersect1d(self._limited, np.flatnonzero((reach & ~allowed).any(axis=1)))
        self._servers = tuple(
            np.flatnonzero(allowed[columns][user.computes].any(axis=0))
            for columns, user in zip(evaluator.columns, self._problem.users, strict=True)
        )
        self._server_list = np.concatenate(self._servers)
        self._server_count = np.array([len(servers) for servers in self._servers])
        self._server_start = np.cumsum(self._server_count) - self._server_count
        clients = np.array([user.client for user in self._problem.users])[self._user_of]
        on_client = allowed[np.arange(len(clients)), clients]
        self._fallback = np.where(on_client, clients, allowed.argmax(axis=1))
        self._cuts = tuple(one_cut_candidates(user, self._problem) for user in self._problem.users)

    def first(self, count: int) -> Population:
        """Return a first population, shape (count, N): the reference plans, then random cuts, some mutated."""
        references = self._references()[:count]
        plans = np.empty((count, self.evaluator.layer_count), dtype=np.int64)
        for cuts, columns in zip(self._cuts, self.evaluator.columns, strict=True):
            plans[:, columns] = cuts[self._rng.integers(len(cuts), size=count)]
        self._repair(plans, self._limited)
        self.mutate(plans, 0.5)
        plans[: len(references)] = references
        return plans

    def patchworks(self, count: int) -> Population:
        """Return plans of runs of random layers on random servers, from few long runs to many short ones."""
        plans = np.empty((count, self.evaluator.layer_count), dtype=np.int64)
        for servers, columns in zip(self._servers, self.evaluator.columns, strict=True):
            length = columns.stop - columns.start
            runs = 2.0 ** self._rng.uniform(1, 5, size=count)  # 2 to 32, as often 2 to 4 as 16 to 32
            run = np.cumsum(self._rng.random((count, length)) < runs[:, None] / length, axis=1, dtype=np.int64)
            drawn = servers[self._rng.integers(len(servers), size=(count, length + 1))]
            plans[:, columns] = np.take_along_axis(drawn, run, axis=1)
        self._repair(plans, self._limited)
        return plans

    def mutate(self, plans: Population, chance: float | FloatArray) -> None:
        """Change each plan with its chance, a number or of shape (P,), in place, by one of three moves.

        A run of layers goes to a random server; or a cut point shifts, as a run joins the layer beside it; or all
        that a user has on one server goes to another.
        """
        changed, kind, where, one, other, single, target = self._rng.random((7, len(plans)))
        users = self._drawn_users(where)
        start, end = self._run_ends(users, one, other, single)
        chosen = changed < chance
        swaps = kind >= SHARE_OF_RUNS + SHARE_OF_CUTS
        shifts = np.flatnonzero((kind >= SHARE_OF_RUNS) & ~swaps)
        servers = self._server_list[self._server_start[users] + (target * self._server_count[users]).astype(np.int64)]
        # A run joins, of the layers beside it and inside the user's model, the one before or the one after it.
        first = self._first[users[shifts]]
        before, after = np.maximum(start[shifts] - 1, first), end[shifts]
        after = np.minimum(after, first + self._length[users[shifts]] - 1)
        servers[shifts] = plans[shifts, np.where(target[shifts] < 0.5, before, after)]
        inside = self._between(start, np.where(chosen & ~swaps, end, start))
        of_swap = np.flatnonzero(swaps & chosen)
        same_server = plans[of_swap] == plans[of_swap, start[of_swap]][:, None]
        if len(self._first) > 1:
            same_server &= self._user_of == users[of_swap, None]
        inside[of_swap] = same_server
        np.copyto(plans, servers[:, None], where=inside)
        self._repair(plans, self._misled)

    def variants(self, plans: Population, chance: float | FloatArray, count: int) -> Population:
        """Return changed copies of each plan, shape (count * P, N).

        The first copies of all plans come first and change with their chance; the others change surely.
        """
        copies = np.tile(plans, (count, 1))
        chances = np.ones(len(copies))
        chances[: len(plans)] = chance
        self.mutate(copies, chances)
        return copies

    def draw(self, rows: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.intp]:
        """Return some of these rows of a population, each at most once."""
        return self._rng.choice(rows, size=count, replace=False)

    def take_over(self, plans: Population, other: Population, chance: float) -> None:
        """Two-point crossover: with this chance take a run of one user's layers from `other`, in place."""
        taken, where, one, end_or_start, single = self._rng.random((5, len(plans)))
        start, end = self._run_ends(self._drawn_users(where), one, end_or_start, single)
        np.copyto(plans, other, where=self._between(start, np.where(taken < chance, end, start)))

    def _between(self, start: IntArray, end: IntArray) -> Mask:
        """Return which columns lie from start to before end, shape (P, N)."""
        # Of unsigned integers what lies before the start is large.
        after_start = self._column - start.astype(np.uint32)[:, None]
        inside: Mask = after_start < (end - start).astype(np.uint32)[:, None]
        return inside

    def _drawn_users(self, share: FloatArray) -> IntArray:
        """Return users for numbers from 0 to 1."""
        return (share * len(self._first)).astype(np.int64)

    def _run_ends(
        self, users: IntArray, one: FloatArray, other: FloatArray, single: FloatArray
    ) -> tuple[IntArray, IntArray]:
        """Return first and one past last column of runs of these users' layers, for numbers from 0 to 1; (P,) each."""
        length, first = self._length.take(users), self._first.take(users)
        start = (np.minimum(one, other) * (length + 1)).astype(np.int64)
        end = (np.maximum(one, other) * (length + 1)).astype(np.int64)
        np.minimum(start, length - 1, out=start)
        after_start = start + 1
        np.maximum(end, after_start, out=end)
        np.copyto(end, after_start, where=single < SHARE_OF_LONE)
        start += first
        end += first
        return start, end

    def _repair(self, plans: Population, layers: IntArray) -> None:
        """Move these of the layers that may lie on some servers alone, and all that have no choice, where they may."""
        plans[:, self._pinned] = self._fallback[self._pinned]
        if not len(layers):
            return
        limited = plans[:, layers]
        allowed = self.evaluator.allowed[layers, limited]
        plans[:, layers] = np.where(allowed, limited, self._fallback[layers])

    def _references(self) -> Population:
        """Return the best plans on single servers of each tier and the best single cuts, the best of all first."""
        users = self._problem.users
        rounds = [[on_single_servers(user, [user.client]) for user in users]]
        for tier in ("edge", "cloud"):
            servers = self._problem.tier_servers[tier]
            if servers:
                rounds.append([on_single_servers(user, servers) for user in users])
        rounds.append(list(self._cuts))
        found = []
        for candidates in rounds:
            try:
                found.append(self.evaluator.flatten(choose_jointly(self._problem, candidates, self._run).places))
            except InfeasibleError:  # a reference that limits forbid is simply not among the start
                continue
        plans = np.array(found, dtype=np.int64).reshape(-1, self.evaluator.layer_count)
        return plans[np.argsort(self.evaluator.scores(plans), kind="stable")]
