"""Widgets in reference cycles die between events, on the GUI's thread, and nowhere else."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from dnnmig_gui.gui import garbage

PROGRAM = """
import gc, threading, time
from concurrent.futures import ThreadPoolExecutor
from PySide6.QtCore import QObject, QTimer
from dnnmig_gui.gui.application import make_application
from dnnmig_gui.gui.garbage import COLLECT_AFTER

application = make_application()
make_application()  # a second call connects nothing twice
assert not gc.isenabled()
died_on, made_at_work = set(), []

class Mortal(QObject):
    def __del__(self):
        died_on.add(threading.get_ident())

def knot():
    one = Mortal()
    one.itself = one

for _ in range(100):
    knot()

def work():
    cycles = []
    for _ in range(3 * COLLECT_AFTER[0]):
        cycle = []
        cycle.append(cycle)
        cycles.append(cycle)
    made_at_work.append(set(died_on))

with ThreadPoolExecutor(1) as pool:
    pool.submit(work).result()
assert made_at_work == [set()], "something died while a thread was at work"
QTimer.singleShot(20, application.quit)
application.exec()
print(died_on == {threading.get_ident()}, gc.get_count()[0] < COLLECT_AFTER[0])
"""


def test_cycles_go_when_the_event_loop_falls_asleep() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    assert (done.stdout.split(), done.stderr) == (["True", "True"], "")


@pytest.mark.parametrize(
    ("counts", "generation"),
    [
        ((20_000, 50, 50), None),
        ((20_001, 10, 50), 0),
        ((20_001, 11, 20), 1),
        ((20_001, 11, 21), 2),
    ],
)
def test_the_oldest_generation_due_is_collected(
    counts: tuple[int, int, int], generation: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    collected: list[int] = []
    monkeypatch.setattr(gc, "get_count", lambda: counts)
    monkeypatch.setattr(gc, "collect", collected.append)
    garbage.collect_if_due()
    monkeypatch.undo()
    assert collected == ([] if generation is None else [generation])
