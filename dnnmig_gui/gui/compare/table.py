"""The table of the comparison: a row a combination, inline bars, the best of each column marked."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from dnnmig_gui.gui.charts.lettering import BOLD, text_width
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.compare.columns import COLUMNS, Column
from dnnmig_gui.gui.compare.comparing import Comparing
from dnnmig_gui.gui.compare.table_cells import ROW_PX, Cells, Header
from dnnmig_gui.gui.compare.table_model import BADGE, ENTRY, FIRST, OFFLOADING, ComparisonModel, Sorted
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import scaled
from dnnmig_gui.gui.theme.look import Look

WEIGHTS = (64, 152, 192)
LEAST, LEAST_MEASURE = {OFFLOADING: 104, OFFLOADING + 1: 136}, 92
TITLE_ROOM = 30
"""Beside a title: the arrow of the column that is sorted by, and a gap."""


class ComparisonTable(QTableView):
    """The table.

    Signals
    -------
    entry_clicked(object), entry_opened(object)
        A row was clicked, or double-clicked or entered.
    menu_asked(object, QPoint)
        The context menu of a row, at a place on the screen.
    """

    entry_clicked = Signal(object)
    entry_opened = Signal(object)
    menu_asked = Signal(object, QPoint)

    def __init__(self, look: Look, comparing: Comparing, clock: Clock, selection: Selection) -> None:
        super().__init__()
        self._look = look
        self.rows = ComparisonModel(comparing, clock, selection)
        self.sorted = Sorted(self.rows)
        self.setModel(self.sorted)
        self.setHorizontalHeader(Header(look))
        self.setItemDelegate(Cells(self, look, self.rows))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(tr("Comparison"))
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSortingEnabled(True)
        self.sortByColumn(FIRST + 1, Qt.SortOrder.AscendingOrder)
        self.setProperty("role", "comparison")
        for number, column in enumerate(COLUMNS):
            self.setColumnHidden(FIRST + number, not column.shown)
        self.clicked.connect(lambda index: self.entry_clicked.emit(index.data(ENTRY)))
        self.activated.connect(lambda index: self.entry_opened.emit(index.data(ENTRY)))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_menu)
        look.changed.connect(self._dress)
        self._dress()

    def show_column(self, column: Column, *, shown: bool) -> None:
        """Show or hide a measure."""
        self.setColumnHidden(FIRST + COLUMNS.index(column), not shown)
        self._share_width()

    def shows(self, column: Column) -> bool:
        """Return whether a measure is shown."""
        return not self.isColumnHidden(FIRST + COLUMNS.index(column))

    def set_filter(self, text: str) -> None:
        """Keep the rows whose methods match."""
        self.sorted.set_filter(text)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show by the cursor that a row can be clicked."""
        inside = self.indexAt(event.position().toPoint()).isValid()
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if inside else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Share the width among the columns."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        weights = [*WEIGHTS, *(column.weight for column in COLUMNS)]
        shown = [number for number in range(len(weights)) if not self.isColumnHidden(number)]
        least = {number: self._least_width(number) for number in shown}
        spare = max(0, self.viewport().width() - sum(least.values()))
        total = sum(weights[number] for number in shown if number != BADGE)
        for number in shown:
            part = 0 if number == BADGE else int(spare * weights[number] / total)
            if number == shown[-1]:
                part = max(part, self.viewport().width() - sum(map(self.columnWidth, shown[:-1])) - least[number])
            self.setColumnWidth(number, least[number] + part)

    def _least_width(self, number: int) -> int:
        """Return a width that holds the title of a column and what stands under it; beyond, the table scrolls."""
        if number == BADGE:
            return scaled(WEIGHTS[BADGE])
        title = str(self.sorted.headerData(number, Qt.Orientation.Horizontal))
        return max(scaled(LEAST.get(number, LEAST_MEASURE)), round(text_width(title, 11, BOLD)) + TITLE_ROOM)

    def _ask_menu(self, position: QPoint) -> None:
        index = self.indexAt(position)
        if index.isValid():
            self.menu_asked.emit(index.data(ENTRY), self.viewport().mapToGlobal(position))

    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(scaled(ROW_PX))
        surface = self._look.theme.surface.name()
        self.setStyleSheet(
            f"QTableView {{ background: {surface}; border: none; selection-background-color: transparent; }} "
            f"QHeaderView {{ background: {surface}; border: none; }}"
        )
        self._share_width()
        self.viewport().update()
