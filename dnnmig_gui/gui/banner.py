"""What went wrong with a file, or was written, said in a line at the top: no dialog, nothing lost."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QToolButton, QWidget

from dnnmig_gui.core.errors import PlannerError
from dnnmig_gui.gui.controls import follow, keep_icon, label, restyle, row
from dnnmig_gui.gui.theme.icons import icon_pixmap
from dnnmig_gui.gui.theme.look import Look


class Banner(QFrame):
    """A line with an icon and a cross to put it away; hidden while there is nothing to say."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self._text = label(role="error", wrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._sign = QLabel()
        self._look = look
        self._good = False
        close = QToolButton()
        close.setProperty("kind", "small")
        close.setAccessibleName("Put the message away")
        close.setToolTip("Put the message away")
        close.setIconSize(QSize(14, 14))
        close.clicked.connect(self.hide)
        keep_icon(close, look, "cross")

        follow(self, look, self._show_sign)
        layout = row(self._sign, self._text, close, spacing=10)
        layout.setContentsMargins(14, 6, 6, 6)
        self.setLayout(layout)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def tell(self, error: PlannerError | str) -> None:
        """Say what went wrong, until the next message or until it is put away."""
        self._say(str(error), good=False)

    def tell_success(self, text: str) -> None:
        """Say that something was done where the window does not show it, such as a file written."""
        self._say(text, good=True)

    def _say(self, text: str, *, good: bool) -> None:
        self._good = good
        restyle(self, "role", "notice" if good else "banner")
        restyle(self._text, "role", "" if good else "error")
        self._show_sign()
        self._text.setText(text)
        self.setAccessibleName(text)
        self.show()

    def _show_sign(self) -> None:
        theme = self._look.theme
        name, color = ("check", theme.accent_ink) if self._good else ("warning", theme.failure.ink)
        self._sign.setPixmap(icon_pixmap(name, color, 16, self.devicePixelRatioF()))
