"""The name of a side above the linked timelines: its badge, its methods, and a pin."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from dnnmig_gui.gui.charts.glyphs import LookButton
from dnnmig_gui.gui.charts.lettering import BOLD, draw_text, metrics, text_width
from dnnmig_gui.gui.compare.badge import paint_badge
from dnnmig_gui.gui.compare.comparing import Side
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.look import Look

WIDEST = 300.0


class SideChip(LookButton):
    """A click pins this side: rows that are clicked then go to the other one."""

    def __init__(self, look: Look, side: Side, parent: QWidget) -> None:
        super().__init__(
            look,
            tr("Pin {side}").format(side=side),
            tr("{side} stays when a row is clicked; the row goes to the other side").format(side=side),
            parent,
        )
        self.side = side
        self.setCheckable(True)
        self.set_title("")

    def set_title(self, title: str) -> None:
        """Show the methods of the plan that lies here."""
        self.setText(title or tr("Click a row"))
        told = f"{self.side}: {self.text()}"
        self.setAccessibleName(tr("{plan}, pinned").format(plan=told) if self.isChecked() else told)
        self.updateGeometry()
        self.update()

    def extent(self) -> QSizeF:
        """Return the size that holds badge, name and pin."""
        return QSizeF(min(WIDEST, text_width(self.text(), 13, BOLD)) + 66, 28)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint badge, name and pin."""
        theme = self.theme
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.surface_2)
            painter.drawRoundedRect(area, 8, 8)
        paint_badge(painter, QRectF(4, 4, 24, 20), self.side, theme)
        room = area.width() - 66
        shown = metrics(13, BOLD).elidedText(self.text(), Qt.TextElideMode.ElideRight, room + 2)
        draw_text(painter, QRectF(36, 0, room + 4, 28), shown, theme.text, px=13, weight=BOLD)
        if self.isChecked() or self.underMouse():
            ink = theme.accent_ink if self.isChecked() else theme.text_3
            draw_icon(painter, "pin", QRectF(area.width() - 22, 7, 14, 14), ink)
