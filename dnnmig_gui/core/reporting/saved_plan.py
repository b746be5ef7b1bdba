"""A saved plan brought back to life: checked against its scenario, its figures computed anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dnnmig_gui.core.costs.problem import IntArray, Problem
from dnnmig_gui.core.errors import InfeasibleError, InputError, unknown_name
from dnnmig_gui.core.offloading import OffloadingPlan
from dnnmig_gui.core.planning import MigrationPlan, assemble_plan, prepare_problem
from dnnmig_gui.core.reporting.plan_document import SavedPlan, SavedUser, belongs_to
from dnnmig_gui.core.scenario import ScenarioFile
from dnnmig_gui.core.uploading import UploadingPlan
from dnnmig_gui.core.uploading.evaluate import UploadTask, make_uploading_plan


def restored_plan(saved: SavedPlan, opened: ScenarioFile, folder: Path | None = None) -> MigrationPlan:
    """Return the migration plan of a saved one.

    Places and partitions are the plan's; delays, energy and money are computed from them.

    Parameters
    ----------
    folder
        Where the scenario's relative paths begin; the scenario file's folder unless given.

    Raises
    ------
    InputError
        If the plan was made for another scenario, or its layers, servers or partitions do not fit; the field of the
        plan is named.
    """
    if not belongs_to(saved, opened.scenario, opened.text):
        raise InputError(
            f"was made for another scenario ({saved.scenario!r}), or {opened.path.name} has changed since",
            field="scenario_sha256",
            hint="plan the scenario again",
        )
    problem = prepare_problem(opened.scenario, opened.path.parent if folder is None else folder)
    told = [user.id for user in saved.users]
    wanted = [user.id for user in problem.users]
    if told != wanted:
        raise InputError(f"must be {', '.join(wanted)}, not {', '.join(told) or 'nobody'}", field="users")
    places = tuple(_places(problem, number, user) for number, user in enumerate(saved.users))
    uploads = tuple(_uploading(problem, places, number, user) for number, user in enumerate(saved.users))
    offloading = OffloadingPlan(
        places=places,
        objective=float("nan") if saved.offloading.objective is None else saved.offloading.objective,
        bound=saved.offloading.bound,
        evaluations=saved.offloading.evaluations,
        seconds=saved.offloading.seconds,
        note=saved.offloading.note,
    )
    methods = tuple(dict.fromkeys(user.uploading.method for user in saved.users))
    return assemble_plan(
        opened.scenario, problem, saved.seed, (saved.offloading.method, offloading), (", ".join(methods), uploads)
    )


def _places(problem: Problem, number: int, saved: SavedUser) -> IntArray:
    field = f"users[{number}].assignment"
    model = problem.users[number].model
    server_number = problem.topology.number
    places = np.zeros(len(model), dtype=np.int64)
    for name in saved.assignment:
        if name not in model.index:
            message, hint = unknown_name("layer", name, model.index)
            raise InputError(message, field=field, hint=hint)
    for position, layer in enumerate(model):
        server = saved.assignment.get(layer.name)
        if server is None:
            raise InputError(f"the layer {layer.name!r} is missing", field=field, hint="name a server for each layer")
        if server not in server_number:
            message, hint = unknown_name("server", server, server_number)
            raise InputError(message, field=f"{field}.{layer.name}", hint=hint)
        places[position] = server_number[server]
    return places


def _uploading(problem: Problem, places: tuple[IntArray, ...], number: int, saved: SavedUser) -> UploadingPlan:
    field = f"users[{number}].uploading.partitions"
    model = problem.users[number].model
    groups = []
    try:
        task = UploadTask.of(problem, number, places)
    except InfeasibleError as error:
        raise InputError(error.message, field=f"users[{number}].assignment", hint=error.hint) from None
    for place, partition in enumerate(saved.uploading.partitions):
        if partition.index != place + 1:
            raise InputError(f"must be {place + 1}, not {partition.index}", field=f"{field}[{place}].index")
        if partition.server not in problem.topology.number:
            message, hint = unknown_name("server", partition.server, problem.topology.number)
            raise InputError(message, field=f"{field}[{place}].server", hint=hint)
        group = []
        for name in partition.layers:
            if name not in model.index:
                message, hint = unknown_name("layer", name, model.index)
                raise InputError(message, field=f"{field}[{place}].layers", hint=hint)
            position = model.index[name]
            if problem.server_ids[task.targets[position]] != partition.server:
                raise InputError(
                    f"the layer {name!r} belongs to {problem.server_ids[task.targets[position]]}, not to"
                    f" {partition.server}",
                    field=f"{field}[{place}].layers",
                )
            group.append(position)
        groups.append(tuple(sorted(group)))
    try:
        return make_uploading_plan(task, saved.uploading.method, groups)
    except InputError:
        raise InputError(
            "must hold every layer that has parameters and runs on a server exactly once", field=field
        ) from None
    except InfeasibleError as error:
        raise InputError(error.message, field=field, hint=error.hint) from None
