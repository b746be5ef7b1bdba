"""The forms' way to the document: what is asked for is tried first, so that nothing wrong is ever applied."""

from __future__ import annotations

from collections.abc import Callable

from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.gui.document import Document

Make = Callable[[Scenario], Scenario]


class Editor:
    """Tries edits, and makes them."""

    def __init__(self, document: Document) -> None:
        self._document = document

    @property
    def scenario(self) -> Scenario:
        """The scenario as it stands."""
        return self._document.scenario

    def check(self, make: Make) -> None:
        """Raise an `InputError` if an edit is not possible."""
        make(self._document.scenario)

    def apply(self, text: str, make: Make, merge_key: str = "") -> None:
        """Make an edit that was checked: one undo command, one for all edits of a field in a row."""
        self._document.edit(text, make(self._document.scenario), merge_key)
