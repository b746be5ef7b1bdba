"""Writing a drawing to a file: PNG at twice the size, or SVG with real vectors and text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSaveFile, QSizeF
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.gui.language import tr

PNG_SCALE = 2
LARGEST_PX = 30_000
"""Longest side of a PNG; a drawing beyond it is written smaller."""

Paint = Callable[[QPainter], None]


def save_drawing(path: Path, size: QSizeF, background: QColor, title: str, paint: Paint) -> None:
    """Write what `paint` draws into ``[0, width] x [0, height]``.

    Parameters
    ----------
    path
        Ends in ``.png`` or ``.svg``.
    size
        In logical pixels.
    title
        What the SVG says it is.

    Raises
    ------
    InputError
        If the suffix is another, or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix == ".png":
        data = _png(size, background, paint)
    elif suffix == ".svg":
        data = _svg(size, background, title, paint)
    else:
        raise InputError(
            tr("cannot write a drawing as {suffix}").format(suffix=suffix or tr("a file without suffix")),
            source=str(path),
            hint=tr("name it .png or .svg"),
        )
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly) or file.write(data) < 0 or not file.commit():
        raise InputError(
            tr("the drawing could not be written: {reason}").format(reason=file.errorString()), source=str(path)
        )


def drawn(size: QSizeF, background: QColor, paint: Paint) -> QImage:
    """Return what `paint` draws into ``[0, width] x [0, height]``, at twice the size unless that is too large."""
    scale = min(float(PNG_SCALE), LARGEST_PX / max(size.width(), size.height(), 1.0))
    image = QImage(
        max(1, round(size.width() * scale)),
        max(1, round(size.height() * scale)),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.fill(background)
    painter = QPainter(image)
    painter.scale(scale, scale)
    _run(painter, size, background, paint)
    return image


def _run(painter: QPainter, size: QSizeF, background: QColor, paint: Paint) -> None:
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), background)
    paint(painter)
    painter.end()


def _png(size: QSizeF, background: QColor, paint: Paint) -> QByteArray:
    image = drawn(size, background, paint)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    buffer.close()
    return data


def _svg(size: QSizeF, background: QColor, title: str, paint: Paint) -> QByteArray:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # Version 1.1, for the Tiny profile knows no clipping; 96 dots an inch, so that a pixel is one of a browser's.
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setResolution(96)
    generator.setOutputDevice(buffer)
    generator.setSize(size.toSize())
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    _run(QPainter(generator), size, background, paint)
    buffer.close()
    return data
