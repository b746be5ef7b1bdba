"""What all search methods share: their budget, their restarts, their record."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pydantic import Field

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.offloading.moves import Moves
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.offloading.progress import Record
from dnnmig_gui.core.registry import Parameters
from dnnmig_gui.core.run import Run

REPORTS = 100


class SearchParameters(Parameters):
    """Parameters of every search method."""

    restarts: int = Field(
        1,
        ge=1,
        le=1000,
        title="Restarts",
        description="Independent searches, one after the other; the best plan counts",
    )
    evaluation_limit: int | None = Field(
        None, ge=1, title="Evaluation limit", description="Stop after so many plans evaluated"
    )
    time_limit_s: float | None = Field(
        None,
        gt=0,
        title="Time limit",
        description="Stop after so long; plans then depend on the machine's speed, not on the seed alone",
        json_schema_extra={"unit": "s"},
    )

    def spent(self, record: Record) -> bool:
        """Return whether a limit is reached."""
        return (self.evaluation_limit is not None and record.evaluations >= self.evaluation_limit) or (
            self.time_limit_s is not None and record.seconds >= self.time_limit_s
        )


Steps = Callable[[Moves, Record], Iterator[float]]
"""A search: it scores plans in the record and yields the share of its work done, from 0 to 1, after each step."""


def search(problem: Problem, parameters: SearchParameters, run: Run, steps: Steps) -> OffloadingPlan:
    """Run a search to its end or its budget, as often as asked, and return the best plan.

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
    for restart in range(parameters.restarts):
        reported = -1
        for share in steps(moves, record):
            run.check()
            if int(share * REPORTS) != reported:
                reported = int(share * REPORTS)
                run.report((restart + share) / parameters.restarts, f"best objective {record.best_score:.4g}")
            if parameters.spent(record):
                return record.plan()
    return record.plan()
