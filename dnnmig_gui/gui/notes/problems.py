"""The list of problems, each a click from its place, and the button that counts them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QToolButton, QWidget

from dnnmig_gui.core.scenario.completeness import Finding
from dnnmig_gui.gui.controls import Scrolled, column, empty, follow, label, restyle, row
from dnnmig_gui.gui.language import tr, tr_n
from dnnmig_gui.gui.names import as_sentence
from dnnmig_gui.gui.theme.icons import icon, icon_pixmap
from dnnmig_gui.gui.theme.look import Look

MOST_ROWS = 200


class ProblemRow(QFrame):
    """One finding: what is wrong, and the way out.

    Signals
    -------
    clicked()
        By mouse, Enter or Space.
    """

    clicked = Signal()

    def __init__(self, look: Look, finding: Finding, names: Iterable[str]) -> None:
        super().__init__()
        self.finding = finding
        self.setProperty("role", "entry")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        sign = QLabel()
        sign.setFixedWidth(16)
        sign.setAlignment(Qt.AlignmentFlag.AlignTop)
        ratio = self.devicePixelRatioF()
        follow(
            sign,
            look,
            lambda: sign.setPixmap(
                icon_pixmap(
                    "warning", look.theme.failure.ink if finding.stops_planning else look.theme.text_3, 16, ratio
                )
            ),
        )
        message = label(as_sentence(tr(finding.message), names), "number", wrap=True)
        texts = column(spacing=2)
        texts.addWidget(message)
        if finding.hint:
            texts.addWidget(label(as_sentence(tr(finding.hint), names), "caption", wrap=True))
        kind = tr("Stops planning") if finding.stops_planning else tr("Doubtful")
        said = "; ".join(tr(part) for part in (finding.message, finding.hint) if part)
        self.setAccessibleName(f"{kind}: {said}")
        self.setToolTip(f"{kind}. {finding.field}" if finding.field else kind)
        layout = row(sign, spacing=8)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.addLayout(texts, 1)
        self.setLayout(layout)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Go to the place."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go to the place by the keyboard."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Come into view."""
        super().focusInEvent(event)
        around = self.parentWidget()
        while around is not None and not isinstance(around, Scrolled):
            around = around.parentWidget()
        if around is not None:
            around.ensureWidgetVisible(self)


class Problems(QWidget):
    """All findings, those that stop planning first.

    Signals
    -------
    asked(str)
        Somebody wants to see the place, given as its field in the document.
    """

    asked = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._layout = column((8, 4, 8, 8), 2)
        self.rows: list[ProblemRow] = []
        box = column()
        box.addWidget(Scrolled(self._layout))
        self.setLayout(box)
        self.show_findings(None, ())

    def show_findings(self, found: Sequence[Finding] | None, names: Iterable[str]) -> None:
        """Show these.

        Parameters
        ----------
        found
            None while the scenario has not been looked at.
        names
            What the scenario calls its parts.
        """
        empty(self._layout)
        findings = found or ()
        self.rows = [ProblemRow(self._look, finding, names) for finding in findings[:MOST_ROWS]]
        for each in self.rows:
            each.clicked.connect(lambda each=each: self.asked.emit(each.finding.field))
            self._layout.addWidget(each)
        more = len(findings) - len(self.rows)
        if more > 0:
            self._layout.addWidget(label(tr("And {more} more").format(more=more), "caption"))
        if not findings:
            nothing = tr("Nothing is wrong with this scenario, and nothing is doubtful.")
            text = label(nothing if found is not None else tr("Looking for problems…"), "quiet", wrap=True)
            text.setContentsMargins(8, 6, 8, 6)
            self._layout.addWidget(text)
        self._layout.addStretch(1)


class ProblemButton(QToolButton):
    """A sign with the number of problems; not there while there are none."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._stopped = False
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        follow(self, look, self._dress)
        self.show_findings(())

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Count these."""
        self._stopped = any(finding.stops_planning for finding in findings)
        count = len(findings)
        text = tr_n("{count} problem", "{count} problems", count).format(count=count)
        self.setText(str(count))
        self.setAccessibleName(text)
        tip = tr("{problems}, planning is not possible: show them") if self._stopped else tr("{problems}: show them")
        self.setToolTip(tip.format(problems=text))
        self.setVisible(count > 0)
        restyle(self, "alarm", self._stopped)
        self._dress()

    def _dress(self) -> None:
        theme = self._look.theme
        self.setIcon(icon("warning", theme.failure.ink if self._stopped else theme.text_2))
