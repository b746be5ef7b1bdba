"""The window: puts the rooms together and lets them hear of one another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from PySide6.QtCore import QByteArray, QEvent, QSettings, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from dnnmig_gui.core.scenario.examples import example_files
from dnnmig_gui.gui import windows
from dnnmig_gui.gui.actions import make_actions, wants_key
from dnnmig_gui.gui.banner import Banner
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.controls import button, column, row
from dnnmig_gui.gui.dnn.panel import DnnPanel
from dnnmig_gui.gui.docks import Docks
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.drawing import Drawing
from dnnmig_gui.gui.drawing_menu import DrawingMenu
from dnnmig_gui.gui.field_undo import FieldUndo
from dnnmig_gui.gui.file_actions import FileActions
from dnnmig_gui.gui.file_drops import FileDrops
from dnnmig_gui.gui.focus_ring import FocusRing
from dnnmig_gui.gui.help.commands import (
    Command,
    action_commands,
    example_commands,
    layout_commands,
    method_commands,
    parameter_commands,
    scenario_commands,
    zoo_commands,
)
from dnnmig_gui.gui.help_actions import HelpActions
from dnnmig_gui.gui.import_actions import ImportActions
from dnnmig_gui.gui.inspector import Inspector
from dnnmig_gui.gui.jobs import Jobs
from dnnmig_gui.gui.keeping import Keeping
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.language_actions import LanguageActions
from dnnmig_gui.gui.layouts import Layouts
from dnnmig_gui.gui.library.panel import Example, LibraryPanel
from dnnmig_gui.gui.model_files import ModelFiles
from dnnmig_gui.gui.model_loading import ModelLoading
from dnnmig_gui.gui.notes.problems import ProblemButton
from dnnmig_gui.gui.notes.side import Side
from dnnmig_gui.gui.pages import Pages
from dnnmig_gui.gui.places import go_to
from dnnmig_gui.gui.planner.checking import Checking
from dnnmig_gui.gui.planner.details import DetailsPanel
from dnnmig_gui.gui.planner.live import LivePlanning
from dnnmig_gui.gui.planner.plan_button import PlanButton
from dnnmig_gui.gui.planner.plan_panel import PlanPanel
from dnnmig_gui.gui.planner.planning import Planning
from dnnmig_gui.gui.planner.run_panel import RunPanel
from dnnmig_gui.gui.playback import Playback
from dnnmig_gui.gui.report.exports import Exports, Picture
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.showing import Showing
from dnnmig_gui.gui.start import Start
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.timeline.panel import TimelinePanel
from dnnmig_gui.gui.top_bar import TopBar
from dnnmig_gui.gui.topology.panel import TopologyPanel
from dnnmig_gui.gui.tour_steps import tour_steps
from dnnmig_gui.gui.view_actions import ViewActions, dress

FIRST_SIZE = (1600, 1000)
SMALLEST_SIZE = (1024, 640)
PLAN_WIDTH = 88
_GEOMETRY_KEY = "geometry"


class MainWindow(QMainWindow):
    """A window of the program, with a document of its own.

    Parameters
    ----------
    look
        The theme.
    settings
        Where layout, theme and recent files are remembered.
    """

    def __init__(self, look: Look, settings: QSettings) -> None:
        super().__init__()
        self.look = look
        self.settings = settings
        self._was_shown = False
        self._has_layout = False
        self._moved_on = False
        self.showing = Showing(self)
        self.clock = Clock(self)
        self.selection = Selection(self)
        self.jobs = Jobs(self)
        self.document = Document(settings, self)
        self.loading = ModelLoading(self.document, self.jobs, self)
        self.planning = Planning(self.document, self.loading, self.jobs, self)
        self.live = LivePlanning(self.document, self.loading, self.planning, self.jobs, self)
        self.checking = Checking(self.document, self.loading, self.jobs, self)
        self.banner = Banner(look)

        self.topology = TopologyPanel(look, self.clock, self.selection)
        self.dnn = DnnPanel(look, self.clock, self.selection)
        self.timeline = TimelinePanel(look, self.clock, self.selection)
        examples = tuple(Example.of(path) for path in example_files())
        self.library = LibraryPanel(look, self.selection, examples)
        self.plan_panel = PlanPanel(look, self.document, self.planning, self.checking, self.selection, settings)
        self.details = DetailsPanel(look, self.document, self.planning, self.selection)
        self.run_panel = RunPanel(look, self.document, self.planning, self.selection)
        self.inspector = Inspector(
            {mark("Plan"): self.plan_panel, mark("Selection"): self.details, mark("Run"): self.run_panel}
        )
        self.side = Side(look, self.inspector, self.document.undo_stack)
        self.docks = Docks(self.library, self.topology, self.dnn, self.timeline, self.side)

        self.importing = ImportActions(
            self,
            look,
            self.document,
            self.jobs,
            self.banner,
            lambda: self.files.may_let_go(),  # noqa: PLW0108  made below
        )
        self.files = FileActions(
            self,
            self.document,
            self.banner,
            settings,
            self.importing.begin,
            lambda path: self.model_files.begin_with([path]),
        )
        self.keeping = Keeping(self.document, self.banner, self.open_another, self)
        self.drawing = Drawing(self, self.document, self.selection, self.topology, self.banner)
        self.model_files = ModelFiles(
            self,
            self.document,
            self.loading,
            self.selection,
            self.jobs,
            self.drawing,
            self.files,
            self.banner,
            settings,
        )
        self.playback = Playback(self.clock, self.timeline)
        self.view = ViewActions(look, self.docks, settings)
        self.layouts = Layouts(self.docks, settings, self)
        self.language = LanguageActions(settings, windows.replace_all)
        pictures: dict[str, Picture] = {"timeline": self.timeline, "topology": self.topology, "dnn": self.dnn}
        self.exports = Exports(
            self,
            self.banner,
            settings,
            self.jobs,
            lambda: self.planning.run,
            self.document,
            pictures,
            lambda: self.pages.charts.chosen,
        )
        self.pages = Pages(
            look,
            self.clock,
            self.selection,
            self.jobs,
            self.document,
            self.loading,
            self.planning,
            self.docks,
            {"topology": self.topology.canvas, "dnn": self.dnn.canvas, "timeline": self.timeline.canvas},
        )
        pictures["chart"] = self.pages
        self.workspace = QWidget()
        self.start = Start(
            look,
            settings,
            self.jobs,
            self.document,
            self.planning,
            self.files,
            self.model_files,
            self.workspace,
        )
        self.drops = FileDrops(self, self.start, self.files, self.model_files)
        self.help = HelpActions(
            look,
            self,
            settings,
            self._commands,
            tour_steps(self),
            {
                self.plan_panel.offloading: lambda: ("offloading", self.document.scenario.offloading.method),
                self.plan_panel.uploading: lambda: ("uploading", self.document.scenario.uploading.method),
            },
        )
        self.named_actions = make_actions(self, look)
        self.start.use_actions(self.named_actions)
        self.top_bar = self._make_top_bar()
        self._build()
        self._connect()
        self.showing.begin()

    def _make_top_bar(self) -> TopBar:
        self.plan_button = PlanButton(self.look, self.planning, tr("Plan"))
        self.plan_button.setFixedWidth(self.look.room(PLAN_WIDTH))
        self.problem_button = ProblemButton(self.look)
        self.auto_button = button(tr("Auto"), "chip", tr("Plan every edit"))
        self.auto_button.setToolTip(tr("Plan every edit at once, with the exact method (Ctrl+Shift+Enter)"))
        self.auto_button.setCheckable(True)
        ends = QWidget()
        ends.setLayout(row(self.problem_button, self.auto_button, self.plan_button, spacing=8))
        return TopBar(self.look, self.named_actions, ends)

    def _build(self) -> None:
        self.workspace.setProperty("role", "window")
        layout = column()
        layout.addWidget(self.top_bar)
        inset = column((8, 0, 8, 0))
        inset.addWidget(self.banner)
        layout.addLayout(inset)
        layout.addWidget(self.pages.stack, 1)
        self.workspace.setLayout(layout)
        self.setCentralWidget(self.start.stack)
        self.setMinimumSize(*SMALLEST_SIZE)
        self.setAcceptDrops(True)
        self.ring = FocusRing(self.look, self, (self.topology.canvas, self.dnn.canvas, self.timeline.canvas))
        geometry = self.settings.value(_GEOMETRY_KEY)
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            self.resize(*FIRST_SIZE)

    def _connect(self) -> None:
        self.look.changed.connect(self._dress)
        self.look.motion_changed.connect(self.clock.step_coarsely)
        self.clock.step_coarsely(self.look.reduced_motion)
        self.start.left.connect(self._take_up_layout)
        self.start.example_opened.connect(self.help.offer_tour)
        self.banner.told.connect(self.start.leave)
        document, planning = self.document, self.planning
        self.loading.failed.connect(self.banner.tell)
        planning.busy_changed.connect(self.clock.expect_run)
        self.plan_panel.comparison_asked.connect(self.pages.add_to_comparison)
        self.pages.chart_export_asked.connect(self.exports.chart)
        self.library.example_asked.connect(self.files.open_path)
        self.dnn.edited.connect(document.edit)
        self.library.server_asked.connect(self.drawing.add_server)
        self.library.place_tool_asked.connect(self.drawing.use_place)
        self.library.link_tool_asked.connect(self.drawing.switch_link_tool)
        self.library.zoo_model_asked.connect(self.drawing.add_zoo_model)
        self.topology.file_dropped.connect(lambda path, client: self.model_files.take([path], client))
        self.library.model_file_asked.connect(self.model_files.ask)
        self.topology.canvas.tool_changed.connect(self.library.show_tool)
        self.drawing_menu = DrawingMenu(self, self.named_actions, document, self.loading, self.selection, self.drawing)
        self.topology.menu_asked.connect(self.drawing_menu.show)
        self._field_undo = FieldUndo(self)
        self.topology.rename_asked.connect(self.rename_selected)
        self.auto_button.toggled.connect(self.live.switch)
        self.live.switched.connect(self.auto_button.setChecked)
        self.live.switched.connect(self.named_actions["auto-plan"].setChecked)
        self.problem_button.clicked.connect(self.side.toggle_problems)
        self.side.problems.asked.connect(self._go_to)
        self.side.problems.asked.connect(self.details.reveal)
        for title in ("View", "Theme", "Text size", "File"):
            self.top_bar.menus[title].aboutToShow.connect(lambda: self.view.mark(self.named_actions))
        self.top_bar.menus["Layouts"].aboutToShow.connect(self._list_layouts)
        self.top_bar.menus["Language"].aboutToShow.connect(lambda: self.language.mark(self.named_actions))

    def _dress(self) -> None:
        dress(self.look)
        self.plan_button.setFixedWidth(self.look.room(PLAN_WIDTH))
        self.docks.follow_text(self.look.text_percent)

    def _list_layouts(self) -> None:
        self.layouts.mark(self.named_actions)
        self.layouts.list_in(self.top_bar.menus["Layouts"])

    def _go_to(self, field: str) -> None:
        """Show the place of a problem."""
        self.pages.show_page("plan")
        self.view.show_inspector(True)
        self.inspector.show_tab(go_to(field, self.document.scenario, self.selection))

    def rename_selected(self) -> None:
        """Put the keyboard into the name of the server or the model that is selected."""
        self.pages.show_page("plan")
        self.view.show_inspector(True)
        self.inspector.show_tab("Selection")
        self.details.edit_name()

    def _show_parameter(self, kind: str, name: str) -> None:
        """Show a parameter of a method chosen."""
        self._go_to(kind)
        self.plan_panel.reveal(kind, name)

    def open_another(self) -> MainWindow:
        """Open an empty window beside this one."""
        return windows.open_beside(self)

    def go_without_question(self) -> None:
        """Close and be gone: all that is open here was taken over."""
        self._moved_on = True
        self.close()
        self.deleteLater()

    def keep_layout(self) -> None:
        """Remember place, size and layout for the next window."""
        self.settings.setValue(_GEOMETRY_KEY, self.saveGeometry())
        if self._has_layout:
            self.docks.remember(self.settings)

    def quit(self) -> None:
        """Close all windows of the program."""
        windows.close_all()

    def event(self, event: QEvent) -> bool:
        """Leave bare keys to the widget that has the focus and uses them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            bare = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
            focused = self.focusWidget()
            if bare and focused is not None and wants_key(focused, Qt.Key(event.key())):
                event.accept()
                return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802  Qt's name
        """Move the focus by Tab, and show where it is."""
        self.ring.expect_keyboard()
        return super().focusNextPrevChild(forward)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Take up the remembered layout the first time."""
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            QTimer.singleShot(0, self.plan_panel.fill)
            self._take_up_layout()

    def _take_up_layout(self) -> None:
        """Give the parts the sizes remembered, once the workspace has its own; be ready to play by Space."""
        if not self.start.shown:
            self.docks.follow_text(self.look.text_percent)
            if not self._has_layout:
                self._has_layout = True
                self.docks.recall(self.settings)
            self.timeline.setFocus()  # else Space would press the first button

    def _commands(self) -> Iterator[Command]:
        """Return all that the palette offers now."""
        self.view.mark(self.named_actions)
        self.layouts.mark(self.named_actions)
        examples = ((path, Example.of(path).title) for path in example_files())
        return chain(
            action_commands(self.named_actions),
            example_commands(examples, self.start.open_example),
            zoo_commands(self.drawing.add_zoo_model),
            scenario_commands(self.document.scenario, self.loading.models, self.selection),
            method_commands(self.document),
            parameter_commands(self.plan_panel.parameters(), self._show_parameter),
            layout_commands(self.layouts.names, self.layouts.use),
        )

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Ask about unsaved changes; stop all work; remember the layout."""
        if not self._moved_on and not self.files.may_let_go():
            event.ignore()
            return
        self.pages.close()
        self.clock.pause()
        self.live.stop()
        self.checking.stop()
        self.keeping.stop()
        self.jobs.close()
        self.document.let_go()
        self.keep_layout()
        event.accept()
        windows.let_go(self)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Take files from outside."""
        self.drops.enter(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802  Qt's name
        """Nothing is held over the window any more."""
        self.drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Open or add what was dropped."""
        self.drops.drop(event)
