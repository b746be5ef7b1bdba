"""The timeline panel: transport, staircase, lanes and overview, all a function of one run and one clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dnnmig_gui.core.registry import find_method, method_names
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.simulation.trace import SliceKind
from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.charts.glyphs import IdleToggle
from dnnmig_gui.gui.charts.speeds import fit_speed, stepped
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import scaled
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.timeline.canvas import Canvas
from dnnmig_gui.gui.timeline.lane_choice import LaneChoice
from dnnmig_gui.gui.timeline.lane_filter import LaneFilter
from dnnmig_gui.gui.timeline.overview import HEIGHT as OVERVIEW_HEIGHT
from dnnmig_gui.gui.timeline.overview import Overview
from dnnmig_gui.gui.timeline.picture import write_picture
from dnnmig_gui.gui.timeline.pointer import ZOOM_STEP
from dnnmig_gui.gui.timeline.story import Story
from dnnmig_gui.gui.timeline.transport import Transport

if TYPE_CHECKING:
    from dnnmig_gui.core.dnn import DnnModel

PAN_SHARE = 0.12
RADIUS = 10.0
LEAST_HEIGHT, MOST_LEAST_HEIGHT = 200, 370
NO_RUN = mark("Plan to see the upload")
NO_USERS = mark("Add a user, then plan to see the upload")


class TimelinePanel(QWidget):
    """The running phase on a time axis.

    Parameters
    ----------
    look, clock, selection
        Theme in force, the one clock, what is selected.
    """

    def __init__(self, look: Look, clock: Clock, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._clock = clock
        self._selection = selection
        self._story: Story | None = None
        self._mark_from: float | None = None
        self.axis = TimeAxis(self)
        self.transport = Transport(look, clock, selection, self)
        self.canvas = Canvas(look, clock, selection, self.axis, self)
        self.overview = Overview(look, clock, selection, self.axis, self)
        self.filter = LaneFilter(look, self.axis, self.canvas)
        self._choices: dict[str, LaneChoice] = {}
        self.idle = IdleToggle(look, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.transport)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.overview)
        column.setSpacing(0)
        self.canvas.set_hint(tr(NO_RUN))
        self.filter.textChanged.connect(self.canvas.lanes.filter)
        self.canvas.lanes.words_asked.connect(self.filter.setText)
        self.idle.toggled.connect(self.canvas.lanes.set_reveal_idle)
        self.canvas.idle_changed.connect(self._show_idle)
        look.changed.connect(self._fit)
        self.filter.hide()
        self._show_idle()

    def set_run(self, run: PlannedRun | None) -> None:
        """Show a run from its start, at a speed that plays it in about 24 seconds; or none."""
        before = self._story
        self._story = None if run is None else Story.of(run, _titles(run.alternatives))
        self._clock.set_end(0.0 if run is None else run.end_s)
        self._clock.set_speed(fit_speed(self._clock.end_s))
        self.axis.set_run(self._clock.end_s)
        self._mark_from = None
        self.transport.set_story(self._story)
        self.canvas.set_story(self._story)
        self._recall_lanes(before)
        self.overview.set_story(self._story)
        self.transport.set_outdated(False)

    def _recall_lanes(self, before: Story | None) -> None:
        """Show the lanes that were chosen for this scenario since the window opened."""
        if before is not None:
            self._choices[before.run.plan.scenario.name] = self.canvas.lanes.choice
        if self._story is not None:
            choice = self._choices.get(self._story.run.plan.scenario.name, LaneChoice())
            self.canvas.lanes.choose(choice)
            self.filter.setText(choice.words)
        self.filter.setVisible(self._story is not None)

    def set_scenario(self, scenario: Scenario, models: Mapping[str, DnnModel]) -> None:
        """Say what is missing before there is a run; a run carries the scenario that it was planned for."""
        self.canvas.set_hint(tr(NO_USERS) if not scenario.users else tr(NO_RUN))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Hand the keyboard to the lanes; a focus proxy would keep Tab from the buttons above them."""
        self.canvas.setFocus(event.reason())

    def set_outdated(self, outdated: bool) -> None:
        """Mark the run as made for an older scenario."""
        self.transport.set_outdated(outdated and self._story is not None)

    def export_image(self, path: Path) -> None:
        """Write staircase and lanes of the part of time in view, at the clock's time.

        Parameters
        ----------
        path
            ``.png`` (twice the size) or ``.svg`` (vectors).

        Raises
        ------
        InputError
            If there is no run yet, the suffix is another, or the file cannot be written.
        """
        write_picture(
            path,
            self._story,
            self.axis,
            self._look.theme,
            self.canvas.marked,
            self._clock.t,
            choice=self.canvas.lanes.choice,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Steer time with single keys."""
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        others = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        action = None if others or self._story is None else self._actions(shift=shift).get(key)
        if action is None:
            super().keyPressEvent(event)
        else:
            action()

    def _actions(self, *, shift: bool) -> dict[int, Callable[[], None]]:
        axis, clock, transport, key = self.axis, self._clock, self.transport, Qt.Key
        actions: dict[int, Callable[[], None]] = {
            key.Key_W: lambda: axis.zoom(1 / ZOOM_STEP, self.canvas.pointer_time()),
            key.Key_S: lambda: axis.zoom(ZOOM_STEP, self.canvas.pointer_time()),
            key.Key_A: lambda: axis.pan(-PAN_SHARE * axis.span),
            key.Key_D: lambda: axis.pan(PAN_SHARE * axis.span),
            key.Key_Left: lambda: axis.pan(-PAN_SHARE * axis.span),
            key.Key_Right: lambda: axis.pan(PAN_SHARE * axis.span),
            key.Key_F: self.fit,
            key.Key_L: lambda: transport.set_loop(not clock.loops),
            key.Key_M: self.mark,
            key.Key_G: self.canvas.lanes.fold_all,
            key.Key_P: self.canvas.pin_at_cursor,
            key.Key_Up: lambda: self.canvas.step_lane(-1),
            key.Key_Down: lambda: self.canvas.step_lane(1),
            key.Key_Return: self.canvas.select_at_cursor,
            key.Key_Enter: self.canvas.select_at_cursor,
            key.Key_Slash: self.filter.setFocus,
            key.Key_Space: clock.toggle,
            key.Key_Home: lambda: self._go(0.0),
            key.Key_End: lambda: self._go(clock.end_s),
            key.Key_BracketLeft: lambda: clock.set_speed(stepped(clock.speed, clock.end_s, -1)),
            key.Key_BracketRight: lambda: clock.set_speed(stepped(clock.speed, clock.end_s, 1)),
        }
        # With Shift held, keyboards send the sign that is printed above the point and the comma.
        for sign in (key.Key_Period, key.Key_Greater, key.Key_Colon):
            actions[sign] = lambda: self._step(1, confirms=shift)
        for sign in (key.Key_Comma, key.Key_Less, key.Key_Semicolon):
            actions[sign] = lambda: self._step(-1, confirms=shift)
        return actions

    def _step(self, way: int, *, confirms: bool) -> None:
        self.transport.step(way, confirms=confirms)
        self.axis.reveal(self._clock.t)

    def _go(self, t: float) -> None:
        self._clock.seek(t)
        self.axis.reveal(self._clock.t)

    def mark(self) -> None:
        """Take the playhead for one end of the marked part of the run, then for the other; after that, unmark."""
        t = self._clock.t
        if self._clock.marked is not None:
            self._clock.unmark()
        elif self._mark_from is None or self._mark_from == t:
            self._mark_from = t
            return
        else:
            self.canvas.measure(None)
            self._clock.mark(self._mark_from, t)
        self._mark_from = None

    def fit(self) -> None:
        """Show the marked part of the run, or the selected P3's upload; where that is shown, or is none, the run."""
        row, span = self._selected_upload(), self._clock.marked
        before = (self.axis.start, self.axis.stop)
        if span is not None:
            self.axis.show(*span)
        elif row is not None:
            self.canvas.zoom_to(row)
        if (self.axis.start, self.axis.stop) == before:
            self.axis.show(0.0, self.axis.end_s)

    def _selected_upload(self) -> int | None:
        if self._story is None or self._selection.partition is None:
            return None
        trace = self._story.run.trace
        rows = trace.of_kind(SliceKind.UPLOAD)
        own = rows[(trace.user[rows] == self._selection.user) & (trace.partition[rows] == self._selection.partition)]
        return int(own[0]) if len(own) else None

    def _show_idle(self) -> None:
        count = self._story.idle if self._story is not None else 0
        self.idle.setVisible(count > 0)
        self.idle.setText(tr("{count} idle").format(count=count))
        self.idle.setChecked(self.canvas.lanes.choice.reveal_idle)
        self._place_idle()

    def _fit(self) -> None:
        """Follow the size of text."""
        self.setMinimumHeight(min(scaled(LEAST_HEIGHT), MOST_LEAST_HEIGHT))
        self._place_idle()

    def _place_idle(self) -> None:
        self.idle.adjustSize()
        self.update()
        self.idle.move(12, self.height() - scaled(OVERVIEW_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the idle toggle beside the overview."""
        super().resizeEvent(event)
        self._place_idle()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the panel's surface."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.theme.surface)
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)


def _titles(methods: Iterable[str]) -> dict[str, str]:
    """Return what people read for uploading methods; a method that is no longer installed keeps its name."""
    known = method_names("uploading")
    return {name: tr(find_method("uploading", name).title) if name in known else name for name in methods}
