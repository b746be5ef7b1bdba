"""What is selected: one place, so that a click in any view shows in all of them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """The user followed, and the server, layer and partition selected (by id, name and number).

    Signals
    -------
    changed()
        Any of them changed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.user = 0
        """Number of the user that the DNN view, the chart and the result follow."""
        self.server: str | None = None
        self.layer: str | None = None
        self.partition: int | None = None
        """Number of a P3 of the followed user, from 0."""

    def follow(self, user: int) -> None:
        """Follow another user; what was selected of the former one is let go."""
        if user != self.user:
            self.user = user
            self.layer = None
            self.partition = None
            self.changed.emit()

    def select(self, *, server: str | None = None, layer: str | None = None, partition: int | None = None) -> None:
        """Select these and nothing else; without arguments, nothing."""
        if (server, layer, partition) != (self.server, self.layer, self.partition):
            self.server, self.layer, self.partition = server, layer, partition
            self.changed.emit()
