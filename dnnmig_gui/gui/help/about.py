"""About: what runs here, in which versions, under which licences."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QWidget

from dnnmig_gui import __version__
from dnnmig_gui.gui.controls import Scrolled, button, column, label, row
from dnnmig_gui.gui.language import tr

PARTS = (
    "PySide6-Essentials",
    "pyqtgraph",
    "numpy",
    "scipy",
    "networkx",
    "pydantic",
    "onnx",
    "onnxruntime",
    "scikit-learn",
    "defusedxml",
    "jinja2",
    "matplotlib",
    "typst",
    "pillow",
    "typer",
    "rich",
)
"""Distributions that the product stands on; those that are not installed are left out."""
OURS = "MIT"
FONT = ("Inter", "4", "OFL-1.1")


@dataclass(frozen=True)
class Part:
    """Something that the product is made of."""

    name: str
    version: str
    licence: str


def parts() -> tuple[Part, ...]:
    """Return what runs here: the product, Python, Qt, and every library."""
    found = [
        Part("DNN Migration Planner", __version__, OURS),
        Part("Python", platform.python_version(), "PSF-2.0"),
        Part("Qt", qVersion() or "", "LGPL-3.0"),
    ]
    for name in PARTS:
        try:
            told = metadata(name)
        except PackageNotFoundError:
            continue
        found.append(Part(told["Name"], told["Version"], _licence(told)))
    found.append(Part(*FONT))
    return tuple(found)


def _licence(told: object) -> str:
    """Return a short name of a distribution's licence: its expression, its classifier, or the first line it gives."""
    get_all = getattr(told, "get_all")  # noqa: B009  the protocol of metadata differs between Pythons
    for value in get_all("License-Expression") or ():
        return str(value)
    for value in get_all("Classifier") or ():
        if value.startswith("License :: OSI Approved :: "):
            return str(value).rpartition(" :: ")[2].removesuffix(" License")
    for value in get_all("License") or ():
        return str(value).strip().splitlines()[0][:40] if str(value).strip() else tr("see its files")
    return tr("see its files")


class About(QDialog):
    """Versions and licences, to be copied into a report of a fault."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About DNN Migration Planner"))
        self.resize(520, 560)
        self._parts = parts()
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 16, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        for line, part in enumerate(self._parts):
            for place, (text, role) in enumerate(((part.name, "value"), (part.version, "number"), (part.licence, ""))):
                made = label(text, role, wrap=place == 2)
                made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                grid.addWidget(made, line, place)
        grid.setColumnStretch(2, 1)
        grid.setRowStretch(len(self._parts), 1)
        self.copy_button = button(tr("Copy"), "quiet", tr("Copy the versions"))
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text))
        close = button(tr("Close"), "primary")
        close.clicked.connect(self.accept)
        layout = column((24, 24, 24, 16), 10)
        layout.addWidget(label("DNN Migration Planner", "chapter"))
        layout.addWidget(
            label(
                tr("Plans, shows and reports how a deep neural network moves from a client to edge and cloud."),
                wrap=True,
            )
        )
        box = QFrame()
        inside = column()
        inside.addWidget(Scrolled(grid))
        box.setLayout(inside)
        layout.addWidget(box, 1)
        layout.addWidget(
            label(
                tr("After Xue, Wu and Li, DNN Migration in IoTs, IEEE Consumer Electronics Magazine, 2023."),
                "quiet",
                wrap=True,
            )
        )
        layout.addLayout(row(None, self.copy_button, close))
        self.setLayout(layout)

    @property
    def text(self) -> str:
        """All parts, a line each."""
        system = f"{platform.system()} {platform.release()} ({platform.machine()})"
        return "\n".join([system, *(f"{part.name} {part.version} ({part.licence})" for part in self._parts)])
