"""The timeline as a picture: a pure function of a view and a time, painted on a screen or into a file."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from dnnmig_gui.gui.charts.clip import clipped
from dnnmig_gui.gui.timeline.ground import paint_ground, paint_slices
from dnnmig_gui.gui.timeline.moment import paint_moment
from dnnmig_gui.gui.timeline.view import View


def border(view: View, t: float) -> float:
    """Return where past and future meet: on a whole pixel, so that no column is painted half of each."""
    return float(round(min(max(0.0, view.axis.x(t)), view.right)))


def paint(painter: QPainter, view: View, t: float) -> None:
    """Paint the whole picture at a time."""
    paint_ground(painter, view)
    x = border(view, t)
    axis = view.axis
    now = axis.t(x)
    for past, left, right, span in ((True, 0.0, x, (axis.start, now)), (False, x, view.right, (now, axis.stop))):
        if right > left:
            with clipped(painter, QRectF(left, 0, right - left, view.floor)):
                paint_slices(painter, view, span, past=past)
    paint_moment(painter, view, t)
