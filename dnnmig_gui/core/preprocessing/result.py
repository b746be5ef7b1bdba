"""What a preprocessing method returns."""

from __future__ import annotations

from dataclasses import dataclass

from dnnmig_gui.core.dnn import DnnModel


@dataclass(frozen=True)
class Preprocessed:
    """A smaller model, and which layers of the old one each of its layers stands for.

    Parameters
    ----------
    groups
        For each new layer the positions of the old layers it stands for, ascending. Together they hold every old
        layer once, so that measured times can be added up.
    """

    model: DnnModel
    groups: tuple[tuple[int, ...], ...]
