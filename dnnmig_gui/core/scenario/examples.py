"""The ready examples, wherever this installation keeps them."""

from __future__ import annotations

from pathlib import Path

import dnnmig_gui
from dnnmig_gui.core.scenario.file import SUFFIX

PACKAGE = Path(dnnmig_gui.__file__).resolve().parent
FOLDERS = (PACKAGE / "scenarios", PACKAGE.parent / "scenarios")
"""In a wheel they lie inside the package, in a checkout beside it."""


def example_files() -> tuple[Path, ...]:
    """Return the scenario files that come with the product, by name; empty where they were not installed."""
    for folder in FOLDERS:
        if folder.is_dir():
            return tuple(sorted(folder.glob(f"*{SUFFIX}")))
    return ()
