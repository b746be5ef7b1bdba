"""When all users come and go, on one time axis: a row each, whose ends and middle can be dragged."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from dnnmig_gui.core.reporting.numbers import seconds_text
from dnnmig_gui.core.scenario import User
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import id_title
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.look import Look

ROW, NAMES, FOOT, SIDE = 28, 76, 18, 8
SHORTEST_S = 20.0
"""The axis is never shorter than this."""
STEPS = 100
"""A drag moves by about this part of the axis."""
REACH = 9.0
"""How near the pointer must be to an end to take it, in pixels."""


def round_step(end_s: float) -> float:
    """Return the step of a drag on an axis: 1, 2 or 5 times a power of ten, near a hundredth of it."""
    wanted = end_s / STEPS
    power = 10.0 ** math.floor(math.log10(wanted))
    return min((power, 2 * power, 5 * power, 10 * power), key=lambda step: abs(step - wanted))


def stay_text(arrival: float, departure: float | None) -> str:
    """Return when somebody comes and goes, in a few words."""
    goes = tr("never goes") if departure is None else tr("goes at {time}").format(time=seconds_text(departure))
    return tr("Comes at {time}, {goes}").format(time=seconds_text(arrival), goes=goes)


class Stays(QWidget):
    """The stays of all users.

    Signals
    -------
    stay_asked(int, float, object, int)
        Number of a user, arrival and departure in seconds (None: never goes), and the number of the drag.
    followed(int), opened(int), removed(int)
        Number of the user clicked, clicked twice, deleted by key.
    """

    stay_asked = Signal(int, float, object, int)
    followed = Signal(int)
    opened = Signal(int)
    removed = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._users: tuple[User, ...] = ()
        self._user = 0
        self._end = SHORTEST_S
        self._grabbed: tuple[str, float, float, float | None] | None = None  # which end, where, and the stay then
        self._drags = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Stays of the users"))
        self.setToolTip(
            tr("Drag the ends or the whole stay; beyond the right end a user never goes.\nTwice: edit the user")
        )
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the height of all rows."""
        return QSize(240, ROW * len(self._users) + FOOT)

    def show_users(self, users: Sequence[User], followed: int) -> None:
        """Show users, one of them followed."""
        many = len(users) != len(self._users)
        self._users, self._user = tuple(users), followed
        if self._grabbed is None:  # an axis that stretched under the pointer would run away from it
            latest = max((max(user.arrival_s, user.departure_s or 0.0) for user in users), default=0.0)
            self._end = max(SHORTEST_S, 1.25 * latest)
        if many:
            self.updateGeometry()
        self.setAccessibleDescription(self._words(followed) if followed < len(self._users) else "")
        self.update()

    def _words(self, number: int) -> str:
        user = self._users[number]
        goes = (
            tr("never goes")
            if user.departure_s is None
            else tr("goes at {time}").format(time=seconds_text(user.departure_s))
        )
        return tr("{user} comes at {time}, {goes}").format(
            user=id_title(user.id), time=seconds_text(user.arrival_s), goes=goes
        )

    def x_of(self, seconds: float | None) -> float:
        """Return where a time lies; None for a user who never goes."""
        share = 1.0 if seconds is None else min(1.0, seconds / self._end)
        return NAMES + (self.width() - NAMES - SIDE) * share

    def _seconds(self, x: float) -> float:
        share = (x - NAMES) / max(1.0, self.width() - NAMES - SIDE)
        step = round_step(self._end)
        return float(f"{max(0.0, round(share * self._end / step) * step):.6g}")

    def _row_at(self, y: float) -> int | None:
        row = int(y // ROW)
        return row if 0 <= row < len(self._users) else None

    def _part_at(self, row: int, x: float) -> str:
        user = self._users[row]
        comes, goes = self.x_of(user.arrival_s), self.x_of(user.departure_s)
        near = min(("arrival", abs(x - comes)), ("departure", abs(x - goes)), key=lambda end: end[1])
        if near[1] <= REACH:
            return near[0]
        return "stay" if comes < x < goes else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Follow the user of the row, and take hold of an end or the whole stay; Esc gives it back."""
        row = self._row_at(event.position().y())
        if row is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self.followed.emit(row)
        part = self._part_at(row, event.position().x())
        if part:
            user = self._users[row]
            self._user = row
            self._drags += 1
            self._grabbed = (part, self._seconds(event.position().x()), user.arrival_s, user.departure_s)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Drag what was taken; else show what could be."""
        x = event.position().x()
        if self._grabbed is None:
            row = self._row_at(event.position().y())
            part = self._part_at(row, x) if row is not None else ""
            shapes = {"": Qt.CursorShape.ArrowCursor, "stay": Qt.CursorShape.OpenHandCursor}
            self.setCursor(shapes.get(part, Qt.CursorShape.SizeHorCursor))
            return
        part, start, arrival, departure = self._grabbed
        here = self._seconds(x)
        if part == "stay":
            shift = max(here - start, -arrival)
            arrival += shift
            departure = None if departure is None else departure + shift
        elif part == "arrival":
            arrival = here
        else:
            departure = None if here >= self._end else here
        self._ask(part, arrival, departure)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Let go."""
        self._let_go()

    def _let_go(self) -> None:
        if self._grabbed is not None:
            self._grabbed = None
            self.show_users(self._users, self._user)

    def event(self, event: QEvent) -> bool:
        """Keep Esc while something is dragged."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._grabbed is not None:
            event.accept()
            return True
        return super().event(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Open the user's form."""
        row = self._row_at(event.position().y())
        if row is not None:
            self.opened.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Up and down follow a user; left and right move the arrival, with Shift the departure; Delete removes."""
        key = Qt.Key(event.key())
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}.get(key, 0)
        if self._grabbed is not None:
            if key == Qt.Key.Key_Escape:
                _, _, arrival, departure = self._grabbed
                self.stay_asked.emit(self._user, arrival, departure, self._drags)
                self._let_go()
        elif self._user >= len(self._users):
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.followed.emit(min(len(self._users) - 1, max(0, self._user + way)))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._drags += 1
            user, step = self._users[self._user], way * round_step(self._end)
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                goes = (self._end if user.departure_s is None else user.departure_s) + step
                self._ask("departure", user.arrival_s, None if goes > self._end else goes)
            else:
                self._ask("arrival", max(0.0, user.arrival_s + step), user.departure_s)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(self._user)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self._user)
        else:
            super().keyPressEvent(event)

    def _ask(self, part: str, arrival: float, departure: float | None) -> None:
        """Ask for a stay, of a step at least."""
        step = round_step(self._end)
        if departure is not None and departure - arrival < step:
            if part == "arrival":
                arrival = max(0.0, departure - step)
            departure = max(departure, arrival + step)
        arrival, departure = round(arrival, 9), departure if departure is None else round(departure, 9)
        self.stay_asked.emit(self._user, arrival, departure, self._drags)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the rows that show, and the axis below them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first = max(0, event.rect().top() // ROW)
        for row in range(first, min(len(self._users), event.rect().bottom() // ROW + 1)):
            self._paint_row(painter, row)
        painter.setFont(font(11))
        painter.setPen(self._look.theme.text_3)
        foot = QRectF(NAMES, ROW * len(self._users), self.width() - NAMES - SIDE, FOOT)
        if self._grabbed is not None:
            user = self._users[self._user]
            painter.setPen(self._look.theme.accent_ink)
            painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, stay_text(user.arrival_s, user.departure_s))
            return
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "0")
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, seconds_text(self._end))

    def _paint_row(self, painter: QPainter, row: int) -> None:
        theme, user = self._look.theme, self._users[row]
        top, middle = float(row * ROW), row * ROW + ROW / 2
        followed = row == self._user
        painter.setPen(Qt.PenStyle.NoPen)
        if followed:
            painter.setBrush(theme.accent_soft)
            painter.drawRoundedRect(QRectF(0, top + 1, self.width(), ROW - 2), 6, 6)
        painter.setFont(font(12, 500 if followed else 400))
        painter.setPen(theme.accent_ink if followed else theme.text_2)
        names = QRectF(SIDE, top, NAMES - SIDE - 10, ROW)
        name = painter.fontMetrics().elidedText(id_title(user.id), Qt.TextElideMode.ElideRight, round(names.width()))
        painter.drawText(names, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface_3)
        painter.drawRoundedRect(QRectF(NAMES, middle - 2, self.width() - NAMES - SIDE, 4), 2, 2)
        comes, goes = self.x_of(user.arrival_s), self.x_of(user.departure_s)
        painter.setBrush(theme.client.fill)
        painter.drawRoundedRect(QRectF(comes, middle - 4, max(2.0, goes - comes), 8), 3, 3)
        ends = [comes] if user.departure_s is None else [comes, goes]
        painter.setPen(QPen(theme.accent if followed else theme.text_3, 2))
        painter.setBrush(theme.surface)
        for x in ends:
            painter.drawEllipse(QPointF(x, middle), 4.5, 4.5)
        if followed and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.accent, 2))
            painter.drawRoundedRect(QRectF(1, top + 2, self.width() - 2, ROW - 4), 6, 6)
