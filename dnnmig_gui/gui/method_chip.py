"""A chip that switches a method on or off, with its title and what it does."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.registry import Kind, find_method
from dnnmig_gui.gui.controls import button
from dnnmig_gui.gui.language import tr


def method_chip(kind: Kind, name: str) -> QPushButton:
    """Return the chip; a method that cannot be loaded is greyed out and says why."""
    chip = button(name, "chip")
    chip.setCheckable(True)
    try:
        method = find_method(kind, name)
    except InputError as error:
        chip.setEnabled(False)
        chip.setToolTip(str(error))
    else:
        chip.setText(tr(method.title))
        chip.setAccessibleName(tr(method.title))
        chip.setToolTip(tr(method.summary))
    return chip
