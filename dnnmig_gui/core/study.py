"""Studies: one scenario planned over a grid of its fields, in parallel processes, kept cell by cell.

A cell is one scenario of the grid planned with one offloading method and one seed. Each is planned by itself from its
own text and seed, so a study's rows are the same whatever the number of processes. What is finished lies in the
study's folder under a name made of all that it depends on; a study that is started again only plans what is missing.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dnnmig_gui import __version__
from dnnmig_gui.core.errors import InfeasibleError, InputError, unknown_name
from dnnmig_gui.core.planning import MigrationPlan, plan_scenario
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.file import parse_scenario, write_atomically
from dnnmig_gui.core.scenario.schema import MethodChoice

CELLS = "cells"
"""Folder of finished cells inside a study's folder."""

MOST_CELLS = 100_000

_STEP = re.compile(r"\.?([A-Za-z_][\w-]*)|\[([^\]]+)\]")

Value = Any
"""What JSON knows: a number, a text, a truth, null, a list or an object."""


@dataclass(frozen=True)
class Axis:
    """A field of the scenario and the values it takes.

    Parameters
    ----------
    path
        Such as ``link_defaults.client-edge.bandwidth_mb_per_s`` or ``servers[Edge 5].compute_ghz``. In brackets
        stands an id, a number from 0, or a tier for all its servers.
    """

    path: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Row:
    """A cell that is finished: where it lies, and what planning it gave.

    Parameters
    ----------
    values
        Of the axes, in their order.
    plan
        Tells plans apart: the same for the same place of every layer of every user. Empty without a plan.
    servers
        Per user the servers that its layers run on, in their order, with their numbers: ``Client 1 (5) > Edge 5 (19)``.
    reason
        Why there is no plan, or which limits it breaks; empty if all is well.
    """

    values: tuple[Value, ...]
    offloading: str
    seed: int
    feasible: bool
    objective: float | None
    bound: float | None
    gap: float | None
    system_delay_s: float | None
    energy_j: float | None
    money: float | None
    upload_s: float | None
    queries_during_upload: float | None
    plan: str
    servers: str
    reason: str


@dataclass(frozen=True)
class Study:
    """A finished grid: rows by values, then method, then seed."""

    axes: tuple[Axis, ...]
    rows: tuple[Row, ...]
    planned: int
    kept: int

    def best(self) -> dict[tuple[str, ...], Row]:
        """Return the best row of each point of the grid, by its values as text; feasible plans come first."""
        found: dict[tuple[str, ...], Row] = {}
        for row in self.rows:
            key = tuple(json.dumps(value) for value in row.values)
            if key not in found or _rank(row) < _rank(found[key]):
                found[key] = row
        return found


def _rank(row: Row) -> tuple[bool, float]:
    return not row.feasible, float("inf") if row.objective is None else row.objective


def parse_axis(text: str) -> Axis:
    """Return the axis of a text ``path=value,value,...``; values are JSON, or text where they are not.

    Raises
    ------
    InputError
        If it is not of that form, or names a value twice.
    """
    path, equals, listed = text.rpartition("=")
    if not equals or not path.strip() or not listed.strip():
        raise InputError(f"{text!r} must read path=value,value", hint="such as servers[edge].compute_ghz=5,10,20")
    values = tuple(_value(part.strip()) for part in listed.split(","))
    if len({json.dumps(value) for value in values}) < len(values):
        raise InputError(f"{text!r} names a value twice")
    _steps(path.strip())
    return Axis(path.strip(), values)


def _value(text: str) -> Value:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _steps(path: str) -> list[tuple[str, bool]]:
    """Return the steps of a path: a key, or what stands in brackets (True)."""
    steps: list[tuple[str, bool]] = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            raise InputError(f"{path!r} is no path of a field", hint="write it like users[User 1].deadline_s")
        key, inside = match.groups()
        steps.append((key, False) if inside is None else (inside, True))
        position = match.end()
    return steps


def varied(document: Mapping[str, Any], path: str, value: Value) -> dict[str, Any]:
    """Return a scenario document with a field set.

    Raises
    ------
    InputError
        If the path leads nowhere. Whether the value fits is seen when the document is read.
    """
    changed: dict[str, Any] = json.loads(json.dumps(document))
    places: list[Any] = [changed]
    steps = _steps(path)
    for number, (key, in_brackets) in enumerate(steps):
        last = number + 1 == len(steps)
        following: list[Any] = []
        for place in places:
            if in_brackets:
                chosen = _chosen(place, key, path)
                if last:
                    for index in chosen:
                        place[index] = value
                following += [place[index] for index in chosen]
            else:
                if not isinstance(place, dict):
                    raise InputError(f"{path!r} leads nowhere: {key!r} is no field of a list or a value")
                if last:
                    place[key] = value
                following.append(place.setdefault(key, {}))
        places = following
    return changed


def _chosen(place: Any, name: str, path: str) -> list[int]:
    """Return the positions in a list that a name in brackets means."""
    if not isinstance(place, list):
        raise InputError(f"{path!r} leads nowhere: what stands before [{name}] is no list")
    ids = [part.get("id") if isinstance(part, dict) else None for part in place]
    if name in ids:
        return [ids.index(name)]
    of_tier = [number for number, part in enumerate(place) if isinstance(part, dict) and part.get("tier") == name]
    if of_tier:
        return of_tier
    if name.isdecimal() and int(name) < len(place):
        return [int(name)]
    message, hint = unknown_name("entry", name, [one for one in ids if isinstance(one, str)])
    raise InputError(f"{path!r} leads nowhere: {message}", hint=hint)


@dataclass(frozen=True)
class Cell:
    """One piece of a study's work: all that its result depends on, beside the model files."""

    values: tuple[Value, ...]
    text: str
    offloading: MethodChoice | None
    seed: int

    def name(self, files: str) -> str:
        """Return the name of its result: made of everything it depends on."""
        choice = None if self.offloading is None else self.offloading.model_dump(mode="json")
        parts = json.dumps([__version__, files, self.text, choice, self.seed, self.values])
        return hashlib.sha256(parts.encode()).hexdigest()[:32]


def cells_of(
    document: Mapping[str, Any], axes: Sequence[Axis], offloading: Sequence[MethodChoice], seeds: Sequence[int]
) -> tuple[Cell, ...]:
    """Return the cells of a grid; every scenario in it has been checked.

    Raises
    ------
    InputError
        If a field is not there, a value does not fit, or the grid is too large.
    """
    count = len(offloading or [0]) * len(seeds or [0])
    for axis in axes:
        count *= len(axis.values)
    if count > MOST_CELLS:
        raise InputError(f"the grid has {count} cells; at most {MOST_CELLS} are planned", hint="take fewer values")
    cells = []
    for values in itertools.product(*(axis.values for axis in axes)):
        changed: Mapping[str, Any] = document
        for axis, value in zip(axes, values, strict=True):
            changed = varied(changed, axis.path, value)
        text = json.dumps(changed, ensure_ascii=False)
        try:
            scenario = parse_scenario(text)
        except InputError as error:
            point = ", ".join(f"{axis.path}={json.dumps(value)}" for axis, value in zip(axes, values, strict=True))
            raise InputError(f"{error.field}: {error.message} (with {point})", hint=error.hint) from None
        choices: Sequence[MethodChoice | None] = offloading or [None]
        cells += [Cell(values, text, choice, seed) for choice in choices for seed in seeds or [scenario.seed]]
    return tuple(cells)


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
    missing = [number for number, target in enumerate(targets) if _read(target, cells[number]) is None]
    done = len(cells) - len(missing)
    run.report(done / max(1, len(cells)), f"{done} of {len(cells)} cells kept")
    work = [(cells[number], folder, targets[number]) for number in missing]
    for number, _ in enumerate(_planned(work, processes, cluster), 1):
        run.check()
        run.report((done + number) / len(cells), f"{done + number} of {len(cells)} cells")
    rows = []
    for cell, target in zip(cells, targets, strict=True):
        row = _read(target, cell)
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


def plan_cell(cell: Cell, folder: Path, target: Path) -> None:
    """Plan one cell and keep its row; what is infeasible is a result as well."""
    scenario = parse_scenario(cell.text)
    try:
        row = _row(cell, scenario, plan_scenario(scenario, folder, Run(cell.seed), offloading=cell.offloading))
    except InfeasibleError as error:
        row = _without_plan(cell, scenario, str(error))
    write_atomically(target, (json.dumps(row, ensure_ascii=False, indent=1) + "\n").encode())


def _row(cell: Cell, scenario: Scenario, plan: MigrationPlan) -> dict[str, Any]:
    names = plan.problem.server_ids
    chains = []
    for user in plan.users:
        ids = [names[place] for place in user.places]
        chains.append(" > ".join(f"{name} ({len(list(layers))})" for name, layers in itertools.groupby(ids)))
    places = json.dumps([user.places.tolist() for user in plan.users])
    uploads = [user.uploading for user in plan.users]
    offloading = plan.offloading
    return _without_plan(cell, scenario, "; ".join(fault for user in plan.users for fault in user.violations)) | {
        "feasible": plan.feasible,
        "objective": offloading.objective,
        "bound": offloading.bound,
        "gap": offloading.gap,
        "system_delay_s": plan.system_delay_s,
        "energy_j": sum(user.figures.energy_j for user in plan.users),
        "money": sum(user.figures.money for user in plan.users),
        "upload_s": max(upload.upload_s for upload in uploads),
        "queries_during_upload": sum(upload.queries_during_upload for upload in uploads),
        "plan": hashlib.sha256(places.encode()).hexdigest()[:10],
        "servers": "; ".join(chains),
    }


def _without_plan(cell: Cell, scenario: Scenario, reason: str) -> dict[str, Any]:
    figures = ("objective", "bound", "gap", "system_delay_s", "energy_j", "money", "upload_s", "queries_during_upload")
    return {
        "values": list(cell.values),
        "offloading": (cell.offloading or scenario.offloading).method,
        "seed": cell.seed,
        "feasible": False,
        **dict.fromkeys(figures),
        "plan": "",
        "servers": "",
        "reason": reason,
    }


def _read(target: Path, cell: Cell) -> Row | None:
    """Return a finished cell; None if there is none, or its writer was stopped."""
    try:
        values = json.loads(target.read_text(encoding="utf-8"))
        return Row(**{**values, "values": cell.values})
    except (OSError, ValueError, TypeError):
        return None


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
