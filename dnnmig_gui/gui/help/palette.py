"""The command palette: everything the program can do, found by a few letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSettings,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dnnmig_gui.gui.controls import column, label
from dnnmig_gui.gui.help.commands import Command
from dnnmig_gui.gui.help.matching import match_score
from dnnmig_gui.gui.help.overlay import Overlay
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.look import Look

WIDTH, HEIGHT, TOP = 620, 460, 56
ROW = 36
RECENT = 12
RECENT_BONUS = 4.0
"""What was used lately is what is likely meant, if it answers about as well."""
BY_GROUP = 12.0
"""What is found by the name of its group alone is meant less often."""
_KEY = "palette_recent"


class CommandList(QAbstractListModel):
    """The commands that answer what was typed, the best first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.commands: list[Command] = []

    def show(self, commands: list[Command]) -> None:
        """Show other commands."""
        self.beginResetModel()
        self.commands = commands
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:  # noqa: N802  Qt's name
        """Return how many there are."""
        return 0 if parent is not None and parent.isValid() else len(self.commands)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the text; screen readers are told the group and the keys as well."""
        command = self.commands[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return command.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (command.text, command.group, command.keys) if part)
        return None


class _Rows(QStyledItemDelegate):
    def __init__(self, look: Look, shown: CommandList) -> None:
        super().__init__(shown)
        self._look = look
        self._shown = shown

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        return QSize(100, self._look.px(ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look, theme = self._look, self._look.theme
        command = self._shown.commands[index.row()]
        box = QRectF(option.rect).adjusted(8, 1, -8, -1)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.accent_soft)
            painter.drawRoundedRect(box, 6, 6)
        sign = QRectF(box.left() + 10, box.center().y() - 8, 16, 16)
        draw_icon(painter, command.icon, sign, theme.accent_ink if selected else theme.text_3)
        right = box.right() - 10
        small = look.font(11, 600)
        middle = Qt.AlignmentFlag.AlignVCenter
        if command.keys:
            width = QFontMetricsF(small).horizontalAdvance(command.keys) + 14
            key = QRectF(right - width, box.center().y() - look.px(11), width, look.px(22))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.surface if selected else theme.surface_2)
            painter.drawRoundedRect(key, 6, 6)
            painter.setFont(small)
            painter.setPen(theme.text_2)
            painter.drawText(key, Qt.AlignmentFlag.AlignCenter, command.keys)
            right = key.left() - 10
        quiet = look.font(12)
        group = QFontMetricsF(quiet).elidedText(command.group, Qt.TextElideMode.ElideRight, box.width() * 0.4)
        width = QFontMetricsF(quiet).horizontalAdvance(group)
        painter.setFont(quiet)
        painter.setPen(theme.text_3)
        painter.drawText(QRectF(right - width, box.top(), width + 1, box.height()), middle, group)
        text = QRectF(sign.right() + 12, box.top(), right - width - sign.right() - 24, box.height())
        font = look.font(13, 500)
        painter.setFont(font)
        painter.setPen(theme.accent_ink if selected else theme.text)
        painter.drawText(
            text, middle, QFontMetricsF(font).elidedText(command.text, Qt.TextElideMode.ElideRight, text.width())
        )
        painter.restore()


class Palette(Overlay):
    """Opens over the window; arrows and Enter choose, letters search.

    Parameters
    ----------
    offered
        Called each time it opens: what there is to do now.
    """

    def __init__(
        self, look: Look, window: QWidget, settings: QSettings, offered: Callable[[], Iterable[Command]]
    ) -> None:
        super().__init__(look, window, QFrame())
        self._settings = settings
        self._offered = offered
        self._commands: list[Command] = []
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Search actions, examples, servers, layers, methods"))
        self.field.setAccessibleName(tr("Search for a command"))
        self.field.setProperty("kind", "palette")
        self.found = CommandList(self)
        self.list = QListView()
        self.list.setModel(self.found)
        self.list.setItemDelegate(_Rows(look, self.found))
        self.list.setAccessibleName(tr("Commands"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setProperty("kind", "palette")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setUniformItemSizes(True)
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.clicked.connect(self._take)
        self._nothing = label(tr("Nothing answers that."), "quiet")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = column((8, 10, 8, 8), 6)
        layout.addWidget(self.field)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._nothing, 1)
        self.sheet.setLayout(layout)
        self.setAccessibleName(tr("Command palette"))
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        look.changed.connect(self.list.doItemsLayout)

    def open(self) -> None:
        """Show all there is to do, what was used lately first."""
        self._commands = list(self._offered())
        self.field.clear()
        self._search("")
        super().open()

    def place(self) -> QRect:
        """Lie below the middle of the top bar."""
        width = min(self.look.px(WIDTH), self.width() - 32)
        height = min(self.look.px(HEIGHT), self.height() - TOP - 16)
        return QRect((self.width() - width) // 2, TOP, width, height)

    def take_focus(self) -> None:
        """Type into the field."""
        self.field.setFocus()

    def recent(self) -> list[str]:
        """Return the ids of what was used lately, the last first."""
        stored = self._settings.value(_KEY)
        return [stored] if isinstance(stored, str) else [str(each) for each in stored] if stored else []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Let arrows and Enter of the field steer the list."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: 8,
                Qt.Key.Key_PageUp: -8,
            }
            key = Qt.Key(event.key())
            if key in steps:
                self._step(steps[key])
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self.list.currentIndex())
                return True
            if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                return True
        return super().eventFilter(watched, event)

    def _step(self, by: int) -> None:
        count = self.found.rowCount()
        if count:
            here = self.list.currentIndex().row()
            there = (here + by) % count if abs(by) == 1 else max(0, min(count - 1, here + by))
            self.list.setCurrentIndex(self.found.index(there, 0))

    def _search(self, asked: str) -> None:
        recent = {name: place for place, name in enumerate(self.recent())}
        scored: list[tuple[float, int]] = []
        for place, command in enumerate(self._commands):
            score = match_score(asked, command.text)
            if score is None:
                score = match_score(asked, f"{command.text} {command.group}")
                if score is None:
                    continue
                score -= BY_GROUP
            if asked.strip():
                if command.id in recent:
                    score += RECENT_BONUS * (2 - recent[command.id] / RECENT)
                scored.append((-score, place))
            elif command.id in recent:
                scored.append((recent[command.id] - RECENT, place))
            else:
                scored.append((float(place), place))
        scored.sort()
        self.found.show([self._commands[place] for _, place in scored])
        if scored:
            self.list.setCurrentIndex(self.found.index(0, 0))
        self.list.setVisible(bool(scored))
        self._nothing.setVisible(not scored)

    def _take(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        command = self.found.commands[index.row()]
        others = [name for name in self.recent() if name != command.id]
        self._settings.setValue(_KEY, [command.id, *others][:RECENT])
        self.close_sheet()
        command.run()
