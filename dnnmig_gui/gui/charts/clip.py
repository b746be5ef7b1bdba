"""Clipping that also holds in SVG files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter


@contextmanager
def clipped(painter: QPainter, rect: QRectF) -> Iterator[None]:
    """Paint inside a rectangle, and inside that of the caller.

    QSvgGenerator does not notice when `QPainter.restore` brings back an outer clip, so it is set again in so
    many words.
    """
    before = painter.clipBoundingRect() if painter.hasClipping() else None
    painter.setClipRect(rect if before is None else rect.intersected(before))
    try:
        yield
    finally:
        if before is None:
            painter.setClipping(False)
        else:
            painter.setClipRect(before)
