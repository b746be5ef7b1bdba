"""A row of a form, drawn from a field of a pydantic model: title, unit, range, default and help."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.reporting.numbers import SPACE
from dnnmig_gui.gui.controls import Beside, Combo, column, follow, keep_icon, label, restyle, row
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.theme.look import Look

EDITOR_WIDTH = 112
COMBO_WIDTH = EDITOR_WIDTH + 24
SHARED_WIDTH = 52
"""Of a field that shares its line with another."""
IMPERCEPTIBLE, HUGE = 1e-6, 1e6
"""Bounds beyond these keep out nonsense; they are no range that anybody asks for."""
_WORDS_FOR_BOOL = {True: mark("Yes"), False: mark("No")}


@dataclass(frozen=True)
class FormField:
    """What a form needs to know of a field.

    Parameters
    ----------
    choices
        The values there are, for fields that take one of a few.
    number
        Type of a number; None for choices.
    optional
        Whether the field may be left empty.
    texts
        What people read for some of the choices; the others stand there by their own name.
    nothing
        What people read where the field is left empty.
    seldom
        Whether it is so seldom changed that a form folds it away.
    beside
        The one title of this field and those next to it that name the same: they share a line. Empty for none.
    """

    name: str
    title: str
    unit: str
    help: str
    default: Any
    number: type[int] | type[float] | None
    choices: tuple[Any, ...]
    optional: bool
    low: float | None
    high: float | None
    texts: Mapping[Any, str] = field(default_factory=dict, hash=False)
    nothing: str = mark("None")
    seldom: bool = False
    beside: str = ""


def fields_of(model: type[BaseModel]) -> tuple[FormField, ...]:
    """Return the fields of a model that a form can show: numbers, yes or no, and one of several words."""
    found = []
    for name, info in model.model_fields.items():
        kind, optional = _plain_type(info.annotation)
        choices: tuple[Any, ...] = ()
        unit = _extra(info).get("unit", "")
        if get_origin(kind) is Literal:
            choices = get_args(kind)
            if len(choices) < 2:
                continue  # nothing to choose
        elif kind is bool:
            choices = (True, False)
        elif kind not in (int, float):
            continue
        found.append(
            FormField(
                name=name,
                title=info.title or _title_of(name, unit),
                unit=unit,
                help=info.description or "",
                default=info.get_default(call_default_factory=True),
                number=None if choices else kind,
                choices=choices,
                optional=optional,
                low=_bound(info, "ge", "gt"),
                high=_bound(info, "le", "lt"),
                seldom=bool(_extra(info).get("seldom", False)),
                beside=str(_extra(info).get("beside", "")),
            )
        )
    return tuple(found)


def _title_of(name: str, unit: str) -> str:
    """Return a field's name as a title; names end in their unit, which stands behind the title anyway."""
    words = name.split("_")
    if unit and len(words) > 1 and words[-1].lower() == unit.lower():
        words.pop()
    return " ".join(words).capitalize()


def _plain_type(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        inner = parts[0] if len(parts) == 1 else None
        return (get_args(inner)[0] if get_origin(inner) is Annotated else inner), len(parts) < len(get_args(annotation))
    return annotation, False


def _extra(info: FieldInfo) -> dict[str, Any]:
    return info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}


def _bound(info: FieldInfo, *names: str) -> float | None:
    for part in info.metadata:
        for name in names:
            value = getattr(part, name, None)
            if isinstance(value, int | float):
                return value
    return None


def shown_number(value: float | None) -> str:
    """Return a number as it stands in a field."""
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


class FieldRow(QWidget):
    """A field: its title, its value, and a mark that sets it back to the default."""

    edited = Signal(str, object)
    """Name and value, at every change that can be read and lies in range."""

    def __init__(self, field: FormField, look: Look, check: Callable[[str, Any], None]) -> None:
        super().__init__()
        self.field = field
        self._check = check
        self._value: Any = field.default
        title = tr(field.title) + (f",{SPACE}{field.unit}" if field.unit else "")
        self._title = label(title)
        self.editor: QLineEdit | Combo = self._combo(look) if field.choices else self._line()
        self.editor.setAccessibleName(title)
        width = SHARED_WIDTH if field.beside else COMBO_WIDTH if field.choices else EDITOR_WIDTH
        follow(self, look, lambda: self.editor.setFixedWidth(look.px(width)))
        self._title.setBuddy(self.editor)
        self.reset_mark = QToolButton()
        self.reset_mark.setProperty("kind", "small")
        self.reset_mark.setAccessibleName(tr("Reset {title}").format(title=tr(field.title)))
        self.reset_mark.setToolTip(
            tr("Set back to {value}").format(value=self._text_of(field.default) or tr("nothing"))
        )
        self.reset_mark.clicked.connect(self._set_back)
        keep_icon(self.reset_mark, look, "reset", "accent_ink")
        policy = self.reset_mark.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset_mark.setSizePolicy(policy)
        self.problem_line = label(role="error", wrap=True)
        self.problem_line.hide()
        help_text = self._help_text()
        for part in (self, self._title, self.editor):
            part.setToolTip(help_text)
        self.editor.setAccessibleDescription(help_text)
        layout = column()
        value_side = QWidget()
        value_side.setLayout(row(None, self.reset_mark, self.editor, spacing=2))
        if field.beside:
            self._title.setParent(self)
            self._title.hide()  # the line that it is on has a title for all
            layout.addWidget(value_side)
        else:
            layout.addWidget(Beside(self._title, value_side))
        layout.addWidget(self.problem_line)
        self.setLayout(layout)
        self.show_value(field.default)

    @property
    def changed(self) -> bool:
        """Whether its value is another one than the default."""
        return bool(self._value != self.field.default)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What Tab comes to, in the order of the eye."""
        return self.reset_mark, self.editor

    @property
    def problem(self) -> str:
        """What is wrong with what is written in it; empty if nothing."""
        return self.problem_line.text() if not self.problem_line.isHidden() else ""

    def show_value(self, value: Any) -> None:
        """Show the document's value. What is being typed stays as it is while it means the same, or is still wrong."""
        if self.problem and value == self._value:
            return
        self._value = value
        if isinstance(self.editor, Combo):
            self.editor.setCurrentIndex(self.field.choices.index(value))
        elif not (self.editor.hasFocus() and self._means(value)):
            self.editor.setText(shown_number(value))
        self.reset_mark.setVisible(self.changed)
        self._mark("")

    def forget(self) -> None:
        """Let go of what was typed and is wrong."""
        self._mark("")
        self.show_value(self._value)

    def give_up(self) -> None:
        """Write again what holds, in place of what was typed and is wrong."""
        self.forget()
        if isinstance(self.editor, QLineEdit):
            self.editor.selectAll()

    def _means(self, value: Any) -> bool:
        try:
            return bool(self._read() == value)
        except InputError:
            return False

    def _line(self) -> QLineEdit:
        line = _NumberLine(self.field)
        line.setAlignment(Qt.AlignmentFlag.AlignRight)
        if self.field.optional:
            line.setPlaceholderText(tr(self.field.nothing))
        line.textEdited.connect(self._take)
        line.given_up.connect(self.give_up)
        return line

    def _combo(self, look: Look) -> Combo:
        combo = Combo(look, tr(self.field.title))
        combo.setProperty("compact", True)
        for choice in self.field.choices:
            combo.addItem(self._text_of(choice))
        combo.activated.connect(self._take)
        return combo

    def _text_of(self, value: Any) -> str:
        if value in self.field.texts:
            return tr(self.field.texts[value])
        if isinstance(value, bool):
            return tr(_WORDS_FOR_BOOL[value])
        return tr(value.replace("-", " ").capitalize()) if isinstance(value, str) else shown_number(value)

    def _help_text(self) -> str:
        low, high = self.field.low, self.field.high
        high = None if high is not None and high >= HUGE else high
        above_0 = low is not None and 0 < low <= IMPERCEPTIBLE
        bounds = tr(" to ").join(f"{bound:g}" for bound in (0.0 if above_0 else low, high) if bound is not None)
        if above_0 and high is None:
            bounds = tr("above {bound}").format(bound=0)
        elif low is not None and high is None:
            bounds = tr("at least {bounds}").format(bounds=bounds)
        elif low is None and high is not None:
            bounds = tr("at most {bounds}").format(bounds=bounds)
        unit = f" {self.field.unit}" if self.field.unit and bounds else ""
        parts = (
            tr(self.field.help),
            bounds and tr("Range: {bounds}{unit}.").format(bounds=bounds, unit=unit),
            tr("Default: {default}").format(default=self._text_of(self.field.default)),
        )
        return "\n".join(part for part in parts if part)

    def _read(self) -> Any:
        if isinstance(self.editor, Combo):
            return self.field.choices[self.editor.currentIndex()]
        text = self.editor.text().strip().replace(",", ".").replace(SPACE, "")
        if not text and self.field.optional:
            return None
        try:
            return int(text) if self.field.number is int else float(text)
        except ValueError:
            what = tr("a whole number") if self.field.number is int else tr("a number")
            raise InputError(tr("Must be {what}").format(what=what)) from None

    def _take(self) -> None:
        try:
            value = self._read()
            self._check(self.field.name, value)
        except InputError as error:
            self._mark(error.message[0].upper() + error.message[1:])
            return
        self._mark("")
        self._value = value
        self.reset_mark.setVisible(self.changed)
        self.edited.emit(self.field.name, value)

    def _set_back(self) -> None:
        self.editor.setFocus()
        self._mark("")
        self.show_value(self.field.default)
        self.edited.emit(self.field.name, self.field.default)

    def _mark(self, problem: str) -> None:
        self.problem_line.setText(problem)
        self.problem_line.setVisible(bool(problem))
        restyle(self.editor, "invalid", bool(problem))


class SharedLine(QWidget):
    """Fields that share a line and a title; what is wrong with one of them stands below with all the room."""

    def __init__(self, rows: Sequence[FieldRow]) -> None:
        super().__init__()
        values = QWidget()
        values.setLayout(row(None, *rows, spacing=2))
        title = label(tr(rows[0].field.beside))
        title.setBuddy(rows[0].editor)
        layout = column()
        layout.addWidget(Beside(title, values))
        for made in rows:
            layout.addWidget(made.problem_line)
        self.setLayout(layout)


class Line(QLineEdit):
    """A line whose text can be given up by Esc while it has not been taken.

    Signals
    -------
    given_up()
        Esc was pressed.
    """

    given_up = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.holds: Callable[[], bool] = lambda: bool(self.property("invalid"))
        """Whether there is something to give up."""

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window's shortcuts while there is something to give up."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self.holds():
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self.given_up.emit()
            return True
        return super().event(event)


class _NumberLine(Line):
    """A line for a number that the up and down keys count."""

    def __init__(self, field: FormField) -> None:
        super().__init__()
        self._field = field

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Count up or down by one, or by a hundredth of the range for fractions."""
        direction = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if not direction:
            super().keyPressEvent(event)
            return
        low, high = self._field.low, self._field.high
        try:
            if self._field.number is int:
                value: float = int(self.text()) + direction
            else:
                span = high - low if low is not None and high is not None else 100.0
                value = round(float(self.text()) + direction * span / 100, 10)
        except ValueError:
            return
        if (low is None or value >= low) and (high is None or value <= high):
            self.setText(shown_number(value))
            self.textEdited.emit(self.text())
