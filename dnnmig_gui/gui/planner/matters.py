"""What matters to a user: delay, energy and money as three linked sliders that sum to 1."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSlider, QWidget

from dnnmig_gui.core.scenario import Weights
from dnnmig_gui.gui.controls import Slider, label
from dnnmig_gui.gui.language import mark, tr

PARTS = {"delay": mark("Delay"), "energy": mark("Energy"), "money": mark("Cost")}
HUNDRED = 100


def linked(shares: Mapping[str, int], name: str, value: int) -> dict[str, int]:
    """Return the shares (in hundredths, summing to 100) after `name` was set to `value`.

    The others keep their ratio and share the rest; where both were 0, the rest goes to the first of them.
    """
    value = min(HUNDRED, max(0, value))
    others = [other for other in shares if other != name]
    rest = HUNDRED - value
    before = sum(shares[other] for other in others)
    if before == 0:
        found = dict.fromkeys(others, 0) | {others[0]: rest}
    else:
        first = round(rest * shares[others[0]] / before)
        found = {others[0]: first, others[1]: rest - first}
    found[name] = value
    return {part: found[part] for part in shares}


class Matters(QWidget):
    """Three linked sliders.

    Signals
    -------
    edited(object)
        The new `Weights`.
    """

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._shares = {"delay": HUNDRED, "energy": 0, "money": 0}
        self.sliders: dict[str, QSlider] = {}
        self._numbers = {}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for line, (part, title) in enumerate(PARTS.items()):
            slider = Slider()
            slider.setRange(0, HUNDRED)
            slider.setPageStep(10)
            slider.setAccessibleName(tr("How much {title} matters, in per cent").format(title=tr(title).lower()))
            slider.valueChanged.connect(lambda value, part=part: self._move(part, value))
            number = label("0.00", "number")
            number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            number.setMinimumWidth(40)
            name = label(title)
            name.setMinimumWidth(48)
            name.setBuddy(slider)
            for place, widget in enumerate((name, slider, number)):
                grid.addWidget(widget, line, place)
            self.sliders[part] = slider
            self._numbers[part] = number
        self.setLayout(grid)

    def show_weights(self, weights: Weights) -> None:
        """Show the weights of a user."""
        delay, energy = round(weights.delay * HUNDRED), round(weights.energy * HUNDRED)
        self._show({"delay": delay, "energy": energy, "money": HUNDRED - delay - energy})

    def _move(self, part: str, value: int) -> None:
        shares = linked(self._shares, part, value)
        if shares == self._shares:
            return
        self._show(shares)
        self.edited.emit(Weights(**{name: share / HUNDRED for name, share in shares.items()}))

    def _show(self, shares: Mapping[str, int]) -> None:
        self._shares = dict(shares)
        for part, share in shares.items():
            self.sliders[part].blockSignals(True)
            self.sliders[part].setValue(share)
            self.sliders[part].blockSignals(False)
            self._numbers[part].setText(f"{share / HUNDRED:.2f}")
