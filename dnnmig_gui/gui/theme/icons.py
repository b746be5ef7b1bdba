"""Icons: 24 x 24 line drawings in resources/icons, drawn in whatever colour they are asked for."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from dnnmig_gui.gui.theme.fonts import text_scale

_SIZES = (14, 16, 20, 24)


@cache
def _source(name: str) -> str:
    return (files("dnnmig_gui.resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _renderer(name: str, color: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode()))


def draw_icon(painter: QPainter, name: str, rect: QRectF, color: QColor) -> None:
    """Draw an icon into a square of any painter: sharp at every scale and in vector exports."""
    _renderer(name, color.name()).render(painter, rect)


@cache
def _pixmap(name: str, color: str, px: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(px * ratio), round(px * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, color).render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon_pixmap(name: str, color: QColor, px: int = 16, ratio: float = 1.0) -> QPixmap:
    """Return an icon of `px` logical pixels for a screen of that device pixel ratio."""
    return _pixmap(name, color.name(), px, ratio)


@cache
def _icon(name: str, color: str, disabled: str, scale: float, ratios: tuple[float, ...]) -> QIcon:
    made = QIcon()
    for px in (round(size * scale) for size in _SIZES):
        for ratio in ratios:
            made.addPixmap(_pixmap(name, color, px, ratio), QIcon.Mode.Normal)
            made.addPixmap(_pixmap(name, color, px, ratio), QIcon.Mode.Active)
            made.addPixmap(_pixmap(name, disabled, px, ratio), QIcon.Mode.Disabled)
    return made


def icon(name: str, color: QColor, disabled: QColor | None = None) -> QIcon:
    """Return an icon for buttons and menus, as large as text is, in `color`, or `disabled` where disabled."""
    ratios = tuple(sorted({1.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())}))
    return _icon(name, color.name(), (disabled or color).name(), text_scale(), ratios)
