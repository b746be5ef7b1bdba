"""What a well-formed scenario still lacks before it can be planned."""

from __future__ import annotations

from dataclasses import dataclass

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.schema import BarLimit, EnergyLimit, Limit, PinLimit, Scenario, UseLimit, User
from dnnmig_gui.core.topology import TIERS, Topology
from dnnmig_gui.core.topology.link_matrices import LinkMatrices, mutual_groups

MOST_NAMES = 4
"""Servers named in one sentence."""
MOST_FAILURES = 0.9
"""Above this share of failed uploads the next try is hardly worth it: ten and more are needed."""


@dataclass(frozen=True)
class Finding:
    """Something missing or doubtful: where it is, what it is, what to do, and whether planning must refuse."""

    field: str
    message: str
    hint: str
    stops_planning: bool


def findings(scenario: Scenario) -> tuple[Finding, ...]:
    """Return all that is missing (planning refuses it) or doubtful (planning goes on)."""
    found = []
    if not scenario.of_tier("client"):
        found.append(Finding("servers", "there is no client", "add a server of tier client", True))
    if not scenario.models:
        found.append(Finding("models", "there is no model", "add a model of the zoo or a file", True))
    if not scenario.users:
        found.append(Finding("users", "there is no user", "give a client a model", True))
    if not (scenario.of_tier("edge") or scenario.of_tier("cloud")):
        found.append(Finding("servers", "there is no edge or cloud server", "everything will run on the client", False))
    found += _idle_clients(scenario)
    found += _out_of_reach(scenario)
    for number, user in enumerate(scenario.users):
        found += _of_user(scenario, user, f"users[{number}]")
    used = {user.model for user in scenario.users}
    found += [
        Finding(f"models[{number}]", f"no user runs {entry.id}", "give it to a client, or remove it", False)
        for number, entry in enumerate(scenario.models)
        if scenario.users and entry.id not in used
    ]
    found += _rarely_confirmed(scenario)
    found += _outages_of_nothing(scenario)
    return tuple(found)


def _idle_clients(scenario: Scenario) -> list[Finding]:
    """Return the clients that nobody uses, once there are users at all."""
    used = {user.client for user in scenario.users}
    idle = [n for n, server in enumerate(scenario.servers) if server.tier == "client" and server.id not in used]
    if not scenario.users or not idle:
        return []
    which = _listed([scenario.servers[number].id for number in idle])
    alone = len(idle) == 1
    message = f"{which} {'has' if alone else 'have'} no user"
    hint = "give it a model, or remove it" if alone else "give each a model, or remove them"
    return [Finding(f"servers[{idle[0]}]", message, hint, False)]


def _listed(names: list[str]) -> str:
    """Return names as in a sentence, the last of many as a number."""
    if len(names) > MOST_NAMES:
        names = [*names[: MOST_NAMES - 1], f"{len(names) - MOST_NAMES + 1} more"]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _out_of_reach(scenario: Scenario) -> list[Finding]:
    """Return the servers that clients with users cannot use: no route there, or none back."""
    joined = LinkMatrices.of(scenario.servers, scenario.link_defaults, scenario.links).joined
    number_of = {server.id: number for number, server in enumerate(scenario.servers)}
    clients = list(dict.fromkeys(user.client for user in scenario.users))
    starts = [number_of[client] for client in clients]
    if scenario.costs.routing == "direct":
        both = joined[starts] & joined[:, starts].T
    else:  # whether there is a route; which one it is takes far longer to find
        group = mutual_groups(joined)
        both = group[starts][:, None] == group
    alike: dict[tuple[str, str], list[int]] = {}
    for number, server in enumerate(scenario.servers):
        lost = [client for client, reached in zip(clients, both[:, number], strict=True) if not reached]
        if server.tier == "client" or not lost:
            continue
        whom = lost[0] if len(lost) == 1 else "any client" if len(lost) == len(clients) else f"{len(lost)} clients"
        alike.setdefault((server.tier, whom), []).append(number)
    found = []
    for (_, whom), numbers in alike.items():
        which = _listed([scenario.servers[number].id for number in numbers])
        found.append(
            Finding(f"servers[{numbers[0]}]", f"{which} cannot be reached from {whom} and back", "add a link", False)
        )
    return found


def _of_user(scenario: Scenario, user: User, field: str) -> list[Finding]:
    """Return what is doubtful in a user's weights, limits and stay."""
    found = []
    weights = user.weights
    if user.deadline_s is not None and weights.delay == 0:
        found.append(
            Finding(
                f"{field}.weights",
                f"{user.id} has a deadline, but its weights leave delay out",
                "give delay a weight, so that plans aim at it",
                False,
            )
        )
    if weights.energy == 0 and any(isinstance(limit, EnergyLimit) for limit in user.limits):
        found.append(
            Finding(
                f"{field}.weights",
                f"{user.id} has an energy budget, but its weights leave energy out",
                "give energy a weight, so that plans aim at it",
                False,
            )
        )
    if weights.money > 0 and not _has_prices(scenario):
        found.append(
            Finding(
                f"{field}.weights",
                f"{user.id} weighs money, but nothing has a price",
                "give servers or links a price, or weigh delay and energy alone",
                False,
            )
        )
    power = scenario.server(user.client).power_w
    if weights.energy > 0 and not (power.active or power.idle or power.transmit or power.receive):
        found.append(
            Finding(
                f"{field}.weights",
                f"{user.id} weighs energy, but {user.client} draws none",
                "give the client its power, or weigh delay and money alone",
                False,
            )
        )
    tiers = {server.tier for server in scenario.servers}
    for number, limit in enumerate(user.limits):
        missing = [name for name in _named(limit) if name in TIERS and name not in tiers]
        if missing:
            found.append(
                Finding(
                    f"{field}.limits[{number}]",
                    f"a limit of {user.id} names the tier {missing[0]}, where there is no server",
                    "add one, or change the limit",
                    False,
                )
            )
    horizon = scenario.running.horizon_s
    if horizon is not None and user.arrival_s >= horizon:
        found.append(
            Finding(
                f"{field}.arrival_s",
                f"{user.id} comes after the run is over ({horizon:g} s)",
                "let it come earlier, or the run last longer",
                False,
            )
        )
    return found


def _named(limit: Limit) -> tuple[str, ...]:
    """Return the servers and tiers that a limit names."""
    if isinstance(limit, PinLimit):
        return limit.to
    if isinstance(limit, BarLimit):
        return limit.from_
    return (limit.tier,) if isinstance(limit, UseLimit) else ()


def _has_prices(scenario: Scenario) -> bool:
    return (
        any(server.price_per_hour for server in scenario.servers)
        or any(link.price_per_gb for link in scenario.links)
        or any(default.price_per_gb for default in scenario.link_defaults.values())
    )


def _rarely_confirmed(scenario: Scenario) -> list[Finding]:
    """Return links that fail so often that an upload takes ten tries or more."""
    rates = [
        (f"links[{number}]", " and ".join(link.between), link.failure_rate)
        for number, link in enumerate(scenario.links)
    ]
    rates += [(f"link_defaults.{pair}", pair, default.failure_rate) for pair, default in scenario.link_defaults.items()]
    return [
        Finding(field, f"the link {name} fails {rate:.0%} of uploads", "lower its failure rate", False)
        for field, name, rate in rates
        if rate is not None and rate >= MOST_FAILURES
    ]


def _outages_of_nothing(scenario: Scenario) -> list[Finding]:
    """Return the outages of links that are not there."""
    if not scenario.running.outages:
        return []
    joined = LinkMatrices.of(scenario.servers, scenario.link_defaults, scenario.links).joined
    number_of = {server.id: number for number, server in enumerate(scenario.servers)}
    found = []
    for number, outage in enumerate(scenario.running.outages):
        if outage.between is None:
            continue
        one, other = (number_of[name] for name in outage.between)
        if not (joined[one, other] or joined[other, one]):
            found.append(
                Finding(
                    f"running.outages[{number}]",
                    f"an outage cuts {outage.between[0]} from {outage.between[1]}, which no link joins",
                    "add the link, or remove the outage",
                    False,
                )
            )
    return found


def require_complete(scenario: Scenario) -> None:
    """Raise an `InputError` for the first finding that stops planning."""
    for finding in findings(scenario):
        if finding.stops_planning:
            raise InputError(finding.message, field=finding.field, hint=finding.hint)


def topology_of(scenario: Scenario) -> Topology:
    """Return the scenario's topology, compiled."""
    return Topology.build(scenario.servers, scenario.link_defaults, scenario.links, scenario.costs.routing)
