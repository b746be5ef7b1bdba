"""The batch evaluator: a population of plans at once, in numpy, without a loop over the population.

A population is one integer array of shape (P, N): row p is a plan, its columns the layers of all users one after
the other (N is the sum of their L), its values server numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.costs.critical_path import LongestPaths
from dnnmig_gui.core.costs.penalties import Penalties
from dnnmig_gui.core.costs.problem import FloatArray, IntArray, LinearCost, PathCost, Places, Problem, UserProblem

Population = npt.NDArray[np.int64]

BLOCK_BYTES = 250_000
"""Of one temporary of a block: larger ones fall out of the cache and get slower."""

LARGEST_TABLES = 1_000_000
"""Entries of a model's tables of transfer by server by server (8 MB); beyond, transfers are priced one by one."""


class BatchEvaluator:
    """Evaluates populations of plans of one problem.

    Parameters
    ----------
    problem
        What the plans are for.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        ends = np.cumsum([len(user.model) for user in problem.users])
        self.columns = tuple(
            slice(int(end) - len(user.model), int(end)) for user, end in zip(problem.users, ends, strict=True)
        )
        self.layer_count = int(ends[-1])
        self._users = tuple(_UserCosts(user) for user in problem.users)
        self._penalties = Penalties(problem)

    @cached_property
    def allowed(self) -> npt.NDArray[np.bool_]:
        """Shape (N, S): where each layer may run."""
        return np.concatenate([user.allowed for user in self.problem.users])

    def flatten(self, places: Places) -> IntArray:
        """Return one plan as a row of a population."""
        return np.concatenate(places)

    def unflatten(self, row: IntArray) -> Places:
        """Return a row of a population as a plan."""
        return tuple(row[columns].copy() for columns in self.columns)

    def scores(self, population: Population) -> FloatArray:
        """Return objective plus penalties for broken limits, shape (P,); infinite where impossible."""
        widest = max(columns.stop - columns.start for columns in self.columns)  # users are counted one by one
        block = max(1, BLOCK_BYTES // (8 * widest))
        return np.concatenate(
            [self._scores(population[start : start + block]) for start in range(0, len(population), block)]
            or [np.empty(0)]
        )

    def objectives(self, population: Population) -> FloatArray:
        """Return the objective of each plan, shape (P,), whatever limits say."""
        counts = self._counts(population)
        total: FloatArray = self._sum(population, counts, [user.objective for user in self.problem.users]).sum(axis=1)
        return total

    def costs(self, population: Population, costs: Sequence[LinearCost]) -> FloatArray:
        """Return a cost of each user's query (one `LinearCost` a user), shape (P, U)."""
        return self._sum(population, self._counts(population), costs)

    def _scores(self, population: Population) -> FloatArray:
        counts = self._counts(population)
        total: FloatArray = self._sum(population, counts, [user.objective for user in self.problem.users]).sum(axis=1)
        return total + self._penalties.of(population, lambda costs: self._sum(population, counts, costs))

    def _counts(self, population: Population) -> FloatArray | None:
        """Return the number of users on each server as each user finds it, shape (P, U, S); None if all alone."""
        users = self.problem.users
        if not self.problem.shared or len(users) == 1:
            return None
        used = np.zeros((len(population), len(users), self.problem.server_count), dtype=bool)
        rows = np.arange(len(population))[:, None]
        for number, (user, columns) in enumerate(zip(users, self.columns, strict=True)):
            used[rows, number, population[:, columns][:, user.computes]] = True
        together = np.array([user.present_with for user in users], dtype=float)
        np.fill_diagonal(together, 0.0)
        counts: FloatArray = together @ used.astype(float)
        counts += 1.0
        return counts

    def _sum(self, population: Population, counts: FloatArray | None, costs: Sequence[LinearCost]) -> FloatArray:
        found = np.empty((len(population), len(self.problem.users)))
        for number, (cost, columns) in enumerate(zip(costs, self.columns, strict=True)):
            stretch = None if counts is None else counts[:, number]
            found[:, number] = self._users[number].cost(population[:, columns], cost, stretch)
        return found


class _UserCosts:
    """One user's model, its transfers flattened to pairs (producer, consumer) of all tensors."""

    def __init__(self, user: UserProblem) -> None:
        producers: list[int] = []
        consumers: list[int] = []
        sizes: list[float] = []
        earlier: list[tuple[int, int]] = []  # (pair, an earlier pair of the same tensor)
        first_pair: dict[int, int] = {}
        for producer, size, readers in zip(
            user.tensors.producer.tolist(), user.tensors.size_bytes.tolist(), user.tensors.consumers, strict=True
        ):
            first = len(producers)
            first_pair[producer] = first
            for reader in readers:
                earlier.extend((len(producers), pair) for pair in range(first, len(producers)))
                producers.append(producer)
                consumers.append(reader)
                sizes.append(size)
        self._producers = np.array(producers, dtype=np.int64)
        self._consumers = np.array(consumers, dtype=np.int64)
        self._sizes = np.array(sizes)
        self._later, self._earlier = np.array(earlier, dtype=np.int64).reshape(-1, 2).T
        self._client = user.client
        self._layers = np.arange(len(user.model))
        # A layer's execution can be priced with the first transfer of what it makes, if each layer makes something.
        first_pairs = [first_pair[layer] for layer in self._layers.tolist() if layer in first_pair]
        self._first_pairs = np.array(first_pairs) if len(first_pairs) == len(self._layers) else None
        # Tables of the costs that are asked for again and again.
        self._tables: dict[tuple[int, bool], FloatArray] = {}
        self._asked_often = [user.objective, user.delay]
        path_costs = [cost for cost in self._asked_often if isinstance(cost, PathCost)]
        self._asked_often += [cost.rest for cost in path_costs if cost.rest is not None]
        self._often_along_paths = tuple(cost.path for cost in path_costs)
        self._path_tables: dict[int, FloatArray] = {}
        self._tensors = user.tensors

    @cached_property
    def _paths(self) -> LongestPaths:
        return LongestPaths(self._tensors, len(self._layers), self._client)

    def cost(self, places: Population, cost: LinearCost, stretch: FloatArray | None) -> FloatArray:
        """Return the cost of each plan, shape (P,): a sum, and the length of a longest path where one counts.

        Parameters
        ----------
        stretch
            Shape (P, S): by how much others slow executions down, None where the user is alone.
        """
        if not isinstance(cost, PathCost):
            return self._sum(places, cost, stretch)
        length = self._paths.lengths(places, cost.path, stretch, self._path_table(cost.path))
        return length if cost.rest is None else length + self._sum(places, cost.rest, stretch)

    def _path_table(self, cost: LinearCost) -> FloatArray | None:
        """Return what `LongestPaths.table` says of a cost that is asked for often, or None if it is not to be kept."""
        if all(cost is not often for often in self._often_along_paths):
            return None
        if len(self._producers) * cost.execution.shape[1] ** 2 > LARGEST_TABLES:
            return None
        if id(cost) not in self._path_tables:
            self._path_tables[id(cost)] = self._paths.table(cost)
        return self._path_tables[id(cost)]

    def _sum(self, places: Population, cost: LinearCost, stretch: FloatArray | None) -> FloatArray:
        """Return the cost of each plan, shape (P,): executions, and each tensor's transfer once to a place.

        Parameters
        ----------
        stretch
            Shape (P, S): by how much others slow executions down, None where the user is alone.
        """
        arrived = np.empty((len(places), len(self._layers) + 1), dtype=np.int64)
        arrived[:, :-1] = places
        arrived[:, -1] = self._client
        to = arrived.take(self._consumers, axis=1)
        with_execution = stretch is None and self._first_pairs is not None
        table = self._table(cost, with_execution)
        if table is None:
            from_ = arrived.take(self._producers, axis=1)
            transfers = cost.per_transfer[from_, to] + self._sizes * cost.per_byte[from_, to]
        else:
            pairs, servers = len(self._producers), cost.execution.shape[1]
            index = (arrived * servers).take(self._producers, axis=1)
            index += to
            index += np.arange(0, pairs * servers**2, servers**2)
            transfers = table.take(index)
        if len(self._later):
            again = to[:, self._later] == to[:, self._earlier]
            rows, columns = np.nonzero(again)
            transfers[rows, self._later[columns]] = 0.0
        total: FloatArray = transfers.sum(axis=1)
        if table is None or not with_execution:
            servers = cost.execution.shape[1]
            execution = cost.execution.take(places + self._layers * servers)
            if stretch is not None:
                execution *= stretch.take(places + np.arange(len(places))[:, None] * servers)
            total += execution.sum(axis=1)
        return total

    def _table(self, cost: LinearCost, with_execution: bool) -> FloatArray | None:
        """Return the cost of each pair for each two servers, flat, or None if it is not to be kept.

        With the execution of the layer that makes the tensor, in the first of the tensor's pairs, or without.
        """
        servers = cost.execution.shape[1]
        if len(self._producers) * servers**2 > LARGEST_TABLES:
            return None
        if all(cost is not often for often in self._asked_often):
            return None
        key = (id(cost), with_execution)
        if key not in self._tables:
            table = cost.per_transfer + self._sizes[:, None, None] * cost.per_byte
            if with_execution:
                table[self._first_pairs] += cost.execution[:, :, None]
            self._tables[key] = table.ravel()
        return self._tables[key]
