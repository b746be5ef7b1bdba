"""Small controls that every part of the window uses; the style sheet draws them by role and kind."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QListView,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from dnnmig_gui.gui.theme.icons import draw_icon, icon
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.theme.style import mixed


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label of a role of the style sheet."""
    made = QLabel(text)
    made.setProperty("role", role)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    return made


def button(text: str, kind: str, name: str = "") -> QPushButton:
    """Return a push button of a kind of the style sheet; `name` is told to screen readers where it says more."""
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setAccessibleName(name or text)
    return made


def frame(role: str) -> QFrame:
    """Return a frame of a role of the style sheet."""
    made = QFrame()
    made.setProperty("role", role)
    return made


def column(margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 0) -> QVBoxLayout:
    """Return a vertical layout."""
    made = QVBoxLayout()
    made.setContentsMargins(*margins)
    made.setSpacing(spacing)
    return made


def row(*parts: QWidget | None, spacing: int = 8) -> QHBoxLayout:
    """Return a horizontal layout of widgets; None stands for a stretch."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for part in parts:
        if part is None:
            made.addStretch(1)
        else:
            made.addWidget(part)
    return made


def empty(layout: QLayout) -> None:
    """Take everything out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        inner = item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            empty(inner)


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet reads, and let the sheet look again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class _Follower(QObject):
    """Tells an owner of theme changes, and goes with it."""

    def __init__(self, owner: QObject, look: Look, apply: Callable[[], None]) -> None:
        super().__init__(owner)
        self._apply = apply
        look.changed.connect(self._tell)

    def _tell(self) -> None:
        self._apply()


def follow(owner: QObject, look: Look, apply: Callable[[], None]) -> None:
    """Call `apply` now and whenever the theme changes, as long as `owner` lives."""
    apply()
    _Follower(owner, look, apply)


def keep_icon(target: QAbstractButton | QAction, look: Look, name: str, token: str = "text_2") -> None:
    """Give a button or an action an icon in a token's colour, in every theme."""

    def apply() -> None:
        theme = look.theme
        target.setIcon(icon(name, getattr(theme, token), mixed(theme.text_3, theme.bg, 0.45)))

    follow(target, look, apply)


class Combo(QComboBox):
    """A combo box with the theme's chevron; the wheel scrolls the panel, not the choice."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName(name)
        self.setView(QListView())  # the style sheet reaches no other
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the box and the chevron."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = min(self._look.px(14), 22)  # what fits beside the text
        where = QRectF(self.width() - 16 - size / 2, (self.height() - size) / 2, size, size)
        draw_icon(painter, "chevron-down", where, self._look.theme.text_3)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Leave the wheel to the scroll area around."""
        event.ignore()


class Scrolled(QScrollArea):
    """Scrolls its content up and down; the bar takes its room from the right margin, so that nothing jumps."""

    BAR = 8

    def __init__(self, layout: QLayout) -> None:
        super().__init__()
        inner = QWidget()
        inner.setProperty("role", "scrolled")
        inner.setLayout(layout)
        self._margins = layout.contentsMargins()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inner)
        self._layout = layout
        self.verticalScrollBar().rangeChanged.connect(self._make_room)

    def _make_room(self, _low: int, high: int) -> None:
        margins = self._margins
        right = max(0, margins.right() - (self.BAR if high > 0 else 0))
        self._layout.setContentsMargins(margins.left(), margins.top(), right, margins.bottom())


class Beside(QWidget):
    """Two parts side by side; the second below the first where they do not fit.

    Parameters
    ----------
    shares
        Stretch factors of the two.
    """

    def __init__(self, first: QWidget, second: QWidget, *, spacing: int = 2, shares: tuple[int, int] = (1, 0)) -> None:
        super().__init__()
        self._parts = (first, second)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(spacing)
        for part, share in zip(self._parts, shares, strict=True):
            self._line.addWidget(part, share)
        self.setLayout(self._line)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the width of the wider part: below each other is narrow enough."""
        least = [part.minimumSizeHint().expandedTo(part.minimumSize()) for part in self._parts]
        return QSize(max(size.width() for size in least), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Turn where the parts do not fit any more, or fit again."""
        super().resizeEvent(event)
        self._turn()

    def event(self, event: QEvent) -> bool:
        """Turn when a part wants another size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._turn()
        return super().event(event)

    def _turn(self) -> None:
        wanted = sum(part.sizeHint().expandedTo(part.minimumSize()).width() for part in self._parts)
        fits = wanted + self._line.spacing() <= self.width()
        ways = QBoxLayout.Direction
        way = ways.LeftToRight if fits else ways.TopToBottom
        if way != self._line.direction():
            self._line.setDirection(way)


class Slider(QSlider):
    """A slider on its side, in a page that scrolls."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Leave the wheel to the scroll area around."""
        event.ignore()


class Dot(QWidget):
    """A small disc in a colour that is asked for at every paint."""

    def __init__(self, px: int, color: Callable[[], QColor]) -> None:
        super().__init__()
        self._color = color
        self.setFixedSize(QSize(px, px))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the disc."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color())
        painter.drawEllipse(QRectF(self.rect()))
        painter.end()
