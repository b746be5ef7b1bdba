"""The real window, from the outside: it opens, plays, refuses bad files, opens others, and closes cleanly."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from desktop import Window, wait_until

from dnnmig_gui.core.scenario import open_scenario

CLIENT_ZONE = (254, 249, 240)
"""What the light theme paints behind the clients."""

OpenWindow = Callable[..., Window]


def shows_something(window: Window) -> bool:
    """Return whether the window is more than a blank sheet."""
    _, counts = np.unique(window.pixels().reshape(-1, 3), axis=0, return_counts=True)
    return len(counts) > 200 and counts.max() < 0.9 * counts.sum()


def test_the_papers_scenario_opens_planned_and_closes_cleanly(open_window: OpenWindow, scenarios: Path) -> None:
    window = open_window(scenarios / "paper-alexnet.dnnmig", "--plan")
    wait_until(lambda: "AlexNet" in window.title, "the scenario's name in the title")
    wait_until(lambda: shows_something(window), "the views to be painted")
    assert window.close() == 0
    assert window.said() == ""


def test_space_plays_and_pauses(open_window: OpenWindow, scenarios: Path) -> None:
    window = open_window(scenarios / "paper-alexnet.dnnmig", "--plan")
    before = window.settled()
    window.key("space")
    wait_until(lambda: not np.array_equal(window.pixels(), before), "the run to play")
    one = window.pixels()
    time.sleep(0.5)
    assert not np.array_equal(window.pixels(), one)
    window.key("space")
    window.settled()
    assert window.close() == 0


def test_a_bad_file_leaves_a_usable_window(open_window: OpenWindow, tmp_path: Path, scenarios: Path) -> None:
    bad = tmp_path / "bad.dnnmig"
    bad.write_text("[" * 100_000)
    window = open_window(bad)
    window.settled()
    assert "bad.dnnmig" not in window.said()
    open_by_keyboard(window, scenarios / "paper-vgg19.dnnmig")
    assert window.close() == 0
    assert "Traceback" not in window.said()


def test_another_scenario_is_opened_by_the_keyboard(open_window: OpenWindow, scenarios: Path) -> None:
    window = open_window(scenarios / "paper-alexnet.dnnmig")
    wait_until(lambda: "AlexNet" in window.title, "the scenario's name in the title")
    open_by_keyboard(window, scenarios / "paper-vgg19.dnnmig")
    assert window.close() == 0


def open_by_keyboard(window: Window, file: Path) -> None:
    """Open a file with Ctrl+O and its full name."""
    window.key("ctrl+o")
    wait_until(window.has_dialog, "the file dialog to show")
    window.write(str(file))
    window.key("Return")
    wait_until(lambda: not window.has_dialog(), "the file dialog to close")
    wait_until(lambda: "VGG19" in window.title, f"the name of {file.name} in the title, not {window.title!r}")


def server_card(window: Window) -> tuple[float, float]:
    """Return a point on the first server of the clients' zone, in pixels of the window."""
    pixels = window.settled()
    zone = (pixels == CLIENT_ZONE).all(axis=2)
    rows, columns = np.flatnonzero(zone.sum(axis=1) > 100), np.flatnonzero(zone.sum(axis=0) > 100)
    white = (pixels[rows[0] : rows[-1], columns[0] : columns[-1]] == 255).all(axis=2)
    row = int(np.flatnonzero(white.sum(axis=1) > 60)[0])
    column = int(np.median(np.flatnonzero(white[row])))
    return float(columns[0] + column), float(rows[0] + row + 6)


def test_a_server_is_dragged_saved_and_brought_back(open_window: OpenWindow, scenarios: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.dnnmig"
    file.write_bytes((scenarios / "paper-alexnet.dnnmig").read_bytes())
    before = open_scenario(file).scenario
    window = open_window(file, "--theme", "light")
    x, y = server_card(window)
    window.drag((x, y), (x + 30, y + 40))
    window.settled()
    window.key("ctrl+s")
    wait_until(lambda: open_scenario(file).scenario != before, "the edit to be saved")
    clients = open_scenario(file).scenario.of_tier("client")
    assert len({server.position for server in clients}) == len(clients)
    assert len({server.position[0] for server in clients if server.position is not None}) == 2, "one left its column"
    window.key("ctrl+z")
    window.key("ctrl+s")
    wait_until(lambda: open_scenario(file).scenario == before, "the file to say what it said")
    assert window.close() == 0
    assert window.said() == ""


def test_unsaved_changes_are_not_lost_without_a_word(open_window: OpenWindow, scenarios: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.dnnmig"
    file.write_bytes((scenarios / "paper-alexnet.dnnmig").read_bytes())
    window = open_window(file, "--theme", "light")
    x, y = server_card(window)
    window.drag((x, y), (x + 30, y + 40))
    window.settled()
    window.key("alt+F4")
    wait_until(window.has_dialog, "the question about unsaved changes")
    window.key("Escape")
    wait_until(lambda: not window.has_dialog(), "the question to go")
    window.key("ctrl+z")
    assert window.close() == 0
