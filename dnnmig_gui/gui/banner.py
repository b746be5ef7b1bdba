"""What went wrong with a file, was written, or has to be decided, in a line at the top: no dialog, nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QSizePolicy, QToolButton, QWidget
from shiboken6 import isValid

from dnnmig_gui.core.errors import PlannerError
from dnnmig_gui.gui.controls import button, empty, follow, keep_icon, label, restyle, row
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.icons import icon_pixmap
from dnnmig_gui.gui.theme.look import Look


class Banner(QFrame):
    """A line with an icon and a cross to put it away; hidden while there is nothing to say.

    Signals
    -------
    told()
        It has something to say.
    freed()
        What it said is no longer true, or decided: there is room for what has waited.
    put_away()
        Somebody has read enough of what it said.
    """

    told = Signal()
    freed = Signal()
    put_away = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self._text = label(role="error", wrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._sign = QLabel()
        self._look = look
        self._good = False
        self._sign_name = "warning"
        self._asks = False
        self._left: QWidget | None = None
        """What had the keyboard before a button here took it."""
        QApplication.instance().focusChanged.connect(self._remember_focus)  # type: ignore[union-attr]
        close = QToolButton()
        close.setProperty("kind", "small")
        close.setAccessibleName(tr("Put the message away"))
        close.setToolTip(tr("Put the message away"))
        close.clicked.connect(self._put_away)
        keep_icon(close, look, "cross")

        follow(self, look, self._show_sign)
        self._choices = row(spacing=4)
        layout = row(self._sign, self._text, close, spacing=10)
        layout.insertLayout(2, self._choices)
        layout.setContentsMargins(14, 6, 6, 6)
        self.setLayout(layout)
        super().hide()

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

    def ask(self, text: str, choices: Mapping[str, Callable[[], object]]) -> None:
        """Say what has to be decided, with a button for each choice; the cross leaves it undecided."""
        self._say(text, good=True, sign="warning")
        self._asks = True
        for title, chosen in choices.items():
            made = button(title, "link")
            made.clicked.connect(lambda _=False, chosen=chosen: self._decide(chosen))
            self._choices.addWidget(made)
            made.show()

    def hide(self) -> None:
        """Say no more: what it said is no longer true. A question stays until it is decided, put away or withdrawn."""
        if not self._asks:
            self.withdraw()

    def withdraw(self) -> None:
        """Say no more, and ask no more either."""
        self._vanish()
        self.freed.emit()

    def _put_away(self) -> None:
        self._vanish()
        self.put_away.emit()

    def _vanish(self) -> None:
        focused = QApplication.focusWidget()
        has_keyboard = focused is not None and self.isAncestorOf(focused)
        super().hide()
        self._asks = False
        if has_keyboard and self._left is not None and isValid(self._left):
            self._left.setFocus()

    def _remember_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and before is not None and self.isAncestorOf(now) and not self.isAncestorOf(before):
            self._left = before

    def _decide(self, chosen: Callable[[], object]) -> None:
        self.withdraw()
        chosen()

    def _say(self, text: str, *, good: bool, sign: str = "") -> None:
        empty(self._choices)
        self._asks = False
        self._good = good
        self._sign_name = sign or ("check" if good else "warning")
        restyle(self, "role", "notice" if good else "banner")
        restyle(self._text, "role", "" if good else "error")
        self._show_sign()
        self._text.setText(text)
        self.setAccessibleName(text)
        self.show()
        self.told.emit()

    def _show_sign(self) -> None:
        theme = self._look.theme
        color = theme.accent_ink if self._good else theme.failure.ink
        self._sign.setPixmap(icon_pixmap(self._sign_name, color, 16, self.devicePixelRatioF()))
