"""Queries simulated per second beside SimPy's, on the same workload in the same run; see docs/benchmarks/simulation.md.

``python tests/benchmarks/test_simulation_peer.py`` prints the table.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # for those who run it as a program

from shared_workload import MODES, completed, in_mode, peer_queries, workload
from simpy_peer import simpy_run

from dnnmig_gui.core.planning import MigrationPlan
from dnnmig_gui.core.simulation.simulate import play

HORIZONS_S = {2: 500.0, 100: 12.0, 1000: 1.5}


def rates(plan: MigrationPlan, horizon_s: float, mode: str) -> tuple[float, float, float, float]:
    """Return queries a second of processor time: record, record and trace; SimPy with its log, with all slices."""
    found = []
    queries = peer_queries(plan)
    for _ in range(2):
        gc.collect()
        start = time.process_time()
        record = play(plan)
        played = time.process_time()
        trace = record.trace()
        told = time.process_time()
        count = completed(record)
        ours = count / (played - start), count / (told - start)
        del record, trace
        theirs = []
        for slices in (None, []):
            gc.collect()
            start = time.process_time()
            logs = simpy_run(queries, horizon_s, mode, slices)
            theirs.append(sum(map(len, logs)) / (time.process_time() - start))
        found.append((*ours, *theirs))
    best = [max(column) for column in zip(*found, strict=True)]
    return best[0], best[1], best[2], best[3]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("clients", [2, 100])
def test_faster_than_simpy(mode: str, clients: int) -> None:
    """The goals stand in docs/benchmarks/simulation.md; a loaded machine must not fail the checks, so half is asked."""
    pytest.importorskip("simpy")
    horizon_s = HORIZONS_S[clients] / 5
    bare, traced, peer_bare, peer_traced = rates(workload(clients, mode, horizon_s), horizon_s, mode)
    if mode == "none":
        assert bare > 10 * peer_bare
    else:
        assert traced > (2.5 if mode == "fifo" else 1.5) * peer_traced


def main() -> None:
    """Print the table of docs/benchmarks/simulation.md."""
    print("| clients | shared | record | trace | SimPy log | SimPy slices | record : log | trace : slices |")  # noqa: T201
    print("|---:|---|---:|---:|---:|---:|---:|---:|")  # noqa: T201
    for clients, horizon_s in HORIZONS_S.items():
        plan = workload(clients, "none", horizon_s)
        for mode in MODES:
            bare, traced, peer_bare, peer_traced = rates(in_mode(plan, mode, horizon_s), horizon_s, mode)
            print(  # noqa: T201
                f"| {clients} | {mode} | {bare:,.0f} | {traced:,.0f} | {peer_bare:,.0f} | {peer_traced:,.0f}"
                f" | {bare / peer_bare:.1f} | {traced / peer_traced:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
