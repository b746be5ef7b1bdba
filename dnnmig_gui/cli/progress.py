"""How far long work is, on standard error, and only where somebody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dnnmig_gui.core.run import Run

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE_S = 0.3
"""Work shorter than this shows nothing."""


class _Bar:
    """A progress line that appears once the work has taken longer than `PATIENCE_S`."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._shown: tuple[Progress, TaskID] | None = None

    def report(self, share: float, line: str) -> None:
        if self._shown is None:
            if time.monotonic() - self._start < PATIENCE_S:
                return
            self._shown = _open_line(share, line)
        progress, task = self._shown
        progress.update(task, completed=share, line=line)

    def close(self) -> None:
        if self._shown is not None:
            self._shown[0].stop()


def _open_line(share: float, line: str) -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    progress = Progress(
        TextColumn("{task.fields[line]}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True, markup=False, emoji=False, highlight=False),
        transient=True,
    )
    task = progress.add_task("", total=1.0, line=line)
    progress.update(task, completed=share)
    progress.start()
    return progress, task


@contextmanager
def watched_run(seed: int = 0) -> Iterator[Run]:
    """Yield a run whose reports become a progress line, if standard error is a terminal."""
    if not sys.stderr.isatty():
        yield Run(seed=seed)
        return
    bar = _Bar()
    try:
        yield Run(seed=seed, report=bar.report)
    finally:
        bar.close()
