"""Rows of a form that edit several things at once: numbers with sliders, names, choices."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QSizePolicy, QSlider, QWidget
from shiboken6 import isValid

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.gui.controls import Beside, Combo, Slider, column, follow, label, restyle, row
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.planner.form import EDITOR_WIDTH, FieldRow, FormField, Line, fields_of
from dnnmig_gui.gui.theme.look import Look

SEVERAL = mark("Several")
_STEPS = 1000
WIDTH = EDITOR_WIDTH + 32
"""Of a field for a name or a choice."""


def field_of(model: type[BaseModel], name: str, title: str, **changes: Any) -> FormField:
    """Return what a form needs to know of one field of a model, under another title."""
    found = next(field for field in fields_of(model) if field.name == name)
    if name.startswith("bandwidth"):
        changes = {"low": 0.0, **changes}
    return replace(found, title=title, **changes)


class Scale:
    """What a slider's places mean: from `low` to `high`, evenly or by factors."""

    def __init__(self, low: float, high: float, *, by_factors: bool = False) -> None:
        self._by_factors = by_factors
        self._low, self._high = (math.log10(low), math.log10(high)) if by_factors else (low, high)

    def place(self, value: float | None) -> int:
        """Return the slider's place for a value."""
        if value is None or (self._by_factors and value <= 0):
            return 0
        at = math.log10(value) if self._by_factors else value
        return round(_STEPS * min(1.0, max(0.0, (at - self._low) / (self._high - self._low))))

    def value(self, place: int) -> float:
        """Return the value at a place, to three digits."""
        at = self._low + (self._high - self._low) * place / _STEPS
        return float(f"{10**at if self._by_factors else at:.3g}")


class SeveralRow(FieldRow):
    """A field of several things: shows their value where it is one, and gives all the value written.

    Parameters
    ----------
    scale
        Of the slider below it; None for no slider.
    """

    def __init__(
        self, field: FormField, look: Look, check: Callable[[str, Any], None], scale: Scale | None = None
    ) -> None:
        self._mixed = False
        self._values: tuple[Any, ...] = ()
        self._fallback: float | None = None
        self._scale = scale
        self.slider: QSlider | None = None
        super().__init__(field, look, check)
        if scale is not None:
            self.slider = Slider()
            self.slider.setRange(0, _STEPS)
            self.slider.setPageStep(_STEPS // 20)
            self.slider.setAccessibleName(tr(field.title))
            self.slider.setToolTip(self.toolTip())
            self.slider.valueChanged.connect(self._slide)
            layout = self.layout()
            assert layout is not None
            layout.addWidget(self.slider)
        self.edited.connect(self._settle)

    def show_values(self, values: Sequence[Any], fallback: float | None = None, word: str = "") -> None:
        """Show the values of all.

        Parameters
        ----------
        fallback
            What holds where there is no value, shown greyed.
        word
            Shown greyed where there is neither.
        """
        was = self._mixed
        self._values = tuple(values)
        self._mixed = any(value != values[0] for value in values[1:])
        self._fallback = fallback
        if self._mixed:
            if not self.problem and not (was and self.editor.hasFocus()):
                self._show_mixed(values)
            return
        self.editor.setToolTip(self.toolTip())
        value = values[0] if values else self.field.default
        self.show_value(float(value) if self.field.number is float and value is not None else value)
        if isinstance(self.editor, QLineEdit):
            self.editor.setPlaceholderText(f"{fallback:g}" if fallback is not None else word or tr("None"))
        self._place_slider(value if value is not None else fallback)

    def give_up(self) -> None:
        """Write again what holds; where there are several, that."""
        super().give_up()
        if self._mixed:
            self._show_mixed(self._values)

    def _show_mixed(self, values: Sequence[Any]) -> None:
        """Say that there are several; the slider stands in their middle, the tool tip tells how far apart they lie."""
        if isinstance(self.editor, Combo):
            self.editor.setPlaceholderText(tr(SEVERAL))
            self.editor.setCurrentIndex(-1)
        else:
            self.editor.clear()
            self.editor.setPlaceholderText(tr(SEVERAL))
            known = sorted(value for value in values if value is not None)
            if known and self._scale is not None:
                low, high = self._scale.place(known[0]), self._scale.place(known[-1])
                self._place_slider(self._scale.value((low + high) // 2))
            if known:
                self.editor.setToolTip(f"{known[0]:g} – {known[-1]:g}\n{self.toolTip()}")
        self.reset_mark.setVisible(True)

    def _settle(self, _name: str, value: Any) -> None:
        self._mixed = False
        self._place_slider(value if value is not None else self._fallback)

    def _place_slider(self, value: float | None) -> None:
        if self.slider is not None and self._scale is not None and not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(self._scale.place(value))
            self.slider.blockSignals(False)

    def _slide(self, place: int) -> None:
        if self._scale is not None and isinstance(self.editor, QLineEdit):
            self.editor.setText(f"{self._scale.value(place):g}")
            self._take()


class NameRow(QWidget):
    """A name: told when it is finished and good, marked while it is not.

    Signals
    -------
    renamed(str)
        The new name.
    """

    renamed = Signal(str)

    def __init__(self, look: Look, title: str, check: Callable[[str], None], *, wide: bool = False) -> None:
        super().__init__()
        self._check = check
        self._name = ""
        self._came_from: QWidget | None = None
        self.editor = Line()
        self.editor.holds = lambda: self.editor.text() != self._name
        self.editor.given_up.connect(self._give_up)
        self.editor.setAccessibleName(title)
        self.editor.setMaxLength(200)
        self.editor.textEdited.connect(self._look_at)
        self.editor.editingFinished.connect(self._finish)
        named = label(title)
        named.setBuddy(self.editor)
        self._problem = label(role="error", wrap=True)
        self._problem.hide()
        layout = column()
        if wide:
            layout.addLayout(row(named, self.editor))
        else:
            follow(self, look, lambda: self.editor.setFixedWidth(look.px(WIDTH)))
            layout.addWidget(Beside(named, _at_the_right(self.editor)))
        layout.addWidget(self._problem)
        self.setLayout(layout)

    @property
    def problem(self) -> str:
        """What is wrong with what is written in it; empty if nothing."""
        return "" if self._problem.isHidden() else self._problem.text()

    def show_name(self, name: str) -> None:
        """Show a name, unless another is being written."""
        if name != self._name or not self.editor.hasFocus():
            self._name = name
            self.editor.setText(name)
            self.editor.setCursorPosition(0)
            self._mark("")

    def begin(self) -> None:
        """Put the keyboard into it; Enter gives it back to what had it."""
        self._came_from = QApplication.focusWidget()
        self.editor.setFocus()
        self.editor.selectAll()

    def _tell(self, name: str) -> None:
        """Tell the new name; the keyboard stays where it is, though the form goes and comes with the names."""
        focused, came_from, self._came_from = QApplication.focusWidget(), self._came_from, None
        self.renamed.emit(name)
        back = came_from if focused is self.editor and came_from is not None else focused
        if back is not None and isValid(back):
            back.setFocus()

    def _look_at(self, text: str) -> None:
        try:
            self._check(text)
        except InputError as error:
            self._mark(error.message[0].upper() + error.message[1:])
        else:
            self._mark("")

    def _give_up(self) -> None:
        self.editor.setText(self._name)
        self.editor.selectAll()
        self._mark("")

    def _finish(self) -> None:
        text = self.editor.text()
        if self.problem:
            self.editor.setText(self._name)
            self._mark("")
        elif text != self._name:
            self._name = text
            self._tell(text)

    def _mark(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        restyle(self.editor, "invalid", bool(problem))


class ChoiceRow(QWidget):
    """One of several things that have a name.

    Signals
    -------
    chosen(str)
        The key of another one.
    """

    chosen = Signal(str)

    def __init__(self, look: Look, title: str, *, asks: str = "") -> None:
        super().__init__()
        self._asks = asks
        self._choices: list[tuple[str, str, str]] = []
        self.combo = Combo(look, title)
        self.combo.setProperty("compact", True)
        # As wide as the longest choice, as far as there is room; the form's other fields are narrower.
        self.combo.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContents)
        self.combo.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        follow(self, look, lambda: self.combo.setMinimumWidth(look.px(WIDTH)))
        self.combo.setPlaceholderText(asks or tr(SEVERAL))
        self.combo.activated.connect(self._choose)
        named = label(title)
        named.setBuddy(self.combo)
        layout = column()
        layout.addWidget(Beside(named, _at_the_right(self.combo)))
        self.setLayout(layout)

    def show_choices(self, choices: Sequence[tuple[str, str, str]], current: str | None) -> None:
        """Offer key, title and explanation of each; none is current where `asks` is shown."""
        if list(choices) != self._choices:
            self._choices = list(choices)
            self.combo.clear()
            for key, title, tip in choices:
                self.combo.addItem(title, key)
                self.combo.setItemData(self.combo.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.combo.setCurrentIndex(self.combo.findData(current) if current is not None else -1)

    def _choose(self, place: int) -> None:
        key = self.combo.itemData(place)
        if self._asks:
            self.combo.setCurrentIndex(-1)
        self.chosen.emit(key)


def _at_the_right(editor: QWidget) -> QWidget:
    """Return a part of a row with an editor where the other fields stand."""
    side = QWidget()
    side.setLayout(row(None, editor))
    return side
