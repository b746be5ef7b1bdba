"""A scenario drawn from nothing with mouse and keys: planned, played, saved, opened again, undone, redone."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from desktop import Window, wait_until

from dnnmig_gui.core.planning import plan_scenario
from dnnmig_gui.core.scenario import Scenario, open_scenario
from dnnmig_gui.gui.document import empty_scenario

OpenWindow = Callable[..., Window]
Point = tuple[float, float]

ZONES = {"client": (254, 249, 240), "edge": (241, 250, 247), "cloud": (240, 247, 252)}
"""What the light theme paints behind the tiers, to within a shade."""
TILES = {"client": (64.0, 171.0), "edge": (152.0, 171.0), "cloud": (64.0, 239.0)}
FIRST_MODEL = (80.0, 325.0)
"""Where the library has its tiles and its first model."""
LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
"""Real architectures without their weights."""


def zone(pixels: np.ndarray, tier: str) -> tuple[float, float, float, float]:
    """Return left, top, width and height of a tier's band."""
    alike = np.abs(pixels.astype(int) - ZONES[tier]).max(axis=2) <= 3
    rows, columns = np.flatnonzero(alike.sum(axis=1) > 100), np.flatnonzero(alike.sum(axis=0) > 100)
    assert len(rows), f"the band of tier {tier} is on the screen"
    return columns[0], rows[0], columns[-1] - columns[0], rows[-1] - rows[0]


def drag_slowly(window: Window, start: Point, end: Point) -> None:
    """Drag from one widget to another: each has to hear of it before the button is let go."""
    window.move(*start)
    window.desktop.xdotool("mousedown", 1)
    for share in (0.02, 0.05, 0.1, 0.3, 0.6, 0.9, 0.97, 1.0, 1.0):
        window.move(start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
        time.sleep(0.06)
    window.desktop.xdotool("mouseup", 1)
    time.sleep(0.2)


def saved(window: Window, file: Path) -> Scenario:
    """Save, and return what the file says then."""
    before = file.stat().st_mtime_ns
    window.key("ctrl+s")
    wait_until(lambda: file.stat().st_mtime_ns != before, "the file to be written")
    wait_until(lambda: "(changed)" not in window.title, "the title to say that it is saved")
    return open_scenario(file).scenario


def drop_servers(window: Window) -> dict[str, Point]:
    """Drag a client, two edge servers and a cloud server from the library; return where they were dropped."""
    pixels = window.settled()
    places: dict[str, Point] = {}
    for tier, name, down in (
        ("client", "client-1", 0.5),
        ("edge", "edge-1", 0.3),
        ("edge", "edge-2", 0.75),
        ("cloud", "cloud-1", 0.5),
    ):
        left, top, width, height = zone(pixels, tier)
        places[name] = (left + width * 0.5, top + height * down)
        drag_slowly(window, TILES[tier], places[name])
    return places


def answer_with_path(window: Window, path: Path) -> None:
    """Type a path into the dialog that asks for a file, and take it."""
    wait_until(window.has_dialog, "the dialog that asks for a file")
    time.sleep(0.3)  # it has the keyboard a moment after it shows
    window.key("ctrl+a")
    window.write(str(path))
    window.key("Return")
    wait_until(lambda: not window.has_dialog(), "the dialog to go")


def plays(window: Window) -> bool:
    """Return whether the picture moves."""
    before = window.pixels()
    time.sleep(0.4)
    return not np.array_equal(before, window.pixels())


JOINED = [("client-1", "edge-1"), ("client-1", "edge-2"), ("edge-1", "cloud-1"), ("edge-2", "cloud-1")]
EDITS = 4 + len(JOINED) + 2


def draw(window: Window, model: Path) -> dict[str, Point]:
    """Draw four servers and their links, open a model and drag it onto the client; return where the servers are."""
    places = drop_servers(window)
    for one, other in JOINED:
        window.key("k")
        window.drag(places[one], places[other])
    window.key("ctrl+shift+p")
    window.settled()
    window.write("add a model from a file")
    window.key("Return")
    answer_with_path(window, model)
    window.settled(60)
    drag_slowly(window, FIRST_MODEL, places["client-1"])
    window.settled()
    window.click(places["client-1"][0], places["client-1"][1] - 60)  # the keyboard is the canvas's
    return places


def plan_and_play(window: Window) -> None:
    window.key("ctrl+Return")
    planned = window.settled(60)
    client_colour = (np.abs(planned.astype(int) - (230, 159, 0)).max(axis=2) <= 3).sum()
    assert client_colour > 500, "layers and lanes are painted in the client's colour"
    window.key("Home", "space")
    wait_until(lambda: plays(window), "the run to play")
    window.key("space")
    assert not np.array_equal(window.settled(), planned), "the run has gone on"


def check_drawn(drawn: Scenario, names: list[str], folder: Path) -> None:
    assert [(server.id, server.tier) for server in drawn.servers] == [(name, name.partition("-")[0]) for name in names]
    assert all(server.position is not None for server in drawn.servers)
    assert [link.between for link in drawn.links] == JOINED
    assert [(entry.id, entry.file) for entry in drawn.models] == [("light", "light.onnx")]
    assert [(user.client, user.model) for user in drawn.users] == [("client-1", "light")]
    plan = plan_scenario(drawn, folder).users[0]
    assert plan.figures.delay_s < plan.local.delay_s


@pytest.mark.timeout(300)
def test_a_scenario_is_drawn_planned_played_saved_undone_and_redone(open_window: OpenWindow, tmp_path: Path) -> None:
    model = Path(shutil.copy(LIGHT / "light_bvlc_alexnet.onnx", tmp_path / "light.onnx"))
    file = tmp_path / "drawn.dnnmig"
    window = open_window("--theme", "light")
    window.key("ctrl+n")
    wait_until(lambda: "Untitled" in window.title, "an empty scenario")
    places = draw(window, model)
    plan_and_play(window)

    window.key("ctrl+s")
    answer_with_path(window, file)
    wait_until(file.exists, "the file to be written")
    wait_until(lambda: "(changed)" not in window.title, "the title to say that it is saved")
    text, drawn = file.read_bytes(), open_scenario(file).scenario
    check_drawn(drawn, list(places), tmp_path)

    beyond = EDITS + 3  # saving tells the model's path from the file's place; then nothing is left to undo
    window.key(*["ctrl+z"] * beyond)
    assert saved(window, file) == empty_scenario()
    window.key(*["ctrl+shift+z"] * beyond)
    assert saved(window, file) == drawn
    assert file.read_bytes() == text, "what was drawn is written as it was"
    assert window.close() == 0
    assert window.said() == ""

    again = open_window(file, "--theme", "light")
    wait_until(lambda: "drawn" in again.title, "the name of the file in the title")
    again.settled()
    again.key("2")
    assert len(saved(again, file).servers) == 5
    again.key("ctrl+z")
    assert saved(again, file) == drawn
    assert file.read_bytes() == text
    assert again.close() == 0


@pytest.mark.timeout(120)
def test_servers_are_put_with_shift_and_from_the_menu_of_an_empty_place(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    file = tmp_path / "several.dnnmig"
    file.write_text('{"format": "dnnmig-scenario", "version": 1}')
    window = open_window(file, "--theme", "light")
    pixels = window.settled()
    left, top, width, height = zone(pixels, "edge")
    window.desktop.xdotool("keydown", "Shift_L")
    window.click(*TILES["edge"])
    for down in (0.3, 0.5):
        window.click(left + width * 0.3, top + height * down)
    window.desktop.xdotool("keyup", "Shift_L")
    window.key("Escape")
    window.settled()
    window.click(left + width * 0.6, top + height * 0.7)  # the tool is down: it puts nothing
    assert [server.id for server in saved(window, file).servers] == ["edge-1", "edge-2"]
    left, top, width, height = zone(window.settled(), "cloud")
    window.click(left + width * 0.5, top + height * 0.5, button=3)
    window.settled()
    window.key("Down", "Down", "Down", "Return")
    window.settled()
    made = saved(window, file).servers
    assert [server.id for server in made] == ["edge-1", "edge-2", "cloud-1"]
    assert made[-1].position is not None
    window.key("ctrl+z")
    assert len(saved(window, file).servers) == 2
    assert window.close() == 0
    assert window.said() == ""
