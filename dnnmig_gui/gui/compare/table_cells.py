"""Paints the table of the comparison: titles, methods, values with inline bars, the best of each column marked."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from dnnmig_gui.gui.charts.lettering import BOLD, MEDIUM, REGULAR, draw_text, faded, metrics, text_width
from dnnmig_gui.gui.compare.badge import paint_badge
from dnnmig_gui.gui.compare.columns import is_best
from dnnmig_gui.gui.compare.comparing import Entry
from dnnmig_gui.gui.compare.table_model import BADGE, ENTRY, FIRST, OFFLOADING, ComparisonModel, Index
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.fonts import scaled
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.theme.tokens import Theme

ROW_PX = 32
HEADER_PX = 32
BAR_PX, BAR_HEIGHT = 68.0, 6.0


def last_column(table: QTableView) -> int:
    """Return the number of the last column that a table shows."""
    return max(number for number in range(table.model().columnCount()) if not table.isColumnHidden(number))


class Header(QHeaderView):
    """Titles of the columns; the one sorted by in accent ink, with an arrow."""

    def __init__(self, look: Look) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._look = look
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setAccessibleName(tr("Columns of the comparison"))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the height of the header."""
        return QSize(0, scaled(HEADER_PX))

    def paintSection(self, painter: QPainter, rect: Any, logical_index: int) -> None:  # noqa: N802
        """Paint one title."""
        theme = self._look.theme
        painter.save()
        painter.fillRect(rect, theme.surface)
        chosen = self.sortIndicatorSection() == logical_index and self.isSortIndicatorShown()
        text = self.model().headerData(logical_index, Qt.Orientation.Horizontal)
        room = rect.width() - (22 if chosen else 8)
        shown = metrics(11, BOLD).elidedText(str(text), Qt.TextElideMode.ElideRight, room)
        draw_text(painter, QRectF(rect), shown, theme.accent_ink if chosen else theme.text_2, weight=BOLD)
        if chosen:
            x = rect.left() + text_width(shown, 11, BOLD) + 8
            up = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
            y, way = rect.center().y() + 1, -1 if up else 1
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.accent_ink, 1.5))
            painter.drawLine(QPointF(x, y - 4 * way), QPointF(x, y + 4 * way))
            painter.drawLine(QPointF(x - 3, y + way), QPointF(x, y + 4 * way))
            painter.drawLine(QPointF(x + 3, y + way), QPointF(x, y + 4 * way))
        painter.restore()


class Cells(QStyledItemDelegate):
    """Paints the cells."""

    def __init__(self, table: QTableView, look: Look, model: ComparisonModel) -> None:
        super().__init__(table)
        self._table = table
        self._look = look
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return the height of a row."""
        return QSize(0, scaled(ROW_PX))

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        """Paint one cell."""
        theme = self._look.theme
        entry: Entry = index.data(ENTRY)
        side = self._model.comparing.side_of(entry)
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if side is not None:
            self._paint_bed(painter, rect, index.column(), theme, accent=side == "B")
        elif index.row() > 0:
            painter.setPen(QPen(theme.line, 1))
            inset = scaled(64) if index.column() == BADGE else 0
            painter.drawLine(QPointF(rect.left() + inset, rect.top() + 0.5), QPointF(rect.right(), rect.top() + 0.5))
        if index.column() == BADGE:
            if side is not None:
                paint_badge(
                    painter,
                    QRectF(rect.left() + scaled(20), rect.center().y() - scaled(10), scaled(24), scaled(20)),
                    side,
                    theme,
                )
        elif index.column() < FIRST:
            self._paint_method(painter, rect, entry, index.column(), theme, marked=side is not None)
        else:
            self._paint_measure(painter, rect, entry, index.column(), theme, marked=side is not None)
        if self._table.hasFocus() and self._table.currentIndex().row() == index.row() and index.column() == BADGE:
            painter.setPen(QPen(theme.accent, 2))
            painter.drawLine(QPointF(rect.left() + 9, rect.top() + 5), QPointF(rect.left() + 9, rect.bottom() - 5))
        painter.restore()

    def _paint_bed(self, painter: QPainter, rect: QRectF, column: int, theme: Theme, *, accent: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.accent_soft if accent else theme.surface_2)
        bed = rect.adjusted(0, 1, 0, -1)
        last = last_column(self._table)
        painter.setClipRect(rect)
        left = 8.0 if column == BADGE else -12.0
        right = -8.0 if column == last else 12.0
        painter.drawRoundedRect(bed.adjusted(left, 0, right, 0), 8, 8)

    def _paint_method(
        self, painter: QPainter, rect: QRectF, entry: Entry, column: int, theme: Theme, *, marked: bool
    ) -> None:
        first = column == OFFLOADING
        weight = BOLD if marked else MEDIUM if first else REGULAR
        ink = theme.text if marked or first else theme.text_2
        if entry.progress in ("waiting", "refused"):
            ink = theme.text_3
        text = metrics(12, weight).elidedText(
            self._model.text(entry, column), Qt.TextElideMode.ElideRight, rect.width() - 12
        )
        draw_text(painter, rect, text, ink, px=12, weight=weight)

    def _paint_measure(
        self, painter: QPainter, rect: QRectF, entry: Entry, column: int, theme: Theme, *, marked: bool
    ) -> None:
        number = column - FIRST
        value = self._model.value(entry, number)
        text = self._model.text(entry, column)
        if value is None:
            failed = entry.progress == "refused"
            if column == FIRST and failed:
                painter.setClipping(False)
                rect = QRectF(rect.left(), rect.top(), self._table.viewport().width() - rect.left() - 16, rect.height())
            shown = metrics(12).elidedText(text, Qt.TextElideMode.ElideRight, rect.width() - 8)
            draw_text(painter, rect, shown, theme.failure.ink if failed else theme.text_3, px=12)
            return
        best = is_best(value, self._model.best[number])
        dot = 17.0
        room = text_width(text, 12, BOLD)
        bar = min(BAR_PX, rect.width() - room - dot - 22)
        most = max((abs(values[number] or 0.0) for values in self._model.values.values()), default=0.0)
        y = rect.center().y() - BAR_HEIGHT / 2
        right = rect.right() - 24
        if bar >= 16:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.surface if marked else theme.surface_3)
            painter.drawRoundedRect(QRectF(rect.left(), y, bar, BAR_HEIGHT), 3, 3)
            length = bar * min(1.0, abs(value) / most) if most > 0 else 0.0
            if length > 0:
                painter.setBrush(theme.accent if best else faded(theme.series_2, 0.75))
                painter.drawRoundedRect(QRectF(rect.left(), y, max(3.0, length), BAR_HEIGHT), 3, 3)
            right = min(right, rect.left() + bar + 12 + max(room, scaled(56)))
        box = QRectF(right - room - 4, rect.top(), room + 4, rect.height())
        ink, weight = (theme.accent_ink, BOLD) if best else (theme.text, REGULAR)
        draw_text(painter, box, text, ink, px=12, weight=weight, align=Qt.AlignmentFlag.AlignRight)
        if best:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.accent)
            painter.drawEllipse(QPointF(right + 11, rect.center().y()), 3, 3)
