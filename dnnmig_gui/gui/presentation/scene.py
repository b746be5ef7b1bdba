"""A scene: one user's run as it is told to a hall. All is a pure function of the scene and a time. No Qt widgets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dnnmig_gui.core.registry import find_method, method_names
from dnnmig_gui.core.reporting.numbers import SPACE, bytes_text, seconds_text
from dnnmig_gui.core.simulation.trace import SliceKind
from dnnmig_gui.core.topology import TIERS, Tier
from dnnmig_gui.gui.charts.lanes import LaneRow, lane_rows, user_names
from dnnmig_gui.gui.charts.pace import Pace
from dnnmig_gui.gui.charts.run_stairs import run_stairs
from dnnmig_gui.gui.charts.series import FloatArray, IntArray, Series, Texture
from dnnmig_gui.gui.charts.staircase import Stairs
from dnnmig_gui.gui.charts.texts import RunTexts, clock_text
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import id_title, model_title
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.run_state import RunState, run_state

TELLING_SHARE = 0.95
"""The story lasts until this share of the speed-up is won, and as long again."""
NEWS_SHARE = 0.05
"""For this share of the story a CR is news."""
INTRODUCTION_SHARE = 0.1
"""For this share of the story the page says whose it is."""
MIB = 2**20


@dataclass(frozen=True)
class Headline:
    """One of the three numbers.

    Parameters
    ----------
    number, unit
        Written large.
    first, second
        The two lines beside it.
    """

    number: str
    unit: str
    first: str
    second: str


@dataclass(frozen=True, eq=False)
class Scene:
    """One user of a run.

    Parameters
    ----------
    run
        The run.
    user
        Number of the user.
    title
        What the run is called.
    """

    run: PlannedRun
    user: int
    title: str

    @cached_property
    def state(self) -> RunState:
        """What is true at a time."""
        return run_state(self.run)

    @cached_property
    def pace(self) -> Pace:
        """How fast queries get."""
        return Pace.of(self.run, self.user)

    @cached_property
    def texts(self) -> RunTexts:
        """Words for slices."""
        return RunTexts(self.run)

    @cached_property
    def stairs(self) -> tuple[Stairs, ...]:
        """The staircases, the followed one last."""
        known = method_names("uploading")
        titles = {
            name: tr(find_method("uploading", name).title) if name in known else name for name in self.run.alternatives
        }
        return run_stairs(self.run, self.user, titles)

    @property
    def model(self) -> str:
        """What people call the model."""
        model = self.run.plan.problem.users[self.user].model
        return model_title(model.name, {model.name: model})

    @property
    def who(self) -> str:
        """What people call the user."""
        return user_names(self.run.trace)[self.user]

    @cached_property
    def size_bytes(self) -> int:
        """Bytes to upload."""
        return sum(part.size_bytes for part in self.run.plan.users[self.user].uploading.partitions)

    @cached_property
    def story_s(self) -> float:
        """How much of the run is worth telling: most of it is often a wait for the last few per cent."""
        delay, start = self.pace.delay, self.pace.start
        gain = float(delay[0] - delay.min())
        if gain <= 0 or len(delay) < 2:
            return self.run.end_s
        won = float(start[np.flatnonzero(delay[0] - delay >= TELLING_SHARE * gain)[0]])
        return min(self.run.end_s, max(2.0 * won, 0.02 * self.run.end_s))

    def window(self, t: float) -> tuple[float, float]:
        """Return the part of the run in view at a time: it goes along once the playhead is two thirds through."""
        span = self.story_s
        start = min(max(0.0, t - 0.66 * span), max(0.0, self.run.end_s - span))
        return start, start + span

    @cached_property
    def lanes(self) -> tuple[tuple[str, Tier | None, LaneRow], ...]:
        """The user's uploads and queries, and its executions on all servers of a tier as one lane."""
        rows = lane_rows(self.run, self.user)
        found: list[tuple[str, Tier | None, LaneRow]] = []
        for role, title, tier in (("uploads", tr("Upload"), None), ("queries", tr("Client"), "client")):
            row = next((row for row in rows if row.lane.role == role and row.lane.user == self.user), None)
            if row is not None:
                found.append((title, tier, row))  # type: ignore[arg-type]
        for tier in TIERS[1:]:
            own = [row for row in rows if row.lane.role == "server" and row.tier == tier]
            if own:
                parts = [part for row in own for part in row.series if part.texture == "solid"]
                merged = _merged(parts, "solid", tier)
                title = tr(tier.capitalize())
                found.append((title, tier, LaneRow(own[0].lane, title, tier, merged)))
        return tuple(found)

    @cached_property
    def _arrived(self) -> tuple[FloatArray, IntArray, FloatArray]:
        """When each CR of the user arrives, its P3, and the bytes confirmed before each and after the last."""
        trace, parts = self.run.trace, self.run.plan.users[self.user].uploading.partitions
        rows = trace.of_kind(SliceKind.CONFIRM)
        rows = rows[trace.user[rows] == self.user]
        rows = rows[np.argsort(trace.start[rows], kind="stable")]
        numbers = trace.partition[rows]
        sizes = [parts[number].size_bytes if number < len(parts) else 0 for number in numbers.tolist()]
        return trace.start[rows], numbers, np.concatenate(([0.0], np.cumsum(np.array(sizes, dtype=float))))

    def uploaded_bytes(self, t: float) -> float:
        """Return how many bytes of the user's P3 have been carried by a time; those under way count in part."""
        parts = self.run.plan.users[self.user].uploading.partitions
        times, numbers, sizes = self._arrived
        count = int(np.searchsorted(times, t, side="right"))
        done = float(sizes[count])
        there = set(numbers[:count].tolist())
        upload = self.state.upload(self.user, t)
        if upload is not None and upload.partition not in there and upload.partition < len(parts):
            done += upload.share * parts[upload.partition].size_bytes
        return done

    def headlines(self, t: float) -> tuple[Headline, Headline, Headline]:
        """Return the three numbers of a time."""
        first, now = float(self.pace.delay[0]), self.pace.delay_at(t)
        number, unit = _split(now, first)
        sent, whole = self.uploaded_bytes(t), self.size_bytes
        share = sent / whole if whole else 1.0
        decimals = 0 if whole >= 10 * MIB else 1
        amounts = (
            tr("{sent} of {size}").format(
                sent=f"{sent / MIB:.{decimals}f}", size=f"{whole / MIB:.{decimals}f}{SPACE}MiB"
            )
            if whole
            else tr("nothing to upload")
        )
        factor = first / now if now > 0 else 1.0
        parts = len(self.run.plan.users[self.user].uploading.partitions)
        count = min(self.state.confirmed(self.user, t), parts)
        return (
            Headline(number, unit, tr("per query"), tr("was {time}").format(time=seconds_text(first))),
            Headline(f"{100 * share:.0f}", "%", tr("of {model} uploaded").format(model=self.model), amounts),
            Headline(
                f"{factor:.1f}" if factor < 9.95 else f"{factor:.0f}",
                "×",
                tr("faster, {time} in").format(time=clock_text(t, self.story_s)),
                tr("after {count} of {parts} parts").format(count=count, parts=parts),
            ),
        )

    def caption(self, t: float) -> str:
        """Say what is happening at a time, from the trace."""
        first, now = float(self.pace.delay[0]), self.pace.delay_at(t)
        parts = self.run.plan.users[self.user].uploading.partitions
        if not parts:
            return tr("{model} stays on {who}: a query takes {now}.").format(
                model=self.model, who=self.who, now=seconds_text(now)
            )
        if t < INTRODUCTION_SHARE * self.story_s:
            return tr("{scenario}. {who} uploads {model}, {size}. Queries get faster before it is all there.").format(
                scenario=self.title, who=self.who, model=self.model, size=bytes_text(self.size_bytes)
            )
        trouble = self._trouble(t)
        if trouble:
            return trouble
        count = self.state.confirmed(self.user, t)
        times = _times(first, now)
        since = self.state.confirmed_since(self.user, t)
        if count and t - since <= NEWS_SHARE * self.story_s:
            before = self.pace.delay_at(float(np.nextafter(since, -np.inf)))
            if count >= len(parts):
                return tr("All of {model} is there: a query takes {now}, {times}.").format(
                    model=self.model, now=seconds_text(now), times=times
                )
            if now < before:
                delays = tr("{now} instead of {before}").format(now=seconds_text(now), before=seconds_text(before))
                return tr("Part {count} has arrived: a query now takes {delays}.").format(count=count, delays=delays)
            return tr("Part {count} has arrived; it pays off together with what comes next.").format(count=count)
        upload = self.state.upload(self.user, t)
        if count == 0:
            return tr("{model}: {size} to upload. Queries get faster before it is all there.").format(
                model=self.model, size=bytes_text(self.size_bytes)
            )
        if upload is not None and upload.partition < len(parts):
            part = parts[upload.partition]
            where = id_title(self.run.trace.server_ids[part.server])
            which = tr("Part {number} of {count}, {size}").format(
                number=upload.partition + 1, count=len(parts), size=bytes_text(part.size_bytes)
            )
            return tr("{which}, is on its way to {where}; a query already takes {now}, {times}.").format(
                which=which, where=where, now=seconds_text(now), times=times
            )
        return tr("{model} is uploaded: a query takes {now}, {times}.").format(
            model=self.model, now=seconds_text(now), times=times
        )

    @cached_property
    def _rows_of(self) -> dict[SliceKind, IntArray]:
        """The user's rows of each kind of trouble."""
        trace = self.run.trace
        kinds = (SliceKind.FAILED_UPLOAD, SliceKind.PAUSE, SliceKind.FALLBACK)
        rows = {kind: trace.of_kind(kind) for kind in kinds}
        return {kind: own[trace.user[own] == self.user] for kind, own in rows.items()}

    def _trouble(self, t: float) -> str:
        """Say what goes wrong at a time; nothing if nothing does."""
        trace = self.run.trace
        for kind, text in (
            (
                SliceKind.FAILED_UPLOAD,
                tr("Part {number} is lost on the way: it will be sent again. Queries go on meanwhile."),
            ),
            (SliceKind.PAUSE, tr("Part {number} waits to be sent again. Queries go on meanwhile.")),
            (SliceKind.FALLBACK, tr("A server was lost on the way: the client finishes the query on its own.")),
        ):
            rows = self._rows_of[kind]
            rows = rows[(trace.start[rows] <= t) & (trace.end[rows] > t)]
            if len(rows):
                return text.format(number=int(trace.partition[rows[0]]) + 1)
        return ""


def _times(first: float, now: float) -> str:
    factor = first / now if now > 0 else 1.0
    if factor < 1.05:
        return tr("as at the start")
    return tr("{factor:.1f} times faster").format(factor=factor)


def _split(now: float, first: float) -> tuple[str, str]:
    """Return a delay as number and unit, in the unit of the first delay so that the two compare."""
    if first >= 1:
        return (f"{now:.2f}" if now < 10 else f"{now:.1f}" if now < 100 else f"{now:.0f}"), "s"
    return f"{1e3 * now:.0f}", "ms"


def _merged(parts: list[Series], texture: Texture, tier: Tier) -> tuple[Series, ...]:
    """Return the slices of several lanes as one series."""
    if not parts:
        return ()
    start = np.concatenate([part.start for part in parts])
    order = np.argsort(start, kind="stable")
    rows, end = (np.concatenate([getattr(part, name) for part in parts])[order] for name in ("rows", "end"))
    return (Series(texture, tier, rows, start[order], end),)
