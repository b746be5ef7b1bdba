"""The presentation as a picture: a pure function of the scene, the size and a time.

What stands still is painted once: the page as an image, and the part of the run in view, and somewhat more of it to the
right, as past and as future. A frame copies these and draws numbers, packets, rings and the playhead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF
from PySide6.QtGui import QPainter, QPen, QPixmap

from dnnmig_gui.gui.presentation.caption import paint_caption
from dnnmig_gui.gui.presentation.heads import Heads
from dnnmig_gui.gui.presentation.run_view import RunView
from dnnmig_gui.gui.presentation.scene import Scene
from dnnmig_gui.gui.presentation.servers import Stand
from dnnmig_gui.gui.presentation.sheet import CAPTION, EDGE, Sheet
from dnnmig_gui.gui.theme.tokens import Theme

SERVERS_SHARE = 0.35
AHEAD = 0.5
"""So much more of the run than is in view is painted ahead, as a share of that."""


class Page:
    """A scene laid out on a sheet."""

    def __init__(self, scene: Scene, sheet: Sheet, theme: Theme) -> None:
        self.scene, self.sheet, self.theme = scene, sheet, theme
        self.heads = Heads(scene, sheet)
        head = self.heads.height
        width, height = SERVERS_SHARE * sheet.width, sheet.height - CAPTION - head
        self.stand = Stand(scene, QRectF(EDGE, head + 24, width, height - 48), sheet.px, theme)
        left = width + EDGE + 30
        self.run = RunView(scene, QRectF(left, head + 32, sheet.width - EDGE - left, height - 52), sheet.px / 11, theme)

    def paint_ground(self, painter: QPainter) -> None:
        """Draw what stands still, but for the part of the run in view."""
        painter.fillRect(self.sheet.area, self.theme.bg)
        painter.setPen(QPen(self.theme.line, 2))
        y = self.heads.height
        painter.drawLine(QPointF(EDGE, y), QPointF(self.sheet.width - EDGE, y))
        self.stand.paint_ground(painter)
        painter.save()
        self.enter_run(painter)
        self.run.paint_frame(painter)
        painter.restore()

    def enter_run(self, painter: QPainter) -> None:
        """Let a painter draw in the units of the run."""
        painter.translate(self.run.rect.topLeft())
        painter.scale(self.run.k, self.run.k)

    def paint_part(self, painter: QPainter, t: float) -> None:
        """Draw the part of the run in view, without an image of it."""
        painter.save()
        self.enter_run(painter)
        axis = self.run.axis_at(t)
        x = axis.x(t)
        for past, left, right in ((True, axis.left, x), (False, x, axis.right)):
            if right > left:
                painter.setClipRect(QRectF(left, -4, right - left, self.run.height))
                self.run.paint_part(painter, axis, past=past)
        painter.restore()

    def paint_moment(self, painter: QPainter, t: float) -> None:
        """Draw what a change of time alone changes."""
        self.heads.paint(painter, t, self.theme)
        self.stand.paint_moment(painter, t)
        painter.save()
        self.enter_run(painter)
        self.run.paint_moment(painter, t)
        painter.restore()


def paint_page(painter: QPainter, size: QSizeF, scene: Scene | None, t: float, theme: Theme, caption: str = "") -> None:
    """Draw the whole page.

    Parameters
    ----------
    caption
        Stands below instead of what the scene has to say.
    """
    sheet = Sheet.of(size)
    painter.save()
    painter.scale(sheet.scale, sheet.scale)
    if scene is None:
        painter.fillRect(sheet.area, theme.bg)
    else:
        page = Page(scene, sheet, theme)
        page.paint_ground(painter)
        page.paint_part(painter, t)
        page.paint_moment(painter, t)
    _finish(painter, sheet, scene, t, theme, caption)
    painter.restore()


def _finish(painter: QPainter, sheet: Sheet, scene: Scene | None, t: float, theme: Theme, caption: str) -> None:
    share = min(1.0, t / scene.run.end_s) if scene is not None and scene.run.end_s > 0 else 0.0
    paint_caption(painter, sheet, caption or (scene.caption(t) if scene is not None else ""), share, theme)


@dataclass(frozen=True, eq=False)
class _Strip:
    """A part of the run as two images.

    Parameters
    ----------
    start, stop
        Seconds.
    px_per_s
        Pixels a second.
    past, future
        The images.
    """

    start: float
    stop: float
    px_per_s: float
    past: QPixmap
    future: QPixmap


class Reel:
    """Draws the page frame by frame, and keeps what does not change between frames."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._page: Page | None = None
        self._ground: QPixmap | None = None
        self._strip: _Strip | None = None

    def paint(
        self, painter: QPainter, size: QSize, scene: Scene | None, t: float, theme: Theme, caption: str = ""
    ) -> None:
        """Draw what `paint_page` does; places along the run are those of whole pixels."""
        if scene is None:
            self._key = ()
            paint_page(painter, QSizeF(size), scene, t, theme, caption)
            return
        ratio = painter.device().devicePixelRatio()
        key = (scene, size.width(), size.height(), ratio, theme)
        if key != self._key or self._page is None or self._ground is None:
            self._key, self._strip = key, None
            self._page = Page(scene, Sheet.of(QSizeF(size)), theme)
            self._ground = _blank(size, ratio)
            over = _painter_on(self._ground)
            over.scale(self._page.sheet.scale, self._page.sheet.scale)
            self._page.paint_ground(over)
            over.end()
        page, scale = self._page, self._page.sheet.scale
        painter.drawPixmap(QPoint(0, 0), self._ground)
        self._paint_strip(painter, page, ratio, t)
        painter.save()
        painter.scale(scale, scale)
        page.paint_moment(painter, t)
        _finish(painter, page.sheet, scene, t, theme, caption)
        painter.restore()

    def _paint_strip(self, painter: QPainter, page: Page, ratio: float, t: float) -> None:
        run, factor = page.run, page.sheet.scale * page.run.k
        axis = run.axis_at(t)
        strip = self._strip
        if strip is None or axis.start < strip.start - 1e-9 or axis.stop > strip.stop + 1e-9:
            strip = self._strip = _strip(page, ratio, axis.start)
        origin = page.run.rect.topLeft() * page.sheet.scale
        left = round(origin.x() + axis.left * factor)
        right = math.ceil(origin.x() + axis.right * factor)
        top = math.floor(origin.y() - 4 * factor)
        border = min(max(left, round(origin.x() + axis.x(t) * factor)), right)
        offset = left - round((axis.start - strip.start) * strip.px_per_s)
        for layer, low, high in ((strip.past, left, border), (strip.future, border, right)):
            if high > low:
                painter.setClipRect(QRect(low, top, high - low, math.ceil(run.height * factor)))
                painter.drawPixmap(QPoint(offset, top), layer)
        painter.setClipping(False)


def _strip(page: Page, ratio: float, start: float) -> _Strip:
    """Return the images of the part of the run from a time on."""
    run, factor = page.run, page.sheet.scale * page.run.k
    shown = run.axis_at(start)
    end = page.scene.run.end_s
    span = min((1 + AHEAD) * shown.span, end)
    start = min(shown.start, max(0.0, end - span))
    width = shown.width * span / shown.span
    axis = run.axis_of(start, start + span, 0.0, width)
    made = []
    for past in (True, False):
        layer = _blank(QSize(math.ceil(width * factor) + 1, math.ceil(run.height * factor)), ratio)
        layer.fill(page.theme.bg)
        over = _painter_on(layer)
        origin = run.rect.topLeft() * page.sheet.scale
        over.translate(0, origin.y() - math.floor(origin.y() - 4 * factor))
        over.scale(factor, factor)
        run.paint_part(over, axis, past=past)
        over.end()
        made.append(layer)
    return _Strip(start, start + span, width * factor / span, made[0], made[1])


def _blank(size: QSize, ratio: float) -> QPixmap:
    made = QPixmap((size.toSizeF() * ratio).toSize())
    made.setDevicePixelRatio(ratio)
    return made


def _painter_on(layer: QPixmap) -> QPainter:
    made = QPainter(layer)
    made.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    return made
