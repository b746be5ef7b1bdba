"""The critical path of a query: what the parallel delay (`costs.delay`: parallel) counts.

Every layer begins as soon as the last tensor that it consumes has arrived, every tensor leaves as soon as it is made,
once to each place that needs it; nothing of one query waits for anything else of it. The query's delay is then the
length of the longest path through its layers and tensors, which the critical path method finds in one pass in
topological order (Kelley and Walker, "Critical-path planning and scheduling", 1959).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.problem import FloatArray, IntArray, LinearCost, Tensors


@dataclass(frozen=True, eq=False)
class Schedule:
    """When the layers of one query run, counted from its start.

    Parameters
    ----------
    start, end
        Shape (L + 1,): the last entry is the results' arrival on the client.
    """

    start: FloatArray
    end: FloatArray

    @property
    def length(self) -> float:
        """When the last result is on the client."""
        return float(self.end[-1])


def schedule(cost: LinearCost, tensors: Tensors, places: IntArray, client: int) -> Schedule:
    """Return when each layer begins and ends.

    Parameters
    ----------
    cost
        Executions and transfers that count along the path.
    places
        Shape (L,).
    """
    arrived = np.append(places, client)
    start, end = np.zeros(len(arrived)), np.zeros(len(arrived))
    order = np.argsort(tensors.producer, kind="stable")
    made = {int(tensors.producer[tensor]): int(tensor) for tensor in order}
    for layer in range(len(arrived)):  # layers are in topological order: all arrivals are known
        seconds = cost.execution[layer, places[layer]] if layer < len(places) else 0.0
        end[layer] = start[layer] + seconds
        if layer in made:
            tensor = made[layer]
            from_ = arrived[layer]
            for reader in tensors.consumers[tensor]:
                to = arrived[reader]
                carried = cost.per_transfer[from_, to] + tensors.size_bytes[tensor] * cost.per_byte[from_, to]
                start[reader] = max(start[reader], end[layer] + carried)
    return Schedule(start, end)


def longest_path(cost: LinearCost, tensors: Tensors, places: IntArray, client: int) -> float:
    """Return the length of the critical path of one plan; infinite where something has no route or cannot run."""
    return schedule(cost, tensors, places, client).length


def critical_pairs(cost: LinearCost, tensors: Tensors, places: IntArray, client: int) -> list[tuple[int, int]]:
    """Return (producer, reader) of the tensors on the critical path of one plan, the last first.

    The layers on it are the producers; the reader of the first pair is L, the result's arrival. Of paths as long one
    is taken.
    """
    times = schedule(cost, tensors, places, client)
    arrived = np.append(places, client)
    into: list[list[tuple[float, int]]] = [[] for _ in arrived]
    for producer, size, readers in zip(
        tensors.producer.tolist(), tensors.size_bytes.tolist(), tensors.consumers, strict=True
    ):
        from_ = arrived[producer]
        for reader in readers:
            to = arrived[reader]
            carried = cost.per_transfer[from_, to] + size * cost.per_byte[from_, to]
            into[reader].append((float(times.end[producer] + carried), producer))
    found = []
    reader = len(places)
    while into[reader]:
        _, producer = max(into[reader], key=lambda arrival: arrival[0])
        found.append((producer, reader))
        reader = producer
    return found


class LongestPaths:
    """The critical paths of many plans of one user at once.

    Layers between which there is no choice of path are one *run*: what lies on a run is added up in one go, and only
    where branches begin or meet something is compared, level by level of the runs.

    Parameters
    ----------
    tensors
        Who hands what to whom.
    layers
        L.
    client
        Where results must arrive.
    """

    def __init__(self, tensors: Tensors, layers: int, client: int) -> None:
        self._layers, self._client = layers, client
        pairs = [
            (producer, reader, size)
            for producer, size, readers in zip(
                tensors.producer.tolist(), tensors.size_bytes.tolist(), tensors.consumers, strict=True
            )
            for reader in readers
        ]
        out: list[list[int]] = [[] for _ in range(layers + 1)]
        into = [0] * (layers + 1)
        for number, (producer, reader, _) in enumerate(pairs):
            out[producer].append(number)
            into[reader] += 1
        inner = [into[layer] == 1 and len(out[layer]) == 1 for layer in range(layers + 1)]
        runs: list[tuple[int, int, list[int]]] = []  # from a layer, to a layer, over these pairs
        for number, (producer, _, _) in enumerate(pairs):
            if inner[producer]:
                continue
            run = [number]
            while inner[pairs[run[-1]][1]]:
                run.append(out[pairs[run[-1]][1]][0])
            runs.append((producer, pairs[run[-1]][1], run))
        level = [0] * (layers + 1)
        for start, end, _ in sorted(runs):  # by start: topological
            level[end] = max(level[end], level[start] + 1)
        runs.sort(key=lambda run: (level[run[1]], run[1]))
        order = [pair for _, _, run in runs for pair in run]
        self.producers = np.array([pairs[pair][0] for pair in order], dtype=np.int64)
        self.consumers = np.array([pairs[pair][1] for pair in order], dtype=np.int64)
        self.sizes = np.array([pairs[pair][2] for pair in order])
        self._first_pairs = np.cumsum([0, *(len(run) for _, _, run in runs[:-1])])
        self._sources = np.array([layer for layer in range(layers) if into[layer] == 0], dtype=np.int64)
        starts = np.array([start for start, _, _ in runs], dtype=np.int64)
        ends = np.array([end for _, end, _ in runs], dtype=np.int64)
        # For each level its runs, where each end's runs begin among them, and those ends.
        self._levels = []
        levels = np.array([level[end] for end in ends.tolist()])
        for number in np.unique(levels):
            first, last = np.searchsorted(levels, [number, number + 1]).tolist()
            there, offsets = np.unique(ends[first:last], return_index=True)
            self._levels.append((first, last, starts[first:last], there, offsets))

    def table(self, cost: LinearCost) -> FloatArray:
        """Return what lies between any two places of each pair, the consumer's execution included, flat."""
        values = cost.per_transfer + self.sizes[:, None, None] * cost.per_byte
        computing = self.consumers < self._layers
        values[computing] += cost.execution[self.consumers[computing], None, :]
        return values.ravel()

    def lengths(
        self, places: IntArray, cost: LinearCost, stretch: FloatArray | None, table: FloatArray | None
    ) -> FloatArray:
        """Return the length of each plan's critical path, shape (P,).

        Parameters
        ----------
        places
            Shape (P, L).
        stretch
            Shape (P, S): by how much others slow executions down, None where the user is alone.
        table
            What `table` says of the cost, where it is kept; used without `stretch` alone.
        """
        servers = cost.execution.shape[1]
        arrived = np.empty((self._layers + 1, len(places)), dtype=np.int64)
        arrived[:-1] = places.T
        arrived[-1] = self._client
        to = arrived.take(self.consumers, axis=0)
        if table is not None and stretch is None:
            index = (arrived * servers).take(self.producers, axis=0)
            index += to
            index += (np.arange(len(to)) * servers**2)[:, None]
            carried = table.take(index)
        else:
            from_ = arrived.take(self.producers, axis=0)
            carried = cost.per_transfer[from_, to] + self.sizes[:, None] * cost.per_byte[from_, to]
            carried += self._executions(arrived, cost, stretch).take(self.consumers, axis=0)
        done = np.zeros((self._layers + 1, len(places)))
        here = arrived[self._sources]
        own = cost.execution[self._sources[:, None], here]
        done[self._sources] = own if stretch is None else own * stretch[np.arange(len(places)), here]
        whole = np.add.reduceat(carried, self._first_pairs, axis=0) if len(self._first_pairs) else carried
        for first, last, starts, ends, offsets in self._levels:
            arrivals = done.take(starts, axis=0)
            arrivals += whole[first:last]
            done[ends] = arrivals if len(ends) == last - first else np.maximum.reduceat(arrivals, offsets, axis=0)
        length: FloatArray = done[-1]
        return length

    def _executions(self, arrived: IntArray, cost: LinearCost, stretch: FloatArray | None) -> FloatArray:
        """Return the executions of all layers and of the results' arrival, shape (L + 1, P)."""
        found = np.zeros(arrived.shape)
        places = arrived[:-1]
        found[:-1] = cost.execution[np.arange(self._layers)[:, None], places]
        if stretch is not None:
            found[:-1] *= stretch[np.arange(arrived.shape[1]), places]
        return found
