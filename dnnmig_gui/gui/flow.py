"""Widgets that lay their parts out line by line, so that nothing is cut where there is little width."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

Places = list[tuple[QWidget, QRect]]


class Lined(QWidget):
    """A widget whose parts stand in as many lines as its width asks for."""

    def __init__(self) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @abstractmethod
    def places(self, width: int) -> Places:
        """Return where each part that is shown stands at a width."""

    @abstractmethod
    def parts(self) -> Sequence[QWidget]:
        """Return the parts that are never narrowed."""

    def hasHeightForWidth(self) -> bool:  # noqa: N802  Qt's name
        """Tell the layout that the height depends on the width."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt's name
        """Return the height that all lines need."""
        return max((place.bottom() + 1 for _, place in self.places(width)), default=0)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the size at the width it has."""
        width = max(self.width(), 1)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the width of the widest part."""
        return QSize(max((wanted(part).width() for part in shown(self.parts())), default=0), 0)

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
        for part, place in self.places(self.width()):
            part.setGeometry(place)


class Flow(Lined):
    """Lays its widgets out left to right, line by line, as words in a text."""

    def __init__(self, gap: int = 8) -> None:
        super().__init__()
        self._gap = gap
        self._parts: list[QWidget] = []

    def add(self, part: QWidget) -> None:
        """Add a widget at the end."""
        part.setParent(self)
        part.show()
        self._parts.append(part)
        self.updateGeometry()

    def parts(self) -> Sequence[QWidget]:
        """Return all of them."""
        return self._parts

    def places(self, width: int) -> Places:
        """Return where each part stands."""
        return flowed(shown(self._parts), width, self._gap, self._gap)


def shown(parts: Sequence[QWidget]) -> list[QWidget]:
    """Return the parts that are not hidden."""
    return [part for part in parts if not part.isHidden()]


def wanted(part: QWidget) -> QSize:
    """Return the size that a part wants and may have."""
    return part.sizeHint().expandedTo(part.minimumSize()).boundedTo(part.maximumSize())


def in_line(parts: Sequence[QWidget], x: int, height: int, gap: int, top: int = 0, most: int = 1 << 24) -> Places:
    """Return places beside one another, each in the middle of the line and no wider than `most`."""
    places = []
    for part in parts:
        size = wanted(part)
        places.append((part, QRect(x, top + (height - size.height()) // 2, min(size.width(), most), size.height())))
        x += size.width() + gap
    return places


def flowed(parts: Sequence[QWidget], width: int, gap: int, line_gap: int) -> Places:
    """Return places line by line, as words in a text; a part that is wider than a line is narrowed."""
    lines: list[list[QWidget]] = []
    x = 0
    for part in parts:
        wide = wanted(part).width()
        if not lines or (x and x + wide > width):
            lines.append([])
            x = 0
        lines[-1].append(part)
        x += wide + gap
    places: Places = []
    top = 0
    for line in lines:
        height = max(wanted(part).height() for part in line)
        places += in_line(line, 0, height, gap, top, width)
        top += height + line_gap
    return places
