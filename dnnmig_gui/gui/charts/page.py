"""The charts workspace: a list of charts, the one chosen as a plot or as a table, and ways out of the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.file import write_atomically
from dnnmig_gui.gui.charts.chart_list import ChartList
from dnnmig_gui.gui.charts.data import Chart
from dnnmig_gui.gui.charts.measures import charts_of
from dnnmig_gui.gui.charts.numbers_table import NumbersTable
from dnnmig_gui.gui.charts.pareto import Front, find_front, front_chart, point_run
from dnnmig_gui.gui.charts.plot_texts import longest_text, text_at
from dnnmig_gui.gui.charts.readout import Readout
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.controls import button, column, frame, keep_icon, label, row
from dnnmig_gui.gui.head_line import HeadLine
from dnnmig_gui.gui.image_file import drawn, save_drawing
from dnnmig_gui.gui.jobs import Job, Jobs
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.look import Look

if TYPE_CHECKING:
    from dnnmig_gui.gui.charts.plot import PlotView

GUTTER = 8
NO_RUN = mark("Plan to see charts")


class ChartsPage(QWidget):
    """Fills the window below the top bar.

    Signals
    -------
    run_asked(object, str)
        Load this `PlannedRun`; what it is, in words.
    export_asked()
        Write the chart to a file.
    """

    run_asked = Signal(object, str)
    export_asked = Signal()

    def __init__(self, look: Look, clock: Clock, selection: Selection, jobs: Jobs) -> None:
        super().__init__()
        self._look = look
        self._clock = clock
        self._selection = selection
        self._jobs = jobs
        self._job: Job | None = None
        self.run: PlannedRun | None = None
        self.front: Front | None = None
        self.charts: dict[str, Chart] = {}
        self.chosen = "query-delay"
        self._fresh = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._view: PlotView | None = None
        self.list = ChartList()
        self.title = label(tr(NO_RUN), "title")
        self.story = label("", "quiet")
        self.readout = Readout()
        self.log_x = self._chip(tr("Log x"), tr("Make the x axis logarithmic"))
        self.log_y = self._chip(tr("Log y"), tr("Make the y axis logarithmic"))
        self.as_table = self._chip(tr("Table"), tr("Show the numbers"))
        self.fit = button("", "quiet", tr("Fit"))
        self.fit.setToolTip(tr("Fit") + " (F)")
        keep_icon(self.fit, look, "fit")
        self.copy = button(tr("Copy"), "quiet", tr("Copy the chart as a picture"))
        self.export = button(tr("Export\u2026"), "quiet", tr("Export the chart as PNG, SVG or CSV"))
        self.seek_front = button(tr("Find the front"), "primary", tr("Find the Pareto front"))
        self.table = NumbersTable(look)
        self.stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self._enable()

    def _chip(self, text: str, tip: str) -> QPushButton:
        made = button(text, "chip", tip)
        made.setToolTip(tip)
        made.setCheckable(True)
        return made

    def _lay_out(self) -> None:
        right = frame("panel")
        box = column((0, 8, 0, 8), 4)
        parts = (self.log_x, self.log_y, self.as_table, self.fit, self.copy, self.export)
        tools = column((16, 0, 16, 0))
        tools.addWidget(HeadLine([self.title], self.story, parts))
        box.addLayout(tools)
        says = row(self.readout, self.seek_front)
        says.setStretch(0, 1)
        says.setContentsMargins(16, 0, 16, 0)
        box.addLayout(says)
        self._blank = QWidget()
        self.stack.addWidget(self._blank)
        self.stack.addWidget(self.table)
        self.nothing = label(tr(NO_RUN), "quiet")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack.addWidget(self.nothing)
        self.stack.setCurrentWidget(self.nothing)
        box.addWidget(self.stack, 1)
        right.setLayout(box)
        line = row(self.list, right, spacing=GUTTER)
        line.setStretch(1, 1)
        line.setContentsMargins(GUTTER, GUTTER, GUTTER, GUTTER)
        self.setLayout(line)

    def _connect(self) -> None:
        for chip in (self.log_x, self.log_y):
            chip.clicked.connect(self._set_scales)
        self.list.chosen.connect(self.choose)
        self.as_table.toggled.connect(self._show_chart)
        self.table.cellActivated.connect(self._activate)
        self.fit.clicked.connect(self._fit)
        self.copy.clicked.connect(self.copy_picture)
        self.export.clicked.connect(self.export_asked)
        self.seek_front.clicked.connect(self._find_front)
        self._clock.moved.connect(self._follow_time)
        self._selection.changed.connect(self._renew)

    def set_run(self, run: PlannedRun | None) -> None:
        """Show the charts of another run, or of none."""
        if self.front is not None and (
            run is None or run.plan.problem.topology is not self.front.run.plan.problem.topology
        ):
            self.front = None
        if self._job is not None:
            self._job.cancel()
        self.run = run
        self._renew()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Draw what has changed meanwhile."""
        super().showEvent(event)
        if not self._fresh:
            self._renew()
        self.setFocus()

    @property
    def plot(self) -> PlotView:
        """The plot; its library is loaded when it is first needed."""
        if self._view is None:
            from dnnmig_gui.gui.charts.plot import PlotView

            self._view = view = PlotView(self._look)
            self.stack.removeWidget(self._blank)
            self.stack.insertWidget(0, view)
            view.time_asked.connect(self._clock.seek)
            view.told.connect(self._tell)
            view.point_asked.connect(self._load_point)
        return self._view

    def _renew(self) -> None:
        """Measure the run again, once somebody looks."""
        self._fresh = False
        if not self.isVisible():
            return
        self._fresh = True
        run = self.run
        if run is None:
            self.charts = {}
        else:
            user = min(self._selection.user, len(run.plan.users) - 1)
            made = (*charts_of(run, user), front_chart(self.front, run))
            self.charts = {chart.id: chart for chart in made}
        self.list.show_titles({name: chart.title for name, chart in self.charts.items()})
        self._show_chart()

    def choose(self, name: str) -> None:
        """Show another chart."""
        self.chosen = name
        self._show_chart()

    @property
    def chart(self) -> Chart | None:
        """The chart that is shown."""
        return self.charts.get(self.chosen)

    def _show_chart(self) -> None:
        chart = self.chart
        self._enable()
        if chart is None:
            self.title.setText(tr("Charts"))
            self.story.setText("")
            self.nothing.setText(tr(NO_RUN))
            self.stack.setCurrentWidget(self.nothing)
            return
        self.list.buttons[chart.id].setChecked(True)
        self.title.setText(chart.title)
        self.story.setText(chart.story)
        self.setAccessibleDescription(f"{chart.title}. {chart.story}")
        self.plot.show_chart(chart)
        self.log_x.setChecked(self.plot.log_x)
        self.log_y.setChecked(self.plot.log_y)
        self.readout.setText("")
        self.readout.reserve(longest_text(chart))
        self.nothing.setText(tr(chart.nothing))
        self._enable()
        if self.as_table.isChecked():
            self.table.show_chart(chart)
            self.stack.setCurrentWidget(self.table)
        else:
            self.stack.setCurrentWidget(self.nothing if chart.empty else self.plot)
        self._follow_time(self._clock.t)

    def _activate(self, number: int, _column: int) -> None:
        """Take a row of the table for a click on its point."""
        chart = self.chart
        if chart is not None and chart.shape == "points" and number < len(chart.lines[0].x):
            self._load_point(0, number)

    def _fit(self) -> None:
        self.plot.fit()

    def event(self, event: QEvent) -> bool:
        """Take F for the chart before the window takes it for the run."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._asks_fit(event):
            event.accept()
            return True
        return super().event(event)

    def _asks_fit(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_F and not event.modifiers() and self.fit.isEnabled()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """F shows all of the chart."""
        if self._asks_fit(event):
            self._fit()
            return
        super().keyPressEvent(event)

    def _set_scales(self) -> None:
        self.plot.set_log(x=self.log_x.isChecked(), y=self.log_y.isChecked())
        self._follow_time(self._clock.t)

    def _enable(self) -> None:
        chart, view = self.chart, self._view
        drawn = chart is not None and not chart.empty
        self.log_x.setEnabled(drawn and view is not None and view.may_log_x)
        self.log_y.setEnabled(drawn and view is not None and view.may_log_y)
        for part in (self.as_table, self.fit, self.copy, self.export):
            part.setEnabled(drawn)
        wanted = chart is not None and chart.id == "pareto" and self.front is None
        self.seek_front.setVisible(wanted)
        self.seek_front.setText(tr("Stop") if self._job is not None else tr("Find the front"))

    def _follow_time(self, t: float) -> None:
        if self._view is None or not self.isVisible() or self.chart is None or self.chart.empty:
            return
        self._view.set_time(t)
        if self.chart.of_time and not self._view.underMouse():
            self.readout.setText(text_at(self.chart, t))

    def _tell(self, text: str) -> None:
        chart = self.chart
        if not text and chart is not None and chart.of_time:
            text = text_at(chart, self._clock.t)
        self.readout.setText(text)

    def copy_picture(self) -> None:
        """Put the chart on the clipboard."""
        view = self.plot
        QApplication.clipboard().setImage(drawn(view.picture_size(), self._look.theme.surface, view.paint))

    def export_image(self, path: Path) -> None:
        """Write the chart as it is shown to a PNG or SVG picture, or its numbers to a CSV file.

        Raises
        ------
        InputError
            If there is no chart, the suffix is another, or the file cannot be written.
        """
        chart = self.chart
        if chart is None or chart.empty:
            raise InputError(tr("there is no chart to export yet"), hint=tr("plan first"))
        if path.suffix.lower() == ".csv":
            write_atomically(path, chart.csv_text().encode())
            return
        view = self.plot
        save_drawing(path, view.picture_size(), self._look.theme.surface, chart.title, view.paint)

    def _find_front(self) -> None:
        if self._job is not None:
            self._job.cancel()
            return
        run = self.run
        if run is None:
            return
        self._start(lambda work: find_front(run, work), self._take_front)

    def _take_front(self, front: Front) -> None:
        self.front = front
        self._renew()

    def _load_point(self, line: int, point: int) -> None:
        front = self.front
        if front is None or line != 0 or self._job is not None:
            return
        self.plot.mark_point(line, point)
        self._start(
            lambda work: point_run(front, point, work),
            lambda run: self.run_asked.emit(run, tr("point {point} of the Pareto front").format(point=point + 1)),
        )

    def _start(self, work: Callable[..., object], then: Callable[..., object]) -> None:
        job = self._job = self._jobs.start(work)
        job.progressed.connect(lambda _share, text: self.readout.setText(text))
        job.succeeded.connect(then)
        job.failed.connect(lambda error: self.readout.setText(str(error)))
        job.ended.connect(lambda: self._end(job))
        self._enable()

    def _end(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self._enable()
