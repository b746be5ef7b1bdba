"""What the benchmarks of offloading measure; docs/benchmarks/offloading.py writes it down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import networkx as nx
import numpy as np
from networkx.algorithms.flow import boykov_kolmogorov
from offloading_peers import Objective, run_peer
from offloading_workload import model_named, one_way

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.problem import LinearCost, Problem, UserProblem
from dnnmig_gui.core.offloading.exact import optimum_alone
from dnnmig_gui.core.offloading.min_cut import CutGraph
from dnnmig_gui.core.offloading.moves import Moves
from dnnmig_gui.core.offloading.plan import OffloadingPlan
from dnnmig_gui.core.registry import find_method
from dnnmig_gui.core.run import Run

NEAR = 1.05
"""Times the proven optimum: what a search is to come to."""

RATE_RUNS = 5

SEARCHES = ("pso", "pso-ga", "genetic", "simulated-annealing")


def solve(problem: Problem, method: str, seed: int = 1, **parameters: Any) -> OffloadingPlan:
    found = find_method("offloading", method)
    return found.solve(problem, found.read_parameters(parameters), Run(seed))


def optimum(problem: Problem) -> float:
    user = problem.users[0]
    return optimum_alone(user, user.objective)[0]


def seconds_of(action: Callable[[], object], repeats: int) -> float:
    """Return the least time of an action: what other programs on the machine disturb least."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


# ------------------------------------------------------------------------------------------------------------ cuts


def networkx_cut(user: UserProblem, cost: LinearCost, server: int) -> float:
    """Build the flow network of the client against one server and cut it with Boykov-Kolmogorov; return its value."""
    graph, client, length = nx.DiGraph(), user.client, len(user.model)

    def arc(start: object, end: object, price: float = np.inf) -> None:
        if np.isfinite(price):
            graph.add_edge(start, end, capacity=float(price))
        else:
            graph.add_edge(start, end)  # without a capacity it is unlimited

    for layer in range(length):
        arc("client", layer, cost.execution[layer, server])
        arc(layer, "server", cost.execution[layer, client])
    for number, consumers in enumerate(user.tensors.consumers):
        producer = int(user.tensors.producer[number])
        transfer = cost.transfer(float(user.tensors.size_bytes[number]))
        there, back = ("there", number), ("back", number)
        arc(producer, there, transfer[client, server])
        arc(back, producer, transfer[server, client])
        for reader in consumers:
            if reader < length:
                arc(there, reader)
            arc("client" if reader == length else reader, back)
    value, _ = nx.minimum_cut(graph, "client", "server", flow_func=boykov_kolmogorov)
    return float(value)


@dataclass(frozen=True)
class Cuts:
    """Seconds of one cut of the same model against the same server, building counted."""

    ours_s: float
    networkx_s: float


def cuts(model: str, servers: Sequence[int] = (1, 5, 9)) -> Cuts:
    """Measure cuts of a model against servers, both in turn, and check that they are worth the same."""
    problem = one_way(model_named(model))
    user = problem.users[0]
    evaluator = BatchEvaluator(problem)
    CutGraph(user).cheapest(user.objective, servers[0])  # the first call imports
    ours, theirs = [], []
    for server in servers:
        value = networkx_cut(user, user.objective, server)
        places = CutGraph(user).cheapest(user.objective, server)
        assert places is not None
        assert abs(evaluator.objectives(places[None])[0] - value) <= 1e-6 * value
        ours.append(seconds_of(lambda one=server: CutGraph(user).cheapest(user.objective, one), 5))  # type: ignore[misc]
        theirs.append(seconds_of(lambda one=server: networkx_cut(user, user.objective, one), 3))  # type: ignore[misc]
    return Cuts(median(ours), median(theirs))


# --------------------------------------------------------------------------------------------------------- quality


def gaps(problem: Problem, method: str, seeds: Sequence[int]) -> list[float]:
    """Return how far the method's plans are above the proven optimum, as a share of it."""
    best = optimum(problem)
    return [max(0.0, solve(problem, method, seed).objective / best - 1) for seed in seeds]


# ----------------------------------------------------------------------------------------------------------- peers


@dataclass(frozen=True)
class Arrival:
    """When a search came to within 5 % of the optimum, if it did, and how near it came."""

    name: str
    seconds: float
    best: float
    evaluations: int


def our_arrivals(problem: Problem, seeds: Sequence[int] = (1, 2, 3)) -> Iterator[Arrival]:
    """Measure our searches, all of them from building the evaluator on: the median of some seeds."""
    best = optimum(problem)
    for method in SEARCHES:
        times, values, counts = [], [], []
        for seed in seeds:
            start = time.perf_counter()
            plan = solve(problem, method, seed)
            before = time.perf_counter() - start - plan.seconds  # what passed before its own clock began
            near = [seconds for _, seconds, score in plan.history if score <= NEAR * best]
            times.append(before + near[0] if near else np.inf)
            values.append(plan.objective / best)
            counts.append(plan.evaluations)
        yield Arrival(method, median(times), median(values), int(median(counts)))


def peer_arrivals(problem: Problem, peers: Sequence[str], seconds: float) -> Iterator[Arrival]:
    """Measure peers from our first population on, which is theirs for nothing; imports and warm-up not counted."""
    best = optimum(problem)
    for name in peers:
        run_peer(name, Objective(problem, evaluations=300))
        objective = Objective(problem, goal=NEAR * best, seconds=seconds)
        run_peer(name, objective)
        yield Arrival(name, objective.reached_s, objective.best / best, objective.count)


def rates(problem: Problem, peers: Sequence[str], evaluations: int) -> dict[str, float]:
    """Return evaluations per second: of our evaluator alone, of our searches, of peers that call our evaluator.

    The searches run with their default parameters; all they do is counted, also what a peer does to a plan between
    two evaluations; of some runs the fastest counts, which other programs disturbed least. "moves alone" leaves out the
    improvements, which look at 2^L plans at a time and count as one.
    """
    evaluator = BatchEvaluator(problem)
    plans = Moves(evaluator, Run(1)).first(100)
    found = {"evaluator alone": 100 / seconds_of(lambda: evaluator.scores(plans), 200)}
    for method in SEARCHES:
        for title, parameters in ((method, {}), (f"{method}, moves alone", {"improvements": 0})):
            runs = []
            for seed in range(1, RATE_RUNS + 1):
                start = time.perf_counter()
                plan = solve(problem, method, seed, **parameters)
                runs.append(plan.evaluations / (time.perf_counter() - start))
            found[title] = max(runs)
    for name in peers:
        run_peer(name, Objective(problem, evaluations=300))
        runs = []
        for _ in range(RATE_RUNS):
            objective = Objective(problem, evaluations=evaluations, seconds=1.0)  # about as long as a run of ours
            run_peer(name, objective)
            runs.append(objective.count / objective.seconds)
        found[name] = max(runs)
    return found
