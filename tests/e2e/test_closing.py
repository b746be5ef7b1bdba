"""Closing the window in the middle of planning, playing, comparing, presenting or exporting: fifty tries at random."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

PROGRAM = Path(__file__).with_name("closing_session.py")
TRIES = 10


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_left_behind(seed: int, scenarios: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(scenarios), str(tmp_path), str(seed), str(TRIES)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line]
    assert (done.returncode, said) == (0, []), done.stdout
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert len(lines) == TRIES
    assert all(len(line) == 4 for line in lines), f"threads are left: {done.stdout}"
    for file in tmp_path.iterdir():
        if file.suffix == ".html":
            assert file.read_text(encoding="utf-8").rstrip().endswith("</html>")
        elif file.suffix == ".json":
            assert json.loads(file.read_text(encoding="utf-8"))["format"] == "dnnmig-plan"
        elif file.suffix == ".png":
            assert not QImage(str(file)).isNull()
        else:
            assert file.suffix == ".ini", f"half-written: {file.name}"
