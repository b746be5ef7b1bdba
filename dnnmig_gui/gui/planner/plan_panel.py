"""The Plan tab: preprocessing, methods with their forms, what matters, and the result."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Literal

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent, QStandardItemModel
from PySide6.QtWidgets import QPushButton, QWidget

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.registry import find_method, method_names
from dnnmig_gui.core.scenario import Scenario, Weights
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.gui.controls import Beside, Combo, Scrolled, button, column, follow, keep_icon, label, row
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.flow import Flow
from dnnmig_gui.gui.language import mark, tr, tr_n
from dnnmig_gui.gui.method_chip import method_chip
from dnnmig_gui.gui.names import id_title
from dnnmig_gui.gui.planner.checking import Checking
from dnnmig_gui.gui.planner.form import FieldRow, FormField
from dnnmig_gui.gui.planner.matters import Matters
from dnnmig_gui.gui.planner.model_form import ModelForm
from dnnmig_gui.gui.planner.plan_button import PlanButton
from dnnmig_gui.gui.planner.planning import Planning
from dnnmig_gui.gui.planner.result import ResultCard
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.icons import icon
from dnnmig_gui.gui.theme.look import Look

_SEED = FormField("seed", mark("Seed"), "", mark("Of every random choice"), 0, int, (), False, 0, 2**63 - 1)


_OPEN_KEY = "plan/more"
LEAST_FIELDS, RESULT, BUTTONS = 160, 230, 60
"""Heights: with less room than all three, the result scrolls with the fields."""
_PARAMETER = re.compile(r"(offloading|uploading)\.parameters\.(\w+)")


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

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What Tab comes to, in the order of the eye."""
        return self.combo, *self.form.stops

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
            chip = method_chip("preprocessing", name)
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
    """All that decides on the plan, in a scroll area, with the result below it where there is room.

    Signals
    -------
    comparison_asked(object, object)
        The scenario's offloading and uploading `MethodChoice`, to be compared with others.
    """

    comparison_asked = Signal(object, object)

    def __init__(
        self,
        look: Look,
        document: Document,
        planning: Planning,
        checking: Checking,
        selection: Selection,
        settings: QSettings,
    ) -> None:
        super().__init__()
        self._look = look
        self._settings = settings
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
        self.compare_button = button(tr("Add to compare"), "quiet")
        self.compare_button.setToolTip(tr("Compare these two methods with others"))
        keep_icon(self.compare_button, look, "compare", "text")
        self.compare_button.clicked.connect(self._ask_comparison)
        self._scroll = self._build()
        self._sections = {"offloading": self.offloading, "uploading": self.uploading}
        for kind, section in self._sections.items():
            section.form.more.open(bool(settings.value(f"{_OPEN_KEY}/{kind}", False, bool)))
            section.form.more.toggled.connect(lambda on, kind=kind: settings.setValue(f"{_OPEN_KEY}/{kind}", on))
        planning.settled.connect(self._reveal_fault)
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

    def _build(self) -> Scrolled:
        layout = column((16, 8, 16, 4), 14)
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
        scroll = Scrolled(layout)
        outer.addWidget(scroll, 1)
        self._places = (column((8, 0, 8, 0)), layout)
        self._places[0].addWidget(self.result)
        outer.addLayout(self._places[0])
        buttons = Beside(self.plan_button, self.compare_button, spacing=8, shares=(1, 1))
        lower = column((16, 0, 16, 0))
        lower.addWidget(buttons)
        outer.addLayout(lower)
        self.setLayout(outer)
        return scroll

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Let the result scroll with the fields where it would leave them too little room."""
        super().resizeEvent(event)
        look = self._look
        kept = self.height() - look.px(LEAST_FIELDS) >= look.px(RESULT) + look.px(BUTTONS)
        place = self._places[0 if kept else 1]
        if place.indexOf(self.result) < 0:
            place.addWidget(self.result)

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
        self.compare_button.setEnabled(bool(scenario.users))
        self._show_effect()
        self._lead_keyboard()

    def _lead_keyboard(self) -> None:
        """Let Tab follow the eye: forms make their rows anew, and would come last."""
        stops = (
            *self.preprocessing.chips.values(),
            *self.offloading.stops,
            *self.seed.stops,
            *self.uploading.stops,
            *self.matters.sliders.values(),
            self.plan_button,
            self.compare_button,
        )
        for one, following in pairwise(stops):
            QWidget.setTabOrder(one, following)

    def parameters(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield kind, name, title and the method's title of each parameter of the methods chosen."""
        for kind, section in self._sections.items():
            for name, made in section.form.rows.items():
                yield kind, name, tr(made.field.title), section.combo.currentText()

    def reveal(self, kind: str, name: str) -> None:
        """Bring a parameter of a method into view, and the keyboard to it."""
        editor = self._sections[kind].form.reveal(name)
        if editor is not None:
            self._scroll.ensureWidgetVisible(editor)
            editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _reveal_fault(self) -> None:
        """Open what hides the parameter that the planning failed for."""
        error = self._planning.error
        found = _PARAMETER.search(getattr(error, "field", "") or "")
        if found is not None:
            self._sections[found.group(1)].form.reveal(found.group(2))

    def _ask_comparison(self) -> None:
        scenario = self._document.scenario
        self.comparison_asked.emit(scenario.offloading, scenario.uploading)

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
        """Tell how many layers the followed user's model has, and what preprocessing left of them once planned."""
        run, scenario, number = self._planning.run, self._document.scenario, self._selection.user
        before = self._models.get(scenario.users[number].model) if number < len(scenario.users) else None
        effect = (
            "" if before is None else tr_n("{count} layer", "{count} layers", len(before)).format(count=len(before))
        )
        if run is not None and number < len(run.plan.users) and before is not None and scenario.preprocessing:
            planned = run.plan.scenario
            if planned.preprocessing == scenario.preprocessing and planned.users[number].model == (
                scenario.users[number].model
            ):
                after = len(run.plan.problem.users[number].model)
                effect = tr("{count} → {after} layers").format(count=len(before), after=after)
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
