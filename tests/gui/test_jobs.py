"""Background work: told on the GUI's thread, stopped at once, gone with the window."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.run import Run
from dnnmig_gui.gui.jobs import Jobs


@pytest.fixture
def jobs(qapp: object) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()


def patient(run: Run) -> str:
    """Work that only a cancel ends."""
    while True:
        run.check()
        time.sleep(0.002)


def test_the_result_comes_on_the_guis_thread(qtbot: QtBot, jobs: Jobs) -> None:
    threads = []
    job = jobs.start(lambda run: (run.seed, threading.get_ident()), seed=42)
    job.succeeded.connect(lambda result: threads.append((result[1], threading.get_ident())))
    with qtbot.waitSignal(job.succeeded) as told:
        pass
    assert told.args is not None
    assert told.args[0][0] == 42
    worked, heard = threads[0]
    assert heard == threading.get_ident()
    assert worked != heard


def test_an_error_is_told_as_it_is(qtbot: QtBot, jobs: Jobs) -> None:
    def work(run: Run) -> None:
        raise InputError("no model 'x'", source="a.dnnmig")

    with qtbot.waitSignal(jobs.start(work).failed) as told:
        pass
    assert told.args is not None
    assert str(told.args[0]) == "a.dnnmig: no model 'x'"


def test_a_fault_of_ours_is_told_and_reaches_the_crash_guard(
    qtbot: QtBot, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: caught.append(error))

    def work(run: Run) -> None:
        raise ZeroDivisionError("by nought")

    job = jobs.start(work)
    with qtbot.waitSignals([job.failed, job.ended]):
        pass
    assert isinstance(caught[0], ZeroDivisionError)


def test_cancel_is_answered_within_100_ms(qtbot: QtBot, jobs: Jobs) -> None:
    job = jobs.start(patient)
    qtbot.wait(30)
    started = time.perf_counter()
    with qtbot.waitSignal(job.cancelled, timeout=1000):
        job.cancel()
    assert time.perf_counter() - started < 0.1
    qtbot.waitUntil(lambda: not jobs.busy, timeout=1000)


def test_nothing_is_told_after_a_cancel(qtbot: QtBot, jobs: Jobs) -> None:
    release = threading.Event()
    told: list[str] = []

    def deaf(run: Run) -> str:
        release.wait(5)
        run.report(1.0, "late")
        return "late"

    job = jobs.start(deaf)
    job.progressed.connect(lambda *_: told.append("progressed"))
    job.succeeded.connect(lambda _: told.append("succeeded"))
    job.ended.connect(lambda: told.append("ended"))
    job.cancel()
    release.set()
    qtbot.waitUntil(lambda: not jobs.busy, timeout=2000)
    qtbot.wait(20)
    assert told == ["ended"]


def test_progress_is_throttled(qtbot: QtBot, jobs: Jobs) -> None:
    told: list[float] = []

    def chatty(run: Run) -> None:
        for step in range(20_000):
            run.report(step / 20_000, "on")

    job = jobs.start(chatty)
    job.progressed.connect(lambda share, _: told.append(share))
    with qtbot.waitSignal(job.succeeded):
        pass
    assert 1 <= len(told) < 100
    assert told == sorted(told)


def test_closing_in_the_middle_leaves_no_thread(qtbot: QtBot, qapp: object) -> None:
    jobs = Jobs()
    for _ in range(2):
        jobs.start(patient)
    qtbot.waitUntil(lambda: jobs.busy)
    jobs.close()
    assert not jobs.busy
