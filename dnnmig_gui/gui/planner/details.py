"""The Selection tab: forms for what is selected, and what is known of it under the plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.reporting.numbers import (
    bytes_text,
    flops_text,
    rate_text,
    seconds_text,
)
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.layer_limits import Limits, bars_on, pins_on
from dnnmig_gui.gui.controls import Scrolled, column, empty, label, row
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import COLUMN_TITLES, id_title, model_title
from dnnmig_gui.gui.planner.planning import Planning
from dnnmig_gui.gui.planner.selected.editor import Editor
from dnnmig_gui.gui.planner.selected.link_form import LinkForm
from dnnmig_gui.gui.planner.selected.model_form import ModelForm
from dnnmig_gui.gui.planner.selected.rows import SeveralRow
from dnnmig_gui.gui.planner.selected.scenario_form import ScenarioForm
from dnnmig_gui.gui.planner.selected.server_form import ServerForm
from dnnmig_gui.gui.planner.selected.user_form import UsersOfClients
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.look import Look

if TYPE_CHECKING:
    from dnnmig_gui.core.planning import UserPlan
    from dnnmig_gui.gui.planned_run import PlannedRun

_FIELD = re.compile(r"(servers|users)\[(\d+)\]\.?(\w*)")

Facts = list[tuple[str, str]]
"""Pairs of what and how much."""


def server_plan_facts(run: PlannedRun, server_id: str) -> Facts:
    """Return what the plan puts on a server, user by user."""
    problem = run.plan.problem
    if server_id not in problem.server_ids:
        return []
    number = problem.server_ids.index(server_id)
    facts = []
    for user, planned in zip(problem.users, run.plan.users, strict=True):
        here = np.flatnonzero((planned.places == number) & user.computes)
        if len(here):
            size = float(user.param_bytes[here].sum())
            word = "layer" if len(here) == 1 else "layers"
            facts.append((f"{id_title(user.id)}", f"{len(here)} {word}, {bytes_text(size)}"))
    return facts


def route_facts(run: PlannedRun, user_number: int, server_id: str) -> Facts:
    """Return how the followed user's client reaches a server."""
    problem = run.plan.problem
    client = problem.users[user_number].client
    if server_id not in problem.server_ids or problem.server_ids[client] == server_id:
        return []
    number = problem.server_ids.index(server_id)
    route = problem.topology.route(client, number)
    if not route:
        return [(tr("Route"), tr("None"))]
    per_byte = float(problem.topology.s_per_byte[client, number])
    return [
        (tr("Route"), " → ".join(id_title(problem.server_ids[stop]) for stop in route)),
        (tr("Bandwidth there"), rate_text(1e-6 / per_byte if per_byte else float("inf"))),
        (tr("Latency there"), seconds_text(float(problem.topology.latency_s[client, number]))),
    ]


def layer_facts(model: DnnModel, name: str) -> Facts:
    """Return what the model says of a layer."""
    layer = model.layers[model.index[name]]
    return [
        (tr("Kind"), tr(layer.kind.replace("-", " ").capitalize())),
        (tr("Work"), flops_text(layer.flops)),
        (tr("Parameters"), bytes_text(layer.param_bytes)),
        (tr("Tensor handed on"), bytes_text(layer.output_bytes)),
        (tr("Reads"), ", ".join(layer.inputs) or tr("Nothing")),
    ]


def limit_facts(limits: Limits, name: str) -> Facts:
    """Return what a user's limits say of a layer: where alone it may run, and where it may not."""
    said = ((tr("Pinned to"), pins_on(limits, name)), (tr("Barred from"), bars_on(limits, name)))
    return [
        (
            title,
            ", ".join(tr(COLUMN_TITLES[place]) if place in COLUMN_TITLES else id_title(place) for place in sorted(at)),
        )
        for title, at in said
        if at
    ]


def layer_plan_facts(run: PlannedRun, user_number: int, name: str) -> Facts:
    """Return where a layer of a user runs, how fast, and which P3 carries it."""
    user, planned = run.plan.problem.users[user_number], run.plan.users[user_number]
    position = user.model.index[name]
    place = int(planned.places[position])
    ids = run.plan.problem.server_ids
    facts = [
        (tr("Runs on"), id_title(ids[place])),
        (tr("Takes there"), seconds_text(float(user.execution_s[position, place]))),
        (tr("Takes on the client"), seconds_text(float(user.execution_s[position, user.client]))),
    ]
    carrier = _partition_of(planned, position)
    if carrier is not None:
        partition = planned.uploading.partitions[carrier]
        facts.append(
            (
                tr("Uploaded in"),
                tr("P3 #{index}, by {time}").format(index=partition.index, time=seconds_text(partition.done_s)),
            )
        )
    return facts


def _partition_of(planned: UserPlan, position: int) -> int | None:
    for number, partition in enumerate(planned.uploading.partitions):
        if position in partition.layers:
            return number
    return None


def partition_facts(run: PlannedRun, user_number: int, number: int) -> Facts:
    """Return what a P3 carries, how long it takes and what it brings."""
    planned = run.plan.users[user_number]
    model = run.plan.problem.users[user_number].model
    if number >= len(planned.uploading.partitions):
        return []
    partition = planned.uploading.partitions[number]
    names = [model.layers[position].name for position in partition.layers]
    return [
        (tr("Goes to"), id_title(run.plan.problem.server_ids[partition.server])),
        (tr("Size"), bytes_text(partition.size_bytes)),
        (tr("Upload"), seconds_text(partition.upload_s)),
        (tr("Confirmed at"), seconds_text(partition.done_s)),
        (tr("Query before"), seconds_text(planned.uploading.stages[number].query_delay_s)),
        (tr("Query after"), seconds_text(partition.query_delay_after_s)),
        (tr("Layers"), ", ".join(names)),
    ]


class DetailsPanel(QWidget):
    """Shows what is selected, wherever it was: forms for what can be changed, then what the plan makes of it."""

    def __init__(self, look: Look, document: Document, planning: Planning, selection: Selection) -> None:
        super().__init__()
        self._planning = planning
        self._selection = selection
        self._scenario: Scenario | None = None
        self._models: Mapping[str, DnnModel] = {}
        editor = Editor(document)
        self.scenario_form = ScenarioForm(look, editor)
        self.server_form = ServerForm(look, editor)
        self.users = UsersOfClients(look, editor)
        self.link_form = LinkForm(look, editor)
        self.model_form = ModelForm(look, editor, document)
        self.server_form.renamed.connect(lambda name: selection.select(server=name))
        self.link_form.gone.connect(selection.select)
        self.model_form.renamed.connect(lambda name: selection.select(model=name))
        layout = column((16, 12, 16, 12), 20)
        for form in (self.scenario_form, self.server_form, self.users, self.link_form, self.model_form):
            layout.addWidget(form)
        self._column = column(spacing=20)
        layout.addLayout(self._column)
        layout.addStretch(1)
        outer = column()
        self._scroll = Scrolled(layout)
        outer.addWidget(self._scroll)
        self.setLayout(outer)
        selection.changed.connect(self.refresh)
        planning.run_changed.connect(self.refresh)
        self._shown: list[tuple[str, str, Facts]] | None = None

    def set_scenario(self, scenario: Scenario, models: Mapping[str, DnnModel]) -> None:
        """Show the parts of another scenario."""
        self._scenario = scenario
        self._models = models
        self.refresh()

    def edit_name(self) -> None:
        """Put the keyboard into the name of what is selected."""
        form = self.model_form if self._selection.model is not None else self.server_form
        form.name.begin()

    def reveal(self, field: str) -> None:
        """Bring a field of the document into view, and the keyboard to it, once what is selected has its place."""
        QTimer.singleShot(0, self, lambda: self._reveal(field))

    def _reveal(self, field: str) -> None:
        found = _FIELD.match(field)
        if found is None or self._scenario is None:
            return
        part, number, name = found.group(1), int(found.group(2)), found.group(3)
        users = self._scenario.users
        if part == "servers":
            place: QWidget | None = self.server_form.rows.get(name)
        else:
            place = self.users.place_of(users[number].id, name) if number < len(users) else None
        if place is not None and place.isVisible():
            self._scroll.ensureWidgetVisible(place)
            editor = place.editor if isinstance(place, SeveralRow) else place
            editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def texts(self) -> list[str]:
        """Return all that it says, from top to bottom."""
        parts = [part for part in self.findChildren(QWidget) if isinstance(part, QLabel | QLineEdit)]
        return [part.text() for part in parts if part.isVisibleTo(self)]

    def refresh(self) -> None:
        """Show the selection as it is now."""
        chosen = self._selection
        known = {server.id for server in self._scenario.servers} if self._scenario is not None else set()
        servers = chosen.servers & known
        links = frozenset(pair for pair in chosen.links if known >= set(pair)) if not servers else frozenset()
        self.server_form.show_servers(servers)
        self.users.show_clients(servers, self._models)
        self.link_form.show_links(links)
        self.model_form.show_model(chosen.model, self._models, model_title(chosen.model or "", self._models))
        self.scenario_form.setVisible(chosen.is_empty)
        self.scenario_form.refresh()
        sections = list(self._sections())
        if sections != self._shown:
            self._shown = sections
            empty(self._column)
            for title, heading, facts in sections:
                self._column.addWidget(_section(title, heading, facts))

    def _sections(self) -> Iterable[tuple[str, str, Facts]]:
        run, chosen, scenario = self._planning.run, self._selection, self._scenario
        if scenario is None:
            return
        number = chosen.user
        planned = run is not None and number < len(run.plan.users)
        if run is not None and planned and chosen.server is not None:
            yield "", tr("Under the plan"), server_plan_facts(run, chosen.server)
            yield "", tr("From the client"), route_facts(run, number, chosen.server)
        if run is not None and planned and chosen.partition is not None:
            yield f"P3 #{chosen.partition + 1}", "", partition_facts(run, number, chosen.partition)
        if chosen.layer is not None and chosen.model is not None:  # of a model that no user runs
            model = self._models.get(chosen.model)
            if model is not None and chosen.layer in model.index:
                yield chosen.layer, "", layer_facts(model, chosen.layer)
        elif chosen.layer is not None:
            model = self._model(number)
            if model is not None and chosen.layer in model.index:
                limits = scenario.users[number].limits if number < len(scenario.users) else ()
                yield chosen.layer, "", [*layer_facts(model, chosen.layer), *limit_facts(limits, chosen.layer)]
                if run is not None and planned:
                    yield "", tr("Under the plan"), layer_plan_facts(run, number, chosen.layer)

    def _model(self, number: int) -> DnnModel | None:
        run = self._planning.run
        if run is not None and number < len(run.plan.problem.users):
            return run.plan.problem.users[number].model
        if self._scenario is not None and number < len(self._scenario.users):
            return self._models.get(self._scenario.users[number].model)
        return None


def _section(title: str, heading: str, facts: Facts) -> QWidget:
    box = QWidget()
    layout = column(spacing=8)
    if title:
        layout.addWidget(label(title, "title"))
    if heading and facts:
        layout.addWidget(label(heading, "section"))
    for name, value in facts:
        layout.addLayout(fact_row(name, value))
    box.setLayout(layout)
    return box


def fact_row(name: str, value: str) -> QHBoxLayout:
    """Return a line of what and how much."""
    shown: QLabel = label(value, "value", wrap=True)
    shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    title = label(name)
    title.setAlignment(Qt.AlignmentFlag.AlignTop)
    line = row(title, shown, spacing=12)
    line.setStretch(1, 1)
    return line
