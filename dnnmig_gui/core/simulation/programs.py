"""What a query does, step by step: its slices, and where it must wait for what others use as well."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.costs.problem import FloatArray, UserProblem
from dnnmig_gui.core.costs.problem import IntArray as Places
from dnnmig_gui.core.simulation.outages import LinkKey
from dnnmig_gui.core.simulation.trace import NONE, SliceKind
from dnnmig_gui.core.topology import Topology


@dataclass(frozen=True)
class Live:
    """The servers and links that are played event by event; all others take the time they take alone."""

    servers: frozenset[int] = frozenset()
    links: frozenset[LinkKey] = frozenset()


@dataclass(frozen=True)
class Row:
    """A slice by its offsets from two anchors; the meaning of the rest is that of `Trace`'s columns.

    Anchors are times that are known only when the query runs: 0 is its start, the others see `Program`.
    """

    kind: SliceKind
    start: float
    end: float
    lane: int
    first_layer: int = NONE
    last_layer: int = NONE
    source: int = NONE
    target: int = NONE
    size_bytes: int = 0
    start_anchor: int = 0
    end_anchor: int = 0


@dataclass(frozen=True)
class Step:
    """Something that only the run can tell the length of.

    Parameters
    ----------
    gap_s
        Seconds from the anchor before it until the query reaches it.
    server
        Number of the server to run on; `NONE` for a transfer.
    link
        The link to cross; None for an execution.
    amount
        Seconds of execution, or bytes.
    """

    gap_s: float
    server: int
    link: LinkKey | None
    amount: float


@dataclass(frozen=True, eq=False)
class Program:
    """A query in the same places, again and again.

    Parameters
    ----------
    steps
        What must be played event by event; a query without any is *quiet*: it always takes `tail_s`.
    tail_s
        Seconds from the last anchor to the query's end.
    rows
        In the order in which they begin.
    leading
        How many anchors are known when the query starts. A transfer adds when it is done, an execution also when it
        begins before.
    """

    steps: tuple[Step, ...]
    tail_s: float
    rows: tuple[Row, ...]
    leading: int = 1

    @cached_property
    def anchors(self) -> int:
        """How many anchors a query has."""
        return self.leading + sum(1 if step.link else 2 for step in self.steps)

    @cached_property
    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Each field of all rows, shape (M,)."""
        types = {"start": np.float64, "end": np.float64, "kind": np.int8, "size_bytes": np.int64}
        return {
            name: np.array([getattr(row, name) for row in self.rows], dtype=types.get(name, np.int32))
            for name in Row.__dataclass_fields__
        }


@dataclass(frozen=True)
class LaneNumbers:
    """Where slices are drawn: a user's two lanes, and those of edge and cloud servers."""

    uploads: int
    queries: int
    servers: dict[int, int]


def query_program(
    user: UserProblem,
    places: Places,
    execution_s: FloatArray,
    topology: Topology,
    lanes: LaneNumbers,
    live: Live,
    *,
    pending: bool = False,
    fallback: bool = False,
) -> Program:
    """Return a query that runs its layers at `places`, one after the other.

    Before a layer runs, each tensor that it consumes and that has not been at its place travels there from where it
    was made, hop by hop; at the end the results travel to the client.

    Parameters
    ----------
    places
        Shape (L,).
    execution_s
        Shape (L, S).
    pending
        Whether queries may be asked before they start: anchor 0 is then when it was asked, and 1 its start.
    fallback
        Whether this is the rest of a query that fell back: one more leading anchor tells when.
    """
    start_anchor = int(pending)
    leading = 1 + pending + fallback
    parts = _Parts(leading - 1)
    layers = len(user.model)
    read: list[list[int]] = [[] for _ in range(layers + 1)]
    for tensor, consumers in enumerate(user.tensors.consumers):
        for consumer in consumers:
            read[consumer].append(tensor)
    reached = [{int(places[producer])} for producer in user.tensors.producer]
    for layer in range(layers + 1):
        place = int(places[layer]) if layer < layers else user.client
        for tensor in read[layer]:
            if place not in reached[tensor]:
                reached[tensor].add(place)
                producer = int(user.tensors.producer[tensor])
                size = int(user.tensors.size_bytes[tensor])
                for link in itertools.pairwise(topology.route(int(places[producer]), place)):
                    latency = float(topology.link_latency_s[link])
                    if link in live.links:
                        parts.share(latency, producer, link, size)
                    else:
                        # Added up as the cost model does, so that both give the same seconds.
                        parts.carry(float(latency + size * topology.link_s_per_byte[link]), producer, link, size)
        if layer < layers and user.computes[layer]:
            lane = lanes.queries if place == user.client else lanes.servers.get(place, NONE)
            parts.run(layer, place, float(execution_s[layer, place]), lane, lanes.queries, place in live.servers)
    end, clock = parts.anchor, parts.clock
    first = [Row(SliceKind.QUERY, 0.0, clock, lanes.queries, start_anchor=start_anchor, end_anchor=end)]
    own = {"source": user.client, "target": user.client}
    if pending:
        first.insert(0, Row(SliceKind.PENDING, 0.0, 0.0, lanes.queries, start_anchor=0, end_anchor=1, **own))
    if fallback:
        row = Row(SliceKind.FALLBACK, 0.0, clock, lanes.queries, start_anchor=leading - 1, end_anchor=end, **own)
        first.append(row)
    return Program(tuple(parts.steps), clock, (*first, *parts.rows), leading)


class _Parts:
    """A query's slices and steps so far."""

    def __init__(self, anchor: int) -> None:
        self.rows: list[Row] = []
        self.steps: list[Step] = []
        self.anchor = anchor
        self.clock = 0.0

    def step(self, step: Step) -> None:
        """Add a step: what follows counts from the time when it is done."""
        self.steps.append(step)
        self.anchor += 1 if step.link else 2
        self.clock = 0.0

    def carry(self, seconds: float, producer: int, link: LinkKey, size: int) -> None:
        """Add a tensor's way over a link that it has to itself."""
        end, anchor = self.clock + seconds, self.anchor
        self.rows.append(
            Row(SliceKind.TRANSFER, self.clock, end, NONE, producer, producer, *link, size, anchor, anchor)
        )
        self.clock = end

    def share(self, latency_s: float, producer: int, link: LinkKey, size: int) -> None:
        """Add a tensor's way over a link that others use: its bytes are a step, then the latency passes."""
        start, anchor = self.clock, self.anchor
        self.step(Step(start, NONE, link, size))
        self.rows.append(
            Row(SliceKind.TRANSFER, start, latency_s, NONE, producer, producer, *link, size, anchor, self.anchor)
        )
        self.clock = latency_s

    def run(self, layer: int, place: int, seconds: float, lane: int, wait_lane: int, is_live: bool) -> None:
        """Add a layer's execution; consecutive layers on one server are one slice and one job."""
        last = self.rows[-1] if self.rows else None
        goes_on = (
            last is not None
            and last.kind == SliceKind.EXECUTE
            and last.source == place
            and last.last_layer == layer - 1
        )
        first = last.first_layer if last is not None and goes_on else layer
        if is_live:
            if goes_on:
                job = self.steps[-1]
                self.steps[-1] = Step(job.gap_s, place, None, job.amount + seconds)
                self.rows.pop()
            else:
                start = self.anchor, self.clock
                self.step(Step(self.clock, place, None, seconds))
                self.rows.append(
                    Row(
                        SliceKind.WAIT,
                        start[1],
                        0.0,
                        wait_lane,
                        source=place,
                        target=place,
                        start_anchor=start[0],
                        end_anchor=self.anchor - 1,
                    )
                )
            anchors = self.anchor - 1, self.anchor
            self.rows.append(Row(SliceKind.EXECUTE, 0.0, 0.0, lane, first, layer, place, place, 0, *anchors))
            return
        start_s, anchor, end = self.clock, self.anchor, self.clock + seconds
        if last is not None and goes_on:
            start_s, anchor = last.start, last.start_anchor
            self.rows.pop()
        self.rows.append(Row(SliceKind.EXECUTE, start_s, end, lane, first, layer, place, place, 0, anchor, anchor))
        self.clock = end


def hops(
    topology: Topology, start: int, end: int, size_bytes: float, clock: float
) -> list[tuple[float, float, int, int]]:
    """Return (start, end, source, target) of the bytes on each link of the route, one after the other."""
    found = []
    for source, target in itertools.pairwise(topology.route(start, end)):
        seconds = topology.link_latency_s[source, target] + size_bytes * topology.link_s_per_byte[source, target]
        found.append((clock, clock + float(seconds), source, target))
        clock = found[-1][1]
    return found
