"""`python -m dnnmig_gui`: the window."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from dnnmig_gui import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window and return the exit code when it is closed."""
    asked = _parser().parse_args(arguments)
    if asked.screenshot is not None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        from dnnmig_gui.gui.application import run_window
    except ImportError as error:
        _stop(f"the window's libraries cannot be loaded ({error}); 'python3 run.py' sets them up")
    return run_window(
        scenario=asked.scenario,
        plan=asked.plan,
        screenshot=asked.screenshot,
        size=asked.size,
        theme=asked.theme,
        time_s=asked.time,
        exit_after_paint=asked.exit_after_paint,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dnnmig-gui", description="DNN Migration Planner: the window.")
    parser.add_argument("scenario", nargs="?", type=Path, help="scenario to open (*.dnnmig)")
    parser.add_argument("--plan", action="store_true", help="plan it right away")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="write a PNG of the window and leave")
    parser.add_argument("--size", type=_size, metavar="WxH", help="size of the window, such as 1600x1000")
    parser.add_argument("--theme", choices=("light", "dark", "system"), help="theme; the one chosen last unless given")
    parser.add_argument("--time", type=_seconds, metavar="SECONDS", help="time of the run to show")
    parser.add_argument("--exit-after-paint", action="store_true", help="leave once the window is painted")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit() and 0 < int(width) <= 16384 and 0 < int(height) <= 16384):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1600x1000")
    return int(width), int(height)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds, at least 0")
    return value


def _stop(text: str) -> NoReturn:
    sys.stderr.write(f"dnnmig-gui: {text}\n")
    raise SystemExit(2)


if __name__ == "__main__":
    raise SystemExit(main())
