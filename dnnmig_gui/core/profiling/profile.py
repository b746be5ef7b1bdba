"""A profile: the execution time of each layer on each server, where it is known (the article's file_1 and file_2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dnnmig_gui.core.topology import Server

FloatArray = npt.NDArray[np.float64]

CLIENTS = "client"
"""Column that serves every client."""
SERVERS = "server"
"""Column that serves every edge and cloud server."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Times of a model's layers.

    Parameters
    ----------
    seconds
        By column name (a server's id, `CLIENTS` or `SERVERS`): shape (layers,), NaN where a time is not known.
    """

    seconds: Mapping[str, FloatArray] = field(default_factory=dict)

    def on(self, server: Server) -> FloatArray | None:
        """Return the times on a server, or None; a column named after the server wins."""
        shared = CLIENTS if server.tier == "client" else SERVERS
        return self.seconds.get(server.id, self.seconds.get(shared))

    def merged(self, groups: tuple[tuple[int, ...], ...]) -> Profile:
        """Return the profile of a model whose layer k stands for the old layers ``groups[k]``: times add up."""
        return Profile(
            {name: np.array([times[list(group)].sum() for group in groups]) for name, times in self.seconds.items()}
        )

    def __bool__(self) -> bool:
        return bool(self.seconds)
