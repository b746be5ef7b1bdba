"""The state of the comparison: which combinations, how far each is, which two are laid side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal

from dnnmig_gui.core.errors import PlannerError
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.gui.compare.contender import Bench, Combination, Contender, prolonged, usual_combinations
from dnnmig_gui.gui.jobs import Job, Jobs

Side = Literal["A", "B"]
SIDES: tuple[Side, ...] = ("A", "B")
Progress = Literal["waiting", "working", "done", "refused"]


@dataclass(eq=False)
class Entry:
    """One row: a combination and how far it is.

    Parameters
    ----------
    progress
        Where it stands.
    contender
        What came of it, once it is done.
    reason
        Why it gave no plan.
    """

    combination: Combination
    progress: Progress = "waiting"
    contender: Contender | None = None
    reason: str = ""


class Comparing(QObject):
    """Plans one combination after the other in the background.

    Parameters
    ----------
    jobs
        Where the work is done.
    make_bench
        Returns what to compare now.

    Signals
    -------
    rows_changed()
        Rows came or went.
    entry_changed(int)
        The row with that number came farther.
    sides_changed()
        Others are laid side by side, or one of them is ready.
    busy_changed(bool)
        Work began or ended.
    outdated_changed(bool)
        The scenario is no longer the one that was compared.
    """

    rows_changed = Signal()
    entry_changed = Signal(int)
    sides_changed = Signal()
    busy_changed = Signal(bool)
    outdated_changed = Signal(bool)

    def __init__(self, jobs: Jobs, make_bench: Callable[[], Bench], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._make_bench = make_bench
        self._bench: Bench | None = None
        self._job: Job | None = None
        self._pair_job: Job | None = None
        self.entries: list[Entry] = []
        self.sides: dict[Side, Entry | None] = {"A": None, "B": None}
        self._by_hand = False
        self.pinned: Side = "A"
        """The side that stays when a row is clicked."""
        self.pair: tuple[Contender, Contender] | None = None
        """Both sides, played equally long."""
        self.outdated = False

    @property
    def busy(self) -> bool:
        """Whether combinations are still to be planned."""
        return self._job is not None

    @property
    def bench(self) -> Bench | None:
        """What the rows share."""
        return self._bench

    @property
    def scenario(self) -> Scenario | None:
        """What is compared."""
        return None if self._bench is None else self._bench.scenario

    @property
    def done(self) -> list[Contender]:
        """What is ready, in the order of the rows."""
        return [entry.contender for entry in self.entries if entry.contender is not None]

    def begin(self) -> None:
        """Compare the scenario as it stands: the rows there are, or those that a comparison begins with."""
        kept = [entry.combination for entry in self.entries]
        titles = {side: entry.combination for side, entry in self.sides.items() if entry is not None}
        self._stop()
        bench = self._bench = self._make_bench()
        wanted = kept or list(usual_combinations(bench.scenario))
        self.entries = [Entry(combination) for combination in wanted]
        self.sides = {"A": None, "B": None}
        for side, combination in titles.items():
            self.sides[side] = next((entry for entry in self.entries if entry.combination == combination), None)
        self.pair = None
        self._set_outdated(False)
        self.rows_changed.emit()
        self.sides_changed.emit()
        self._next()

    def forget(self) -> None:
        """Let everything go: another file is open."""
        self._stop()
        self.entries, self._bench, self.pair = [], None, None
        self._by_hand = False
        self.sides = {"A": None, "B": None}
        self._set_outdated(False)
        self.rows_changed.emit()
        self.sides_changed.emit()

    def mark_outdated(self, outdated: bool) -> None:
        """Say whether the scenario has been edited since."""
        self._set_outdated(outdated and self._bench is not None)

    def cancel(self) -> None:
        """Plan no further; what is ready stays."""
        self.entries = [entry for entry in self.entries if entry.progress in ("done", "refused")]
        if self._job is not None:
            self._job.cancel()
        self.rows_changed.emit()

    def add(self, combination: Combination) -> None:
        """Plan one combination more; one that is there already is not planned twice."""
        if any(entry.combination == combination for entry in self.entries):
            return
        self.entries.append(Entry(combination))
        self.rows_changed.emit()
        self._next()

    def remove(self, entry: Entry) -> None:
        """Take a row out."""
        self.entries.remove(entry)
        if entry.progress == "working" and self._job is not None:
            self._job.cancel()
        for side, own in self.sides.items():
            if own is entry:
                self.sides[side] = None
        self._choose_sides()
        self.rows_changed.emit()
        self._play()

    def put(self, entry: Entry, side: Side) -> None:
        """Lay a row at a side; from the other side it goes over, and they change places."""
        other: Side = "A" if side == "B" else "B"
        if self.sides[other] is entry:
            self.sides[other] = self.sides[side]
        self.sides[side] = entry
        self._by_hand = True
        self._play()

    def click(self, entry: Entry) -> None:
        """Lay a row at the side that is not pinned, unless it lies at one already."""
        if entry.contender is not None and entry not in self.sides.values():
            self.put(entry, "B" if self.pinned == "A" else "A")

    def pin(self, side: Side) -> None:
        """Let one side stay when rows are clicked."""
        self.pinned = side
        self.sides_changed.emit()

    def swap(self) -> None:
        """Let A and B change places."""
        self.sides = {"A": self.sides["B"], "B": self.sides["A"]}
        if self.pair is not None:
            self.pair = (self.pair[1], self.pair[0])
        self._by_hand = True
        self.sides_changed.emit()

    def side_of(self, entry: Entry) -> Side | None:
        """Return where a row lies."""
        return next((side for side, own in self.sides.items() if own is entry), None)

    def _stop(self) -> None:
        self._bench = None  # or the end of one job would begin the next
        for job in (self._job, self._pair_job):
            if job is not None:
                job.cancel()
        self._pair_job = None

    def _set_outdated(self, outdated: bool) -> None:
        if outdated != self.outdated:
            self.outdated = outdated
            self.outdated_changed.emit(outdated)

    def _next(self) -> None:
        """Begin with the next row that waits."""
        if self._job is not None or self._bench is None or self._jobs.closed:
            return
        entry = next((entry for entry in self.entries if entry.progress == "waiting"), None)
        if entry is None:
            self.busy_changed.emit(False)
            return
        bench, combination = self._bench, entry.combination
        entry.progress = "working"
        self._tell(entry)
        job = self._jobs.start(lambda run: bench.contend(combination, run), seed=bench.scenario.seed)
        self._job = job
        job.succeeded.connect(lambda contender: self._take(entry, contender))
        job.failed.connect(lambda error: self._refuse(entry, error))
        job.ended.connect(self._ended)
        self.busy_changed.emit(True)

    def _take(self, entry: Entry, contender: Contender) -> None:
        entry.contender = contender
        entry.progress = "done"
        self._tell(entry)
        self._choose_sides()
        self._play()

    def _refuse(self, entry: Entry, error: PlannerError) -> None:
        entry.progress, entry.reason = "refused", str(error)
        self._tell(entry)

    def _ended(self) -> None:
        self._job = None
        self._next()

    def _tell(self, entry: Entry) -> None:
        if entry in self.entries:
            self.entry_changed.emit(self.entries.index(entry))

    def _choose_sides(self) -> None:
        """Lay the scenario's own combination at B and IONN, else another, at A, where nobody has chosen yet."""
        ready = [entry for entry in self.entries if entry.progress == "done"]
        for side in ("B", "A"):
            other: Side = "A" if side == "B" else "B"
            if self.sides[side] is None or (side == "A" and not self._by_hand):
                left = [entry for entry in ready if entry is not self.sides[other]]
                usual = [entry for entry in left if entry.combination.uploading.method == "ionn"]
                found = (usual or left) if side == "A" else left
                self.sides[side] = found[0] if found else None

    def _play(self) -> None:
        """Play both sides equally long."""
        if self._pair_job is not None:
            self._pair_job.cancel()
            self._pair_job = None
        chosen = [entry.contender if entry is not None else None for entry in self.sides.values()]
        one, other = chosen
        if one is None or other is None:
            self.pair = None
            self.sides_changed.emit()
            return
        end_s = max(one.run.end_s, other.run.end_s)
        if one.run.end_s == other.run.end_s:
            self._pair(one, other)
            return
        self.sides_changed.emit()

        def work(run: Run) -> tuple[Contender, Contender]:
            return prolonged(one, end_s, run), prolonged(other, end_s, run)

        job = self._jobs.start(work, seed=one.plan.seed)
        self._pair_job = job
        job.succeeded.connect(lambda pair: self._pair(*pair))
        job.failed.connect(lambda _error: self._pair(one, other))

    def _pair(self, one: Contender, other: Contender) -> None:
        self._pair_job = None
        self.pair = (one, other)
        self.sides_changed.emit()
