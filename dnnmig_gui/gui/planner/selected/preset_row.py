"""A choice of presets, with the source of the one that the figures are of, and what of it is estimated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from dnnmig_gui.core.scenario.presets import Preset
from dnnmig_gui.gui.controls import column, label
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.planner.selected.rows import ChoiceRow
from dnnmig_gui.gui.theme.look import Look


class PresetRow(QWidget):
    """Offers presets. Which of them holds is read from the figures themselves, so undoing and editing let it go.

    Signals
    -------
    chosen(object)
        The `Preset` to fill in.
    """

    chosen = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._presets: Sequence[Preset] = ()
        self.choice = ChoiceRow(look, tr("Fill in from"), asks=tr("Preset…"))
        self.choice.chosen.connect(self._choose)
        self.source = label(role="caption", wrap=True)
        self.estimated = label(role="caption", wrap=True)
        layout = column(spacing=4)
        for part in (self.choice, self.source, self.estimated):
            layout.addWidget(part)
        self.setLayout(layout)

    def show_presets(self, presets: Sequence[Preset], figures: Sequence[Mapping[str, Any]]) -> None:
        """Offer these presets, and show as chosen the one that all of the figures are of, if there is one.

        Parameters
        ----------
        figures
            Of each thing that is edited, by field: at least the fields that presets fill in.
        """
        self._presets = presets
        holds = next((each for each in presets if figures and all(_are_of(each, one) for one in figures)), None)
        choices = [(each.name, each.name, f"{each.source}\n{each.estimated}".strip()) for each in presets]
        self.choice.show_choices(choices, holds.name if holds is not None else None)
        self.source.setVisible(holds is not None)
        self.estimated.setVisible(holds is not None and bool(holds.estimated))
        if holds is not None:
            self.source.setText(tr("Source: {source}").format(source=holds.source))
            self.estimated.setText(tr("Estimated: {what}").format(what=holds.estimated))

    def _choose(self, name: str) -> None:
        self.chosen.emit(next(each for each in self._presets if each.name == name))


def _are_of(preset: Preset, figures: Mapping[str, Any]) -> bool:
    return all(figures[name] == value for name, value in preset.values.items())
