"""The record a search keeps while it runs: evaluations, time, best plan so far."""

from __future__ import annotations

import time

import numpy as np

from dnnmig_gui.core.costs.batch import BatchEvaluator, Population
from dnnmig_gui.core.costs.problem import FloatArray, IntArray, Places
from dnnmig_gui.core.errors import InfeasibleError
from dnnmig_gui.core.offloading.plan import OffloadingPlan


class Record:
    """Scores populations and remembers the best plan.

    Parameters
    ----------
    evaluator
        Scores the plans.
    """

    def __init__(self, evaluator: BatchEvaluator) -> None:
        self.evaluator = evaluator
        self.best: IntArray | None = None
        self.best_score = np.inf
        self.evaluations = 0
        self.history: list[tuple[int, float, float]] = []
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Time since the search began."""
        return time.perf_counter() - self._start

    def score(self, population: Population) -> FloatArray:
        """Return the scores of plans, shape (P,), and keep the best."""
        scores = self.evaluator.scores(population)
        self.evaluations += len(population)
        if len(scores):
            leader = int(scores.argmin())
            if scores[leader] < self.best_score:
                self.best_score = float(scores[leader])
                self.best = population[leader].copy()
                self.history.append((self.evaluations, self.seconds, self.best_score))
        return scores

    def best_of(self, variants: Population, count: int) -> tuple[Population, FloatArray]:
        """Return of each plan's variants the best, shape (P, N), and their scores, shape (P,).

        Parameters
        ----------
        variants
            Shape (count * P, N): a variant of each plan, then another of each, and so on.
        """
        scores = self.score(variants).reshape(count, -1)
        plans = np.arange(scores.shape[1])
        best = scores.argmin(axis=0)
        return variants[best * len(plans) + plans], scores[best, plans]

    def score_plan(self, places: Places) -> float:
        """Return the score of one plan, and keep it if it is the best."""
        return float(self.score(self.evaluator.flatten(places)[None])[0])

    def plan(self, *, bound: float | None = None, note: str = "") -> OffloadingPlan:
        """Return the best plan.

        Raises
        ------
        InfeasibleError
            If every plan seen puts a layer where it may not run or has no route for a tensor.
        """
        if self.best is None:
            raise InfeasibleError(
                "no plan found: limits or missing links leave some layer no server",
                hint="relax the users' limits or add a link",
            )
        objective = float(self.evaluator.objectives(self.best[None])[0])
        history = (*self.history, (self.evaluations, self.seconds, self.best_score))
        return OffloadingPlan(
            self.evaluator.unflatten(self.best), objective, bound, self.evaluations, self.seconds, history, note
        )
