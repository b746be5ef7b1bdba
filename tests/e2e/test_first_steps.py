"""The first minutes in the real window: a card is clicked, it plays; palette, tour, themes; all from the outside."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from desktop import Window, wait_until

OpenWindow = Callable[..., Window]

ACCENT = (91, 69, 224)
LIGHT_BG, DARK_BG = (236, 238, 241), (12, 14, 18)
SHEET = (255, 255, 255)


def share_of(pixels: npt.NDArray[np.uint8], color: tuple[int, int, int]) -> float:
    return float((pixels == color).all(axis=2).mean())


def first_card(window: Window) -> tuple[float, float]:
    """Return a point in the first card: white on the light ground, right of the light ground's left edge."""
    pixels = window.settled(60)
    ground = (pixels == LIGHT_BG).all(axis=2)
    left = int(np.flatnonzero(ground.mean(axis=0) > 0.9)[0])
    white = (pixels[:, left:] == SHEET).all(axis=2)
    row = int(np.flatnonzero(white.sum(axis=1) > 300)[0])
    column = int(np.flatnonzero(white[row])[0])
    return left + column + 60.0, row + 60.0


def test_two_clicks_from_the_start_to_the_animation(open_window: OpenWindow) -> None:
    window = open_window("--theme", "light")
    window.click(*first_card(window))  # the first click: the paper's example opens and is planned
    wait_until(lambda: "AlexNet" in window.title, "the example in the title")
    wait_until(lambda: share_of(window.pixels(), (0, 158, 115)) > 0.0005, "the plan to be shown")
    before = window.settled()
    window.key("space")  # the second
    wait_until(lambda: not np.array_equal(window.pixels(), before), "the run to play")
    window.key("space")
    window.settled()
    assert window.close() == 0
    assert window.said() == ""


def test_the_palette_switches_the_theme_without_a_mouse(open_window: OpenWindow, scenarios: Path) -> None:
    window = open_window(scenarios / "paper-alexnet.dnnmig", "--theme", "light")
    wait_until(lambda: "AlexNet" in window.title, "the scenario's name in the title")
    assert share_of(window.settled(), LIGHT_BG) > 0.02
    window.key("ctrl+shift+p")
    wait_until(lambda: share_of(window.pixels(), LIGHT_BG) < 0.02, "the sheet to shade the window")
    window.write("dark theme")
    window.key("Return")
    wait_until(lambda: share_of(window.pixels(), DARK_BG) > 0.02, "the dark theme")
    window.key("ctrl+shift+p")
    window.write("light theme")
    window.key("Return")
    wait_until(lambda: share_of(window.pixels(), LIGHT_BG) > 0.02, "the light theme again")
    assert window.close() == 0
    assert window.said() == ""


def test_help_comes_and_goes_by_its_keys(open_window: OpenWindow, scenarios: Path) -> None:
    window = open_window(scenarios / "paper-alexnet.dnnmig", "--theme", "light")
    wait_until(lambda: "AlexNet" in window.title, "the scenario's name in the title")
    plain = window.settled()
    window.key("question")
    wait_until(lambda: share_of(window.pixels(), LIGHT_BG) < 0.02, "the sheet of shortcuts")
    window.key("Escape")
    wait_until(lambda: share_of(window.pixels(), LIGHT_BG) > 0.02, "the sheet to go")
    window.key("F1")
    wait_until(window.has_dialog, "the guide")
    window.key("Escape")
    wait_until(lambda: not window.has_dialog(), "the guide to go")
    assert share_of(window.settled(), LIGHT_BG) > 0.9 * share_of(plain, LIGHT_BG)
    assert window.close() == 0
    assert window.said() == ""


def test_the_tour_is_walked_and_left(open_window: OpenWindow, scenarios: Path) -> None:
    window = open_window(scenarios / "paper-alexnet.dnnmig", "--plan", "--theme", "light")
    wait_until(lambda: share_of(window.pixels(), (0, 158, 115)) > 0.0005, "the plan to be shown")
    plain = share_of(window.settled(), ACCENT)
    window.key("ctrl+shift+p")
    window.write("take the tour")
    window.key("Return")
    wait_until(lambda: share_of(window.pixels(), ACCENT) > plain + 0.002, "the first stop, with its ring")
    assert window.close() == 0
    assert window.said() == ""


def test_nothing_is_lost_when_the_gallery_is_closed_at_work(open_window: OpenWindow) -> None:
    window = open_window("--theme", "light")
    wait_until(lambda: share_of(window.pixels(), LIGHT_BG) > 0.1, "the gallery")
    assert window.close() == 0
    assert window.said() == ""
