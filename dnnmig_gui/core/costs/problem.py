"""The problem: a scenario compiled to arrays. S servers; L layers and T tensors of a user's model.

Servers are numbered in the scenario's order, layers in their model's topological order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.scenario import Weights
from dnnmig_gui.core.topology import Topology
from dnnmig_gui.core.topology.server import Tier

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
NEGLIGIBLE = 1e-30
"""A reference below this many seconds, joules or units of money counts as none: nothing is divided by it."""

Places = tuple[IntArray, ...]
"""An assignment: for every user the server number of each layer, shape (L,)."""


@dataclass(frozen=True)
class Figures:
    """What one query of a user costs."""

    delay_s: float
    energy_j: float
    money: float


@dataclass(frozen=True, eq=False)
class LinearCost:
    """A cost that adds up over executions and transfers: delay, energy, money or a weighted sum of them.

    The cost of layer l on server s is ``execution[l, s]`` (times the number of users on s under contention);
    that of b bytes from i to j is ``per_transfer[i, j] + b * per_byte[i, j]``.

    Parameters
    ----------
    execution
        Shape (L, S); infinite where the layer may not run or takes no finite time.
    per_transfer, per_byte
        Shape (S, S), zero on the diagonal; `per_transfer` is infinite without a route.
    """

    execution: FloatArray
    per_transfer: FloatArray
    per_byte: FloatArray

    def transfer(self, size_bytes: float) -> FloatArray:
        """Return the cost of carrying `size_bytes` between any two servers, shape (S, S)."""
        return self.per_transfer + size_bytes * self.per_byte


@dataclass(frozen=True, eq=False)
class PathCost(LinearCost):
    """A cost of which one part counts along the longest path of a query alone: the parallel delay.

    The arrays inherited are those of the whole cost if all of it were summed, as the serial delay is. That sum is
    never less than the cost, so what is found with it is a plan, but what is proven with it is no bound.

    Parameters
    ----------
    path
        What counts along the critical path: its length is the greatest sum of executions and transfers over the
        paths from an input to a result back on the client.
    rest
        What is summed besides; None for nothing.
    """

    path: LinearCost
    rest: LinearCost | None

    @classmethod
    def of_delay(cls, delay: LinearCost) -> PathCost:
        """Return the parallel delay with the executions and transfers of a serial one."""
        return cls(delay.execution, delay.per_transfer, delay.per_byte, delay, None)


@dataclass(frozen=True, eq=False)
class Tensors:
    """Who hands what to whom. Tensor t is made by layer ``producer[t]`` and has ``size_bytes[t]`` bytes.

    Parameters
    ----------
    producer, size_bytes
        Shape (T,). One tensor a layer that is consumed or is a result.
    consumers
        For each tensor the layers that consume it, ascending. The number L, one past the last layer, stands
        for the result's way back: it always lies on the client.
    """

    producer: IntArray
    size_bytes: FloatArray
    consumers: tuple[tuple[int, ...], ...]

    @property
    def is_chain(self) -> bool:
        """Whether each layer hands one tensor to one other, so that there is a single path from input to result."""
        if any(len(readers) > 1 for readers in self.consumers):
            return False
        read = [readers[0] for readers in self.consumers]
        return len(set(read)) == len(read)


@dataclass(frozen=True, eq=False, kw_only=True)
class UserTask:
    """What a user wants to run, and where it may run: all of it that needs no matrix of servers by servers.

    Parameters
    ----------
    client
        Server number of the user's client.
    execution_s
        Shape (L, S): seconds of each layer on each server, with the server to oneself.
    allowed
        Shape (L, S): whether limits let the layer run there. Inputs are allowed on the client alone.
    param_bytes
        Shape (L,).
    at_once
        Whether branches of its model run at the same time (`costs.delay`); never in a chain.
    local
        Figures of the whole model on the client.
    present_with
        Shape (U,): whether each user (itself included) is ever present at the same time.
    energy_budget_j
        The most energy a query may take.
    must_use
        Tiers of which some server must run a layer.
    """

    id: str
    model: DnnModel
    client: int
    execution_s: FloatArray
    allowed: BoolArray
    param_bytes: FloatArray
    tensors: Tensors
    at_once: bool
    share: float
    weights: Weights
    deadline_s: float
    arrival_s: float
    departure_s: float
    local: Figures
    present_with: BoolArray
    energy_budget_j: float = float("inf")
    must_use: tuple[Tier, ...] = ()

    @cached_property
    def computes(self) -> BoolArray:
        """Shape (L,): whether a layer runs anything, and so loads its server; inputs do not."""
        return np.array([not layer.is_input for layer in self.model], dtype=bool)


@dataclass(frozen=True, eq=False, kw_only=True)
class UserProblem(UserTask):
    """One user's part of the problem: its task, and what every layer and every way costs.

    Parameters
    ----------
    delay, energy, money
        The three costs of one query, in seconds, joules and currency, the server to oneself. A parallel delay is a
        `PathCost`, unless the model is a chain.
    objective
        Their weighted, normalised sum times the user's share (DESIGN.md section 4).
    money_reference
        Price of a query with the whole model on the dearest server within reach; 0 where nothing has a price.
    """

    delay: LinearCost
    energy: LinearCost
    money: LinearCost
    objective: LinearCost
    money_reference: float


@dataclass(frozen=True, eq=False)
class Tasks:
    """All users' tasks and the servers that there are for them.

    Parameters
    ----------
    topology
        Servers and transfer matrices.
    memory_bytes
        Shape (S,): room for parameters, infinite where not stated.
    users
        In the scenario's order.
    """

    topology: Topology
    memory_bytes: FloatArray
    users: tuple[UserTask, ...]


@dataclass(frozen=True, eq=False)
class Problem:
    """All that a method needs to know.

    Parameters
    ----------
    topology
        Servers and transfer matrices.
    shared
        Whether users on one server divide its rate (`costs.contention`).
    energy_of
        Whether only the client's energy counts, or also the servers' execution (`costs.energy`).
    memory_bytes
        Shape (S,): room for parameters, infinite where not stated.
    users
        In the scenario's order.
    ties
        Which of plans that are equally good is taken (`costs.ties`).
    delay
        Whether a query's layers run one after the other, or along the branches at once (`costs.delay`).
    """

    topology: Topology
    shared: bool
    energy_of: Literal["client", "all"]
    memory_bytes: FloatArray
    users: tuple[UserProblem, ...]
    ties: Literal["first", "fewest-servers"] = "first"
    delay: Literal["serial", "parallel"] = "serial"

    @property
    def server_count(self) -> int:
        """S."""
        return len(self.topology.servers)

    @cached_property
    def server_ids(self) -> tuple[str, ...]:
        """Ids by server number."""
        return tuple(server.id for server in self.topology.servers)

    @cached_property
    def tier_servers(self) -> dict[str, tuple[int, ...]]:
        """Server numbers by tier."""
        return {
            tier: tuple(n for n, server in enumerate(self.topology.servers) if server.tier == tier)
            for tier in ("client", "edge", "cloud")
        }

    def local_places(self) -> Places:
        """Return the assignment with everything on the clients."""
        return tuple(np.full(len(user.model), user.client, dtype=np.int64) for user in self.users)
