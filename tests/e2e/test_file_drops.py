"""Files dragged from another program onto the window, by the protocol that programs use under X11."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from desktop import Window, ended, wait_until
from drag_source import SIZE

from dnnmig_gui.core.scenario import open_scenario

OpenWindow = Callable[..., Window]
SOURCE = Path(__file__).with_name("drag_source.py")
DATA = Path(__file__).parents[1] / "data"
SCENARIOS = Path(__file__).parents[2] / "scenarios"
LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
CORNER = (1500, 940)
"""Where the other program's window lies on the screen."""
CANVAS = (620.0, 260.0)
"""A place of the window that belongs to the topology."""
ON_SCREEN = (
    '{"format": "dnnmig-scenario", "version": 1, "servers": [{"id": "client-1", "tier": "client", "compute_ghz": 1.1}]}'
)


@contextlib.contextmanager
def dropped(window: Window, file: Path, at: tuple[float, float]) -> Iterator[str]:
    """Drag a file from another program to a place of the window; hand over what that program heard: CopyAction."""
    command = [sys.executable, str(SOURCE), *map(str, CORNER), str(file)]
    source = subprocess.Popen(command, env=window.desktop.environment(), stdout=subprocess.PIPE)
    with ended(source), source.stdout as said:  # type: ignore[union-attr]
        assert said.readline() == b"shown\n"
        time.sleep(0.5)
        left, top, _, _ = window.geometry()
        start = (CORNER[0] + SIZE / 2, CORNER[1] + SIZE / 2)
        end = (left + at[0], top + at[1])
        window.desktop.xdotool("mousemove", "--sync", round(start[0]), round(start[1]))
        window.desktop.xdotool("mousedown", 1)
        for share in (0.02, 0.05, 0.1, 0.3, 0.6, 0.9, 0.97, 1.0, 1.0):
            x, y = (start[axis] + (end[axis] - start[axis]) * share for axis in (0, 1))
            window.desktop.xdotool("mousemove", round(x), round(y))
            time.sleep(0.06)
        time.sleep(0.2)
        window.desktop.xdotool("mouseup", 1)
        yield said.readline().decode().strip()


def client_at(window: Window) -> tuple[float, float]:
    """Return where the only client of the scenario is drawn: its icon's disc has the client's tint."""
    pixels = window.settled()
    found = np.argwhere(np.abs(pixels[80:420, 240:900].astype(int) - (252, 241, 217)).max(axis=2) <= 1)
    assert len(found), "the client is on the screen"
    y, x = np.median(found, axis=0)
    return float(x + 240), float(y + 80)


def saved(window: Window, path: Path) -> object:
    window.key("ctrl+s")
    wait_until(lambda: "(changed)" not in window.title, "the scenario to be saved")
    return open_scenario(path).scenario


def test_a_scenario_is_dropped_on_the_window(open_window: OpenWindow, tmp_path: Path) -> None:
    first = tmp_path / "first.dnnmig"
    first.write_text(ON_SCREEN)
    other = Path(shutil.copy(SCENARIOS / "paper-vgg19.dnnmig", tmp_path))
    window = open_window(first)
    with dropped(window, other, CANVAS) as heard:
        assert heard == "CopyAction"
        wait_until(lambda: "VGG19" in window.title, "the dropped scenario to open")


@pytest.mark.parametrize("kind", ["onnx", "csv"])
def test_a_model_is_dropped_on_a_client(open_window: OpenWindow, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "first.dnnmig"
    path.write_text(ON_SCREEN)
    source = LIGHT / "light_squeezenet.onnx" if kind == "onnx" else DATA / "alexnet-measured.csv"
    model = Path(shutil.copy(source, tmp_path))
    window = open_window(path)
    with dropped(window, model, client_at(window)) as heard:
        assert heard == "CopyAction"
        wait_until(lambda: "(changed)" in window.title, "the model to be given to the client")
    scenario = saved(window, path)
    assert [entry.file for entry in scenario.models] == [model.name]  # type: ignore[attr-defined]
    assert [(user.client, user.model) for user in scenario.users] == [("client-1", scenario.models[0].id)]  # type: ignore[attr-defined]


def test_a_topology_is_dropped_on_the_window_and_confirmed(open_window: OpenWindow, tmp_path: Path) -> None:
    path = tmp_path / "first.dnnmig"
    path.write_text(ON_SCREEN)
    window = open_window(path)
    with dropped(window, DATA / "topologies" / "ring-of-cities.graphml", CANVAS) as heard:
        assert heard == "CopyAction"
        wait_until(window.has_dialog, "the preview of the import")
    window.settled()
    window.key("Return")
    wait_until(lambda: not window.has_dialog(), "the preview to close")
    wait_until(lambda: "(changed)" in window.title, "the topology to become a scenario")


def test_what_no_part_takes_is_refused(open_window: OpenWindow, tmp_path: Path) -> None:
    path, picture = tmp_path / "first.dnnmig", tmp_path / "picture.png"
    path.write_text(ON_SCREEN)
    picture.write_bytes(b"x")
    window = open_window(path)
    with dropped(window, picture, CANVAS) as heard:
        assert heard == "IgnoreAction"
    assert "(changed)" not in window.title
