"""Paints the words on slices, where they fit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.charts.brushwork import Brushwork
from dnnmig_gui.gui.charts.lanes import SLICE
from dnnmig_gui.gui.charts.lettering import BOLD, draw_text, faded, text_width
from dnnmig_gui.gui.charts.series import Drawn, FloatArray, Series
from dnnmig_gui.gui.charts.texts import RunTexts
from dnnmig_gui.gui.charts.troubles import CROSS_PX

LEAST_LABEL_PX = 18.0
MOST_LABELS = 400
"""More fit only on a wall of screens; a bound keeps a repaint short."""
INDENT = 6.0
BED_INDENT = 5.0
"""Leaves room for half a CR between the slice's start and its label."""
LABEL_ROOM = 2 * (BED_INDENT + 3) + 1
"""What an upload needs beside its label: half a CR at either end."""


def fitting(texts: Sequence[str], room: float) -> str | None:
    """Return the first text that fits into a width."""
    for text in texts:
        if text_width(text, 11, BOLD) <= room:
            return text
    return None


def paint_upload_labels(
    painter: QPainter, series: Series, drawn: Drawn, top: float, work: Brushwork, texts: RunTexts
) -> None:
    """Write P3, layers and size on uploads."""
    colors = work.theme.tier(series.tier)
    for left, right, place in _wide(drawn):
        text = fitting(texts.upload(int(series.rows[place])), right - left - LABEL_ROOM)
        if text is not None:
            bed = colors.tint if work.past else work.theme.surface
            paint_on_bed(painter, left + BED_INDENT, top, text, faded(colors.ink, work.share), bed)


def paint_failure_labels(
    painter: QPainter, series: Series, drawn: Drawn, top: float, work: Brushwork, texts: RunTexts
) -> None:
    """Write P3 on attempts that failed."""
    colors = work.theme.failure
    for left, right, place in _wide(drawn):
        text = fitting(texts.upload(int(series.rows[place]))[-1:], right - left - CROSS_PX - BED_INDENT - 3 - INDENT)
        if text is not None:
            rect = QRectF(left + BED_INDENT + 3, top, right - left, SLICE)
            draw_text(painter, rect, text, faded(colors.ink, work.share), weight=BOLD)


def paint_on_bed(painter: QPainter, left: float, top: float, text: str, ink: QColor, bed: QColor) -> None:
    """Write on a hatch, with a calm bed under the text."""
    rect = QRectF(left, top + 2, text_width(text, 11, BOLD) + 6, SLICE - 4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(bed)
    painter.drawRoundedRect(rect, 3, 3)
    draw_text(painter, rect.adjusted(3, 0, 3, 0), text, ink, weight=BOLD)


def paint_query_labels(
    painter: QPainter,
    series: Series,
    drawn: Drawn,
    over: Sequence[Series],
    top: float,
    work: Brushwork,
    texts: RunTexts,
) -> None:
    """Write number and delay on queries: on their widest part that runs on the client, else where nothing lies on them.

    Parameters
    ----------
    over
        What lies on the queries of the lane.
    """
    colors = work.theme.tier(series.tier)
    # What is to come is pale: only the ink of the tier is read on it, on light and dark surfaces alike.
    on = colors.on if work.past else colors.ink
    for _, _, place in _wide(drawn):
        names = texts.query(int(series.rows[place]))
        span = float(series.start[place]), float(series.end[place])
        for room, ink in ((_widest(over, span, work.axis), on), (free_part(over, span, work.axis), colors.ink)):
            text = fitting(names, room[1] - room[0] - 2 * INDENT + 4)
            if text is not None:
                rect = QRectF(room[0] + INDENT, top, room[1] - room[0], SLICE)
                draw_text(painter, rect, text, faded(ink, work.share), weight=BOLD)
                break


def _wide(drawn: Drawn) -> list[tuple[float, float, int]]:
    wide = (drawn.right - drawn.left) >= LEAST_LABEL_PX
    found = zip(drawn.left[wide].tolist(), drawn.right[wide].tolist(), drawn.places[wide].tolist(), strict=True)
    return list(found)[:MOST_LABELS]


def _inside(series: Series, span: tuple[float, float], axis: TimeAxis) -> tuple[FloatArray, FloatArray]:
    """Return the pixels in view of the slices that lie in a query: left and right edges."""
    found = series.within(*span)
    start, end = series.start[found], series.end[found]
    own = (start >= span[0]) & (end <= span[1])
    left, right = (axis.left + (edge[own] - axis.start) / axis.seconds_per_px for edge in (start, end))
    return np.clip(left, axis.left, axis.right), np.clip(right, axis.left, axis.right)


def _widest(over: Sequence[Series], span: tuple[float, float], axis: TimeAxis) -> tuple[float, float]:
    """Return the pixels of the longest part of a query that runs on the client; none if none does."""
    best = (0.0, 0.0)
    for series in over:
        if series.texture == "solid":
            left, right = _inside(series, span, axis)
            if len(left) and (right - left).max() > best[1] - best[0]:
                longest = int((right - left).argmax())
                best = float(left[longest]), float(right[longest])
    return best


def free_part(over: Sequence[Series], span: tuple[float, float], axis: TimeAxis) -> tuple[float, float]:
    """Return the pixels of the longest part of a query on which nothing lies."""
    low, high = (min(max(axis.x(t), axis.left), axis.right) for t in span)
    taken = [_inside(series, span, axis) for series in over if series.texture != "shared"]
    left = np.concatenate([np.zeros(0), *(edges[0] for edges in taken)])
    right = np.concatenate([np.zeros(0), *(edges[1] for edges in taken)])
    order = np.argsort(left)
    begins = np.concatenate(([low], np.maximum.accumulate(right[order])))
    ends = np.concatenate((left[order], [high]))
    best = int((ends - begins).argmax())
    return float(begins[best]), float(ends[best])
