"""The table of the comparison: a row a combination, inline bars, the best of each column marked."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from dnnmig_gui.gui.charts.lettering import BOLD, MEDIUM, REGULAR, draw_text, faded, metrics, text_width
from dnnmig_gui.gui.charts.texts import clock_text
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.compare.columns import COLUMNS, Column, Context, best_of, horizon, is_best
from dnnmig_gui.gui.compare.comparing import Comparing, Entry
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.theme.tokens import Theme

BADGE, OFFLOADING, UPLOADING, FIRST = 0, 1, 2, 3
"""Columns before the measures: which side, and the two methods."""
WEIGHTS = (64, 152, 192)
TABLE_PX = 1568
ROW_PX = 32
HEADER_PX = 32
BAR_PX, BAR_HEIGHT = 68.0, 6.0
ENTRY = Qt.ItemDataRole.UserRole
SORT = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


class ComparisonModel(QAbstractTableModel):
    """The rows of the comparison at the clock's time."""

    def __init__(self, comparing: Comparing, clock: Clock, selection: Selection) -> None:
        super().__init__(comparing)
        self.comparing = comparing
        self._clock = clock
        self._selection = selection
        self.values: dict[Entry, list[float | None]] = {}
        self.best: list[float | None] = [None] * len(COLUMNS)
        comparing.rows_changed.connect(self._reset)
        comparing.entry_changed.connect(self._renew)
        selection.changed.connect(self._renew)
        comparing.sides_changed.connect(self._tell_all)
        clock.moved.connect(self._follow_time)
        self._reset()

    @property
    def context(self) -> Context:
        """What the columns are a function of."""
        user = self.user
        return Context(self._clock.t, user, horizon(self.comparing.done, user))

    @property
    def user(self) -> int:
        """The user that is followed; the first one where the plans know fewer."""
        done = self.comparing.done
        return self._selection.user if done and self._selection.user < len(done[0].plan.users) else 0

    def value(self, entry: Entry, column: int) -> float | None:
        """Return a measure of a row, by the number of the column."""
        return self.values.get(entry, [None] * len(COLUMNS))[column]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """Return the number of combinations."""
        return 0 if parent.isValid() else len(self.comparing.entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """Return the number of columns."""
        return 0 if parent.isValid() else FIRST + len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell says."""
        entry = self.comparing.entries[index.row()]
        column = index.column()
        if role == ENTRY:
            return entry
        if role == SORT:
            return self._sort_key(entry, column)
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(entry, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.reason or (tr(COLUMNS[column - FIRST].tip) if column >= FIRST else entry.combination.title)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.headerData(column, Qt.Orientation.Horizontal)}: {self.text(entry, column)}"
        return None

    def text(self, entry: Entry, column: int) -> str:
        """Return the text of a cell."""
        if column == BADGE:
            return self.comparing.side_of(entry) or ""
        if column == OFFLOADING:
            return entry.combination.offloading_title
        if column == UPLOADING:
            return entry.combination.uploading_title
        value = self.value(entry, column - FIRST)
        if value is not None:
            return COLUMNS[column - FIRST].text(value)
        if entry.progress == "done":
            return "\u2013"
        says = {"waiting": tr("Waiting"), "working": tr("Planning\u2026"), "refused": entry.reason}[entry.progress]
        return says if column == FIRST else ""

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return what stands above a column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.ToolTipRole and section >= FIRST:
            return tr("{tip}. Click to sort.").format(tip=tr(COLUMNS[section - FIRST].tip))
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if section < FIRST:
            return ("", tr("Offloading"), tr("Uploading"))[section]
        title = tr(COLUMNS[section - FIRST].title)
        return (
            tr("{title}, at {time}").format(title=title, time=clock_text(self._clock.t, self._clock.end_s))
            if section == FIRST
            else title
        )

    def _sort_key(self, entry: Entry, column: int) -> object:
        if column < FIRST:
            side = self.comparing.side_of(entry)
            return (side or "Z") if column == BADGE else self.text(entry, column).casefold()
        value = self.value(entry, column - FIRST)
        return float("inf") if value is None else value

    def _reset(self) -> None:
        self.beginResetModel()
        self._measure()
        self.endResetModel()

    def _renew(self) -> None:
        self._measure()
        self._tell_all()

    def _measure(self) -> None:
        context = self.context
        self.values = {
            entry: [column.value(entry.contender, context) for column in COLUMNS]
            for entry in self.comparing.entries
            if entry.contender is not None
        }
        self._find_best(range(len(COLUMNS)))

    def _find_best(self, columns: range | list[int]) -> None:
        for number in columns:
            self.best[number] = best_of(COLUMNS[number], [values[number] for values in self.values.values()])

    def _tell_all(self) -> None:
        if self.comparing.entries:
            last = self.index(len(self.comparing.entries) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _follow_time(self) -> None:
        """Measure again what depends on the time, and tell only what changed."""
        context, rows = self.context, len(self.comparing.entries)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, FIRST, FIRST)
        for number, column in enumerate(COLUMNS):
            if column.id not in ("now", "done"):
                continue
            changed = False
            for entry, values in self.values.items():
                assert entry.contender is not None
                value = column.value(entry.contender, context)
                changed = changed or value != values[number]
                values[number] = value
            if changed:
                self._find_best([number])
                self.dataChanged.emit(self.index(0, FIRST + number), self.index(rows - 1, FIRST + number))


class Sorted(QSortFilterProxyModel):
    """Sorts by value and keeps the rows whose methods match a text; what has no value stands last."""

    def __init__(self, model: ComparisonModel) -> None:
        super().__init__(model)
        self._model = model
        self._wanted = ""
        self.setSourceModel(model)
        self.setSortRole(SORT)
        self.setDynamicSortFilter(True)

    def set_filter(self, text: str) -> None:
        """Keep rows in whose methods each word of a text occurs."""
        self._wanted = text.casefold()
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:  # noqa: N802
        """Return whether a row stays."""
        title = self._model.comparing.entries[source_row].combination.title.casefold()
        return all(word in title for word in self._wanted.split())

    def lessThan(self, source_left: Index, source_right: Index) -> bool:  # noqa: N802
        """Compare two rows by value."""
        one, other = source_left.data(SORT), source_right.data(SORT)
        if isinstance(one, float) and isinstance(other, float) and float("inf") in (one, other):
            # Without a value: last, whichever way it is sorted.
            return (one < other) == (self.sortOrder() == Qt.SortOrder.AscendingOrder)
        return bool(one < other)


class _Header(QHeaderView):
    """Titles of the columns; the one sorted by in accent ink, with an arrow."""

    def __init__(self, look: Look) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._look = look
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setAccessibleName(tr("Columns of the comparison"))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the height of the header."""
        return QSize(0, HEADER_PX)

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


class _Cells(QStyledItemDelegate):
    """Paints the cells."""

    def __init__(self, table: ComparisonTable, look: Look, model: ComparisonModel) -> None:
        super().__init__(table)
        self._table = table
        self._look = look
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return the height of a row."""
        return QSize(0, ROW_PX)

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
            inset = 64 if index.column() == BADGE else 0
            painter.drawLine(QPointF(rect.left() + inset, rect.top() + 0.5), QPointF(rect.right(), rect.top() + 0.5))
        if index.column() == BADGE:
            if side is not None:
                paint_badge(painter, QRectF(rect.left() + 20, rect.top() + 6, 24, 20), side, theme)
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
        last = self._table.last_column()
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
            right = min(right, rect.left() + bar + 12 + max(room, 56.0))
        box = QRectF(right - room - 4, rect.top(), room + 4, rect.height())
        ink, weight = (theme.accent_ink, BOLD) if best else (theme.text, REGULAR)
        draw_text(painter, box, text, ink, px=12, weight=weight, align=Qt.AlignmentFlag.AlignRight)
        if best:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.accent)
            painter.drawEllipse(QPointF(right + 11, rect.center().y()), 3, 3)


def paint_badge(painter: QPainter, rect: QRectF, side: str, theme: Theme) -> None:
    """Draw the badge of a side: A is dark, B is accent."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.accent if side == "B" else theme.series_1)
    painter.drawRoundedRect(rect, 6, 6)
    ink = theme.on_accent if side == "B" else theme.surface
    draw_text(painter, rect, side, ink, px=12, weight=BOLD, align=Qt.AlignmentFlag.AlignHCenter)


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
        self.setHorizontalHeader(_Header(look))
        self.setItemDelegate(_Cells(self, look, self.rows))
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
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
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

    def last_column(self) -> int:
        """Return the number of the last column shown."""
        return max(number for number in range(self.sorted.columnCount()) if not self.isColumnHidden(number))

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
        total = sum(weights[number] for number in shown) - WEIGHTS[BADGE]
        room = self.viewport().width() - WEIGHTS[BADGE]
        for number in shown:
            width = WEIGHTS[BADGE] if number == BADGE else max(92, int(weights[number] * room / total))
            if number == shown[-1]:
                width = max(width, self.viewport().width() - sum(self.columnWidth(other) for other in shown[:-1]))
            self.setColumnWidth(number, width)

    def _ask_menu(self, position: QPoint) -> None:
        index = self.indexAt(position)
        if index.isValid():
            self.menu_asked.emit(index.data(ENTRY), self.viewport().mapToGlobal(position))

    def _dress(self) -> None:
        surface = self._look.theme.surface.name()
        self.setStyleSheet(
            f"QTableView {{ background: {surface}; border: none; }} "
            f"QHeaderView {{ background: {surface}; border: none; }}"
        )
        self.viewport().update()
