"""Program 3 of the article's installation phase: models and the times known of their layers, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.profiling.profile import Profile
from dnnmig_gui.core.scenario import ModelEntry, Scenario


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """A model of the scenario with what is known of its times."""

    model: DnnModel
    profile: Profile


def load_models(scenario: Scenario, folder: Path) -> dict[str, LoadedModel]:
    """Read every model of a scenario, by its id.

    Parameters
    ----------
    folder
        Where the scenario's relative paths begin.

    Raises
    ------
    InputError
        If a model or a profile cannot be had; the field of the scenario is named.
    """
    return {entry.id: load_model(entry, folder, f"models[{number}]") for number, entry in enumerate(scenario.models)}


def load_model(entry: ModelEntry, folder: Path, field: str) -> LoadedModel:
    """Read one model; `field` is its place in the scenario, for messages."""
    key = "zoo" if entry.file is None else "file"
    times: Mapping[str, object] = {}
    try:
        if entry.file is None:
            from dnnmig_gui.core.dnn.zoo import zoo_model

            model = zoo_model(entry.zoo or "")
        else:
            from dnnmig_gui.core.dnn.read import read_model

            model, times = read_model(folder / entry.file, entry.dimensions)
        profile = Profile(times)  # type: ignore[arg-type]
        if entry.profile is not None:
            from dnnmig_gui.core.profiling.profile_table import read_profile

            key = "profile"
            measured = read_profile(folder / entry.profile, model)
            profile = Profile({**profile.seconds, **measured.seconds})
    except InputError as error:
        inner = ": ".join(part for part in (error.source, error.field, error.message) if part)
        raise InputError(inner, field=f"{field}.{key}", hint=error.hint) from None
    return LoadedModel(model, profile)
