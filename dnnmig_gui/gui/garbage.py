"""Garbage collection between events.

Python looks for reference cycles whenever enough objects were made, on whichever thread made them and wherever it
stood. A widget in such a cycle then dies on a thread that is not its own, or in the middle of a call into Qt that
holds one of Qt's locks, which its own destruction waits for. So the window's program looks for cycles only when its
event loop is about to fall asleep; it wakes nobody for it.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QAbstractEventDispatcher

COLLECT_AFTER = 20_000, 10, 20
"""Objects made, rounds of the youngest, rounds of the middle generation. Far less often than usual: with a thousand
servers open a full look takes as long as five frames, and what edits leave behind is mostly freed without it."""


def collect_between_events() -> None:
    """Let Python look for cycles only when the event loop of this thread is about to fall asleep."""
    if not gc.isenabled():
        return
    gc.disable()
    dispatcher = QAbstractEventDispatcher.instance()
    assert dispatcher is not None, "the application comes first"
    dispatcher.aboutToBlock.connect(collect_if_due)


def collect_if_due() -> None:
    """Collect the oldest generation that is due, and with it the younger ones."""
    due = [count > most for count, most in zip(gc.get_count(), COLLECT_AFTER, strict=True)]
    if due[0]:
        gc.collect(2 if due[1] and due[2] else 1 if due[1] else 0)
