"""The panel "Why this plan?": its dearest layers and links, the next best change, what its limits cost."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from dnnmig_gui.core.reporting.numbers import percent_text, seconds_text
from dnnmig_gui.gui.charts.enlarged import enlarged
from dnnmig_gui.gui.charts.lettering import MEDIUM, draw_text, metrics, text_width
from dnnmig_gui.gui.compare.why import LEAST_GAIN, Alternative, Cost, LimitCost, Why
from dnnmig_gui.gui.controls import Scrolled, button, column, empty, label, row
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.fonts import scaled
from dnnmig_gui.gui.theme.look import Look

WIDTH, WIDEST = 328, 440


class _CostBar(QWidget):
    """One layer or transfer: name, place, seconds, and its share as a bar."""

    def __init__(self, look: Look, cost: Cost) -> None:
        super().__init__()
        self._look = look
        self._cost = cost
        self.setFixedHeight(scaled(36))
        self.setAccessibleName(f"{cost.what} {cost.where}: {seconds_text(cost.seconds)}, {percent_text(cost.share)}")
        self.setToolTip(self.accessibleName())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the bar."""
        theme = self._look.theme
        value = seconds_text(self._cost.seconds)
        with enlarged(self) as (painter, area):
            room = text_width(value, 12, MEDIUM) + 4
            text = metrics(12).elidedText(
                f"{self._cost.what} {self._cost.where}", Qt.TextElideMode.ElideRight, area.width() - room - 8
            )
            draw_text(painter, QRectF(0, 2, area.width() - room, 18), text, theme.text, px=12)
            beside = QRectF(area.width() - room, 2, room, 18)
            draw_text(painter, beside, value, theme.text, px=12, weight=MEDIUM, align=Qt.AlignmentFlag.AlignRight)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.surface_3)
            painter.drawRoundedRect(QRectF(0, 24, area.width(), 4), 2, 2)
            painter.setBrush(theme.series_2 if self._cost.on_link else theme.accent)
            painter.drawRoundedRect(QRectF(0, 24, max(3.0, area.width() * min(1.0, self._cost.share)), 4), 2, 2)


class WhyPanel(QFrame):
    """Shows an answer, or that one is being worked out.

    Signals
    -------
    closed()
        It is no longer wanted.
    """

    closed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setProperty("role", "panel")
        self.setAccessibleName(tr("Why this plan?"))
        self.title = label(tr("Why this plan?"), "title")
        self.of = label("", "caption", wrap=True)
        close = button(tr("Close"), "link", tr("Close: why this plan?"))
        close.clicked.connect(self.closed)
        self._body = column((16, 0, 16, 16), 6)
        outer = column()
        head = column((16, 12, 8, 8), 2)
        head.addLayout(row(self.title, None, close))
        head.addWidget(self.of)
        outer.addLayout(head)
        outer.addWidget(Scrolled(self._body), 1)
        self.setLayout(outer)
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """Follow the size of text, as far as the timelines beside it leave room."""
        self.setFixedWidth(min(scaled(WIDTH), WIDEST))

    def show_busy(self, of: str) -> None:
        """Say that an answer is being worked out."""
        self.of.setText(of)
        empty(self._body)
        self._body.addWidget(label(tr("Trying what else could be done\u2026"), "quiet", wrap=True))
        self._body.addStretch(1)

    def show_error(self, text: str) -> None:
        """Say why there is no answer."""
        empty(self._body)
        self._body.addWidget(label(text, "error", wrap=True))
        self._body.addStretch(1)

    def show_why(self, of: str, why: Why, delay_s: float) -> None:
        """Show an answer.

        Parameters
        ----------
        of
            The plan's methods and the user.
        delay_s
            The user's query delay under the plan.
        """
        self.of.setText(of)
        empty(self._body)
        self._body.addWidget(label(tr("What takes most of a query"), "section"))
        for cost in why.costs:
            self._body.addWidget(_CostBar(self._look, cost))
        self._body.addSpacing(10)
        self._body.addWidget(label(tr("Next best with one change"), "section"))
        self._body.addWidget(label(alternative_text(why.alternative, delay_s), wrap=True))
        self._body.addSpacing(10)
        self._body.addWidget(label(tr("What the limits cost"), "section"))
        if not why.limits:
            self._body.addWidget(label(tr("No limit is set: none costs anything."), wrap=True))
        for limit in why.limits:
            self._body.addWidget(label(limit_text(limit), wrap=True))
        self._body.addStretch(1)


def alternative_text(alternative: Alternative | None, delay_s: float) -> str:
    """Return a change and what it does, in a sentence."""
    if alternative is None:
        return tr("There is no other place for any layer.")
    change = alternative.objective_change
    delays = tr("{delay} instead of {other}").format(
        delay=seconds_text(alternative.delay_s), other=seconds_text(delay_s)
    )
    what = tr("With {change}, a query takes {delays}").format(change=alternative.change, delays=delays)
    if abs(change) <= LEAST_GAIN:
        return tr("{what}: as good as this plan.").format(what=what)
    if change < 0:
        return tr("{what}: better by {change} of the objective. An exact search would have found it.").format(
            what=what, change=percent_text(-change)
        )
    return tr("{what}: worse by {change} of the objective.").format(what=what, change=percent_text(change))


def limit_text(limit: LimitCost) -> str:
    """Return what a limit costs, in a sentence."""
    if limit.objective_change is None:
        return tr("{limit}: not known, no plan was found to compare with.").format(limit=limit.limit)
    if limit.objective_change == 0:
        return tr("{limit}: costs nothing.").format(limit=limit.limit)
    return tr("{limit}: without it the objective would be lower by {change}.").format(
        limit=limit.limit, change=percent_text(-limit.objective_change)
    )
