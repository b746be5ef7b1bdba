"""What was read of another program's topology: its servers without fixed tiers, its links, and what was made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import get_args

from pydantic import ValidationError

from dnnmig_gui.core.errors import InputError, unknown_name
from dnnmig_gui.core.scenario.schema import FORMAT, VERSION, Scenario
from dnnmig_gui.core.topology import Link, LinkDefault, Server, Tier
from dnnmig_gui.core.topology.link import TierPair
from dnnmig_gui.core.validation import first_problem

ASSUMED_GHZ: Mapping[Tier, float] = {"client": 2.0, "edge": 10.0, "cloud": 80.0}
"""Speed of a server whose file tells none: of the order of the article's experiment."""

MOST_SERVERS = 2000
MOST_LINKS = 20_000


@dataclass(frozen=True)
class TierGroup:
    """Servers that are taken for one tier together.

    Parameters
    ----------
    name
        What the file calls them, or what they have in common: ``level 2``, ``degree 1``.
    tier
        The tier suggested.
    reason
        Why that one, in a few words.
    """

    name: str
    tier: Tier
    reason: str


@dataclass(frozen=True)
class ServerDraft:
    """A server as the file tells of it; what is None is not told."""

    id: str
    group: str
    compute_ghz: float | None = None
    memory_mb: float | None = None
    price_per_hour: float | None = None
    position: tuple[float, float] | None = None
    field: str = ""
    """Where it stands in the file."""


@dataclass(frozen=True)
class ImportedTopology:
    """A topology as it was understood.

    Parameters
    ----------
    source_format
        Name of the format: GraphML, iFogSim, EdgeCloudSim.
    name
        Of the scenario to make.
    servers, links, link_defaults
        What stands in the file.
    groups
        Suggested tiers, to be confirmed.
    understood, assumed, left_out
        Sentences for people: what was taken over, what was filled in, what was not taken over.
    """

    source: str
    source_format: str
    name: str
    servers: tuple[ServerDraft, ...]
    links: tuple[Link, ...]
    groups: tuple[TierGroup, ...]
    link_defaults: Mapping[TierPair, LinkDefault] = field(default_factory=dict)
    understood: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def tiers(self, chosen: Mapping[str, Tier] | None = None) -> dict[str, Tier]:
        """Return the tier of each server by id.

        Parameters
        ----------
        chosen
            Tiers by the name of a group, by the id of a server, or by a pattern of ids such as ``m-*``; a server's
            own beats a pattern's, a pattern's beats its group's.

        Raises
        ------
        InputError
            If a name fits no group and no server, or a tier is none.
        """
        chosen = dict(chosen or {})
        suggested = {group.name: group.tier for group in self.groups}
        ids = {server.id for server in self.servers}
        for name, tier in chosen.items():
            if tier not in get_args(Tier):
                message, hint = unknown_name("tier", tier, get_args(Tier))
                raise InputError(message, source=self.source, field="tiers", hint=hint)
            if name not in suggested and name not in ids and not any(fnmatchcase(each, name) for each in ids):
                message, hint = unknown_name("server or group", name, {*suggested, *ids})
                raise InputError(message, source=self.source, field="tiers", hint=hint)
        suggested |= {name: tier for name, tier in chosen.items() if name in suggested}
        patterns = [(name, tier) for name, tier in chosen.items() if name not in suggested and name not in ids]
        found = {}
        for server in self.servers:
            tier = suggested[server.group]
            for pattern, other in patterns:
                tier = other if fnmatchcase(server.id, pattern) else tier
            found[server.id] = chosen.get(server.id, tier) if server.id not in suggested else tier
        return found

    def scenario(self, chosen: Mapping[str, Tier] | None = None) -> Scenario:
        """Return the scenario: servers and links, with no models and no users yet.

        Raises
        ------
        InputError
            As `tiers` does, or if a value of the file is none that a scenario can have.
        """
        tiers = self.tiers(chosen)
        servers = tuple(self._server(draft, tiers[draft.id]) for draft in self.servers)
        values = {
            "format": FORMAT,
            "version": VERSION,
            "name": self.name,
            "description": f"Imported from {self.source} ({self.source_format}).",
            "servers": servers,
        }
        if self.link_defaults:
            values["link_defaults"] = dict(self.link_defaults)
        if self.links:
            values["links"] = self.links
        return Scenario.model_validate(values)

    def _server(self, draft: ServerDraft, tier: Tier) -> Server:
        told = {
            "compute_ghz": ASSUMED_GHZ[tier] if draft.compute_ghz is None else draft.compute_ghz,
            "memory_mb": draft.memory_mb,
            "price_per_hour": draft.price_per_hour,
            "position": draft.position,
        }
        values = {"id": draft.id, "tier": tier} | {key: value for key, value in told.items() if value is not None}
        try:
            return Server.model_validate(values)
        except ValidationError as error:
            name, message, hint = first_problem(error, Server)
            raise InputError(message, source=self.source, field=f"{draft.field}: {name}", hint=hint) from None


def check_size(servers: int, links: int) -> None:
    """Raise an `InputError` for a topology too large to plan on."""
    if not servers:
        raise InputError("holds no server", hint="is this the right file?")
    if servers > MOST_SERVERS:
        raise InputError(f"holds {servers} servers; {MOST_SERVERS} are the most that can be imported")
    if links > MOST_LINKS:
        raise InputError(f"holds {links} links; {MOST_LINKS} are the most that can be imported")
