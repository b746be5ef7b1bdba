"""Which actions have something to do now."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction

from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.planner.planning import Planning
from dnnmig_gui.gui.selection import Selection

OF_A_RUN = (
    "play",
    "next-event",
    "previous-event",
    "next-cr",
    "previous-cr",
    "to-start",
    "to-end",
    "slower",
    "faster",
    "loop",
    "mark",
    "fold",
    "fit",
    "export-report",
    "export-plan",
    "export-trace",
    "export-timeline",
)
"""Actions that need a plan."""
OF_SERVERS = ("cut", "copy", "duplicate", "duplicate-many")
"""Actions that need servers selected."""
OF_SEVERAL = (
    *(f"align-{line}" for line in ("left", "middle", "right", "top", "centre", "bottom")),
    "distribute-across",
    "distribute-down",
    "join",
)
"""Actions that need several servers selected."""


def show_available(
    actions: Mapping[str, QAction], document: Document, planning: Planning, selection: Selection
) -> None:
    """Grey out what has nothing to do; tell what undo and redo would do."""
    stack, run, chosen = document.undo_stack, planning.run, len(selection.servers)
    enabled = {
        "undo": stack.canUndo(),
        "redo": stack.canRedo(),
        "revert": document.path is not None and not document.is_clean,
        "plan": not planning.busy,
        "cancel-plan": planning.busy,
        **dict.fromkeys(OF_A_RUN, run is not None),
        "play": run is not None or planning.busy,
        **dict.fromkeys(OF_SERVERS, chosen > 0),
        **dict.fromkeys(OF_SEVERAL, chosen > 1),
        "rename": selection.server is not None or selection.model is not None,
        "delete": bool(chosen or selection.links or selection.model is not None),
    }
    for name, on in enabled.items():
        actions[name].setEnabled(on)
    for name, title, text in (("undo", tr("Undo"), stack.undoText()), ("redo", tr("Redo"), stack.redoText())):
        actions[name].setText(f"{title}: {text}" if text else title)
