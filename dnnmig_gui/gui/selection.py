"""What is selected: one place, so that a click in any view shows in all of them."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject, Signal

Pair = tuple[str, str]


class Selection(QObject):
    """The user followed, and the servers, links, model, layer and partition selected (by id, name and number).

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
        """The server selected, where it is one."""
        self.servers: frozenset[str] = frozenset()
        """All servers selected."""
        self.links: frozenset[Pair] = frozenset()
        """Links selected, each by the ids of its ends in the order of the document."""
        self.model: str | None = None
        """Id of the model selected."""
        self.layer: str | None = None
        self.partition: int | None = None
        """Number of a P3 of the followed user, from 0."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is selected."""
        parts = (self.model, self.layer, self.partition)
        return not self.servers and not self.links and all(part is None for part in parts)

    def follow(self, user: int) -> None:
        """Follow another user; what was selected of the former one is let go."""
        if user != self.user:
            self.user = user
            self.layer = None
            self.partition = None
            self.changed.emit()

    def select(
        self,
        *,
        server: str | None = None,
        servers: Collection[str] = (),
        links: Collection[Pair] = (),
        model: str | None = None,
        layer: str | None = None,
        partition: int | None = None,
    ) -> None:
        """Select these and nothing else; without arguments, nothing."""
        chosen = frozenset(servers) if server is None else frozenset({server})
        wanted = (chosen, frozenset(links), model, layer, partition)
        if wanted != (self.servers, self.links, self.model, self.layer, self.partition):
            self.servers, self.links, self.model, self.layer, self.partition = wanted
            self.server = next(iter(chosen)) if len(chosen) == 1 else None
            self.changed.emit()
