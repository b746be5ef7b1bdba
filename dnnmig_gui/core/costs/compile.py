"""A scenario and its models compiled to a `Problem`. Formulas: DESIGN.md section 4."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Literal

import numpy as np

from dnnmig_gui.core.costs.critical_path import longest_path
from dnnmig_gui.core.costs.objective import weighted_objective
from dnnmig_gui.core.costs.problem import (
    BoolArray,
    Figures,
    FloatArray,
    LinearCost,
    PathCost,
    Problem,
    Tasks,
    Tensors,
    UserProblem,
    UserTask,
)
from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.errors import InputError, unknown_name
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.profiling.profile import Profile
from dnnmig_gui.core.scenario import Scenario, User
from dnnmig_gui.core.scenario.completeness import require_complete, topology_of
from dnnmig_gui.core.scenario.schema import BarLimit, EnergyLimit, PinLimit, UseLimit
from dnnmig_gui.core.topology import Server, Topology


def compile_problem(scenario: Scenario, models: Mapping[str, LoadedModel]) -> Problem:
    """Return the arrays of a scenario.

    Parameters
    ----------
    models
        By model id, after preprocessing.

    Raises
    ------
    InputError
        If the scenario lacks something (`require_complete`) or a limit names an unknown layer.
    """
    tasks = compile_tasks(scenario, models)
    costs = scenario.costs
    free = _free_ways(tasks.topology)
    users = tuple(_priced(task, tasks.topology, costs.energy, free) for task in tasks.users)
    shared = costs.contention == "shared"
    return Problem(tasks.topology, shared, costs.energy, tasks.memory_bytes, users, costs.ties, costs.delay)


def compile_tasks(scenario: Scenario, models: Mapping[str, LoadedModel]) -> Tasks:
    """Return what the users want to run and where it may run, without what it costs: quick for many of both.

    Parameters and errors are those of `compile_problem`.
    """
    require_complete(scenario)
    topology = topology_of(scenario)
    execution = {
        name: execution_seconds(loaded.model, loaded.profile, topology.servers) for name, loaded in models.items()
    }
    tensors = {name: tensors_of(loaded.model) for name, loaded in models.items()}
    users = tuple(
        _task(scenario, number, models[user.model].model, execution[user.model], tensors[user.model], topology)
        for number, user in enumerate(scenario.users)
    )
    memory = np.array([np.inf if server.memory_mb is None else server.memory_mb * 1e6 for server in topology.servers])
    return Tasks(topology, memory, users)


def user_problem(task: UserTask, topology: Topology, energy_of: Literal["client", "all"]) -> UserProblem:
    """Return a task with its costs."""
    return _priced(task, topology, energy_of, _free_ways(topology))


def execution_seconds(model: DnnModel, profile: Profile, servers: tuple[Server, ...]) -> FloatArray:
    """Return t(l, s), shape (L, S): the profile's time where there is one, else FLOPs by rate and roofline."""
    flops = np.array([layer.flops for layer in model], dtype=float)
    moved = np.array(
        [
            layer.param_bytes
            + layer.output_bytes
            + sum(model.layers[producer].output_bytes for producer in model.producers[position])
            for position, layer in enumerate(model)
        ],
        dtype=float,
    )
    computes = np.array([not layer.is_input for layer in model])
    seconds = np.empty((len(model), len(servers)))
    for number, server in enumerate(servers):
        modelled = flops / server.rate_flops
        if server.memory_gb_per_s is not None:
            modelled = np.maximum(modelled, moved / (server.memory_gb_per_s * 1e9))
        measured = profile.on(server)
        if measured is not None:
            modelled = np.where(np.isnan(measured), modelled, measured)
        seconds[:, number] = np.where(computes, modelled, 0.0)
    return seconds


def tensors_of(model: DnnModel) -> Tensors:
    """Return the tensors of a model; a result's way back is a consumer numbered L."""
    outputs = {model.index[name] for name in model.outputs}
    producer, size, consumers = [], [], []
    for position, layer in enumerate(model):
        readers = model.consumers[position] + ((len(model),) if position in outputs else ())
        if readers:
            producer.append(position)
            size.append(layer.output_bytes)
            consumers.append(readers)
    return Tensors(np.array(producer, dtype=np.int64), np.array(size, dtype=float), tuple(consumers))


def _task(
    scenario: Scenario, number: int, model: DnnModel, execution_s: FloatArray, tensors: Tensors, topology: Topology
) -> UserTask:
    user = scenario.users[number]
    client = topology.number[user.client]
    at_home_s = execution_s[:, client]
    at_once = scenario.costs.delay == "parallel" and not tensors.is_chain
    if at_once:
        delay = LinearCost(execution_s, topology.latency_s, topology.s_per_byte)
        local_delay_s = longest_path(delay, tensors, np.full(len(model), client), client)
    else:
        local_delay_s = float(at_home_s.sum())
    server = topology.servers[client]
    return UserTask(
        id=user.id,
        model=model,
        client=client,
        execution_s=execution_s,
        allowed=_allowed(user, number, model, client, topology),
        param_bytes=np.array([layer.param_bytes for layer in model], dtype=float),
        tensors=tensors,
        at_once=at_once,
        share=user.share,
        weights=user.weights,
        deadline_s=np.inf if user.deadline_s is None else user.deadline_s,
        arrival_s=user.arrival_s,
        departure_s=np.inf if user.departure_s is None else user.departure_s,
        local=Figures(
            local_delay_s,
            float((at_home_s * server.power_w.active).sum()),
            float((at_home_s * (server.price_per_hour / 3600)).sum()),
        ),
        present_with=np.array([_present_together(user, other) for other in scenario.users]),
        energy_budget_j=min(
            (limit.budget_j for limit in user.limits if isinstance(limit, EnergyLimit)), default=np.inf
        ),
        must_use=tuple(dict.fromkeys(limit.tier for limit in user.limits if isinstance(limit, UseLimit))),
    )


def _priced(task: UserTask, topology: Topology, energy_of: Literal["client", "all"], free: FloatArray) -> UserProblem:
    delay = LinearCost(task.execution_s, topology.latency_s, topology.s_per_byte)
    energy = _energy(delay, task.client, topology, energy_of)
    money = LinearCost(
        task.execution_s * np.array([server.price_per_hour / 3600 for server in topology.servers]),
        free,
        topology.price_per_byte,
    )
    if task.at_once:
        delay = PathCost.of_delay(delay)
    reference = _money_reference(money, task.tensors, task.model, task.client)
    objective = weighted_objective(
        task.share, task.weights, (delay, energy, money), (task.local, reference), task.allowed
    )
    given = {part.name: getattr(task, part.name) for part in fields(task)}
    return UserProblem(**given, delay=delay, energy=energy, money=money, objective=objective, money_reference=reference)


def _free_ways(topology: Topology) -> FloatArray:
    """Return the price of a transfer, however small, shape (S, S): none, and infinite where there is no way."""
    return np.where(np.isfinite(topology.latency_s), 0.0, np.inf)


def _allowed(user: User, number: int, model: DnnModel, client: int, topology: Topology) -> BoolArray:
    allowed = np.ones((len(model), len(topology.servers)), dtype=bool)
    for position, layer in enumerate(model):
        if layer.is_input:
            allowed[position] = np.arange(len(topology.servers)) == client
    for place, limit in enumerate(user.limits):
        if not isinstance(limit, PinLimit | BarLimit):
            continue
        key, named = ("to", limit.to) if isinstance(limit, PinLimit) else ("from", limit.from_)
        servers = np.array([server.id in named or server.tier in named for server in topology.servers])
        if key == "to":
            servers = ~servers
        for name in limit.layers:
            if name != "*" and name not in model.index:
                message, hint = unknown_name("layer", name, model.index)
                raise InputError(message, field=f"users[{number}].limits[{place}].layers", hint=hint)
            positions = range(len(model)) if name == "*" else (model.index[name],)
            for position in positions:
                if not model.layers[position].is_input:
                    allowed[position] &= ~servers
    # A client serves its own user, unless a link between the two clients says that they help each other.
    for other, server in enumerate(topology.servers):
        if server.tier == "client" and other != client and not np.isfinite(topology.link_latency_s[client, other]):
            allowed[:, other] = False
    return allowed


def _energy(delay: LinearCost, client: int, topology: Topology, energy_of: Literal["client", "all"]) -> LinearCost:
    """Return the client's energy: it works, sends, receives, and idles while others work or carry bytes."""
    power = topology.servers[client].power_w
    execution = delay.execution * power.idle
    execution[:, client] = delay.execution[:, client] * power.active
    if energy_of == "all":
        for number, server in enumerate(topology.servers):
            if number != client:
                execution[:, number] += delay.execution[:, number] * server.power_w.active
    fixed, per_byte = delay.per_transfer * power.idle, delay.per_byte * power.idle
    for other in range(len(topology.servers)):
        for route, last_power in (
            (topology.route(client, other), power.transmit),
            (topology.route(other, client), power.receive),
        ):
            if len(route) < 2:
                continue
            # The client's radio works on the link at its end of the route only.
            link = (route[0], route[1]) if route[0] == client else (route[-2], route[-1])
            ends = (route[0], route[-1])
            fixed[ends] += topology.link_latency_s[link] * (last_power - power.idle)
            per_byte[ends] += topology.link_s_per_byte[link] * (last_power - power.idle)
    fixed[~np.isfinite(topology.latency_s)] = np.inf
    return LinearCost(execution, fixed, per_byte)


def _money_reference(money: LinearCost, tensors: Tensors, model: DnnModel, client: int) -> float:
    """Return the price of a query with the whole model on the dearest server within reach."""
    total = np.array([column.sum() for column in money.execution.T])
    result = len(model)
    for producer, size, consumers in zip(tensors.producer, tensors.size_bytes, tensors.consumers, strict=True):
        if model.layers[int(producer)].is_input:
            total += money.per_transfer[client] + float(size) * money.per_byte[client]
        elif result in consumers:
            total += money.per_transfer[:, client] + float(size) * money.per_byte[:, client]
    return float(max(total[np.isfinite(total)], default=0.0))


def _present_together(one: User, other: User) -> bool:
    ends = [np.inf if user.departure_s is None else user.departure_s for user in (one, other)]
    return max(one.arrival_s, other.arrival_s) < min(ends) if one is not other else True
