"""Asks for the sizes that an ONNX model leaves open, such as the height and width of its pictures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QDialog, QFormLayout, QLineEdit, QWidget

from dnnmig_gui.gui.controls import button, column, label, row
from dnnmig_gui.gui.language import tr

LARGEST = 1_000_000
WIDTH = 440
"""So that the title bar has room for the name of the file."""
PICTURE, TEXT = 224, 128
"""Suggested sizes of pictures and of sequences: those that most models are measured with."""


class SizesDialog(QDialog):
    """One field a size; accepted, `sizes` holds them."""

    def __init__(self, model: str, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Sizes of {name}").format(name=model))
        self.setModal(True)
        self.fields = {name: self._field(name) for name in names}
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        for name, field in self.fields.items():
            form.addRow(label(name), field)
        self.add = add = button(tr("Add"), "primary")
        add.setDefault(True)
        add.clicked.connect(self.accept)
        cancel = button(tr("Cancel"), "quiet")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.setMinimumWidth(WIDTH)
        layout = column((16, 16, 16, 16), 12)
        layout.addWidget(
            label(tr("The model works with inputs of many sizes. Which ones are to be planned for?"), wrap=True)
        )
        layout.addLayout(form)
        layout.addLayout(row(None, cancel, add))
        self.setLayout(layout)

    @property
    def sizes(self) -> dict[str, int]:
        """The sizes by name."""
        return {name: int(field.text()) for name, field in self.fields.items()}

    def _field(self, name: str) -> QLineEdit:
        lower = name.lower()
        is_text = any(word in lower for word in ("seq", "len", "token", "time", "step"))
        made = QLineEdit(str(TEXT if is_text else PICTURE))
        made.setValidator(QIntValidator(1, LARGEST, made))
        made.setAlignment(Qt.AlignmentFlag.AlignRight)
        made.setAccessibleName(name)
        made.textChanged.connect(self._enable)
        return made

    def _enable(self) -> None:
        self.add.setEnabled(all(field.hasAcceptableInput() for field in self.fields.values()))
