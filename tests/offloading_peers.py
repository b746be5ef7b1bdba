"""Optimisation libraries on the planner's objective: the peers that its search methods are measured against.

Each gets a vector with a number from 0 to below S for every layer, rounded down to a server; the planner's own batch
evaluator, called with as many plans at once as the library hands over; and the planner's first population to start
from. Parameters are the library's own defaults but for the size of the population, 100 as in `pso`.
"""

from __future__ import annotations

import contextlib
import logging
import time
import warnings
from collections.abc import Callable, Iterator

import numpy as np

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.offloading.moves import Moves
from dnnmig_gui.core.run import Run

POPULATION = 100


class Enough(Exception):  # noqa: N818 - nothing is wrong
    """The goal is reached, or the budget is spent."""


class Objective:
    """The planner's objective over vectors, with a clock, a counter and an end."""

    def __init__(self, problem: Problem, goal: float = 0.0, seconds: float = np.inf, evaluations: int = 10**9) -> None:
        self._evaluator = BatchEvaluator(problem)
        moves = Moves(self._evaluator, Run(1))
        self.start = moves.first(POPULATION)
        self.start_scores = self._evaluator.scores(self.start)
        self.servers, self.layers = problem.server_count, self._evaluator.layer_count
        self._inputs = np.concatenate([~user.computes for user in problem.users])
        self._clients = np.concatenate([np.full(len(user.model), user.client) for user in problem.users])
        self._goal, self._limit_s, self._limit = goal, seconds, evaluations
        self.best, self.count, self.reached_s = np.inf, 0, np.inf
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._began

    def begin(self) -> None:
        self._began = time.perf_counter()

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        vectors = np.atleast_2d(vectors)
        plans = np.clip(vectors, 0, self.servers - 1).astype(np.int64)
        plans[:, self._inputs] = self._clients[self._inputs]  # an input is where it is
        scores = self._evaluator.scores(plans)
        self.count += len(scores)
        self.best = min(self.best, float(scores.min()))
        if self.best <= self._goal and not np.isfinite(self.reached_s):
            self.reached_s = self.seconds
        if np.isfinite(self.reached_s) or self.seconds > self._limit_s or self.count >= self._limit:
            raise Enough
        return scores

    def one(self, vector: np.ndarray) -> float:
        return float(self(vector)[0])

    @property
    def vectors(self) -> np.ndarray:
        """The first population as vectors, each in the middle of its server's range."""
        return self.start + 0.5

    @property
    def top(self) -> float:
        return self.servers - 1e-6


def _pymoo(objective: Objective, **parts: object) -> None:
    from pymoo.algorithms.soo.nonconvex.ga import GA
    from pymoo.core.problem import Problem as PymooProblem
    from pymoo.optimize import minimize

    class Planning(PymooProblem):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(n_var=objective.layers, n_obj=1, xl=0.0, xu=objective.top)

        def _evaluate(self, x: np.ndarray, out: dict[str, np.ndarray], *args: object, **kwargs: object) -> None:
            out["F"] = objective(x)

    algorithm = GA(pop_size=POPULATION, sampling=objective.vectors, **parts)
    minimize(Planning(), algorithm, ("n_eval", 10**9), seed=1)


def pymoo_ga(objective: Objective) -> None:
    _pymoo(objective)


def pymoo_ga_two_point(objective: Objective) -> None:
    """A genetic algorithm whose operators fit servers better: two-point crossover, and layers drawn anew."""
    from pymoo.core.mutation import Mutation
    from pymoo.operators.crossover.pntx import TwoPointCrossover

    class Redraw(Mutation):  # type: ignore[misc]
        def _do(self, problem: object, x: np.ndarray, *args: object, **kwargs: object) -> np.ndarray:
            rng = np.random.default_rng(int(x.sum() * 1e6) % 2**32)
            anew = rng.random(x.shape) < 1 / x.shape[1]
            return np.where(anew, rng.uniform(0, objective.top, x.shape), x)

    _pymoo(objective, crossover=TwoPointCrossover(), mutation=Redraw())


def pyswarms_global_best(objective: Objective) -> None:
    from pyswarms.single import GlobalBestPSO

    bounds = (np.zeros(objective.layers), np.full(objective.layers, objective.top))
    options = {"c1": 0.5, "c2": 0.7, "w": 0.7}
    swarm = GlobalBestPSO(POPULATION, objective.layers, options, bounds=bounds, init_pos=objective.vectors)
    swarm.optimize(objective, 10**7, verbose=False)


def _mealpy(objective: Objective, algorithm: type) -> None:
    from mealpy import FloatVar

    bounds = FloatVar(lb=[0.0] * objective.layers, ub=[objective.top] * objective.layers)
    problem = {"obj_func": objective.one, "bounds": bounds, "minmax": "min", "log_to": None}
    algorithm(epoch=100_000, pop_size=POPULATION).solve(problem, starting_solutions=list(objective.vectors), seed=1)


def mealpy_ga(objective: Objective) -> None:
    from mealpy import GA

    _mealpy(objective, GA.BaseGA)


def mealpy_pso(objective: Objective) -> None:
    from mealpy import PSO

    _mealpy(objective, PSO.OriginalPSO)


def nevergrad_discrete(objective: Objective) -> None:
    import nevergrad

    # Its one-plus-one evolution for unordered choices, started from the best plan of the first population.
    best = objective.start[int(objective.start_scores.argmin())]
    parameter = nevergrad.p.Array(init=best + 0.5, lower=0.0, upper=objective.top)
    optimizer = nevergrad.optimizers.DiscreteOnePlusOne(parametrization=parameter, budget=10**8)
    while True:
        candidate = optimizer.ask()
        optimizer.tell(candidate, objective.one(candidate.value))


def scipy_differential_evolution(objective: Objective) -> None:
    from scipy.optimize import differential_evolution

    bounds = [(0.0, objective.top)] * objective.layers
    differential_evolution(
        lambda vectors: objective(vectors.T),
        bounds,
        init=objective.vectors,
        maxiter=10**7,
        tol=0,
        polish=False,
        vectorized=True,
        updating="deferred",
        rng=1,
    )


def scipy_dual_annealing(objective: Objective) -> None:
    from scipy.optimize import dual_annealing

    bounds = [(0.0, objective.top)] * objective.layers
    best = objective.vectors[int(objective.start_scores.argmin())]
    dual_annealing(objective.one, bounds, x0=best, maxiter=10**7, no_local_search=True, rng=1)


PEERS: dict[str, Callable[[Objective], None]] = {
    "pymoo GA": pymoo_ga,
    "pymoo GA, two-point": pymoo_ga_two_point,
    "pyswarms": pyswarms_global_best,
    "mealpy GA": mealpy_ga,
    "mealpy PSO": mealpy_pso,
    "nevergrad": nevergrad_discrete,
    "scipy DE": scipy_differential_evolution,
    "scipy dual annealing": scipy_dual_annealing,
}


def run_peer(name: str, objective: Objective) -> None:
    """Run a peer until the objective has enough."""
    with _quiet(), contextlib.suppress(Enough):
        objective.begin()
        PEERS[name](objective)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Neither log nor warn for a library."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
