"""The running phase in the real window: playing, scrubbing, stepping, comparing, presenting, by real keys and mouse."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from desktop import Window, wait_until

OpenWindow = Callable[..., Window]

ACCENT, EDGE = (91, 69, 224), (0, 158, 115)
LIGHT_SOFT, DARK_BG = (236, 233, 253), (12, 14, 18)


def share_of(pixels: npt.NDArray[np.uint8], color: tuple[int, int, int]) -> float:
    return float((pixels == color).all(axis=2).mean())


def playhead(window: Window) -> tuple[int, int, int]:
    """Return column, upper and lower end of the longest upright line in accent: the playhead."""
    pixels = window.pixels()
    accent = (abs(pixels.astype(int) - np.array(ACCENT)) < 60).all(axis=2)
    lower = accent[pixels.shape[0] // 2 :]
    column = int(lower.sum(axis=0).argmax())
    rows = np.flatnonzero(lower[:, column]) + pixels.shape[0] // 2
    return column, int(rows[0]), int(rows[-1])


def planned(open_window: OpenWindow, scenarios: Path) -> Window:
    window = open_window(scenarios / "paper-alexnet.dnnmig", "--plan", "--theme", "light")
    wait_until(lambda: share_of(window.pixels(), EDGE) > 0.0005, "the plan to be shown")
    window.settled()
    return window


def test_play_scrub_and_step(open_window: OpenWindow, scenarios: Path) -> None:
    window = planned(open_window, scenarios)
    start, top, bottom = playhead(window)
    window.key("space")
    wait_until(lambda: playhead(window)[0] > start + 20, "the playhead to run")
    window.key("space")
    window.settled()
    stopped = playhead(window)[0]
    window.click(start + 400, top + 6)  # on the ruler
    wait_until(lambda: abs(playhead(window)[0] - (start + 400)) <= 3, "the playhead to follow the mouse")
    window.key("period")
    wait_until(lambda: playhead(window)[0] >= start + 400, "the next event")
    stepped = playhead(window)[0]
    window.key("shift+period")
    wait_until(lambda: playhead(window)[0] > stepped + 3, "the next CR, by a sign that needs Shift")
    window.key("Home")
    wait_until(lambda: abs(playhead(window)[0] - start) <= 3, "the start of the run")
    window.key("End")
    wait_until(lambda: playhead(window)[0] > stopped + 100, "the end of the run")
    assert bottom - top > 60
    assert window.close() == 0
    assert window.said() == ""


def test_lanes_are_filtered_by_typing(open_window: OpenWindow, scenarios: Path) -> None:
    window = planned(open_window, scenarios)
    start, top, _ = playhead(window)
    window.click(start + 300, top + 6)
    before = window.settled()
    window.key("slash")
    window.write("edge")

    def changed() -> float:
        return float((window.pixels() != before).mean())

    wait_until(lambda: changed() > 0.01, "the lanes of the edge alone")
    window.key("Escape")
    wait_until(lambda: changed() < 0.008, "all lanes again; the ring around what has the keyboard may differ")
    assert window.close() == 0
    assert window.said() == ""


def test_two_plans_are_compared(open_window: OpenWindow, scenarios: Path) -> None:
    window = planned(open_window, scenarios)
    plan = window.settled()
    window.key("ctrl+shift+c")
    wait_until(lambda: share_of(window.pixels(), LIGHT_SOFT) > 0.005, "the row of plan B", 60)
    before = window.settled(60)
    window.key("space")
    wait_until(lambda: not np.array_equal(window.pixels(), before), "both runs to play")
    window.key("space")
    window.key("ctrl+shift+c")
    wait_until(lambda: float((window.pixels() != plan).mean()) < 0.05, "the plan again")
    assert window.close() == 0
    assert window.said() == ""


def test_presentation_by_keys(open_window: OpenWindow, scenarios: Path) -> None:
    window = planned(open_window, scenarios)
    window.key("F5")

    def hall() -> npt.NDArray[np.uint8]:
        return window.desktop.pixels()

    wait_until(lambda: share_of(hall(), DARK_BG) > 0.4, "the dark page on the whole screen")
    window.key("space")
    first = hall()
    wait_until(lambda: not np.array_equal(hall(), first), "the run to play")
    window.key("space", "Next")
    wait_until(lambda: not np.array_equal(hall(), first), "the next scene")
    window.key("t")
    wait_until(lambda: share_of(hall(), DARK_BG) < 0.05, "the light theme")
    window.key("Escape")
    wait_until(lambda: not window.has_dialog(), "the presentation to end")
    assert window.close() == 0
    assert window.said() == ""
