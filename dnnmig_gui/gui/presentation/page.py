"""The full-screen page: scenes, keys, and the loop for a stand that nobody attends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from dnnmig_gui.core.errors import PlannerError
from dnnmig_gui.core.run import Run
from dnnmig_gui.gui.charts.moments import Moments
from dnnmig_gui.gui.charts.speeds import fit_speed
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.jobs import Job, Jobs
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.presentation.picture import Reel
from dnnmig_gui.gui.presentation.scene import Scene
from dnnmig_gui.gui.theme.fonts import plain_text
from dnnmig_gui.gui.theme.tokens import DARK, LIGHT, Theme

PlanFile = Callable[[Path, Run], PlannedRun]
POINTER_MS = 2000
"""The pointer is hidden after this long without a move."""
_NATIVE = QKeySequence.SequenceFormat.NativeText
KEYS = mark(
    "Space plays · ← → step · Page keys change the scene · L loops all examples · T changes the theme · Esc leaves"
)


class Director(QObject):
    """Which scene is on: each user of the run that is open, then each example.

    Parameters
    ----------
    plan_file
        Plans a scenario file, on a thread.
    examples
        The files of the examples.

    Signals
    -------
    scene_changed()
        Another scene is on, or is being planned.
    """

    scene_changed = Signal()

    def __init__(
        self, clock: Clock, jobs: Jobs, plan_file: PlanFile, examples: tuple[Path, ...], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._jobs = jobs
        self._plan_file = plan_file
        self._examples = examples
        self._own: list[Scene] = []
        self._planned: dict[Path, Scene | PlannerError] = {}
        self._job: tuple[Path, Job] | None = None
        self.place = 0
        self.loops = False
        self._due = False
        self.scene: Scene | None = None
        self.notice = ""
        clock.moved.connect(self._go_on)

    @property
    def count(self) -> int:
        """Number of scenes."""
        return len(self._own) + len(self._examples)

    def begin(self, run: PlannedRun | None, user: int, keep_t: float | None) -> None:
        """Begin with the run that is open, at a user and a time; without a run, with the first example."""
        users = 0 if run is None else len(run.plan.users)
        title = "" if run is None else run.plan.scenario.name
        self._own = [] if run is None else [Scene(run, number, title) for number in range(users)]
        self.loops = False
        self._show(min(user, max(0, users - 1)) if users else 0, keep_t)

    def end(self) -> None:
        """Let the scenes go."""
        self.scene, self.notice, self.loops = None, "", False
        if self._job is not None:
            self._job[1].cancel()
            self._job = None
        self._own = []

    def step_scene(self, way: int) -> None:
        """Go to the next scene (1) or the one before (-1), round and round."""
        if self.count:
            self._show((self.place + way) % self.count, None)

    def step_event(self, way: int) -> None:
        """Go to the next event (1) or the one before (-1)."""
        if self.scene is None:
            return
        moments, t = Moments(self.scene.run.trace), self._clock.t
        self._clock.pause()
        found = moments.next_event(t) if way > 0 else moments.previous_event(t)
        self._clock.seek(found if found is not None else self.scene.run.end_s if way > 0 else 0.0)

    def loop_all(self, wanted: bool) -> None:
        """Play one scene after the other until somebody stops it, or no longer."""
        self.loops = wanted
        if self.scene is not None:  # else the scene that is being planned goes on by itself
            if wanted and not self._clock.playing:
                self._clock.play()
            self._prepare_next()
        self.scene_changed.emit()

    def _show(self, place: int, t: float | None) -> None:
        self.place = place
        self.notice = ""
        if place < len(self._own):
            self._put_on(self._own[place], t)
            return
        if not self._examples:
            self.scene, self.notice = None, tr("Plan a scenario first")
            self.scene_changed.emit()
            return
        path = self._examples[place - len(self._own)]
        found = self._planned.get(path)
        if isinstance(found, Scene):
            self._put_on(found, t)
            return
        self._clock.pause()
        self.scene = None
        self.notice = (
            str(found) if isinstance(found, PlannerError) else tr("Planning {scenario}…").format(scenario=path.stem)
        )
        if found is None:
            self._plan(path)
        elif self.loops:
            self._show(self._place_after(), None)
            return
        self.scene_changed.emit()

    def _put_on(self, scene: Scene, t: float | None) -> None:
        self.scene = scene
        self._clock.pause()
        self._clock.stretch(scene.run.end_s)
        self._clock.set_speed(fit_speed(scene.story_s))
        self._clock.seek(0.0 if t is None else t)
        if t is None or self.loops:
            self._clock.play()
        self._prepare_next()
        self.scene_changed.emit()

    def _prepare_next(self) -> None:
        """Plan the next example while this one plays, so that a loop never waits."""
        if self.loops and self.count:
            place = self._place_after()
            if place >= len(self._own):
                path = self._examples[place - len(self._own)]
                if path not in self._planned:
                    self._plan(path)

    def _plan(self, path: Path) -> None:
        if self._jobs.closed:
            return
        if self._job is not None:
            if self._job[0] == path:
                return
            self._job[1].cancel()
        job = self._jobs.start(lambda run: self._plan_file(path, run))
        self._job = (path, job)
        job.succeeded.connect(lambda run: self._take(path, Scene(run, 0, run.plan.scenario.name)))
        job.failed.connect(lambda error: self._take(path, error))

    def _take(self, path: Path, found: Scene | PlannerError) -> None:
        self._planned[path] = found
        self._job = None
        waiting = self.place >= len(self._own) and self._examples[self.place - len(self._own)] == path
        if self.scene is None and waiting:
            self._show(self.place, None)

    def _go_on(self, t: float) -> None:
        """In a loop, go to the next scene once this one is told."""
        if self.loops and self.scene is not None and self._clock.playing and self.count > 0:
            ends = min(self.scene.run.end_s, 1.15 * self.scene.story_s)
            if t >= ends and not self._due:
                # Not within the clock's own step: at the end of a run it pauses after it has told so.
                self._due = True
                QTimer.singleShot(0, self._next_in_loop)

    def _next_in_loop(self) -> None:
        self._due = False
        if self.loops and self.scene is not None:
            self._show(self._place_after(), None)

    def _place_after(self) -> int:
        """Return what comes next in a loop: the open run has one turn, whatever its users, and each example one."""
        next_place = max(self.place + 1, len(self._own))
        return next_place if next_place < self.count else 0


class PresentationPage(QWidget):
    """A window of its own without any controls.

    Signals
    -------
    left()
        The presentation is over.
    """

    left = Signal()

    def __init__(self, clock: Clock, jobs: Jobs, plan_file: PlanFile, examples: tuple[Path, ...]) -> None:
        super().__init__()
        self.clock = clock
        self.theme: Theme = DARK
        self._reel = Reel()
        self.director = Director(clock, jobs, plan_file, examples, self)
        self.setWindowTitle(tr("DNN Migration Planner: presentation"))
        self.setAccessibleName(tr("Presentation"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._rest = QTimer(self, singleShot=True, interval=POINTER_MS)
        self._rest.timeout.connect(self._hide_pointer)
        self._hide_pointer()
        clock.moved.connect(self._follow_time)
        self.director.scene_changed.connect(self.update)

    def _follow_time(self, t: float) -> None:
        if self.isVisible():
            scene = self.director.scene
            if scene is not None and not self.clock.playing:
                self.setAccessibleDescription(scene.caption(t))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the scene at the clock's time."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        director = self.director
        hint = tr(KEYS) if director.scene is not None and self.clock.t == 0 and not self.clock.playing else ""
        with plain_text():  # the page is scaled to its screen
            self._reel.paint(painter, self.size(), director.scene, self.clock.t, self.theme, director.notice or hint)

    def _commands(self) -> tuple[tuple[str, tuple[Qt.Key, ...], Callable[[], object]], ...]:
        """Return all that can be done: what it is called in the menu (nothing: keys alone), its keys, what it calls."""
        director, key = self.director, Qt.Key
        return (
            (tr("Play or pause"), (key.Key_Space,), self.clock.toggle),
            (tr("Next event"), (key.Key_Right,), lambda: director.step_event(1)),
            (tr("Previous event"), (key.Key_Left,), lambda: director.step_event(-1)),
            (tr("Next scene"), (key.Key_PageDown, key.Key_Down), lambda: director.step_scene(1)),
            (tr("Previous scene"), (key.Key_PageUp, key.Key_Up), lambda: director.step_scene(-1)),
            ("", (key.Key_Home,), lambda: self.clock.seek(0.0)),
            ("", (key.Key_End,), lambda: self.clock.seek(self.clock.end_s)),
            (tr("Loop all examples"), (key.Key_L,), lambda: director.loop_all(not director.loops)),
            (tr("Light or dark"), (key.Key_T,), self.switch_theme),
            (tr("Leave the presentation"), (key.Key_Escape, key.Key_F5), self.leave),
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Steer by keys; a presenter's clicker sends the page keys."""
        call = next((call for _, keys, call in self._commands() if event.key() in keys), None)
        if call is None:
            super().keyPressEvent(event)
        else:
            call()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Offer all of it to the mouse."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, keys, call in self._commands():
            if text:
                action = menu.addAction(f"{text}\t{QKeySequence(keys[0]).toString(_NATIVE)}")
                action.triggered.connect(lambda _=False, call=call: call())
        menu.popup(event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Play or pause by a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.clock.toggle()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show the pointer for as long as it moves."""
        self.unsetCursor()
        self._rest.start()

    def _hide_pointer(self) -> None:
        self.setCursor(Qt.CursorShape.BlankCursor)

    def switch_theme(self) -> None:
        """Change between dark and light."""
        self.theme = LIGHT if self.theme is DARK else DARK
        self.update()

    def leave(self) -> None:
        """End the presentation."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Tell that it is over, however it ended."""
        self.director.end()
        super().closeEvent(event)
        self.left.emit()
