"""The three numbers at the top of the page: side by side with their lines where there is room, else above them."""

from __future__ import annotations

from functools import cached_property, lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from dnnmig_gui.gui.charts.lettering import BOLD, REGULAR, metrics, text_width
from dnnmig_gui.gui.presentation.scene import Headline, Scene
from dnnmig_gui.gui.presentation.sheet import EDGE, Sheet
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.tokens import Theme

LARGEST, SMALLEST_BESIDE, SMALLEST = 112, 88, 64
UNIT = 44
GAP = 36.0
FIGURES = "0123456789"
BESIDE_HEIGHT = 208.0


class Heads:
    """Where the three numbers of a scene stand on a sheet; nothing moves while they change."""

    def __init__(self, scene: Scene, sheet: Sheet) -> None:
        self._scene = scene
        self._px = sheet.px
        self._room = sheet.width - 2 * EDGE
        # Room for the widest that each ever gets.
        starts = [float(start) for start in scene.pace.start if start < scene.run.end_s]
        moments = [scene.headlines(t) for t in (0.0, *starts, scene.run.end_s)]
        self._large = LARGEST
        self._widths = self._beside(moments)
        while sum(self._widths) + 2 * GAP > self._room and self._large > SMALLEST_BESIDE:
            self._large -= 4
            self._widths = self._beside(moments)
        self.stacked = sum(self._widths) + 2 * GAP > self._room
        if self.stacked:
            self._large = LARGEST
            column = (self._room - 2 * GAP) / 3
            while self._large > SMALLEST and any(
                _number_width(head, self._large) > column for heads in moments for head in heads
            ):
                self._large -= 4
            self._widths = [column] * 3

    def _beside(self, moments: list[tuple[Headline, Headline, Headline]]) -> list[float]:
        return [
            max(_number_width(heads[place], self._large) + 24 + self._lines_width(heads[place]) for heads in moments)
            for place in range(3)
        ]

    def _lines_width(self, head: Headline) -> float:
        return max(text_width(head.first, self._px, BOLD), text_width(head.second, self._px))

    @cached_property
    def height(self) -> float:
        """Lower end of the row."""
        return 48.0 + self._large + 2.7 * self._px if self.stacked else BESIDE_HEIGHT

    def paint(self, painter: QPainter, t: float, theme: Theme) -> None:
        """Draw the numbers of a time."""
        gap = (self._room - sum(self._widths)) / 2
        left = EDGE
        for number, (head, width) in enumerate(zip(self._scene.headlines(t), self._widths, strict=True)):
            self._paint_head(painter, head, left, width, theme.accent_ink if number == 0 else theme.text, theme)
            left += width + gap

    def _paint_head(
        self, painter: QPainter, head: Headline, left: float, width: float, color: QColor, theme: Theme
    ) -> None:
        base = 24.0 + self._large if self.stacked else 152.0
        painter.setPen(color)
        painter.setFont(font(self._large, display=True))
        painter.drawText(QPointF(left, base), head.number)
        painter.setFont(font(UNIT, display=True))
        painter.drawText(QPointF(left + _width(head.number, self._large) + 8, base), head.unit)
        if self.stacked:
            x, first, second = left, base + 1.35 * self._px, base + 2.55 * self._px
        else:
            x, first, second = left + _number_width(head, self._large) + 24, 102.0, 144.0
        room = left + width + 8 - x
        lines = ((head.first, BOLD, theme.text, first), (head.second, REGULAR, theme.text_2, second))
        for text, weight, ink, y in lines:
            painter.setFont(font(self._px, weight))
            painter.setPen(ink)
            shown = metrics(self._px, weight).elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QPointF(x, y), shown)


def _number_width(head: Headline, large: int) -> float:
    return _figures_width(head.number, large) + 8 + _width(head.unit, UNIT)


@lru_cache(maxsize=256)
def _figures_width(number: str, px: int) -> float:
    """Return the room of a number whatever its figures: those of the cut for headlines are not equally wide."""
    widest = max(FIGURES, key=lambda digit: _width(digit, px))
    return _width("".join(widest if each in FIGURES else each for each in number), px)


def _width(text: str, px: int) -> float:
    return QFontMetricsF(font(px, display=True)).horizontalAdvance(text)
