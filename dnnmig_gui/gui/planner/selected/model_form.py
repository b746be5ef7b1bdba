"""The form of the model selected: its name, where it comes from, and its measured times."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePath

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.dnn.zoo import zoo_names, zoo_source, zoo_title
from dnnmig_gui.core.reporting.numbers import bytes_text, count_text, flops_text
from dnnmig_gui.core.scenario.edits import rename_model, set_model
from dnnmig_gui.gui.controls import button, column, label, row
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.planner.selected.editor import Editor
from dnnmig_gui.gui.planner.selected.rows import ChoiceRow, NameRow
from dnnmig_gui.gui.theme.look import Look


class ModelForm(QWidget):
    """Edits one model.

    Signals
    -------
    renamed(str)
        The model has this name now.
    """

    renamed = Signal(str)

    def __init__(self, look: Look, editor: Editor, document: Document) -> None:
        super().__init__()
        self._editor = editor
        self._document = document
        self._id = ""
        self.title = label(role="title", wrap=True)
        self.name = NameRow(look, tr("Name"), self._check_name)
        self.name.renamed.connect(self._rename)
        self.zoo = ChoiceRow(look, tr("Of the zoo"))
        self.zoo.chosen.connect(lambda name: self._set(tr("Change the model"), {"zoo": name}))
        self.file = label(wrap=True)
        self.figures = label(role="caption", wrap=True)
        self.source = label(role="caption", wrap=True)
        self.profile = label(wrap=True)
        self.choose = button(tr("Measured times…"), "quiet", tr("Choose a table of measured times"))
        self.choose.clicked.connect(self._ask_profile)
        self.forget = button(tr("Without"), "quiet", tr("Go without measured times"))
        self.forget.clicked.connect(lambda: self._set(tr("Go without measured times"), {"profile": None}))
        layout = column(spacing=6)
        for part in (self.title, self.figures, self.name, self.zoo, self.file, self.source, self.profile):
            layout.addWidget(part)
        layout.addLayout(row(self.choose, self.forget, None))
        self.setLayout(layout)

    def show_model(self, model_id: str | None, models: Mapping[str, DnnModel], title: str) -> None:
        """Show a model of the scenario."""
        entry = next((entry for entry in self._editor.scenario.models if entry.id == model_id), None)
        self.setVisible(entry is not None)
        if entry is None:
            return
        self._id = entry.id
        self.title.setText(title)
        self.name.show_name(entry.id)
        model = models.get(entry.id)
        figures = tr("Not read yet")
        if model is not None:
            work, size = flops_text(model.total_flops), bytes_text(model.total_param_bytes)
            figures = tr("{count} layers, {size}, {work}").format(count=count_text(len(model)), size=size, work=work)
        self.figures.setText(figures)
        self.zoo.setVisible(entry.zoo is not None)
        self.source.setVisible(entry.zoo is not None)
        self.file.setVisible(entry.file is not None)
        if entry.zoo is not None:
            self.zoo.show_choices([(name, zoo_title(name), zoo_source(name)) for name in zoo_names()], entry.zoo)
            self.source.setText(zoo_source(entry.zoo))
        self.file.setText(tr("File: {file}").format(file=entry.file))
        self.profile.setText(
            tr("Times: {profile}").format(profile=entry.profile)
            if entry.profile
            else tr("Times are computed from its FLOP.")
        )
        self.forget.setVisible(entry.profile is not None)

    def _set(self, text: str, values: dict[str, str | None]) -> None:
        self._editor.apply(text, lambda scenario: set_model(scenario, self._id, values))

    def _check_name(self, name: str) -> None:
        self._editor.check(lambda scenario: rename_model(scenario, self._id, name))

    def _rename(self, name: str) -> None:
        old, self._id = self._id, name
        self._editor.apply(tr("Rename {old}").format(old=old), lambda scenario: rename_model(scenario, old, name))
        self.renamed.emit(name)

    def _ask_profile(self) -> None:
        folder = self._document.folder
        name, _ = QFileDialog.getOpenFileName(
            self, tr("Measured times"), str(folder), tr("Tables (*.csv);;All files (*)")
        )
        if name:
            try:
                path = PurePath(os.path.relpath(Path(name), folder)).as_posix()
            except ValueError:  # on another drive
                path = name
            self._set(tr("Choose measured times"), {"profile": path})
