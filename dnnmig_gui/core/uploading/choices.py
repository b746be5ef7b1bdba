"""Where layers may run, before and after their upload."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.problem import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Choices:
    """Where each layer may run, before and after its upload.

    Parameters
    ----------
    before, after
        For each layer the server numbers open to it while it is not uploaded, and once it is. They are the same
        for layers that need no upload.
    layers
        Positions of the K layers that are uploaded, ascending: the sets U are sets of these.
    execution_s
        Shape (L, S).
    """

    before: tuple[tuple[int, ...], ...]
    after: tuple[tuple[int, ...], ...]
    layers: tuple[int, ...]
    execution_s: FloatArray

    def domains(self) -> tuple[IntArray, ...]:
        """Return for each layer all servers it may ever run on; what an upload opens comes first."""
        return tuple(
            np.array(list(dict.fromkeys((*after, *before))), dtype=np.int64)
            for before, after in zip(self.before, self.after, strict=True)
        )

    def execution(self, uploaded: BoolArray) -> list[FloatArray]:
        """Return the execution costs of sets U over `domains`, infinite where a layer must not run.

        Parameters
        ----------
        uploaded
            Shape (B, K).
        """
        number = {layer: place for place, layer in enumerate(self.layers)}
        costs = []
        for layer, domain in enumerate(self.domains()):
            seconds = self.execution_s[layer, domain]
            before = np.where(np.isin(domain, self.before[layer]), seconds, np.inf)
            if layer in number:
                after = np.where(np.isin(domain, self.after[layer]), seconds, np.inf)
                costs.append(np.where(uploaded[:, number[layer], None], after, before))
            else:
                costs.append(before[None])
        return costs
