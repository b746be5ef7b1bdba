"""What a well-formed scenario still lacks before it can be planned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.schema import Scenario
from dnnmig_gui.core.topology import Topology


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
    topology = topology_of(scenario)
    clients = dict.fromkeys(user.client for user in scenario.users)
    number_of = topology.number
    for number, server in enumerate(scenario.servers):
        if server.tier == "client":
            continue
        for client in clients:
            start = number_of[client]
            if not (np.isfinite(topology.latency_s[start, number]) and np.isfinite(topology.latency_s[number, start])):
                found.append(
                    Finding(
                        f"servers[{number}]",
                        f"{server.id} cannot be reached from {client} and back",
                        "add a link",
                        False,
                    )
                )
    return tuple(found)


def require_complete(scenario: Scenario) -> None:
    """Raise an `InputError` for the first finding that stops planning."""
    for finding in findings(scenario):
        if finding.stops_planning:
            raise InputError(finding.message, field=finding.field, hint=finding.hint)


def topology_of(scenario: Scenario) -> Topology:
    """Return the scenario's topology, compiled."""
    return Topology.build(scenario.servers, scenario.link_defaults, scenario.links, scenario.costs.routing)
