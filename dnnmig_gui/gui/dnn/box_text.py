"""The texts of boxes: beside one another letters stay as large as they are, so narrow boxes write upwards."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from dnnmig_gui.gui.charts.lettering import text_width
from dnnmig_gui.gui.theme.fonts import font

STEP = 15.0
"""From one line to the next."""
LEAST_UPRIGHT = 13.0
"""A box narrower than this, in pixels, has no room for a line of text in either direction."""
LEAST_LETTERS = 24.0
"""A text in less width than this would be little but dots."""
FEWEST = 4
"""A name of which less than this is left says nothing, and is not written."""
_CENTRED = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
_WORDS = re.compile(r"[^\W\d_]{3,}")


def elided(text: str, px: int, weight: int, width: float) -> str:
    """Return a text that fits a width: its longest word gives way first, for numbers tell layers apart.

    Examples
    --------
    ``branch0_1×1`` becomes ``bra…0_1×1`` and ``layer2494`` becomes ``lay…2494``.
    """
    if text_width(text, px, weight) <= width:
        return text
    words = list(_WORDS.finditer(text))
    first, last = max((word.span() for word in words), key=lambda span: span[1] - span[0], default=(0, 0))
    for end in range(last - 1, first, -1):
        shorter = f"{text[:end]}…{text[last:]}"
        if text_width(shorter, px, weight) <= width:
            return shorter
    # No word is long enough: what is left out lies in the middle.
    for kept in range(len(text) - 1, 0, -1):
        shorter = f"{text[: (kept + 1) // 2]}…{text[len(text) - kept // 2 :]}"
        if text_width(shorter, px, weight) <= width:
            return shorter
    return ""


def paint_name(painter: QPainter, rect: QRectF, name: str, below: str, *, flat: bool) -> None:
    """Write the name of a layer and a line below it where there is room; upwards in a narrow box.

    Parameters
    ----------
    flat
        Whether the box stands in a column with others, and has room for tight lines alone.
    """
    room = rect.width() - (6 if rect.width() >= LEAST_LETTERS else 3)
    if _stands_better(rect, name):
        _paint_upright(painter, rect, name, below)
        return
    px = 12 if not flat and rect.width() >= 56 and text_width(name, 12, 600) <= room else 11
    name = _told(name, px, 600, room)
    painter.setFont(font(px, 600))
    if not below or text_width(below, 11, 500) > rect.width() - 2 or rect.height() <= 24:
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, name)
        return
    middle = rect.center().y()
    gap = 12.0 if rect.height() <= 33 else 13.0 if flat else 15.6
    painter.drawText(QRectF(rect.left(), middle - gap - 1, rect.width(), gap + 2), _CENTRED, name)
    painter.setFont(font(11, 500))
    painter.drawText(QRectF(rect.left(), middle - 1, rect.width(), gap + 2), _CENTRED, below)


def paint_lines(painter: QPainter, rect: QRectF, lines: Sequence[str], room: float) -> None:
    """Write lines below one another, as far as they fit; `room` is the width of the first. Upwards in a narrow box."""
    if _stands_better(rect, lines[0]):
        _paint_upright(painter, rect, lines[0], lines[-1])
        return
    lines = [lines[0], *(text for text in lines[1:] if text_width(text, 11, 500) <= rect.width() - 6)]
    top = rect.center().y() - STEP * len(lines) / 2
    for place, text in enumerate(lines):
        px, weight = (11, 500) if place else (12 if text_width(text, 12, 600) <= room else 11, 600)
        painter.setFont(font(px, weight))
        line = QRectF(rect.left(), top + place * STEP - 1, rect.width(), STEP + 2)
        painter.drawText(line, _CENTRED, text if place else elided(text, px, weight, room))


def paint_neutral_name(painter: QPainter, rect: QRectF, name: str) -> None:
    """Write what a box that runs nothing is called."""
    if text_width(name, 11, 500) > rect.width() - 4 and rect.height() > rect.width():
        _paint_upright(painter, rect, name, "", weight=500)
        return
    painter.setFont(font(11, 500))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, elided(name, 11, 500, rect.width() - 4))


def _told(name: str, px: int, weight: int, room: float) -> str:
    """Return what fits of a name; nothing where too little of it would be left."""
    shown = elided(name, px, weight, room)
    return shown if shown == name or len(shown) >= FEWEST else ""


def _stands_better(rect: QRectF, name: str) -> bool:
    """Return whether a name is better read upwards: there it fits, or across little of it would be left."""
    across, upwards, needed = rect.width() - 6, rect.height() - 6, text_width(name, 11, 600)
    return needed > across and upwards > across and (needed <= upwards or across < LEAST_LETTERS)


def _paint_upright(painter: QPainter, rect: QRectF, name: str, below: str, weight: int = 600) -> None:
    if rect.width() < LEAST_UPRIGHT:
        return
    room = rect.height() - 3
    lines = [(_told(name, 11, weight, room), weight)]
    if below and rect.width() >= 2 * LEAST_UPRIGHT and text_width(below, 11, 500) <= room:
        lines.append((below, 500))
    step = 13.0
    painter.save()
    painter.translate(rect.center())
    painter.rotate(-90)
    for place, (text, heavy) in enumerate(lines):
        painter.setFont(font(11, heavy))
        line = QRectF(-rect.height() / 2, (place - len(lines) / 2) * step, rect.height(), step)
        painter.drawText(line, _CENTRED, text)
    painter.restore()
