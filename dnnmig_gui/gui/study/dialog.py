"""The study: choose two fields, their values and methods, watch the grid being planned, see where the plan flips."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QWidget,
)

from dnnmig_gui.core.errors import InputError, PlannerError
from dnnmig_gui.core.registry import method_names
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario, scenario_text
from dnnmig_gui.core.scenario.file import write_atomically
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.core.study.grid import Axis, Cell, cells_of
from dnnmig_gui.core.study.results import Study
from dnnmig_gui.core.study.running import run_study
from dnnmig_gui.gui.controls import Combo, button, column, frame, label, restyle, row
from dnnmig_gui.gui.flow import Flow
from dnnmig_gui.gui.jobs import Job, Jobs
from dnnmig_gui.gui.language import tr, tr_n
from dnnmig_gui.gui.method_chip import method_chip
from dnnmig_gui.gui.study.fields import StudyField, axis_of, check_axis, fields_to_vary
from dnnmig_gui.gui.theme.look import Look

SIZE = (920, 680)
NO_FIELD = ""
BAR_PX = 12
"""Room for the bar that scrolls the map."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """A finished study and its map as PNG."""

    study: Study
    picture: bytes


def study_outcome(
    cells: Sequence[Cell], axes: Sequence[Axis], folder: Path, kept: Path, theme: str, run: Run
) -> Outcome:
    """Plan what is missing of a grid, and draw its map in the colours of a theme."""
    from dnnmig_gui.core.reporting.figures import figure_bytes
    from dnnmig_gui.core.reporting.figures.flips import draw_flips
    from dnnmig_gui.core.reporting.palette import DARK, LIGHT

    study = run_study(cells, axes, folder, kept, run=run)
    colors = DARK if theme == "dark" else LIGHT
    _, figure = next(draw_flips(study, colors))
    return Outcome(study, figure_bytes(figure, "png", colors["surface"]))


class AxisRow(QWidget):
    """One field and its values; the reason stands below where they do not fit."""

    def __init__(self, look: Look, title: str, *, optional: bool) -> None:
        super().__init__()
        self._fields: tuple[StudyField, ...] = ()
        self._optional = optional
        self.field = Combo(look, title)
        self.field.activated.connect(lambda _: self._suggest())
        self.values = QLineEdit()
        self.values.setAccessibleName(tr("Values of {field}").format(field=title))
        self.values.setPlaceholderText(tr("Values, with commas between them"))
        self.values.textEdited.connect(lambda _: self.mark(""))
        self._problem = label(role="error", wrap=True)
        self._problem.hide()
        named = label(title)
        named.setBuddy(self.field)
        named.setFixedWidth(look.px(64))
        line = row(named, self.field, self.values)
        line.setStretch(1, 1)
        line.setStretch(2, 1)
        layout = column(spacing=2)
        layout.addLayout(line)
        layout.addWidget(self._problem)
        self.setLayout(layout)

    @property
    def problem(self) -> str:
        """What is wrong with it; empty if nothing."""
        return "" if self._problem.isHidden() else self._problem.text()

    def show_fields(self, fields: tuple[StudyField, ...], place: int) -> None:
        """Offer fields; the one at `place` is chosen."""
        self._fields = fields
        self.field.clear()
        if self._optional:
            self.field.addItem(tr("No second field"), NO_FIELD)
        for each in fields:
            self.field.addItem(each.title, each.path)
        self.field.setCurrentIndex(min(place, self.field.count() - 1))
        self._suggest()

    def axis(self) -> Axis | None:
        """Return what is chosen, None for no field; raises `InputError`."""
        path = str(self.field.currentData() or NO_FIELD)
        return None if path == NO_FIELD else axis_of(path, self.values.text())

    def mark(self, problem: str) -> None:
        """Say what is wrong with it."""
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        restyle(self.values, "invalid", bool(problem))

    def _suggest(self) -> None:
        chosen = next((each for each in self._fields if each.path == self.field.currentData()), None)
        self.values.setEnabled(chosen is not None)
        self.values.setText("" if chosen is None else chosen.suggested)
        self.mark("")


class StudyDialog(QDialog):
    """Stays beside the window; its study is that of the scenario as it was when it was opened.

    Parameters
    ----------
    folder
        Where the scenario's relative paths begin.
    """

    def __init__(self, look: Look, jobs: Jobs, scenario: Scenario, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._jobs = jobs
        self._scenario = scenario
        self._folder = folder
        self._job: Job | None = None
        cache = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)
        self._kept = Path(cache) / "studies"
        self._pixmap = QPixmap()
        self.outcome: Outcome | None = None
        self.setWindowTitle(tr("Study of {scenario}").format(scenario=scenario.name))
        self.resize(*SIZE)
        self.across = AxisRow(look, tr("Across"), optional=False)
        self.down = AxisRow(look, tr("Down"), optional=True)
        fields = fields_to_vary(scenario)
        self.across.show_fields(fields, 0)
        speed = next((place for place, each in enumerate(fields) if each.path.startswith("servers[edge]")), 1)
        self.down.show_fields(fields, speed + 1)
        self.methods: dict[str, QPushButton] = {}
        self._build()
        self._show_state(tr("The map shows which plan is the best at each point, and where it flips."))

    def _build(self) -> None:
        chips = self._chips()
        self.start_button = button(tr("Run the study"), "primary")
        self.start_button.setDefault(True)
        self.start_button.clicked.connect(self.toggle)
        self.csv_button = button(tr("Export CSV…"), "quiet")
        self.map_button = button(tr("Export map…"), "quiet")
        for each, save in ((self.csv_button, self._ask_csv), (self.map_button, self._ask_map)):
            each.setAutoDefault(False)
            each.clicked.connect(save)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.state = label("", "caption", wrap=True)
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.picture.setAccessibleName(tr("Map of the best plans"))
        scroll = QScrollArea()
        scroll.setWidget(self.picture)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll = scroll
        panel = frame("panel")
        inner = column((12, 12, 12, 12))
        inner.addWidget(scroll)
        panel.setLayout(inner)
        layout = column((16, 16, 16, 16), 10)
        layout.addWidget(self.across)
        layout.addWidget(self.down)
        layout.addWidget(label(tr("Offloading methods"), "section"))
        layout.addWidget(chips)
        layout.addWidget(self.problem)
        layout.addWidget(panel, 1)
        layout.addWidget(self.bar)
        line = row(self.state, self.csv_button, self.map_button, self.start_button)
        line.setStretch(0, 1)
        layout.addLayout(line)
        self.setLayout(layout)

    def _chips(self) -> Flow:
        """Return a chip for each offloading method; the scenario's own is on."""
        chips = Flow(6)
        for name in method_names("offloading"):
            chip = method_chip("offloading", name)
            chip.setAutoDefault(False)
            chip.setChecked(name == self._scenario.offloading.method)
            self.methods[name] = chip
            chips.add(chip)
        return chips

    @property
    def running(self) -> bool:
        """Whether cells are being planned."""
        return self._job is not None

    def toggle(self) -> None:
        """Run the study, or stop it; what is finished is kept, also when the dialog is closed."""
        if self._job is not None:
            self._job.cancel()
            return
        self._tell("")
        prepared = self._prepared()
        if prepared is None:
            return
        cells, axes = prepared
        folder, kept, theme = self._folder, self._kept, self._look.theme.name
        job = self._jobs.start(lambda run: study_outcome(cells, axes, folder, kept, theme, run))
        self._job = job
        job.progressed.connect(self._show_progress)
        job.succeeded.connect(self._take)
        job.failed.connect(lambda error: self._tell(str(error)))
        job.cancelled.connect(lambda: self._show_state(tr("Stopped. Run it again: what is finished is kept.")))
        job.ended.connect(self._end)
        self._show_state(tr_n("{count} cell", "{count} cells", len(cells)).format(count=len(cells)))

    def _prepared(self) -> tuple[tuple[Cell, ...], list[Axis]] | None:
        """Return the grid; None where something is wrong, which is then marked."""
        axes: list[Axis] = []
        for each in (self.across, self.down):
            try:
                axis = each.axis()
                if axis is not None:
                    if any(axis.path == other.path for other in axes):
                        raise InputError(tr("choose another field than above"))
                    check_axis(self._document(), axis)
                    axes.append(axis)
            except InputError as error:
                each.mark(error.message[0].upper() + error.message[1:])
                return None
        own = self._scenario.offloading
        names = [name for name, chip in self.methods.items() if chip.isChecked()]
        if not names:
            self._tell(tr("Choose at least one method."))
            return None
        choices = [own if name == own.method else MethodChoice(method=name) for name in names]
        try:
            return cells_of(self._document(), axes, choices, []), axes
        except InputError as error:
            self._tell(str(error))
            return None

    def _document(self) -> dict[str, object]:
        said: dict[str, object] = json.loads(scenario_text(self._scenario))
        return said

    def _show_progress(self, share: float, line: str) -> None:
        self.bar.setValue(round(1000 * share))
        self.state.setText(line)

    def _take(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._pixmap.loadFromData(outcome.picture)
        self._fit()
        study = outcome.study
        plans = len({found.plan for found in study.best().values() if found.plan})
        told = tr_n("{plans} best plan in {cells} cells", "{plans} best plans in {cells} cells", plans)
        self._show_state(told.format(plans=plans, cells=len(study.rows)))

    def _end(self) -> None:
        self._job = None
        self._show_state(self.state.text())

    def _show_state(self, text: str) -> None:
        self.state.setText(text)
        self.bar.setVisible(self.running)
        self.start_button.setText(tr("Stop") if self.running else tr("Run the study"))
        for each in (self.csv_button, self.map_button):
            each.setEnabled(self.outcome is not None and not self.running)

    def _tell(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _fit(self) -> None:
        if not self._pixmap.isNull():
            width = min(self._pixmap.width(), max(200, self._scroll.width() - BAR_PX))
            ratio = self.devicePixelRatioF()
            shown = self._pixmap.scaledToWidth(round(width * ratio), Qt.TransformationMode.SmoothTransformation)
            shown.setDevicePixelRatio(ratio)
            self.picture.setPixmap(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Fit the map into the width there is."""
        super().resizeEvent(event)
        self._fit()

    def reject(self) -> None:
        """Stop what is being planned, and close."""
        self.leave()
        super().reject()

    def leave(self) -> None:
        """Stop what is being planned."""
        if self._job is not None:
            self._job.cancel()

    def write_csv(self, path: Path) -> None:
        """Write the table; raises `InputError`."""
        from dnnmig_gui.core.reporting.study_document import study_csv

        if self.outcome is not None:
            write_atomically(path, study_csv(self.outcome.study).encode())

    def write_map(self, path: Path) -> None:
        """Write the map by the suffix, PNG or SVG, in light colours; raises `InputError`."""
        from dnnmig_gui.core.reporting.figures import figure_bytes
        from dnnmig_gui.core.reporting.figures.flips import draw_flips

        if self.outcome is not None:
            _, figure = next(draw_flips(self.outcome.study))
            write_atomically(path, figure_bytes(figure, "svg" if path.suffix.lower() == ".svg" else "png"))

    def _ask_csv(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Export the study"), "study.csv", tr("Tables (*.csv)"))
        if name:
            self._save(lambda: self.write_csv(Path(name)), name)

    def _ask_map(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Export the map"), "flips.png", tr("Pictures (*.png *.svg)"))
        if name:
            self._save(lambda: self.write_map(Path(name)), name)

    def _save(self, write: Callable[[], None], name: str) -> None:
        try:
            write()
        except PlannerError as error:
            self._tell(str(error))
        else:
            self._show_state(tr("Written to {path}").format(path=name))
