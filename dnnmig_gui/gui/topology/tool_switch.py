"""Which tool is in hand: the pointer that chooses and moves, or the one that draws links."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.view_panel import HeaderButton


class ToolSwitch(QWidget):
    """Two buttons, of which one is down.

    Signals
    -------
    tool_asked(str)
        "select" or "link".
    """

    tool_asked = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        line = QHBoxLayout(self)
        line.setContentsMargins(2, 0, 2, 0)
        line.setSpacing(4)
        self.buttons = {
            "select": HeaderButton(look, tr("Select and move (V)"), icon="select", width=36),
            "link": HeaderButton(
                look, tr("Draw links (K): drag from server to server; Shift keeps the tool"), icon="link", width=36
            ),
        }
        for tool, made in self.buttons.items():
            made.setCheckable(True)
            made.clicked.connect(lambda _=False, tool=tool: self._ask(tool))
            line.addWidget(made)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_tool("select")

    def _ask(self, tool: str) -> None:
        self.tool_asked.emit(tool)

    def show_tool(self, tool: str) -> None:
        """Show which tool is in hand."""
        for name, made in self.buttons.items():
            made.setChecked(name == tool)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the bed."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.theme.surface_2)
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
