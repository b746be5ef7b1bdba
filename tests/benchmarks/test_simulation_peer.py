"""Queries simulated per second beside SimPy's, on the same workload in the same run; see docs/benchmarks/simulation.md.

``python tests/benchmarks/test_simulation_peer.py`` prints the table.
"""

from __future__ import annotations

import gc
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # for those who run it as a program

from shared_workload import MODES, completed, in_mode, peer_queries, workload
from simpy_peer import Query, TextbookWire, Wire, simpy_run

from dnnmig_gui.core.planning import MigrationPlan
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.simulation.simulate import play

HORIZONS_S = {2: 500.0, 100: 12.0, 1000: 4.0}


@dataclass(frozen=True)
class Rates:
    """Queries a second of processor time.

    Parameters
    ----------
    kept
        With the trace kept, its columns not read yet.
    read
        With all columns of the trace read.
    log, slices
        SimPy keeping start and end of each query, and keeping every slice.
    textbook
        SimPy keeping every slice, with the shared link written as a process a transfer; None without such a link.
    """

    kept: float
    read: float
    log: float
    slices: float
    textbook: float | None


def rates(plan: MigrationPlan, horizon_s: float, mode: str, rounds: int = 2) -> Rates:
    """Return the best of some rounds."""
    found = []
    queries = peer_queries(plan)
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        record = play(plan)
        trace = record.trace()
        kept = time.process_time()
        trace.complete(Run())
        read = time.process_time()
        count = completed(record)
        ours = count / (kept - start), count / (read - start)
        del record, trace
        theirs = [simpy_rate(queries, horizon_s, mode, slices) for slices in (None, [])]
        textbook = [simpy_rate(queries, horizon_s, mode, [], TextbookWire)] if mode == "fair" else []
        found.append((*ours, *theirs, *textbook))
    best = [max(column) for column in zip(*found, strict=True)]
    return Rates(best[0], best[1], best[2], best[3], best[4] if mode == "fair" else None)


def simpy_rate(
    queries: list[Query],
    horizon_s: float,
    mode: str,
    slices: list[tuple[str, float, float, int]] | None,
    wire: type[Wire | TextbookWire] = Wire,
) -> float:
    """Return the queries a second that SimPy plays."""
    gc.collect()
    start = time.process_time()
    logs = simpy_run(queries, horizon_s, mode, slices, wire)
    return sum(map(len, logs)) / (time.process_time() - start)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("clients", [2, 100])
def test_faster_than_simpy(mode: str, clients: int) -> None:
    """The goals stand in docs/benchmarks/simulation.md; a loaded machine must not fail the checks, so half is asked."""
    pytest.importorskip("simpy")
    horizon_s = HORIZONS_S[clients] / (1 if mode == "none" else 5)
    found = rates(workload(clients, mode, horizon_s), horizon_s, mode)
    if mode == "none":
        assert found.kept > 20 * found.slices
        assert found.read > 3 * found.slices
    else:
        assert found.kept > 3 * found.slices
        assert found.read > 2 * found.slices


def main() -> None:
    """Print the table of docs/benchmarks/simulation.md."""
    print(  # noqa: T201
        "| clients | shared | kept | read | SimPy log | SimPy slices | textbook SimPy"
        " | kept : log | kept : slices | read : slices | kept : textbook |"
    )
    print("|---:|---|" + "---:|" * 9)  # noqa: T201
    for clients, horizon_s in HORIZONS_S.items():
        plan = workload(clients, "none", horizon_s)
        for mode in MODES:
            found = rates(in_mode(plan, mode, horizon_s), horizon_s, mode)
            textbook = (
                ("", "") if found.textbook is None else (f"{found.textbook:,.0f}", f"{found.kept / found.textbook:.1f}")
            )
            print(  # noqa: T201
                f"| {clients} | {mode} | {found.kept:,.0f} | {found.read:,.0f} | {found.log:,.0f}"
                f" | {found.slices:,.0f} | {textbook[0]} | {found.kept / found.log:.1f}"
                f" | {found.kept / found.slices:.1f} | {found.read / found.slices:.1f} | {textbook[1]} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
