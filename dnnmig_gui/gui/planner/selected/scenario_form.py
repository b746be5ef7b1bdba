"""What is shown where nothing is selected: the scenario's name and story, and what joins its tiers."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.gui.controls import column, label
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.planner.selected.editor import Editor
from dnnmig_gui.gui.planner.selected.link_form import DefaultsForm
from dnnmig_gui.gui.planner.selected.rows import NameRow
from dnnmig_gui.gui.theme.look import Look


class ScenarioForm(QWidget):
    """Edits the scenario itself."""

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self.name = NameRow(tr("Name"), _check_name, wide=True)
        self.name.renamed.connect(self._rename)
        self.defaults = DefaultsForm(look, editor)
        layout = column(spacing=16)
        layout.addWidget(label(tr("Nothing is selected"), "title"))
        layout.addWidget(label(tr("Click a server, a link, a model or a layer to see and change it here."), wrap=True))
        layout.addWidget(self.name)
        layout.addWidget(self.defaults)
        self.setLayout(layout)

    def refresh(self) -> None:
        """Show the document as it is now."""
        self.name.show_name(self._editor.scenario.name)
        self.defaults.refresh()

    def _rename(self, name: str) -> None:
        def make(scenario: Scenario) -> Scenario:
            return scenario.model_copy(update={"name": name})

        self._editor.apply(tr("Rename the scenario"), make)


def _check_name(name: str) -> None:
    if not name.strip():
        raise InputError(tr("must not be empty"))
