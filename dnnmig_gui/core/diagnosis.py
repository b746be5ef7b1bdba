"""Everything wrong or doubtful in a scenario: what it lacks, models that cannot be read, limits that no plan keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from dnnmig_gui.core.costs.elimination import TooWideError
from dnnmig_gui.core.costs.objective import restricted
from dnnmig_gui.core.costs.problem import LinearCost, Problem, UserProblem
from dnnmig_gui.core.errors import InfeasibleError, InputError
from dnnmig_gui.core.offloading.exact import optimum_alone
from dnnmig_gui.core.planning import prepare_problem
from dnnmig_gui.core.profiling.combine import LoadedModel, load_model
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.completeness import Finding, findings
from dnnmig_gui.core.scenario.schema import EnergyLimit, Limit
from dnnmig_gui.core.simulation.parallel_programs import check_playable


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
    if not any(finding.stops_planning for finding in found) and len(loaded) == len(scenario.models):
        run.check()
        try:
            problem = prepare_problem(scenario, folder, loaded)
        except InputError as error:
            found.append(Finding(error.field or "", error.message, error.hint or "", True))
        else:
            found += _rooms(problem)
            try:
                check_playable(problem, scenario.running)
            except InputError as error:
                found.append(Finding(error.field or "", error.message, error.hint or "", False))
            for number, user in enumerate(problem.users):
                run.check()
                found += _possible(user, f"users[{number}]")
                found += _affordable(user, scenario.users[number].limits, f"users[{number}]")
    return tuple(sorted(found, key=lambda finding: not finding.stops_planning))


def _rooms(problem: Problem) -> list[Finding]:
    """Return the clients and servers whose memory does not take what may have to run there."""
    found = []
    for number, server in enumerate(problem.topology.servers):
        room = problem.memory_bytes[number]
        own = [user for user in problem.users if user.client == number]
        if server.tier == "client":
            needed = sum(float(user.param_bytes.sum()) for user in own)
            if own and needed > room:
                names = " and ".join(user.model.name for user in own)
                found.append(
                    Finding(
                        f"servers[{number}].memory_mb",
                        f"{server.id} has {room / 1e6:.4g} MB of memory; {names} needs {needed / 1e6:.4g} MB",
                        "plans must leave layers elsewhere; give it more memory where it has it",
                        False,
                    )
                )
            continue
        least = [
            float(user.param_bytes[user.param_bytes > 0].min()) for user in problem.users if user.param_bytes.any()
        ]
        if least and min(least) > room:
            found.append(
                Finding(
                    f"servers[{number}].memory_mb",
                    f"{server.id} has {room / 1e6:.4g} MB of memory, too little for any layer with parameters",
                    "give it more memory",
                    False,
                )
            )
    return found


def _possible(user: UserProblem, field: str) -> list[Finding]:
    """Return what of a user's limits no plan can keep, even with all servers to itself."""
    homeless = np.flatnonzero(~user.allowed.any(axis=1))
    if len(homeless):
        name = user.model.layers[int(homeless[0])].name
        more = f" and {len(homeless) - 1} more" if len(homeless) > 1 else ""
        return [
            Finding(
                f"{field}.limits",
                f"the limits of {user.id} leave no server for layer {name!r}{more}",
                "relax one",
                False,
            )
        ]
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
    if not budgets:
        return []
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
