"""Servers and links of a report."""

from __future__ import annotations

from typing import Any

from dnnmig_gui.core.planning import MigrationPlan
from dnnmig_gui.core.reporting import numbers


def servers(plan: MigrationPlan) -> list[dict[str, Any]]:
    """Return a row for each server: what it is, and what the plan puts there."""
    rows = []
    for number, server in enumerate(plan.problem.topology.servers):
        layers, hosted = 0, 0.0
        for user, problem in zip(plan.users, plan.problem.users, strict=True):
            here = (user.places == number) & problem.computes
            layers += int(here.sum())
            hosted += float(problem.param_bytes[here].sum())
        rows.append(
            {
                "id": server.id,
                "tier": server.tier,
                "speed": numbers.ghz_text(server.compute_ghz),
                "per_cycle": numbers.plain_text(server.flops_per_cycle),
                "memory": ""
                if server.memory_mb is None
                else f"{numbers.plain_text(server.memory_mb)}{numbers.SPACE}MB",
                "layers": numbers.count_text(layers) if layers else "",
                "hosted": numbers.some_bytes_text(hosted),
            }
        )
    return rows


def links(plan: MigrationPlan) -> list[dict[str, str]]:
    """Return a row for each default and each pair of its own."""
    scenario = plan.scenario
    rows = [
        _link(pair.replace("-", " \u2013 "), "every pair", default) for pair, default in scenario.link_defaults.items()
    ]
    return rows + [_link(" \u2013 ".join(link.between), "this pair", link) for link in scenario.links]


def _link(name: str, holds_for: str, link: Any) -> dict[str, str]:
    def told(value: float | None, text: str) -> str:
        return "as its tiers" if value is None else text

    back = link.bandwidth_back_mb_per_s
    return {
        "name": name,
        "holds_for": holds_for,
        "rate": told(link.bandwidth_mb_per_s, numbers.rate_text(link.bandwidth_mb_per_s)),
        "back": "the same" if back is None else numbers.rate_text(back),
        "latency": told(link.latency_ms, f"{numbers.plain_text(link.latency_ms)}{numbers.SPACE}ms"),
        "price": told(link.price_per_gb, numbers.plain_text(link.price_per_gb)),
    }


def topology_alt(plan: MigrationPlan) -> str:
    """Return what the figure of the topology shows, in words."""
    count = {tier: len(servers) for tier, servers in plan.problem.tier_servers.items()}
    return f"Topology: {count['client']} clients, {count['edge']} edge servers, {count['cloud']} cloud servers"
