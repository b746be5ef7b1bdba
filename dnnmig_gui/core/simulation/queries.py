"""The query thread: query after query, each on what is confirmed when it starts."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence
from functools import partial
from heapq import heappush

import numpy as np

from dnnmig_gui.core.simulation.asking import asking
from dnnmig_gui.core.simulation.engine import Engine
from dnnmig_gui.core.simulation.outages import Break, LinkKey
from dnnmig_gui.core.simulation.programs import Program
from dnnmig_gui.core.simulation.record import Chunk, Event
from dnnmig_gui.core.simulation.resources import FIRST, Carrier, Link, Queue, Transfer
from dnnmig_gui.core.simulation.rounds import OTHER, Leg, Round, circle
from dnnmig_gui.core.simulation.trace import SliceKind
from dnnmig_gui.core.simulation.user import UserState

_Move = tuple[Queue | None, Carrier | None, float, float, int, LinkKey | None]
"""Where to wait, for how much, the gap behind it; which server or link that is."""

RANDOM_TIMES = 1024


class QueryThread:
    """Asks the queries of one user.

    As long as nothing that a query needs is used by others and nothing changes for its user, the queries all take
    the same time: they are not played one by one, but written down together when something changes. `_quiet` is
    then their program, and `_quiet_since` the end of the query before them. Where others compete, each step of a
    query is an event.

    Parameters
    ----------
    is_final
        Whether a user that has uploaded everything keeps its plan and all its links and servers to the end: each
        query's start can then be foretold.
    finish
        Called when the user has done all that the run waits for.
    """

    def __init__(self, engine: Engine, user: UserState, is_final: bool, finish: Callable[[UserState], None]) -> None:
        self._engine = engine
        self._events = engine.events
        self._tick = engine.tick
        self._reaching = self._reach
        self._sending = self._sent
        self._user = user
        self._asking = asking(engine.running, user.problem.arrival_s, partial(engine.random, user.number, 0))
        self._is_final = is_final
        self._finish_user = finish
        self._after_upload = engine.running.queries_after_upload
        self._rng = engine.random(user.number, 2) if engine.running.execution_times == "exponential" else None
        self._times: list[float] = []
        self._moves_of: dict[Program, tuple[float, list[_Move]]] = {}

        self._token = 0
        self._asked = 0
        self._answered = 0
        self._counts = False
        self._legs: list[Leg] = []
        self._ended = 0.0
        self._quiet: Program | None = None
        self._quiet_since = 0.0
        self._chunk: Chunk | None = None
        self._anchors = array("d")
        self._leading: tuple[float, ...] = ()
        self._program: Program | None = None
        self._moves: list[_Move] = []
        self._first_gap = 0.0
        self._rows = 0
        self._step = 0
        self._transfer: Transfer | None = None
        self._done_at = -math.inf

    # ---------------------------------------------------------------------------------------- what others tell it

    def begin(self, now: float) -> None:
        """Start asking."""
        self._go_on(now)

    def refresh(self, now: float) -> None:
        """Take note that something was confirmed, given up or planned anew."""
        self._user.note_places(now)
        if self._quiet is not None:
            self._close(now)
            if self._ended > now:
                self._token += 1
                self._engine.at(self._ended, OTHER, self._end, self._token)
            else:
                self._go_on(now)
        if self._user.is_uploaded and self._answered >= self._after_upload:
            self._finish_user(self._user)

    def stop(self, now: float) -> None:
        """End here: the user leaves, or the run is over."""
        self._close(now)
        self._token += 1
        if self._transfer is not None and self._transfer.alive:
            link = self._moves[self._step][1]
            assert link is not None  # noqa: S101 (a transfer is on a link)
            link.stop(now, self._transfer)
        if self._legs and self._chunk is not None:
            for leg in self._legs:
                leg.stop(now)
            self._asked = self._chunk.first_query + len(self._chunk)
        left = self._asking.left_asked(now)
        lane, client = self._user.lanes.queries, self._user.problem.client
        self._user.record.events += [
            Event(SliceKind.PENDING, float(asked), math.inf, lane, self._asked + number, source=client, target=client)
            for number, asked in enumerate(left)
        ]
        self._asked += len(left)

    def suffer(self, now: float, broken: Break) -> None:
        """Fall back to the client if what the query is on stops working."""
        if self._program is None:
            return
        if self._transfer is not None and self._transfer.alive:
            if self._moves[self._step][5] in broken.links:
                self._fall_back(now)
        elif self._step > 0 and self._done_at > now and self._moves[self._step - 1][4] == broken.server:
            self._fall_back(now)

    # ------------------------------------------------------------------------------------------- query after query

    def _go_on(self, ended: float) -> None:
        """Ask what comes after a query that ended; `ended` may lie in the past."""
        program = self._user.program()
        self._program = None
        self._ended = ended
        if not program.steps:
            self._quiet, self._quiet_since = program, ended
            self._counts = self._user.is_uploaded
            self._token += 1
            left = self._after_upload - self._answered
            if self._counts and left > 0 and not self._user.finished and self._engine.horizon_s == math.inf:
                finished = self._asking.nth_end(ended, program.tail_s, left)
                self._engine.at(finished, OTHER, self._finish, self._token)
            return
        self._leading = self._asking.next(ended)
        if self._leading[-1] > self._engine.now:
            self._engine.at(self._leading[-1], OTHER, self._start, self._token)
        else:
            self._start(ended, self._token)

    def _finish(self, now: float, token: int) -> None:  # noqa: ARG002
        if token == self._token:
            self._finish_user(self._user)

    def _start(self, now: float, token: int) -> None:  # noqa: ARG002
        """Start a query, asked and started as `_leading` says."""
        if token != self._token:
            return
        program = self._user.program()
        self._counts = self._user.is_uploaded
        self._take(program, self._leading)
        self._asked += 1
        start = self._leading[-1]
        if self._is_final and self._user.is_uploaded and self._rng is None and self._settle():
            self._engine.at(start + self._first_gap, OTHER, self._legs[0], 0)
        elif self._moves:
            self._engine.at(start + self._first_gap, OTHER, self._reach, self._token)
        else:
            self._engine.at(start + program.tail_s, OTHER, self._end, self._token)

    def _settle(self) -> bool:
        """Leave all queries from here on to the loop of settled users; return False if it cannot play them."""
        stations = [
            (station, amount, gap)
            for queue, link, amount, gap, _, _ in self._moves
            if type(station := queue or link) is Link or type(station) is Queue
        ]
        if len(stations) < len(self._moves) or not stations:
            return False
        round_ = Round(
            self._engine,
            self._asking,
            self._anchors,
            self._first_gap,
            self._rows,
            self._after_upload - self._answered,
            lambda ended: self._engine.at(ended, OTHER, self._finish, self._token),
        )
        self._legs = circle(stations, round_)
        return True

    def _take(self, program: Program, leading: tuple[float, ...]) -> None:
        """Make a program the one that runs."""
        chunk = self._chunk
        if chunk is None or chunk.program is not program:
            chunk = self._chunk = Chunk(program, self._user.number, self._asked)
            self._user.record.chunks.append(chunk)
            self._anchors = chunk.anchors
            self._first_gap, self._moves = self._moves_for(program)
            self._rows = len(program.rows)
        self._anchors.extend(leading)
        self._engine.slices += self._rows
        self._program = program
        self._step = 0

    def _reach(self, now: float, token: int) -> None:
        """Reach the next step of the query, and go on as long as no other event comes before."""
        if token != self._token:
            return
        events = self._events
        while True:
            queue, link, amount, gap, _, key = self._moves[self._step]
            if queue is not None:
                if self._rng is not None:
                    amount *= self._random_time()
                begin = queue.take(now, amount)
                done = begin + amount
                self._anchors.extend((begin, done))
                self._done_at = done
            elif key is not None and self._engine.outages.is_down(key, now):
                self._fall_back(now)
                return
            else:
                assert link is not None  # noqa: S101 (a move is one or the other)
                done = link.at_once(now, amount)
                if done == math.inf:
                    self._transfer = link.send(now, amount, FIRST, self._sending, token)
                    return
                self._anchors.append(done)
            now = done + gap
            self._step += 1
            if self._step == len(self._moves):
                self._pass_end(now)
                return
            if events and events[0][0] <= now:
                heappush(events, (now, OTHER, self._tick(), self._reaching, token))
                return

    def _sent(self, now: float, token: int) -> None:
        if token == self._token:
            self._anchors.append(now)
            self._pass(now + self._moves[self._step][3])

    def _pass(self, time: float) -> None:
        """Go to the next step, which begins at a time; behind the last, that is the query's end."""
        self._step += 1
        if self._step < len(self._moves):
            heappush(self._events, (time, OTHER, self._tick(), self._reaching, self._token))
        else:
            self._pass_end(time)

    def _pass_end(self, time: float) -> None:
        """Come to a query's end at a time."""
        self._engine.at(time, OTHER, self._end, self._token)

    def _end(self, now: float, token: int) -> None:
        """End a query."""
        if token != self._token:
            return
        if self._counts and self._program is not None:
            self._answered += 1
            if self._answered >= self._after_upload and self._user.is_uploaded:
                self._finish_user(self._user)
        if not self._engine.over:
            self._go_on(now)

    def _close(self, until: float) -> None:
        """Write down the quiet queries that started before a time."""
        program = self._quiet
        if program is None:
            return
        self._quiet = None
        rows = len(program.rows)
        most = max(0, self._engine.most_slices - self._engine.slices) // rows + 1  # one too many, to be refused
        starts = self._asking.stretch(self._quiet_since, program.tail_s, until, most)
        if len(starts) == 0:
            return
        self._engine.count(len(starts) * rows)
        chunk = Chunk(program, self._user.number, self._asked, starts=np.ascontiguousarray(starts).ravel())
        self._user.record.chunks.append(chunk)
        self._chunk = None
        self._asked += len(starts)
        ends = starts[:, -1] + program.tail_s
        self._ended = float(ends[-1])
        if self._counts:
            self._answered += int((ends <= until).sum())

    # -------------------------------------------------------------------------------------------------- misfortune

    def _fall_back(self, now: float) -> None:
        """Lose the query that is under way: it starts anew on the client."""
        program, chunk = self._program, self._chunk
        assert program is not None  # noqa: S101 (it is under way)
        assert chunk is not None  # noqa: S101
        self._token += 1
        if self._transfer is not None and self._transfer.alive:
            link = self._moves[self._step][1]
            assert link is not None  # noqa: S101 (a transfer is on a link)
            link.stop(now, self._transfer)
        width = program.anchors
        at = (len(chunk) - 1) * width
        anchors = chunk.anchors[at:]
        del chunk.anchors[at:]
        if not chunk.anchors:
            self._user.record.chunks.remove(chunk)
        self._chunk = None
        self._user.record.events += _lost_rows(program, anchors, self._asked - 1, now)
        self._asked -= 1
        rest = self._user.fallback()
        self._take(rest, (*anchors[: program.leading], now))
        self._asked += 1
        if self._moves:
            self._engine.at(now + self._first_gap, OTHER, self._reach, self._token)
        else:
            self._engine.at(now + rest.tail_s, OTHER, self._end, self._token)

    # ------------------------------------------------------------------------------------------------------- tools

    def _moves_for(self, program: Program) -> tuple[float, list[_Move]]:
        found = self._moves_of.get(program)
        if found is None:
            gaps = [*(step.gap_s for step in program.steps[1:]), program.tail_s][: len(program.steps)]
            moves: list[_Move] = [
                (
                    self._engine.server(step.server) if step.link is None else None,
                    None if step.link is None else self._engine.link(step.link),
                    step.amount,
                    gap,
                    step.server,
                    step.link if step.link in self._engine.outages.links else None,
                )
                for step, gap in zip(program.steps, gaps, strict=True)
            ]
            first = program.steps[0].gap_s if program.steps else 0.0
            found = self._moves_of[program] = first, moves
        return found

    def _random_time(self) -> float:
        """Return an exponential random number with mean 1."""
        if not self._times:
            assert self._rng is not None  # noqa: S101 (asked for only then)
            self._times = self._rng.exponential(1.0, RANDOM_TIMES).tolist()[::-1]
        return self._times.pop()


def _lost_rows(program: Program, anchors: Sequence[float], query: int, now: float) -> list[Event]:
    """Return what was done of a query until it was lost."""
    anchors = [*anchors] + [math.inf] * (program.anchors - len(anchors))
    found = []
    for row in program.rows:
        start = anchors[row.start_anchor] + row.start
        end = min(anchors[row.end_anchor] + row.end, now)
        if row.kind in (SliceKind.QUERY, SliceKind.PENDING) or start >= now:
            continue
        found.append(
            Event(
                row.kind,
                start,
                end,
                row.lane,
                query,
                first_layer=row.first_layer,
                last_layer=row.last_layer,
                source=row.source,
                target=row.target,
                size_bytes=row.size_bytes,
            )
        )
    return found
