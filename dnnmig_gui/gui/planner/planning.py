"""The state of planning: at rest, at work, planned, failed; and whether the plan is still that of the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from dnnmig_gui.core.errors import PlannerError
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.gui.document import Document, rebased, same_plan_input
from dnnmig_gui.gui.jobs import Job, Jobs
from dnnmig_gui.gui.model_loading import ModelLoading
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.planner.work import plan_run


class Planning(QObject):
    """Plans the document's scenario in the background and holds the latest plan.

    Signals
    -------
    run_changed()
        There is another plan, or none any more.
    outdated_changed(bool)
        The scenario was edited since the plan was made, or is again as it was.
    busy_changed(bool), progressed(float, str)
        Planning began or ended; how far it is.
    handing_over()
        The best plan so far is on its way.
    settled()
        Planning ended well or badly; `error` says which.
    """

    run_changed = Signal()
    outdated_changed = Signal(bool)
    busy_changed = Signal(bool)
    progressed = Signal(float, str)
    handing_over = Signal()
    settled = Signal()

    def __init__(self, document: Document, loading: ModelLoading, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._loading = loading
        self._jobs = jobs
        self._job: Job | None = None
        self._asked: Scenario | None = None
        self._planned: Scenario | None = None
        self._asked_models: dict[str, LoadedModel] = {}
        self._planned_models: dict[str, LoadedModel] = {}
        """The models as they were read for the plan: their files may change while the scenario does not."""
        self.run: PlannedRun | None = None
        self.seconds = 0.0
        """How long the latest plan took."""
        self.error: PlannerError | None = None
        self.outdated = False
        self.follows = False
        """Whether every edit is planned at once: a plan of the edit before is then no news."""
        document.file_changed.connect(self._forget)
        document.file_moved.connect(self._follow_file)
        document.scenario_changed.connect(self._compare)
        loading.changed.connect(self._compare)

    @property
    def busy(self) -> bool:
        """Whether a plan is being made."""
        return self._job is not None

    def start(self) -> None:
        """Plan the scenario as it stands; nothing happens while a plan is being made."""
        if self._job is not None:
            return
        scenario, folder = self._document.scenario, self._document.folder
        self._asked = scenario
        self.error = None
        self._asked_models = dict(self._loading.loaded)
        models = self._asked_models or None
        job = self._jobs.start(lambda run: plan_run(scenario, folder, run, models), seed=scenario.seed)
        self._job = job
        job.progressed.connect(self.progressed)
        job.succeeded.connect(self._take)
        job.failed.connect(self._fail)
        job.cancelled.connect(self._end)
        self.busy_changed.emit(True)

    def cancel(self) -> None:
        """Stop planning and keep the best plan so far, if there is one; asked again, give it up."""
        if self._job is None:
            return
        if self._job.has_best and not self._job.handing_over:
            self._job.hand_over()
            self.handing_over.emit()
        else:
            self._job.cancel()

    def give_up(self) -> None:
        """Stop planning at once; the plan there was stays."""
        if self._job is not None:
            self._job.cancel()

    def adopt(self, run: PlannedRun, seconds: float) -> None:
        """Hold a plan that was made elsewhere, of the scenario that it carries."""
        self.give_up()
        self.run, self._planned, self.seconds, self.error = run, run.plan.scenario, seconds, None
        self._planned_models = dict(self._loading.loaded)
        self._compare()
        self.run_changed.emit()
        self.settled.emit()

    def refuse(self, error: PlannerError) -> None:
        """Take note that a plan made elsewhere failed; the plan there was stays."""
        self.error = error
        self._set_outdated(self.run is not None)
        self.settled.emit()

    def _take(self, run: PlannedRun) -> None:
        self.run = run
        self._planned, self._planned_models = self._asked, self._asked_models
        self.seconds = self._job.seconds if self._job else 0.0
        self._end()
        self._compare()
        self.run_changed.emit()
        self.settled.emit()

    def _fail(self, error: PlannerError) -> None:
        self.error = error
        self._end()
        self.settled.emit()

    def _end(self) -> None:
        self._job = None
        self.busy_changed.emit(False)

    def _forget(self) -> None:
        """Let the plan of the former file go."""
        self.give_up()
        self.error = None
        if self.run is not None:
            self.run = self._planned = None
            self.run_changed.emit()
        self._set_outdated(False)
        self.settled.emit()

    def _follow_file(self, before: Path, after: Path) -> None:
        """Keep the plan of a document that lies elsewhere now, with the names that its models' files have there."""
        if self._planned is not None:
            self._planned = rebased(self._planned, before, after)
        if self._asked is not None:
            self._asked = rebased(self._asked, before, after)
        if self.run is not None:
            scenario = rebased(self.run.plan.scenario, before, after)
            self.run = replace(self.run, plan=replace(self.run.plan, scenario=scenario))

    def _compare(self) -> None:
        if self.follows and self.error is None:
            self._set_outdated(False)
            return
        if self._planned is None:
            self._set_outdated(False)
            return
        kept = same_plan_input(self._planned, self._document.scenario)
        self._set_outdated(not kept or others_read(self._planned_models, self._loading.loaded))

    def _set_outdated(self, outdated: bool) -> None:
        if outdated != self.outdated:
            self.outdated = outdated
            self.outdated_changed.emit(outdated)


def others_read(before: Mapping[str, LoadedModel], now: Mapping[str, LoadedModel]) -> bool:
    """Return whether a model that is in both was read anew since."""
    return any(now[name] is not model for name, model in before.items() if name in now)
