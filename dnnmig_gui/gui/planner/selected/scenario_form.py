"""What is shown where nothing is selected: the scenario's name and story, and what joins its tiers."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.gui.controls import column, label
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.planner.selected.editor import Editor
from dnnmig_gui.gui.planner.selected.link_form import DefaultsForm
from dnnmig_gui.gui.planner.selected.rows import NameRow
from dnnmig_gui.gui.theme.look import Look

LEAST_LINES, MOST_LINES = 2, 24
"""The story takes as many lines as it has, within these; a longer one scrolls."""


class StoryField(QPlainTextEdit):
    """What the scenario is about and what to look at, as high as its text."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(8)
        self.setTabChangesFocus(True)
        self.setAccessibleName(tr("Story"))
        self.setPlaceholderText(tr("What is it about, and what is there to see?"))
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def show_story(self, story: str) -> None:
        """Show another text, unless it is there already: the cursor stays where somebody writes."""
        if story != self.toPlainText():
            with QSignalBlocker(self):
                self.setPlainText(story)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Wrap anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        text, block = 0.0, self.document().begin()
        while block.isValid():
            text += self.blockBoundingRect(block).height()
            block = block.next()
        line = QFontMetricsF(self.font()).lineSpacing()
        height = min(max(LEAST_LINES * line, text), MOST_LINES * line)
        off, as_needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(off if text <= height else as_needed)
        frame = max(0, self.height() - self.viewport().height())  # the viewport may not have followed yet
        around = 2 * self.document().documentMargin() + frame
        self.setFixedHeight(ceil(height + around + 2))


class ScenarioForm(QWidget):
    """Edits the scenario itself."""

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self.name = NameRow(look, tr("Name"), _check_name, wide=True)
        self.name.renamed.connect(self._rename)
        self.story = StoryField()
        self.story.textChanged.connect(self._tell)
        self.defaults = DefaultsForm(look, editor)
        layout = column(spacing=16)
        layout.addWidget(label(tr("Nothing is selected"), "title"))
        layout.addWidget(label(tr("Click a server, a link, a model or a layer to see and change it here."), wrap=True))
        layout.addWidget(self.name)
        story = column(spacing=4)
        story.addWidget(label(tr("Story"), "section"))
        story.addWidget(self.story)
        layout.addLayout(story)
        layout.addWidget(self.defaults)
        self.setLayout(layout)

    def refresh(self) -> None:
        """Show the document as it is now."""
        self.name.show_name(self._editor.scenario.name)
        self.story.show_story(self._editor.scenario.description)
        self.defaults.refresh()

    def _rename(self, name: str) -> None:
        def make(scenario: Scenario) -> Scenario:
            return scenario.model_copy(update={"name": name})

        self._editor.apply(tr("Rename the scenario"), make)

    def _tell(self) -> None:
        story = self.story.toPlainText()
        if story != self._editor.scenario.description:
            change = {"description": story}
            self._editor.apply(
                tr("Change the story"), lambda scenario: scenario.model_copy(update=change), "description"
            )


def _check_name(name: str) -> None:
    if not name.strip():
        raise InputError(tr("must not be empty"))
