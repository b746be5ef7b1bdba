"""The timeline as a file: title, legend, staircase, every lane, the whole run."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QPainter

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.gui.charts.axis import TimeAxis
from dnnmig_gui.gui.charts.lettering import BOLD, draw_text
from dnnmig_gui.gui.image_file import save_drawing
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.fonts import plain_text
from dnnmig_gui.gui.theme.tokens import Theme
from dnnmig_gui.gui.timeline.figure import paint
from dnnmig_gui.gui.timeline.lane_choice import LaneChoice
from dnnmig_gui.gui.timeline.legend import legend_of, legend_width, paint_legend
from dnnmig_gui.gui.timeline.names_column import names_width
from dnnmig_gui.gui.timeline.overview import HEIGHT as OVERVIEW_HEIGHT
from dnnmig_gui.gui.timeline.overview import paint_overview
from dnnmig_gui.gui.timeline.story import Story
from dnnmig_gui.gui.timeline.view import CHART_GAP, CHART_TOP, MARGIN, Marked, compose

WIDTH = 1256.0
TITLE = 40.0
CHART = 140.0


def write_picture(
    path: Path,
    story: Story | None,
    shown: TimeAxis,
    theme: Theme,
    marked: Marked,
    t: float,
    *,
    choice: LaneChoice,
) -> None:
    """Write the part of a run that an axis shows, at a time; all lanes chosen, however many.

    Raises
    ------
    InputError
        If there is no story, the suffix is neither ``.png`` nor ``.svg``, or the file cannot be written.
    """
    if story is None:
        raise InputError(tr("there is no timeline to export yet"), hint=tr("plan first"))
    axis = TimeAxis()
    left = names_width(story.rows, WIDTH)
    axis.place(left, WIDTH - left - MARGIN)
    axis.set_run(shown.end_s)
    axis.show(shown.start, shown.stop)
    lanes = choice.place(story.run, story.rows)
    height = CHART_TOP + CHART + CHART_GAP + lanes.height + 4
    view = compose(story, axis, theme, marked, height, choice=choice)
    title, entries = story.run.plan.scenario.name, legend_of(story.rows)

    def draw(painter: QPainter) -> None:
        draw_text(painter, QRectF(16, 8, WIDTH / 2, 24), title, theme.text, px=13, weight=BOLD)
        paint_legend(painter, WIDTH - MARGIN - legend_width(entries), 20, theme, entries)
        painter.translate(0, TITLE)
        paint(painter, view, t)
        painter.translate(0, height)
        paint_overview(painter, story, axis, theme, marked.user, t)

    with plain_text():
        save_drawing(path, QSizeF(WIDTH, TITLE + height + OVERVIEW_HEIGHT), theme.surface, title, draw)
