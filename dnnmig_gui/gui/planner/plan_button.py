"""The primary button: it plans; while a plan is being made for longer than a blink, it cancels and shows progress."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton

from dnnmig_gui.gui.controls import restyle
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.planner.planning import Planning
from dnnmig_gui.gui.theme.icons import icon
from dnnmig_gui.gui.theme.look import Look

BUSY_AFTER_MS = 300


class PlanButton(QPushButton):
    """Plan, or Cancel with a bar of the share done."""

    def __init__(self, look: Look, planning: Planning, text: str) -> None:
        super().__init__(text)
        self._look = look
        self._planning = planning
        self._text = text
        self._share = 0.0
        self._cancels = False
        self.setProperty("kind", "primary")
        self.setAccessibleName(text)
        self.setToolTip(tr("Plan the scenario (Ctrl+Enter)"))
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(BUSY_AFTER_MS)
        self._wait.timeout.connect(lambda: self._show_busy(True))
        planning.busy_changed.connect(self._follow)
        planning.progressed.connect(self._show_share)
        planning.handing_over.connect(self._show_keeping)
        look.changed.connect(self._show_icon)
        self.clicked.connect(self._act)
        self._show_icon()

    @property
    def cancels(self) -> bool:
        """Whether a click cancels."""
        return self._cancels

    def set_idle_text(self, text: str) -> None:
        """Set what it says while nothing is planned."""
        self._text = text
        if not self._cancels:
            self._show_busy(False)

    def _act(self) -> None:
        if self._planning.busy:
            self._planning.cancel()
        else:
            self._planning.start()

    def _follow(self, busy: bool) -> None:
        self._share = 0.0
        if busy:
            self._wait.start()
        else:
            self._wait.stop()
            self._show_busy(False)

    def _show_busy(self, busy: bool) -> None:
        self._cancels = busy
        width = self.width()
        self.setText(tr("Cancel") if busy else self._text)
        self.setAccessibleName(self.text())
        self.setToolTip(
            tr("Stop and keep the best plan so far (Esc)") if busy else tr("Plan the scenario (Ctrl+Enter)")
        )
        self.setMinimumWidth(width if busy else 0)  # the button must not jump away from the pointer
        restyle(self, "kind", "quiet" if busy else "primary")
        self._show_icon()
        self.update()

    def _show_keeping(self) -> None:
        """Say that the best plan so far is kept."""
        self.setText(tr("Keeping best"))
        self.setAccessibleName(self.text())
        self.setToolTip(tr("Give up this plan too (Esc)"))

    def _show_icon(self) -> None:
        theme = self._look.theme
        self.setIcon(icon("cross", theme.text) if self._cancels else icon("plan", theme.on_accent))

    def _show_share(self, share: float, line: str) -> None:
        self._share = min(1.0, max(0.0, share))
        if self._cancels:
            self.setAccessibleDescription(line)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the button and, while it cancels, the share done."""
        super().paintEvent(event)
        if not self._cancels:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        bar = QRectF(8, self.height() - 5, self.width() - 16, 3)
        painter.setBrush(self._look.theme.surface_3)
        painter.drawRoundedRect(bar, 1.5, 1.5)
        painter.setBrush(self._look.theme.accent)
        painter.drawRoundedRect(QRectF(bar.x(), bar.y(), max(3.0, bar.width() * self._share), 3), 1.5, 1.5)
        painter.end()
