"""What can be dragged from one part of the window to another, and how it is packed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData

from dnnmig_gui.core.topology import Tier
from dnnmig_gui.core.topology.server import TIERS

SERVER = "application/x-dnnmig-server"
MODEL = "application/x-dnnmig-model"
MODEL_SUFFIXES = (".onnx", ".csv")


def packed(kind: str, text: str) -> QMimeData:
    """Return a tier (`SERVER`) or a model's id (`MODEL`), packed for a drag."""
    data = QMimeData()
    data.setData(kind, QByteArray(text.encode()))
    return data


def dragged_tier(data: QMimeData) -> Tier | None:
    """Return the tier of a server dragged from the library."""
    text = _text(data, SERVER)
    return text if text in TIERS else None


def dragged_model(data: QMimeData) -> str | None:
    """Return the id of a model dragged from the library."""
    return _text(data, MODEL)


def dragged_model_file(data: QMimeData) -> Path | None:
    """Return the ONNX file or layer table that is dragged, where it is one alone."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.lower() in MODEL_SUFFIXES else None


def _text(data: QMimeData, kind: str) -> str | None:
    return data.data(kind).toStdString() if data.hasFormat(kind) else None
