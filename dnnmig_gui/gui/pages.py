"""The pages of the window: plan, compare and charts share its room, the presentation has a screen of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QWidget

from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.core.scenario.examples import example_files
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.docks import Docks
from dnnmig_gui.gui.document import Document, same_plan_input
from dnnmig_gui.gui.jobs import Jobs
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.model_loading import ModelLoading
from dnnmig_gui.gui.planner.planning import Planning
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.look import Look

if TYPE_CHECKING:
    from dnnmig_gui.gui.charts.page import ChartsPage
    from dnnmig_gui.gui.compare.comparing import Comparing
    from dnnmig_gui.gui.compare.contender import Bench, Contender
    from dnnmig_gui.gui.compare.page import ComparePage
    from dnnmig_gui.gui.planned_run import PlannedRun
    from dnnmig_gui.gui.presentation.page import PresentationPage
    from dnnmig_gui.gui.study.dialog import StudyDialog

Page = Literal["plan", "compare", "charts"]


class Pages(QObject):
    """Which page is shown, and what leads from one to another.

    The pages beside the plan are made when they are first asked for: the window shows sooner without them.

    Parameters
    ----------
    plan
        The page of the main views.
    canvases
        Where the keyboard goes in each of them, by the name of its part.

    Signals
    -------
    changed()
        Another page is shown.
    chart_export_asked()
        The page of charts asks for its chart as a file.
    """

    changed = Signal()
    chart_export_asked = Signal()

    def __init__(
        self,
        look: Look,
        clock: Clock,
        selection: Selection,
        jobs: Jobs,
        document: Document,
        loading: ModelLoading,
        planning: Planning,
        plan: Docks,
        canvases: Mapping[str, QWidget],
    ) -> None:
        super().__init__(plan)
        self._look = look
        self._plan = plan
        self._canvases = canvases
        self._clock = clock
        self._selection = selection
        self._jobs = jobs
        self.presentation: PresentationPage | None = None
        self.study: StudyDialog | None = None
        self._before: tuple[float, float] = (0.0, 1.0)
        self._document = document
        self._loading = loading
        self._planning = planning
        self.stack = QStackedWidget()
        self.stack.addWidget(plan)
        planning.run_changed.connect(self._show_run)
        document.file_changed.connect(self._forget)
        document.scenario_changed.connect(self._look_for_edits)

    @cached_property
    def comparing(self) -> Comparing:
        """What is compared, and how far it is."""
        from dnnmig_gui.gui.compare.comparing import Comparing

        return Comparing(self._jobs, self._bench, self)

    @cached_property
    def compare(self) -> ComparePage:
        """The comparison."""
        from dnnmig_gui.gui.compare.page import ComparePage

        page = ComparePage(self._look, self._clock, self._selection, self._jobs, self.comparing)
        page.plan_asked.connect(self.use)
        page.pair_changed.connect(self._set_clock)
        self.stack.addWidget(page)
        return page

    @cached_property
    def charts(self) -> ChartsPage:
        """The charts."""
        from dnnmig_gui.gui.charts.page import ChartsPage

        page = ChartsPage(self._look, self._clock, self._selection, self._jobs)
        page.run_asked.connect(self._use_point)
        page.export_asked.connect(self.chart_export_asked)
        page.set_run(self._planning.run)
        self.stack.addWidget(page)
        return page

    @property
    def shown(self) -> Page:
        """The page in front."""
        here, made = self.stack.currentWidget(), vars(self)
        if here is made.get("compare"):
            return "compare"
        return "charts" if here is made.get("charts") else "plan"

    def export_image(self, path: Path) -> None:
        """Write the chart that is shown."""
        self.charts.export_image(path)

    def _show_run(self) -> None:
        if "charts" in vars(self):
            self.charts.set_run(self._planning.run)

    def show_page(self, page: Page) -> None:
        """Bring a page to the front."""
        if page == self.shown:
            return
        self.stack.setCurrentWidget(self._plan if page == "plan" else getattr(self, page))
        if page == "compare" and not self.comparing.entries and self._document.scenario.users:
            self.comparing.begin()
        self._set_clock()
        self.changed.emit()

    def add_to_comparison(self, offloading: MethodChoice, uploading: MethodChoice) -> None:
        """Compare two methods, as they are set, with what is compared already, and show it."""
        from dnnmig_gui.gui.compare.contender import Combination

        self.show_page("compare")
        self.comparing.add(Combination(offloading, uploading))

    def toggle_compare(self, shown: bool) -> None:
        """Show the comparison, or go back to the plan."""
        self.show_page("compare" if shown else "plan")

    def toggle_charts(self, shown: bool) -> None:
        """Show the charts, or go back to the plan."""
        self.show_page("charts" if shown else "plan")

    def go_to_topology(self) -> None:
        """Give the keyboard to the topology."""
        self._go_to("topology")

    def go_to_dnn(self) -> None:
        """Give the keyboard to the model."""
        self._go_to("dnn")

    def go_to_timeline(self) -> None:
        """Give the keyboard to the timeline."""
        self._go_to("timeline")

    def _go_to(self, part: str) -> None:
        self.show_page("plan")
        if part in self._plan.parts and self._plan.is_shut(part):
            self._plan.show_part(part, shown=True)
        self._canvases[part].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def go_back(self) -> None:
        """Go back to the plan."""
        self.show_page("plan")

    def present(self) -> None:
        """Show the run full screen, on the second screen if there is one; once more, leave it."""
        if self.presentation is not None:
            self.presentation.leave()
            return
        from dnnmig_gui.gui.presentation.page import PresentationPage

        page = self.presentation = PresentationPage(self._clock, self._jobs, _plan_file, example_files())
        page.left.connect(self._leave_presentation)
        self._before = (self._clock.t, self._clock.speed)
        here = self.stack.screen()
        others = [screen for screen in QGuiApplication.screens() if screen is not here]
        page.setGeometry((others[0] if others else here).geometry())
        # What the full screen hides need not be painted.
        self.stack.setUpdatesEnabled(bool(others))
        page.showFullScreen()
        page.director.begin(self._planning.run, self._selection.user, self._clock.t)
        page.activateWindow()
        page.setFocus()

    def _leave_presentation(self) -> None:
        page, self.presentation = self.presentation, None
        if page is not None:
            page.deleteLater()
        self.stack.setUpdatesEnabled(True)
        self._clock.pause()
        self._set_clock()
        t, speed = self._before
        self._clock.set_speed(speed)
        self._clock.seek(t)

    def open_study(self) -> None:
        """Show where the best plan flips while two fields of the scenario vary."""
        if self.study is None:
            from dnnmig_gui.gui.study.dialog import StudyDialog

            document = self._document
            self.study = StudyDialog(self._look, self._jobs, document.scenario, document.folder, self.stack.window())
            self.study.finished.connect(self._leave_study)
            self.study.show()
        self.study.raise_()
        self.study.activateWindow()

    def _leave_study(self) -> None:
        dialog, self.study = self.study, None
        if dialog is not None:
            dialog.deleteLater()

    def close(self) -> None:
        """End the presentation and the comparison: the window closes."""
        if "comparing" in vars(self):
            self.comparing.forget()
        if self.study is not None:
            self.study.close()
        if self.presentation is not None:
            self.presentation.leave()

    def use(self, contender: Contender) -> None:
        """Load a plan of the comparison into the main views, and its methods into the scenario."""
        t, combination = self._clock.t, contender.combination
        scenario = combination.applied(self._document.scenario)
        if scenario != self._document.scenario:
            self._document.edit(tr("Use {title}").format(title=combination.title), scenario)
        run = contender.run
        others = {
            each.combination.uploading.method: tuple(user.uploading for user in each.plan.users)
            for each in self.comparing.done
            if each.combination.offloading == combination.offloading
            and each.combination.uploading.method != combination.uploading.method
        }
        self._planning.adopt(replace(run, alternatives=others | run.alternatives), contender.seconds)
        self.show_page("plan")
        self._clock.seek(t)

    def _use_point(self, run: PlannedRun, what: str) -> None:
        """Load a plan of the Pareto front: its weights go into the scenario."""
        t, wanted, now = self._clock.t, run.plan.scenario, self._document.scenario
        scenario = now.model_copy(update={"users": wanted.users, "offloading": wanted.offloading})
        if scenario != now:
            self._document.edit(tr("Use {what}").format(what=what), scenario)
        self._planning.adopt(run, run.plan.offloading.seconds)
        self._clock.seek(t)

    def _bench(self) -> Bench:
        from dnnmig_gui.gui.compare.contender import Bench

        return Bench(self._document.scenario, self._document.folder, self._loading.loaded or None)

    def _set_clock(self) -> None:
        """Let the clock end with what is shown."""
        run = self._planning.run
        duel = self.compare.duel if self.shown == "compare" else None
        if duel is not None:
            self._clock.stretch(duel.end_s)
        else:
            self._clock.stretch(0.0 if run is None else run.end_s)

    def _forget(self) -> None:
        if "comparing" in vars(self):
            self.comparing.forget()
        if self.shown == "compare" and self._document.scenario.users:
            self.comparing.begin()

    def _look_for_edits(self) -> None:
        """Mark the comparison out of date once the scenario asks for another plan, its methods aside."""
        if "comparing" not in vars(self):
            return
        compared, now = self.comparing.scenario, self._document.scenario
        if compared is not None:
            methods = {"offloading": now.offloading, "uploading": now.uploading}
            self.comparing.mark_outdated(not same_plan_input(compared.model_copy(update=methods), now))


def _plan_file(path: Path, run: Run) -> PlannedRun:
    """Plan an example as it lies in its file."""
    from dnnmig_gui.gui.planner.work import plan_run

    scenario = open_scenario(path).scenario
    return plan_run(scenario, path.parent, Run(scenario.seed, run.report, run.is_cancelled))
