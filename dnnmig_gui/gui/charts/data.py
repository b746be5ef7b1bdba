"""The data of a chart, whatever draws it: a plot, a table, a CSV file. No Qt."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from dnnmig_gui.gui.language import mark, tr

FloatArray = npt.NDArray[np.float64]
Shape = Literal["steps", "line", "bars", "points"]


@dataclass(frozen=True)
class Quantity:
    """What an axis measures.

    Parameters
    ----------
    title, unit
        Its name, and its unit as in "s"; no unit for counts and shares.
    """

    title: str
    unit: str = ""

    @property
    def heading(self) -> str:
        """Name and unit: ``Query delay, s``."""
        return f"{tr(self.title)}, {self.unit}" if self.unit else tr(self.title)


@dataclass(frozen=True, eq=False)
class Line:
    """One series of a chart.

    Parameters
    ----------
    name
        What people read.
    x, y
        Shape (N,).
    token
        Colour token of the theme: ``accent``, or a tier's name for its fill.
    dash
        In pen widths; nothing for a solid line.
    details
        What else is told of each point where points are pointed at.
    """

    name: str
    x: FloatArray
    y: FloatArray
    token: str
    dash: tuple[float, ...] = ()
    details: tuple[str, ...] = ()

    def value(self, x: float) -> float | None:
        """Return the last value at or before a place; None before the first."""
        place = int(np.searchsorted(self.x, x, side="right")) - 1
        return float(self.y[place]) if place >= 0 else None


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart.

    Parameters
    ----------
    id, title, story
        Its name in files, what people read, and one sentence on what it shows.
    shape
        Steps hold their value until the next; bars stand at the whole numbers of `x`.
    x, y
        What the axes measure.
    lines
        The series; bars of several lie on one another where `stacked`, else side by side.
    categories
        Names of the bars.
    of_time
        Whether `x` is the time of the run, so that the playhead belongs on it.
    nothing
        What to say where there is nothing to draw.
    """

    id: str
    title: str
    story: str
    shape: Shape
    x: Quantity
    y: Quantity
    lines: tuple[Line, ...]
    categories: tuple[str, ...] = ()
    stacked: bool = False
    of_time: bool = False
    nothing: str = mark("There is nothing to show")

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(len(line.x) for line in self.lines)

    def header(self) -> tuple[str, str, str]:
        """Return the titles of the table's columns."""
        return tr("Series"), tr(self.x.title) if self.categories else self.x.heading, self.y.heading

    def rows(self) -> list[tuple[str, str | float, float]]:
        """Return the table: series, place, value."""
        return [
            (line.name, self.categories[int(x)] if self.categories else x, y)
            for line in self.lines
            for x, y in zip(line.x.tolist(), line.y.tolist(), strict=True)
        ]

    def csv_text(self) -> str:
        """Return the table as CSV; numbers with all their digits."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.header())
        writer.writerows(self.rows())
        return text.getvalue()
