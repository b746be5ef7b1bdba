"""What the colours and lines of the model's drawing mean."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from dnnmig_gui.gui.dnn.box_painter import hatch
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.look import Look

TIERS = (mark("Client"), mark("Edge"), mark("Cloud"))
ENTRIES = (*TIERS, mark("Uploading"), mark("Planned"))
MARK, GAP, BETWEEN = 12.0, 6.0, 17.0
RAMP = 72.0


class Legend(QWidget):
    """Client, Edge, Cloud, Uploading, Planned; where room is short the tiers alone, or nothing."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._ramp: tuple[str, str] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Legend: {said}").format(said=", ".join(tr(entry) for entry in ENTRIES)))

    def show_ramp(self, ramp: tuple[str, str] | None) -> None:
        """Explain shades instead of places: what they are shares of, and the share of the deepest one."""
        if ramp != self._ramp:
            self._ramp = ramp
            said = (
                ", ".join(tr(entry) for entry in ENTRIES)
                if ramp is None
                else tr("{lightest}, deepest {deepest}").format(lightest=ramp[0], deepest=ramp[1])
            )
            self.setAccessibleName(tr("Legend: {said}").format(said=said))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the room of all entries."""
        return QSize(round(_width(ENTRIES) if self._ramp is None else _ramp_width(*self._ramp)), 28)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return no width: in a narrow window the title comes first."""
        return QSize(0, 28)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the entries from the right."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, float(self.width()))

    def draw(self, painter: QPainter, right: float) -> None:
        """Paint the entries that there is room for from 0 to `right`, ending there."""
        theme = self._look.theme
        if self._ramp is not None:
            self._draw_ramp(painter, right, *self._ramp)
            return
        tiers = {"Client": theme.client, "Edge": theme.edge, "Cloud": theme.cloud}
        entries = next((some for some in (ENTRIES, TIERS) if _width(some) <= right + 1), ())
        x = right - _width(entries)
        for entry in entries:
            mark = QRectF(x, 8, MARK, MARK)
            painter.setPen(Qt.PenStyle.NoPen)
            if entry in tiers:
                painter.setPen(theme.outline(tiers[entry]))
                painter.setBrush(tiers[entry].fill)
                painter.drawRoundedRect(mark, 3, 3)
            elif entry == "Uploading":
                painter.setBrush(theme.cloud.tint)
                painter.drawRoundedRect(mark, 3, 3)
                painter.setPen(QPen(theme.cloud.line, 1.4))
                painter.drawLines(hatch(mark, 4))
            else:
                pen = QPen(theme.cloud.line, 1.5)
                pen.setDashPattern([2.0, 1.33])
                painter.setPen(pen)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(mark.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            painter.setPen(theme.text_2)
            painter.setFont(font(11, 500))
            box = QRectF(x + MARK + GAP, 4, _width((entry,)), 20)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, tr(entry))
            x += _width((entry,)) + BETWEEN

    def _draw_ramp(self, painter: QPainter, right: float, what: str, most: str) -> None:
        theme, metrics = self._look.theme, QFontMetricsF(font(11, 500))
        width = _ramp_width(what, most)
        if width > right + 1:
            return
        painter.setFont(font(11, 500))
        painter.setPen(theme.text_2)
        left = right - width
        centred = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(left, 4, width, 20), centred, what)
        left += metrics.horizontalAdvance(what) + GAP
        ramp = QLinearGradient(left, 0, left + RAMP, 0)
        ramp.setColorAt(0, theme.surface_3)
        ramp.setColorAt(1, theme.accent)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ramp)
        painter.drawRoundedRect(QRectF(left, 8, RAMP, MARK), 3, 3)
        painter.setPen(theme.text_2)
        painter.drawText(QRectF(left + RAMP + GAP, 4, width, 20), centred, most)


def _ramp_width(what: str, most: str) -> float:
    metrics = QFontMetricsF(font(11, 500))
    return metrics.horizontalAdvance(what) + RAMP + metrics.horizontalAdvance(most) + 2 * GAP + 2


def _width(entries: Sequence[str]) -> float:
    metrics = QFontMetricsF(font(11, 500))
    marks = sum(MARK + GAP + metrics.horizontalAdvance(tr(entry)) for entry in entries)
    return marks + BETWEEN * max(0, len(entries) - 1)
