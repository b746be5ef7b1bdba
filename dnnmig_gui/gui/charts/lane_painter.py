"""Paints one lane: its slices, and the words on them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QPainter

from dnnmig_gui.gui.charts.brushwork import Brushwork
from dnnmig_gui.gui.charts.labels import paint_failure_labels, paint_query_labels, paint_upload_labels
from dnnmig_gui.gui.charts.lanes import LaneRow
from dnnmig_gui.gui.charts.series import Drawn, Series
from dnnmig_gui.gui.charts.slices import paint_series, visible
from dnnmig_gui.gui.charts.texts import RunTexts


def paint_lane(painter: QPainter, row: LaneRow, top: float, work: Brushwork, texts: RunTexts) -> None:
    """Draw a lane whose slices begin at a height."""
    _write(painter, row, paint_slices(painter, row, top, work), top, work, texts)


def paint_slices(painter: QPainter, row: LaneRow, top: float, work: Brushwork) -> Sequence[tuple[Series, Drawn]]:
    """Draw a lane without words, and return what was drawn."""
    return [(series, paint_series(painter, series, top, work)) for series in row.series]


def paint_words(painter: QPainter, row: LaneRow, top: float, work: Brushwork, texts: RunTexts) -> None:
    """Write on the slices of a lane that are drawn already."""
    if row.lane.role != "server":
        _write(painter, row, [(series, visible(series, work)) for series in row.series], top, work, texts)


def _write(
    painter: QPainter,
    row: LaneRow,
    drawn: Sequence[tuple[Series, Drawn]],
    top: float,
    work: Brushwork,
    texts: RunTexts,
) -> None:
    for series, what in drawn:
        if row.lane.role == "uploads":
            if series.texture == "hatch":
                paint_upload_labels(painter, series, what, top, work, texts)
            elif series.texture == "failed":
                paint_failure_labels(painter, series, what, top, work, texts)
        elif row.lane.role == "queries" and series.texture == "tint":
            over = [other for other in row.series if other.texture not in ("cut", "tint")]
            paint_query_labels(painter, series, what, over, top, work, texts)
