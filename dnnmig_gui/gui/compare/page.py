"""The compare workspace: the table of methods, and two of their plans on one clock."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton, QScrollArea, QSplitter, QWidget

from dnnmig_gui.gui.charts.glyphs import Chip, GlyphButton
from dnnmig_gui.gui.charts.lanes import user_names
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.compare.comparing import Comparing, Entry, Side
from dnnmig_gui.gui.compare.contender import Contender
from dnnmig_gui.gui.compare.duel import Duel
from dnnmig_gui.gui.compare.duel_canvas import DuelCanvas
from dnnmig_gui.gui.compare.menus import columns_menu, combinations_menu, row_menu, users_menu
from dnnmig_gui.gui.compare.side_chip import SideChip
from dnnmig_gui.gui.compare.table import ComparisonTable
from dnnmig_gui.gui.compare.why import Why, explain
from dnnmig_gui.gui.compare.why_panel import WhyPanel
from dnnmig_gui.gui.controls import Dot, button, column, follow, frame, keep_icon, label, row
from dnnmig_gui.gui.head_line import HeadLine
from dnnmig_gui.gui.jobs import Job, Jobs
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.names import model_title
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import scaled
from dnnmig_gui.gui.theme.look import Look

GUTTER = 8
NOTHING = mark("Two plans appear here side by side once they are ready")
NO_SCENARIO = mark("Open a scenario with users, then compare")


class ComparePage(QWidget):
    """Fills the window below the top bar.

    Signals
    -------
    plan_asked(object)
        Load the plan of this `Contender` into the main views.
    pair_changed()
        Other plans lie side by side.
    """

    plan_asked = Signal(object)
    pair_changed = Signal()

    def __init__(self, look: Look, clock: Clock, selection: Selection, jobs: Jobs, comparing: Comparing) -> None:
        super().__init__()
        self._look = look
        self.clock = clock
        self._selection = selection
        self._jobs = jobs
        self._why_job: Job | None = None
        self.comparing = comparing
        self.table = ComparisonTable(look, comparing, clock, selection)
        self.canvas = DuelCanvas(look, clock)
        self.why = WhyPanel(look)
        self.duel: Duel | None = None
        self.caption = label("", "quiet")
        self.state = label("", "caption")
        self.again = button(tr("Compare again"), "primary")
        self.stop = button(tr("Stop"), "quiet", tr("Stop comparing"))
        self.filter = QLineEdit()
        self.columns = self._tool(tr("Columns"), "settings")
        self.add = self._tool(tr("Add a combination"), "add")
        self.chips: dict[Side, SideChip] = {"A": SideChip(look, "A", self), "B": SideChip(look, "B", self)}
        self.swap = button("", "quiet", tr("Swap A and B"))
        self.play = GlyphButton(look, "play", tr("Play"), tr("Play or pause (Space)"), self)
        self.follow = Chip(look, "", tr("Choose the user to follow"), self)
        self.ask_why = button(tr("Why this plan?"), "chip")
        self.use = button(tr("Use this plan"), "quiet", tr("Use plan B in the main views"))
        self.sentence = label("", "number")
        self._by_hand = False
        self._lay_out()
        self._connect()
        self._show_rows()
        self._show_sides()

    def _tool(self, text: str, icon: str) -> QPushButton:
        made = button(text, "quiet")
        keep_icon(made, self._look, icon)
        return made

    def _lay_out(self) -> None:
        upper, lower = self._upper(), self._lower()
        below = QWidget()
        self.why.hide()
        below.setLayout(row(lower, self.why, spacing=GUTTER))
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setHandleWidth(GUTTER)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(upper)
        self.split.addWidget(below)
        self.split.splitterMoved.connect(self._keep_sizes)
        self.split.setStretchFactor(0, 0)
        self.split.setStretchFactor(1, 1)
        upper.setMinimumHeight(160)
        below.setMinimumHeight(200)
        outer = column((GUTTER, GUTTER, GUTTER, GUTTER))
        outer.addWidget(self.split)
        self.setLayout(outer)

    def _upper(self) -> QWidget:
        self.filter.setPlaceholderText(tr("Filter methods"))
        self.filter.setAccessibleName(tr("Filter methods"))
        self.filter.setClearButtonEnabled(True)
        follow(self.filter, self._look, lambda: self.filter.setFixedWidth(scaled(140)))
        best = QWidget()
        best.setLayout(row(Dot(6, lambda: self._look.theme.accent), label(tr("best in its column"), "caption")))
        tools = (self.state, self.stop, self.again, best, self.filter, self.columns, self.add)
        head = HeadLine([label(tr("Compare"), "title")], self.caption, tools)
        made = frame("panel")
        box = column((0, 8, 0, 8), 0)
        inset = column((16, 0, 16, 0))
        inset.addWidget(head)
        box.addLayout(inset)
        box.addWidget(self.table, 1)
        made.setLayout(box)
        return made

    def _lower(self) -> QWidget:
        keep_icon(self.swap, self._look, "swap")
        self.swap.setToolTip(tr("Swap A and B"))
        self.swap.setFixedWidth(32)
        self.play.setCheckable(True)
        self.ask_why.setCheckable(True)
        self.ask_why.setToolTip(tr("What costs most in plan B, what else could be done, what its limits cost"))
        self.use.setToolTip(tr("Load plan B into topology, DNN and timeline, and its methods into the scenario"))
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        parts = (self.play, *self.chips.values(), self.swap, self.follow, self.ask_why, self.use)
        made = frame("panel")
        box = column((0, 8, 0, 8), 2)
        inset = column((12, 0, 16, 0))
        inset.addWidget(HeadLine(parts, self.sentence, ()))
        box.addLayout(inset)
        scroller = QScrollArea()
        scroller.setWidgetResizable(True)
        scroller.setFrameShape(QScrollArea.Shape.NoFrame)
        scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroller.setWidget(self.canvas)
        box.addWidget(scroller, 1)
        made.setLayout(box)
        return made

    def _connect(self) -> None:
        comparing = self.comparing
        comparing.rows_changed.connect(self._show_rows)
        comparing.entry_changed.connect(self._show_rows)
        comparing.busy_changed.connect(self._show_rows)
        comparing.outdated_changed.connect(self._show_rows)
        comparing.sides_changed.connect(self._show_sides)
        self.table.entry_clicked.connect(comparing.click)
        self.table.entry_opened.connect(self._use)
        self.table.menu_asked.connect(lambda entry, place: self._popup(self.row_menu(entry), place))
        self.filter.textChanged.connect(self.table.set_filter)
        self.filter.textChanged.connect(self._show_rows)
        self.again.clicked.connect(comparing.begin)
        self.stop.clicked.connect(comparing.cancel)
        self.columns.clicked.connect(lambda: self._popup_under(self.columns_menu(), self.columns))
        self.add.clicked.connect(lambda: self._popup_under(self.add_menu(), self.add))
        for side, chip in self.chips.items():
            chip.clicked.connect(lambda _=False, side=side: comparing.pin(side))
        self.swap.clicked.connect(comparing.swap)
        self.follow.clicked.connect(lambda: self._popup_under(self.user_menu(), self.follow))
        self.play.clicked.connect(self.clock.toggle)
        self.clock.playing_changed.connect(self.play.setChecked)
        self.clock.moved.connect(self._show_sentence)
        self.ask_why.toggled.connect(self._toggle_why)
        self.why.closed.connect(lambda: self.ask_why.setChecked(False))
        self.use.clicked.connect(lambda: self._use(self.comparing.sides["B"]))
        self._selection.changed.connect(self._show_pair)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Be up to date when shown, and ready for keys."""
        super().showEvent(event)
        self._show_pair()
        self.canvas.setFocus()

    @property
    def user(self) -> int:
        """The user that is followed."""
        return self.table.rows.user

    @property
    def _users(self) -> tuple[str, ...]:
        """The users of what is compared."""
        done = self.comparing.done
        return user_names(done[0].run.trace) if done else ()

    def columns_menu(self) -> QMenu:
        """Return the menu in which columns are chosen."""
        return columns_menu(self, self.table)

    def user_menu(self) -> QMenu:
        """Return the menu of users; the one that is followed is marked."""
        return users_menu(self, self._users, self.user, self._selection.follow)

    def add_menu(self) -> QMenu:
        """Return the menu of combinations."""
        return combinations_menu(self, self.comparing)

    def row_menu(self, entry: Entry) -> QMenu:
        """Return the context menu of a row."""
        return row_menu(self, self.comparing, entry, self._use)

    def _popup(self, menu: QMenu, place: QPoint) -> None:
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _popup_under(self, menu: QMenu, under: QWidget) -> None:
        self._popup(menu, under.mapToGlobal(QPoint(0, under.height() + 4)))

    def _use(self, entry: Entry | None) -> None:
        if entry is not None and entry.contender is not None:
            self.plan_asked.emit(entry.contender)

    def _show_rows(self) -> None:
        """Say what is compared and how far it is."""
        comparing = self.comparing
        entries = comparing.entries
        scenario = comparing.scenario
        parts = [scenario.name] if scenario is not None else [tr(NO_SCENARIO)]
        done = comparing.done
        if done:
            model = done[0].plan.problem.users[self.user].model
            title = model_title(model.name, {model.name: model})
            parts.append(tr("{model} on {user}").format(model=title, user=user_names(done[0].run.trace)[self.user]))
        shown = self.table.sorted.rowCount()
        if shown != len(entries):
            parts.append(tr("{shown} of {count} combinations shown").format(shown=shown, count=len(entries)))
        elif entries:
            parts.append(tr("{count} combinations").format(count=len(entries)))
        self.caption.setText(" · ".join(parts))
        settled = sum(entry.progress in ("done", "refused") for entry in entries)
        self.state.setText(
            tr("{settled} of {count} planned").format(settled=settled, count=len(entries))
            if comparing.busy
            else tr("Out of date")
        )
        self.state.setVisible(comparing.busy or comparing.outdated)
        self.stop.setVisible(comparing.busy)
        self.again.setVisible(comparing.outdated and not comparing.busy)
        self.add.setEnabled(scenario is not None)
        self._share_height()

    def _show_sides(self) -> None:
        for side, chip in self.chips.items():
            entry = self.comparing.sides[side]
            chip.setChecked(self.comparing.pinned == side)
            chip.set_title("" if entry is None else entry.combination.title)
        for part in (self.swap, self.ask_why, self.use):
            part.setEnabled(self.comparing.pair is not None)
        self._show_pair()

    def _show_pair(self) -> None:
        pair = self.comparing.pair
        before = self.duel
        if pair is None:
            self.duel = None
        elif before is None or (before.one, before.other, before.user) != (*pair, self.user):
            self.duel = Duel(*pair, self.user)
        if self.duel is not before:
            self.canvas.set_hint(tr(NOTHING) if self.comparing.scenario is not None else tr(NO_SCENARIO))
            self.canvas.set_duel(self.duel)
            self.pair_changed.emit()
            if self.ask_why.isChecked():
                self._explain()
        self._show_user()
        self._show_rows()
        self._show_sentence()

    def _show_user(self) -> None:
        """Offer to follow another user where there are several."""
        users = self._users
        self.follow.setVisible(len(users) > 1)
        if len(users) > 1:
            self.follow.setText(tr("Follow {name}").format(name=users[self.user]))
            self.follow.setAccessibleName(self.follow.text())
            self.follow.updateGeometry()

    def _show_sentence(self) -> None:
        if self.isVisible() or self.duel is None:
            text = "" if self.duel is None else self.duel.sentence(self.clock.t)
            self.sentence.setText(text)

    def _keep_sizes(self) -> None:
        self._by_hand = True

    def _share_height(self) -> None:
        """Give the table the height of its rows, within reason, until a border is drawn by hand."""
        height = self.split.height() - GUTTER
        if not self._by_hand and height > 0:
            wanted = min(408, max(232, 96 + 32 * (len(self.comparing.entries) + 1)), round(0.46 * height))
            self.split.setSizes([wanted, height - wanted])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Share the room again."""
        super().resizeEvent(event)
        self._share_height()

    def _toggle_why(self, wanted: bool) -> None:
        self.why.setVisible(wanted)
        if wanted:
            self._explain()

    def _explain(self) -> None:
        """Work out why plan B is as it is."""
        if self._why_job is not None:
            self._why_job.cancel()
        bench, duel = self.comparing.bench, self.duel
        if bench is None or duel is None:
            return
        contender, user = duel.other, duel.user
        of = f"{contender.combination.title}, {user_names(contender.run.trace)[user]}"
        self.why.show_busy(of)
        self._why_job = job = self._jobs.start(lambda run: explain(contender.plan, user, bench, run))
        job.succeeded.connect(lambda why: self._answer(of, why, contender))
        job.failed.connect(lambda error: self.why.show_error(str(error)))
        job.ended.connect(lambda: self._forget_why(job))

    def _answer(self, of: str, why: Why, contender: Contender) -> None:
        user = min(self.user, len(contender.plan.users) - 1)
        self.why.show_why(of, why, contender.plan.users[user].figures.delay_s)

    def _forget_why(self, job: Job) -> None:
        if self._why_job is job:
            self._why_job = None
