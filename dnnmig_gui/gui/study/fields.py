"""Fields that a study can vary, as people choose them. No Qt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.file import parse_scenario
from dnnmig_gui.core.study.grid import Axis, parse_axis, varied
from dnnmig_gui.core.topology.server import TIERS
from dnnmig_gui.gui.language import mark, tr

_TIER_WORDS = {"client": mark("all clients"), "edge": mark("all edge servers"), "cloud": mark("all cloud servers")}
FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Values suggested: those times what the scenario has."""


@dataclass(frozen=True)
class StudyField:
    """A field of the scenario.

    Parameters
    ----------
    path
        As `dnnmig study --vary` takes it.
    title
        What people read.
    now
        Its value in the scenario.
    """

    path: str
    title: str
    now: float

    @property
    def suggested(self) -> str:
        """Values worth a try, as they are written in a line."""
        return ", ".join(f"{self.now * factor:.4g}" for factor in FACTORS)


def fields_to_vary(scenario: Scenario) -> tuple[StudyField, ...]:
    """Return the numbers of a scenario that plans hang on most: bandwidths, speeds, deadlines."""
    found = [
        StudyField(
            f"link_defaults.{pair}.bandwidth_mb_per_s",
            tr("Bandwidth {one} to {other}, MB/s").format(one=pair.split("-")[0], other=pair.split("-")[1]),
            default.bandwidth_mb_per_s,
        )
        for pair, default in scenario.link_defaults.items()
        if default.bandwidth_mb_per_s > 0
    ]
    for tier in TIERS:
        servers = scenario.of_tier(tier)
        if servers:
            title = tr("Speed of {servers}, GHz").format(servers=tr(_TIER_WORDS[tier]))
            found.append(StudyField(f"servers[{tier}].compute_ghz", title, servers[0].compute_ghz))
    found += [
        StudyField(
            f"links[{number}].bandwidth_mb_per_s",
            tr("Bandwidth {one} to {other}, MB/s").format(one=link.between[0], other=link.between[1]),
            link.bandwidth_mb_per_s,
        )
        for number, link in enumerate(scenario.links)
        if link.bandwidth_mb_per_s
    ]
    if len(scenario.servers) <= 60:
        found += [
            StudyField(
                f"servers[{server.id}].compute_ghz",
                tr("Speed of {servers}, GHz").format(servers=server.id),
                server.compute_ghz,
            )
            for server in scenario.servers
        ]
    return tuple(found)


def axis_of(path: str, values: str) -> Axis:
    """Return the axis of a path and of values with commas between them.

    Raises
    ------
    InputError
        If there are no values, one is named twice, or the path is none.
    """
    if not values.strip():
        raise InputError(tr("name at least one value"))
    return parse_axis(f"{path}={values}")


def check_axis(document: Mapping[str, Any], axis: Axis) -> None:
    """Raise an `InputError` for the first value that the scenario does not take."""
    for value in axis.values:
        try:
            parse_scenario(json.dumps(varied(document, axis.path, value)))
        except InputError as error:
            raise InputError(f"{value}: {error.message}", hint=error.hint) from None
