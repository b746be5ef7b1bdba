"""The slices of one query: its layers in topological order, its tensors hop by hop, as offsets from its start."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.costs.problem import FloatArray, UserProblem
from dnnmig_gui.core.costs.problem import IntArray as Places
from dnnmig_gui.core.simulation.trace import NONE, SliceKind
from dnnmig_gui.core.topology import Topology


@dataclass(frozen=True)
class Row:
    """A slice by its offsets; the meaning of the rest is that of `Trace`'s columns."""

    kind: SliceKind
    start: float
    end: float
    lane: int
    first_layer: int = NONE
    last_layer: int = NONE
    source: int = NONE
    target: int = NONE
    size_bytes: int = 0


@dataclass(frozen=True, eq=False)
class Template:
    """Slices that happen again and again in the same way: an upload or a query, the whole first, then its parts.

    Parameters
    ----------
    duration_s
        From its start to the end of its last part.
    rows
        In the order in which they begin.
    """

    duration_s: float
    rows: tuple[Row, ...]

    def column(self, name: str, dtype: npt.DTypeLike) -> npt.NDArray[np.generic]:
        """Return one field of all rows, shape (M,)."""
        return np.array([getattr(row, name) for row in self.rows], dtype=dtype)


@dataclass(frozen=True)
class LaneNumbers:
    """Where slices are drawn: a user's two lanes, and those of edge and cloud servers."""

    uploads: int
    queries: int
    servers: dict[int, int]


def query_template(
    user: UserProblem, places: Places, execution_s: FloatArray, topology: Topology, lanes: LaneNumbers
) -> Template:
    """Return a query that runs its layers at `places`, one after the other.

    Before a layer runs, each tensor that it consumes and that has not been at its place travels there from where it
    was made, hop by hop; at the end the results travel to the client.

    Parameters
    ----------
    places
        Shape (L,).
    execution_s
        Shape (L, S), stretched by the users that share a server.
    """
    layers = len(user.model)
    read: list[list[int]] = [[] for _ in range(layers + 1)]
    for tensor, consumers in enumerate(user.tensors.consumers):
        for consumer in consumers:
            read[consumer].append(tensor)
    reached = [{int(places[producer])} for producer in user.tensors.producer]
    parts: list[Row] = []
    clock = 0.0
    for layer in range(layers + 1):
        place = int(places[layer]) if layer < layers else user.client
        for tensor in read[layer]:
            if place not in reached[tensor]:
                reached[tensor].add(place)
                producer = int(user.tensors.producer[tensor])
                size = int(user.tensors.size_bytes[tensor])
                for start, end, source, target in hops(topology, int(places[producer]), place, size, clock):
                    parts.append(Row(SliceKind.TRANSFER, start, end, NONE, producer, producer, source, target, size))
                    clock = end
        if layer < layers and user.computes[layer]:
            end = clock + float(execution_s[layer, place])
            last = parts[-1] if parts else None
            if last and last.kind == SliceKind.EXECUTE and last.source == place and last.last_layer == layer - 1:
                first, start = last.first_layer, last.start
                parts.pop()
            else:
                first, start = layer, clock
            lane = lanes.queries if place == user.client else lanes.servers.get(place, NONE)
            parts.append(Row(SliceKind.EXECUTE, start, end, lane, first, layer, place, place))
            clock = end
    return Template(clock, (Row(SliceKind.QUERY, 0.0, clock, lanes.queries), *parts))


def upload_template(client: int, server: int, size_bytes: int, topology: Topology, lanes: LaneNumbers) -> Template:
    """Return the upload of a P3 over the route from the client to its server, one link after the other."""
    parts = [
        Row(SliceKind.UPLOAD_HOP, start, end, lanes.servers.get(target, NONE), NONE, NONE, source, target, size_bytes)
        for start, end, source, target in hops(topology, client, server, size_bytes, 0.0)
    ]
    duration = parts[-1].end if parts else 0.0
    whole = Row(SliceKind.UPLOAD, 0.0, duration, lanes.uploads, NONE, NONE, client, server, size_bytes)
    return Template(duration, (whole, *parts))


def hops(
    topology: Topology, start: int, end: int, size_bytes: int, clock: float
) -> list[tuple[float, float, int, int]]:
    """Return (start, end, source, target) of the bytes on each link of the route, one after the other."""
    route = topology.route(start, end)
    found = []
    for source, target in itertools.pairwise(route):
        seconds = topology.link_latency_s[source, target] + size_bytes * topology.link_s_per_byte[source, target]
        found.append((clock, clock + float(seconds), source, target))
        clock = found[-1][1]
    return found
