"""The real window is killed in the middle of work, and what was not saved comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from desktop import Window, wait_until

from dnnmig_gui.core.scenario import open_scenario

OpenWindow = Callable[..., Window]
RESTORE_FROM_RIGHT = 177
"""Where the line at the top has its first button, in pixels of the window."""
NOTICE = (236, 233, 253)
"""What the light theme paints behind a question."""


def line_at_the_top(window: Window) -> int | None:
    """Return the middle of the line with the question, in pixels from the top; None where nothing is asked."""
    rows = np.flatnonzero((window.pixels()[:200, 900] == NOTICE).all(axis=1))
    return int(rows.mean()) if len(rows) > 20 else None


def is_changed(window: Window) -> bool:
    return "(changed)" in window.title


def test_a_killed_window_loses_nothing(open_window: OpenWindow, scenarios: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.dnnmig"
    file.write_bytes((scenarios / "paper-alexnet.dnnmig").read_bytes())
    before = open_scenario(file).scenario
    window = open_window(file, "--theme", "light")
    window.settled()
    window.key("1")  # a client
    wait_until(lambda: is_changed(window), "the edit to show in the title")
    window.kill()

    again = open_window(file, "--theme", "light")
    wait_until(lambda: line_at_the_top(again) is not None, "the line at the top")
    again.settled()
    height = line_at_the_top(again)
    assert height is not None
    assert not is_changed(again)
    again.click(again.geometry()[2] - RESTORE_FROM_RIGHT, height)
    wait_until(lambda: is_changed(again), "what was left behind to be restored")
    again.key("ctrl+s")
    wait_until(lambda: open_scenario(file).scenario != before, "the edit to be saved")
    assert len(open_scenario(file).scenario.servers) > len(before.servers)
    assert again.close() == 0
    assert again.said() == ""

    third = open_window(file, "--theme", "light")
    third.settled()
    assert line_at_the_top(third) is None
    assert third.close() == 0
