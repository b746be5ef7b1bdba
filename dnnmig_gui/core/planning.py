"""The installation phase in one readable function: scenario -> MigrationPlan (article, Figure 4)."""

from __future__ import annotations

from dataclasses import dataclass

from dnnmig_gui.core.costs import Figures, Problem
from dnnmig_gui.core.costs.problem import IntArray
from dnnmig_gui.core.offloading import OffloadingPlan
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.uploading import UploadingPlan


@dataclass(frozen=True, eq=False)
class UserPlan:
    """What a migration plan says of one user.

    Parameters
    ----------
    places
        Shape (L,): server number of each layer once everything is uploaded.
    figures, local
        One query under the plan, and with the whole model on the client.
    violations
        The limits that the plan breaks, each in a sentence; empty if it is feasible.
    uploading
        The ordered P3.
    """

    id: str
    places: IntArray
    figures: Figures
    local: Figures
    violations: tuple[str, ...]
    uploading: UploadingPlan


@dataclass(frozen=True, eq=False)
class MigrationPlan:
    """The result of the installation phase.

    Parameters
    ----------
    scenario
        What was planned.
    problem
        The arrays it was compiled to; `problem.users[k].model` is user k's model after preprocessing.
    seed
        Seed of the run.
    offloading_method, uploading_method
        Names of the methods used.
    offloading
        Where every layer runs, with objective, bound and history.
    users
        In the scenario's order.
    """

    scenario: Scenario
    problem: Problem
    seed: int
    offloading_method: str
    uploading_method: str
    offloading: OffloadingPlan
    users: tuple[UserPlan, ...]

    @property
    def system_delay_s(self) -> float:
        """Sum over users of share x query delay."""
        shares = (user.share for user in self.problem.users)
        return sum(share * user.figures.delay_s for share, user in zip(shares, self.users, strict=True))

    @property
    def feasible(self) -> bool:
        """Whether no user's limits are broken."""
        return not any(user.violations for user in self.users)
