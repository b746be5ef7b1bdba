"""What the program takes while nobody touches it: memory with all examples open, and processor time when idle."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

SESSION = """
import resource, sys, time
from pathlib import Path
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication
from dnnmig_gui.gui.application import guard, make_application, make_window
from dnnmig_gui.gui.theme.look import Look

application = make_application()
settings = QSettings(sys.argv[1] + "/settings.ini", QSettings.Format.IniFormat)

def run(seconds):
    QTimer.singleShot(round(seconds * 1000), application.quit)
    application.exec()

first = window = make_window(Look("light"), settings)
for name in sys.argv[2:]:
    window = first.open_another() if window.document.path else first
    assert window.files.open_path(Path(name))
    window.show()
    window.planning.settled.connect(application.quit)
    window.planning.start()
    application.exec()
    run(0.5)
    assert window.planning.run is not None, window.planning.error
guard(first, told=None)
run(2.0)  # what follows a plan is done
status = Path("/proc/self/status").read_text()
resident_kb = int(status.partition("VmRSS:")[2].split()[0])
before = time.process_time()
run(5.0)
print(resident_kb / 1024, (time.process_time() - before) / 5.0)
first.quit()
"""
MOST_MIB = 400
MOST_BUSY = 0.01


def session(folder: Path, scenarios: list[Path]) -> tuple[float, float]:
    """Return MiB in memory and the share of a core that the idle program takes."""
    done = subprocess.run(
        [sys.executable, "-c", SESSION, str(folder), *map(str, scenarios)],
        check=True,
        timeout=170,
        capture_output=True,
        text=True,
    )
    memory, busy = done.stdout.split()
    return float(memory), float(busy)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.benchmark(group="at rest")
def test_all_examples_open(benchmark: BenchmarkFixture, scenarios: Path, tmp_path: Path) -> None:
    """Each example in a window of its own, planned: under 400 MiB, and asleep when left alone."""
    files = sorted(scenarios.glob("*.dnnmig"))
    memory, busy = benchmark.pedantic(lambda: session(tmp_path, files), rounds=1)
    benchmark.extra_info |= {"memory_mib": round(memory), "busy": busy}
    print(f"\n{len(files)} windows: {memory:.0f} MiB, idle at {busy:.2%} of a core")  # noqa: T201
    assert memory < MOST_MIB
    assert busy < MOST_BUSY
