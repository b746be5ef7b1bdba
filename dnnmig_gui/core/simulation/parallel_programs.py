"""A query whose branches run at the same time: its slices, where nothing of it has to wait for others."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from dnnmig_gui.core.costs.critical_path import schedule
from dnnmig_gui.core.costs.problem import FloatArray, LinearCost, UserProblem, UserTask
from dnnmig_gui.core.costs.problem import IntArray as Places
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.schema import Running
from dnnmig_gui.core.simulation.programs import LaneNumbers, Program, Row, hops
from dnnmig_gui.core.simulation.trace import NONE, SliceKind
from dnnmig_gui.core.topology import Topology


def check_playable(users: Iterable[UserTask], running: Running) -> None:
    """Raise an `InputError` where branches at the same time would have to queue or share, which is not played."""
    if not any(user.at_once for user in users):
        return
    for field, asked, ask_less in (
        ("servers", running.servers == "fifo", "planned"),
        ("execution_times", running.execution_times == "exponential", "constant"),
        ("sharing", running.sharing != "none", "none"),
        ("outages", bool(running.outages), None),
    ):
        if asked:
            what = f"running.{field}: {getattr(running, field)}" if ask_less else "outages"
            less = f"choose running.{field}: {ask_less}" if ask_less else "take the outages out"
            raise InputError(
                f"a query with a parallel delay is played only where nothing waits or breaks, not with {what}",
                field=f"running.{field}",
                hint=f"{less}, or count the serial delay (costs.delay: serial)",
            )


def parallel_program(
    user: UserProblem,
    places: Places,
    execution_s: FloatArray,
    topology: Topology,
    lanes: LaneNumbers,
    *,
    pending: bool = False,
) -> Program:
    """Return a query whose layers begin as soon as all that they consume has arrived.

    A tensor leaves as soon as it is made, once to each place that needs it, hop by hop. Layers that follow one another
    on one server without a pause are one slice, if nothing else of the query separates them in the model's order.

    Parameters
    ----------
    places
        Shape (L,).
    execution_s
        Shape (L, S).
    pending
        Whether queries may be asked before they start: anchor 0 is then when it was asked, and 1 its start.
    """
    anchor = int(pending)
    seconds = LinearCost(execution_s, topology.latency_s, topology.s_per_byte)
    times = schedule(seconds, user.tensors, places, user.client)
    at = {"start_anchor": anchor, "end_anchor": anchor}
    rows: list[Row] = []
    ending: dict[int, int] = {}  # by the layer that a slice ends with, its row
    for layer in np.flatnonzero(user.computes).tolist():
        place, start, end = int(places[layer]), float(times.start[layer]), float(times.end[layer])
        lane = lanes.queries if place == user.client else lanes.servers.get(place, NONE)
        before = rows[ending[layer - 1]] if layer - 1 in ending else None
        if before is not None and before.source == place and before.end == start:
            ending[layer] = ending.pop(layer - 1)
            rows[ending[layer]] = Row(
                SliceKind.EXECUTE, before.start, end, lane, before.first_layer, layer, place, place, 0, **at
            )
        else:
            ending[layer] = len(rows)
            rows.append(Row(SliceKind.EXECUTE, start, end, lane, layer, layer, place, place, 0, **at))
    arrived = np.append(places, user.client)
    for producer, size, readers in zip(
        user.tensors.producer.tolist(), user.tensors.size_bytes.tolist(), user.tensors.consumers, strict=True
    ):
        from_ = int(places[producer])
        for to in sorted({int(arrived[reader]) for reader in readers} - {from_}):
            rows += [
                Row(SliceKind.TRANSFER, start, end, NONE, producer, producer, source, target, int(size), **at)
                for start, end, source, target in hops(topology, from_, to, size, float(times.end[producer]))
            ]
    rows.sort(key=lambda row: row.start)
    query = Row(SliceKind.QUERY, 0.0, times.length, lanes.queries, **at)
    first = [query]
    if pending:
        own = {"source": user.client, "target": user.client}
        first.insert(0, Row(SliceKind.PENDING, 0.0, 0.0, lanes.queries, start_anchor=0, end_anchor=1, **own))
    return Program((), times.length, (*first, *rows), 1 + pending)
