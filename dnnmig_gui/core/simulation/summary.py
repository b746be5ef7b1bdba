"""A trace in a few numbers: what each user got done, how busy servers and links were, what had to be done twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
        Over completed queries, from when they were asked; None without any.
    uploaded_bytes
        Bytes of the partitions that were confirmed.
    upload_end_s
        When the last CR arrived; None without any.
    p99_delay_s, longest_delay_s
        As above.
    abandoned
        Queries that the run's end or the user's departure left open, those that had not started included.
    fallbacks
        Queries that lost their server or a link and ended on the client.
    waiting_s
        Seconds that queries waited for their turn at a server.
    failed_uploads
        Attempts that had to be made again, or were given up.
    resent_bytes
        Bytes sent over links for uploads beyond those that the confirmed partitions needed.
    given_up
        Numbers, from 0, of the partitions that failed for good: queries go on without them.
    """

    id: str
    queries: int
    queries_by_stage: tuple[int, ...]
    mean_delay_s: float | None
    median_delay_s: float | None
    p95_delay_s: float | None
    uploaded_bytes: int
    upload_end_s: float | None
    p99_delay_s: float | None = None
    longest_delay_s: float | None = None
    abandoned: int = 0
    fallbacks: int = 0
    waiting_s: float = 0.0
    failed_uploads: int = 0
    resent_bytes: int = 0
    given_up: tuple[int, ...] = ()


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
class LinkSummary:
    """What one direction of a link carried.

    Parameters
    ----------
    source, target
        Ids of its servers.
    upload_bytes, query_bytes
        Bytes of P3 and of tensors.
    busy_share
        Share of the run in which something was on it, latencies included.
    """

    source: str
    target: str
    upload_bytes: int
    query_bytes: int
    busy_share: float


@dataclass(frozen=True)
class RunSummary:
    """A running phase in a few numbers; users and servers in the scenario's order, links that carried something."""

    end_s: float
    users: tuple[UserSummary, ...]
    servers: tuple[ServerSummary, ...]
    links: tuple[LinkSummary, ...] = ()


def summarise(trace: Trace) -> RunSummary:
    """Return the summary of a trace."""
    by_kind = {kind: trace.of_kind(kind) for kind in SliceKind}
    users = tuple(_user(trace, number, by_kind) for number in range(len(trace.user_ids)))
    rows = by_kind[SliceKind.EXECUTE]
    servers = []
    for number, name in enumerate(trace.server_ids):
        own = rows[trace.source[rows] == number]
        servers.append(ServerSummary(name, _busy_share(trace, own)))
    return RunSummary(trace.end_s, users, tuple(servers), _links(trace))


def _user(trace: Trace, number: int, by_kind: dict[SliceKind, npt.NDArray[np.intp]]) -> UserSummary:
    def of(kind: SliceKind) -> npt.NDArray[np.intp]:
        rows = by_kind[kind]
        own: npt.NDArray[np.intp] = rows[trace.user[rows] == number]
        return own

    queries, confirms, uploads, failed = (
        of(kind) for kind in (SliceKind.QUERY, SliceKind.CONFIRM, SliceKind.UPLOAD, SliceKind.FAILED_UPLOAD)
    )
    pending, waits, hops = (of(kind) for kind in (SliceKind.PENDING, SliceKind.WAIT, SliceKind.UPLOAD_HOP))
    delays = trace.end[queries] - trace.start[queries]
    started = len(queries) + len(of(SliceKind.OPEN_QUERY))
    if len(pending):
        before = np.zeros(started)
        known = pending[trace.query[pending] < started]
        before[trace.query[known]] = trace.end[known] - trace.start[known]
        delays = delays + before[trace.query[queries]]
    stages = np.searchsorted(trace.start[confirms], trace.start[queries], side="right")
    sent = np.concatenate([uploads, failed])
    confirmed = np.isin(trace.partition[sent], trace.partition[confirms])
    uploaded = int(trace.size_bytes[sent[confirmed]].sum())
    mean, median, p95, p99, longest = (None,) * 5
    if len(delays):
        mean, longest = float(delays.mean()), float(delays.max())
        median, p95, p99 = (float(one) for one in np.percentile(delays, (50, 95, 99)))
    return UserSummary(
        id=trace.user_ids[number],
        queries=len(queries),
        queries_by_stage=tuple(np.bincount(stages, minlength=len(confirms) + 1).tolist()),
        mean_delay_s=mean,
        median_delay_s=median,
        p95_delay_s=p95,
        uploaded_bytes=uploaded,
        upload_end_s=float(trace.start[confirms[-1]]) if len(confirms) else None,
        p99_delay_s=p99,
        longest_delay_s=longest,
        abandoned=started - len(queries) + int((trace.query[pending] >= started).sum()),
        fallbacks=len(of(SliceKind.FALLBACK)),
        waiting_s=float((trace.end[waits] - trace.start[waits]).sum()),
        failed_uploads=len(failed),
        resent_bytes=_resent(trace, hops, uploads, failed),
        given_up=tuple(trace.partition[of(SliceKind.GIVEN_UP)].tolist()),
    )


def _resent(
    trace: Trace,
    hops: npt.NDArray[np.intp],
    uploads: npt.NDArray[np.intp],
    failed: npt.NDArray[np.intp],
) -> int:
    """Return the bytes that failed attempts put on their first link and that did not count in the end."""
    if len(failed) == 0:
        return 0
    first = hops[trace.source[hops] == trace.source[failed[0]]]
    attempts = np.sort(np.concatenate([uploads, failed]))
    attempt = attempts[np.searchsorted(trace.start[attempts], trace.start[first], side="right") - 1]
    wasted = first[trace.kind[attempt] == SliceKind.FAILED_UPLOAD]
    return int(trace.size_bytes[wasted].sum() - trace.size_bytes[failed].sum())


def _links(trace: Trace) -> tuple[LinkSummary, ...]:
    count = len(trace.server_ids)
    uploads, tensors = trace.of_kind(SliceKind.UPLOAD_HOP), trace.of_kind(SliceKind.TRANSFER)
    rows = np.sort(np.concatenate([uploads, tensors]))
    keys = trace.source[rows].astype(np.int64) * count + trace.target[rows]
    order = np.argsort(keys, kind="stable")
    rows, keys = rows[order], keys[order]
    found = []
    bounds = np.flatnonzero(np.diff(keys)) + 1
    for own in np.split(rows, bounds) if len(rows) else []:
        is_upload = trace.kind[own] == SliceKind.UPLOAD_HOP
        found.append(
            LinkSummary(
                trace.server_ids[trace.source[own[0]]],
                trace.server_ids[trace.target[own[0]]],
                int(trace.size_bytes[own[is_upload]].sum()),
                int(trace.size_bytes[own[~is_upload]].sum()),
                _busy_share(trace, own),
            )
        )
    return tuple(found)


def _busy_share(trace: Trace, rows: npt.NDArray[np.intp]) -> float:
    busy = _covered(trace.start[rows], trace.end[rows])
    return busy / trace.end_s if trace.end_s > 0 else 0.0


def _covered(start: FloatArray, end: FloatArray) -> float:
    """Return the length of the union of intervals that are sorted by start."""
    if len(start) == 0:
        return 0.0
    reached = np.maximum.accumulate(np.concatenate([start[:1], end[:-1]]))
    return float(np.maximum(end - np.maximum(start, reached), 0.0).sum())
