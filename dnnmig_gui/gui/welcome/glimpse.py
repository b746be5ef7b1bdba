"""What a scenario file is, at a glance: its name, its models, its servers and links, without planning it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from dnnmig_gui.core.dnn.zoo import zoo_names, zoo_title
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.registry import Kind, find_method
from dnnmig_gui.core.scenario import ModelEntry, Scenario, open_scenario
from dnnmig_gui.core.topology import Tier
from dnnmig_gui.core.topology.server import TIERS
from dnnmig_gui.core.topology.topology import Topology
from dnnmig_gui.gui.language import tr, tr_n

CARD_LETTERS = 44
"""A first sentence longer than this would not fit on a card."""
FIRST = (
    "paper-alexnet",
    "smart-home",
    "connected-car",
    "hospital-imaging",
    "crowded-stadium",
    "intermittent-link",
    "parallel-branches",
    "latecomers",
)
"""Examples that the gallery shows first; the others follow by name."""


@dataclass(frozen=True)
class Glimpse:
    """What a card or a row of recent files shows of a scenario.

    Parameters
    ----------
    path
        Its file.
    title, subtitle
        Its name, and the first sentence of its story, or how many servers it has where that is too long.
    models, methods
        Names that people read: "AlexNet"; "PSO, particle swarm".
    tiers
        The servers' tiers by id, in the scenario's order.
    links
        Pairs of ids.
    """

    path: Path
    title: str
    subtitle: str
    story: str
    models: str
    methods: str
    tiers: dict[str, Tier]
    links: tuple[tuple[str, str], ...]


def glimpse_of(path: Path) -> Glimpse:
    """Return a glimpse of a file. Raises `InputError` if it cannot be read."""
    scenario = open_scenario(path).scenario
    topology = Topology.build(scenario.servers, scenario.link_defaults, scenario.links)
    ids = [server.id for server in scenario.servers]
    used = {user.model for user in scenario.users}
    models = [_title(entry) for entry in scenario.models if entry.id in used] or [
        _title(entry) for entry in scenario.models
    ]
    return Glimpse(
        path=path,
        title=scenario.name,
        subtitle=_subtitle(scenario),
        story=scenario.description,
        models=", ".join(dict.fromkeys(models)) or tr("No model yet"),
        methods=" + ".join(
            (_short("offloading", scenario.offloading.method), _short("uploading", scenario.uploading.method))
        ),
        tiers={server.id: server.tier for server in scenario.servers},
        links=tuple((ids[one], ids[other]) for one, other in topology.links()),
    )


def in_order(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the examples in the order of the gallery."""
    place = {name: number for number, name in enumerate(FIRST)}
    return tuple(sorted(paths, key=lambda path: (place.get(path.stem, len(FIRST)), path.stem)))


def _title(entry: ModelEntry) -> str:
    if entry.zoo is not None and entry.zoo in zoo_names():
        return zoo_title(entry.zoo)
    return entry.id


def _short(kind: Kind, name: str) -> str:
    """Return a method's title up to its first comma: "PSO" of "PSO, particle swarm"."""
    try:
        return re.split("[,，、]", tr(find_method(kind, name).title))[0]
    except InputError:
        return name


def _subtitle(scenario: Scenario) -> str:
    sentence = scenario.description.partition(". ")[0].rstrip(".")
    return sentence if 0 < len(sentence) <= CARD_LETTERS else counts_text(scenario)


def _count_text(tier: Tier, count: int) -> str:
    if tier == "client":
        text = tr_n("{count} client", "{count} clients", count)
    elif tier == "edge":
        text = tr_n("{count} edge", "{count} edges", count)
    else:
        text = tr_n("{count} cloud", "{count} clouds", count)
    return text.format(count=count)


def counts_text(scenario: Scenario) -> str:
    """Return how many servers of each tier there are: "2 clients, 5 edges, 1 cloud"."""
    numbers = {tier: len(scenario.of_tier(tier)) for tier in TIERS}
    words = [_count_text(tier, number) for tier, number in numbers.items() if number]
    return ", ".join(words) or tr("Empty")
