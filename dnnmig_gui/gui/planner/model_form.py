"""The form of a pydantic model: a row for each field, those that are seldom changed under More."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from pydantic import BaseModel
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from dnnmig_gui.gui.controls import column, empty
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.planner.form import FieldRow, FormField, SharedLine, fields_of
from dnnmig_gui.gui.planner.more import FOLDED_FROM, More
from dnnmig_gui.gui.planner.settings_words import FieldWords
from dnnmig_gui.gui.theme.look import Look


def _worded(named: FormField, words: FieldWords | None) -> FormField:
    if words is None:
        return named
    return replace(named, title=tr(words.title), texts=words.texts, nothing=words.nothing or named.nothing)


def _beside(made: FieldRow) -> str:
    return made.field.beside


class ModelForm(QWidget):
    """One row for each field of a model. Values that the model refuses are marked and never told.

    Signals
    -------
    edited(str, object)
        Name and value of a field that was changed to something valid.
    """

    edited = Signal(str, object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._model: type[BaseModel] | None = None
        self._check: Callable[[Mapping[str, Any]], object] = lambda _: None
        self._values: dict[str, Any] = {}
        self.rows: dict[str, FieldRow] = {}
        self._column = column(spacing=4)
        self.more = More(look)
        layout = column(spacing=4)
        layout.addLayout(self._column)
        layout.addWidget(self.more)
        self.setLayout(layout)

    def show_model(
        self,
        model: type[BaseModel],
        values: Mapping[str, Any],
        check: Callable[[Mapping[str, Any]], object],
        words: Mapping[str, FieldWords] | None = None,
    ) -> None:
        """Show the fields of a model with these values; those not given have their defaults.

        Parameters
        ----------
        check
            Called with all values; raises an `InputError` for those that the model refuses.
        words
            What people read for some of the fields.
        """
        self._check = check
        if model is not self._model:
            self._model = model
            self._make_rows(model, words or {})
        self._values = dict(values)
        for name, made in self.rows.items():
            value = values.get(name, made.field.default)
            made.show_value(float(value) if made.field.number is float and value is not None else value)
        self.more.count()
        self.setVisible(bool(self.rows))

    def _make_rows(self, model: type[BaseModel], words: Mapping[str, FieldWords]) -> None:
        empty(self._column)
        self.rows = {}
        for named in fields_of(model):
            made = FieldRow(_worded(named, words.get(named.name)), self._look, self._check_one)
            made.edited.connect(self._tell)
            self.rows[named.name] = made
        seldom = [made for made in self.rows.values() if made.field.seldom]
        folded = seldom if len(seldom) >= FOLDED_FROM else []
        for beside, some in groupby((made for made in self.rows.values() if made not in folded), _beside):
            together = tuple(some)
            for part in (SharedLine(together),) if beside else together:
                self._column.addWidget(part)
        self.more.show_rows(folded)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What Tab comes to, in the order of the eye."""
        first = [made for made in self.rows.values() if not self.more.holds(made)]
        folded = [made for made in self.rows.values() if self.more.holds(made)]
        return (
            *(stop for made in first for stop in made.stops),
            self.more.head,
            *(stop for made in folded for stop in made.stops),
        )

    def reveal(self, name: str) -> QWidget | None:
        """Open what hides a field; return its editor, None if there is no such field."""
        made = self.rows.get(name)
        if made is None:
            return None
        if self.more.holds(made):
            self.more.open(True)
        return made.editor

    def forget(self) -> None:
        """Let go of all that was typed and is wrong."""
        for made in self.rows.values():
            made.forget()

    def _check_one(self, name: str, value: Any) -> None:
        self._check({**self._values, name: value})

    def _tell(self, name: str, value: Any) -> None:
        self._values[name] = value
        self.more.count()
        self.edited.emit(name, value)
