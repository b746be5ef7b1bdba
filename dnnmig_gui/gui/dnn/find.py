"""A button that opens into a field: type to find layers by name or kind, Enter goes from one to the next."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.gui.controls import label
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.view_panel import HeaderButton

FIELD_WIDTH = 150


def find_layers(model: DnnModel, text: str) -> tuple[int, ...]:
    """Return the layers whose name or kind holds every word of a text, in order; none for an empty one."""
    words = text.casefold().split()
    if not words:
        return ()
    return tuple(
        position
        for position, layer in enumerate(model)
        if all(word in layer.name.casefold() or word in layer.kind.casefold() for word in words)
    )


class FindField(QWidget):
    """The search of the model's view.

    Signals
    -------
    text_changed(str)
        Another text to find; empty when the search is closed.
    next_asked(int)
        Go to the next one (1) or the one before (-1).
    closed()
        The search is over: the focus belongs to the drawing again.
    """

    text_changed = Signal(str)
    next_asked = Signal(int)
    closed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.button = HeaderButton(look, tr("Find layers (/)"), icon="search")
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Find layers"))
        self.field.setAccessibleName(tr("Find layers by name or kind"))
        self.field.setFixedWidth(FIELD_WIDTH)
        self.count = label(role="caption")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        for part in (self.count, self.field, self.button):
            line.addWidget(part)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.field.hide()
        self.count.hide()
        self.button.clicked.connect(self.open)
        self.field.textChanged.connect(self._tell)
        self.field.installEventFilter(self)

    def open(self) -> None:
        """Show the field, ready to type."""
        self.button.hide()
        self.field.show()
        self.count.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def close_field(self) -> None:
        """Let the search go."""
        self.field.clear()
        self.field.hide()
        self.count.hide()
        self.button.show()
        self.closed.emit()

    def show_count(self, place: int | None, count: int) -> None:
        """Say how many there are, and which of them is shown."""
        if not self.field.text().strip():
            text = ""
        elif not count:
            text = tr("None")
        else:
            text = (
                tr("{number} of {count}").format(number=place + 1, count=count)
                if place is not None
                else tr("{count} found").format(count=count)
            )
        self.count.setText(text)

    def _tell(self, text: str) -> None:
        self.text_changed.emit(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Enter goes on, Shift+Enter back, Esc closes."""
        if watched is not self.field or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        key = event.key()
        if event.type() == QEvent.Type.ShortcutOverride and key == Qt.Key.Key_Escape:
            event.accept()  # else the window's own Esc takes it
            return True
        if event.type() == QEvent.Type.KeyPress and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.next_asked.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            return True
        if event.type() == QEvent.Type.KeyPress and key == Qt.Key.Key_Escape:
            self.close_field()
            return True
        return super().eventFilter(watched, event)
