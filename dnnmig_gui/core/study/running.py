"""Running a study: what is missing of its grid is planned in parallel, what is finished is kept cell by cell."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario.file import parse_scenario
from dnnmig_gui.core.study.cell import plan_cell, read_cell
from dnnmig_gui.core.study.grid import Axis, Cell
from dnnmig_gui.core.study.results import Study

CELLS = "cells"
"""Folder of finished cells inside a study's folder."""


def run_study(
    cells: Sequence[Cell],
    axes: Sequence[Axis],
    folder: Path,
    output: Path,
    *,
    processes: int = 1,
    cluster: str | None = None,
    run: Run | None = None,
) -> Study:
    """Plan what is missing of a grid and return all of it.

    Parameters
    ----------
    folder
        Where the scenario's relative paths begin.
    output
        The study's folder; finished cells are kept in it.
    processes
        On this machine; -1 for one a core.
    cluster
        Address of a Dask scheduler to use instead; its workers need this package and must see both folders.

    Raises
    ------
    InputError
        If a file cannot be written, or Dask is asked for and not there.
    CancelledError
        If the run is cancelled; what was finished is kept.
    """
    run = run or Run()
    kept_in = output / CELLS
    kept_in.mkdir(parents=True, exist_ok=True)
    files = {cell.text: "" for cell in cells}
    for text in files:
        files[text] = _files_digest(text, folder)
    targets = [kept_in / f"{cell.name(files[cell.text])}.json" for cell in cells]
    missing = [number for number, target in enumerate(targets) if read_cell(target, cells[number]) is None]
    done = len(cells) - len(missing)
    run.report(done / max(1, len(cells)), f"{done} of {len(cells)} cells kept")
    work = [(cells[number], folder, targets[number]) for number in missing]
    for number, _ in enumerate(_planned(work, processes, cluster), 1):
        run.check()
        run.report((done + number) / len(cells), f"{done + number} of {len(cells)} cells")
    rows = []
    for cell, target in zip(cells, targets, strict=True):
        row = read_cell(target, cell)
        if row is None:
            raise InputError("cannot be read back", source=str(target), hint="has something else written there?")
        rows.append(row)
    return Study(tuple(axes), tuple(rows), len(missing), done)


def _planned(work: Sequence[tuple[Cell, Path, Path]], processes: int, cluster: str | None) -> Iterator[None]:
    """Plan cells, as they come, in this process, in several, or on a cluster."""
    if cluster is None and processes == 1:
        for piece in work:
            plan_cell(*piece)
            yield None
        return
    import joblib

    with _backend(cluster):
        parallel = joblib.Parallel(n_jobs=processes, return_as="generator_unordered", batch_size=1)
        yield from parallel(joblib.delayed(plan_cell)(*piece) for piece in work)


def _backend(cluster: str | None) -> AbstractContextManager[Any]:
    if cluster is None:
        return nullcontext()
    import joblib

    try:
        from dask.distributed import Client
    except ImportError:
        raise InputError(
            "a cluster needs the package dask.distributed, which is not installed",
            field="--cluster",
            hint="pip install distributed",
        ) from None
    try:
        client = Client(cluster, timeout="10s")
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be reached: {error}", source=cluster, field="--cluster") from None
    backend: AbstractContextManager[Any] = joblib.parallel_config(backend="dask", client=client)
    return backend


def _files_digest(text: str, folder: Path) -> str:
    """Return what tells the contents of a scenario's model files apart."""
    digest = hashlib.sha256()
    for model in parse_scenario(text).models:
        for name in (model.file, model.profile):
            if name is None:
                continue
            path = folder / name
            digest.update(name.encode())
            digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def cores() -> int:
    """Return the number of processes that suits this machine."""
    return max(1, os.cpu_count() or 1)
