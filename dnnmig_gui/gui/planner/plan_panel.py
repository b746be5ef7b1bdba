"""The Plan tab: preprocessing, methods with their forms, what matters, and the result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QStandardItemModel
from PySide6.QtWidgets import QPushButton, QWidget

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.registry import find_method, method_names
from dnnmig_gui.core.scenario import Scenario, Weights
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.gui.controls import Combo, Flow, Scrolled, button, column, follow, label, row
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.names import id_title
from dnnmig_gui.gui.planner.checking import Checking
from dnnmig_gui.gui.planner.form import FieldRow, FormField, ModelForm
from dnnmig_gui.gui.planner.matters import Matters
from dnnmig_gui.gui.planner.plan_button import PlanButton
from dnnmig_gui.gui.planner.planning import Planning
from dnnmig_gui.gui.planner.result import ResultCard
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.icons import icon
from dnnmig_gui.gui.theme.look import Look

_SEED = FormField("seed", mark("Seed"), "", mark("Of every random choice"), 0, int, (), False, 0, 2**63 - 1)


class MethodSection(QWidget):
    """A combo box of the methods of a kind, and the form of the one chosen.

    Signals
    -------
    chosen(object, str)
        The new `MethodChoice`, and the name of the parameter edited (empty for another method).
    """

    chosen = Signal(object, str)

    def __init__(self, look: Look, kind: Literal["offloading", "uploading"], title: str) -> None:
        super().__init__()
        self._kind = kind
        self._choice = MethodChoice(method="")
        self._filled = False
        self.combo = Combo(look, title)
        self.form = ModelForm(look)
        self.combo.activated.connect(self._choose)
        self.form.edited.connect(self._edit)
        layout = column(spacing=8)
        layout.addWidget(label(title, "section"))
        layout.addWidget(self.combo)
        layout.addWidget(self.form)
        self.setLayout(layout)

    def fill(self) -> None:
        """Load all methods and offer them. Until then there is the chosen one alone, so that the window comes fast."""
        self._filled = True
        for place, name in enumerate(method_names(self._kind)):
            if self.combo.itemData(place) != name:
                self._add(name, place)

    def _add(self, name: str, place: int) -> None:
        """Add a method; one that cannot be loaded stands there greyed, and says why."""
        try:
            method = find_method(self._kind, name)
        except InputError as error:
            self.combo.insertItem(place, name, name)
            self.combo.setItemData(place, str(error), Qt.ItemDataRole.ToolTipRole)
            model = self.combo.model()
            if isinstance(model, QStandardItemModel):
                model.item(place).setEnabled(False)
            return
        self.combo.insertItem(place, tr(method.title), name)
        self.combo.setItemData(place, tr(method.summary), Qt.ItemDataRole.ToolTipRole)

    def show_choice(self, choice: MethodChoice) -> None:
        """Show the document's method and its parameters."""
        self._choice = choice
        method = find_method(self._kind, choice.method)
        if not self._filled:
            self.combo.clear()
            self._add(choice.method, 0)
        self.combo.setCurrentIndex(self.combo.findData(choice.method))
        self.combo.setToolTip(f"{tr(method.summary)}\n{method.source}")
        self.form.show_model(method.parameters, choice.parameters, method.read_parameters)

    def _choose(self, place: int) -> None:
        name = self.combo.itemData(place)
        if name != self._choice.method:
            self.chosen.emit(MethodChoice(method=name), "")

    def _edit(self, name: str, value: Any) -> None:
        method = find_method(self._kind, self._choice.method)
        parameters = {**self._choice.parameters, name: value}
        if value == method.parameters.model_fields[name].get_default(call_default_factory=True):
            del parameters[name]
        self.chosen.emit(_with_parameters(self._choice.method, parameters), name)


def _with_parameters(method: str, parameters: Mapping[str, Any]) -> MethodChoice:
    return MethodChoice(method=method, parameters=dict(parameters)) if parameters else MethodChoice(method=method)


class PreprocessingChips(QWidget):
    """One chip a method; those on are applied to every model.

    Signals
    -------
    edited(object)
        The new tuple of `MethodChoice`.
    """

    edited = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._choices: tuple[MethodChoice, ...] = ()
        self.chips: dict[str, QPushButton] = {}
        box = Flow(8)
        for name in method_names("preprocessing"):
            chip = button(name, "chip")
            try:
                method = find_method("preprocessing", name)
            except InputError as error:
                chip.setEnabled(False)
                chip.setToolTip(str(error))
            else:
                chip.setText(tr(method.title))
                chip.setAccessibleName(tr(method.title))
                chip.setToolTip(tr(method.summary))
            chip.setCheckable(True)
            chip.clicked.connect(lambda checked, name=name: self._switch(name, checked))
            self.chips[name] = chip
            box.add(chip)
        self._box = box
        layout = column(spacing=8)
        self.effect = label(role="caption")
        layout.addLayout(row(label(tr("Preprocessing"), "section"), None, self.effect))
        layout.addWidget(box)
        self.setLayout(layout)
        follow(self, look, self._dress)

    def show_choices(self, choices: tuple[MethodChoice, ...]) -> None:
        """Show which methods the document applies."""
        self._choices = choices
        names = {choice.method for choice in choices}
        for name, chip in self.chips.items():
            chip.setChecked(name in names)
        self._dress()

    def _dress(self) -> None:
        for chip in self.chips.values():
            chip.setIcon(icon("check", self._look.theme.accent_ink) if chip.isChecked() else QIcon())

    def _switch(self, name: str, on: bool) -> None:
        others = tuple(choice for choice in self._choices if choice.method != name)
        self.edited.emit((*others, MethodChoice(method=name)) if on else others)


class PlanPanel(QWidget):
    """All that decides on the plan, in a scroll area, with the result below it where there is room."""

    def __init__(
        self, look: Look, document: Document, planning: Planning, checking: Checking, selection: Selection
    ) -> None:
        super().__init__()
        self._document = document
        self._planning = planning
        self._selection = selection
        self._models: Mapping[str, DnnModel] = {}
        self.preprocessing = PreprocessingChips(look)
        self.offloading = MethodSection(look, "offloading", tr("Offloading method"))
        self.seed = FieldRow(_SEED, look, _check_seed)
        self.uploading = MethodSection(look, "uploading", tr("Uploading method"))
        self.matters = Matters()
        self._matters_title = label(tr("What matters"), "section")
        self.result = ResultCard(look, planning, checking, selection)
        self.plan_button = PlanButton(look, planning, tr("Plan"))
        self._build()
        self.preprocessing.edited.connect(self._edit_preprocessing)
        self.offloading.chosen.connect(lambda choice, field: self._edit_method("offloading", choice, field))
        self.uploading.chosen.connect(lambda choice, field: self._edit_method("uploading", choice, field))
        self.seed.edited.connect(lambda _, value: self._edit(tr("Change the seed"), "seed", {"seed": value}))
        self.matters.edited.connect(self._edit_weights)
        document.scenario_changed.connect(self.refresh)
        for part in (self.offloading.form, self.uploading.form, self.seed):
            document.file_changed.connect(part.forget)
        selection.changed.connect(self.refresh)
        selection.changed.connect(self._show_effect)
        planning.run_changed.connect(self._follow_run)
        self.refresh()

    def _build(self) -> None:
        layout = column((16, 12, 16, 12), 20)
        layout.addWidget(self.preprocessing)
        methods = column(spacing=4)
        methods.addWidget(self.offloading)
        methods.addWidget(self.seed)
        layout.addLayout(methods)
        layout.addWidget(self.uploading)
        self._matters_box = QWidget()
        matters = column(spacing=6)
        matters.addLayout(row(self._matters_title, None, label(tr("sums to 1"), "caption")))
        matters.addWidget(self.matters)
        self._matters_box.setLayout(matters)
        layout.addWidget(self._matters_box)
        layout.addStretch(1)
        outer = column((0, 0, 0, 12), 12)
        outer.addWidget(Scrolled(layout), 1)
        lower = column((8, 0, 8, 0), 12)
        lower.addWidget(self.result)
        buttons = row(self.plan_button, None)
        buttons.setContentsMargins(8, 0, 8, 0)
        lower.addLayout(buttons)
        outer.addLayout(lower)
        self.setLayout(outer)

    def fill(self) -> None:
        """Load all methods, once the window is there."""
        self.offloading.fill()
        self.uploading.fill()

    def refresh(self) -> None:
        """Show the document as it is now."""
        scenario = self._document.scenario
        self.preprocessing.show_choices(scenario.preprocessing)
        self.offloading.show_choice(scenario.offloading)
        self.uploading.show_choice(scenario.uploading)
        self.seed.show_value(scenario.seed)
        followed = self._followed(scenario)
        self._matters_box.setVisible(followed is not None)
        if followed is not None:
            user = scenario.users[followed]
            self._matters_title.setText(tr("What matters to {user}").format(user=id_title(user.id)))
            self.matters.show_weights(user.weights)

    def _followed(self, scenario: Scenario) -> int | None:
        return self._selection.user if self._selection.user < len(scenario.users) else None

    def set_models(self, models: Mapping[str, DnnModel]) -> None:
        """Know the models as they are before preprocessing."""
        self._models = models
        self._show_effect()

    def _follow_run(self) -> None:
        self.plan_button.set_idle_text(tr("Plan again") if self._planning.run is not None else tr("Plan"))
        self._show_effect()

    def _show_effect(self) -> None:
        """Tell how many layers preprocessing left in the followed user's model, as far as it was planned."""
        run, number = self._planning.run, self._selection.user
        effect = ""
        if run is not None and number < len(run.plan.users) and run.plan.scenario.preprocessing:
            before = self._models.get(run.plan.scenario.users[number].model)
            after = len(run.plan.problem.users[number].model)
            effect = (
                tr("{count} → {after} layers").format(count=len(before), after=after)
                if before is not None
                else tr("{count} layers").format(count=after)
            )
        self.preprocessing.effect.setText(effect)

    def _edit(self, text: str, key: str, update: Mapping[str, Any]) -> None:
        scenario = self._document.scenario.model_copy(update=update)
        self._document.edit(text, scenario, key)

    def _edit_preprocessing(self, choices: tuple[MethodChoice, ...]) -> None:
        self._edit(tr("Change the preprocessing"), "", {"preprocessing": choices})

    def _edit_method(self, kind: Literal["offloading", "uploading"], choice: MethodChoice, field: str) -> None:
        what = _changing(kind, field)
        self._edit(what, f"{kind}.{field}" if field else "", {kind: choice})

    def _edit_weights(self, weights: Weights) -> None:
        followed = self._followed(self._document.scenario)
        if followed is None:
            return
        users = list(self._document.scenario.users)
        users[followed] = users[followed].model_copy(update={"weights": weights})
        self._edit(
            tr("Change what matters to {user}").format(user=users[followed].id),
            f"weights.{followed}",
            {"users": tuple(users)},
        )


def _changing(kind: Literal["offloading", "uploading"], field: str) -> str:
    if field:
        return tr("Change {what}").format(what=field.replace("_", " "))
    return tr("Change the offloading method") if kind == "offloading" else tr("Change the uploading method")


def _check_seed(name: str, value: Any) -> None:
    del name
    if value is None or not 0 <= value < 2**63:
        raise InputError(tr("must be a whole number, at least 0"))
