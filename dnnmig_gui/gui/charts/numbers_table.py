"""The numbers of a chart as a table."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHeaderView, QTableWidget, QTableWidgetItem

from dnnmig_gui.core.reporting.numbers import plain_text
from dnnmig_gui.gui.charts.data import Chart
from dnnmig_gui.gui.controls import follow
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.fonts import scaled
from dnnmig_gui.gui.theme.look import Look

MOST_ROWS = 5000
"""A table on the screen ends here; the CSV file has everything."""
ROW_PX = 28


class NumbersTable(QTableWidget):
    """Series, place and value; numbers to the right, lines between rows alone."""

    def __init__(self, look: Look) -> None:
        super().__init__(0, 3)
        self._look = look
        self.setAccessibleName(tr("Numbers of the chart"))
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        follow(self, look, self._dress)

    def _dress(self) -> None:
        theme = self._look.theme
        cell = f"border: none; border-bottom: 1px solid {theme.line.name()}; padding: 0 16px;"
        self.setStyleSheet(
            f"QTableWidget {{ background: {theme.surface.name()}; border: none; color: {theme.text.name()}; }} "
            f"QTableWidget::item {{ {cell} }} "
            f"QTableWidget::item:selected {{ background: {theme.accent_soft.name()}; color: {theme.text.name()}; }} "
            f"QHeaderView {{ background: {theme.surface.name()}; border: none; }} "
            f"QHeaderView::section {{ background: {theme.surface.name()}; color: {theme.text_2.name()};"
            f" font-weight: 600; {cell} }}"
        )
        self.verticalHeader().setDefaultSectionSize(scaled(ROW_PX))
        self.horizontalHeader().setFixedHeight(scaled(ROW_PX))

    def show_chart(self, chart: Chart) -> None:
        """Show the numbers of a chart."""
        rows = chart.rows()[:MOST_ROWS]
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        ways = (left, left if chart.categories else right, right)
        for part, title in enumerate(chart.header()):
            head = QTableWidgetItem(title)
            head.setTextAlignment(ways[part])
            self.setHorizontalHeaderItem(part, head)
        self.setRowCount(len(rows))
        for number, (name, place, value) in enumerate(rows):
            texts = (name, place if isinstance(place, str) else plain_text(place), plain_text(value))
            for part, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setTextAlignment(ways[part])
                self.setItem(number, part, item)
