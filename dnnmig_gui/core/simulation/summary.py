"""A trace in a few numbers: what each user got done, and how busy each server was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.simulation.trace import FloatArray, SliceKind, Trace


@dataclass(frozen=True)
class UserSummary:
    """What one user got done.

    Parameters
    ----------
    queries
        Completed.
    queries_by_stage
        Completed queries that started before the first CR, after it, after the second, ...; one more than CRs.
    mean_delay_s, median_delay_s, p95_delay_s
        Over completed queries; None without any.
    uploaded_bytes
        Bytes of the partitions that were confirmed.
    upload_end_s
        When the last CR arrived; None without any.
    """

    id: str
    queries: int
    queries_by_stage: tuple[int, ...]
    mean_delay_s: float | None
    median_delay_s: float | None
    p95_delay_s: float | None
    uploaded_bytes: int
    upload_end_s: float | None


@dataclass(frozen=True)
class ServerSummary:
    """How much of the run a server, or a client, was running layers.

    Parameters
    ----------
    busy_share
        Share of the run in which at least one user's layer ran there.
    """

    id: str
    busy_share: float


@dataclass(frozen=True)
class RunSummary:
    """A running phase in a few numbers; users and servers in the scenario's order."""

    end_s: float
    users: tuple[UserSummary, ...]
    servers: tuple[ServerSummary, ...]


def summarise(trace: Trace) -> RunSummary:
    """Return the summary of a trace."""
    users = tuple(_user(trace, number) for number in range(len(trace.user_ids)))
    rows = trace.of_kind(SliceKind.EXECUTE)
    servers = []
    for number, name in enumerate(trace.server_ids):
        own = rows[trace.source[rows] == number]
        busy = _covered(trace.start[own], trace.end[own])
        servers.append(ServerSummary(name, busy / trace.end_s if trace.end_s > 0 else 0.0))
    return RunSummary(trace.end_s, users, tuple(servers))


def _user(trace: Trace, number: int) -> UserSummary:
    queries, confirms, uploads = (
        rows[trace.user[rows] == number]
        for rows in map(trace.of_kind, (SliceKind.QUERY, SliceKind.CONFIRM, SliceKind.UPLOAD))
    )
    delays = trace.end[queries] - trace.start[queries]
    stages = np.searchsorted(trace.start[confirms], trace.start[queries], side="right")
    confirmed = np.isin(trace.partition[uploads], trace.partition[confirms])
    mean, median, p95 = (None, None, None)
    if len(delays):
        mean, median, p95 = float(delays.mean()), float(np.median(delays)), float(np.percentile(delays, 95))
    return UserSummary(
        id=trace.user_ids[number],
        queries=len(queries),
        queries_by_stage=tuple(np.bincount(stages, minlength=len(confirms) + 1).tolist()),
        mean_delay_s=mean,
        median_delay_s=median,
        p95_delay_s=p95,
        uploaded_bytes=int(trace.size_bytes[uploads[confirmed]].sum()),
        upload_end_s=float(trace.start[confirms[-1]]) if len(confirms) else None,
    )


def _covered(start: FloatArray, end: FloatArray) -> float:
    """Return the length of the union of intervals that are sorted by start."""
    if len(start) == 0:
        return 0.0
    reached = np.maximum.accumulate(np.concatenate([start[:1], end[:-1]]))
    return float(np.maximum(end - np.maximum(start, reached), 0.0).sum())
