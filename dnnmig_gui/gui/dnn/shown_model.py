"""Which model is shown: the followed user's, or a selected one that no user runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.topology import Server
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import model_title
from dnnmig_gui.gui.planned_run import PlannedRun


@dataclass(frozen=True)
class ShownModel:
    """What is shown.

    Parameters
    ----------
    title
        What the model is called.
    model
        None where there is none, or it has not been read.
    servers
        Where its layers may run.
    is_known
        Whether there is a model, read or not.
    """

    title: str
    model: DnnModel | None = None
    servers: tuple[Server, ...] = ()
    is_known: bool = False


def without_user(scenario: Scenario | None, chosen: str | None) -> str | None:
    """Return the chosen model where no user runs it; where there are no users, any model is better than none."""
    if scenario is None:
        return None
    run = {user.model for user in scenario.users}
    idle = [entry.id for entry in scenario.models if entry.id not in run]
    if chosen in idle:
        return chosen
    return idle[0] if idle and not run else None


def model_alone(name: str, models: Mapping[str, DnnModel]) -> ShownModel:
    """Return a model by itself."""
    return ShownModel(model_title(name, models), models.get(name), is_known=True)


def model_of_user(
    user: int, scenario: Scenario | None, run: PlannedRun | None, models: Mapping[str, DnnModel]
) -> ShownModel:
    """Return the model of a user, as it was planned where it was."""
    scenario = run.plan.scenario if run is not None else scenario
    if scenario is None or user >= len(scenario.users):
        return ShownModel(tr("Model"))
    name = scenario.users[user].model
    model = run.plan.problem.users[user].model if run is not None else models.get(name)
    return ShownModel(model_title(name, models), model, scenario.servers if model is not None else (), is_known=True)
