"""The benchmark's workload once more, written for SimPy as one would: the peer that speed is measured against.

Every client asks query after query: its own layers, bytes to the edge server, on to the cloud server, layers there,
the result back. `Wire` is a link whose transfers divide it equally. It uses the same clock of fair service as the
product, so that the figures compare the engines and not the algorithms; `TextbookWire` is the same link as users of
SimPy write it: every transfer is a process that is interrupted when its share changes.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Query:
    """The seconds and bytes of one query of a client."""

    local_s: float
    cloud_s: float
    up_bytes: float
    down_bytes: float
    client_s_per_byte: float
    backbone_s_per_byte: float


class Wire:
    """A link that divides its bandwidth equally."""

    def __init__(self, environment: Any, s_per_byte: float) -> None:
        self._environment = environment
        self._s_per_byte = s_per_byte
        self._fair = 0.0
        self._last = 0.0
        self._due = float("inf")
        self._number = 0
        self._waiting: list[tuple[float, int, Any]] = []

    def send(self, size: float) -> Any:
        """Return an event that happens when the bytes are through."""
        self._advance()
        done = self._environment.event()
        self._number += 1
        heapq.heappush(self._waiting, (self._fair + size, self._number, done))
        self._expect()
        return done

    def _advance(self) -> None:
        now = self._environment.now
        if self._waiting:
            self._fair += (now - self._last) / (self._s_per_byte * len(self._waiting))
        self._last = now

    def _expect(self) -> None:
        if self._waiting:
            left = max(0.0, self._waiting[0][0] - self._fair) * self._s_per_byte * len(self._waiting)
            due = self._environment.now + left
            if due < self._due:
                self._due = due
                self._environment.timeout(left, due).callbacks.append(self._look)

    def _look(self, timeout: Any) -> None:
        if timeout.value != self._due:
            return
        self._due = float("inf")
        self._advance()
        while self._waiting and self._waiting[0][0] <= self._fair * (1 + 1e-12) + 1e-6:
            heapq.heappop(self._waiting)[2].succeed()
        self._expect()


class TextbookWire:
    """A link that divides its bandwidth equally, each transfer a process that hears of every change."""

    def __init__(self, environment: Any, s_per_byte: float) -> None:
        self._environment = environment
        self._s_per_byte = s_per_byte
        self._active: list[Any] = []

    def send(self, size: float) -> Any:
        """Return an event that happens when the bytes are through."""
        return self._environment.process(self._carry(size))

    def _tell_others(self, own: Any) -> None:
        for other in self._active:
            if other is not own and other.is_alive:
                other.interrupt()

    def _carry(self, size: float) -> Generator[Any, Any, None]:
        import simpy

        own = self._environment.active_process
        self._active.append(own)
        self._tell_others(own)
        left = size
        while left > 1e-6:
            since, share = self._environment.now, self._s_per_byte * len(self._active)
            try:
                yield self._environment.timeout(left * share)
                left = 0.0
            except simpy.Interrupt:
                left -= (self._environment.now - since) / share
        self._active.remove(own)
        self._tell_others(own)


def simpy_run(
    queries: list[Query],
    horizon_s: float,
    mode: str,
    slices: list[tuple[str, float, float, int]] | None = None,
    wire: type[Wire | TextbookWire] = Wire,
) -> list[list[tuple[float, float]]]:
    """Play the clients for a time and return (start, end) of each client's completed queries.

    Parameters
    ----------
    mode
        ``none``: nothing is shared; ``fifo``: the cloud server has a queue; ``fair``: the backbone is shared as well.
    slices
        Gets (what, start, end, client) of all that happens; nothing is kept unless given.
    wire
        How the shared link is written.
    """
    import simpy

    environment = simpy.Environment()
    cloud = simpy.Resource(environment, capacity=1)
    up, down = (wire(environment, queries[0].backbone_s_per_byte) for _ in range(2))
    found: list[list[tuple[float, float]]] = [[] for _ in queries]

    def client(number: int, query: Query, log: list[tuple[float, float]]) -> Generator[Any, Any, None]:
        def note(what: str, since: float) -> float:
            if slices is not None:
                slices.append((what, since, environment.now, number))
            return float(environment.now)

        while True:
            start = environment.now
            yield environment.timeout(query.local_s)
            since = note("execute", start)
            yield environment.timeout(query.up_bytes * query.client_s_per_byte)
            since = note("transfer", since)
            if mode == "fair":
                yield up.send(query.up_bytes)
            else:
                yield environment.timeout(query.up_bytes * query.backbone_s_per_byte)
            since = note("transfer", since)
            if mode == "none":
                yield environment.timeout(query.cloud_s)
            else:
                with cloud.request() as turn:
                    yield turn
                    since = note("wait", since)
                    yield environment.timeout(query.cloud_s)
            since = note("execute", since)
            if mode == "fair":
                yield down.send(query.down_bytes)
            else:
                yield environment.timeout(query.down_bytes * query.backbone_s_per_byte)
            since = note("transfer", since)
            yield environment.timeout(query.down_bytes * query.client_s_per_byte)
            note("transfer", since)
            note("query", start)
            log.append((start, environment.now))

    for number, (query, log) in enumerate(zip(queries, found, strict=True)):
        environment.process(client(number, query, log))
    environment.run(until=horizon_s)
    return found
