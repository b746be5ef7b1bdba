"""The head of a page: a title and tools in one line, and a text between them that goes below where it has no room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

Places = list[tuple[QWidget, QRect]]


class HeadLine(QWidget):
    """Lays parts out before and after a text; nothing is cut: what has no room goes to the next line.

    Parameters
    ----------
    before, after
        Parts left of the text and right of it.
    text
        One line where there is room for it, else wrapped under the parts.
    gap
        Between two parts, in pixels.
    """

    def __init__(self, before: Sequence[QWidget], text: QLabel, after: Sequence[QWidget], gap: int = 8) -> None:
        super().__init__()
        self._before = tuple(before)
        self._after = tuple(after)
        self._text = text
        self._gap = gap
        text.setWordWrap(True)
        for part in (*self._before, text, *self._after):
            hidden = part.isHidden() and part.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
            part.setParent(self)
            part.setVisible(not hidden)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:  # noqa: N802  Qt's name
        """Tell the layout that the height depends on the width."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt's name
        """Return the height that all lines need."""
        return max((place.bottom() + 1 for _, place in self._places(width)), default=0)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the size at the width it has."""
        width = max(self.width(), 1)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the width of the widest part."""
        parts = self._shown((*self._before, *self._after))
        return QSize(max((_size(part).width() for part in parts), default=0), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Lay the parts out again."""
        super().resizeEvent(event)
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        """Lay the parts out again when one of them wants another size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._lay_out()
            self.updateGeometry()
        return super().event(event)

    def _lay_out(self) -> None:
        for part, place in self._places(self.width()):
            part.setGeometry(place)

    @staticmethod
    def _shown(parts: Sequence[QWidget]) -> list[QWidget]:
        return [part for part in parts if not part.isHidden()]

    def _places(self, width: int) -> Places:
        gap = self._gap
        before, after = self._shown(self._before), self._shown(self._after)
        left, right = (sum(_size(part).width() + gap for part in parts) for parts in (before, after))
        wanted = self._text.fontMetrics().horizontalAdvance(self._text.text())
        if left + right - gap > width:
            return self._below(_flowed([*before, *after], width, gap), width)
        line = max((_size(part).height() for part in (*before, *after)), default=0)
        places = _in_line(before, 0, line, gap) + _in_line(after, width - right + gap, line, gap)
        if left + wanted + gap + right - gap > width:
            return self._below(places, width)
        room = QRect(left, 0, width - left - right, max(line, self._text.fontMetrics().height()))
        return [*places, (self._text, room)]

    def _below(self, places: Places, width: int) -> Places:
        """Put the text under the parts, on as many lines as it takes."""
        top = max((place.bottom() + 1 for _, place in places), default=0)
        height = self._text.heightForWidth(width) if self._text.text() else 0
        return [*places, (self._text, QRect(0, top + (2 if height else 0), width, height))]


def _size(part: QWidget) -> QSize:
    """Return the size that a part wants and may have."""
    return part.sizeHint().expandedTo(part.minimumSize()).boundedTo(part.maximumSize())


def _in_line(parts: Sequence[QWidget], x: int, height: int, gap: int, top: int = 0, most: int = 1 << 24) -> Places:
    """Return places beside one another, each in the middle of the line and no wider than `most`."""
    places = []
    for part in parts:
        size = _size(part)
        places.append((part, QRect(x, top + (height - size.height()) // 2, min(size.width(), most), size.height())))
        x += size.width() + gap
    return places


def _flowed(parts: Sequence[QWidget], width: int, gap: int) -> Places:
    """Return places line by line, as words in a text; a part that is wider than a line is narrowed."""
    lines: list[list[QWidget]] = []
    x = 0
    for part in parts:
        wide = _size(part).width()
        if not lines or (x and x + wide > width):
            lines.append([])
            x = 0
        lines[-1].append(part)
        x += wide + gap
    places: Places = []
    top = 0
    for line in lines:
        height = max(_size(part).height() for part in line)
        places += _in_line(line, 0, height, gap, top, width)
        top += height + gap // 2
    return places
