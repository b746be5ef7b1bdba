"""The limits of users: tiers that must take part, energy of a query, layers that run only here or never there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QPushButton, QToolButton, QWidget

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.errors import InputError, unknown_name
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.edits import checked, set_users
from dnnmig_gui.core.scenario.layer_limits import EVERY
from dnnmig_gui.core.scenario.schema import BarLimit, EnergyLimit, Limit, PinLimit, UseLimit, User
from dnnmig_gui.core.topology.server import TIERS, Tier
from dnnmig_gui.gui.controls import button, column, keep_icon, label, restyle, row
from dnnmig_gui.gui.flow import Flow
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.planner.selected.editor import Editor
from dnnmig_gui.gui.planner.selected.rows import ChoiceRow, SeveralRow, field_of
from dnnmig_gui.gui.theme.look import Look

Limits = tuple[Limit, ...]
Way = Literal["pin", "bar"]
WAYS: dict[Way, str] = {"pin": mark("Only on"), "bar": mark("Never on")}
_TIER_WORDS: dict[Tier, str] = {"client": mark("Client"), "edge": mark("Edge"), "cloud": mark("Cloud")}
_ENERGY = field_of(EnergyLimit, "budget_j", mark("Energy of a query"), default=None, optional=True)


def with_tier_used(limits: Limits, tier: Tier, *, used: bool) -> Limits:
    """Return limits with or without the one that a tier must take part."""
    kept = tuple(limit for limit in limits if not (isinstance(limit, UseLimit) and limit.tier == tier))
    return (*kept, UseLimit(limit="use", tier=tier)) if used else kept


def with_energy(limits: Limits, budget_j: float | None) -> Limits:
    """Return limits with this budget for a query, or with none.

    Raises
    ------
    InputError
        If the budget is not above 0.
    """
    kept = tuple(limit for limit in limits if not isinstance(limit, EnergyLimit))
    if budget_j is None:
        return kept
    return (*kept, checked(EnergyLimit, {"limit": "energy", "budget_j": budget_j}))


def energy_of(limits: Sequence[Limit]) -> float | None:
    """Return the least energy budget; None without one."""
    return min((limit.budget_j for limit in limits if isinstance(limit, EnergyLimit)), default=None)


def layer_limit(way: Way, layers: str, places: str, names: Sequence[str] | None) -> PinLimit | BarLimit:
    """Return the limit that two lines of names say, separated by commas or, for layers, by spaces.

    Parameters
    ----------
    names
        The layers there are, as far as the model has been read.

    Raises
    ------
    InputError
        If a line is empty, or a layer is not there; the field is `layers` or `places`.
    """
    listed = tuple(dict.fromkeys(layers.replace(",", " ").split()))
    if names is not None and any(" " in name for name in names):
        listed = _names(layers)
    at = _names(places)
    if not listed:
        raise InputError(tr("name at least one layer, or * for all"), field="layers")
    for name in listed:
        if names is not None and name != EVERY and name not in names:
            message, hint = unknown_name("layer", name, names)
            raise InputError(f"{message}; {hint}" if hint else message, field="layers")
    if not at:
        raise InputError(tr("name at least one server or tier"), field="places")
    if way == "pin":
        return checked(PinLimit, {"limit": "pin", "layers": listed, "to": at})
    return checked(BarLimit, {"limit": "bar", "layers": listed, "from": at})


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


class LayerLimitRow(QWidget):
    """One limit on layers: which way, which layers, where.

    Signals
    -------
    edited(object)
        The new limit, one that the scenario takes.
    removed()
        It is to go.
    """

    edited = Signal(object)
    removed = Signal()

    def __init__(self, look: Look, check: Callable[[Limit], None]) -> None:
        super().__init__()
        self._check = check
        self._limit: PinLimit | BarLimit | None = None
        self._layers: tuple[str, ...] | None = None
        self.way = ChoiceRow(look, tr("Layers run"))
        self.way.show_choices([(way, tr(text), "") for way, text in WAYS.items()], "pin")
        self.way.chosen.connect(lambda _: self._take())
        self.layers = self._line(tr("Layers of the limit"), tr("Layers, or * for all"))
        self.places = self._line(tr("Servers or tiers of the limit"), tr("Servers or tiers"))
        self.remove = QToolButton()
        self.remove.setProperty("kind", "small")
        self.remove.setAccessibleName(tr("Remove the limit"))
        self.remove.setToolTip(tr("Remove the limit"))
        keep_icon(self.remove, look, "remove")
        self.remove.clicked.connect(self.removed)
        self._problem = label(role="error", wrap=True)
        self._problem.hide()
        layout = column((0, 0, 0, 8), 4)
        top = row(self.way, self.remove, spacing=4)
        top.setStretch(0, 1)
        layout.addLayout(top)
        layout.addWidget(self.layers)
        layout.addWidget(self.places)
        layout.addWidget(self._problem)
        self.setLayout(layout)

    @property
    def problem(self) -> str:
        """What is wrong with what is written in it; empty if nothing."""
        return "" if self._problem.isHidden() else self._problem.text()

    def show_limit(
        self, limit: PinLimit | BarLimit, layers: tuple[str, ...] | None, places: Sequence[str], *, anew: bool
    ) -> None:
        """Show a limit of the document; what is being written stays, unless it is shown `anew`."""
        if layers != self._layers or self.places.completer() is None:
            self._layers = layers
            _complete(self.layers, (EVERY, *(layers or ())))
            _complete(self.places, places)
        if limit == self._limit and not anew:
            return
        self._limit = limit
        written = self._read_or_none()
        if anew or written != limit:
            self.way.show_choices([(way, tr(text), "") for way, text in WAYS.items()], limit.limit)
            separator = ", " if layers is not None and any(" " in name for name in layers) else " "
            self.layers.setText(separator.join(limit.layers))
            self.places.setText(", ".join(limit.to if isinstance(limit, PinLimit) else limit.from_))
            for line in (self.layers, self.places):
                line.setCursorPosition(0)
            self._mark("", "")

    def _line(self, name: str, asks: str) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(name)
        made.setPlaceholderText(asks)
        made.setToolTip(asks)
        made.setMaxLength(100_000)
        made.textEdited.connect(lambda _: self._take())
        return made

    def _read(self) -> PinLimit | BarLimit:
        way: Way = "bar" if self.way.combo.currentData() == "bar" else "pin"
        limit = layer_limit(way, self.layers.text(), self.places.text(), self._layers)
        try:
            self._check(limit)
        except InputError as error:
            hint = f"; {error.hint}" if error.hint else ""
            raise InputError(f"{error.message}{hint}", field="places") from None
        return limit

    def _read_or_none(self) -> PinLimit | BarLimit | None:
        try:
            return self._read()
        except InputError:
            return None

    def _take(self) -> None:
        try:
            limit = self._read()
        except InputError as error:
            self._mark(error.message[0].upper() + error.message[1:], error.field or "")
            return
        self._mark("", "")
        if limit != self._limit:
            self._limit = limit
            self.edited.emit(limit)

    def _mark(self, problem: str, field: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        restyle(self.layers, "invalid", field == "layers")
        restyle(self.places, "invalid", field == "places")


def _complete(line: QLineEdit, words: Sequence[str]) -> None:
    completer = QCompleter(list(words), line)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    line.setCompleter(completer)
    completer.activated.connect(line.textEdited)


class LimitsForm(QWidget):
    """Edits the limits of one user; of several, those that are not about layers."""

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__()
        self._look = look
        self._editor = editor
        self._ids: tuple[str, ...] = ()
        self._model: DnnModel | None = None
        self.rows: list[LayerLimitRow] = []
        self.tiers: dict[Tier, QPushButton] = {}
        chips = Flow(6)
        for tier in TIERS:
            chip = button(tr(_TIER_WORDS[tier]), "chip")
            chip.setCheckable(True)
            chip.setAccessibleName(tr("{tier} must take part").format(tier=tr(_TIER_WORDS[tier])))
            chip.setToolTip(tr("A server of this tier must run a part of the model"))
            chip.clicked.connect(lambda on, tier=tier: self._use(tier, on=on))
            self.tiers[tier] = chip
            chips.add(chip)
        self.energy = SeveralRow(_ENERGY, look, self._check_energy)
        self.energy.edited.connect(self._set_energy)
        self.add = button(tr("Limit layers"), "quiet", tr("Add a limit on layers"))
        self.add.setToolTip(tr("Let layers run only on some servers, or never on some"))
        self.add.clicked.connect(self._add)
        self._column = column()
        layout = column(spacing=4)
        layout.addWidget(label(tr("Must take part")))
        layout.addWidget(chips)
        layout.addWidget(self.energy)
        layout.addLayout(self._column)
        layout.addLayout(row(self.add, None))
        self.setLayout(layout)

    def show_users(self, users: Sequence[User], model: DnnModel | None) -> None:
        """Show the limits of these users; `model` is what they ask, as far as it has been read."""
        ids = tuple(user.id for user in users)
        anew = ids != self._ids
        self._ids, self._model = ids, model
        scenario = self._editor.scenario
        for tier, chip in self.tiers.items():
            chip.setChecked(all(UseLimit(limit="use", tier=tier) in user.limits for user in users))
            chip.setEnabled(bool(scenario.of_tier(tier)) or chip.isChecked())
        if anew:
            self.energy.forget()
        self.energy.show_values([energy_of(user.limits) for user in users], word=tr("No limit"))
        one = users[0] if len(users) == 1 else None
        self.add.setVisible(one is not None)
        shown = [] if one is None else _layer_limits(one.limits)
        while len(self.rows) > len(shown):
            gone = self.rows.pop()
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
            anew = True  # it may have stood above others
        while len(self.rows) < len(shown):
            self._append()
        layers = None if model is None else tuple(layer.name for layer in model)
        places = (*TIERS, *(server.id for server in scenario.servers))
        for made, (_, limit) in zip(self.rows, shown, strict=True):
            made.show_limit(limit, layers, places, anew=anew)

    def _append(self) -> None:
        number = len(self.rows)
        made = LayerLimitRow(self._look, lambda limit: self._check_limit(number, limit))
        made.edited.connect(lambda limit: self._edit(number, limit))
        made.removed.connect(lambda: self._remove(number))
        self.rows.append(made)
        self._column.addWidget(made)

    def _changed(self, scenario: Scenario, change: Callable[[Limits], Limits]) -> Scenario:
        for user in scenario.users:
            if user.id in self._ids:
                scenario = set_users(scenario, (user.id,), {"limits": change(user.limits)})
        return scenario

    def _apply(self, text: str, change: Callable[[Limits], Limits], key: str = "") -> None:
        merge = f"{key}.{'.'.join(self._ids)}" if key else ""
        self._editor.apply(text, lambda scenario: self._changed(scenario, change), merge)

    def _use(self, tier: Tier, *, on: bool) -> None:
        text = tr("Require the {tier} tier") if on else tr("Do not require the {tier} tier")
        self._apply(text.format(tier=tier), lambda limits: with_tier_used(limits, tier, used=on))

    def _check_energy(self, _name: str, value: Any) -> None:
        self._editor.check(lambda scenario: self._changed(scenario, lambda limits: with_energy(limits, value)))

    def _set_energy(self, _name: str, value: Any) -> None:
        self._apply(tr("Change the energy of a query"), lambda limits: with_energy(limits, value), "limit.energy")

    def _check_limit(self, number: int, limit: Limit) -> None:
        self._editor.check(lambda scenario: self._changed(scenario, lambda limits: _replaced(limits, number, limit)))

    def _edit(self, number: int, limit: Limit) -> None:
        self._apply(
            tr("Change a limit on layers"), lambda limits: _replaced(limits, number, limit), f"limit.layers.{number}"
        )

    def _remove(self, number: int) -> None:
        self._apply(tr("Remove a limit on layers"), lambda limits: _replaced(limits, number, None))

    def _add(self) -> None:
        first = next((layer.name for layer in self._model or () if layer.kind != "input"), EVERY)
        new = PinLimit(limit="pin", layers=(first,), to=("client",))
        self._apply(tr("Add a limit on layers"), lambda limits: (*limits, new))


def _layer_limits(limits: Sequence[Limit]) -> list[tuple[int, PinLimit | BarLimit]]:
    return [(place, limit) for place, limit in enumerate(limits) if isinstance(limit, PinLimit | BarLimit)]


def _replaced(limits: Limits, number: int, limit: Limit | None) -> Limits:
    """Return limits with another in the place of the one on layers with this number; None takes it out."""
    place = _layer_limits(limits)[number][0]
    return (*limits[:place], *(() if limit is None else (limit,)), *limits[place + 1 :])
