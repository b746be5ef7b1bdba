"""One user's uploading problem, and the plan that an order of uploads makes (DESIGN.md section 7)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from dnnmig_gui.core.costs.contention import contended, users_on_servers
from dnnmig_gui.core.costs.elimination import Elimination
from dnnmig_gui.core.costs.problem import (
    BoolArray,
    FloatArray,
    IntArray,
    LinearCost,
    PathCost,
    Places,
    Problem,
    UserProblem,
)
from dnnmig_gui.core.costs.series_parallel import SeriesParallel
from dnnmig_gui.core.errors import InfeasibleError, InputError
from dnnmig_gui.core.topology import Topology
from dnnmig_gui.core.uploading.bound import most_queries
from dnnmig_gui.core.uploading.choices import Choices
from dnnmig_gui.core.uploading.plan import Partition, Stage, UploadingPlan
from dnnmig_gui.core.uploading.query_delays import QueryDelays, least_delays, query_delays

PartitionLayers = tuple[int, ...]
"""Positions of a P3's layers, ascending. Those without parameters may be left out."""

SAME = 1e-9
"""Relative difference below which two delays, or two efficiencies, count as equal."""


@dataclass(frozen=True, eq=False)
class UploadTask:
    """One user's uploading problem: which layers go where, and what uploads and queries take.

    A query may run a layer of P1 on its planned server once it is uploaded, or on the client; a layer without
    parameters needs no upload. Layers of P2 run on the client, unless a method uploads them as well: then to the
    server of the nearest layer of P1. The client holds the whole model, so it runs what is not uploaded even
    where a limit bars a layer from it; the limit binds from the layer's CR on.

    Parameters
    ----------
    user
        Its model, client and limits.
    places
        Shape (L,): the planned server of each layer.
    targets
        Shape (L,): where each layer is uploaded to, if it is: `places` for P1, see above for P2.
    cost
        Query delay, the executions stretched by the users that share a server under the offloading plan.
    upload_latency_s, upload_s_per_byte
        Shape (S,): of the routes from the client.
    stored
        Servers other than its target that hold a layer already; queries may use it there.
    upload_failure_rate
        Share of the uploads to a server that fail, for the servers that anything is uploaded to.
    """

    user: UserProblem
    places: IntArray
    targets: IntArray
    cost: LinearCost
    upload_latency_s: FloatArray
    upload_s_per_byte: FloatArray
    stored: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    upload_failure_rate: Mapping[int, float] = field(default_factory=dict)
    _delays: dict[tuple[int, ...], QueryDelays] = field(default_factory=dict, init=False, repr=False)
    _eliminations: dict[tuple[int, ...], tuple[Choices, Elimination | SeriesParallel]] = field(
        default_factory=dict, init=False, repr=False
    )
    _bounds: dict[tuple[int, ...], tuple[float, float, float]] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, problem: Problem, user_number: int, places: Places, stretch: IntArray | None = None) -> UploadTask:
        """Return the task of a user under an offloading plan.

        Parameters
        ----------
        stretch
            The user's row of `users_on_servers`, shape (S,), where it is known already.

        Raises
        ------
        InfeasibleError
            If layers with parameters lie on a server that the client has no route to.
        """
        user = problem.users[user_number]
        mine = np.asarray(places[user_number], dtype=np.int64)
        seconds = LinearCost(user.execution_s, problem.topology.latency_s, problem.topology.s_per_byte)
        if isinstance(user.delay, PathCost):
            seconds = PathCost.of_delay(seconds)
        cost = contended(seconds, users_on_servers(problem, places)[user_number] if stretch is None else stretch)
        latency = problem.topology.latency_s[user.client]
        for layer in user.model.parametric_layers:
            if not np.isfinite(latency[mine[layer]]):
                raise InfeasibleError(
                    f"user {user.id!r}: layer {user.model.layers[layer].name!r} cannot be uploaded,"
                    f" no route leads from {problem.server_ids[user.client]!r} to {problem.server_ids[mine[layer]]!r}",
                    hint="join them with links, or let bytes travel over other servers (costs.routing: relay)",
                )
        targets = _targets(user, mine, np.isfinite(latency))
        failing = {
            int(server): _failure_rate(problem.topology, user.client, int(server))
            for server in np.unique(targets)
            if server != user.client
        }
        return cls(
            user, mine, targets, cost, latency, problem.topology.s_per_byte[user.client], upload_failure_rate=failing
        )

    @cached_property
    def p1_layers(self) -> tuple[int, ...]:
        """Positions of the layers with parameters in P1, ascending."""
        return tuple(layer for layer in self.user.model.parametric_layers if self.places[layer] != self.user.client)

    @cached_property
    def all_layers(self) -> tuple[int, ...]:
        """Positions of all layers with parameters that may be uploaded, those of P2 included, ascending."""
        return tuple(layer for layer in self.user.model.parametric_layers if self.targets[layer] != self.user.client)

    @cached_property
    def servers(self) -> tuple[int, ...]:
        """The servers of P1's layers with parameters, in the order of their first layer."""
        return tuple(dict.fromkeys(int(self.places[layer]) for layer in self.p1_layers))

    def size_bytes(self, layers: Sequence[int]) -> int:
        """Return the bytes of the parameters of some layers."""
        return sum(self.user.model.layers[layer].param_bytes for layer in layers)

    def upload_s(self, layers: Sequence[int]) -> float:
        """Return the seconds from a P3's first byte to its CR: the route's latency once, and the bytes' time."""
        server = self.targets[layers[0]]
        return float(self.upload_latency_s[server] + self.size_bytes(layers) * self.upload_s_per_byte[server])

    def layer_upload_s(self, layers: Sequence[int]) -> FloatArray:
        """Return the seconds that each layer's bytes take alone, without latency, shape (len(layers),)."""
        chosen = list(layers)
        seconds: FloatArray = self.user.param_bytes[chosen] * self.upload_s_per_byte[self.targets[chosen]]
        return seconds

    def choices(self, layers: tuple[int, ...]) -> Choices:
        """Return where each layer may run when `layers` are the ones to be uploaded, ascending."""
        client = self.user.client
        uploaded = set(layers)
        before: list[tuple[int, ...]] = []
        after: list[tuple[int, ...]] = []
        for layer, model_layer in enumerate(self.user.model):
            server = int(self.targets[layer])
            there = (server, client) if self.user.allowed[layer, client] and server != client else (server,)
            if layer in uploaded:
                old = self.stored.get(layer, ())
                before.append((client, *old))
                after.append((*there, *old))
            else:
                free = model_layer.param_bytes == 0 and self.places[layer] != client
                before.append(there if free else (client,))
                after.append(before[-1])
        return Choices(tuple(before), tuple(after), layers, self.cost.execution)

    def query_delays(self, layers: tuple[int, ...]) -> QueryDelays:
        """Return q over the sets of `layers` (ascending); kept, so that methods share it."""
        if layers not in self._delays:
            self._delays[layers] = query_delays(self.choices(layers), self.cost, self.user.tensors, self.user.client)
        return self._delays[layers]

    def elimination(self, layers: tuple[int, ...]) -> tuple[Choices, Elimination | SeriesParallel]:
        """Return the choices of `query_delays` and the elimination that finds the places as well."""
        if layers not in self._eliminations:
            choices = self.choices(layers)
            found = least_delays(choices, self.cost, self.user.tensors, self.user.client)
            self._eliminations[layers] = (choices, found)
        return self._eliminations[layers]

    def best_places(self, plan: UploadingPlan, confirmed: Sequence[int]) -> IntArray:
        """Return where each layer runs when just some partitions of a plan are there, shape (L,).

        Parameters
        ----------
        confirmed
            Positions in ``plan.partitions``.
        """
        parametric = set(self.user.model.parametric_layers)
        groups = [tuple(layer for layer in partition.layers if layer in parametric) for partition in plan.partitions]
        layers = tuple(sorted(layer for group in groups for layer in group))
        there = {layer for number in confirmed for layer in groups[number]}
        choices, elimination = self.elimination(layers)
        uploaded = np.array([[layer in there for layer in layers]])
        _, places = elimination.cheapest(choices.execution(uploaded))
        found: IntArray = places[0]
        return found

    def most_queries(self, layers: tuple[int, ...], upload_s: float) -> float:
        """Return an upper bound of the queries by `upload_s` over all orders of `layers` (ascending)."""
        if layers not in self._bounds:
            delays = self._without_limits.query_delays(layers)
            self._bounds[layers] = most_queries(delays, self.layer_upload_s(layers))
        by, count, rate = self._bounds[layers]
        return count + (upload_s - by) * rate

    @cached_property
    def _without_limits(self) -> UploadTask:
        """The same task with the client open to every layer: q never grows with U there, and is never above q here."""
        allowed = self.user.allowed.copy()
        allowed[:, self.user.client] = True
        if (allowed == self.user.allowed).all():
            return self
        return replace(self, user=replace(self.user, allowed=allowed))


def make_uploading_plan(task: UploadTask, method_name: str, partitions: Sequence[PartitionLayers]) -> UploadingPlan:
    """Return the plan that uploads `partitions` in this order.

    Parameters
    ----------
    partitions
        What a method returned: each P3's layers, all for one server.

    Raises
    ------
    InputError
        If the partitions are not what a plan can be made of (a method's mistake), or queries take no time.
    InfeasibleError
        If no query can be answered.
    """
    groups = [tuple(sorted(layer for layer in group if layer in task.all_layers)) for group in partitions]
    _check(task, method_name, groups)
    layers = tuple(sorted(layer for group in groups for layer in group))
    choices, elimination = task.elimination(layers)
    column = {layer: number for number, layer in enumerate(layers)}
    uploaded = np.zeros((len(groups) + 1, len(layers)), dtype=bool)
    for number, group in enumerate(groups):
        uploaded[number + 1 :, [column[layer] for layer in group]] = True
    delays, places = elimination.cheapest(choices.execution(uploaded))
    delays = np.broadcast_to(delays, len(uploaded)).copy()
    places = np.broadcast_to(places, (len(uploaded), places.shape[1])).copy()
    _check_delays(task, delays)
    planned = _delay_of(task, choices, elimination)
    if planned <= delays[-1] * (1 + SAME):  # as good as any: a finished upload then shows the plan itself
        places[-1] = task.places

    full = _with_neighbours(task, groups)
    times = [task.upload_s(group) for group in groups]
    done = np.cumsum(times) if times else np.zeros(0)
    starts = [0.0, *done.tolist()]
    ends = [*done.tolist(), np.inf]
    stages = tuple(
        Stage(start, end, float(delay), place)
        for start, end, delay, place in zip(starts, ends, delays, places, strict=True)
    )
    made = tuple(
        Partition(
            index=number + 1,
            server=int(task.targets[group[0]]),
            layers=full[number],
            size_bytes=task.size_bytes(group),
            upload_s=times[number],
            done_s=float(done[number]),
            query_delay_after_s=float(delays[number + 1]),
        )
        for number, group in enumerate(groups)
    )
    upload_s = starts[-1]
    queries = sum((stage.end_s - stage.start_s) / stage.query_delay_s for stage in stages[:-1])
    bound = max(queries, task.most_queries(layers, upload_s)) if groups else 0.0
    return UploadingPlan(task.user.id, method_name, made, stages, upload_s, queries, bound)


def _failure_rate(topology: Topology, client: int, server: int) -> float:
    """Return the share of uploads over a route that fail: each link spoils its own share."""
    links = itertools.pairwise(topology.route(client, server))
    return 1.0 - math.prod(1.0 - float(topology.link_failure_rate[link]) for link in links)


def _targets(user: UserProblem, places: IntArray, reachable: BoolArray) -> IntArray:
    """Return the planned server for P1 and the nearest P1 layer's for P2 (the earlier of two as near)."""
    targets = places.copy()
    remote = np.flatnonzero(places != user.client)
    if len(remote) == 0:
        return targets
    for layer in user.model.parametric_layers:
        if places[layer] == user.client:
            nearest = remote[np.argmin(np.abs(remote - layer))]
            server = places[nearest]
            if user.allowed[layer, server] and reachable[server]:
                targets[layer] = server
    return targets


def _check(task: UploadTask, method_name: str, groups: list[PartitionLayers]) -> None:
    found = [layer for group in groups for layer in group]
    ok = (
        all(groups)
        and len(found) == len(set(found))
        and set(task.p1_layers) <= set(found)
        and all(len({int(task.targets[layer]) for layer in group}) == 1 for group in groups)
    )
    if not ok:
        raise InputError(
            f"the uploading method {method_name!r} must return every layer of P1 with parameters once, each partition"
            " for one server and with a layer that has parameters"
        )


def _check_delays(task: UploadTask, delays: FloatArray) -> None:
    if not np.isfinite(delays).all():
        raise InfeasibleError(
            f"user {task.user.id!r}: no query can be answered while layers are uploaded",
            hint="give the client's layers finite times, or let bytes travel over other servers",
        )
    if (delays <= 0).any():
        raise InputError(
            f"user {task.user.id!r}: a query takes no time at all", hint="give the model's layers FLOPs or times"
        )


def _delay_of(task: UploadTask, choices: Choices, elimination: Elimination | SeriesParallel) -> float:
    """Return the query delay of the planned places themselves."""
    execution = [
        np.where(domain == place, task.cost.execution[layer, domain], np.inf)[None]
        for layer, (domain, place) in enumerate(zip(choices.domains(), task.places, strict=True))
    ]
    return float(elimination.minimum(execution)[0])


def _with_neighbours(task: UploadTask, groups: list[PartitionLayers]) -> list[PartitionLayers]:
    """Return the partitions with the P1 layers that have no parameters, each with a neighbour on its server.

    A layer goes with a layer it consumes, else with one that consumes it, else with the nearest in topological
    order; where its server gets no upload at all it belongs to none.
    """
    model = task.user.model
    owner = {layer: number for number, group in enumerate(groups) for layer in group}
    free = [
        layer
        for layer in range(len(model))
        if layer not in owner and model.layers[layer].param_bytes == 0 and task.places[layer] != task.user.client
    ]
    for order, neighbours in ((free, model.producers), (free[::-1], model.consumers)):
        for layer in order:
            if layer not in owner:
                near = [one for one in neighbours[layer] if one in owner and task.targets[one] == task.places[layer]]
                if near:
                    owner[layer] = owner[near[0]]
    for layer in free:
        same = [one for group in groups for one in group if task.targets[one] == task.places[layer]]
        if layer not in owner and same:
            owner[layer] = owner[min(same, key=lambda one: (abs(one - layer), one))]
    full: list[list[int]] = [[] for _ in groups]
    for layer in sorted(owner):
        full[owner[layer]].append(layer)
    return [tuple(group) for group in full]
