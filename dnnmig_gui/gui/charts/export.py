"""Pictures in files: PNG at twice the size, SVG as real vectors; both from the same painting function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSaveFile, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from dnnmig_gui.core.errors import InputError

PNG_SCALE = 2


def save_picture(path: Path, size: QSizeF, background: QColor, title: str, paint: Callable[[QPainter], None]) -> None:
    """Write what `paint` draws into a PNG or SVG file, whole or not at all.

    Parameters
    ----------
    path
        Its suffix says the format.
    size
        Pixels at a scale of 1.
    title
        Kept in the file.

    Raises
    ------
    InputError
        If the suffix is neither, or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in (".png", ".svg"):
        raise InputError(
            f"a picture cannot be written as {suffix or 'a file without a suffix'}",
            source=str(path),
            hint="end the name in .png or .svg",
        )
    content = _png(size, background, title, paint) if suffix == ".png" else _svg(size, background, title, paint)
    file = QSaveFile(str(path))
    if not (file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(content) == content.size() and file.commit()):
        raise InputError(
            f"the picture cannot be written ({file.errorString()})", source=str(path), hint="choose another folder"
        )


def _png(size: QSizeF, background: QColor, title: str, paint: Callable[[QPainter], None]) -> QByteArray:
    image = QImage((size * PNG_SCALE).toSize(), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(PNG_SCALE)
    image.setText("Title", title)
    image.fill(background)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return buffer.data()


def _svg(size: QSizeF, background: QColor, title: str, paint: Callable[[QPainter], None]) -> QByteArray:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # SVG 1.1: the older Tiny profile knows no clipping.
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(96)
    generator.setSize(size.toSize())
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    painter = QPainter(generator)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), background)
    paint(painter)
    painter.end()
    return buffer.data()
