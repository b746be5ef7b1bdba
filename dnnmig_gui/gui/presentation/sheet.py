"""The page of the presentation: drawn on units, so that it fills every screen with type of the same share."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF

WIDTH, HEIGHT = 1600.0, 1000.0
"""The page is drawn on at least so many units; a unit is a pixel of a screen of that size."""
LEAST_TEXT_PX = 24
EDGE = 56.0
CAPTION = 112.0


@dataclass(frozen=True)
class Sheet:
    """A page of a size.

    Parameters
    ----------
    width, height
        Units.
    scale
        Pixels a unit.
    px
        Size of the smallest text, in units.
    """

    width: float
    height: float
    scale: float
    px: int

    @classmethod
    def of(cls, size: QSizeF) -> Sheet:
        """Return the page that fills a screen."""
        scale = max(1e-3, min(size.width() / WIDTH, size.height() / HEIGHT))
        px = max(26, math.ceil(LEAST_TEXT_PX / scale))
        return cls(size.width() / scale, size.height() / scale, scale, px)

    @property
    def area(self) -> QRectF:
        """All of it."""
        return QRectF(0, 0, self.width, self.height)
