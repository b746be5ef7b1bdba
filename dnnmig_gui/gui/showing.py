"""What the window shows of the document, the plan and the selection: every view is told when one of them changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from dnnmig_gui.gui.available import show_available
from dnnmig_gui.gui.document import recent_title
from dnnmig_gui.gui.language import tr

if TYPE_CHECKING:
    from dnnmig_gui.gui.window import MainWindow


class Showing(QObject):
    """Keeps the parts of a window in step with what they show.

    A window makes it before all else, so that it goes first: what is deleted after it has nobody left to tell.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def begin(self) -> None:
        """Show what there is now, and whatever changes from now on."""
        window = self._window
        self._views = window.topology, window.dnn, window.timeline
        document, planning = window.document, window.planning
        document.scenario_changed.connect(self.show_scenario)
        document.clean_changed.connect(self._show_name)
        document.file_changed.connect(self._show_file)
        document.file_moved.connect(self._show_place)
        document.recent_changed.connect(self._show_recent)
        for signal in (document.undo_stack.canUndoChanged, document.undo_stack.canRedoChanged):
            signal.connect(self._enable)
        document.undo_stack.indexChanged.connect(self._enable)
        window.loading.changed.connect(self.show_scenario)
        planning.run_changed.connect(self._show_run)
        planning.outdated_changed.connect(self._show_outdated)
        planning.busy_changed.connect(self._enable)
        window.selection.changed.connect(self._show_selected)
        window.selection.changed.connect(self._enable)
        window.pages.changed.connect(self._show_page)
        window.checking.changed.connect(self._show_findings)
        window.side.changed.connect(self._mark_notes)
        self.show_scenario()
        self._show_file()

    def show_scenario(self) -> None:
        """Hand the scenario and the models read so far to every view."""
        window = self._window
        scenario, models = window.document.scenario, window.loading.models
        if window.selection.user >= max(1, len(scenario.users)):
            window.selection.follow(0)
        window.library.set_scenario(scenario, models)
        window.details.set_scenario(scenario, models)
        window.plan_panel.set_models(models)
        for view in self._views:
            view.set_scenario(scenario, models)
        self._show_name()

    def _show_findings(self) -> None:
        window, scenario = self._window, self._window.document.scenario
        found, looked = window.checking.findings, window.checking.looked
        begun = scenario.servers or scenario.models or scenario.users  # an empty page is no cause for alarm
        window.problem_button.show_findings(found if begun else ())
        window.side.problems.show_findings(found if looked else None, window.checking.names)
        window.side.count_problems(len(found))

    def _mark_notes(self) -> None:
        for name in ("problems", "history"):
            self._window.named_actions[f"show-{name}"].setChecked(self._window.side.shown == name)

    def _show_run(self) -> None:
        for view in self._views:
            view.set_run(self._window.planning.run)
        self._show_outdated()
        self._enable()

    def _show_outdated(self) -> None:
        for view in self._views:
            view.set_outdated(self._window.planning.outdated)

    def _show_page(self) -> None:
        for name in ("compare", "charts"):
            self._window.named_actions[name].setChecked(self._window.pages.shown == name)

    def _show_file(self) -> None:
        """Begin with another file: nothing is selected in it yet."""
        self._window.selection.follow(0)
        self._window.selection.select()
        self._show_place()

    def _show_place(self, *_: object) -> None:
        """Show where the document lies."""
        self._window.library.set_open_file(self._window.document.path)
        self._show_name()
        self._show_recent()
        self._enable()

    def _show_name(self) -> None:
        name, clean = self._window.document.title, self._window.document.is_clean
        self._window.top_bar.show_name(name, clean=clean)
        shown = name if clean else tr("{name} (changed)").format(name=name)
        self._window.setWindowTitle(f"{shown} – DNN Migration Planner")

    def _show_recent(self) -> None:
        made, bar, files = [], self._window.top_bar, self._window.document.recent_files
        for path in files:
            action = QAction(recent_title(path, files).replace("&", "&&"), bar.recent)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, path=path: self._window.files.open_path(path))
            made.append(action)
        bar.set_recent(made)

    def _show_selected(self) -> None:
        """Bring the details to the front when something is selected, and the plan back when it is let go."""
        if not self._window.selection.is_empty:
            self._window.inspector.show_tab("Selection")

    def _enable(self) -> None:
        window = self._window
        show_available(window.named_actions, window.document, window.planning, window.selection)
