"""A desktop of one's own: Xvfb, a window manager, the real window, a mouse and a keyboard."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from desktop import PROGRAMS, Desktop, Window

ARTEFACTS = Path(__file__).resolve().parents[2] / "output" / "e2e"


class OpenWindow(Protocol):
    def __call__(self, *arguments: str | Path) -> Window: ...


@pytest.fixture(scope="session")
def desktop() -> Iterator[Desktop]:
    """A screen of 1600 x 1000 pixels that nobody else uses."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the real window is driven under X11 alone")
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        pytest.fail(f"missing {', '.join(missing)}; 'python3 run.py test' installs them or says how")
    with Desktop.start(1600, 1000) as started:
        yield started


@pytest.fixture
def open_window(desktop: Desktop, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OpenWindow]:
    """Start ``python -m dnnmig_gui ARGUMENTS`` and wait for its window; it is ended after the test.

    A failing test leaves a picture of the screen in output/e2e.
    """
    windows: list[Window] = []

    def start(*arguments: str | Path) -> Window:
        window = Window.start(desktop, [str(argument) for argument in arguments], tmp_path / "home")
        windows.append(window)
        window.wait_until_shown()
        return window

    yield start
    report = request.node.stash.get(REPORT, None)
    if report is not None and report.failed:
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            desktop.screenshot(ARTEFACTS / f"{request.node.name.replace(os.sep, '-')}.png")
    for window in windows:
        window.end()


REPORT = pytest.StashKey[pytest.TestReport]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[REPORT] = report
    return report
