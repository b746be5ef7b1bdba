"""`pso`: discrete particle swarm optimisation, the method of the article's experiment.

A particle is a plan. As in B. Lin et al., "Cost-driven off-loading for DNN-based applications over cloud, edge, and
end devices", IEEE Trans. Ind. Informat. 2020, inertia is mutation, and the pulls to its own best and to the swarm's
best are two-point crossovers. The swarm starts from the reference plans and from random cuts, and mutates whole runs
of layers: neighbours want to lie together, and a start at random over layers x servers finds that out too late.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pydantic import Field

from dnnmig_gui.core.costs.batch import BatchEvaluator, Population
from dnnmig_gui.core.costs.problem import IntArray, Problem
from dnnmig_gui.core.errors import InfeasibleError
from dnnmig_gui.core.offloading.candidates import choose_jointly, on_single_servers
from dnnmig_gui.core.offloading.one_step import one_cut_candidates
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.offloading.progress import Record
from dnnmig_gui.core.registry import Method, Parameters
from dnnmig_gui.core.run import Run

REPORT_EVERY = 10


class PsoParameters(Parameters):
    """Parameters of `pso`."""

    particles: int = Field(100, ge=2, le=10_000, title="Swarm size", description="Number of particles")
    iterations: int = Field(300, ge=1, le=100_000, title="Iterations", description="Moves of the whole swarm")
    inertia_start: float = Field(
        0.9, ge=0, le=1, title="Inertia, first", description="Chance that a particle mutates, at the start"
    )
    inertia_end: float = Field(
        0.4, ge=0, le=1, title="Inertia, last", description="The same at the end; it falls in a line between"
    )
    own_pull: float = Field(
        0.5, ge=0, le=1, title="Pull of its own best", description="Chance to take over a run of layers from it"
    )
    swarm_pull: float = Field(
        0.7, ge=0, le=1, title="Pull of the swarm's best", description="Chance to take over a run of layers from it"
    )


def solve(problem: Problem, parameters: PsoParameters, run: Run) -> OffloadingPlan:
    """Return the best plan the swarm finds.

    Raises
    ------
    InfeasibleError
        If it sees no plan that can run at all.
    """
    swarm = _Swarm(problem, run)
    record = Record(swarm.evaluator)
    particles = swarm.first(parameters.particles)
    own_best = particles.copy()
    own_score = record.score(particles)
    for iteration in range(parameters.iterations):
        run.check()
        share = iteration / max(1, parameters.iterations - 1)
        inertia = parameters.inertia_start + (parameters.inertia_end - parameters.inertia_start) * share
        swarm.mutate(particles, inertia)
        swarm.take_over(particles, own_best, parameters.own_pull)
        leader = own_best[int(own_score.argmin())]
        swarm.take_over(particles, np.broadcast_to(leader, particles.shape), parameters.swarm_pull)
        scores = record.score(particles)
        better = scores < own_score
        own_best[better] = particles[better]
        own_score[better] = scores[better]
        if iteration % REPORT_EVERY == 0:
            run.report(iteration / parameters.iterations, f"iteration {iteration}, best {record.best_score:.4g}")
    return record.plan()


class _Swarm:
    """The moves of particles over one problem."""

    def __init__(self, problem: Problem, run: Run) -> None:
        self.problem = problem
        self.run = run
        self.evaluator = BatchEvaluator(problem)
        self._user_of = np.concatenate(
            [np.full(columns.stop - columns.start, number) for number, columns in enumerate(self.evaluator.columns)]
        )
        self._first = np.array([columns.start for columns in self.evaluator.columns])
        self._length = np.array([columns.stop - columns.start for columns in self.evaluator.columns])
        allowed = self.evaluator.allowed
        self._servers = tuple(
            np.flatnonzero(allowed[columns][user.computes].any(axis=0))
            for columns, user in zip(self.evaluator.columns, problem.users, strict=True)
        )
        # Where a layer may not run on the server drawn, it falls back to its client, or to the first it may.
        clients = np.array([user.client for user in problem.users])[self._user_of]
        on_client = allowed[np.arange(len(clients)), clients]
        self._fallback = np.where(on_client, clients, allowed.argmax(axis=1))

    def first(self, count: int) -> Population:
        """Return the first swarm, shape (count, N): reference plans, then random cuts and runs."""
        references = self._references()[:count]
        rng = self.run.rng
        particles = np.empty((count, self.evaluator.layer_count), dtype=np.int64)
        for user, columns in zip(self.problem.users, self.evaluator.columns, strict=True):
            cuts = one_cut_candidates(user, self.problem)
            particles[:, columns] = cuts[rng.integers(len(cuts), size=count)]
        self.mutate(particles, 0.5)
        particles[: len(references)] = references
        return self._repaired(particles)

    def mutate(self, particles: Population, chance: float) -> None:
        """Move a run of layers of some user to a random server, in place, with this chance a particle."""
        rng = self.run.rng
        inside = self._runs(len(particles)) & (rng.random(len(particles)) < chance)[:, None]
        drawn = np.empty((len(self._servers), len(particles)), dtype=np.int64)
        for number, servers in enumerate(self._servers):
            drawn[number] = servers[rng.integers(len(servers), size=len(particles))]
        moved = drawn[self._user_of].T
        particles[:] = self._repaired(np.where(inside, moved, particles))

    def take_over(self, particles: Population, other: Population, chance: float) -> None:
        """Two-point crossover: take a run of one user's layers from `other`, in place, with this chance a particle."""
        inside = self._runs(len(particles)) & (self.run.rng.random(len(particles)) < chance)[:, None]
        np.copyto(particles, other, where=inside)

    def _runs(self, count: int) -> npt.NDArray[np.bool_]:
        """Return random runs of layers, each inside one user's columns, shape (count, N)."""
        rng = self.run.rng
        users = rng.integers(len(self._first), size=count)
        ends = np.sort(rng.integers(self._length[users] + 1, size=(2, count)), axis=0) + self._first[users]
        single = rng.random(count) < 0.25  # now and then one layer alone
        ends[1] = np.where(single | (ends[0] == ends[1]), ends[0] + 1, ends[1])
        column = np.arange(self.evaluator.layer_count)
        inside: npt.NDArray[np.bool_] = (column >= ends[0][:, None]) & (column < ends[1][:, None])
        inside &= self._user_of == users[:, None]
        return inside

    def _repaired(self, particles: Population) -> Population:
        allowed = self.evaluator.allowed[np.arange(particles.shape[1]), particles]
        return np.where(allowed, particles, self._fallback)

    def _references(self) -> IntArray:
        """Return the best single-server plans by tier and the best single cut, one row a plan."""
        found = []
        everywhere = [on_single_servers(user, [user.client]) for user in self.problem.users]
        rounds = [everywhere]
        for tier in ("edge", "cloud"):
            servers = self.problem.tier_servers[tier]
            if servers:
                rounds.append([on_single_servers(user, servers) for user in self.problem.users])
        rounds.append([one_cut_candidates(user, self.problem) for user in self.problem.users])
        for candidates in rounds:
            record = _best_or_none(self.problem, candidates, self.run)
            if record is not None:
                found.append(self.evaluator.flatten(record.places))
        return np.array(found, dtype=np.int64).reshape(-1, self.evaluator.layer_count)


def _best_or_none(problem: Problem, candidates: list[IntArray], run: Run) -> OffloadingPlan | None:
    try:
        return choose_jointly(problem, candidates, run)
    except InfeasibleError:  # a reference that limits forbid is simply not among the start
        return None


METHOD = Method(
    kind="offloading",
    name="pso",
    title="PSO, particle swarm",
    summary="A swarm of plans that mutate and take over runs of layers from their own best and the swarm's best.",
    source="Article, Experimental Comparison; Lin et al., IEEE Trans. Ind. Informat. 2020 (article, reference 1)",
    solve=solve,
    parameters=PsoParameters,
)
