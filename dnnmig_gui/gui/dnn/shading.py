"""Colours by figure instead of by place: what share of the time or of the bytes each layer has. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from dnnmig_gui.gui.dnn.layout import Box
from dnnmig_gui.gui.language import mark

ColorBy = Literal["place", "time", "bytes"]
COLOR_TITLES: dict[ColorBy, str] = {
    "place": mark("Place"),
    "time": mark("Share of time"),
    "bytes": mark("Share of bytes"),
}


@dataclass(frozen=True, eq=False)
class Shading:
    """Shares of the layers, shape (L,), that sum to 1 unless all are 0; `what` names the whole."""

    what: str
    shares: npt.NDArray[np.float64]

    @classmethod
    def of(cls, what: str, amounts: Sequence[float] | npt.NDArray[np.float64]) -> Shading:
        """Return the shading of amounts, one a layer."""
        shares = np.asarray(amounts, dtype=float)
        total = float(shares.sum())
        return cls(what, shares / total if total > 0 else shares)

    @cached_property
    def _sums(self) -> npt.NDArray[np.float64]:
        return np.concatenate(([0.0], np.cumsum(self.shares)))

    def share(self, box: Box) -> float:
        """Return the share of all layers of a box."""
        return float(self._sums[box.last + 1] - self._sums[box.layer])

    def greatest(self, boxes: Sequence[Box]) -> float:
        """Return the share of the box that has most: the darkest one."""
        return max((self.share(box) for box in boxes), default=0.0)


def percent_text(share: float) -> str:
    """Return a share in per cent, with a digit after the point below 10 % and two below 0.1 %.

    Examples
    --------
    >>> [percent_text(share) for share in (0.356, 0.0357, 0.00024, 0.0)]
    ['36\u202f%', '3.6\u202f%', '0.02\u202f%', '0\u202f%']
    """
    percent = share * 100
    if percent >= 9.95 or percent == 0:
        number = f"{percent:.0f}"
    elif percent >= 0.0995:
        number = f"{percent:.1f}"
    else:
        number = f"{percent:.2f}" if percent >= 0.005 else "<\u202f0.01"
    return f"{number}\u202f%"
