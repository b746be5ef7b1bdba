"""Many users and long runs: in seconds, answering to cancel, in memory in proportion to the trace."""

from __future__ import annotations

import copy
import gc
import time
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from shared_workload import completed, workload

from dnnmig_gui.core.errors import CancelledError
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.simulation import SliceKind
from dnnmig_gui.core.simulation.simulate import play, simulate
from dnnmig_gui.core.simulation.told import COLUMNS


def test_a_thousand_users_ask_a_hundred_queries_each_in_seconds() -> None:
    """On fairly shared links with a queue at the server; the limit is generous, as machines are busy."""
    plan = workload(1000, "fair", 4.5)
    start = time.process_time()
    trace = simulate(plan)
    assert time.process_time() - start < 10
    rows = trace.of_kind(SliceKind.QUERY)
    assert np.bincount(trace.user[rows], minlength=1000).min() >= 100


@pytest.mark.parametrize(
    ("clients", "mode", "horizon_s"), [(100, "fair", 15.0), (100, "none", 40.0), (2, "none", 2500.0)]
)
def test_cancel_is_asked_for_ten_times_a_second(clients: int, mode: str, horizon_s: float) -> None:
    """From the first event to the last column of half a million slices and more, by the processor's clock."""
    plan = workload(clients, mode, horizon_s)
    gc.collect()
    looks = [time.process_time()]

    def look() -> bool:
        looks.append(time.process_time())
        return False

    told = []
    trace = simulate(plan, Run(1, report=lambda share, line: told.append(share), is_cancelled=look))
    looks.append(time.process_time())
    assert len(trace) > 500_000
    assert np.diff(looks).max() < 0.1
    if mode == "fair":  # of what is played event by event
        assert len(told) > 20
        assert told == sorted(told)


def test_a_run_stops_where_it_is_cancelled() -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 30

    with pytest.raises(CancelledError):
        simulate(workload(20, "fair", 60.0), Run(1, is_cancelled=cancelled))
    assert asked == 31


@pytest.mark.parametrize("mode", ["none", "fifo", "fair"])
def test_memory_is_in_proportion_to_the_trace(mode: str) -> None:
    """Ten times the run takes ten times the memory, less what the users take; and at most three times its columns."""
    row = sum(np.dtype(dtype).itemsize for dtype in COLUMNS.values())
    peaks, lengths = [], []
    for horizon_s in (2.0, 20.0):
        plan = workload(10, mode, horizon_s)
        tracemalloc.start()
        trace = simulate(plan)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        lengths.append(len(trace))
        del trace
    assert 8 < lengths[1] / lengths[0] < 12
    assert (peaks[1] - peaks[0]) / (lengths[1] - lengths[0]) < 3 * row


def test_a_record_keeps_less_than_its_columns() -> None:
    """What is kept until a column is read: a few numbers a query."""
    plan = workload(10, "fair", 20.0)
    tracemalloc.start()
    record = play(plan)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert kept / completed(record) < 100  # bytes


def test_a_trace_can_be_changed_and_copied_before_and_after_its_columns_are_read() -> None:
    record = play(workload(3, "fair", 1.0))
    expected = record.trace()
    expected.complete(Run())
    for made in (copy.deepcopy(record.trace()), replace(record.trace(), end_s=2.0), replace(expected, end_s=2.0)):
        assert len(made) == len(expected) > 100
        for name in COLUMNS:
            assert (getattr(made, name) == getattr(expected, name)).all()
