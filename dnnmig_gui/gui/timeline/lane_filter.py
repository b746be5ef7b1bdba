"""The field above the names of the lanes: type a name, a tier or a user to see those lanes alone."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.fonts import scaled
from dnnmig_gui.gui.theme.look import Look

LEFT, TOP, HEIGHT = 12, 2, 22
BESIDE = 28
"""Between the field and where the axis begins: half of its first label."""


class LaneFilter(QLineEdit):
    """Lies on the timeline, beside the ruler."""

    def __init__(self, look: Look, axis: TimeAxis, timeline: QWidget) -> None:
        super().__init__(timeline)
        self._timeline = timeline
        self._axis = axis
        self._left = axis.left
        self.setPlaceholderText(tr("Filter lanes"))
        self.setAccessibleName(tr("Filter lanes"))
        self.setToolTip(tr("Name, tier, user or model of the lanes to show (/); Esc shows all"))
        self.setClearButtonEnabled(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        look.changed.connect(self._fit)
        axis.changed.connect(self._follow_axis)
        self._fit()

    def _fit(self) -> None:
        height = scaled(HEIGHT) - 2
        self.setStyleSheet(
            f"QLineEdit {{ min-height: {height}px; max-height: {height}px; padding: 0px 6px; "
            f"font-size: {scaled(11)}px; font-weight: 400; }}"
        )
        self.setGeometry(scaled(LEFT), scaled(TOP), scaled(max(0.0, self._axis.left - LEFT - BESIDE)), scaled(HEIGHT))

    def _follow_axis(self) -> None:
        """Be as wide as the column of names below."""
        if self._axis.left != self._left:
            self._left = self._axis.left
            self._fit()

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window."""
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escape and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc empties the field and goes back to the lanes, as Enter does without emptying it."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.clear()
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._timeline.setFocus()
        else:
            super().keyPressEvent(event)
