"""Live planning: an edit is planned with the exact method at once, and again more thoroughly when edits rest.

While a value is dragged, edits come faster than plans. A first plan is therefore quick (one user's is the optimum all
the same; users who share servers answer each other a few times, without proof) and runs to its end, while only the
newest edit waits behind it; so the views follow the hand. When edits rest, the full plan with bound and all uploading
methods takes its place; an edit meanwhile cancels it.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from dnnmig_gui.core.errors import PlannerError
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.gui.document import Document, rebased, same_plan_input
from dnnmig_gui.gui.jobs import Job, Jobs
from dnnmig_gui.gui.model_loading import ModelLoading
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.planner.planning import Planning, others_read
from dnnmig_gui.gui.planner.work import plan_exactly, plan_quickly

REST_MS = 250
"""After so long without an edit the full plan is made."""
PATIENCE_MS = 400
"""A quick plan that takes longer than this is given up for a newer edit."""


class LivePlanning(QObject):
    """Plans every edit while it is on.

    Signals
    -------
    switched(bool)
        It was switched on or off.
    """

    switched = Signal(bool)

    def __init__(
        self,
        document: Document,
        loading: ModelLoading,
        planning: Planning,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._loading = loading
        self._planning = planning
        self._jobs = jobs
        self._job: Job | None = None
        self._full = False
        """Whether the job at work makes the full plan."""
        self._asked: Scenario | None = None
        """What was planned last, or is being planned."""
        self._asked_models: dict[str, LoadedModel] = {}
        self._waits = False
        """Whether a newer edit waits behind the quick plan at work."""
        self.is_on = False
        self._rest = self._timer(REST_MS, self._plan_fully)
        self._patience = self._timer(PATIENCE_MS, self._give_up)
        document.scenario_changed.connect(self._follow)
        document.file_changed.connect(self._begin)
        document.file_moved.connect(self._follow_file)
        loading.changed.connect(self._follow)

    def _timer(self, interval_ms: int, then: object) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(interval_ms)
        made.timeout.connect(then)
        return made

    def switch(self, on: bool) -> None:
        """Plan every edit from now on, or no more."""
        if on == self.is_on:
            return
        self.is_on = on
        self._planning.follows = on
        self._stop()
        self._asked = None
        if on:
            self._follow()
        self.switched.emit(on)

    def stop(self) -> None:
        """Plan no more; called when the window closes."""
        self.is_on = False
        self._stop()

    def _stop(self) -> None:
        self._rest.stop()
        self._patience.stop()
        self._waits = False
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _begin(self) -> None:
        """Let go of what was asked for another file, and plan this one once everybody has heard of it."""
        self._stop()
        self._asked = None
        QTimer.singleShot(0, self, self._follow)

    def _follow_file(self, before: Path, after: Path) -> None:
        """Go on with a document that lies elsewhere now."""
        if self._asked is not None:
            self._asked = rebased(self._asked, before, after)

    def _follow(self) -> None:
        """Plan the scenario as it is now, unless that is what was planned."""
        scenario = self._document.scenario
        if not self.is_on or not scenario.users or len(self._loading.loaded) != len(scenario.models):
            return
        same_models = not others_read(self._asked_models, self._loading.loaded)
        if self._asked is not None and same_models and same_plan_input(self._asked, scenario):
            return
        self._rest.stop()
        if self._job is not None and self._full:
            self._job.cancel()
            self._job = None
        if self._job is None:
            self._plan(scenario, full=False)
        else:
            self._waits = True
            if not self._patience.isActive():
                self._patience.start()

    def _plan(self, scenario: Scenario, *, full: bool) -> None:
        self._asked, self._full, self._waits = scenario, full, False
        folder, models = self._document.folder, dict(self._loading.loaded)
        self._asked_models = models
        work = plan_exactly if full else plan_quickly
        job = self._jobs.start(lambda run: work(scenario, folder, run, models), seed=scenario.seed)
        self._job = job
        job.succeeded.connect(lambda run: self._take(job, run))
        job.failed.connect(lambda error: self._fail(job, error))

    def _plan_fully(self) -> None:
        if self._job is None and self._asked is not None:
            self._plan(self._document.scenario, full=True)

    def _give_up(self) -> None:
        if self._job is not None and self._waits:
            self._job.cancel()
            self._plan(self._document.scenario, full=False)

    def _take(self, job: Job, run: PlannedRun) -> None:
        if job is not self._job:
            return
        self._job = None
        self._planning.adopt(run, job.seconds)
        self._go_on()

    def _fail(self, job: Job, error: PlannerError) -> None:
        if job is not self._job:
            return
        self._job = None
        self._planning.refuse(error)
        self._go_on()

    def _go_on(self) -> None:
        self._patience.stop()
        if self._waits:
            self._plan(self._document.scenario, full=False)
        elif not self._full and self._planning.error is None:
            self._rest.start()
