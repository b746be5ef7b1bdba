"""The form of the servers selected, one or several at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.edits import FIRST_GHZ, move_servers, rename_server, set_servers
from dnnmig_gui.core.scenario.presets import SERVER_PRESETS, Preset
from dnnmig_gui.core.topology import Server
from dnnmig_gui.core.topology.server import TIERS, PowerDraw
from dnnmig_gui.gui.controls import column, label
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.names import TIER_TITLES, id_title
from dnnmig_gui.gui.planner.form import FormField
from dnnmig_gui.gui.planner.selected.editor import Editor
from dnnmig_gui.gui.planner.selected.preset_row import PresetRow
from dnnmig_gui.gui.planner.selected.rows import ChoiceRow, NameRow, Scale, SeveralRow, field_of
from dnnmig_gui.gui.theme.look import Look

_PLAIN = (
    (field_of(Server, "compute_ghz", mark("Speed"), default=FIRST_GHZ["client"]), Scale(0.1, 200, by_factors=True)),
    (field_of(Server, "flops_per_cycle", mark("FLOP in a cycle")), None),
    (field_of(Server, "memory_mb", mark("Memory")), None),
    (field_of(Server, "memory_gb_per_s", mark("Memory bandwidth")), None),
    (field_of(Server, "price_per_hour", mark("Price of an hour")), None),
)
_POWER = tuple(
    replace(field_of(PowerDraw, name, title), name=f"power_w.{name}", low=0.0)
    for name, title in (
        ("active", mark("Power, running")),
        ("idle", mark("Power, waiting")),
        ("transmit", mark("Power, sending")),
        ("receive", mark("Power, receiving")),
    )
)
_AXES = tuple(
    FormField(name, title, "", mark("On the canvas"), None, float, (), True, None, None)
    for name, title in (("x", mark("Place x")), ("y", mark("Place y")))
)


class ServerForm(QWidget):
    """Edits all servers selected.

    Signals
    -------
    renamed(str)
        The one server has this name now.
    """

    renamed = Signal(str)

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._ids: tuple[str, ...] = ()
        self.title = label(role="title")
        self.name = NameRow(look, tr("Name"), self._check_name)
        self.name.renamed.connect(self._rename)
        self.tier = ChoiceRow(look, tr("Tier"))
        self.tier.chosen.connect(self._set_tier)
        self.problem = label(role="error", wrap=True)
        self.problem.hide()
        self.preset = PresetRow(look)
        self.preset.chosen.connect(self._fill)
        self.rows: dict[str, SeveralRow] = {}
        layout = column(spacing=4)
        layout.addWidget(self.title)
        layout.addSpacing(4)
        for part in (self.name, self.tier, self.problem, self.preset):
            layout.addWidget(part)
        for field, scale in _PLAIN:
            layout.addWidget(self._row(look, field, self._set, scale))
        self._power = QWidget()
        power = column(spacing=4)
        for field in _POWER:
            power.addWidget(self._row(look, field, self._set))
        self._power.setLayout(power)
        layout.addWidget(self._power)
        for field in _AXES:
            layout.addWidget(self._row(look, field, self._place))
        self.setLayout(layout)

    def _row(
        self, look: Look, field: FormField, make: Callable[[Scenario, str, Any], Scenario], scale: Scale | None = None
    ) -> SeveralRow:
        made = SeveralRow(
            field, look, lambda name, value: self._editor.check(lambda scenario: make(scenario, name, value)), scale
        )
        made.edited.connect(
            lambda name, value: self._editor.apply(
                tr("Change {field} of {what}").format(field=tr(field.title).lower(), what=self._what()),
                lambda scenario: make(scenario, name, value),
                f"server.{name}.{'.'.join(self._ids)}",
            )
        )
        self.rows[field.name] = made
        return made

    def _set(self, scenario: Scenario, name: str, value: Any) -> Scenario:
        return set_servers(scenario, self._ids, {name: value})

    def _place(self, scenario: Scenario, name: str, value: float | None) -> Scenario:
        """Set x or y of those that have a place of their own; without a value they are arranged by tier again."""
        places: dict[str, tuple[float, float] | None] = {}
        for server in self._servers(scenario):
            if server.position is not None:
                x, y = server.position
                places[server.id] = None if value is None else (value, y) if name == "x" else (x, value)
        return move_servers(scenario, places)

    def _servers(self, scenario: Scenario) -> list[Server]:
        return [server for server in scenario.servers if server.id in self._ids]

    def _what(self) -> str:
        return id_title(self._ids[0]) if len(self._ids) == 1 else tr("{count} servers").format(count=len(self._ids))

    def show_servers(self, ids: frozenset[str]) -> None:
        """Show the servers with these ids."""
        changed = set(ids) != set(self._ids)
        servers = [server for server in self._editor.scenario.servers if server.id in ids]
        self._ids = tuple(server.id for server in servers)
        self.setVisible(bool(servers))
        if not servers:
            return
        if changed:
            for row in self.rows.values():
                row.forget()
            self.problem.hide()
        self.title.setText(
            id_title(self._ids[0]) if len(servers) == 1 else tr("{count} servers").format(count=len(servers))
        )
        self.name.setVisible(len(servers) == 1)
        self.name.show_name(self._ids[0])
        tiers = {server.tier for server in servers}
        self.tier.show_choices(
            [(tier, tr(TIER_TITLES[tier]), "") for tier in TIERS], tiers.copy().pop() if len(tiers) == 1 else None
        )
        self.preset.show_presets(
            [preset for preset in SERVER_PRESETS if preset.tier in tiers],
            [{name: _value(server, name) for name in self.rows if name not in ("x", "y")} for server in servers],
        )
        speed = self.rows["compute_ghz"]
        speed.field = replace(speed.field, default=FIRST_GHZ[servers[0].tier])
        for name, row in self.rows.items():
            if name in ("x", "y"):
                placed = [server.position for server in servers if server.position is not None]
                row.setVisible(bool(placed))
                row.show_values([place["xy".index(name)] for place in placed])
            else:
                word = tr("Not counted") if name == "memory_gb_per_s" else tr("No limit")
                row.show_values([_value(server, name) for server in servers], word=word)
        self._power.setVisible("client" in tiers or self._editor.scenario.costs.energy == "all")

    def _check_name(self, name: str) -> None:
        self._editor.check(lambda scenario: rename_server(scenario, self._ids[0], name))

    def _rename(self, name: str) -> None:
        old = self._ids[0]
        self._ids = (name,)  # it is the same server that is shown
        self._editor.apply(
            tr("Rename {old}").format(old=id_title(old)), lambda scenario: rename_server(scenario, old, name)
        )
        self.renamed.emit(name)

    def _set_tier(self, tier: str) -> None:
        words = tr(TIER_TITLES[tier]).lower()  # type: ignore[index]
        self._apply_all({"tier": tier}, tr("Make {what} {tier}").format(what=self._what(), tier=words))

    def _fill(self, preset: Preset) -> None:
        self._apply_all(preset.values, tr("Fill in {name}").format(name=preset.name))

    def _apply_all(self, values: Mapping[str, Any], text: str) -> None:
        try:
            self._editor.apply(text, lambda scenario: set_servers(scenario, self._ids, values))
        except InputError as error:
            self.problem.setText(error.message[0].upper() + error.message[1:])
            self.problem.show()
            self.show_servers(frozenset(self._ids))
            return
        self.problem.hide()


def _value(server: Server, name: str) -> Any:
    outer, _, inner = name.partition(".")
    value = getattr(server, outer)
    return getattr(value, inner) if inner else value
