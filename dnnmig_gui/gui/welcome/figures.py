"""What a plan promises of a scenario, in a few numbers: computed once a file, kept in the cache folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError
from PySide6.QtCore import QSaveFile, QStandardPaths

from dnnmig_gui import __version__
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.core.topology.topology import Topology

if TYPE_CHECKING:
    from dnnmig_gui.core.planning import MigrationPlan

MOST_WAYS = 6
"""A thumbnail with more routes on it says less."""


class Way(BaseModel):
    """The route of a user's upload to one server, as server ids; the target's tier gives it its colour."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    route: tuple[str, ...]


class Figures(BaseModel):
    """The plan of a scenario on a card.

    Parameters
    ----------
    before_s, after_s
        Delay of a query, mean over the users: all on the client, and once everything is uploaded.
    stairs
        The first user's staircase: (share of the upload time, delay as a share of that before), falling.
    ways
        Routes of the uploads, the first users' first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    before_s: float
    after_s: float
    stairs: tuple[tuple[float, float], ...]
    ways: tuple[Way, ...]


def figures_of(plan: MigrationPlan) -> Figures:
    """Return what a card shows of a plan."""
    users = plan.users
    first = users[0]
    total_s = first.uploading.upload_s or 1.0
    before_s = first.uploading.stages[0].query_delay_s or 1.0
    stairs = [(stage.start_s / total_s, stage.query_delay_s / before_s) for stage in first.uploading.stages]
    return Figures(
        before_s=sum(user.local.delay_s for user in users) / len(users),
        after_s=sum(user.uploading.stages[-1].query_delay_s for user in users) / len(users),
        stairs=tuple(stairs),
        ways=_ways(plan),
    )


def _ways(plan: MigrationPlan) -> tuple[Way, ...]:
    scenario = plan.scenario
    topology = Topology.build(scenario.servers, scenario.link_defaults, scenario.links, scenario.costs.routing)
    ids = plan.problem.server_ids
    found: list[Way] = []
    for problem, user in zip(plan.problem.users, plan.users, strict=True):
        for target in dict.fromkeys(part.server for part in user.uploading.partitions):
            route = topology.route(problem.client, target)
            found.append(Way(route=tuple(ids[place] for place in route)))
    return tuple(found[:MOST_WAYS])


class FiguresCache:
    """Figures by the content of the scenario's file and the version of the product."""

    def __init__(self, folder: Path | None = None) -> None:
        place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)
        self._folder = folder or Path(place) / "figures"

    def find(self, scenario: Path) -> Figures | None:
        """Return the figures of a file as it lies on disk now, or None if they are not known."""
        with contextlib.suppress(OSError, ValidationError, ValueError):
            return Figures.model_validate_json(self._file(scenario.read_bytes()).read_text(encoding="utf-8"))
        return None

    def keep(self, scenario: Path, figures: Figures) -> None:
        """Remember the figures of a file; a cache folder that cannot be written costs time later, nothing else."""
        with contextlib.suppress(OSError):
            target = self._file(scenario.read_bytes())
            target.parent.mkdir(parents=True, exist_ok=True)
            file = QSaveFile(str(target))
            if file.open(QSaveFile.OpenModeFlag.WriteOnly):
                file.write(json.dumps(figures.model_dump()).encode())
                file.commit()

    def _file(self, content: bytes) -> Path:
        digest = hashlib.sha256(__version__.encode() + b"\0" + content).hexdigest()
        return self._folder / f"{digest[:32]}.json"


def compute_figures(path: Path, run: Run) -> Figures:
    """Plan a scenario file with its own methods. Raises `PlannerError` where it cannot be planned."""
    from dnnmig_gui.core.planning import plan_scenario  # on a job's thread: the window shows sooner without it

    file = open_scenario(path)
    return figures_of(
        plan_scenario(file.scenario, path.resolve().parent, Run(file.scenario.seed, is_cancelled=run.is_cancelled))
    )
