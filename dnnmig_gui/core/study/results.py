"""What a study found: a row a cell, and the best row of each point of the grid."""

from __future__ import annotations

import json
from dataclasses import dataclass

from dnnmig_gui.core.study.grid import Axis, Value


@dataclass(frozen=True)
class Row:
    """A cell that is finished: where it lies, and what planning it gave.

    Parameters
    ----------
    values
        Of the axes, in their order.
    plan
        Tells plans apart: the same for the same place of every layer of every user. Empty without a plan.
    servers
        Per user the servers that its layers run on, in their order, with their numbers: ``Client 1 (5) > Edge 5 (19)``.
    reason
        Why there is no plan, or which limits it breaks; empty if all is well.
    """

    values: tuple[Value, ...]
    offloading: str
    seed: int
    feasible: bool
    objective: float | None
    bound: float | None
    gap: float | None
    system_delay_s: float | None
    energy_j: float | None
    money: float | None
    upload_s: float | None
    queries_during_upload: float | None
    plan: str
    servers: str
    reason: str


@dataclass(frozen=True)
class Study:
    """A finished grid: rows by values, then method, then seed."""

    axes: tuple[Axis, ...]
    rows: tuple[Row, ...]
    planned: int
    kept: int

    def best(self) -> dict[tuple[str, ...], Row]:
        """Return the best row of each point of the grid, by its values as text; feasible plans come first."""
        found: dict[tuple[str, ...], Row] = {}
        for row in self.rows:
            key = tuple(json.dumps(value) for value in row.values)
            if key not in found or _rank(row) < _rank(found[key]):
                found[key] = row
        return found


def _rank(row: Row) -> tuple[bool, float]:
    return not row.feasible, float("inf") if row.objective is None else row.objective
