"""Reads topologies of other programs in the background, shows the preview, and begins a scenario with what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from dnnmig_gui.core.errors import PlannerError
from dnnmig_gui.core.scenario.file import SUFFIX
from dnnmig_gui.core.scenario.importing import TOPOLOGY_SUFFIXES, ImportedTopology, import_topology
from dnnmig_gui.core.scenario.schema import FORMAT
from dnnmig_gui.gui.banner import Banner
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.dragged import MODEL_SUFFIXES
from dnnmig_gui.gui.importing.dialog import ImportDialog
from dnnmig_gui.gui.jobs import Jobs
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.look import Look

_GLANCE_BYTES = 4096
_SIGNS = (b'"nodes"', b'"links"', b"<graphml", b"<edge_devices")
"""What topologies say before long."""


def is_topology(path: Path) -> bool:
    """Return whether a file looks like another program's topology: by its suffix, or by how it begins.

    iFogSim's editor gives its files no suffix.
    """
    suffix = path.suffix.lower()
    if suffix in (SUFFIX, *MODEL_SUFFIXES):
        return False
    try:
        with path.open("rb") as file:
            beginning = file.read(_GLANCE_BYTES)
    except (OSError, ValueError):
        return False  # whoever opens it says what is wrong with it
    if FORMAT.encode() in beginning:
        return False
    return suffix in TOPOLOGY_SUFFIXES or any(sign in beginning for sign in _SIGNS)


class ImportActions:
    """Imports topologies into a window's document."""

    def __init__(
        self,
        window: QWidget,
        look: Look,
        document: Document,
        jobs: Jobs,
        banner: Banner,
        may_let_go: Callable[[], bool],
    ) -> None:
        self._window = window
        self._look = look
        self._document = document
        self._jobs = jobs
        self._banner = banner
        self._may_let_go = may_let_go
        self.dialog: ImportDialog | None = None

    def begin(self, path: Path) -> None:
        """Read a topology and show what was understood; an error goes to the banner."""
        job = self._jobs.start(lambda _: import_topology(path))
        job.succeeded.connect(self._preview)
        job.failed.connect(self._banner.tell)

    def _preview(self, imported: ImportedTopology) -> None:
        self._banner.hide()
        self.dialog = dialog = ImportDialog(self._look, imported, self._window)
        dialog.accepted.connect(lambda: self._take(dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take(self, dialog: ImportDialog) -> None:
        if not self._may_let_go():
            return
        try:
            scenario = dialog.imported.scenario(dialog.tiers)
            self._document.begin_with(tr("Import {source}").format(source=dialog.imported.source), scenario)
        except PlannerError as error:
            self._banner.tell(error)
