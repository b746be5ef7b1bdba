"""What the marks on the lanes mean: those that every run has, and those that this one has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from dnnmig_gui.gui.charts.clip import clipped
from dnnmig_gui.gui.charts.enlarged import enlarged, pixels
from dnnmig_gui.gui.charts.lanes import LaneRow
from dnnmig_gui.gui.charts.lettering import MEDIUM, draw_text, text_width
from dnnmig_gui.gui.charts.slices import paint_diamond
from dnnmig_gui.gui.charts.troubles import paint_cross
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.theme.fonts import plain_text
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.theme.tokens import Theme

UPLOAD, QUERY, CR, FAILED, WAITS = mark("Upload"), mark("Query"), "CR", mark("Failed"), mark("Waits")
ALWAYS = (UPLOAD, QUERY, CR)
SWATCH_PX, GAP_PX = 20.0, 17.0


def legend_of(rows: Iterable[LaneRow]) -> tuple[str, ...]:
    """Return what the lanes of a run need explained."""
    textures = {series.texture for row in rows for series in row.series}
    troubles = ((FAILED, {"failed"}), (WAITS, {"wait", "shared"}))
    return ALWAYS + tuple(text for text, looks in troubles if looks & textures)


def legend_width(entries: Sequence[str]) -> float:
    """Return the width of a legend."""
    return sum(text_width(tr(text), 11, MEDIUM) + SWATCH_PX for text in entries) + GAP_PX * (len(entries) - 1)


def paint_legend(painter: QPainter, left: float, center_y: float, theme: Theme, entries: Sequence[str]) -> None:
    """Draw a legend."""
    x = left
    for text in entries:
        swatch = QRectF(x, center_y - 6, 14, 12)
        _paint_swatch(painter, text, swatch, theme)
        width = text_width(tr(text), 11, MEDIUM)
        words = QRectF(x + SWATCH_PX, center_y - 8, width + 2, 16)
        draw_text(painter, words, tr(text), theme.text_2, weight=MEDIUM)
        x += SWATCH_PX + width + GAP_PX


def _paint_swatch(painter: QPainter, text: str, swatch: QRectF, theme: Theme) -> None:
    if text == CR:
        paint_diamond(painter, swatch.center().x(), swatch.center().y(), theme, arrived=True)
        return
    fills = {UPLOAD: theme.cloud.tint, QUERY: theme.client.fill, FAILED: theme.failure.tint, WAITS: theme.client.tint}
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fills[text])
    painter.drawRoundedRect(swatch, 3, 3)
    if text == FAILED:
        paint_cross(painter, swatch.center(), theme.failure)
    elif text == UPLOAD:
        painter.setPen(QPen(theme.cloud.line, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        with clipped(painter, swatch):
            for offset in range(4, 28, 4):
                start = QPointF(swatch.left() + offset - swatch.height(), swatch.bottom())
                painter.drawLine(start, QPointF(swatch.left() + offset, swatch.top()))
    elif text == WAITS:
        painter.setPen(QPen(theme.text_3, 1.0))
        rules = (swatch.left() + 2.5 + 3 * number for number in range(4))
        painter.drawLines([QLineF(x, swatch.top() + 2, x, swatch.bottom() - 2) for x in rules])


class Legend(QWidget):
    """The legend as a widget."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.entries: tuple[str, ...] = ALWAYS
        """What is explained, if there is room."""
        look.changed.connect(self._fit)
        self._fit()

    def explain(self, entries: tuple[str, ...]) -> None:
        """Explain other marks."""
        self.entries = entries
        self._fit()

    def _fit(self) -> None:
        with plain_text():
            width = legend_width(self.entries) + 4
        self.setFixedSize(pixels(width, 28))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the legend."""
        with enlarged(self) as (painter, _):
            paint_legend(painter, 0, 14, self._look.theme, self.entries)
