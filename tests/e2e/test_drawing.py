"""A scenario drawn from nothing with mouse and keys: planned, saved, opened again, undone to nothing and redone."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from desktop import Window, wait_until

from dnnmig_gui.core.planning import plan_scenario
from dnnmig_gui.core.scenario import Scenario, open_scenario

OpenWindow = Callable[..., Window]
Point = tuple[float, float]

ZONES = {"client": (254, 249, 240), "edge": (241, 250, 247), "cloud": (240, 247, 252)}
"""What the light theme paints behind the tiers, to within a shade."""
TILES = {"client": (64.0, 135.0), "edge": (152.0, 135.0), "cloud": (64.0, 203.0)}
ADD_MODEL, FIRST_MODEL = (177.0, 261.0), (80.0, 294.0)
"""Where the library has its tiles, its + and its first model."""


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


@pytest.mark.timeout(240)
def test_a_scenario_is_drawn_planned_saved_undone_and_redone(open_window: OpenWindow, tmp_path: Path) -> None:
    file = tmp_path / "drawn.dnnmig"
    file.write_text(json.dumps({"format": "dnnmig-scenario", "version": 1, "name": "Drawn"}))
    empty = open_scenario(file).scenario
    window = open_window(file, "--theme", "light")
    wait_until(lambda: "Drawn" in window.title, "the scenario's name in the title")
    places = drop_servers(window)
    drawn = saved(window, file)
    assert [server.id for server in drawn.servers] == list(places)
    assert all(server.position is not None for server in drawn.servers)

    joined = [("client-1", "edge-1"), ("client-1", "edge-2"), ("edge-1", "cloud-1"), ("edge-2", "cloud-1")]
    for one, other in joined:
        window.key("k")
        window.drag(places[one], places[other])
    drawn = saved(window, file)
    assert [link.between for link in drawn.links] == joined

    window.click(*ADD_MODEL)
    time.sleep(0.3)
    window.key("Down", "Return")
    time.sleep(0.3)
    drawn = saved(window, file)
    assert [entry.zoo for entry in drawn.models] == ["alexnet"]
    drag_slowly(window, FIRST_MODEL, places["client-1"])
    drawn = saved(window, file)
    assert [(user.client, user.model) for user in drawn.users] == [("client-1", "alexnet")]

    window.key("ctrl+Return")
    planned = window.settled(60)
    plan = plan_scenario(drawn, tmp_path).users[0]
    assert plan.figures.delay_s < plan.local.delay_s
    client_colour = (np.abs(planned.astype(int) - (230, 159, 0)).max(axis=2) <= 3).sum()
    assert client_colour > 500, "layers and lanes are painted in the client's colour"

    edits = 4 + len(joined) + 2
    window.click(places["client-1"][0], places["client-1"][1] - 60)  # the keyboard is the canvas's
    window.key(*["ctrl+z"] * edits)
    assert saved(window, file) == empty
    window.key(*["ctrl+shift+z"] * edits)
    assert saved(window, file) == drawn
    assert window.close() == 0
    assert window.said() == ""

    again = open_window(file, "--theme", "light")
    wait_until(lambda: "Drawn" in again.title, "the scenario's name in the title")
    again.settled()
    text = file.read_bytes()
    again.key("2")
    assert len(saved(again, file).servers) == 5
    again.key("ctrl+z")
    assert saved(again, file) == drawn
    assert file.read_bytes() == text, "what was drawn is written as it was"
    assert again.close() == 0
