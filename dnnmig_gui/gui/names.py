"""What people call the things that a document knows by an id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.dnn.zoo import zoo_names, zoo_title
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.topology import Server, Tier
from dnnmig_gui.gui.language import mark, tr

TIER_TITLES: dict[Tier, str] = {"client": mark("Client"), "edge": mark("Edge server"), "cloud": mark("Cloud server")}
COLUMN_TITLES: dict[Tier, str] = {
    "client": mark("Clients"),
    "edge": mark("Edge servers"),
    "cloud": mark("Cloud servers"),
}


_WORDS = {"client": mark("Client"), "edge": mark("Edge"), "cloud": mark("Cloud"), "user": mark("User")}


def id_title(identifier: str) -> str:
    """Return what people read for an id: ``edge-2`` is Edge 2, an id of one's own stays as it is."""
    numbered = re.fullmatch(r"(client|edge|cloud|user)-(\d+)", identifier)
    return f"{tr(_WORDS[numbered[1]])} {numbered[2]}" if numbered else identifier


def server_title(server: Server) -> str:
    """Return what the window calls a server."""
    return id_title(server.id)


def model_title(model_id: str, models: Mapping[str, DnnModel]) -> str:
    """Return what the window calls a model of the scenario, by its id there."""
    model = models.get(model_id)
    if model is None:
        return model_id
    return zoo_title(model.name) if model.name in zoo_names() else model.name


def names_in(scenario: Scenario) -> frozenset[str]:
    """Return the ids and files that a scenario names: sentences that begin with one must not change it."""
    servers = (server.id for server in scenario.servers)
    users = (user.id for user in scenario.users)
    models = (model.id for model in scenario.models)
    files = (name for model in scenario.models for name in (model.file, model.profile) if name)
    return frozenset((*servers, *users, *models, *files))


def as_sentence(text: str, names: Iterable[str]) -> str:
    """Return a text with a capital at its beginning, unless a name stands there: c1 is not C1."""
    return text if text.startswith(tuple(names)) else text[:1].upper() + text[1:]
