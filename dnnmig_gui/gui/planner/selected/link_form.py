"""The form of the links selected, and that of what joins two tiers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QWidget

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.edits import FIRST_MB_PER_S, remove, reset_links, set_link_default, set_links
from dnnmig_gui.core.scenario.joined import Joined, Pair
from dnnmig_gui.core.scenario.presets import LINK_PRESETS, Preset
from dnnmig_gui.core.topology.link import Link, LinkDefault, TierPair, tier_pair
from dnnmig_gui.core.topology.server import TIERS
from dnnmig_gui.gui.controls import button, column, label, restyle, row
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.names import id_title
from dnnmig_gui.gui.planner.selected.editor import Editor
from dnnmig_gui.gui.planner.selected.preset_row import PresetRow
from dnnmig_gui.gui.planner.selected.rows import Scale, SeveralRow, field_of
from dnnmig_gui.gui.theme.look import Look

_BANDWIDTH = Scale(0.01, 1000, by_factors=True)
_FIELDS = (
    ("bandwidth_mb_per_s", mark("Bandwidth"), _BANDWIDTH),
    ("bandwidth_back_mb_per_s", mark("Bandwidth back"), _BANDWIDTH),
    ("latency_ms", mark("Latency"), None),
    ("failure_rate", mark("Failure rate"), Scale(0.0, 0.5)),
    ("price_per_gb", mark("Price of a GB"), None),
)


class LinkForm(QWidget):
    """Edits all links selected; what a link does not say comes, greyed, from the default of its tiers.

    Signals
    -------
    gone()
        The links were removed.
    """

    gone = Signal()

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._pairs: tuple[Pair, ...] = ()
        self.title = label(role="title", wrap=True)
        self.origin = label(role="caption", wrap=True)
        self.preset = PresetRow(look)
        self.preset.chosen.connect(self._fill)
        self.rows: dict[str, SeveralRow] = {}
        layout = column(spacing=4)
        for part in (self.title, self.origin, self.preset):
            layout.addWidget(part)
        for name, title, scale in _FIELDS:
            made = SeveralRow(field_of(Link, name, title), look, self._check, scale)
            made.edited.connect(self._edit)
            self.rows[name] = made
            layout.addWidget(made)
        self.back: QPushButton = button(tr("Back to default"), "quiet")
        self.back.clicked.connect(self._reset)
        self.cut: QPushButton = button(tr("Remove"), "quiet", tr("Remove the link"))
        self.cut.clicked.connect(self._remove)
        layout.addSpacing(8)
        layout.addLayout(row(self.back, self.cut, None))
        self.setLayout(layout)

    def show_links(self, pairs: frozenset[Pair]) -> None:
        """Show the links of these pairs."""
        if pairs != frozenset(self._pairs):
            for made in self.rows.values():
                made.forget()
        joined = Joined(self._editor.scenario)
        self._pairs = tuple(sorted(pairs))
        self.setVisible(bool(pairs))
        if not pairs:
            return
        one, other = joined.ordered(*self._pairs[0])
        several = len(pairs) > 1
        self.title.setText(
            tr("{count} links").format(count=len(pairs)) if several else f"{id_title(one)} → {id_title(other)}"
        )
        own = [joined.own(*pair) for pair in self._pairs]
        self.origin.setText(
            tr("As the default of its tiers says")
            if not any(own)
            else tr("What is empty comes from the default of its tiers")
        )
        has_default = any(joined.default(*pair) is not None for pair in self._pairs)
        self.origin.setVisible(has_default)
        self.back.setVisible(has_default)
        self.back.setEnabled(any(own))
        self.preset.show_presets(
            LINK_PRESETS, [{name: getattr(link, name) if link else None for name in self.rows} for link in own]
        )
        figures = joined.figures(*self._pairs[0])
        for name, made in self.rows.items():
            fallback = getattr(figures, name) if figures is not None and not several else None
            made.show_values([getattr(link, name) if link else None for link in own], fallback)

    def _set(self, scenario: Scenario, values: dict[str, Any]) -> Scenario:
        return set_links(scenario, self._pairs, values)

    def _check(self, name: str, value: Any) -> None:
        self._editor.check(lambda scenario: self._set(scenario, {name: value}))

    def _edit(self, name: str, value: Any) -> None:
        title = tr(self.rows[name].field.title).lower()
        key = f"link.{name}.{self._pairs}"
        self._editor.apply(
            tr("Change {title} of a link").format(title=title), lambda scenario: self._set(scenario, {name: value}), key
        )

    def _fill(self, preset: Preset) -> None:
        self._editor.apply(
            tr("Fill in {name}").format(name=preset.name), lambda scenario: self._set(scenario, preset.values)
        )

    def _reset(self) -> None:
        self._editor.apply(tr("Link back to default"), lambda scenario: reset_links(scenario, self._pairs))

    def _remove(self) -> None:
        self._editor.apply(tr("Remove link"), lambda scenario: remove(scenario, links=self._pairs))
        self.gone.emit()


class _Cell(QLineEdit):
    """A field of the matrix, which says when it gets the keyboard: its pair is then edited below.

    Signals
    -------
    entered()
        By a click or by Tab; neither needs to move the cursor.
    """

    entered = Signal()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        super().focusInEvent(event)
        self.entered.emit()


class DefaultsForm(QWidget):
    """What joins every pair of two tiers, as a small matrix; the pair chosen in it is edited below."""

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._pair: TierPair = "client-edge"
        self.cells: dict[TierPair, QLineEdit] = {}
        layout = column(spacing=6)
        layout.addWidget(label(tr("Links by tier"), "section"))
        hint = tr("Bandwidth in MB/s that joins every pair of two tiers; empty for none")
        layout.addWidget(label(hint, "caption", wrap=True))
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        words = {tier: tr(tier.capitalize()) for tier in TIERS}
        for place, tier in enumerate(TIERS):
            grid.addWidget(label(words[tier], "caption"), 0, place + 1)
            grid.addWidget(label(words[tier], "caption"), place + 1, 0)
            for other_place in range(place, len(TIERS)):
                pair = tier_pair(tier, TIERS[other_place])
                grid.addWidget(
                    self._cell(pair, tr("{one} to {other}").format(one=words[tier], other=words[TIERS[other_place]])),
                    place + 1,
                    other_place + 1,
                )
        layout.addLayout(grid)
        self.problem = label(role="error", wrap=True)
        self.problem.hide()
        layout.addWidget(self.problem)
        self._title = label(role="section")
        layout.addSpacing(6)
        layout.addWidget(self._title)
        self.preset = PresetRow(look)
        self.preset.chosen.connect(self._fill)
        layout.addWidget(self.preset)
        self.rows: dict[str, SeveralRow] = {}
        for name, title, scale in _FIELDS:
            field = field_of(LinkDefault, name, title)
            if name == "bandwidth_mb_per_s":
                field = replace(field, default=None, optional=True)
            made = SeveralRow(field, look, self._check, scale)
            made.edited.connect(self._edit)
            self.rows[name] = made
            layout.addWidget(made)
        self.setLayout(layout)

    def _cell(self, pair: TierPair, name: str) -> QLineEdit:
        cell = _Cell()
        cell.setAccessibleName(tr("Bandwidth {name}, MB/s").format(name=name))
        cell.setPlaceholderText("–")
        cell.textEdited.connect(lambda text: self._write(pair, text))
        cell.entered.connect(lambda: self._choose(pair))
        self.cells[pair] = cell
        return cell

    def refresh(self) -> None:
        """Show the document's defaults."""
        defaults = self._editor.scenario.link_defaults
        for pair, cell in self.cells.items():
            default = defaults.get(pair)
            if not cell.hasFocus():
                cell.setText("" if default is None else f"{default.bandwidth_mb_per_s:g}")
                restyle(cell, "invalid", False)
        one, other = self._pair.split("-")
        self._title.setText(
            tr("{one} to {other}").format(one=tr(one.capitalize()), other=tr(other.capitalize()).lower())
        )
        default = defaults.get(self._pair)
        figures = [] if default is None else [{name: getattr(default, name) for name in self.rows}]
        self.preset.show_presets(LINK_PRESETS, figures)
        for name, made in self.rows.items():
            value = getattr(default, name) if default is not None else None
            fallback = default.bandwidth_mb_per_s if default is not None and name == "bandwidth_back_mb_per_s" else None
            made.setEnabled(default is not None or name == "bandwidth_mb_per_s")
            if value is None and not made.field.optional:
                value = made.field.default
            made.show_values([value], fallback)

    def _choose(self, pair: TierPair) -> None:
        if pair != self._pair:
            self._pair = pair
            for made in self.rows.values():
                made.forget()
            self.refresh()

    def _write(self, pair: TierPair, text: str) -> None:
        self._choose(pair)
        cell = self.cells[pair]
        try:
            value = float(text.replace(",", ".")) if text.strip() else None
            self._editor.apply(
                tr("Change links {pair}").format(pair=pair),
                lambda scenario: set_link_default(scenario, pair, {"bandwidth_mb_per_s": value}),
                f"default.bandwidth_mb_per_s.{pair}",
            )
        except ValueError:
            self._mark(cell, tr("Must be a number"))
        except InputError as error:
            self._mark(cell, error.message[0].upper() + error.message[1:])
        else:
            self._mark(cell, "")

    def _mark(self, cell: QLineEdit, problem: str) -> None:
        restyle(cell, "invalid", bool(problem))
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _check(self, name: str, value: Any) -> None:
        self._editor.check(lambda scenario: set_link_default(scenario, self._pair, {name: value}))

    def _edit(self, name: str, value: Any) -> None:
        pair = self._pair
        self._editor.apply(
            tr("Change links {pair}").format(pair=pair),
            lambda scenario: set_link_default(scenario, pair, {name: value}),
            f"default.{name}.{pair}",
        )

    def _fill(self, preset: Preset) -> None:
        pair = self._pair
        values = {"bandwidth_mb_per_s": FIRST_MB_PER_S[pair], **preset.values}
        self._editor.apply(
            tr("Fill in {name}").format(name=preset.name), lambda scenario: set_link_default(scenario, pair, values)
        )
