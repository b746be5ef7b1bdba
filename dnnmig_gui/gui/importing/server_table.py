"""Servers one by one, each with the tier that it gets: found by name, sorted, several changed at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from dnnmig_gui.core.scenario.importing import ImportedTopology
from dnnmig_gui.core.topology import TIERS, Tier
from dnnmig_gui.gui.controls import Combo, column, follow, label, row
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.theme.look import Look

Index = QModelIndex | QPersistentModelIndex
COLUMNS = (mark("Server"), mark("Alike"), mark("Becomes"))
TIER_WORDS: dict[Tier, str] = {"client": mark("Client"), "edge": mark("Edge server"), "cloud": mark("Cloud server")}
TIER_COLUMN = 2
HEIGHT = 208
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ServerTiers(QAbstractTableModel):
    """Each server with its group and its tier; a tier of its own beats that of the group.

    Signals
    -------
    own_changed()
        A server got a tier of its own, or lost it.
    """

    own_changed = Signal()

    def __init__(self, imported: ImportedTopology, of_groups: Mapping[str, Tier]) -> None:
        super().__init__()
        self._servers = imported.servers
        self._of_groups = dict(of_groups)
        self.own: dict[str, Tier] = {}

    def set_groups(self, of_groups: Mapping[str, Tier]) -> None:
        """Follow the tiers of the groups."""
        self._of_groups = dict(of_groups)
        self._tell()

    def tier(self, line: int) -> Tier:
        """Return the tier of a server."""
        server = self._servers[line]
        return self.own.get(server.id, self._of_groups[server.group])

    def set_tiers(self, lines: Sequence[int], tier: Tier) -> None:
        """Give servers a tier of their own; that of their group is none of their own."""
        for line in lines:
            server = self._servers[line]
            if tier == self._of_groups[server.group]:
                self.own.pop(server.id, None)
            else:
                self.own[server.id] = tier
        self._tell()
        self.own_changed.emit()

    def _tell(self) -> None:
        self.dataChanged.emit(self.index(0, TIER_COLUMN), self.index(len(self._servers) - 1, TIER_COLUMN))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008  Qt's name and default
        """Return how many servers there are."""
        return 0 if parent.isValid() else len(self._servers)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802
        """Return the titles of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(COLUMNS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what stands in a cell."""
        server = self._servers[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            tier = tr(TIER_WORDS[self.tier(index.row())])
            return (server.id, server.group, tier)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == TIER_COLUMN:
            own = server.id in self.own
            return tr("Its own tier") if own else tr("As its group; double-click or F2 to change")
        if role == Qt.ItemDataRole.FontRole and index.column() == TIER_COLUMN and server.id in self.own:
            from dnnmig_gui.gui.theme.fonts import font

            return font(12, 600)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let tiers be changed."""
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return usual | Qt.ItemFlag.ItemIsEditable if index.column() == TIER_COLUMN else usual


class _TierChoice(Combo):
    """A field that is its list: it opens at once, and is left when the list closes.

    Signals
    -------
    left()
        The list was closed, whether something was chosen or not.
    """

    left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, tr("Tier"))
        QTimer.singleShot(0, self, self.showPopup)  # once it has its place in the table

    def hidePopup(self) -> None:  # noqa: N802  Qt's name
        """Close the list and be left, after the choice was told."""
        super().hidePopup()
        QTimer.singleShot(0, self, self.left.emit)


class _Search(QLineEdit):
    """Finds servers; Enter goes on to what was found, and not to the button of the dialog.

    Signals
    -------
    entered()
        Enter was pressed.
    """

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Take Enter."""
        if event.key() in ENTER:
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class _View(QTableView):
    """The rows; Enter opens the tier of the current one, as F2 does, and does not confirm the dialog."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Take Enter."""
        if event.key() in ENTER:
            if self.currentIndex().isValid():
                self.edit(self.currentIndex().siblingAtColumn(TIER_COLUMN))
        else:
            super().keyPressEvent(event)

    def begin(self) -> None:
        """Take the keyboard, at the first row."""
        if self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, TIER_COLUMN))
            self.setFocus()


class _TierField(QStyledItemDelegate):
    """Chooses the tier in its cell."""

    def __init__(self, look: Look, choose: Callable[[Index, Tier], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._choose = choose

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: N802
        combo = _TierChoice(self._look)
        combo.setParent(parent)
        combo.setProperty("compact", True)
        for tier in TIERS:
            combo.addItem(tr(TIER_WORDS[tier]), tier)
        combo.setCurrentText(str(index.data()))
        place = QPersistentModelIndex(index)
        combo.activated.connect(lambda number: self._choose(place, TIERS[number]))
        combo.left.connect(lambda: self.closeEditor.emit(combo))
        return combo

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802
        """Leave the field as it was made."""

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:  # noqa: N802
        """Change nothing: a choice has been taken already, and leaving the field is none."""


class ServerTable(QFrame):
    """A table with a field that finds servers by name or group.

    A tier chosen in a selected row is given to all selected rows.
    """

    def __init__(self, look: Look, tiers: ServerTiers) -> None:
        super().__init__()
        self.tiers = tiers
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(tiers)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._shown.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._shown.setFilterKeyColumn(-1)
        self.search = _Search()
        self.search.setPlaceholderText(tr("Find servers"))
        self.search.setAccessibleName(tr("Find servers"))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(180)
        self.search.textChanged.connect(self._shown.setFilterFixedString)
        self.view = _View()
        self.search.entered.connect(self.view.begin)
        self.view.setModel(self._shown)
        self.view.setAccessibleName(tr("Servers and their tiers"))
        self.view.setSortingEnabled(True)
        self.view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
        )
        self.view.setItemDelegateForColumn(TIER_COLUMN, _TierField(look, self._choose, self.view))
        self.view.setShowGrid(False)
        self.view.setTabKeyNavigation(False)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(30)
        header = self.view.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(2, 150)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.view.setFixedHeight(min(HEIGHT, 34 + 30 * tiers.rowCount() + 2))
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        follow(self.view, look, lambda: self.view.setStyleSheet(_style(look)))
        layout = column(spacing=6)
        layout.addLayout(row(label(tr("Server by server"), "section"), None, self.search))
        layout.addWidget(self.view)
        self.setLayout(layout)

    def shown(self) -> list[str]:
        """Return the names in the table, from top to bottom."""
        return [str(self._shown.index(line, 0).data()) for line in range(self._shown.rowCount())]

    def _choose(self, index: Index, tier: Tier) -> None:
        chosen = {each.row() for each in self.view.selectionModel().selectedRows()}
        lines = chosen if index.row() in chosen else {index.row()}
        self.tiers.set_tiers([self._shown.mapToSource(self._shown.index(line, 0)).row() for line in lines], tier)


def _style(look: Look) -> str:
    """Return the table's style: the panel's surface, no lines but one below the titles."""
    theme = look.theme
    surface, line, text = theme.surface.name(), theme.line.name(), theme.text_3.name()
    chosen, ink = theme.accent_soft.name(), theme.accent_ink.name()
    return (
        f"QTableView {{ background: {surface}; border: none; selection-background-color: {chosen};"
        f" selection-color: {ink}; }} QTableView::item {{ padding-left: 6px; }}"
        f" QHeaderView {{ background: {surface}; border: none; }}"
        f" QHeaderView::section {{ background: {surface}; color: {text}; border: none;"
        f" border-bottom: 1px solid {line}; padding: 4px 9px; }}"
    )
