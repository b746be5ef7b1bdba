"""The incremental evaluator: what changing the place of one layer of one user does, from its neighbours alone.

For steps one at a time (a descent, a walk); populations are cheaper in `costs.batch`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dnnmig_gui.core.costs.contention import users_on_servers
from dnnmig_gui.core.costs.path_walk import PathWalk
from dnnmig_gui.core.costs.problem import IntArray, LinearCost, PathCost, Places, Problem, UserProblem

Kind = Literal["objective", "delay", "energy", "money"]


@dataclass(frozen=True)
class _Change:
    """A proposal: the move, what it does to the sum, and what its user's critical path becomes."""

    user: int
    layer: int
    server: int
    finite: list[float]
    infinite: int
    shifted: dict[int, float]


class IncrementalEvaluator:
    """Keeps a plan and the sum of one cost over its users, while layers move one by one.

    Proposing a move takes time proportional to the layers that the moved layer exchanges tensors with, plus, where
    the user is the first to come to a server or the last to leave it, to the number of users. Where a critical path
    counts it takes time proportional to the layers behind the moved one that this shifts; and those of the others
    whose server gets faster or slower.

    Parameters
    ----------
    problem
        What the plan is for.
    places
        The plan to start from.
    kind
        Which cost of a query is summed.
    """

    def __init__(self, problem: Problem, places: Places, kind: Kind = "objective") -> None:
        costs = [_cost(user, kind) for user in problem.users]
        self._users = tuple(
            _UserState(user, own, _summed(cost)) for user, own, cost in zip(problem.users, places, costs, strict=True)
        )
        self._stretch: list[list[int]] = users_on_servers(problem, places).tolist()
        self._walks = tuple(
            PathWalk(user, cost.path, own, stretch) if isinstance(cost, PathCost) else None
            for user, own, cost, stretch in zip(problem.users, places, costs, self._stretch, strict=True)
        )
        present = [user.present_with for user in problem.users]
        self._others = [
            [other for other in range(len(present)) if problem.shared and other != number and present[other][number]]
            for number in range(len(present))
        ]
        self._finite, self._lost, self._infinite = 0.0, 0.0, 0
        for state, stretch in zip(self._users, self._stretch, strict=True):
            for layer, place in enumerate(state.places):
                self._add(state.execution[layer][place] * stretch[place])
            for tensor in range(len(state.sizes)):
                self._add(state.transfers(tensor, -1, -1))
        for walk in self._walks:
            if walk is not None:
                self._add(walk.length)
        self._proposal: _Change | None = None

    @property
    def value(self) -> float:
        """The sum over users of the plan as it is; infinite where a tensor has no route or a layer cannot run."""
        return float("inf") if self._infinite else self._finite

    @property
    def places(self) -> Places:
        """The plan as it is."""
        return tuple(np.array(state.places, dtype=np.int64) for state in self._users)

    def propose(self, user: int, layer: int, server: int) -> float:
        """Return what `value` becomes if this layer goes to this server."""
        state = self._users[user]
        before = state.places[layer]
        terms_out: list[float] = []
        terms_in: list[float] = []
        shifted: dict[int, float] = {}
        if server != before:
            stretch = self._stretch[user]
            terms_out.append(state.execution[layer][before] * stretch[before])
            terms_in.append(state.execution[layer][server] * stretch[server])
            if state.computes[layer]:
                if state.layers_on[before] == 1:  # leaves: the others there get faster
                    terms_out.extend(self._users[other].load(before) for other in self._others[user])
                if state.layers_on[server] == 0:  # comes: the others there get slower
                    terms_in.extend(self._users[other].load(server) for other in self._others[user])
            for tensor in state.tensors_at[layer]:
                terms_out.append(state.transfers(tensor, -1, -1))
                terms_in.append(state.transfers(tensor, layer, server))
            walk = self._walks[user]
            if walk is not None:
                length, shifted = walk.moved(layer, server)
                terms_out.append(walk.length)
                terms_in.append(length)
            for other, path in self._slowed(user, layer, server):
                terms_out.append(path.length)
                terms_in.append(path.slowed(self._stretch_after(user, other, layer, server)))
        finite, infinite = [self._finite, self._lost], 0
        for terms, sign in ((terms_in, 1), (terms_out, -1)):
            for term in terms:
                if term == float("inf"):
                    infinite += sign
                else:
                    finite.append(sign * term)
        self._proposal = _Change(user, layer, server, finite, infinite, shifted)
        return float("inf") if self._infinite + infinite else math.fsum(finite)

    def accept(self) -> None:
        """Carry out the move proposed last.

        Raises
        ------
        RuntimeError
            If nothing is proposed.
        """
        change = self._proposal
        if change is None:
            raise RuntimeError("there is no proposal to accept")
        self._proposal = None
        state = self._users[change.user]
        before = state.places[change.layer]
        if change.server == before:
            return
        self._finite = math.fsum(change.finite)
        self._lost = math.fsum((*change.finite, -self._finite))  # or dear plans on the way would leave their rounding
        self._infinite += change.infinite
        slowed = self._slowed(change.user, change.layer, change.server)
        state.move(change.layer, change.server)
        walk = self._walks[change.user]
        if walk is not None:
            walk.move(change.layer, change.server, change.shifted)
        if state.computes[change.layer]:
            if state.layers_on[before] == 0:
                for other in self._others[change.user]:
                    self._stretch[other][before] -= 1
            if state.layers_on[change.server] == 1:
                for other in self._others[change.user]:
                    self._stretch[other][change.server] += 1
        for _, path in slowed:
            path.refresh()

    def _slowed(self, user: int, layer: int, server: int) -> list[tuple[int, PathWalk]]:
        """Return the other users with a critical path for whom a server gets faster or slower by a move."""
        state = self._users[user]
        if not state.computes[layer] or (state.layers_on[state.places[layer]] > 1 and state.layers_on[server] > 0):
            return []
        return [(other, walk) for other in self._others[user] if (walk := self._walks[other]) is not None]

    def _stretch_after(self, user: int, other: int, layer: int, server: int) -> dict[int, int]:
        """Return by how much the servers that a layer leaves and comes to are then stretched for another user."""
        state = self._users[user]
        before = state.places[layer]
        return {
            before: self._stretch[other][before] - (state.layers_on[before] == 1),
            server: self._stretch[other][server] + (state.layers_on[server] == 0),
        }

    def _add(self, term: float) -> None:
        if term == float("inf"):
            self._infinite += 1
        else:
            self._finite += term


def _cost(user: UserProblem, kind: Kind) -> LinearCost:
    return {"objective": user.objective, "delay": user.delay, "energy": user.energy, "money": user.money}[kind]


def _summed(cost: LinearCost) -> LinearCost:
    """Return the part of a cost that is summed."""
    if not isinstance(cost, PathCost):
        return cost
    if cost.rest is not None:
        return cost.rest
    nothing = np.zeros_like(cost.per_transfer)
    return LinearCost(np.zeros_like(cost.execution), nothing, nothing)


class _UserState:
    """One user's plan in plain lists, which are faster than arrays for single entries."""

    def __init__(self, user: UserProblem, places: IntArray, cost: LinearCost) -> None:
        self.places: list[int] = places.tolist()
        self.computes: list[bool] = user.computes.tolist()
        self.execution: list[list[float]] = cost.execution.tolist()
        self.sizes: list[float] = user.tensors.size_bytes.tolist()
        self._producer: list[int] = user.tensors.producer.tolist()
        self._consumers = user.tensors.consumers
        self._per_transfer: list[list[float]] = cost.per_transfer.tolist()
        self._per_byte: list[list[float]] = cost.per_byte.tolist()
        self._client = user.client
        self.tensors_at: list[list[int]] = [[] for _ in self.places]
        for tensor, (producer, consumers) in enumerate(zip(self._producer, self._consumers, strict=True)):
            for layer in {producer, *consumers} - {len(self.places)}:
                self.tensors_at[layer].append(tensor)
        servers = range(cost.execution.shape[1])
        self.layers_on = [0 for _ in servers]
        # What the user's layers on a server cost there alone, finite ones and the number of infinite ones.
        self._load = [0.0 for _ in servers]
        self._impossible = [0 for _ in servers]
        for layer, place in enumerate(self.places):
            self._count(layer, place, 1)

    def load(self, server: int) -> float:
        """Return what the user's layers on a server cost with the server to oneself."""
        return float("inf") if self._impossible[server] else self._load[server]

    def move(self, layer: int, server: int) -> None:
        """Move a layer to a server."""
        self._count(layer, self.places[layer], -1)
        self.places[layer] = server
        self._count(layer, server, 1)

    def _count(self, layer: int, server: int, sign: int) -> None:
        if self.execution[layer][server] == float("inf"):
            self._impossible[server] += sign
        else:
            self._load[server] += sign * self.execution[layer][server]
        self.layers_on[server] += sign * self.computes[layer]

    def transfers(self, tensor: int, layer: int, server: int) -> float:
        """Return what a tensor's transfers cost, as the plan is but for one layer (none: -1) on this server."""
        length = len(self.places)
        producer = self._producer[tensor]
        start = server if producer == layer else self.places[producer]
        seen = {start}
        total = 0.0
        for consumer in self._consumers[tensor]:
            if consumer == layer:
                place = server
            elif consumer == length:
                place = self._client
            else:
                place = self.places[consumer]
            if place not in seen:
                seen.add(place)
                total += self._per_transfer[start][place] + self.sizes[tensor] * self._per_byte[start][place]
        return total
