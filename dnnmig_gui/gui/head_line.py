"""The head of a page: a title and tools in one line, and a text between them that goes below where it has no room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget

from dnnmig_gui.gui.flow import Lined, Places, flowed, in_line, shown, wanted


class HeadLine(Lined):
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

    def parts(self) -> Sequence[QWidget]:
        """Return what is not wrapped."""
        return (*self._before, *self._after)

    def places(self, width: int) -> Places:
        """Return where parts and text stand."""
        gap = self._gap
        before, after = shown(self._before), shown(self._after)
        left, right = (sum(wanted(part).width() + gap for part in parts) for parts in (before, after))
        advance = self._text.fontMetrics().horizontalAdvance(self._text.text())
        if left + right - gap > width:
            return self._below(flowed([*before, *after], width, gap, gap // 2), width)
        line = max((wanted(part).height() for part in (*before, *after)), default=0)
        places = in_line(before, 0, line, gap) + in_line(after, width - right + gap, line, gap)
        if left + advance + gap + right - gap > width:
            return self._below(places, width)
        room = QRect(left, 0, width - left - right, max(line, self._text.fontMetrics().height()))
        return [*places, (self._text, room)]

    def _below(self, places: Places, width: int) -> Places:
        """Put the text under the parts, on as many lines as it takes."""
        top = max((place.bottom() + 1 for _, place in places), default=0)
        height = self._text.heightForWidth(width) if self._text.text() else 0
        return [*places, (self._text, QRect(0, top + (2 if height else 0), width, height))]
