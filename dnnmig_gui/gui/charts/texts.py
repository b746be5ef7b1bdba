"""What the timeline says in words: labels on slices, tool tips, what comes next."""

from __future__ import annotations

import numpy as np

from dnnmig_gui.core.reporting.numbers import bytes_text, mib_text, number_text, seconds_text
from dnnmig_gui.core.simulation.trace import NONE, SliceKind
from dnnmig_gui.gui.charts.axis import seconds_label
from dnnmig_gui.gui.charts.lanes import user_names
from dnnmig_gui.gui.charts.sharing import sending_s, slowed
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import id_title
from dnnmig_gui.gui.planned_run import PlannedRun

SPACE = "\u202f"


def clock_text(t: float, span: float) -> str:
    """Return a time of the run as precise as a view of `span` seconds can show: ``12.4 s``."""
    decimals = 1 if span > 4 or span <= 0 else 2 if span > 0.4 else 3 if span > 0.04 else 6
    return f"{t:,.{decimals}f}{SPACE}s".replace(",", SPACE)


def speed_text(speed: float) -> str:
    """Return a speed: ``0.5×``."""
    return f"{speed:g}×"


class RunTexts:
    """Words for the rows of one run.

    Parameters
    ----------
    run
        The run.
    """

    def __init__(self, run: PlannedRun) -> None:
        self._run = run
        self._trace = run.trace
        self.users = user_names(run.trace)

    def layers(self, user: int, partition: int) -> str:
        """Return the layers of a P3 that have parameters: ``fc6``, ``conv2 to conv5 (4)``."""
        model = self._run.plan.problem.users[user].model
        partitions = self._run.plan.users[user].uploading.partitions
        if not 0 <= partition < len(partitions):
            return ""
        positions = partitions[partition].layers
        heavy = [place for place in positions if model.layers[place].param_bytes > 0] or list(positions)
        if len(heavy) == 1:
            return model.layers[heavy[0]].name
        return tr("{first} to {last} ({count})").format(
            first=model.layers[heavy[0]].name, last=model.layers[heavy[-1]].name, count=len(heavy)
        )

    def upload(self, row: int) -> tuple[str, ...]:
        """Return labels of an upload, the longest first."""
        trace = self._trace
        user, partition = int(trace.user[row]), int(trace.partition[row])
        short = f"P3 #{partition + 1}"
        layers = self.layers(user, partition)
        if not layers:
            return (short,)
        to = id_title(trace.server_ids[trace.target[row]])
        return (f"{short} · {layers} → {to} · {mib_text(trace.size_bytes[row])}", f"{short} · {layers}", short)

    def upload_progress(self, row: int, t: float) -> str:
        """Return the label of an upload under way: how much of it has been sent."""
        trace = self._trace
        start, end, size = float(trace.start[row]), float(trace.end[row]), float(trace.size_bytes[row])
        sent = size * min(1.0, max(0.0, (t - start) / (end - start))) if end > start else size
        # As many decimals as the whole has, so that the text does not jump while it counts.
        decimals = 0 if size >= 100 * 2**20 else 1 if size >= 10 * 2**20 else 2
        short = f"P3 #{int(trace.partition[row]) + 1} · {self.layers(int(trace.user[row]), int(trace.partition[row]))}"
        to = id_title(trace.server_ids[trace.target[row]])
        return tr("{part} → {server} · {sent} of {size}").format(
            part=short, server=to, sent=f"{sent / 2**20:.{decimals}f}", size=mib_text(size)
        )

    def query(self, row: int) -> tuple[str, ...]:
        """Return labels of a query, the longest first."""
        trace = self._trace
        short = f"q{int(trace.query[row]) + 1}"
        return (f"{short} · {seconds_text(float(trace.end[row] - trace.start[row]))}", short)

    def next_confirm(self, row: int | None) -> str:
        """Return what the followed user waits for."""
        if row is None:
            return tr("All P3 confirmed")
        when = clock_text(float(self._trace.start[row]), self._trace.end_s)
        return tr("Next: CR of P3 #{partition} at {when}").format(
            partition=int(self._trace.partition[row]) + 1, when=when
        )

    def _slowed(self, row: int) -> tuple[str, ...]:
        """Return how fast a transfer went, where that is less than what its link can do."""
        trace, topology = self._trace, self._run.plan.problem.topology
        rows = np.array([row])
        if not slowed(trace, topology, rows)[0]:
            return ()
        (sent,), (alone,) = sending_s(trace, topology, rows)
        rate, most = (
            f"{number_text(1e-6 * float(trace.size_bytes[row]) / seconds)}{SPACE}MB/s" for seconds in (sent, alone)
        )
        return (tr("Slowed: {rate} of the link's {most}").format(rate=rate, most=most),)

    def tip(self, row: int) -> str:
        """Return all numbers of a row, line by line."""
        trace = self._trace
        kind = int(trace.kind[row])
        start, end = float(trace.start[row]), float(trace.end[row])
        user, query, partition = int(trace.user[row]), int(trace.query[row]), int(trace.partition[row])
        step = max((end - start) / 100, 1e-6)
        when = tr("{start} to {end} ({duration})").format(
            start=seconds_label(start, step), end=seconds_label(end, step), duration=seconds_text(end - start)
        )
        source, target = (
            id_title(trace.server_ids[n]) if n != NONE else "" for n in (int(trace.source[row]), int(trace.target[row]))
        )
        size = bytes_text(float(trace.size_bytes[row]))
        part = tr("P3 #{partition} of {user}").format(partition=partition + 1, user=self.users[user])
        if kind == SliceKind.UPLOAD:
            return "\n".join((part, f"{self.layers(user, partition)}, {size}", f"{source} → {target}", when))
        if kind == SliceKind.UPLOAD_HOP:
            return "\n".join(
                (
                    part,
                    tr("{size} over the link {source} → {target}").format(size=size, source=source, target=target),
                    when,
                    *self._slowed(row),
                )
            )
        if kind == SliceKind.CONFIRM:
            return "\n".join(
                (
                    tr("CR of {part}").format(part=part),
                    tr("from {server}").format(server=source),
                    seconds_label(start, 1e-3),
                )
            )
        if kind == SliceKind.EXECUTE:
            layers = self._run.plan.problem.users[user].model.layers
            first, last = layers[int(trace.first_layer[row])].name, layers[int(trace.last_layer[row])].name
            named = first if first == last else tr("{first} to {last}").format(first=first, last=last)
            return "\n".join(
                (
                    tr("Query {query} of {user}").format(query=query + 1, user=self.users[user]),
                    tr("{layers} on {server}").format(layers=named, server=target),
                    when,
                )
            )
        asked = tr("Query {query} of {user}").format(query=query + 1, user=self.users[user])
        if kind == SliceKind.TRANSFER:
            over = tr("{size} over the link {source} → {target}").format(size=size, source=source, target=target)
            return "\n".join((asked, over, when, *self._slowed(row)))
        if kind == SliceKind.FAILED_UPLOAD:
            return "\n".join(
                (part, tr("Failed on the way {source} → {target}").format(source=source, target=target), when)
            )
        if kind == SliceKind.GIVEN_UP:
            return "\n".join(
                (part, tr("Given up: {target} never confirmed it").format(target=target), seconds_label(start, 1e-3))
            )
        if kind == SliceKind.PAUSE:
            return "\n".join((tr("{user} waits to send").format(user=self.users[user]), when))
        if kind == SliceKind.QUERY:
            return "\n".join((asked, tr("Delay {delay}").format(delay=seconds_text(end - start)), when))
        if kind == SliceKind.OPEN_QUERY:
            return "\n".join((asked, tr("Cut short: not completed"), when))
        if kind == SliceKind.WAIT:
            return "\n".join((asked, tr("Waits for its turn at {target}").format(target=target), when))
        if kind == SliceKind.PENDING:
            return "\n".join((asked, tr("Waits for the query before it"), when))
        if kind == SliceKind.FALLBACK:
            return "\n".join((asked, tr("Lost its server: the rest runs on the client"), when))
        return when
