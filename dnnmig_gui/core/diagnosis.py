"""Everything wrong or doubtful in a scenario: what it lacks, models that cannot be read, limits that no plan keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

import numpy as np

from dnnmig_gui.core.costs.compile import compile_tasks, user_problem
from dnnmig_gui.core.costs.elimination import TooWideError
from dnnmig_gui.core.costs.feasibility import ROUNDING
from dnnmig_gui.core.costs.objective import restricted
from dnnmig_gui.core.costs.problem import LinearCost, Tasks, UserProblem
from dnnmig_gui.core.dnn.csv_rows import MILLISECONDS
from dnnmig_gui.core.errors import InfeasibleError, InputError
from dnnmig_gui.core.offloading.exact import optimum_alone
from dnnmig_gui.core.planning import preprocess
from dnnmig_gui.core.profiling.combine import LoadedModel, load_model
from dnnmig_gui.core.profiling.profile import CLIENTS, SERVERS
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.completeness import Finding, findings
from dnnmig_gui.core.scenario.schema import EnergyLimit, Limit
from dnnmig_gui.core.simulation.parallel_programs import check_playable

EVERY_SERVER = (CLIENTS, SERVERS)
"""Columns of times that hold for all clients, and for all edge and cloud servers."""
MOST_SERVERS = 200
"""With more, limits that staying on the client breaks are not proven impossible: planning says so if they are."""
MOST_NAMES = 4
"""Columns named in one sentence."""


def diagnose(
    scenario: Scenario, folder: Path, models: Mapping[str, LoadedModel] | None = None, run: Run | None = None
) -> tuple[Finding, ...]:
    """Return all findings, those that stop planning first.

    Parameters
    ----------
    folder
        Where the scenario's relative paths begin.
    models
        The models, where they have been read already.
    """
    run = run or Run()
    found = list(findings(scenario))
    loaded = dict(models) if models is not None else {}
    if models is None:
        for number, entry in enumerate(scenario.models):
            run.check()
            try:
                loaded[entry.id] = load_model(entry, folder, f"models[{number}]")
            except InputError as error:
                found.append(Finding(error.field or f"models[{number}]", error.message, error.hint or "", True))
    found += _nobody_s_columns(scenario, loaded)
    if not any(finding.stops_planning for finding in found) and len(loaded) == len(scenario.models):
        run.check()
        try:
            tasks = compile_tasks(
                scenario, {name: preprocess(one, scenario.preprocessing) for name, one in loaded.items()}
            )
        except InputError as error:
            found.append(Finding(error.field or "", error.message, error.hint or "", True))
        else:
            found += _rooms(tasks)
            found += _too_large(tasks)
            try:
                check_playable(tasks.users, scenario.running)
            except InputError as error:
                found.append(Finding(error.field or "", error.message, error.hint or "", False))
            for number, user in enumerate(scenario.users):
                run.check()
                found += _broken_limits(tasks, number, user.limits, scenario.costs.energy)
    return tuple(sorted(found, key=lambda finding: not finding.stops_planning))


def _nobody_s_columns(scenario: Scenario, loaded: Mapping[str, LoadedModel]) -> list[Finding]:
    """Return the tables of times with columns for servers that are not there: renamed, or removed."""
    ids = [server.id for server in scenario.servers]
    known = {*ids, *EVERY_SERVER}
    found = []
    for number, entry in enumerate(scenario.models):
        columns = loaded[entry.id].profile.seconds if entry.id in loaded else {}
        lost = [name for name in columns if name not in known]
        if not lost:
            continue
        named = ", ".join(f"{name}{MILLISECONDS}" for name in lost[:MOST_NAMES])
        more = f" and {len(lost) - MOST_NAMES} more" if len(lost) > MOST_NAMES else ""
        file = entry.profile or entry.file or ""
        of = f"{file} has" if entry.profile is None else f"the times of {entry.id} ({file}) have"
        without = [name for name in ids if name not in columns]
        near = get_close_matches(lost[0], without or ids, 1, 0.6)
        hint = (
            f"rename the column to {near[0]}{MILLISECONDS}, or the server to {lost[0]}"
            if near
            else ("rename the columns in the file to the servers' names, or the servers to theirs")
        )
        found.append(
            Finding(
                f"models[{number}].{'file' if entry.profile is None else 'profile'}",
                f"{of} times for servers that are not there: {named}{more}; they are not used",
                hint,
                False,
            )
        )
    return found


def _rooms(tasks: Tasks) -> list[Finding]:
    """Return the clients and servers whose memory does not take what may have to run there."""
    found = []
    smallest = [float(user.param_bytes[user.param_bytes > 0].min()) for user in tasks.users if user.param_bytes.any()]
    for number, server in enumerate(tasks.topology.servers):
        room = tasks.memory_bytes[number]
        own = [user for user in tasks.users if user.client == number]
        if server.tier == "client":
            needed = sum(float(user.param_bytes.sum()) for user in own)
            if own and needed > room:
                names = " and ".join(user.model.name for user in own)
                found.append(
                    Finding(
                        f"servers[{number}].memory_mb",
                        f"{server.id} has {room / 1e6:.4g} MB of memory; {names} needs {needed / 1e6:.4g} MB",
                        "plans put layers elsewhere; give it more memory, if it has more",
                        False,
                    )
                )
            continue
        if smallest and min(smallest) > room:
            found.append(
                Finding(
                    f"servers[{number}].memory_mb",
                    f"{server.id} has {room / 1e6:.4g} MB of memory, too little for any layer with parameters",
                    "give it more memory",
                    False,
                )
            )
    return found


def _too_large(tasks: Tasks) -> list[Finding]:
    """Return what of the users' models has no room anywhere: a layer by itself, or all layers together."""
    found = []
    room = tasks.memory_bytes * (1 + ROUNDING)
    for number, user in enumerate(tasks.users):
        roomy = user.allowed & (user.param_bytes[:, None] <= room[None, :])
        lost = np.flatnonzero(user.allowed.any(axis=1) & ~roomy.any(axis=1))
        if not len(lost):
            continue
        layer = int(lost[np.argmax(user.param_bytes[lost])])
        found.append(
            Finding(
                f"users[{number}].limits" if not user.allowed[layer].all() else f"servers[{user.client}].memory_mb",
                f"no server has room for layer {user.model.layers[layer].name!r} of {user.id}:"
                f" it needs {user.param_bytes[layer] / 1e6:.4g} MB where it may run",
                "give a server more memory, or choose a smaller model",
                False,
            )
        )
    needed = sum(float(user.param_bytes.sum()) for user in tasks.users)
    if not found and needed > room.sum():
        found.append(
            Finding(
                "servers",
                f"the models of all users need {needed / 1e6:.4g} MB, and all servers together have"
                f" {tasks.memory_bytes.sum() / 1e6:.4g} MB",
                "give servers more memory, or add servers",
                False,
            )
        )
    return found


def _broken_limits(
    tasks: Tasks, number: int, limits: Sequence[Limit], energy_of: Literal["client", "all"]
) -> list[Finding]:
    """Return what of a user's limits no plan can keep, even with all servers to itself."""
    task, field = tasks.users[number], f"users[{number}]"
    homeless = np.flatnonzero(~task.allowed.any(axis=1))
    if len(homeless):
        name = task.model.layers[int(homeless[0])].name
        more = f" and {len(homeless) - 1} more" if len(homeless) > 1 else ""
        return [
            Finding(
                f"{field}.limits",
                f"the limits of {task.id} leave no server for layer {name!r}{more}",
                "relax one",
                False,
            )
        ]
    may_stay = bool(task.allowed[:, task.client].all())
    in_time = may_stay and task.local.delay_s <= task.deadline_s * (1 + 1e-12)
    thrifty = may_stay and task.local.energy_j <= task.energy_budget_j
    if (in_time and thrifty) or len(tasks.topology.servers) > MOST_SERVERS:
        return []  # staying on the client keeps them all, or the optima that would say so take too long to find
    user = user_problem(task, tasks.topology, energy_of)
    return [
        *([] if in_time else _possible(user, field)),
        *([] if thrifty else _affordable(user, limits, field)),
    ]


def _possible(user: UserProblem, field: str) -> list[Finding]:
    """Return what of the limits on its layers and its time no plan can keep."""
    try:
        fastest = _least(user, user.delay)
    except TooWideError:
        return []  # the model is too wide to say
    except InfeasibleError as error:
        return [Finding(f"{field}.limits", f"{user.id}: {error.message}", error.hint or "relax a limit", False)]
    if not np.isfinite(fastest):
        return [
            Finding(
                f"{field}.limits",
                f"no plan for {user.id} keeps its limits: the servers that they leave are not linked",
                "relax a limit, or add a link",
                False,
            )
        ]
    if fastest > user.deadline_s * (1 + 1e-12):
        return [
            Finding(
                f"{field}.deadline_s",
                f"{user.id} wants a query in {user.deadline_s:.4g} s, and the fastest plan takes {fastest:.4g} s",
                "allow more time, or add faster servers or links",
                False,
            )
        ]
    return []


def _affordable(user: UserProblem, limits: Sequence[Limit], field: str) -> list[Finding]:
    """Return the energy budgets that no plan keeps."""
    budgets = [(number, limit.budget_j) for number, limit in enumerate(limits) if isinstance(limit, EnergyLimit)]
    try:
        least = _least(user, user.energy)
    except InfeasibleError:
        return []  # too wide to say, or impossible for a reason told already
    return [
        Finding(
            f"{field}.limits[{number}]",
            f"{user.id} has {budget:.4g} J for a query, and the thriftiest plan takes {least:.4g} J",
            "allow more energy, or add servers or links",
            False,
        )
        for number, budget in budgets
        if np.isfinite(least) and least > budget * (1 + 1e-12)
    ]


def _least(user: UserProblem, cost: LinearCost) -> float:
    """Return the least of a cost over the plans that keep the limits on layers, all servers to oneself."""
    return optimum_alone(user, restricted(cost, user.allowed))[0]
