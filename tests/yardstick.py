"""Holds a time to a goal on a machine that may be slower, or busier, than the one the goal was set for.

A goal in seconds says nothing on another machine. What is compared is the ratio of the measured time to that of a fixed
piece of work, timed in the same run: the goal is kept if that ratio is no more than on the machine it was set for.
"""

from __future__ import annotations

import time
from statistics import median

import numpy as np
from pytest_benchmark.fixture import BenchmarkFixture

WORK_S = 0.0053
"""What the piece of work takes on the machine that the goals were set for, with nothing else at work."""
ROUNDS = 15


def work() -> float:
    """Do a piece of work of the kind the planner does: Python objects, dictionaries, small and large arrays."""
    counted: dict[int, int] = {}
    for number in range(60_000):
        counted[number % 997] = counted.get(number % 997, 0) + number
    values = np.random.default_rng(1).random(150_000)
    values.sort()
    return float(values[::7].sum()) + counted[3]


def slowness() -> float:
    """Return how many times slower than that machine this one is now; at least 1."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return max(1.0, median(seconds) / WORK_S)


def keeps(benchmark: BenchmarkFixture, goal_s: float) -> bool:
    """Return whether the median of a benchmark keeps a goal; so it does where benchmarks are switched off."""
    if benchmark.stats is None:
        return True
    slower = slowness()
    benchmark.extra_info |= {"goal_s": goal_s, "machine_slower": round(slower, 2)}
    return bool(benchmark.stats.stats.median < goal_s * slower)
