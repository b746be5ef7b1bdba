"""The result card: what a query of the followed user costs under the plan, and what is proven of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QSizePolicy, QWidget

from dnnmig_gui.core.offloading import OffloadingPlan
from dnnmig_gui.core.reporting.numbers import SPACE, energy_text, money_text, number_text, percent_text, seconds_text
from dnnmig_gui.core.scenario.completeness import Finding
from dnnmig_gui.gui.controls import Beside, Dot, column, follow, label, row
from dnnmig_gui.gui.flow import Flow
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.names import as_sentence
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.planner.checking import Checking
from dnnmig_gui.gui.planner.planning import Planning
from dnnmig_gui.gui.planner.shares import delay_shares
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.icons import icon_pixmap
from dnnmig_gui.gui.theme.look import Look

SHARE_TITLES = {"client": mark("Client"), "edge": mark("Edge"), "cloud": mark("Cloud"), "links": mark("Links")}
MOST_DOUBTS = 3
PROVEN = 1e-9
"""A gap up to this is none."""
_BAR_ORDER = ("client", "links", "edge", "cloud")


class ShareBar(QWidget):
    """A bar of the shares of a query's delay, by where they pass."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shares: Mapping[str, float] = {}
        self.setFixedHeight(8)
        look.changed.connect(self.update)

    def show_shares(self, shares: Mapping[str, float]) -> None:
        """Show seconds by tier and on links."""
        self._shares = shares
        self.setAccessibleName(
            ", ".join(f"{tr(SHARE_TITLES[key])} {seconds_text(value)}" for key, value in shares.items() if value > 0)
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the parts, 2 px apart."""
        present = [(key, self._shares[key]) for key in _BAR_ORDER if self._shares.get(key, 0) > 0]
        total = sum(value for _, value in present)
        if not present:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        room = self.width() - 2.0 * (len(present) - 1)
        x = 0.0
        for key, value in present:
            width = room * value / total
            painter.setBrush(share_color(self._look, key))
            painter.drawRoundedRect(QRectF(x, 0, max(1.0, width), 8), 2, 2)
            x += width + 2
        painter.end()


def share_color(look: Look, key: str) -> QColor:
    """Return the colour of a tier, or of the links."""
    theme = look.theme
    return {
        "client": theme.client.fill,
        "edge": theme.edge.fill,
        "cloud": theme.cloud.fill,
        "links": theme.series_2,
    }[key]


class _Badge(QWidget):
    """The gap badge, with a check mark where the plan is proven optimal."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._text = label()
        self._sign = QLabel()
        layout = row(self._sign, self._text, spacing=4)
        layout.setContentsMargins(7, 0, 8, 0)
        self.setLayout(layout)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        follow(self, look, self._dress)

    def show_gap(self, offloading: OffloadingPlan) -> None:
        text = _gap_words(offloading.gap)
        self._text.setText(text)
        self._sign.setVisible(offloading.gap is not None and offloading.gap <= PROVEN)
        self.setToolTip(
            tr(offloading.note) or ("" if offloading.gap is not None else tr("This method proves no bound"))
        )

    def _dress(self) -> None:
        ink, look = self._look.theme.accent_ink, self._look
        self.setFixedHeight(look.px(24))
        self._text.setStyleSheet(f"color: {ink.name()}; font-size: {look.font(11).pixelSize()}px; font-weight: 600;")
        self._sign.setPixmap(icon_pixmap("check", ink, look.px(12), self.devicePixelRatioF()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.theme.accent_soft)
        painter.drawRoundedRect(QRectF(self.rect()), self.height() / 2, self.height() / 2)
        painter.end()


def _gap_words(gap: float | None) -> str:
    if gap is None:
        return tr("Not proven")
    if gap <= PROVEN:
        return tr("Optimal (gap {gap})").format(gap=f"0.0{SPACE}%")
    return tr("Gap at most {gap}").format(gap=percent_text(gap))


class ResultCard(QFrame):
    """The result of the followed user; before a plan, how to get one; while planning, how far it is."""

    def __init__(self, look: Look, planning: Planning, checking: Checking, selection: Selection) -> None:
        super().__init__()
        self._look = look
        self._planning = planning
        self._checking = checking
        self._selection = selection
        self.setProperty("role", "card")
        self._badge = _Badge(look)
        self._outdated = label(tr("out of date"), "badge")
        self._outdated.setToolTip(tr("The scenario was edited since this plan was made"))
        self._number = label(role="headline")
        self._unit = label(tr("per query"), "unit")
        self._was = label(role="quiet")
        self._bar = ShareBar(look)
        self._legend: dict[str, QLabel] = {}
        self._entries: dict[str, QWidget] = {}
        self._legend_box = Flow(10)
        for key, title in SHARE_TITLES.items():
            entry = QWidget()
            text = label(tr(title), "caption")
            entry.setLayout(row(Dot(8, partial(share_color, look, key)), text, spacing=4))
            self._entries[key] = entry
            self._legend[key] = text
            self._legend_box.add(entry)
        self._lines = {
            key: label(role="value")
            for key in (
                mark("Energy per query"),
                mark("Cost per 1,000 queries"),
                mark("Upload"),
                mark("Planned in"),
            )
        }
        self._upload_title = label()
        self._hint = label(tr("Plan to see how fast a query gets."), "quiet", wrap=True)
        self._doubts = label(role="caption", wrap=True)
        self._doubts.setContentsMargins(0, 6, 0, 0)
        self._problem = label(role="error", wrap=True)
        self._problem_box = self._beside_a_sign(self._problem)
        self._progress = QProgressBar()
        self._progress.setRange(0, 1000)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(tr("Planning"))
        self._progress_line = label(role="caption", wrap=True)
        self._progress_line.setContentsMargins(0, 6, 0, 4)
        self._figures = self._build_figures()
        layout = column((16, 10, 16, 14), 0)
        self._title = label(tr("Result"), "title")
        badges = QWidget()
        badges.setLayout(row(self._outdated, self._badge, None, spacing=4))
        layout.addWidget(Beside(self._title, badges, spacing=4))
        layout.addSpacing(6)
        for part in (self._progress, self._progress_line, self._problem_box, self._hint, self._doubts, self._figures):
            layout.addWidget(part)
        self.setLayout(layout)
        self._connect()
        self._show_busy(False)
        self.refresh()

    def _connect(self) -> None:
        planning = self._planning
        planning.run_changed.connect(self.refresh)
        planning.settled.connect(self.refresh)
        planning.outdated_changed.connect(self.refresh)
        planning.busy_changed.connect(self._follow_busy)
        planning.progressed.connect(self._show_progress)
        self._checking.changed.connect(self.refresh)
        self._selection.changed.connect(self.refresh)
        self._look.changed.connect(self.update)

    @property
    def problem(self) -> str:
        """What stands in failure ink; empty for nothing."""
        return self._problem.text()

    @property
    def doubts(self) -> str:
        """What is doubtful in the scenario, as far as it is shown."""
        return "" if self._doubts.isHidden() else self._doubts.text()

    @property
    def headline(self) -> str:
        """The headline number with its unit."""
        return f"{self._number.text()} {self._unit.text()}"

    @property
    def progress_text(self) -> str:
        """What the planning job reported last."""
        return self._progress_line.text()

    @property
    def badge(self) -> str:
        """What the gap badge says."""
        return self._badge._text.text()

    def _beside_a_sign(self, text: QLabel) -> QWidget:
        sign = QLabel()
        sign.setFixedWidth(16)
        sign.setAlignment(Qt.AlignmentFlag.AlignTop)
        ratio = self.devicePixelRatioF()
        follow(
            sign, self._look, lambda: sign.setPixmap(icon_pixmap("warning", self._look.theme.failure.ink, 16, ratio))
        )
        box = QWidget()
        line = row(sign, text, spacing=8)
        line.setContentsMargins(0, 6, 0, 6)
        line.setStretch(1, 1)
        box.setLayout(line)
        return box

    def _build_figures(self) -> QWidget:
        figures = QWidget()
        layout = column()
        headline = QWidget()
        line = row(self._number, self._unit, None, spacing=9)
        line.setAlignment(self._unit, Qt.AlignmentFlag.AlignBottom)
        headline.setLayout(line)
        self._was.setAlignment(Qt.AlignmentFlag.AlignBottom)
        for text in (self._unit, self._was):
            text.setContentsMargins(0, 0, 0, 7)
        layout.addWidget(Beside(headline, self._was, spacing=9))
        layout.addSpacing(4)
        layout.addWidget(self._bar)
        layout.addSpacing(6)
        layout.addWidget(self._legend_box)
        layout.addSpacing(8)
        for title, value in self._lines.items():
            name = self._upload_title if title == "Upload" else label(tr(title))
            line = row(name, None, value)
            layout.addLayout(line)
            layout.addSpacing(8)
        figures.setLayout(layout)
        return figures

    def refresh(self) -> None:
        """Show the plan as it is now."""
        run, error = self._planning.run, self._planning.error
        number = self._selection.user
        shown = run is not None and number < len(run.plan.users)
        stopped = any(each.stops_planning for each in self._checking.findings)
        self._hint.setVisible(not shown and error is None and not stopped)
        self._badge.setVisible(shown)
        self._figures.setVisible(shown)
        self._outdated.setVisible(shown and self._planning.outdated)
        problems = [str(error)] if error is not None else []
        if not shown and error is None:
            problems += [finding_text(each) for each in self._checking.findings if each.stops_planning]
        if run is not None and shown:
            problems += run.plan.users[number].violations
            self._show_run(run, number)
        self._show_doubts(shown=not shown or self._planning.outdated)
        self._problem.setText("\n".join(as_sentence(text, self._checking.names) for text in problems))
        self._problem_box.setVisible(bool(problems))

    def _show_doubts(self, *, shown: bool) -> None:
        """Show what is doubtful in the scenario; a plan that is up to date has made do with it."""
        doubts = [finding_text(each) for each in self._checking.findings if not each.stops_planning]
        more = len(doubts) - MOST_DOUBTS
        lines = doubts[:MOST_DOUBTS] + ([tr("And {more} more like this").format(more=more)] if more > 0 else [])
        self._doubts.setText("\n".join(as_sentence(line, self._checking.names) for line in lines))
        self._doubts.setToolTip("\n".join(doubts))
        self._doubts.setVisible(shown and bool(lines))

    def _show_run(self, run: PlannedRun, number: int) -> None:
        user = run.plan.users[number]
        made, chosen = run.plan.offloading_method, run.plan.scenario.offloading.method
        self._title.setText(tr("Result") if made == chosen else tr("Result, {made}").format(made=made))
        self._title.setToolTip(
            ""
            if made == chosen
            else tr("Made with {made}; the scenario asks for {chosen}").format(made=made, chosen=chosen)
        )
        value, unit = split_unit(seconds_text(user.figures.delay_s))
        self._number.setText(value)
        self._unit.setText(tr("{unit} per query").format(unit=unit))
        self._was.setText(tr("was {time}").format(time=seconds_text(user.local.delay_s)))
        self._was.setToolTip(tr("One query with the whole model on the client"))
        self._badge.show_gap(run.plan.offloading)
        shares = delay_shares(run.plan, number)
        self._bar.show_shares(shares)
        whole_unit = user.figures.delay_s >= 1
        for key, seconds in shares.items():
            shown = number_text(seconds) if whole_unit else number_text(seconds * 1e3)
            self._legend[key].setText(f"{tr(SHARE_TITLES[key])} {shown}")
            self._entries[key].setVisible(seconds > 0)
        count = len(user.uploading.partitions)
        self._upload_title.setText(
            tr("Upload, all {count} P3").format(count=count) if count != 1 else tr("Upload, 1 P3")
        )
        self._lines["Energy per query"].setText(energy_text(user.figures.energy_j))
        self._lines["Cost per 1,000 queries"].setText(money_text(user.figures.money * 1000))
        self._lines["Upload"].setText(seconds_text(user.uploading.upload_s))
        self._lines["Planned in"].setText(seconds_text(self._planning.seconds))

    def _follow_busy(self, busy: bool) -> None:
        if not busy:
            self._show_busy(False)
        self._progress.setValue(0)
        self.refresh()

    def _show_progress(self, share: float, line: str) -> None:
        self._show_busy(True)
        self._progress.setValue(round(share * 1000))
        self._progress_line.setText(line[:1].upper() + line[1:])

    def _show_busy(self, busy: bool) -> None:
        self._progress.setVisible(busy)
        self._progress_line.setVisible(busy)


def finding_text(finding: Finding) -> str:
    """Return what is missing and what to do about it."""
    return "; ".join(tr(part) for part in (finding.message, finding.hint) if part)


def split_unit(text: str) -> tuple[str, str]:
    """Return number and unit of a text such as ``388 ms``."""
    number, _, unit = text.rpartition(SPACE)
    return (number, unit) if number else (unit, "")
