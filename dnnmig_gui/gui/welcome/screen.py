"""The welcome screen: ways to begin and recent files at the left, the example gallery at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QColor, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from dnnmig_gui.core.errors import PlannerError
from dnnmig_gui.core.topology import Tier
from dnnmig_gui.core.topology.server import TIERS
from dnnmig_gui.gui.controls import Dot, Scrolled, button, column, empty, follow, frame, keep_icon, label, row
from dnnmig_gui.gui.flow import Flow
from dnnmig_gui.gui.jobs import Job, Jobs
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import TIER_TITLES
from dnnmig_gui.gui.theme.icons import icon_pixmap
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.welcome.card import RING, BlankCard, Card, ExampleCard
from dnnmig_gui.gui.welcome.drop_zone import DropZone
from dnnmig_gui.gui.welcome.figures import FiguresCache, compute_figures
from dnnmig_gui.gui.welcome.glimpse import glimpse_of, in_order
from dnnmig_gui.gui.welcome.history import History
from dnnmig_gui.gui.welcome.recent import RecentRow

BESIDE = (440, 528)
"""Least and greatest width of the left part."""
LEAST_CARD, WIDEST_CARD, GAP = 216, 420, 24
MOST_RECENT = 5
BLANK_PLACE = 5
"""The blank canvas closes the second line of three."""
PLANS_AFTER_MS = 400
"""Figures that are not known yet are worked out once the screen stands."""


class WelcomeScreen(QWidget):
    """Shown while no scenario is open.

    Signals
    -------
    example_asked(object)
        Path of an example: open it and plan it.
    recent_asked(object)
        Path of a recent file: open it.
    settled()
        Every card shows its figures, or cannot.
    """

    example_asked = Signal(object)
    recent_asked = Signal(object)
    settled = Signal()

    def __init__(
        self,
        look: Look,
        jobs: Jobs,
        actions: Mapping[str, QAction],
        examples: Sequence[Path],
        history: History,
        cache: FiguresCache,
    ) -> None:
        super().__init__()
        self._look = look
        self._jobs = jobs
        self._actions = actions
        self._history = history
        self._cache = cache
        self._job: Job | None = None
        self._unplannable: set[Path] = set()
        self.setObjectName("welcome")
        self.setAccessibleName(tr("Welcome"))
        self.recent_rows: dict[Path, RecentRow] = {}
        self.example_cards: dict[Path, ExampleCard] = {}
        self.blank_card = BlankCard(look)
        self.blank_card.clicked.connect(actions["new"].trigger)
        self.drop_zone = DropZone(look)
        self._recent = column(spacing=0)
        self._no_recent = label(tr("Scenarios that you open or save are listed here."), "quiet", wrap=True)
        self._beside = self._build_beside()
        self._cards = self._build_cards(examples)
        self._grid = QGridLayout()
        self._columns = 0
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._beside)
        whole.addWidget(self._build_gallery(), 1)
        look.changed.connect(self._fit)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PLANS_AFTER_MS)
        self._later.timeout.connect(self._plan_next)

    def show_recent(self, paths: Sequence[Path]) -> None:
        """List recent files; those that cannot be read any more are left out."""
        empty(self._recent)
        self.recent_rows = {}
        now = datetime.now().astimezone()
        for path in paths:
            if len(self.recent_rows) == MOST_RECENT:
                break
            try:
                glimpse = glimpse_of(path)
            except PlannerError:
                continue  # it says why when it is opened from the menu
            made = RecentRow(self._look, glimpse, self._cache.find(path), self._history.used(path), now)
            made.clicked.connect(lambda _=False, path=path: self.recent_asked.emit(path))
            self.recent_rows[path] = made
            self._recent.addWidget(made)
        self._no_recent.setVisible(not self.recent_rows)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Show the figures that are known and work out the others."""
        super().showEvent(event)
        for path, card in self.example_cards.items():
            figures = self._cache.find(path)
            if figures is not None:
                card.show_figures(figures)
        self._later.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Leave the processor to the scenario that was opened."""
        super().hideEvent(event)
        self._later.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Fit the parts."""
        self._fit()

    def _fit(self) -> None:
        """Give the left part its share, and the gallery as many columns as have room."""
        least, greatest = (self._look.px(width) for width in BESIDE)
        width = max(least, min(greatest, round(self.width() * 0.33)))
        self._beside.setFixedWidth(min(width, self.width() // 2 + 60))
        self._arrange()

    def _plan_next(self) -> None:
        """Work out the figures of the next card that has none."""
        waiting = self._waiting()
        if self._job is not None or not self.isVisible():
            return
        if not waiting:
            self.settled.emit()
            return
        path = waiting[0]
        job = self._jobs.start(lambda run: compute_figures(path, run))
        self._job = job

        def take(figures: object) -> None:
            self._cache.keep(path, figures)  # type: ignore[arg-type]
            self.example_cards[path].show_figures(figures)  # type: ignore[arg-type]

        job.succeeded.connect(take)
        job.failed.connect(lambda _: self._unplannable.add(path))
        job.ended.connect(lambda: self._go_on(job))

    @property
    def complete(self) -> bool:
        """Whether every card shows its figures, or cannot."""
        return not self._waiting()

    def _waiting(self) -> list[Path]:
        return [
            path for path, card in self.example_cards.items() if card.figures is None and path not in self._unplannable
        ]

    def _go_on(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            QTimer.singleShot(0, self._plan_next)

    def _build_beside(self) -> QWidget:
        look = self._look
        made = frame("page")
        mark = QLabel()
        mark.setFixedSize(40, 40)

        def dress() -> None:
            theme = look.theme
            mark.setPixmap(icon_pixmap("mark", theme.on_accent, 40, self.devicePixelRatioF()))
            mark.setStyleSheet(f"background: {theme.accent.name()}; border-radius: 10px;")

        follow(made, look, dress)
        title = label("DNN Migration Planner", "page", wrap=True)
        lead = label(tr("Draw a network, choose a model, watch it move."), "lead", wrap=True)
        inside = column()
        inside.addWidget(mark)
        inside.addSpacing(20)
        inside.addWidget(title)
        inside.addSpacing(8)
        inside.addWidget(lead)
        inside.addSpacing(24)
        inside.addLayout(self._build_buttons())
        inside.addSpacing(32)
        inside.addWidget(label(tr("Recent"), "heading"))
        inside.addSpacing(10)
        inside.addWidget(self._no_recent)
        wide = column((0, 0, 0, 0))
        wide.addLayout(self._recent)
        self._recent.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(wide)
        inside.addStretch(1)
        inside.addSpacing(16)
        inside.addWidget(self.drop_zone, 2)
        inside.addSpacing(28)
        inside.addWidget(self._build_keys())
        self._beside_margins = column()
        self._beside_margins.addWidget(Scrolled(inside))
        made.setLayout(self._beside_margins)
        return made

    def _build_buttons(self) -> QHBoxLayout:
        parts = []
        for action_id, text, kind, icon_name in (
            ("new", tr("New scenario"), "primary", "add"),
            ("open", tr("Open"), "quiet", "open"),
            ("import-model", tr("Import ONNX"), "quiet", "box"),
        ):
            made = button(text, kind)
            made.setProperty("large", True)
            made.setToolTip(self._actions[action_id].toolTip())
            made.clicked.connect(self._actions[action_id].trigger)
            keep_icon(made, self._look, icon_name, "on_accent" if kind == "primary" else "text")
            parts.append(made)
        line = row(*parts)
        line.setStretch(0, 1)
        return line

    def _build_keys(self) -> Flow:
        made_all = Flow(8)
        for action_id, text in (("palette", tr("Commands")), ("shortcuts", tr("Shortcuts")), ("guide", tr("Guide"))):
            action = self._actions[action_id]
            made = button(text, "plain", action.text())
            made.setToolTip(action.toolTip())
            made.clicked.connect(action.trigger)
            keys = action.shortcuts()
            both = QWidget()
            both.setLayout(row(*([label(keys[0].toString(), "key")] if keys else []), made, spacing=2))
            made_all.add(both)
        return made_all

    def _build_cards(self, examples: Sequence[Path]) -> list[Card]:
        cards: list[Card] = []
        for path in in_order(tuple(examples)):
            try:
                glimpse = glimpse_of(path)
            except PlannerError:
                continue  # the library still lists it, and opening it says what is wrong
            made = ExampleCard(self._look, glimpse)
            made.clicked.connect(lambda _=False, path=path: self.example_asked.emit(path))
            self.example_cards[path] = made
            cards.append(made)
        cards.insert(BLANK_PLACE, self.blank_card)
        return cards

    def _build_gallery(self) -> QWidget:
        inside = column((0, 0, 40, 24))
        title = label(tr("Start from an example"), "chapter", wrap=True)
        title.setContentsMargins(RING, 0, 0, 0)
        lead = label(tr("Each opens ready to play. Change anything and plan again."), "lead", wrap=True)
        lead.setContentsMargins(RING, 0, 0, 0)
        tour = button(self._actions["tour"].text(), "link")
        tour.clicked.connect(self._actions["tour"].trigger)
        head = row(title, tour)
        head.setStretch(0, 1)
        inside.addLayout(head)
        inside.addSpacing(4)
        inside.addWidget(lead)
        inside.addSpacing(18)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP - 2 * RING)
        inside.addLayout(self._grid)
        inside.addStretch(1)
        foot = self._build_legend()
        foot.setContentsMargins(RING, 8, 40, 20)
        outer = column()
        outer.addWidget(Scrolled(inside), 1)
        outer.addLayout(foot)
        self._gallery_margins = outer
        made = QWidget()
        made.setProperty("role", "window")
        made.setLayout(outer)
        self._gallery = made
        return made

    def _tier_color(self, tier: Tier) -> QColor:
        return self._look.theme.tier(tier).fill

    def _build_legend(self) -> QHBoxLayout:
        parts: list[QWidget | None] = []
        for tier in TIERS:
            parts += [Dot(12, partial(self._tier_color, tier)), label(tr(TIER_TITLES[tier]), "quiet")]
        self._note = note = label(tr("Delay of a query, mean of the users, before → after uploading"), "quiet")
        line = row(*parts, None, note, spacing=8)
        for place in (4, 2):
            line.insertSpacing(place, 12)
        note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return line

    def _arrange(self) -> None:
        """Place the cards in as many columns as there is room for, three at most."""
        narrow = self.width() < self._look.px(1440)
        side = 32 if narrow else 64
        low = self.height() < 900
        self._beside_margins.setContentsMargins(side, 32 if low else 64, 24 if narrow else 32, 24 if low else 56)
        self._gallery_margins.setContentsMargins(side - RING, 24 if low else 64, 8, 0)
        room = self.width() - self._beside.width() - side - 40
        columns = max(1, min(3, (room + GAP) // (self._look.px(LEAST_CARD) + GAP)))
        width = min(self._look.px(WIDEST_CARD), (room + GAP) // columns - GAP + 2 * RING)
        for card in self._cards:
            card.setMaximumWidth(self._look.px(WIDEST_CARD))
            card.setFixedHeight(card.heightForWidth(width))
        self._note.setVisible(self.width() - self._beside.width() > self._look.px(640))
        if columns == self._columns:
            return
        self._columns = columns
        for card in self._cards:
            self._grid.removeWidget(card)
        for number, card in enumerate(self._cards):
            self._grid.addWidget(card, number // columns, number % columns)
        for place in range(3):
            self._grid.setColumnStretch(place, 1 if place < columns else 0)
