"""Edits of a scenario: each takes a scenario and returns another, or raises an `InputError` that says why not.

What an edit returns means something: ids are used once, and every name leads somewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import combinations
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.ids import FreshIds
from dnnmig_gui.core.scenario.joined import Joined, Pair
from dnnmig_gui.core.scenario.references import check_references
from dnnmig_gui.core.scenario.schema import BarLimit, Limit, ModelEntry, PinLimit, Scenario, User
from dnnmig_gui.core.topology.link import Link, LinkDefault, TierPair
from dnnmig_gui.core.topology.server import TIERS, Server, Tier
from dnnmig_gui.core.validation import first_problem

Part = TypeVar("Part", bound=BaseModel)
Point = tuple[float, float]

FIRST_GHZ: dict[Tier, float] = {"client": 1.1, "edge": 4.2, "cloud": 40.0}
"""Speeds of new servers: the slowest of each tier in the article's experiment."""
FIRST_MB_PER_S: dict[TierPair, float] = {
    "client-client": 10.0,
    "client-edge": 10.0,
    "client-cloud": 0.5,
    "edge-edge": 10.0,
    "edge-cloud": 0.5,
    "cloud-cloud": 5.0,
}
"""Bandwidths of new links where the scenario has no default: those of the article's experiment."""


def changed(part: Part, values: Mapping[str, Any], field: str = "") -> Part:
    """Return a part of the document with other values, checked.

    Parameters
    ----------
    values
        By field; ``power_w.active`` names a field of a field. What is the default is not written down.
    field
        Where the part stands in the document, for errors.

    Raises
    ------
    InputError
        If the part refuses a value.
    """
    kind = type(part)
    said = part.model_dump(by_alias=True, exclude_unset=True)
    for name, value in values.items():
        outer, _, inner = name.partition(".")
        info = kind.model_fields[outer]
        if not inner:
            _say(said, info.alias or outer, value, info)
            continue
        group = said.setdefault(outer, {})
        _say(group, inner, value, getattr(part, outer).__class__.model_fields[inner])
        if not group:
            del said[outer]
    return checked(kind, said, field)


def checked(kind: type[Part], said: Mapping[str, Any], field: str = "") -> Part:
    """Return a part of the document made of plain values, or raise an `InputError`."""
    try:
        return kind.model_validate(said)
    except ValidationError as error:
        place, message, hint = first_problem(error, kind)
        raise InputError(message, field=".".join(name for name in (field, place) if name), hint=hint) from None


def _say(said: dict[str, Any], key: str, value: Any, info: FieldInfo) -> None:
    if not info.is_required() and value == info.get_default(call_default_factory=True):
        said.pop(key, None)
    else:
        said[key] = value.model_dump(by_alias=True, exclude_unset=True) if isinstance(value, BaseModel) else value


def with_parts(scenario: Scenario, **parts: Any) -> Scenario:
    """Return a scenario with other parts, its names checked."""
    made = scenario.model_copy(update=parts)
    check_references(made)
    return made


MOST_JOINED = 40
"""Servers that are joined all with all at once: 780 links."""


# Servers


def add_server(scenario: Scenario, tier: Tier, position: Point | None = None, **values: Any) -> tuple[Scenario, str]:
    """Add a server; return the scenario and the new id.

    Parameters
    ----------
    position
        Centre of its node on the canvas; arranged by tier unless given.
    values
        Other fields of a server.
    """
    ids = [server.id for server in scenario.servers]
    name = FreshIds(ids).numbered(tier, (server.id for server in scenario.of_tier(tier)))
    said = {"id": name, "tier": tier, "compute_ghz": FIRST_GHZ[tier], **values}
    if position is not None:
        said["position"] = position
    server = checked(Server, said, f"servers[{len(ids)}]")
    return with_parts(scenario, servers=(*scenario.servers, server)), name


def set_servers(scenario: Scenario, ids: Collection[str], values: Mapping[str, Any]) -> Scenario:
    """Give several servers the same values of some fields."""
    _known(ids, (server.id for server in scenario.servers), "server")
    if values.get("tier", "client") != "client":
        asking = next((user for user in scenario.users if user.client in ids), None)
        if asking is not None:
            raise InputError(f"must stay a client: {asking.id} asks from {asking.client}", field="tier")
    servers = tuple(
        changed(server, values, f"servers[{place}]") if server.id in ids else server
        for place, server in enumerate(scenario.servers)
    )
    return with_parts(scenario, servers=servers)


def move_servers(scenario: Scenario, positions: Mapping[str, Point | None]) -> Scenario:
    """Put servers elsewhere on the canvas; None lets them be arranged by tier again."""
    _known(positions, (server.id for server in scenario.servers), "server")
    servers = tuple(
        changed(server, {"position": positions[server.id]}, f"servers[{place}]") if server.id in positions else server
        for place, server in enumerate(scenario.servers)
    )
    return scenario.model_copy(update={"servers": servers})


def rename_server(scenario: Scenario, old: str, new: str) -> Scenario:
    """Give a server another id, wherever it is named."""
    if new in TIERS:
        raise InputError(f"{new!r} is the name of a tier", field="id", hint="choose another name")
    servers = _renamed(scenario.servers, old, new, "server")

    def named(name: str) -> str:
        return new if name == old else name

    links = tuple(
        changed(link, {"between": (named(link.between[0]), named(link.between[1]))}) if old in link.between else link
        for link in scenario.links
    )
    users = tuple(
        user.model_copy(
            update={"client": named(user.client)}
            | ({"limits": tuple(_limit_with(limit, named) for limit in user.limits)} if user.limits else {})
        )
        for user in scenario.users
    )
    parts: dict[str, Any] = {"servers": servers, "links": links, "users": users}
    outages = scenario.running.outages
    if outages:
        moved = tuple(
            changed(outage, {"server": named(outage.server)})
            if outage.server is not None
            else changed(outage, {"between": tuple(named(end) for end in outage.between or ())})
            for outage in outages
        )
        parts["running"] = scenario.running.model_copy(update={"outages": moved})
    return with_parts(scenario, **{key: value for key, value in parts.items() if value != getattr(scenario, key)})


def _limit_with(limit: Limit, named: Callable[[str], str]) -> Limit:
    if isinstance(limit, PinLimit):
        return limit.model_copy(update={"to": tuple(map(named, limit.to))})
    if isinstance(limit, BarLimit):
        return limit.model_copy(update={"from_": tuple(map(named, limit.from_))})
    return limit  # speaks of no server


# Links


def add_link(scenario: Scenario, one: str, other: str) -> Scenario:
    """Join two servers that are not joined, as their default says, or as in the article where there is none."""
    _known((one, other), (server.id for server in scenario.servers), "server")
    if one == other:
        raise InputError(f"{one} cannot be joined with itself", hint="drag to another server")
    joined = Joined(scenario)
    if joined.has(one, other):
        raise InputError(f"{one} and {other} are joined already", hint="change that link")
    without = tuple(link for link in scenario.links if set(link.between) != {one, other})
    plain = scenario.model_copy(update={"links": without})
    if Joined(plain).has(one, other):  # the default joins them: all that kept it from doing so is gone
        return with_parts(scenario, links=without)
    pair = Joined(plain).ordered(one, other)
    link = Link(between=pair, bandwidth_mb_per_s=FIRST_MB_PER_S[joined.tiers(one, other)])
    return with_parts(scenario, links=(*without, link))


def join_all(scenario: Scenario, ids: Collection[str]) -> Scenario:
    """Join each of these servers with each other one that it is not joined with."""
    if len(ids) > MOST_JOINED:
        raise InputError(f"{len(ids)} servers are too many to join one by one", hint="give their tiers a link default")
    joined = Joined(scenario)
    for one, other in combinations([server.id for server in scenario.servers if server.id in ids], 2):
        if not joined.has(one, other):
            scenario = add_link(scenario, one, other)
    return scenario


def set_links(scenario: Scenario, pairs: Iterable[Pair], values: Mapping[str, float | None]) -> Scenario:
    """Give the links of several pairs the same values; None goes back to the default of their tiers.

    Values are those of `Link`; directions are those of `Joined.ordered`.
    """
    links = list(scenario.links)
    places = {frozenset(link.between): place for place, link in enumerate(links)}
    joined = Joined(scenario)
    dropped = set()
    for one, other in pairs:
        _known((one, other), (server.id for server in scenario.servers), "server")
        key = frozenset((one, other))
        place = places.setdefault(key, len(links))
        if place == len(links):
            links.append(Link(between=joined.ordered(one, other)))
        links[place] = changed(links[place], values, f"links[{place}]")
        if links[place].model_fields_set == {"between"}:
            dropped.add(place)
    kept = tuple(link for place, link in enumerate(links) if place not in dropped)
    return with_parts(scenario, links=kept)


def reset_links(scenario: Scenario, pairs: Iterable[Pair]) -> Scenario:
    """Let pairs be joined as the default of their tiers says, and not at all where there is none."""
    keys = {frozenset(pair) for pair in pairs}
    kept = tuple(link for link in scenario.links if frozenset(link.between) not in keys)
    return with_parts(scenario, links=kept)


def set_link_default(scenario: Scenario, pair: TierPair, values: Mapping[str, float | None]) -> Scenario:
    """Change what joins every pair of two tiers; a bandwidth of None lets the default go."""
    defaults = dict(scenario.link_defaults)
    if values.get("bandwidth_mb_per_s", 0.0) is None:
        defaults.pop(pair, None)
    else:
        old = defaults.get(pair, LinkDefault(bandwidth_mb_per_s=FIRST_MB_PER_S[pair]))
        defaults[pair] = changed(old, values, f"link_defaults.{pair}")
    return with_parts(scenario, link_defaults=defaults)


# Models and users


def add_model(
    scenario: Scenario,
    *,
    zoo: str | None = None,
    file: str | None = None,
    name: str = "",
    dimensions: Mapping[str, int] | None = None,
) -> tuple[Scenario, str]:
    """Add a model of the zoo or a file; return the scenario and its id. One that is there already is kept.

    Parameters
    ----------
    name
        The id wished for; after the zoo's name or the file's unless given.
    dimensions
        Sizes that the file leaves open, by name.
    """
    for entry in scenario.models:
        if (entry.zoo, entry.file, entry.dimensions) == (zoo, file, dict(dimensions or {})):
            return scenario, entry.id
    wished = name or zoo or (file or "").replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or "model"
    new = FreshIds(entry.id for entry in scenario.models).like(wished)
    told = {"id": new, "zoo": zoo, "file": file, "dimensions": dict(dimensions) if dimensions else None}
    said = {key: value for key, value in told.items() if value is not None}
    entry = checked(ModelEntry, said, f"models[{len(scenario.models)}]")
    return with_parts(scenario, models=(*scenario.models, entry)), new


def set_model(scenario: Scenario, model: str, values: Mapping[str, Any]) -> Scenario:
    """Change a model's source, profile or dimensions."""
    _known((model,), (entry.id for entry in scenario.models), "model")
    models = tuple(
        changed(entry, values, f"models[{place}]") if entry.id == model else entry
        for place, entry in enumerate(scenario.models)
    )
    return with_parts(scenario, models=models)


def rename_model(scenario: Scenario, old: str, new: str) -> Scenario:
    """Give a model another id, wherever it is named."""
    models = _renamed(scenario.models, old, new, "model")
    users = tuple(user.model_copy(update={"model": new}) if user.model == old else user for user in scenario.users)
    return with_parts(scenario, models=models, users=users) if users else with_parts(scenario, models=models)


def add_user(scenario: Scenario, client: str, model: str) -> tuple[Scenario, str]:
    """Add a user who asks a model from a client; return the scenario and the user's id."""
    name = FreshIds(user.id for user in scenario.users).numbered("user", (user.id for user in scenario.users))
    user = User(id=name, client=client, model=model)
    return with_parts(scenario, users=(*scenario.users, user)), name


def give_model(scenario: Scenario, client: str, model: str) -> Scenario:
    """Let the user of a client ask this model; without a user the client gets one, with several all ask it."""
    asking = [user.id for user in scenario.users if user.client == client]
    return set_users(scenario, asking, {"model": model}) if asking else add_user(scenario, client, model)[0]


def set_users(scenario: Scenario, ids: Collection[str], values: Mapping[str, Any]) -> Scenario:
    """Give several users the same values of some fields."""
    _known(ids, (user.id for user in scenario.users), "user")
    users = tuple(
        changed(user, values, f"users[{place}]") if user.id in ids else user
        for place, user in enumerate(scenario.users)
    )
    return with_parts(scenario, users=users)


def rename_user(scenario: Scenario, old: str, new: str) -> Scenario:
    """Give a user another id."""
    return with_parts(scenario, users=_renamed(scenario.users, old, new, "user"))


# Removing


def remove(
    scenario: Scenario,
    *,
    servers: Collection[str] = (),
    links: Iterable[Pair] = (),
    models: Collection[str] = (),
    users: Collection[str] = (),
) -> Scenario:
    """Remove parts, and with them what cannot be without them.

    A server takes its links, its users, its outages and its place in limits with it; a model takes its users; a pair
    that the default of its tiers joins is told apart by a link of bandwidth 0.
    """
    gone = frozenset(servers)
    parts: dict[str, Any] = {}
    if gone:
        parts["servers"] = tuple(server for server in scenario.servers if server.id not in gone)
    kept_users = tuple(
        _without_servers(user, gone)
        for user in scenario.users
        if user.id not in users and user.client not in gone and user.model not in models
    )
    if kept_users != scenario.users:
        parts["users"] = kept_users
    if models:
        parts["models"] = tuple(entry for entry in scenario.models if entry.id not in models)
    cut = {frozenset(pair): pair for pair in links}
    kept = [link for link in scenario.links if not gone & set(link.between) and frozenset(link.between) not in cut]
    bare = Joined(scenario.model_copy(update={"links": ()}))
    known = {server.id for server in scenario.servers} - gone
    for one, other in cut.values():
        if one in known and other in known and bare.has(one, other):
            kept.append(Link(between=bare.ordered(one, other), bandwidth_mb_per_s=0))
    if tuple(kept) != scenario.links:
        parts["links"] = tuple(kept)
    outages = tuple(
        outage
        for outage in scenario.running.outages
        if outage.server not in gone
        and not gone & set(outage.between or ())
        and frozenset(outage.between or ()) not in cut
    )
    if outages != scenario.running.outages:
        parts["running"] = changed(scenario.running, {"outages": outages})
    return with_parts(scenario, **parts)


def _without_servers(user: User, gone: frozenset[str]) -> User:
    limits: list[Limit] = []
    for limit in user.limits:
        if not isinstance(limit, PinLimit | BarLimit):
            limits.append(limit)
            continue
        named = limit.to if isinstance(limit, PinLimit) else limit.from_
        left = tuple(name for name in named if name not in gone)
        if left:
            limits.append(limit.model_copy(update={"to" if isinstance(limit, PinLimit) else "from_": left}))
    return user if tuple(limits) == user.limits else changed(user, {"limits": tuple(limits)})


# Names


def _known(ids: Iterable[str], known: Iterable[str], what: str) -> None:
    there = set(known)
    for name in ids:
        if name not in there:
            raise InputError(f"no {what} {name!r}")


def _renamed(parts: tuple[Part, ...], old: str, new: str, what: str) -> tuple[Part, ...]:
    names = [part.id for part in parts]  # type: ignore[attr-defined]
    _known((old,), names, what)
    if new != old and new in names:
        raise InputError(f"there is a {what} {new!r} already", field="id", hint="choose another name")
    return tuple(changed(part, {"id": new}) if name == old else part for part, name in zip(parts, names, strict=True))
