"""The outages of the running phase: which link or server does not work, from when until when."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QToolButton, QWidget

from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.edits import changed, with_parts
from dnnmig_gui.core.scenario.joined import Joined
from dnnmig_gui.core.scenario.schema import Outage
from dnnmig_gui.gui.controls import column, keep_icon, label, row
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.names import id_title
from dnnmig_gui.gui.planner.form import FieldRow, FormField
from dnnmig_gui.gui.planner.selected.editor import Editor
from dnnmig_gui.gui.planner.selected.rows import ChoiceRow
from dnnmig_gui.gui.theme.look import Look

FIRST_S = (1.0, 2.0)
"""When a new outage begins and ends."""
MOST_OFFERED = 400
"""Links offered beside the servers: a longer list is no help."""
_TIMES = {"start_s": mark("From"), "end_s": mark("Until")}


def what_can_fail(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """Return what an outage can be of, by a key: edge and cloud servers, then links; as fields of an `Outage`."""
    found: dict[str, dict[str, Any]] = {
        server.id: {"server": server.id, "between": None} for server in scenario.servers if server.tier != "client"
    }
    pairs = list(Joined(scenario).pairs())[:MOST_OFFERED]
    pairs += [outage.between for outage in scenario.running.outages if outage.between is not None]
    for pair in pairs:
        one, other = sorted(pair)
        found[f"{one}\n{other}"] = {"server": None, "between": (one, other)}
    return found


class OutageRow(QWidget):
    """One outage.

    Signals
    -------
    edited(object, str)
        New values by field, and what is changed.
    removed()
        It is to go.
    """

    edited = Signal(object, str)
    removed = Signal()

    def __init__(self, look: Look, check: Any) -> None:
        super().__init__()
        self.what = ChoiceRow(look, tr("Does not work"))
        self.what.chosen.connect(self._choose)
        self.times = {
            name: FieldRow(
                FormField(name, tr(title), "s", "", FIRST_S[place], float, (), False, 0.0, None), look, check
            )
            for place, (name, title) in enumerate(_TIMES.items())
        }
        self.remove = QToolButton()
        self.remove.setProperty("kind", "small")
        self.remove.setAccessibleName(tr("Remove the outage"))
        self.remove.setToolTip(tr("Remove the outage"))
        keep_icon(self.remove, look, "remove")
        self.remove.clicked.connect(self.removed)
        self._choices: dict[str, dict[str, Any]] = {}
        self.number = label(role="caption")
        layout = column((0, 0, 0, 8), 4)
        layout.addLayout(row(self.number, None, self.remove))
        layout.addWidget(self.what)
        for name, made in self.times.items():
            made.edited.connect(lambda field, value, name=name: self.edited.emit({field: value}, name))
            layout.addWidget(made)
        self.setLayout(layout)

    def show_outage(self, number: int, outage: Outage, choices: dict[str, dict[str, Any]]) -> None:
        """Show an outage of the document."""
        self._choices = choices
        self.number.setText(tr("Outage {number}").format(number=number + 1))
        titles = [(key, " – ".join(map(id_title, key.split("\n"))), "") for key in choices]
        now = outage.server if outage.server is not None else "\n".join(sorted(outage.between or ()))
        self.what.show_choices(titles, now)
        for name, made in self.times.items():
            made.show_value(getattr(outage, name))

    def forget(self) -> None:
        """Let go of what was typed and is wrong."""
        for made in self.times.values():
            made.forget()

    def _choose(self, key: str) -> None:
        self.edited.emit(self._choices[key], "")


class OutagesForm(QWidget):
    """All outages of the scenario, with a button for one more."""

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__()
        self._look = look
        self._editor = editor
        self.rows: list[OutageRow] = []
        self.add = QToolButton()
        self.add.setProperty("kind", "small")
        self.add.setAccessibleName(tr("Add an outage"))
        self.add.setToolTip(tr("Let a link or a server fail for a while"))
        keep_icon(self.add, look, "add")
        self.add.clicked.connect(self._add)
        self._none = label(tr("Everything works all the time."), "quiet", wrap=True)
        self._column = column()
        layout = column(spacing=4)
        layout.addLayout(row(label(tr("Outages"), "section"), None, self.add))
        layout.addWidget(self._none)
        layout.addLayout(self._column)
        self.setLayout(layout)

    def refresh(self) -> None:
        """Show the document as it is now."""
        scenario = self._editor.scenario
        outages = scenario.running.outages
        while len(self.rows) > len(outages):
            gone = self.rows.pop()
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self.rows) < len(outages):
            self._append()
        self._none.setVisible(not outages)
        self.add.setEnabled(any(server.tier != "client" for server in scenario.servers))
        if outages:
            choices = what_can_fail(scenario)
            for number, (made, outage) in enumerate(zip(self.rows, outages, strict=True)):
                made.show_outage(number, outage, choices)

    def forget(self) -> None:
        """Let go of all that was typed and is wrong."""
        for made in self.rows:
            made.forget()

    def _append(self) -> None:
        number = len(self.rows)
        made = OutageRow(self._look, lambda name, value: self._check(number, {name: value}))
        made.edited.connect(lambda values, name: self._edit(number, values, name))
        made.removed.connect(lambda: self._remove(number))
        self.rows.append(made)
        self._column.addWidget(made)

    def _check(self, number: int, values: dict[str, Any]) -> None:
        self._editor.check(lambda scenario: _with_outage(scenario, number, values))

    def _edit(self, number: int, values: dict[str, Any], name: str) -> None:
        key = f"outage.{number}.{name}" if name else ""
        self._editor.apply(tr("Change an outage"), lambda scenario: _with_outage(scenario, number, values), key)

    def _add(self) -> None:
        def make(scenario: Scenario) -> Scenario:
            first = next(iter(what_can_fail(scenario).values()))
            said = {key: value for key, value in first.items() if value is not None}
            new = Outage(start_s=FIRST_S[0], end_s=FIRST_S[1], **said)
            return _with_outages(scenario, (*scenario.running.outages, new))

        self._editor.apply(tr("Add an outage"), make)

    def _remove(self, number: int) -> None:
        def make(scenario: Scenario) -> Scenario:
            outages = scenario.running.outages
            return _with_outages(scenario, (*outages[:number], *outages[number + 1 :]))

        self._editor.apply(tr("Remove an outage"), make)


def _with_outage(scenario: Scenario, number: int, values: dict[str, Any]) -> Scenario:
    outages = list(scenario.running.outages)
    outages[number] = changed(outages[number], values)
    return _with_outages(scenario, tuple(outages))


def _with_outages(scenario: Scenario, outages: tuple[Outage, ...]) -> Scenario:
    return with_parts(scenario, running=changed(scenario.running, {"outages": outages}))
