"""What all search methods share: their budget, their restarts, their record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from dnnmig_gui.core.costs.batch import BatchEvaluator, Population
from dnnmig_gui.core.costs.problem import FloatArray, Problem
from dnnmig_gui.core.offloading.improvement import GAIN, Improvement
from dnnmig_gui.core.offloading.moves import Moves
from dnnmig_gui.core.offloading.plan import SO_FAR, OffloadingPlan
from dnnmig_gui.core.offloading.progress import Record
from dnnmig_gui.core.registry import Parameters
from dnnmig_gui.core.run import Run

REPORTS = 100

PATCHWORKS = 32
"""Plans at random that those to be improved mix with: where they need several servers at once to get better."""

IMPROVED_TOGETHER = 8
"""Plans improved at a time: the best one and others changed at random, which then mix."""


class SearchParameters(Parameters):
    """Parameters of every search method."""

    restarts: int = Field(
        1,
        ge=1,
        le=1000,
        title="Restarts",
        description="Independent searches, one after the other; the best plan counts",
        json_schema_extra={"seldom": True},
    )
    evaluation_limit: int | None = Field(
        None,
        ge=1,
        title="Evaluation limit",
        description="Stop after so many plans evaluated",
        json_schema_extra={"seldom": True},
    )
    time_limit_s: float | None = Field(
        None,
        gt=0,
        title="Time limit",
        description="Stop after so long; plans then depend on the machine's speed, not on the seed alone",
        json_schema_extra={"unit": "s", "seldom": True},
    )

    def spent(self, record: Record) -> bool:
        """Return whether a limit is reached."""
        return (self.evaluation_limit is not None and record.evaluations >= self.evaluation_limit) or (
            self.time_limit_s is not None and record.seconds >= self.time_limit_s
        )


class PopulationParameters(SearchParameters):
    """Parameters of the search methods that keep a population."""

    proposals: int = Field(
        4,
        ge=1,
        le=1000,
        title="Proposals",
        description="Changed copies that each plan tries in a step, of which the best goes on",
        json_schema_extra={"seldom": True},
    )
    improvements: int = Field(
        6,
        ge=0,
        le=1000,
        title="Improvements",
        description="How often, from the start to the end, a few plans take the best set of layers to move to each "
        "server and the best mix of each other; 0 for never",
        json_schema_extra={"seldom": True},
    )


@dataclass(frozen=True, eq=False)
class Standing:
    """Where a search stands after a step.

    Parameters
    ----------
    share
        Of its work, from 0 to 1.
    plans, scores
        The population that it goes on from, shapes (P, N) and (P,), to be changed in place; P may be 0.
    """

    share: float
    plans: Population
    scores: FloatArray


Steps = Callable[[Moves, Record], Iterator[Standing]]
"""A search: it scores plans in the record and yields after each step where it stands."""


def search(
    problem: Problem, parameters: SearchParameters, run: Run, steps: Steps, *, improvements: int = 0
) -> OffloadingPlan:
    """Run a search to its end, its budget or until it is enough, as often as asked, and return the best plan.

    Parameters
    ----------
    improvements
        How often a few plans of the population are improved, first after the first step, last after the last.

    Raises
    ------
    InfeasibleError
        If it sees no plan that can run at all.
    CancelledError
        If the run is cancelled.
    """
    evaluator = BatchEvaluator(problem)
    record = Record(evaluator)
    moves = Moves(evaluator, run)
    improvement = Improvement(evaluator, run) if improvements else None
    for restart in range(parameters.restarts):
        reported, improved = -1, 0
        for standing in steps(moves, record):
            run.check()
            if int(standing.share * REPORTS) != reported:
                reported = int(standing.share * REPORTS)
                done = (restart + standing.share) / parameters.restarts
                run.report(done, f"best objective {record.best_score:.4g}")
            if parameters.spent(record):
                return record.plan()
            if run.is_enough():
                return record.plan(note=SO_FAR)
            if improvement is not None and standing.share >= improved / max(1, improvements - 1):
                improved += 1
                _improve_some(improvement, moves, record, standing)
        if improvement is not None:
            _finish(improvement, record, run)
    return record.plan()


def _improve_some(improvement: Improvement, moves: Moves, record: Record, standing: Standing) -> None:
    """Improve the best plan of the population and some others changed at random, and put them where the worst were."""
    order = np.argsort(standing.scores, kind="stable")
    count = min(IMPROVED_TOGETHER, len(order))
    others = standing.plans[moves.draw(order, count - 1)]
    moves.mutate(others, 1.0)
    some = np.concatenate([standing.plans[order[:1]], others])
    scores = improvement.improve(some, record, moves.patchworks(PATCHWORKS))
    worst = order[len(order) - count :]
    better = scores < standing.scores[worst]
    standing.plans[worst[better]], standing.scores[worst[better]] = some[better], scores[better]


def _finish(improvement: Improvement, record: Record, run: Run) -> None:
    """Improve the best plan until nothing helps, or it is good enough."""
    while record.best is not None and not run.is_enough():
        before = record.best_score
        improvement.improve(record.best[None].copy(), record)
        improvement.descend(record.best, record)
        if record.best_score >= before * (1 - GAIN):
            return
