"""What the colours and lines of the model's drawing mean."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from dnnmig_gui.gui.dnn.painter import hatch
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.look import Look

ENTRIES = ("Client", "Edge", "Cloud", "Uploading", "Planned")
MARK, GAP, BETWEEN = 12.0, 6.0, 17.0


class Legend(QWidget):
    """Client, Edge, Cloud, Uploading, Planned; those without room are left out."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend: " + ", ".join(ENTRIES))

    def _widths(self) -> list[float]:
        metrics = QFontMetricsF(font(11, 500))
        return [MARK + GAP + metrics.horizontalAdvance(entry) for entry in ENTRIES]

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the room of all entries."""
        return QSize(round(sum(self._widths()) + BETWEEN * (len(ENTRIES) - 1)), 28)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return no width: in a narrow window the title comes first."""
        return QSize(0, 28)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the entries from the right."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, float(self.width()))

    def draw(self, painter: QPainter, right: float) -> None:
        """Paint the entries that fit, ending at `right`."""
        theme = self._look.theme
        fills = {"Client": theme.client.fill, "Edge": theme.edge.fill, "Cloud": theme.cloud.fill}
        x = right
        for entry, width in reversed(list(zip(ENTRIES, self._widths(), strict=True))):
            x -= width
            if x < -1:
                return
            mark = QRectF(x, 8, MARK, MARK)
            painter.setPen(Qt.PenStyle.NoPen)
            if entry in fills:
                painter.setBrush(fills[entry])
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
            box = QRectF(x + MARK + GAP, 4, width, 20)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, entry)
            x -= BETWEEN
