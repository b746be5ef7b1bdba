"""The way in: the welcome screen in front of the workspace, and what leads from one to the other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QWidget

from dnnmig_gui.core.scenario.examples import example_files
from dnnmig_gui.core.scenario.file import SUFFIX
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.dragged import MODEL_SUFFIXES
from dnnmig_gui.gui.file_actions import FileActions
from dnnmig_gui.gui.jobs import Jobs
from dnnmig_gui.gui.model_files import ModelFiles
from dnnmig_gui.gui.planner.planning import Planning
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.welcome.figures import FiguresCache
from dnnmig_gui.gui.welcome.history import History

if TYPE_CHECKING:
    from dnnmig_gui.gui.welcome.screen import WelcomeScreen


class Start(QObject):
    """Shows the welcome screen or the workspace; opens examples so that they are ready to play.

    Parameters
    ----------
    workspace
        All that is not the welcome screen.

    Signals
    -------
    left()
        The workspace is in front again.
    example_opened()
        An example was opened from its card and is being planned.
    """

    left = Signal()
    example_opened = Signal()

    def __init__(
        self,
        look: Look,
        settings: QSettings,
        jobs: Jobs,
        document: Document,
        planning: Planning,
        files: FileActions,
        model_files: ModelFiles,
        workspace: QWidget,
    ) -> None:
        super().__init__(workspace)
        self._look = look
        self._jobs = jobs
        self._document = document
        self._planning = planning
        self._files = files
        self._model_files = model_files
        self._workspace = workspace
        self._cache = FiguresCache()
        self._history = History(settings, self._cache)
        self._actions: Mapping[str, QAction] = {}
        self.stack = QStackedWidget()
        self.stack.addWidget(workspace)
        self.welcome: WelcomeScreen | None = None
        """Made when it is shown for the first time: a window that opens a file comes sooner without it."""
        document.file_changed.connect(self.leave)
        document.scenario_changed.connect(self.leave)  # a key that draws: nothing is edited out of sight
        document.recent_changed.connect(self._note_used)
        planning.run_changed.connect(self._note_planned)

    @property
    def shown(self) -> bool:
        """Whether the welcome screen is in front."""
        return self.welcome is not None and self.stack.currentWidget() is self.welcome

    def use_actions(self, actions: Mapping[str, QAction]) -> None:
        """Take the actions that the screen's buttons trigger."""
        self._actions = actions

    def show(self) -> None:
        """Bring the welcome screen to the front; the open scenario stays as it is."""
        if self.welcome is None:
            from dnnmig_gui.gui.welcome.screen import WelcomeScreen

            screen = WelcomeScreen(self._look, self._jobs, self._actions, example_files(), self._history, self._cache)
            screen.example_asked.connect(self.open_example)
            screen.recent_asked.connect(self._files.open_path)
            self.stack.addWidget(screen)
            self.welcome = screen
        self.welcome.show_recent(self._document.recent_files)
        self.stack.setCurrentWidget(self.welcome)

    def leave(self) -> None:
        """Bring the workspace to the front."""
        if self.shown:
            self.stack.setCurrentWidget(self._workspace)
            self.left.emit()

    def open_example(self, path: Path) -> None:
        """Open an example and plan it, so that Space plays."""
        if self._files.open_path(path):
            self.example_opened.emit()
            self._planning.start()

    def takes(self, paths: list[Path]) -> bool:
        """Return whether files could be dropped on the welcome screen: one scenario, or models."""
        return self.shown and bool(paths) and all(path.suffix.lower() in (SUFFIX, *MODEL_SUFFIXES) for path in paths)

    def take(self, paths: list[Path]) -> None:
        """Open what was dropped: the scenario among them, and every model into it."""
        scenarios = [path for path in paths if path.suffix.lower() == SUFFIX]
        models = [path for path in paths if path.suffix.lower() in MODEL_SUFFIXES]
        if not scenarios:
            self._model_files.begin_with(models)
        elif self._files.open_path(scenarios[0]) and models:
            self._model_files.take(models)

    def light_drop(self, on: bool) -> None:
        """Let the drop zone say that what is held over the window would be taken."""
        if self.welcome is not None:
            self.welcome.drop_zone.light(on)

    def _note_used(self) -> None:
        recent = self._document.recent_files
        if recent:
            self._history.note_used(recent[0])

    def _note_planned(self) -> None:
        run, path = self._planning.run, self._document.path
        if run is not None and path is not None and self._document.is_clean and not self._planning.outdated:
            self._history.note_planned(path, run.plan)
