"""When a user comes and goes, on a small time bar whose ends can be dragged."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from dnnmig_gui.core.reporting.numbers import seconds_text
from dnnmig_gui.gui.controls import follow
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.planner.stays import round_step, stay_text
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.look import Look

SHORTEST_S = 20.0
"""The bar is never shorter than this."""
_MARGIN = 8.0
_TEXT_TOP = 17


class StayBar(QWidget):
    """A bar from 0 to a little after the last event; what is beyond its right end is "never goes".

    Signals
    -------
    arrival_asked(float), departure_asked(object)
        Seconds; None for a user who never goes.
    taken()
        A drag of an end begins.
    given_back(str)
        The drag is not meant: ``arrival_s`` or ``departure_s`` is to be what it was when it began.
    """

    arrival_asked = Signal(float)
    departure_asked = Signal(object)
    taken = Signal()
    given_back = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._arrival = 0.0
        self._departure: float | None = None
        self._end = SHORTEST_S
        self._grabbed = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAccessibleName(tr("Stay of the user"))
        self.setToolTip(tr("Drag the ends: when the user comes and goes. To the right end: never goes."))
        follow(self, look, self._dress)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return a size that fits the inspector."""
        return QSize(200, self.height())

    def _dress(self) -> None:
        self.setFixedHeight(_TEXT_TOP + QFontMetrics(font(11)).height() + 2)
        self.update()

    def show_stay(self, arrival: float, departure: float | None) -> None:
        """Show when the user comes and goes."""
        self._arrival, self._departure = arrival, departure
        if not self._grabbed:
            self._end = max(SHORTEST_S, 1.25 * max(arrival, departure or 0.0))
        self.setAccessibleDescription(stay_text(arrival, departure))
        self.update()

    def _x(self, seconds: float) -> float:
        return _MARGIN + (self.width() - 2 * _MARGIN) * min(1.0, seconds / self._end)

    def _seconds(self, x: float) -> float:
        share = (x - _MARGIN) / max(1.0, self.width() - 2 * _MARGIN)
        step = round_step(self._end)
        return float(f"{max(0.0, round(share * self._end / step) * step):.6g}")

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take the nearer end; Esc gives it back."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        goes = self._x(self._departure) if self._departure is not None else self.width() - _MARGIN
        self._grabbed = "arrival" if abs(x - self._x(self._arrival)) <= abs(x - goes) else "departure"
        self.taken.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Ask for the time under the pointer, as long as the user comes before going."""
        seconds = self._seconds(event.position().x())
        step = round_step(self._end)
        if self._grabbed == "arrival":
            latest = self._end if self._departure is None else self._departure - step
            self.arrival_asked.emit(max(0.0, min(seconds, latest)))
        elif self._grabbed:
            never = seconds >= self._end
            self.departure_asked.emit(None if never else max(seconds, self._arrival + step))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Let the end go."""
        self._grabbed = ""
        self.show_stay(self._arrival, self._departure)

    def event(self, event: QEvent) -> bool:
        """Keep Esc while an end is dragged."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._grabbed:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Left and right move the arrival, with Shift the departure."""
        if self._grabbed:
            if event.key() == Qt.Key.Key_Escape:
                end, self._grabbed = self._grabbed, ""
                self.given_back.emit(f"{end}_s")
            return
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not way:
            super().keyPressEvent(event)
            return
        step = round_step(self._end)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            seconds = (self._end if self._departure is None else self._departure) + way * step
            self.departure_asked.emit(None if seconds >= self._end else max(seconds, self._arrival + step))
        else:
            latest = self._end if self._departure is None else self._departure - step
            self.arrival_asked.emit(max(0.0, min(self._arrival + way * step, latest)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the bed, the stay, its ends and the times at both ends of the bar."""
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface_3)
        painter.drawRoundedRect(QRectF(_MARGIN, 8, self.width() - 2 * _MARGIN, 4), 2, 2)
        comes = self._x(self._arrival)
        goes = self.width() - _MARGIN if self._departure is None else self._x(self._departure)
        painter.setBrush(theme.client.fill)
        painter.drawRoundedRect(QRectF(comes, 8, max(2.0, goes - comes), 4), 2, 2)
        painter.setPen(QPen(theme.accent, 3))
        painter.setBrush(theme.surface)
        painter.drawEllipse(QPointF(comes, 10), 5, 5)
        if self._departure is not None:
            painter.drawEllipse(QPointF(goes, 10), 5, 5)
        painter.setFont(font(11))
        painter.setPen(theme.text_3)
        box = QRectF(_MARGIN, _TEXT_TOP, self.width() - 2 * _MARGIN, self.height() - _TEXT_TOP)
        if self._grabbed:
            painter.setPen(theme.accent_ink)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, stay_text(self._arrival, self._departure))
            return
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(
            box, Qt.AlignmentFlag.AlignRight, tr("never goes") if self._departure is None else seconds_text(self._end)
        )
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.accent, 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
