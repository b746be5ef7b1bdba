"""A short tour: points at the real parts of the window, one after the other; nothing is blocked meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSettings, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from dnnmig_gui.gui.controls import button, column, label, row
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.look import Look

WIDTH, GAP, MARGIN = 320, 16, 12
_SHOWN_KEY = "tour_shown"
_MOVES = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.LayoutRequest, QEvent.Type.Show, QEvent.Type.Hide)


@dataclass(frozen=True)
class Step:
    """One stop of the tour.

    Parameters
    ----------
    target
        Returns the widget pointed at when its turn comes.
    done
        A signal that says that somebody did what the step is about: the tour goes on by itself.
    """

    title: str
    text: str
    target: Callable[[], QWidget]
    done: SignalInstance | None = None


class _Ring(QWidget):
    """Lies around the target and lets every click through."""

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.hide()
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.theme.accent, 3))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 11, 11)
        painter.end()


class Tour(QFrame):
    """A bubble beside the part it tells of, with a ring around that part.

    Signals
    -------
    ended()
        The last step was left, or the tour was skipped.
    """

    ended = Signal()

    def __init__(self, look: Look, window: QWidget, settings: QSettings, steps: tuple[Step, ...]) -> None:
        super().__init__(window)
        self._look = look
        self._settings = settings
        self._window = window
        self._steps = steps
        self._place = -1
        self._ring = _Ring(look, window)
        self._target: QWidget | None = None
        self._around: QScrollArea | None = None
        """What the target may be scrolled out of."""
        self._before: QWidget | None = None
        self.setProperty("role", "sheet")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # itself, not a button: Space goes on playing
        self._count = label("", "section")
        self._title = label("", "heading", wrap=True)
        self._text = label("", wrap=True)
        self.skip_button = button(tr("Skip the tour"), "quiet")
        self.back_button = button(tr("Back"), "quiet")
        self.next_button = button(tr("Next"), "primary")
        for each in (self.skip_button, self.back_button, self.next_button):
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.skip_button.clicked.connect(self.end)
        self.back_button.clicked.connect(self._step_back)
        self.next_button.clicked.connect(self._step_on)
        layout = column((20, 16, 20, 16), 8)
        for part in (self._count, self._title, self._text):
            layout.addWidget(part)
        layout.addSpacing(4)
        layout.addLayout(row(self.skip_button, None, self.back_button, self.next_button))
        self.setLayout(layout)
        for number, step in enumerate(steps):
            if step.done is not None:
                step.done.connect(lambda *_, number=number: self._done(number))
        self.hide()
        window.installEventFilter(self)

    @property
    def was_shown(self) -> bool:
        """Whether it has been shown on this computer."""
        return bool(self._settings.value(_SHOWN_KEY, defaultValue=False, type=bool))

    @property
    def place(self) -> int:
        """Number of the step shown, from 0; -1 while it rests."""
        return self._place

    def start(self) -> None:
        """Begin with the first step."""
        self._settings.setValue(_SHOWN_KEY, True)
        if self._place < 0:
            self._before = self._window.focusWidget()
        self._go(0)
        self._take_keys()

    def end(self) -> None:
        """Put it away, and give the keyboard back."""
        if self._place >= 0:
            mine = self._has_keys()
            self._place = -1
            self._watch(None)
            self.hide()
            self._ring.hide()
            if mine and self._before is not None and self._before.isVisible():
                self._before.setFocus(Qt.FocusReason.OtherFocusReason)
            self._before = None
            self.ended.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Follow what it points at, also when a splitter moves it or a page hides it."""
        if self._place >= 0 and event.type() in _MOVES:
            self._point()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Step by arrows, go with Esc."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.end()
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._step_on()
        elif key == Qt.Key.Key_Left:
            self._step_back()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Esc from cancelling a plan while the bubble has the keyboard."""
        mine = (Qt.Key.Key_Escape, Qt.Key.Key_Left, Qt.Key.Key_Right)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() in mine:
            event.accept()
            return True
        return super().event(event)

    def _has_keys(self) -> bool:
        focused = self._window.focusWidget()
        return focused is not None and (focused is self or self.isAncestorOf(focused))

    def _take_keys(self) -> None:
        """Take the keyboard, so that arrows and Esc walk through the tour."""
        if self._place >= 0:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _step_on(self) -> None:
        """Go on because somebody asked."""
        self._go_on()
        self._take_keys()

    def _step_back(self) -> None:
        self._go(self._place - 1)
        self._take_keys()

    def _done(self, number: int) -> None:
        if self._place == number:
            self._go_on()

    def _go_on(self) -> None:
        if self._place + 1 < len(self._steps):
            self._go(self._place + 1)
        else:
            self.end()

    def _go(self, place: int) -> None:
        self._place = max(0, place)
        step = self._steps[self._place]
        last = self._place == len(self._steps) - 1
        self._count.setText(tr("{number} of {count}").format(number=self._place + 1, count=len(self._steps)))
        self._title.setText(step.title)
        self._text.setText(step.text)
        self.setAccessibleName(tr("Tour. {title}. {text}").format(title=step.title, text=step.text))
        self.back_button.setVisible(self._place > 0)
        self.next_button.setText(tr("Done") if last else tr("Next"))
        self.skip_button.setVisible(not last)
        self._watch(step.target())
        self._point()

    def _watch(self, target: QWidget | None) -> None:
        """Scroll what it points at into view, and hear when it moves."""
        if self._target is not None:
            self._target.removeEventFilter(self)
        if self._around is not None:
            self._around.verticalScrollBar().valueChanged.disconnect(self._point)
        self._target, self._around = target, None
        if target is not None:
            target.installEventFilter(self)
            self._around = next((each for each in _parents(target) if isinstance(each, QScrollArea)), None)
        if target is not None and self._around is not None:
            self._around.ensureWidgetVisible(target, 0, 0)
            self._around.verticalScrollBar().valueChanged.connect(self._point)

    def _point(self) -> None:
        """Lay the ring around the target and the bubble beside it; in the middle while the target is hidden."""
        window, target = self._window, self._target
        if target is None:
            return
        inside = window.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        seen = target.isVisible()
        around = _place_in(window, target)
        if self._around is not None:
            around &= _place_in(window, self._around.viewport())
        around.adjust(-4, -4, 4, 4)
        self._ring.setGeometry(around.intersected(window.rect()))
        width = self._look.px(WIDTH)
        height = self.layout().totalHeightForWidth(width) if self.layout() is not None else 160  # type: ignore[union-attr]
        middle = inside.center() - QPoint(width // 2, height // 2)
        self.setGeometry(_beside(around, inside, width, height) if seen else QRect(middle, QSize(width, height)))
        self._ring.setVisible(seen)
        self.show()
        for part in (self._ring, self):
            part.raise_()


def _parents(widget: QWidget) -> Iterator[QWidget]:
    parent = widget.parentWidget()
    while parent is not None:
        yield parent
        parent = parent.parentWidget()


def _place_in(window: QWidget, part: QWidget) -> QRect:
    return QRect(part.mapTo(window, QPoint(0, 0)), part.size())


def _beside(around: QRect, inside: QRect, width: int, height: int) -> QRect:
    """Return where a bubble of a size stands: below, above, at the right or left, else in the target's corner."""
    x = max(inside.left(), min(inside.right() - width, around.center().x() - width // 2))
    y = max(inside.top(), min(inside.bottom() - height, around.center().y() - height // 2))
    for left, top in (
        (x, around.bottom() + GAP),
        (x, around.top() - GAP - height),
        (around.right() + GAP, y),
        (around.left() - GAP - width, y),
    ):
        box = QRect(left, top, width, height)
        if inside.contains(box):
            return box
    return QRect(
        max(inside.left(), around.right() - width - GAP),
        max(inside.top(), around.bottom() - height - GAP),
        width,
        height,
    )
