"""The figures of a report in the form that its file wants."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import TYPE_CHECKING, Protocol

from dnnmig_gui.core.reporting.figures import figure_bytes, inline_svg
from dnnmig_gui.core.reporting.palette import LIGHT, STAND_INS

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Pictures(Protocol):
    """Turns figures into what a template can place."""

    colors: Mapping[str, str]
    """Token -> the colour to draw it in."""

    def picture(self, figure: Figure, told: str) -> object:
        """Return a figure that was drawn in `colors`; `told` is for a reader who cannot see it."""
        ...


class PagePictures:
    """Pictures that follow the light or dark theme of the page they stand on."""

    colors = STAND_INS

    def __init__(self) -> None:
        self._numbers = count(1)

    def picture(self, figure: Figure, told: str) -> str:
        """Return an SVG element."""
        return inline_svg(figure, f"figure-{next(self._numbers)}", told)


class PaperPictures:
    """Pictures on white paper."""

    colors = LIGHT

    def picture(self, figure: Figure, told: str) -> dict[str, str]:
        """Return an SVG document, and the words for it."""
        return {"svg": figure_bytes(figure, "svg").decode(), "told": told}
