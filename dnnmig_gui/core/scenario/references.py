"""Names that must mean something: ids used once, references that lead somewhere, methods that exist."""

from __future__ import annotations

from collections.abc import Sequence, Set

from dnnmig_gui.core.errors import InputError, unknown_name
from dnnmig_gui.core.registry import Kind, find_method
from dnnmig_gui.core.scenario.schema import BarLimit, MethodChoice, PinLimit, Scenario, UseLimit
from dnnmig_gui.core.topology.server import TIERS


def check_references(scenario: Scenario) -> None:
    """Raise an `InputError` for the first name that is used twice or leads nowhere."""
    servers = _unique(scenario.servers, "servers", "server")
    models = _unique(scenario.models, "models", "model")
    _unique(scenario.users, "users", "user")
    clients = {server.id for server in scenario.servers if server.tier == "client"}
    places = {*servers, *TIERS}
    joined: dict[frozenset[str], int] = {}
    for place, link in enumerate(scenario.links):
        field = f"links[{place}].between"
        for end in link.between:
            _known("server", end, servers, field)
        if link.between[0] == link.between[1]:
            raise InputError(f"joins {link.between[0]!r} with itself", field=field, hint="name two different servers")
        pair = frozenset(link.between)
        if pair in joined:
            raise InputError(
                f"joins the same servers as links[{joined[pair]}]",
                field=field,
                hint="give the other direction as bandwidth_back_mb_per_s of one link",
            )
        joined[pair] = place
    for place, user in enumerate(scenario.users):
        field = f"users[{place}]"
        _known("server", user.client, servers, f"{field}.client")
        if user.client not in clients:
            raise InputError(
                f"{user.client!r} is not a client", field=f"{field}.client", hint="choose a server of tier client"
            )
        _known("model", user.model, models, f"{field}.model")
        for number, limit in enumerate(user.limits):
            if isinstance(limit, PinLimit | BarLimit):
                key, named = ("to", limit.to) if isinstance(limit, PinLimit) else ("from", limit.from_)
                for name in named:
                    _known("server or tier", name, places, f"{field}.limits[{number}].{key}")
            if isinstance(limit, UseLimit) and all(server.tier != limit.tier for server in scenario.servers):
                raise InputError(
                    f"there is no server of tier {limit.tier}",
                    field=f"{field}.limits[{number}].tier",
                    hint="add one, or drop the limit",
                )
    for place, outage in enumerate(scenario.running.outages):
        field = f"running.outages[{place}]"
        for end in outage.between or ():
            _known("server", end, servers, f"{field}.between")
        if outage.server is not None:
            _known("server", outage.server, servers, f"{field}.server")
            if outage.server in clients:
                raise InputError(
                    f"{outage.server!r} is a client",
                    field=f"{field}.server",
                    hint="name an edge or cloud server, or let the client's link fail with 'between'",
                )
    for place, choice in enumerate(scenario.preprocessing):
        check_choice("preprocessing", choice, f"preprocessing[{place}]")
    check_choice("offloading", scenario.offloading, "offloading")
    check_choice("uploading", scenario.uploading, "uploading")


def check_choice(kind: Kind, choice: MethodChoice, field: str) -> None:
    """Raise an `InputError` unless the method exists and takes these parameters."""
    try:
        method = find_method(kind, choice.method)
    except InputError as error:
        raise InputError(error.message, field=f"{field}.method", hint=error.hint) from None
    try:
        method.read_parameters(choice.parameters)
    except InputError as error:
        raise InputError(error.message, field=f"{field}.{error.field}", hint=error.hint) from None


def _unique(parts: Sequence[object], field: str, what: str) -> set[str]:
    seen: dict[str, int] = {}
    for place, part in enumerate(parts):
        name: str = part.id  # type: ignore[attr-defined]
        if name in seen:
            raise InputError(
                f"the {what} id {name!r} is used twice (also by {field}[{seen[name]}])",
                field=f"{field}[{place}].id",
                hint="give each its own id",
            )
        seen[name] = place
    return set(seen)


def _known(what: str, name: str, known: Set[str], field: str) -> None:
    if name not in known:
        message, hint = unknown_name(what, name, known)
        raise InputError(message, field=field, hint=hint)
