"""How large a model is drawn: as wide as there is room for, with air where there is height to spare."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.gui.dnn.box_painter import MOST_NARROWED, legible_zoom
from dnnmig_gui.gui.dnn.folding import Folding
from dnnmig_gui.gui.dnn.layout import COMFORTABLE, COMPACT, Drawing, Sizes, draw_model

LEAST_NARROWING = 0.5
"""The tighter sizes never make a drawing narrower than this share of the others."""
CUT_GAP = 58.0
"""Room between boxes for the bytes of a cut point."""


@dataclass(frozen=True)
class Room:
    """What there is for a drawing, in pixels: `beside_bar` is the height left with a scroll bar."""

    width: int
    height: int
    beside_bar: int


class Fitting:
    """Drawings of models and their sizes; what was measured and drawn last is remembered."""

    def __init__(self, folding: Folding) -> None:
        self._folding = folding
        self._measured: tuple[object, tuple[float, float]] | None = None
        self._compact: float | None = None
        self._drawn: tuple[object, Drawing] | None = None

    def draw(self, model: DnnModel, sizes: Sizes) -> Drawing:
        """Return the drawing of the model; a new plan of the same model does not lay it out again."""
        key = (sizes, self._folding.folded, model)
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = (key, draw_model(model, sizes, self._folding.blocks, self._folding.folded))
        return self._drawn[1]

    def sizes(self, model: DnnModel, room: Room, *, cuts: bool) -> Sizes:
        """Return the tighter sizes where they are what makes the model fit, with as much air as there is room for.

        Parameters
        ----------
        cuts
            Whether the bytes of cut points stand between boxes.
        """
        blocks, folded = self._folding.blocks, self._folding.folded
        if self._measured is None or self._measured[0] != (model, folded):
            wide = draw_model(model, replace(COMFORTABLE, air=0.0), blocks, folded)
            self._measured, self._compact = ((model, folded), (wide.width, wide.height)), None
        comfortable, least_height = self._measured[1]
        if self._compact is None and comfortable * LEAST_NARROWING * MOST_NARROWED[0] <= room.width:
            narrow = draw_model(model, replace(COMPACT, air=0.0), blocks, folded)
            self._compact = narrow.width * legible_zoom(model, narrow.boxes)
        scrolls = self._compact is None or self._compact > room.width
        sizes = COMFORTABLE if comfortable <= room.width or scrolls else COMPACT
        if cuts:
            sizes, scrolls = replace(sizes, gap=CUT_GAP), True
        height = room.beside_bar if scrolls else room.height
        return replace(sizes, air=float(min(14, max(0, (height - least_height) // 2))))
