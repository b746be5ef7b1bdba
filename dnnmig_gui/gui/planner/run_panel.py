"""The Run tab: who comes when, how long the running phase is played, and what the uploading methods come to in it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.registry import find_method
from dnnmig_gui.core.reporting.numbers import count_text, number_text, seconds_text
from dnnmig_gui.core.scenario.edits import changed
from dnnmig_gui.core.scenario.schema import Costs, Running
from dnnmig_gui.core.validation import first_problem
from dnnmig_gui.gui.controls import Scrolled, column, empty, label, row
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import id_title
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.planner.details import fact_row
from dnnmig_gui.gui.planner.model_form import ModelForm
from dnnmig_gui.gui.planner.outages_form import OutagesForm
from dnnmig_gui.gui.planner.planning import Planning
from dnnmig_gui.gui.planner.selected.editor import Editor
from dnnmig_gui.gui.planner.settings_words import COSTS, NEEDS, RUNNING
from dnnmig_gui.gui.planner.users_section import UsersSection
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.look import Look


def checker(model: type[BaseModel]) -> Any:
    """Return a function that raises an `InputError` for values that the model refuses."""

    def check(values: Any) -> None:
        try:
            model.model_validate(dict(values))
        except ValidationError as error:
            field, message, hint = first_problem(error, model)
            raise InputError(message, field=field, hint=hint) from None

    return check


def common_horizon_s(run: PlannedRun, user: int) -> float:
    """Return the longest upload of a user among the methods: methods are compared up to there."""
    return max(plans[user].upload_s for plans in run.alternatives.values())


class RunPanel(QWidget):
    """Settings of the running phase and its outcome for the followed user."""

    def __init__(self, look: Look, document: Document, planning: Planning, selection: Selection) -> None:
        super().__init__()
        self._document = document
        self._planning = planning
        self._selection = selection
        self.running = ModelForm(look)
        self.costs = ModelForm(look)
        self.outages = OutagesForm(look, Editor(document))
        self.users = UsersSection(look, document, selection)
        layout = column((16, 12, 16, 12), 8)
        layout.addWidget(self.users)
        layout.addSpacing(12)
        layout.addWidget(label(tr("Running phase"), "section"))
        layout.addWidget(self.running)
        layout.addSpacing(12)
        layout.addWidget(self.outages)
        layout.addSpacing(12)
        layout.addWidget(label(tr("How costs are counted"), "section"))
        layout.addWidget(self.costs)
        layout.addSpacing(12)
        self._outcome = column(spacing=8)
        layout.addLayout(self._outcome)
        layout.addStretch(1)
        outer = column()
        outer.addWidget(Scrolled(layout))
        self.setLayout(outer)
        self.running.edited.connect(lambda name, value: self._edit("running", name, value))
        self.costs.edited.connect(lambda name, value: self._edit("costs", name, value))
        document.scenario_changed.connect(self._show_settings)
        for form in (self.running, self.costs, self.outages):
            document.file_changed.connect(form.forget)
        planning.run_changed.connect(self._show_outcome)
        selection.changed.connect(self._show_outcome)
        self._show_settings()
        self._show_outcome()

    def _show_settings(self) -> None:
        scenario = self._document.scenario
        running = scenario.running.model_dump()
        self.running.show_model(Running, running, checker(Running), RUNNING)
        for name, (other, value) in NEEDS.items():
            self.running.rows[name].setVisible(running[other] == value)
        self.costs.show_model(Costs, scenario.costs.model_dump(), checker(Costs), COSTS)
        self.outages.refresh()

    def _edit(self, part: str, name: str, value: Any) -> None:
        scenario = self._document.scenario
        words = {"running": RUNNING, "costs": COSTS}[part].get(name)
        title = tr(words.title) if words is not None else name.replace("_", " ")
        made = scenario.model_copy(update={part: changed(getattr(scenario, part), {name: value}, part)})
        self._document.edit(tr("Change “{setting}”").format(setting=title), made, f"{part}.{name}")

    def _show_outcome(self) -> None:
        empty(self._outcome)
        run, number = self._planning.run, self._selection.user
        if run is None or number >= len(run.plan.users):
            return
        plan = run.plan.users[number]
        self._outcome.addWidget(label(tr("Outcome for {user}").format(user=id_title(plan.id)), "section"))
        uploading = plan.uploading
        for name, value in (
            (tr("Length of the run"), seconds_text(run.end_s)),
            (tr("Upload"), seconds_text(uploading.upload_s)),
            (tr("Queries during upload"), number_text(uploading.queries_during_upload)),
            (tr("Mean query delay meanwhile"), seconds_text(uploading.mean_query_delay_s)),
            (tr("System delay, planned"), seconds_text(run.plan.system_delay_s)),
        ):
            self._outcome.addLayout(fact_row(name, value))
        self._outcome.addSpacing(12)
        horizon = common_horizon_s(run, number)
        self._outcome.addLayout(
            row(
                label(tr("Uploading methods"), "section"),
                None,
                label(tr("until {time}").format(time=seconds_text(horizon)), "caption"),
            )
        )
        self._outcome.addWidget(_comparison(run, number, horizon))


def _comparison(run: PlannedRun, number: int, horizon: float) -> QWidget:
    table = QWidget()
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(8)
    for place, head in enumerate((tr("Method"), tr("Upload"), tr("Queries"))):
        cell = label(head, "caption")
        if place:
            cell.setAlignment(Qt.AlignmentFlag.AlignRight)
        grid.addWidget(cell, 0, place)
    for line, (name, plans) in enumerate(run.alternatives.items(), start=1):
        followed = name == run.plan.uploading_method
        cells = (
            label(method_title(name), "value" if followed else ""),
            label(seconds_text(plans[number].upload_s), "value" if followed else "number"),
            label(count_text(round(plans[number].queries_until(horizon), 2)), "value" if followed else "number"),
        )
        for place, cell in enumerate(cells):
            if place:
                cell.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(cell, line, place)
    grid.setColumnStretch(0, 1)
    table.setLayout(grid)
    return table


def method_title(name: str) -> str:
    """Return the title of an uploading method."""
    return tr(find_method("uploading", name).title)
