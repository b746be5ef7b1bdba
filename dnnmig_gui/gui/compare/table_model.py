"""The rows of the comparison at the clock's time, sorted and filtered; what each cell says."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt

from dnnmig_gui.gui.charts.texts import clock_text
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.compare.columns import COLUMNS, Context, best_of, horizon
from dnnmig_gui.gui.compare.comparing import Comparing, Entry
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.selection import Selection

BADGE, OFFLOADING, UPLOADING, FIRST = 0, 1, 2, 3
"""Columns before the measures: which side, and the two methods."""
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
        if role == Qt.ItemDataRole.InitialSortOrderRole and section >= FIRST:  # the first click puts the best on top
            least = COLUMNS[section - FIRST].best == "least"
            return Qt.SortOrder.AscendingOrder if least else Qt.SortOrder.DescendingOrder
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
