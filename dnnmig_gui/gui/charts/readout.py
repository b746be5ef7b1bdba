"""The numbers under the mouse, above a chart."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

MOST_LINES = 3


class Readout(QLabel):
    """A text that keeps the room of the longest that is to come, so that the chart under it stands still."""

    def __init__(self) -> None:
        super().__init__()
        self._longest = ""
        self.setProperty("role", "number")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def reserve(self, text: str) -> None:
        """Keep room for texts up to this one."""
        self._longest = text
        self._fit()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        room = QRect(0, 0, max(1, self.width()), 100_000)
        needed = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, self._longest).height()
        self.setFixedHeight(max(metrics.lineSpacing(), min(needed, MOST_LINES * metrics.lineSpacing())) + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Wrap again."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()
