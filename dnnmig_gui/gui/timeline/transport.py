"""The transport row: steps, play, clock, speed, whom to follow, what comes next."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QActionGroup, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from dnnmig_gui.gui.charts.glyphs import Chip, GlyphButton, Segment, Track
from dnnmig_gui.gui.charts.lettering import BOLD, draw_text, metrics, text_width
from dnnmig_gui.gui.charts.speeds import SEGMENTS, fit_speed, speeds
from dnnmig_gui.gui.charts.texts import clock_text, speed_text
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import scaled
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.timeline.legend import ALWAYS, Legend, legend_of
from dnnmig_gui.gui.timeline.story import Story

HEIGHT, LEAST_WIDTH = 48, 420
NOW_PX = 20
LOOP_TIP = mark("Loop the run, or the part of it that M or Shift+drag in the chart marks (L)")


class Transport(QWidget):
    """The row above the timeline."""

    def __init__(self, look: Look, clock: Clock, selection: Selection, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._clock = clock
        self._selection = selection
        self._story: Story | None = None
        self.to_start = GlyphButton(look, "start", tr("To the start"), tr("To the start (Home)"), self)
        self.previous = GlyphButton(look, "previous", tr("Previous event"), tr("Previous event (,)"), self)
        self.play = GlyphButton(look, "play", tr("Play"), tr("Play or pause (Space)"), self)
        self.next = GlyphButton(look, "next", tr("Next event"), tr("Next event (.)"), self)
        self.loop = GlyphButton(look, "loop", tr("Loop"), tr(LOOP_TIP), self)
        self.play.setCheckable(True)
        self.loop.setCheckable(True)
        self._time = _Time(look, clock, self)
        self._track = Track(look, self)
        self.segments = {
            speed: Segment(
                look,
                speed_text(speed),
                tr("{speed} real time ([ slower, ] faster)").format(speed=speed_text(speed)),
                self._track,
            )
            for speed in SEGMENTS
        }
        self.more = Segment(look, "\u2026", tr("More speeds ([ slower, ] faster)"), self._track)
        self.follow = Chip(look, tr("Follow"), tr("Choose the user to follow"), self)
        self.next_text = _NextText(look, self)
        self.outdated = Chip(
            look, tr("Out of date"), tr("Made for an older scenario; plan again to renew it"), self, notice="warning"
        )
        self.outdated.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.outdated.setCursor(Qt.CursorShape.ArrowCursor)
        self.outdated.hide()
        self.legend = Legend(look, self)
        self._lay_out()
        self._connect()
        self._fit()
        self.set_story(None)

    def _fit(self) -> None:
        """Follow the size of text."""
        self.setFixedHeight(scaled(HEIGHT))
        self.setMinimumWidth(LEAST_WIDTH)  # or the parts that give way would keep the docks from getting wider
        self._time.refit()
        self._show_speed()

    def _lay_out(self) -> None:
        track = QHBoxLayout(self._track)
        track.setContentsMargins(0, 0, 0, 0)
        track.setSpacing(0)
        for segment in (*self.segments.values(), self.more):
            track.addWidget(segment)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 12, 0)
        row.setSpacing(2)
        for widget in (self.to_start, self.previous):
            row.addWidget(widget)
        row.addSpacing(4)
        row.addWidget(self.play)
        row.addSpacing(4)
        for widget in (self.next, self.loop):
            row.addWidget(widget)
        row.addSpacing(14)
        row.addWidget(self._time)
        row.addSpacing(14)
        row.addWidget(self._track)
        row.addSpacing(14)
        row.addWidget(self.follow)
        row.addSpacing(14)
        row.addWidget(self.next_text, 1)
        row.addWidget(self.outdated)
        row.addSpacing(8)
        row.addWidget(self.legend)

    def _connect(self) -> None:
        clock = self._clock
        self.to_start.clicked.connect(lambda: clock.seek(0.0))
        self.previous.clicked.connect(lambda: self.step(-1))
        self.next.clicked.connect(lambda: self.step(1))
        self.play.clicked.connect(clock.toggle)
        self.loop.clicked.connect(self.set_loop)
        for speed, segment in self.segments.items():
            segment.clicked.connect(lambda _checked=False, speed=speed: clock.set_speed(speed))
        self.more.clicked.connect(self._choose_speed)
        self.follow.clicked.connect(self._choose_user)
        clock.playing_changed.connect(self._show_playing)
        clock.speed_changed.connect(lambda _speed: self._show_speed())
        clock.moved.connect(self._show_time)
        self._selection.changed.connect(self._show_user)
        self._look.changed.connect(self._fit)

    def set_story(self, story: Story | None) -> None:
        """Show another run, or none."""
        self._story = story
        for widget in (self.to_start, self.previous, self.play, self.next, self.loop, self._track, self.follow):
            widget.setEnabled(story is not None)
        self.follow.setVisible(story is not None)
        self.legend.explain(ALWAYS if story is None else legend_of(story.rows))
        self._time.refit()
        self._show_speed()
        self._show_user()

    def step(self, way: int, *, confirms: bool = False) -> None:
        """Go to the next (1) or previous (-1) event, or CR; beyond the last one, to the run's end."""
        if self._story is None:
            return
        moments, t = self._story.moments, self._clock.t
        if way > 0:
            found = moments.next_confirm(t) if confirms else moments.next_event(t)
        else:
            found = moments.previous_confirm(t) if confirms else moments.previous_event(t)
        self._clock.pause()
        if found is not None:
            self._clock.seek(found)
        elif not confirms:
            self._clock.seek(self._clock.end_s if way > 0 else 0.0)

    def set_loop(self, loops: bool) -> None:
        """Start again at the end, or stop there."""
        self._clock.loops = loops
        self.loop.setChecked(loops)

    def speed_menu(self) -> QMenu:
        """Return the menu of all speeds; the one that fits the run is marked."""
        menu = QMenu(self)
        group = QActionGroup(menu)
        fit = fit_speed(self._clock.end_s)
        for speed in speeds(self._clock.end_s):
            name = speed_text(speed) + (
                tr("   fits this run ({end:.0f} s)").format(end=self._clock.end_s / speed) if speed == fit else ""
            )
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(speed == self._clock.speed)
            action.setActionGroup(group)
            action.triggered.connect(lambda _checked=False, speed=speed: self._clock.set_speed(speed))
        return menu

    def user_menu(self) -> QMenu:
        """Return the menu of users."""
        menu = QMenu(self)
        group = QActionGroup(menu)
        for number, name in enumerate(self._story.texts.users if self._story else ()):
            model = self._story.run.plan.problem.users[number].model.name if self._story else ""
            action = menu.addAction(f"{name}, {model}")
            action.setCheckable(True)
            action.setChecked(number == self._selection.user)
            action.setActionGroup(group)
            action.triggered.connect(lambda _checked=False, number=number: self._selection.follow(number))
        return menu

    def _choose_speed(self) -> None:
        self._show_speed()
        self._open(self.speed_menu(), self.more)

    def _choose_user(self) -> None:
        self._open(self.user_menu(), self.follow)

    @staticmethod
    def _open(menu: QMenu, under: QWidget) -> None:
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(under.mapToGlobal(QPoint(0, under.height() + 4)))

    def _show_playing(self, playing: bool) -> None:
        self.play.setChecked(playing)
        self.play.setAccessibleName(tr("Pause") if playing else tr("Play"))

    def _show_speed(self) -> None:
        speed = self._clock.speed
        for own, segment in self.segments.items():
            segment.setChecked(own == speed)
        other = speed not in self.segments
        fits = other and speed == fit_speed(self._clock.end_s)
        self.more.setText(
            tr("{speed} fit").format(speed=speed_text(speed)) if fits else speed_text(speed) if other else "\u2026"
        )
        self.more.setAccessibleName(tr("More speeds, now {speed}").format(speed=speed_text(speed)))
        self.more.setChecked(other)
        self.more.updateGeometry()
        self._make_room()

    def _show_user(self) -> None:
        users = self._story.texts.users if self._story else ()
        if self._selection.user < len(users):
            name = users[self._selection.user]
            self.follow.setText(tr("Follow {name}").format(name=name) if len(users) > 1 else name)
            self.follow.setAccessibleName(tr("Follow {name}").format(name=name))
            self.follow.updateGeometry()
        self._show_time(self._clock.t)

    def _show_time(self, t: float) -> None:
        self._time.update()
        text, user = "", self._selection.user
        # The run may be older than the scenario, and know fewer users.
        if self._story is not None and user < len(self._story.run.plan.users):
            row = self._story.moments.next_confirm_of(user, t)
            waits = len(self._story.run.plan.users[user].uploading.partitions) > 0
            text = self._story.texts.next_confirm(row) if waits else tr("Nothing to upload")
        self.next_text.set_text(text)

    def set_outdated(self, outdated: bool) -> None:
        """Show or hide the chip that the run belongs to an older scenario."""
        self.outdated.setVisible(outdated)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave out the legend where there is no room for it."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        # All speeds, shown or not, or they would come and go for ever.
        # Two layouts deep, a new size would arrive a frame late: hence the sizes of the parts.
        taken = sum(
            widget.sizeHint().width()
            for widget in (
                *self.segments.values(),
                self.more,
                self.follow,
                *((self.outdated,) if not self.outdated.isHidden() else ()),
            )
        )
        fixed = 14 + scaled(4 * 28 + 40) + 8 + 14 * 4 + 12 + 24 + self._time.width()
        left = self.width() - fixed - taken
        self.legend.setVisible(left >= scaled(176) + self.legend.width())
        # Where text is large, the steps go first: the keys for them, and the playhead, are still there.
        for widget in (self.previous, self.next, self.to_start):
            widget.setVisible(left >= 0)
        # Then the speeds that are not in force: the menu beside them has them all.
        left += scaled(3 * 28)
        for speed, segment in self.segments.items():
            segment.setVisible(left >= 0 or speed == self._clock.speed)
        shown = [one for one in (*self.segments.values(), self.more) if not one.isHidden()]
        self._track.setFixedWidth(sum(one.sizeHint().width() for one in shown))


class _Time(QWidget):
    """The clock: now, and the length of the run."""

    def __init__(self, look: Look, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._clock = clock
        self._now_px = 0.0
        clock.end_changed.connect(lambda _end: self.refit())
        self.refit()

    def refit(self) -> None:
        """Take the room that the run's last second needs, so that nothing moves while time runs."""
        whole = clock_text(self._clock.end_s, self._clock.end_s)
        self._now_px = text_width(whole, NOW_PX, BOLD)
        self.setFixedSize(round(self._now_px + 8 + text_width(f"/ {whole}", 12)) + 4, scaled(32))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint both times."""
        painter = QPainter(self)
        now = clock_text(self._clock.t, self._clock.end_s)
        # At the right of its room: the seconds stay where they are while the figures before them become more.
        room, right = QRectF(0, 0, self._now_px, self.height()), Qt.AlignmentFlag.AlignRight
        draw_text(painter, room, now, self._look.theme.text, px=NOW_PX, weight=BOLD, align=right)
        left = self._now_px + 8
        whole = f"/ {clock_text(self._clock.end_s, self._clock.end_s)}"
        draw_text(
            painter,
            QRectF(left, scaled(3), self.width() - left, self.height() - scaled(2)),
            whole,
            self._look.theme.text_3,
            px=12,
        )


class _NextText(QWidget):
    """What the followed user waits for; repainted only when it changes."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.text = ""
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(scaled(28))

    def set_text(self, text: str) -> None:
        """Show another text."""
        if text != self.text:
            self.text = text
            self.setAccessibleName(text)
            self.setToolTip(text)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint as much of it as there is room for."""
        painter = QPainter(self)
        shown = metrics(12).elidedText(self.text, Qt.TextElideMode.ElideRight, self.width())
        draw_text(painter, QRectF(self.rect()), shown, self._look.theme.text_3, px=12)
