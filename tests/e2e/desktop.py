"""Drives a real window as a person does, and looks at the screen as a person does."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

PROGRAMS = ("Xvfb", "openbox", "xdotool", "import")
PATIENCE_S = 20.0


def wait_until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
    """Wait until the condition holds; AssertionError with `what` if it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds:g} s in vain: {what}"
        time.sleep(0.05)


@dataclass(frozen=True)
class Desktop:
    """One X server with one window manager."""

    display: str
    width: int
    height: int

    @classmethod
    @contextlib.contextmanager
    def start(cls, width: int, height: int) -> Iterator[Desktop]:
        """Start Xvfb on a free display and openbox on it; both end with the context."""
        read_end, write_end = os.pipe()
        screen = f"{width}x{height}x24"
        server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(write_end),
                "-screen",
                "0",
                screen,
                "-dpi",
                "96",
                "-nolisten",
                "tcp",
                "-noreset",
            ],
            pass_fds=(write_end,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write_end)
        with ended(server), os.fdopen(read_end) as answer:
            number = answer.readline().strip()
            assert number, "Xvfb did not start"
            desktop = cls(f":{number}", width, height)
            manager = subprocess.Popen(
                ["openbox", "--config-file", str(Path(__file__).with_name("openbox.xml"))],
                env=desktop.environment(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            with ended(manager):
                wait_until(desktop.has_window_manager, "the window manager to start")
                yield desktop

    def environment(self) -> dict[str, str]:
        """Return the variables of a program on this desktop."""
        without_wayland = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
        return {**without_wayland, "DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}

    def has_window_manager(self) -> bool:
        """Return whether a window manager runs."""
        answer = subprocess.run(
            ["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"], env=self.environment(), capture_output=True, text=True
        )
        return "window id" in answer.stdout

    def xdotool(self, *arguments: str | int) -> str:
        """Send events or ask a question; an empty answer is no error."""
        command = ["xdotool", *map(str, arguments)]
        return subprocess.run(
            command, env=self.environment(), capture_output=True, text=True, timeout=20
        ).stdout.strip()

    def screenshot(self, file: Path) -> Path:
        """Save a picture of the whole screen."""
        command = ["import", "-display", self.display, "-window", "root", str(file)]
        subprocess.run(command, check=True, timeout=20, env=self.environment())
        return file

    def pixels(self) -> npt.NDArray[np.uint8]:
        """Return the screen, shape (height, width, 3)."""
        command = ["import", "-display", self.display, "-window", "root", "-depth", "8", "rgb:-"]
        content = subprocess.run(command, check=True, timeout=20, env=self.environment(), capture_output=True).stdout
        return np.frombuffer(content, dtype=np.uint8).reshape(self.height, self.width, 3)


@dataclass
class Window:
    """The product's window, in a process of its own."""

    desktop: Desktop
    process: subprocess.Popen[str]
    errors: Path
    number: str = ""

    @classmethod
    def start(cls, desktop: Desktop, arguments: list[str], home: Path) -> Window:
        """Start the program with a home of its own; `wait_until_shown` comes next."""
        home.mkdir(parents=True, exist_ok=True)
        errors = home / "stderr.txt"
        environment = desktop.environment() | {
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_STATE_HOME": str(home / "state"),
        }
        with errors.open("a") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "dnnmig_gui", *arguments],
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=file,
                text=True,
            )
        return cls(desktop, process, errors)

    def wait_until_shown(self) -> None:
        """Wait until the window is on the screen and has the keyboard."""
        wait_until(lambda: bool(self.shown()), "the window to show")
        self.number = self.shown()[0]
        self.desktop.xdotool("windowactivate", "--sync", self.number)

    def shown(self) -> list[str]:
        """Return the program's windows and dialogs on the screen, the oldest first."""
        assert self.process.poll() is None, f"the program ended: {self.said()}"
        return self.desktop.xdotool("search", "--onlyvisible", "--pid", self.process.pid, "--name", ".").split()

    def has_dialog(self) -> bool:
        """Return whether more than the window itself is on the screen."""
        return len(self.shown()) > 1

    @property
    def title(self) -> str:
        """What the title bar says."""
        return self.desktop.xdotool("getwindowname", self.number)

    def said(self) -> str:
        """Return what the program wrote on stderr."""
        return self.errors.read_text()

    def geometry(self) -> tuple[int, int, int, int]:
        """Return x, y, width and height of the window's inside, in pixels of the screen."""
        answer = self.desktop.xdotool("getwindowgeometry", "--shell", self.number)
        values = dict(line.split("=") for line in answer.splitlines())
        return int(values["X"]), int(values["Y"]), int(values["WIDTH"]), int(values["HEIGHT"])

    def pixels(self) -> npt.NDArray[np.uint8]:
        """Return what the window shows, shape (height, width, 3)."""
        x, y, width, height = self.geometry()
        return self.desktop.pixels()[max(0, y) : y + height, max(0, x) : x + width]

    def settled(self, seconds: float = PATIENCE_S) -> npt.NDArray[np.uint8]:
        """Return the picture once two looks in a row see the same."""
        pictures = [self.pixels()]

        def is_still() -> bool:
            time.sleep(0.15)
            pictures.append(self.pixels())
            return np.array_equal(pictures[-1], pictures[-2])

        wait_until(is_still, "the picture to stand still", seconds)
        return pictures[-1]

    def key(self, *keys: str) -> None:
        """Press keys one after the other, each as in ``ctrl+shift+z``."""
        for key in keys:
            self.desktop.xdotool("key", "--clearmodifiers", key)

    def write(self, text: str) -> None:
        """Type a text."""
        self.desktop.xdotool("type", "--clearmodifiers", "--delay", 10, text)

    def move(self, x: float, y: float) -> None:
        """Move the mouse to a point of the window's inside."""
        left, top, _, _ = self.geometry()
        self.desktop.xdotool("mousemove", "--sync", round(left + x), round(top + y))

    def click(self, x: float, y: float, button: int = 1) -> None:
        """Click there; button 3 is the right one, 4 and 5 turn the wheel."""
        self.move(x, y)
        self.desktop.xdotool("click", button)

    def double_click(self, x: float, y: float) -> None:
        """Click twice there."""
        self.move(x, y)
        self.desktop.xdotool("click", "--repeat", 2, "--delay", 60, 1)

    def drag(self, start: tuple[float, float], end: tuple[float, float], button: int = 1, steps: int = 12) -> None:
        """Press at `start`, move in steps to `end`, release."""
        self.move(*start)
        self.desktop.xdotool("mousedown", button)
        for step in range(1, steps + 1):
            share = step / steps
            self.move(start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
            time.sleep(0.01)
        self.desktop.xdotool("mouseup", button)

    def close(self) -> int:
        """Ask the window manager to close the window, and return the program's exit code."""
        self.key("alt+F4")
        return self.process.wait(timeout=PATIENCE_S)

    def kill(self) -> None:
        """End the program at once, as a crash or a power cut does."""
        self.process.kill()
        self.process.wait(timeout=PATIENCE_S)

    def end(self) -> None:
        """Make sure that the program is gone."""
        if self.process.poll() is None:
            self.kill()


@contextlib.contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End a process with the context, whatever happens in it."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
